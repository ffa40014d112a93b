"""What a pack says besides its events: facts, cards, categories, places and the notice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kiosk.campaign.reading import PAGE, Table, check_unique, read_phone, read_table
from kiosk.domain.event import Category, Fact, FeatureCard, Notice, Place, Purpose, Source
from kiosk.domain.language import Tag, Text

REGISTRATION = "registration"  # the one purpose without which there is nothing to do
_ISO = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def read_sources(table: Table) -> dict[str, Source]:
    """The documents that the pack cites, by id, from ``[[source]]`` of ``campaign.toml``."""
    sources: dict[str, Source] = {}
    for row in table.rows("source"):
        source_id = row.id("id")
        check_unique((*sources, source_id), row.origin)
        sources[source_id] = Source(row.text("title"), row.day("dated"), row.line("reference"))
    return sources


def cited(row: Table, key: str, sources: Mapping[str, Source]) -> Source:
    """The source that ``key`` names by its id."""
    return sources[row.one_of(key, tuple(sources))]


def read_facts(
    folder: Path, languages: tuple[Tag, ...], sources: Mapping[str, Source]
) -> tuple[Fact, ...]:
    """Dated figures with their source; none may be shown before its source was published."""
    file = read_table(folder, "facts.toml", languages)
    facts = tuple(_fact(row, sources) for row in file.rows("fact"))
    check_unique((fact.id for fact in facts), file.origin.below("fact"))
    file.close()
    return facts


def _fact(row: Table, sources: Mapping[str, Source]) -> Fact:
    fact = Fact(
        id=row.id("id"),
        figure=row.text("figure"),
        sentence=row.text("sentence"),
        since=row.day("since"),
        source=cited(row, "source", sources),
    )
    if fact.since < fact.source.dated:
        raise row.origin.below("since").wrong("before_source", day=f"{fact.source.dated}")
    return fact


def read_cards(folder: Path, languages: tuple[Tag, ...]) -> tuple[FeatureCard, ...]:
    file = read_table(folder, "cards.toml", languages)
    cards = tuple(
        FeatureCard(row.id("id"), row.text("title"), row.text("body", PAGE), row.yes("sample"))
        for row in file.rows("card")
    )
    check_unique((card.id for card in cards), file.origin.below("card"))
    file.close()
    return cards


def read_categories(
    folder: Path, languages: tuple[Tag, ...]
) -> tuple[tuple[Category, ...], tuple[Category, ...]]:
    """What visitors do (one of) and what they are (any of)."""
    file = read_table(folder, "categories.toml", languages)
    both = tuple(tuple(_category(row) for row in file.rows(key)) for key in ("does", "kind"))
    for key, categories in zip(("does", "kind"), both, strict=True):
        check_unique((category.code for category in categories), file.origin.below(key))
    file.close()
    return both[0], both[1]


def _category(row: Table) -> Category:
    since, until = row.day_or_none("since"), row.day_or_none("until")
    return Category(row.id("code"), row.text("label"), since, until)


def read_places(folder: Path, languages: tuple[Tag, ...]) -> tuple[Place, ...]:
    """States and union territories, each with the days on which it stood."""
    file = read_table(folder, "places.toml", languages)
    places = tuple(_place(row) for row in file.rows("place"))
    check_unique((f"{place.iso} {place.since or ''}" for place in places), file.origin)
    file.close()
    return places


def _place(row: Table) -> Place:
    return Place(
        iso=_matching(row, "iso", _ISO),
        lgd=row.line("lgd", 3),
        gst=row.line("gst", 2),
        label=row.text("label"),
        is_union_territory=row.yes("union_territory"),
        since=row.day_or_none("since"),
        until=row.day_or_none("until"),
        also=row.lines("also") if row.has("also") else (),
    )


def read_notice(folder: Path, languages: tuple[Tag, ...]) -> Notice:
    """The notice; ``{office}`` and ``{phone}`` in its texts become those of ``[contact]``."""
    file = read_table(folder, "notice.toml", languages)
    contact = file.table("contact")
    sample, office, phone = contact.yes("sample"), contact.text("office"), read_phone(contact)
    contact.close()
    notice = Notice(
        version=file.id("version"),
        parts=tuple(
            (row.text("heading"), _with_contact(row.text("sentence", PAGE), office, phone))
            for row in file.rows("part")
        ),
        full=_with_contact(file.text("full", PAGE), office, phone),
        purposes=_purposes(file),
        retention_days=file.whole("retention_days", 365, 3650),
        anonymous=_with_contact(file.text("anonymous", PAGE), office, phone),
        sample=sample,
    )
    file.close()
    return notice


def _purposes(file: Table) -> tuple[Purpose, ...]:
    purposes = tuple(
        Purpose(row.id("code"), row.text("label"), row.text("detail"), row.yes("required"))
        for row in file.rows("purpose")
    )
    origin = file.origin.below("purpose")
    check_unique((purpose.code for purpose in purposes), origin)
    if [purpose.code for purpose in purposes if purpose.required] != [REGISTRATION]:
        raise origin.wrong("only_registration")
    return purposes


def _with_contact(text: Text, office: Text, phone: str) -> Text:
    return {
        tag: line.replace("{office}", office[tag]).replace("{phone}", phone)
        for tag, line in text.items()
    }


def _matching(row: Table, key: str, pattern: re.Pattern[str]) -> str:
    value, origin = row.line(key), row.origin.below(key)
    if not pattern.fullmatch(value):
        raise origin.wrong("wrong_form", value=value)
    return value
