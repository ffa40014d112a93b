"""kiosk register, find, correct, check-in, respond, withdraw."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.cli.output import DATA_WRONG, OK, Output
from kiosk.cli.reading import json_file, json_object, lines, secret
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.domain.problem import Problem
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import Found
from kiosk.services.refused import Refused, problem_of
from kiosk.services.withdraw import Withdrawn

COORDINATOR = "coordinator"


def register(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """One line a visitor; a line that is refused does not stop the others."""
    from kiosk.services.register import Registration, register_attendee

    def one(line: Mapping[str, Any]) -> dict[str, Any]:
        registered = register_attendee(
            desk,
            Registration(
                language=_language(line),
                answers=_table(line, "answers"),
                consents=_table(line, "consents"),
                assisted=_flag(line, "assisted"),
                staff=COORDINATOR if _flag(line, "assisted") else "",
            ),
        )
        return {
            "id": registered.attendee.id,
            "number": registered.attendee.number,
            "receipt_code": registered.receipt_code,
            "slip": registered.slip_qr,
        }

    return _each_line(options.file, out, one, {"id": None, "number": None, "receipt_code": None})


def respond(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """One line a response; an anonymous one is answered without any id."""
    from kiosk.services.find import find_one
    from kiosk.services.respond import Answers, respond_anonymously
    from kiosk.services.respond import respond as respond_named

    def one(line: Mapping[str, Any]) -> dict[str, Any]:
        given = Answers(options.form, _language(line), _table(line, "answers"))
        number = line.get("attendee")
        if number is not None and not isinstance(number, str):
            raise _malformed("attendee")
        attendee = find_one(desk, number) if number else None
        if _flag(line, "anonymous"):
            does, state = (attendee.does, attendee.state) if attendee else ("", "")
            respond_anonymously(desk, given, does=does, state=state)
            return {}
        if attendee is None:
            raise Refused([Problem("attendee", "required", "required")])
        return {"id": respond_named(desk, attendee, given).id, "number": attendee.number}

    return _each_line(options.file, out, one, {})


def find(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Visitors by whatever is known of them; with ``-`` one query a line, answered a line."""
    from kiosk.services.find import find_attendees

    def hits(text: str) -> list[dict[str, Any]]:
        return [hit_told(hit) for hit in find_attendees(desk, text, options.limit)]

    return tell_hits(options, out, hits)


def hit_told(hit: Found) -> dict[str, Any]:
    """One hit, as JSON tells it."""
    return {
        "id": hit.attendee.id,
        "number": hit.attendee.number,
        "name": hit.attendee.name,
        "organisation": hit.attendee.organisation,
        "mobile": hit.attendee.mobile,
        "does": hit.attendee.does,
        "language": hit.attendee.language,
        "score": round(hit.score, 1),
        "masked": hit.attendee.masked,
    }


def tell_hits(
    options: argparse.Namespace, out: Output, hits: Callable[[str], list[dict[str, Any]]]
) -> int:
    """Answers one query, or with ``-`` one a line."""
    if options.text != "-":
        found = hits(options.text)
        out.document(found, [_shown(hit) for hit in found])
        return OK
    for _, raw in lines("-"):
        query = "" if raw is None else raw.decode("utf-8", "replace").strip()
        found = hits(query)
        if out.as_json:
            out.line({"query": query, "found": found}, "")
        else:
            out.line({}, " | ".join(_shown(hit) for hit in found))
    return OK


def correct(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Changes fields of a visitor; the log keeps both."""
    from kiosk.services.find import find_one

    return correct_one(desk, find_one(desk, options.number), options, out)


def correct_one(desk: Desk, attendee: Attendee, options: argparse.Namespace, out: Output) -> int:
    """Changes fields of this visitor."""
    from kiosk.services.correct import correct_attendee

    try:
        changed = correct_attendee(desk, attendee, json_file(options.file), COORDINATOR)
    except Refused as refused:
        told = _told(refused.problems, out)
        out.document({"id": attendee.id, "changed": [], "problems": told}, _messages(told))
        return DATA_WRONG
    out.document({"id": attendee.id, "changed": changed}, changed)
    return OK


def check_in(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Records the fact, always; says when it was there before."""
    from kiosk.services.check_in import check_in as record_check_in
    from kiosk.services.find import find_one

    attendee = find_one(desk, options.number)
    fact = record_check_in(desk, attendee, options.session or "", COORDINATOR)
    value = {
        "id": fact.check_in.id,
        "attendee": attendee.id,
        "number": attendee.number,
        "first": fact.first,
        "at": fact.check_in.at,
        "before": list(fact.before),
    }
    out.document(value, [f"{attendee.number} {attendee.name}"])
    return OK


def withdraw(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Masks at once whoever holds the code; again at will."""
    from kiosk.services.withdraw import withdraw_with_code

    code = options.code
    if code == "-":
        code = secret("-", out.words.say("command.ask_receipt_code"))
    return tell_withdrawn(withdraw_with_code(desk, code, options.number), out)


def tell_withdrawn(done: Withdrawn, out: Output) -> int:
    """What a withdrawal did."""
    value = {
        "masked": int(done.first),
        "number": done.number,
        "id": done.attendee_id,
        "at": done.at,
        "here": done.here,
    }
    say = out.words.say
    if not done.first:
        text = say("command.withdrawn_before", number=done.number)
    elif done.here:
        text = say("command.withdrawn", number=done.number)
    else:
        text = say("command.withdrawal_noted", number=done.number)
    out.document(value, [text])
    return OK


def _each_line(
    name: str,
    out: Output,
    one: Callable[[Mapping[str, Any]], dict[str, Any]],
    nothing: Mapping[str, Any],
) -> int:
    code = OK
    for number, raw in lines(name):
        if raw is not None and not raw.strip():
            continue
        try:
            value = {"line": number, "ok": True, **one(json_object(raw)), "problems": []}
            text = "  ".join(
                str(value[key]) for key in ("line", "number", "receipt_code") if value.get(key)
            )
        except VisitorError as error:
            code = DATA_WRONG
            told = _told(_problems(error), out)
            value = {"line": number, "ok": False, **nothing, "problems": told}
            text = f"{number}: " + " ".join(_messages(told))
        out.line(value, text)
    return code


def _problems(error: VisitorError) -> tuple[Problem, ...]:
    return error.problems if isinstance(error, Refused) else (problem_of(error, "line"),)


def _told(problems: tuple[Problem, ...], out: Output) -> list[dict[str, str]]:
    return [
        {"field": one.field, "code": one.code, "message": one.message(out.words)}
        for one in problems
    ]


def _messages(told: list[dict[str, str]]) -> list[str]:
    return [f"{one['field']}: {one['message']}" for one in told]


def _shown(hit: Mapping[str, Any]) -> str:
    return "  ".join(str(hit[key]) for key in ("number", "name", "organisation") if hit[key])


def _language(line: Mapping[str, Any]) -> Tag:
    language = line.get("language")
    if not isinstance(language, str):
        raise _malformed("language")
    return Tag(language)


def _table(line: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = line.get(key, {})
    if not isinstance(table, dict):
        raise _malformed(key)
    return table


def _flag(line: Mapping[str, Any], key: str) -> bool:
    flag = line.get(key, False)
    if not isinstance(flag, bool):
        raise _malformed(key)
    return flag


def _malformed(field: str) -> VisitorError:
    return VisitorError("line_malformed", field=field, code="malformed", what=field)
