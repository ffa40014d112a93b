"""One identity with two histories: no opening can tell, but carrying notices, and all are kept."""

from __future__ import annotations

from pathlib import Path

from kiosk import bootstrap
from kiosk.bootstrap_campaign import enrol_device, make_campaign
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.language import Tag
from kiosk.services.carrying import SyncResult
from kiosk.services.desk import Desk
from kiosk.services.merging import MergeResult
from kiosk.services.register import Registration, register_attendee
from kiosk.storage.merging import MergedStore
from kiosk.storage.seen import SEEN_FILE
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import KEYS
from kiosk.sync.device_file import read_device_file
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor


def come(data: Path, clock: FakeClock, stick: Path, *names: str) -> tuple[Desk, SyncResult]:
    """Visitors of one opening, carried to the stick; the desk, closed, tells who it was."""
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        for name in names:
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))
        return desk, desk.carry.sync(str(stick))


def names_and_numbers(store: MergedStore) -> tuple[list[str], list[str]]:
    rows = store.engine.connection.execute("SELECT name, number FROM attendee ORDER BY name")
    found = rows.fetchall()
    return [name for name, _ in found], [number for _, number in found]


def test_a_machine_turned_back_to_a_snapshot_is_noticed_where_it_carries_to(
    data: Path, clock: FakeClock, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    come(data, clock, stick, "Asha")
    kept = [*data.glob(f"{DATABASE}*"), data / KEYS / SEEN_FILE]
    snapshot = {path: path.read_bytes() for path in kept}
    come(data, clock, stick, "Bina")
    for path in data.glob(f"{DATABASE}*"):
        path.write_bytes(snapshot.get(path, b""))
    (data / KEYS / SEEN_FILE).write_bytes(snapshot[data / KEYS / SEEN_FILE])
    desk, sent = come(data, clock, stick, "Chitra")
    assert (desk.device.renewed_from, sent.strangers) == ("", 1)  # no opening can tell
    desk, sent = come(data, clock, stick, "Devi")
    assert (desk.device.renewed_from, sent.strangers) == ("KA1", 0)
    with open_merged(str(tmp_path / "m.db"), "gem-samvad", None, create=True) as home:
        result: MergeResult = merge(home, "gem-samvad", MergeRequest([str(stick)]))
        names, numbers = names_and_numbers(home.store)
    assert names == ["Asha", "Bina", "Chitra", "Devi"]
    assert numbers[1] == numbers[2]  # told apart by what stands behind the stroke
    assert [one.code for one in result.forks] == ["KA1"]
    assert result.gaps == []


def test_one_device_file_on_two_laptops_is_noticed_where_they_meet(
    clock: FakeClock, tmp_path: Path
) -> None:
    stick, folder, file = tmp_path / "stick", tmp_path / "own", tmp_path / "KA7.device"
    stick.mkdir()
    make_campaign(folder, "gem-samvad", Tag("en"))
    enrol_device(str(folder), "KA7", file)
    laptops = (tmp_path / "one", tmp_path / "other")
    for data in laptops:
        given = read_device_file(file, None)
        bootstrap.init_kiosk(data, str(folder), "ka-2020-01-10", given, PASSPHRASE)
    assert come(laptops[0], clock, stick, "Asha")[1].strangers == 0
    assert come(laptops[1], clock, stick, "Bina")[1].strangers > 0
    desk, sent = come(laptops[1], clock, stick, "Chitra")
    assert (desk.device.renewed_from, sent.strangers) == ("KA7", 0)
    with open_merged(str(tmp_path / "m.db"), str(folder), PASSPHRASE, create=True) as home:
        result = merge(home, str(folder), MergeRequest([str(stick)]))
        names, _ = names_and_numbers(home.store)
    assert names == ["Asha", "Bina", "Chitra"]
    assert {one.code for one in result.forks} == {"KA7"}
