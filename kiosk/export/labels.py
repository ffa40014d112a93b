"""What codes and columns mean, as tables of their own: for people, and for programs to join."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk.domain.language import Text, Words, in_language
from kiosk.export.shape import Shape, cell
from kiosk.export.source import Cell

if TYPE_CHECKING:
    from kiosk.domain.event import Campaign, Event
    from kiosk.domain.ids import FormId
    from kiosk.domain.language import Language, Tag
    from kiosk.forms.model import Form

CODE = ("list", "code", "language", "label", "practice")
DOCUMENTATION = ("table", "column", "kind", "meaning", "practice")
ABOUT = ("item", "value", "practice")
EVENT = (
    "id", "campaign_id", "campaign", "name", "state", "day", "zone", "venue", "host", "languages",
    "sample", "practice",
)  # fmt: skip


def event_row(campaign: Campaign, event: Event, language: Tag) -> list[Cell]:
    """The event as one row, its texts in that language."""
    return [
        event.id, campaign.id, in_language(campaign.name, language),
        in_language(event.name, language), event.state, event.day.isoformat(), event.zone,
        in_language(event.venue, language), in_language(event.host, language),
        " ".join(event.languages), int(event.sample), int(campaign.practice),
    ]  # fmt: skip


def code_rows(
    campaign: Campaign,
    events: Iterable[Event],
    languages: Iterable[Language],
    forms: Mapping[FormId, Form],
) -> Iterator[list[Cell]]:
    """Every code that may stand in a cell, with its label in every language that has one.

    Lists: does, kinds, state, purpose, session, language, and ``form.question`` for choices.
    """
    lists: list[tuple[str, str, Text]] = [
        *(("does", one.code, one.label) for one in campaign.does),
        *(("kinds", one.code, one.label) for one in campaign.kinds),
        *(("state", one.iso, one.label) for one in campaign.places),
        *(("purpose", one.code, one.label) for one in campaign.notice.purposes),
        *(("session", one.id, one.title) for event in events for one in event.sessions),
        *(("language", one.tag, {one.tag: one.native, "en": one.english}) for one in languages),
    ]
    lists += [
        (f"{form_id}.{question.name}", choice.value, choice.label)
        for form_id, form in forms.items()
        for question in form.questions
        for choice in question.choices
    ]
    for name, code, label in {
        (name, code): (name, code, label) for name, code, label in lists
    }.values():
        for tag, text in label.items():
            yield [name, code, tag, str(text), int(campaign.practice)]


def documentation_rows(
    shapes: Iterable[Shape],
    plain: Mapping[str, tuple[str, ...]],
    words: Words,
    *,
    practice: bool,
) -> Iterator[list[Cell]]:
    """Every table (column "") and column, with what it means in the language of ``words``.

    ``plain`` gives the columns of the tables that have no shape.
    """
    for shape in shapes:
        yield [shape.table, "", "table", words.say(f"export.table.{shape.table}"), int(practice)]
        for column in shape.columns:
            meaning = (
                in_language(column.question.label, words.tag) or column.name
                if column.question
                else words.say(f"export.column.{column.name}")
            )
            yield [shape.table, column.name, column.kind, str(meaning), int(practice)]
    for table, columns in plain.items():
        yield [table, "", "table", words.say(f"export.table.{table}"), int(practice)]
        for name in columns:
            yield [table, name, "text", words.say(f"export.column.{name}"), int(practice)]


def about_rows(facts: Mapping[str, object], words: Words, *, practice: bool) -> list[list[Cell]]:
    """What this export is; practice data says so in words."""
    rows: list[list[Cell]] = [[key, cell(value), int(practice)] for key, value in facts.items()]
    if practice:
        rows.insert(0, ["note", words.say("export.practice"), 1])
    return [*rows, ["csv", words.say("export.csv_note"), int(practice)]]


def written_at(at_ms: int) -> str:
    """UTC, as programs exchange it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")
