"""CSV export of 100,000 visitors beside a bare ``csv`` dump of the same rows: measured, not judged.

``pytest tests/bench/test_export.py -n 0 --benchmark-only`` prints both; the aim is at most twice
the bare dump. The rows lie in an encrypted record on the disk, and both read them from there; the
export besides escapes formulas, writes times in the event's zone, takes hashes, waits for the
disk, and reads everything back.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kiosk.campaign.languages import load_words
from kiosk.domain.change import ChangeDraft
from kiosk.domain.clock import SystemClock
from kiosk.domain.event import Campaign, Contact, Event, Notice
from kiosk.domain.ids import CampaignId, DeviceId, EventId, new_id
from kiosk.domain.language import Tag
from kiosk.export.day import Day, DayExport
from kiosk.export.writers import Sqlite
from kiosk.services.desk import Device
from kiosk.services.exporting import ExportRequest
from kiosk.storage.plain import count_plain_sqlite, write_plain_sqlite
from kiosk.storage.store import Store
from kiosk.storage.tables import RecordTables

VISITORS = 100_000
KEY = bytes(range(32))
DEVICE = Device(DeviceId("5e1f0c9a7b3d42e6a1908f7c6d5b4a32"), "KA1")
MORNING_MS = 1_578_630_000_000
NAMES = ("श्रीमती सुशीला देवी", "ಶ್ರೀನಿವಾಸ ರಾವ್", "వెంకటేశ్వర్లు శర్మ", "محمد خان", "Asha D'Souza")
EVENT = Event(
    id=EventId("ka-2020-01-10"),
    name={"en": "Bengaluru"},
    state="IN-KA",
    day=date(2020, 1, 10),
    zone="Asia/Kolkata",
    venue={},
    host={},
    languages=(Tag("en"),),
    sessions=(),
    sample=True,
    joined=False,
    asks_check_in=False,
    idle_seconds=60,
    warning_seconds=15,
    contact=Contact({}, "", sample=True),
    set_up=(),
)
CAMPAIGN = Campaign(
    id=CampaignId("bench"),
    name={},
    initiative={},
    organiser={},
    starts=EVENT.day,
    ends=EVENT.day,
    practice=True,
    events=(EVENT,),
    facts=(),
    cards=(),
    does=(),
    kinds=(),
    places=(),
    notice=Notice("1", (), {}, (), 400),
)


def _visitor(at: int) -> ChangeDraft:
    body = {
        "number": f"KA1-{at:04}", "name": f"{NAMES[at % 5]} {at}", "language": "hi",
        "does": "seller", "kinds": ["msme"] if at % 2 else [], "organisation": f"Weavers {at % 97}",
        "mobile": f"+9198{at:08}", "email": f"visitor{at}@example.in", "pin_code": "560001",
        "district": "Bengaluru Urban", "state": "IN-KA", "offers": "हथकरघा साड़ी", "needs": "",
        "wants_help": "yes", "registered_at": MORNING_MS + at * 300, "device_id": DEVICE.id,
        "assisted": False, "receipt_hash": f"{at:064x}", "met": "registered", "masked": False,
        "more": {},
    }  # fmt: skip
    person = new_id(MORNING_MS + at * 300)
    return ChangeDraft("attendee", person, "create", "visitor", body, person)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("record")
    opened = Store(
        folder,
        KEY,
        event_id=EVENT.id,
        device_id=DEVICE.id,
        zone=EVENT.zone,
        clock=SystemClock(),
        create=True,
    )
    with closing(opened):
        for start in range(0, VISITORS, 5000):
            with opened.writing() as writing:
                for at in range(start, start + 5000):
                    writing.write(_visitor(at))
        yield opened


@pytest.mark.benchmark(group="csv of 100,000 visitors")
def test_bare_dump(benchmark: BenchmarkFixture, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "bare.csv"

    def dump() -> int:
        with store.reading() as reading, target.open("w", encoding="utf-8", newline="") as file:
            columns, rows = RecordTables(reading).export_rows("attendee")
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return target.stat().st_size

    assert benchmark.pedantic(dump, rounds=5) > VISITORS * 100  # type: ignore[no-untyped-call] # ships no types


@pytest.mark.benchmark(group="csv of 100,000 visitors")
def test_barest_dump(benchmark: BenchmarkFixture, store: Store, tmp_path: Path) -> None:
    """Tuples as the driver gives them: nothing of the product in between."""
    target = tmp_path / "barest.csv"

    def dump() -> int:
        with store.reading() as reading, target.open("w", encoding="utf-8", newline="") as file:
            columns, _ = RecordTables(reading).export_rows("attendee")
            query = f"SELECT {', '.join(columns)} FROM attendee ORDER BY id"
            csv.writer(file).writerows(reading.connection.execute(query))
        return target.stat().st_size

    assert benchmark.pedantic(dump, rounds=5) > VISITORS * 100  # type: ignore[no-untyped-call] # ships no types


@pytest.mark.benchmark(group="csv of 100,000 visitors")
@pytest.mark.parametrize("formats", [("csv",), ("sqlite",)])
def test_export(
    benchmark: BenchmarkFixture, store: Store, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    words = load_words(Path(__file__).parents[2] / "resources")
    day = Day(CAMPAIGN, EVENT, DEVICE, {}, {}, words, SystemClock())
    sqlite = Sqlite(write_plain_sqlite, count_plain_sqlite)

    def export() -> int:
        with store.reading() as reading:
            exporter = DayExport(day, RecordTables(reading), sqlite)
            return exporter.export(ExportRequest(tmp_path, formats, plain=True))[0].rows

    assert benchmark.pedantic(export, rounds=5) >= VISITORS  # type: ignore[no-untyped-call] # ships no types
