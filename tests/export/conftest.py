"""A small event-day to export: rows in memory, real files, the words that ship."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.campaign.languages import load_words
from kiosk.domain.event import Campaign, Category, Contact, Event, Notice, Place, Purpose, Session
from kiosk.domain.ids import CampaignId, DeviceId, EventId, FormId, SessionId
from kiosk.domain.language import Language, Tag
from kiosk.export.day import Day, DayExport
from kiosk.export.source import Cell, SqliteWriter
from kiosk.export.writers import Sqlite
from kiosk.forms.model import Choice, Form, Question
from kiosk.services.desk import Device

ROOT = Path(__file__).parents[2]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
MakeExport = Callable[..., DayExport]


class FakeTables:
    """Rows of the record, as a list a table."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def export_rows(self, table: str) -> tuple[Sequence[str], Iterator[Mapping[str, Any]]]:
        rows = self.rows.get(table, ())
        return (tuple(rows[0]) if rows else ()), iter(rows)


class FixedClock:
    def now_ms(self) -> int:
        return 1_578_650_400_000  # 10 January 2020, 15:30 in India


def _write_sqlite(
    path: Path, tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]], /
) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for name, columns, rows in tables:
            quoted = ", ".join(f'"{column}"' for column in columns)
            database.execute(f'CREATE TABLE "{name}" ({quoted})')
            places = ", ".join("?" * len(columns))
            database.executemany(f'INSERT INTO "{name}" VALUES ({places})', rows)


def count_sqlite(path: Path, /) -> Mapping[str, int]:
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema")]
        count = 'SELECT count(*) FROM "{}"'
        return {name: database.execute(count.format(name)).fetchone()[0] for name in names}


def _attendee_row(at: int, **changed: object) -> dict[str, Any]:
    row = {
        "event_id": "ka-2020-01-10", "id": f"00000000-0000-7000-8000-{at:012}",
        "number": f"KA1-{at:04}", "name": f"Asha {at}", "language": "kn", "does": "seller",
        "kinds": '["msme","startup"]', "organisation": "", "mobile": "+919876543210",
        "email": "asha@example.in", "pin_code": "560001", "district": "", "state": "IN-KA",
        "offers": "", "needs": "", "wants_help": "", "registered_at": 1_578_630_000_000 + at,
        "device_id": "device-1", "assisted": 0, "receipt_hash": "secret", "met": "registered",
        "masked": 0, "more": "{}", "hlc": b"12345678", "changed_by": "visitor",
    }  # fmt: skip
    return row | changed


def text(words: str) -> dict[str, str]:
    return {"en": words, "kn": f"{words} (kn)"}


def a_form(name: str, *questions: Question) -> Form:
    paths = tuple(question.path for question in questions)
    by_path = {question.path: question for question in questions}
    return Form(name, name, "1", ("en", "kn"), "en", questions, paths, by_path)


REGISTRATION = a_form(
    "registration",
    Question("/data/name", "name", "text", text("Your name")),
    Question("/data/shg", "shg_members", "integer", text("How many members")),
)
FEEDBACK = a_form(
    "feedback",
    Question("/data/hello", "hello", "note", text("Welcome")),
    Question(
        "/data/rating",
        "rating",
        "select_one",
        text("How was it?"),
        choices=tuple(Choice(code, text(code)) for code in "12345"),
    ),
    Question("/data/sentence", "sentence", "text", text("One sentence")),
    Question(
        "/data/themes",
        "themes",
        "select_multiple",
        text("Themes"),
        choices=(Choice("price", text("Price")), Choice("search", text("Search"))),
    ),
    Question("/data/language", "language", "text", text("Language of the portal")),
)
EVENT = Event(
    id=EventId("ka-2020-01-10"),
    name=text("Bengaluru"),
    state="IN-KA",
    day=date(2020, 1, 10),
    zone="Asia/Kolkata",
    venue=text("Hall"),
    host=text("Department"),
    languages=(Tag("kn"), Tag("en")),
    sessions=(Session(SessionId("s1"), text("Talk"), "talk", "10:00", "11:00", sample=True),),
    sample=True,
    joined=False,
    asks_check_in=True,
    idle_seconds=60,
    warning_seconds=15,
    contact=Contact({}, "", sample=True),
    set_up=(),
)


def a_campaign(*, practice: bool) -> Campaign:
    return Campaign(
        id=CampaignId("samvad"),
        name=text("Samvad"),
        initiative=text("Voice"),
        organiser=text("Office"),
        starts=date(2019, 12, 19),
        ends=date(2020, 2, 17),
        practice=practice,
        events=(EVENT,),
        facts=(),
        cards=(),
        does=(Category("seller", text("Seller")),),
        kinds=(Category("msme", text("Small enterprise")),),
        places=(Place("IN-KA", "29", "29", text("Karnataka"), is_union_territory=False),),
        notice=Notice(
            "1", (), text(""), (Purpose("contact", text("Contact"), text(""), False),), 400
        ),
    )


@pytest.fixture(scope="session")
def attendee_row() -> Callable[..., dict[str, Any]]:
    """Makes a row of the record, as storage keeps it."""
    return _attendee_row


@pytest.fixture(scope="session")
def write_sqlite() -> SqliteWriter:
    return _write_sqlite


@pytest.fixture(scope="session")
def make_export() -> MakeExport:
    """An exporter of these rows."""
    words = load_words(ROOT / "resources")
    kannada = Language(Tag("kn"), "ಕನ್ನಡ", "Kannada", "Knda", False, "", "", "")

    def make(
        rows: Rows,
        *,
        practice: bool = False,
        recipients: Sequence[str] = (),
        write: SqliteWriter = _write_sqlite,
    ) -> DayExport:
        day = Day(
            campaign=a_campaign(practice=practice),
            event=EVENT,
            device=Device(DeviceId("device-1"), "KA1"),
            forms={FormId("registration"): REGISTRATION, FormId("feedback"): FEEDBACK},
            languages={Tag("kn"): kannada},
            words=words,
            clock=FixedClock(),
        )
        return DayExport(day, FakeTables(rows), Sqlite(write, count_sqlite), recipients)

    return make
