"""kiosk conflicts, duplicates: what a person decides once kiosks are together."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from kiosk.bootstrap_desks import Desks, keep_paper, papers_of
from kiosk.cli.carrying import clock_told
from kiosk.cli.output import OK, Output, WrongUse
from kiosk.domain.clock import local_time, written_date, written_utc
from kiosk.domain.ids import AttendeeId
from kiosk.domain.language import Text, in_language
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import is_number, read_number
from kiosk.services.deciding import settle
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.duplicates import (
    DIFFERENT,
    SAME,
    Row,
    Twice,
    decide_twice,
    to_decide,
)
from kiosk.services.matters import AT_ODDS, WRONG_CLOCK, Matter, Side, find_matter
from kiosk.services.merging import CERTIFICATES, CONSENT
from kiosk.services.register import KINDS

COORDINATOR = "coordinator"


def conflicts(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Lists what waits for a person, both sides in words; or settles one of them."""
    found = desks.matters()
    if options.settle is not None:
        return _settle(desks, find_matter(found, options.settle), options, out)
    if options.take is not None or options.value is not None:
        raise WrongUse("--settle ID --take N | --value TEXT")
    here = [one for one in found if options.event in {"", one.event_id}]
    told = [_told(_desk(desks, one), one, out) for one in here]
    lines = [line for one in told for line in (one["message"], *_sides_told(one, out), "")]
    out.document(told, lines or [out.words.say("conflict.none")])
    return OK


