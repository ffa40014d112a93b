"""What waits for a person in a merged store, in words that can be shown; and deciding it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.event import Event
from kiosk.domain.ids import EventId
from kiosk.domain.language import Tag, in_language
from kiosk.services.deciding import settle
from kiosk.services.desk import REGISTRATION
from kiosk.services.duplicates import Twice, decide_twice, to_decide
from kiosk.services.forms import choice_labels, open_session
from kiosk.services.matters import Matter, find_matter
from kiosk.services.register import KINDS
from ui.merging import StoreAt

if TYPE_CHECKING:
    from kiosk.bootstrap_desks import Desks
    from kiosk.forms.session import Shown
    from kiosk.services.desk import Desk

_MOST = 100  # that are shown at once


@dataclass(frozen=True, slots=True)
class Asked:
    """A matter with its words: what is contested, and what each side says of it."""

    matter: Matter
    label: str
    said: tuple[str, ...]  # beside ``matter.sides``
    event: Event
    shown: Shown | None = None  # the question, where a third answer to it can be given


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued in place of another, and where it lies to be printed."""

    serial: str
    paper: str  # the serial of the other
    path: Path


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is shown, and how much more there is."""

    matters: tuple[Asked, ...]
    twice: tuple[tuple[Twice, Event], ...]
    more: int = 0
    issued: Issued | None = None  # a certificate that the last decision brought


def read_waiting(
    store: StoreAt, tag: Tag, progress: Callable[[str, int, int], None] | None = None
) -> Waiting:
    """What waits in a store, in this language. Raises what opening a store and ``progress`` do."""
    return _in_store(store, lambda desks: _waiting(desks, tag, progress))


def settle_matter(
    store: StoreAt,
    asked: Asked,
    actor: str,
    tag: Tag,
    *,
    take: int | None = None,
    value: str | None = None,
) -> Waiting:
    """Decides for a side (from 1) or for what was typed; gives what waits then.

    Raises VisitorError where the form does not take it, or somebody decided meanwhile.
    """
    from kiosk.bootstrap_desks import keep_paper, papers_of  # noqa: PLC0415 - wires everything

    def work(desks: Desks) -> Waiting:
        desks.signed()
        matter = find_matter(desks.matters(), asked.matter.id)
        (desk,) = desks.desks(matter.event_id)
        folder = papers_of(str(store.path))
        recorded = settle(
            desk, matter, actor, take=take, value=value,
            deliver=lambda issued: keep_paper(folder, issued),
        )  # fmt: skip
        waiting = _waiting(desks, tag)
        if "paper" not in recorded:
            return waiting
        serial = str(recorded["serial"])
        issued = Issued(serial, str(recorded["paper"]), folder / f"{serial}.pdf")
        return replace(waiting, issued=issued)

    return _in_store(store, work)


def decide_pair(store: StoreAt, pair: Twice, actor: str, tag: Tag, *, same: bool) -> Waiting:
    """Says whether two registrations are one person's; gives what waits then."""

    def work(desks: Desks) -> Waiting:
        desks.signed()
        (desk,) = desks.desks(pair.event_id)
        decide_twice(desk, pair.one.id, pair.other.id, actor, same=same)
        return _waiting(desks, tag)

    return _in_store(store, work)


def _in_store(store: StoreAt, work: Callable[[Desks], Waiting]) -> Waiting:
    from kiosk.bootstrap_desks import open_desks  # noqa: PLC0415 - wires everything

    with open_desks(str(store.path), store.passphrase, store.campaign) as desks:
        return work(desks)


def _waiting(
    desks: Desks, tag: Tag, progress: Callable[[str, int, int], None] | None = None
) -> Waiting:
    def telling(step: str) -> Callable[[int, int], None] | None:
        return None if progress is None else partial(progress, step)

    events: Mapping[EventId, Event] = {one.id: one for one in desks.events()}
    found = [_asked(desks, one, tag) for one in desks.matters(telling("matters"))]
    pairs = desks.twice(progress=telling("twice"))
    twice = [(pair, events[pair.event_id]) for pair in to_decide(pairs)]
    more = max(len(found) - _MOST, 0) + max(len(twice) - _MOST, 0)
    return Waiting(tuple(found[:_MOST]), tuple(twice[:_MOST]), more)


def _asked(desks: Desks, matter: Matter, tag: Tag) -> Asked:
    (desk,) = desks.desks(matter.event_id)
    labels = ", ".join(_label(desk, name, tag) for name in matter.fields)
    said = tuple(_words(desk, side.values, tag) for side in matter.sides)
    shown = _question(desk, matter.fields[0], tag) if len(matter.fields) == 1 else None
    return Asked(matter, labels, said, desk.event, shown if matter.entity == "attendee" else None)


def _label(desk: Desk, name: str, tag: Tag) -> str:
    """The question as the form asks it, the purpose as the notice names it; a field that no form
    asks by its own name.
    """
    purpose = next((one for one in desk.campaign.notice.purposes if one.code == name), None)
    if purpose is not None:
        return in_language(purpose.label, tag)
    shown = _question(desk, name, tag)
    return name if shown is None else shown.label


def _question(desk: Desk, name: str, tag: Tag) -> Shown | None:
    asked = KINDS if name == "kinds" else name
    session = open_session(desk, REGISTRATION, tag)
    return session.shown(asked) if asked in {one.name for one in session.form.questions} else None


def _words(desk: Desk, values: Mapping[str, Any], tag: Tag) -> str:
    return ", ".join(_value(desk, name, value, tag) for name, value in values.items())


def _value(desk: Desk, name: str, value: object, tag: Tag) -> str:
    """A choice by its label, several in a row; what answers further questions by question."""
    if isinstance(value, Mapping):
        parts = (f"{_label(desk, k, tag)}: {_value(desk, k, v, tag)}" for k, v in value.items())
        return ", ".join(parts)
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(desk, name, one, tag) for one in value)
    labels = choice_labels(desk, REGISTRATION, KINDS if name == "kinds" else name)
    label = labels.get(str(value))
    return str(value) if label is None else in_language(label, tag)
