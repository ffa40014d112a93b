"""The events of a pack and their sessions, from ``events.toml``.

What many events share stands once, under ``[defaults]``; ``{place}`` in a text becomes the name
of the event's state or union territory in that language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk.campaign.reading import LINE, Origin, Table, check_unique, read_phone, read_table
from kiosk.domain.event import Contact, Event, Place, Session, SetUp, valid_on
from kiosk.domain.ids import EventId, SessionId
from kiosk.domain.language import Tag, Text

FILE = "events.toml"
SESSION_KINDS = ("talk", "demonstration", "meeting", "help_desk", "open_house")


def read_events(
    folder: Path,
    languages: tuple[Tag, ...],
    places: tuple[Place, ...],
    starts: date,
    ends: date,
) -> tuple[Event, ...]:
    """The events in the order of the file; each within the campaign, in a place of its day."""
    file = read_table(folder, FILE, languages)
    defaults = file.values("defaults")
    events = tuple(
        _event(row, places, starts, ends) for row in file.rows("event", defaults=defaults)
    )
    if not events:
        raise file.origin.below("event").wrong("missing_key")
    check_unique((event.id for event in events), file.origin.below("event"))
    file.close()
    return events


def _event(row: Table, places: tuple[Place, ...], starts: date, ends: date) -> Event:
    day = row.day("day")
    if not starts <= day <= ends:
        raise row.origin.below("day").wrong(
            "outside_campaign", day=f"{day}", starts=f"{starts}", ends=f"{ends}"
        )
    place = _place(row, places, day)
    return Event(
        id=EventId(row.id("id")),
        name=_in_place(row.text("name"), place),
        state=place.iso,
        day=day,
        zone=_zone(row),
        venue=_in_place(row.text("venue"), place),
        host=_in_place(row.text("host"), place),
        contact=_contact(row.table("contact"), place),
        set_up=_set_up(row),
        languages=_languages(row),
        sessions=_sessions(row),
        sample=row.yes("sample"),
        joined=row.yes("joined"),
        asks_check_in=row.yes("asks_check_in"),
        idle_seconds=row.whole("idle_seconds", 20, 600),
        warning_seconds=row.whole("warning_seconds", 10, 120),
        certificate=row.id("certificate") if row.has("certificate") else "",
    )


def _place(row: Table, places: tuple[Place, ...], day: date) -> Place:
    code = row.line("state", 10)
    for place in valid_on(places, day):
        if place.iso == code:
            return place
    raise row.origin.below("state").wrong("unknown_place", place=code, day=f"{day}")


def _in_place(text: Text, place: Place) -> Text:
    return {tag: line.replace("{place}", place.label[tag]) for tag, line in text.items()}


def _contact(table: Table, place: Place) -> Contact:
    contact = Contact(_in_place(table.text("name"), place), read_phone(table), table.yes("sample"))
    table.close()
    return contact


def _set_up(row: Table) -> tuple[SetUp, ...]:
    items = tuple(SetUp(each.id("id"), each.text("text")) for each in row.rows("set_up"))
    check_unique((item.id for item in items), row.origin.below("set_up"))
    return items


def _zone(row: Table) -> str:
    zone = row.line("zone", LINE)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise row.origin.below("zone").wrong("wrong_zone", value=zone) from None
    return zone


def _languages(row: Table) -> tuple[Tag, ...]:
    tags, origin = row.lines("languages"), row.origin.below("languages")
    if not tags:
        raise origin.wrong("missing_key")
    check_unique(tags, origin)
    for tag in tags:
        if tag not in origin.languages:
            raise origin.wrong("unknown_language", language=tag)
    return tuple(Tag(tag) for tag in tags)


def _sessions(row: Table) -> tuple[Session, ...]:
    origin = row.origin.below("session")
    if not row.has("session"):
        return ()
    sessions = tuple(_session(each) for each in row.rows("session"))
    check_unique((session.id for session in sessions), origin)
    _check_order(sessions, origin)
    return sessions


def _session(row: Table) -> Session:
    return Session(
        id=SessionId(row.id("id")),
        title=row.text("title"),
        kind=row.one_of("kind", SESSION_KINDS),
        starts=row.clock_time("starts"),
        ends=row.clock_time("ends"),
        sample=row.yes("sample"),
    )


def _check_order(sessions: Sequence[Session], origin: Origin) -> None:
    for session in sessions:
        if session.ends <= session.starts:
            raise origin.wrong("ends_before", value=session.id)