def duplicates(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Lists who is probably there twice, likeliest first; or notes what a person says of two."""
    if options.decide is not None:
        return _decide(desks, options, out)
    found = desks.twice(options.event, lambda done, of: out.progress("carry.step_twice", done, of))
    here = found if options.all else to_decide(found)
    told = [_pair_told(pair, out) for pair in here]
    out.document(told, [one["message"] for one in told] or [out.words.say("twice.none")])
    return OK


def _settle(desks: Desks, matter: Matter, options: argparse.Namespace, out: Output) -> int:
    desks.signed()
    desk = _desk(desks, matter)
    folder = papers_of(options.store)
    recorded = settle(
        desk, matter, COORDINATOR, take=options.take, value=options.value,
        deliver=lambda issued: keep_paper(folder, issued),
    )  # fmt: skip
    value = {
        "id": matter.id, "kind": matter.kind, "event": matter.event_id, "entity": matter.entity,
        "entity_id": matter.entity_id, "recorded": recorded,
    }  # fmt: skip
    lines = [out.words.say("conflict.settled", value=_decided(desk, matter, recorded, out))]
    if "paper" in recorded:
        value["file"] = str(folder / f"{recorded['serial']}.pdf")
        lines.append(out.words.say("conflict.issued", **recorded, path=value["file"]))
    out.document(value, lines)
    return OK


def _decided(desk: Desk, matter: Matter, recorded: Mapping[str, Any], out: Output) -> str:
    say = out.words.say
    if matter.kind == CERTIFICATES:
        return say("conflict.certificate_stands", serial=recorded["serial"])
    if matter.kind == CONSENT:
        return say("conflict.given_now" if all(recorded.values()) else "conflict.taken_back_now")
    if not recorded:
        return say("conflict.leave")
    return _values(desk, {name: recorded[name] for name in recorded if name != "paper"}, out)


def _desk(desks: Desks, matter: Matter) -> Desk:
    return desks.desks(matter.event_id)[0]


def _told(desk: Desk, matter: Matter, out: Output) -> dict[str, Any]:
    names = [_label(desk, name, out) for name in matter.fields]
    sides = [_side(desk, matter, side, out) for side in matter.sides]
    told = {
        "id": matter.id, "kind": matter.kind, "open": matter.open, "event": matter.event_id,
        "entity": matter.entity, "entity_id": matter.entity_id, "number": matter.number,
        "name": matter.name, "field": ", ".join(matter.fields), "label": ", ".join(names),
        "sides": sides,
    }  # fmt: skip
    if matter.clock is not None:
        told |= {name: value for name, value in clock_told(matter.clock).items() if name != "event"}
    return {**told, "message": _message(desk, matter, told, out)}


def _message(desk: Desk, matter: Matter, told: Mapping[str, Any], out: Output) -> str:
    say = out.words.say
    if matter.clock is not None:
        code = matter.clock.code or matter.clock.device_id
        return say(
            "conflict.wrong_clock", code=code, rows=matter.clock.rows,
            first=_time(desk, matter.clock.first), last=_time(desk, matter.clock.last),
            day=written_date(desk.event.day),
        )  # fmt: skip
    return say(
        f"conflict.{matter.kind}", number=told["number"], name=told["name"], label=told["label"]
    )


def _side(desk: Desk, matter: Matter, side: Side, out: Output) -> dict[str, Any]:
    values = dict(side.values)
    told: dict[str, Any] = {
        "value": next(iter(values.values())) if len(values) == 1 else values,
        "at": written_utc(side.at) if side.at else None, "device": side.device,
        "code": side.code, "actor": side.actor, "stands": side.stands,
    }  # fmt: skip
    if side.name:
        told["name"] = side.name
    return {**told, "words": _in_words(desk, matter, side, out)}


def _in_words(desk: Desk, matter: Matter, side: Side, out: Output) -> str:
    say = out.words.say
    if matter.kind in AT_ODDS:
        return _paper_or_consent(desk, matter, side, out)
    if matter.kind == WRONG_CLOCK and matter.clock is not None:
        shift_ms = side.values["shift_ms"]
        if not shift_ms:
            return say("conflict.left")
        clock = matter.clock
        first, last = (_time(desk, at + shift_ms) for at in (clock.first, clock.last))
        return say("conflict.shifted", first=first, last=last)
    value = _values(desk, side.values, out)
    if not side.at:
        return say("conflict.stands", value=value)
    if not matter.open:
        return say("conflict.paper", value=value, name=side.name, code=side.code)
    key = "conflict.said_stands" if side.stands else "conflict.said"
    who, when = _who(side.actor, out), _time(desk, side.at)
    return say(key, value=value, who=who, when=when, code=side.code or side.device)


def _paper_or_consent(desk: Desk, matter: Matter, side: Side, out: Output) -> str:
    say = out.words.say
    if not side.values:
        return say("conflict.leave")
    [value] = side.values.values()
    said = {
        "value": value, "code": side.code or side.device, "when": _time(desk, side.at),
        "who": _who(side.actor, out), "serial": side.serial, "name": side.name,
    }  # fmt: skip
    if matter.kind == CERTIFICATES:
        return say("conflict.certificate", **said)
    if matter.kind == CONSENT:
        return say("conflict.given" if value else "conflict.taken_back", **said)
    return say("conflict.on_paper" if side.serial else "conflict.on_record", **said)


def _who(actor: str, out: Output) -> str:
    kind, _, name = actor.partition(":")
    key = f"conflict.by_{kind}"
    return name or (out.words.say(key) if out.words.has(key) else actor)


def _sides_told(told: Mapping[str, Any], out: Output) -> list[str]:
    lines = [f"  {at}) {side['words']}" for at, side in enumerate(told["sides"], start=1)]
    if told["kind"] in {"number", "serial"}:
        return lines
    how = "conflict.choose" if told["kind"] in AT_ODDS else "conflict.how"
    return [*lines, out.words.say(how, id=told["id"])]


def _values(desk: Desk, values: Mapping[str, Any], out: Output) -> str:
    if len(values) == 1:
        [(name, value)] = values.items()
        return _value(desk, name, value, out)
    return "; ".join(
        f"{_label(desk, name, out)}: {_value(desk, name, value, out)}"
        for name, value in values.items()
    )


def _label(desk: Desk, name: str, out: Output) -> str:
    key = f"export.column.{name}"
    purposes = {one.code: one.label for one in desk.campaign.notice.purposes}
    label: Text = next((one.label for one in _questions(desk, name)), purposes.get(name, {}))
    said = in_language(label, out.words.tag)
    return said or (out.words.say(key) if out.words.has(key) else name)


def _value(desk: Desk, name: str, value: object, out: Output) -> str:
    if isinstance(value, Mapping):
        return _values(desk, value, out)
    choices = {
        choice.value: in_language(choice.label, out.words.tag)
        for one in _questions(desk, name)
        for choice in one.choices
    }
    said = value if isinstance(value, list) else [value]
    return ", ".join(choices.get(str(one)) or str(one) for one in said) or "–"


def _questions(desk: Desk, name: str) -> list[Any]:
    asked = KINDS if name == "kinds" else name
    form = next((one for form_id, one in desk.forms.items() if form_id == REGISTRATION), None)
    return [one for one in form.questions if one.name == asked] if form is not None else []


def _time(desk: Desk, at_ms: int) -> str:
    at = local_time(at_ms, desk.event.zone)
    return f"{written_date(at.date())} {at:%H:%M}"


def _decide(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    one, other, said = options.decide
    if said not in {SAME, DIFFERENT}:
        raise WrongUse(f"{said}: {SAME}, {DIFFERENT}")
    desks.signed()
    there = [
        desk for desk in desks.desks(options.event) if _knows(desk, one) and _knows(desk, other)
    ]
    if not there:
        raise VisitorError("number_unknown", field="decide")
    if len(there) > 1:
        events = ", ".join(desk.event.id for desk in there)
        raise VisitorError("number_in_events", field="decide", number=one, events=events)
    ids = decide_twice(there[0], one, other, COORDINATOR, same=said == SAME)
    value = {"event": there[0].event.id, "one": ids[0], "other": ids[1], "same": said == SAME}
    out.document(value, [out.words.say(f"twice.{said}", one=one, other=other)])
    return OK


def _knows(desk: Desk, text: str) -> bool:
    if is_number(text):
        return bool(desk.record.attendees_by_number(read_number(text)))
    return desk.record.attendee(AttendeeId(text.strip())) is not None


def _pair_told(pair: Twice, out: Output) -> dict[str, Any]:
    reasons = ", ".join(out.words.say(f"twice.because_{reason}") for reason in pair.reasons)
    one, other = (_row_told(row) for row in (pair.one, pair.other))
    said = {
        "one": f"{pair.one.number} {pair.one.name}", "reasons": reasons,
        "other": f"{pair.other.number} {pair.other.name}",
    }  # fmt: skip
    if pair.certain:
        message = out.words.say("twice.pair_certain", **said)
    elif pair.decided is None:
        message = out.words.say("twice.pair", score=f"{pair.score:.0f}", **said)
    else:
        key = "twice.pair_same" if pair.decided else "twice.pair_different"
        message = out.words.say(key, **said)
    return {
        "event": pair.event_id, "score": pair.score, "reasons": list(pair.reasons),
        "certain": pair.certain,
        "decided": None if pair.decided is None else (SAME if pair.decided else DIFFERENT),
        "one": one, "other": other, "message": message.strip(),
    }  # fmt: skip


def _row_told(row: Row) -> dict[str, Any]:
    return {
        "id": row.id, "number": row.number, "name": row.name, "mobile": row.mobile,
        "email": row.email, "organisation": row.organisation, "pin_code": row.pin_code,
        "does": row.does, "registered_at": written_utc(row.registered_at), "code": row.code,
    }  # fmt: skip
