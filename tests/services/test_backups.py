"""A kiosk comes back from its backup, and nobody comes back who was erased since."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.bootstrap_backups import MARK, KioskBackups
from kiosk.bootstrap_keeping import backups_of, event_records, restore
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import Desk
from kiosk.services.keeping import Backup, outlived
from kiosk.services.purging import look, purge
from kiosk.services.register import Registration, register_attendee
from kiosk.settings import SETTINGS_FILE
from kiosk.storage.backup import read_manifest, write_backup
from kiosk.storage.locking import only_one
from kiosk.storage.snapshot import Snapshots
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import KEYS, open_vault
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, files_below, visitor
from tests.storage.test_snapshot import no_file_over

IN_2040 = 2_209_012_200_000
YEAR_S = 365 * 86_400
HOUR_MS = 3_600_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(IN_2040)


@pytest.fixture
def kiosk(data: Path, clock: FakeClock) -> Iterator[Desk]:
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        come(desk, "Asha")
        desk.carry.seal()
        yield desk


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "stick नीली"
    folder.mkdir()
    return folder


@pytest.fixture
def backups(kiosk: Desk) -> KioskBackups:
    return backups_of(kiosk)


def come(desk: Desk, name: str) -> None:
    register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


def names(desk: Desk) -> list[str]:
    return [one.name for one in desk.record.attendees()]


def purged(desk: Desk, clock: FakeClock) -> int:
    clock.pass_seconds(YEAR_S)
    records = event_records(desk)
    return purge(records, look(records, 365, clock), "coordinator", clock).erased


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        work()
    return caught.value.key


def skb(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("*.skb"))


def test_a_kiosk_comes_back_with_an_identity_of_its_own(
    kiosk: Desk, backups: KioskBackups, place: Path, tmp_path: Path, clock: FakeClock
) -> None:
    kept = kiosk.folder / "designs" / kiosk.paper.design_mark() / "template.toml"
    made = backups.write(place / "day.skb")
    come(kiosk, "Ravi")
    back = tmp_path / "back"
    restored = restore(made.path, back, PASSPHRASE)
    assert (restored.sha256, restored.made_at, restored.buried) == (made.sha256, IN_2040, 0)
    sealed = [path.name for path in files_below(kiosk.folder / "outbox")]
    assert [path.name for path in files_below(back / "outbox")] == sealed
    assert (back / kept.relative_to(kiosk.folder)).read_bytes() == kept.read_bytes()
    with bootstrap.open_kiosk(back, PASSPHRASE, clock) as desk:
        assert names(desk) == ["Asha"]
        assert desk.device.renewed_from == "KA1"
        assert desk.record.verify().ok
        come(desk, "Meena")
        desk.carry.seal()


def test_nothing_personal_is_in_clear(kiosk: Desk, backups: KioskBackups, place: Path) -> None:
    content = backups.write(place / "day.skb").path.read_bytes()
    for word in (b"Asha", b"asha", "सुनीता".encode(), b"SQLite format", b"AGE-SECRET-KEY"):
        assert word not in content
    manifest = read_manifest(place / "day.skb")
    assert set(manifest.facts) == {"made_at", "erased", "heads"}


def test_who_was_erased_since_does_not_come_back(
    kiosk: Desk, backups: KioskBackups, place: Path, tmp_path: Path, clock: FakeClock
) -> None:
    made = backups.write(place / "day.skb")
    assert purged(kiosk, clock) == 1
    backups.write(place / "later.skb")  # notes beside both who was erased
    back = tmp_path / "back"
    assert restore(made.path, back, PASSPHRASE).buried == 1
    assert files_below(back / "outbox") == []  # their batch is gone before it is ever sent
    with bootstrap.open_kiosk(back, PASSPHRASE, clock) as desk:
        assert names(desk) == []
        assert desk.record.verify().ok
        (batch,) = [one for one in desk.carry.seal() if one.span.device_id == kiosk.device.id]
        assert batch.batch_no == 2


def test_a_list_that_another_kiosk_wrote_means_nothing_here(
    backups: KioskBackups, place: Path, tmp_path: Path
) -> None:
    made = backups.write(place / "day.skb")
    (noted,) = place.glob("*.erased")
    for content in (b"", b"torn", noted.read_bytes()[:-1] + b"\0"):
        noted.write_bytes(content)
        assert restore(made.path, tmp_path / f"back{len(content)}", PASSPHRASE).buried == 0


@pytest.mark.parametrize("there", ["a kiosk", "a file", "no folder above"])
def test_it_comes_back_into_an_empty_folder_only(
    backups: KioskBackups, place: Path, tmp_path: Path, there: str
) -> None:
    made = backups.write(place / "day.skb")
    back = tmp_path / "back"
    if there == "a kiosk":
        back.mkdir()
        (back / SETTINGS_FILE).write_text("mine")
    elif there == "a file":
        back.write_text("mine")
    else:
        back = back / "below" / "it"
    expected = "folder_missing" if there == "no folder above" else "folder_not_empty"
    assert refusal(lambda: restore(made.path, back, PASSPHRASE)) == expected
    assert there == "no folder above" or files_below(tmp_path / "back") in (
        [],
        [back / SETTINGS_FILE],
    )


def test_an_empty_folder_is_filled(backups: KioskBackups, place: Path, tmp_path: Path) -> None:
    made = backups.write(place / "day.skb")
    back = tmp_path / "back"
    back.mkdir()
    leftover = tmp_path / ".back.restoring"
    leftover.mkdir()
    (leftover / "torn").write_bytes(b"")
    restore(made.path, back, PASSPHRASE)
    assert (back / DATABASE).is_file()
    assert not (back / "torn").exists()


def test_whoever_does_not_know_the_passphrase_gets_nothing(
    backups: KioskBackups, place: Path, tmp_path: Path
) -> None:
    made = backups.write(place / "day.skb")
    assert refusal(lambda: restore(made.path, tmp_path / "back", "wrong")) == "passphrase_wrong"
    assert not list(tmp_path.glob("*back*"))


def test_a_coordinator_opens_it_without_the_passphrase(
    kiosk: Desk, backups: KioskBackups, place: Path, tmp_path: Path
) -> None:
    from kiosk.settings import RESOURCES

    made = backups.write(place / "day.skb")
    identity = RESOURCES / "campaigns/gem-samvad/practice/coordinator.identity"
    restore(made.path, tmp_path / "back", "", identity)
    assert open_vault(tmp_path / "back", PASSPHRASE)


def resealed(made: Backup, data: Path, to: Path, **facts: object) -> Path:
    """The backup, put together anew by somebody without the key."""
    manifest = read_manifest(made.path)
    files = [(one.name, data / one.name) for one in manifest.entries]
    write_backup(to, files, {**manifest.facts, **facts}, lambda _told: manifest.seal)
    return to


def test_what_was_put_together_anew_is_refused(
    kiosk: Desk, backups: KioskBackups, place: Path, tmp_path: Path
) -> None:
    made = backups.write(place / "day.skb")
    first = tmp_path / "first"
    restore(made.path, first, PASSPHRASE)
    other = resealed(made, first, place / "other.skb", made_at=5)
    assert refusal(lambda: restore(other, tmp_path / "back", PASSPHRASE)) == "backup_altered"
    snapshots = Snapshots(first / DATABASE, open_vault(first, PASSPHRASE).database)
    manifest = read_manifest(made.path)
    files = [(one.name, first / one.name) for one in manifest.entries]
    write_backup(place / "heads.skb", files, {"heads": []}, snapshots.seal)
    assert refusal(lambda: restore(place / "heads.skb", tmp_path / "b", PASSPHRASE)) == (
        "backup_altered"
    )
    (first / DATABASE).write_bytes((first / DATABASE).read_bytes()[:-4096] + bytes(4096))
    write_backup(place / "torn.skb", files, manifest.facts, snapshots.seal)
    assert refusal(lambda: restore(place / "torn.skb", tmp_path / "b", PASSPHRASE)) == (
        "database_corrupt"
    )


def test_a_backup_never_takes_the_place_of_a_file_nor_lies_in_the_data(
    kiosk: Desk, backups: KioskBackups, place: Path
) -> None:
    (place / "day.skb").write_bytes(b"mine")
    assert refusal(lambda: backups.write(place / "day.skb")) == "file_exists"
    assert refusal(lambda: backups.write(kiosk.folder / "day.skb")) == "backup_in_data"
    assert refusal(lambda: backups.write(place / "gone" / "day.skb")) == "folder_missing"


def test_regular_backups_go_where_the_mark_is(
    kiosk: Desk, backups: KioskBackups, place: Path
) -> None:
    assert backups.keep() is None
    backups.choose(place)
    assert backups.place() == place
    first = backups.keep()
    assert first is not None
    assert backups.keep() == first == backups.last()  # nothing was written since
    (place / MARK).unlink()
    assert refusal(backups.keep) == "backup_place_missing"
    (place / MARK).write_text(json.dumps({"kiosks": ["another's", 3]}))
    assert not backups.knows(place)
    backups.choose(place)
    assert "another's" in json.loads((place / MARK).read_text())["kiosks"]
    assert backups.knows(place)
    backups.choose(None)
    assert backups.keep() is None
    (kiosk.folder / "backups.json").write_text("[]")
    assert backups.place() is None
    (kiosk.folder / "backups.json").write_text(json.dumps({"folder": 3}))
    assert backups.place() is None


def test_what_a_pulled_stick_broke_off_is_swept(
    kiosk: Desk, backups: KioskBackups, place: Path, clock: FakeClock
) -> None:
    backups.choose(place)
    first = backups.keep()
    assert first is not None
    first.path.rename(first.path.with_name(f"{first.path.name}.part"))
    (place / "mine.skb.part").write_bytes(b"")
    clock.pass_seconds(1)
    again = backups.keep()
    assert again is not None
    assert skb(place) == [again.path.name]
    assert [path.name for path in place.glob("*.part")] == ["mine.skb.part"]


def test_two_do_not_back_up_at_once(kiosk: Desk, backups: KioskBackups, place: Path) -> None:
    backups.choose(place)
    with only_one(kiosk.folder / "backup.lock"):
        assert refusal(backups.keep) == "database_locked"


def test_what_others_left_on_the_stick(
    kiosk: Desk, backups: KioskBackups, place: Path, clock: FakeClock, tmp_path: Path
) -> None:
    """A clone's backups share the stick; what no one can read goes, what is newer stays."""
    backups.choose(place)
    first = backups.keep()
    assert first is not None
    stem = first.path.name.rsplit("-", 2)[0]
    clones = place / f"{stem}-ffffffff-00000000000001.skb"
    shutil.copy(first.path, clones)
    torn = first.path.with_name(first.path.name.replace(str(IN_2040), "1" * 13))
    torn.write_bytes(b"samvad kiosk backup\n")
    content = first.path.read_bytes().replace(b'"format": 1', b'"format": 9')
    newer = first.path.with_name(first.path.name.replace(str(IN_2040), "2" * 13))
    newer.write_bytes(content)
    clock.pass_seconds(60)
    come(kiosk, "Ravi")
    second = backups.keep()
    assert second is not None
    assert set(skb(place)) == {one.name for one in (clones, newer, first.path, second.path)}
    purged(kiosk, clock)
    third = backups.keep()
    assert third is not None
    assert set(skb(place)) == {newer.name, third.path.name}


class Erasing:
    """The clock, asked while a backup is made: somebody is erased just then."""

    def __init__(self, desk: Desk, times: int) -> None:
        self._desk = desk
        self._times = times

    def now_ms(self) -> int:
        if self._times:
            self._times -= 1
            come(self._desk, "Somebody")
            person = next(iter(self._desk.record.attendees()))
            record = event_records(self._desk)[0]
            record.purging.erase([person.id], "coordinator")
        return IN_2040


def test_no_backup_is_older_than_an_erasure(kiosk: Desk, place: Path) -> None:
    snapshots = backups_of(kiosk)._snapshots
    racing = KioskBackups(kiosk.folder, kiosk.device.id, snapshots, Erasing(kiosk, 2))
    assert racing.write(place / "day.skb").erased == 2
    racing = KioskBackups(kiosk.folder, kiosk.device.id, snapshots, Erasing(kiosk, 9))
    assert refusal(lambda: racing.write(place / "other.skb")) == "backup_changed"
    assert not (place / "other.skb").exists()
    assert not list(kiosk.folder.glob("*.part"))


def test_a_batch_that_is_gone_from_the_outbox_is_left_out(
    kiosk: Desk, backups: KioskBackups, place: Path, tmp_path: Path, clock: FakeClock
) -> None:
    for path in files_below(kiosk.folder / "outbox"):
        path.unlink()
    (kiosk.folder / KEYS / "seen.json.part").write_bytes(b"torn")
    made = backups.write(place / "day.skb")
    names_there = {one.name for one in read_manifest(made.path).entries}
    assert not any(name.startswith("outbox") or name.endswith(".part") for name in names_there)
    restore(made.path, tmp_path / "back", PASSPHRASE)


def test_a_data_folder_that_takes_no_snapshot_makes_no_backup(
    kiosk: Desk, backups: KioskBackups, place: Path
) -> None:
    (kiosk.folder / "snapshot.part").mkdir()
    assert refusal(lambda: backups.write(place / "day.skb")) == "folder_read_only"
    assert list(place.iterdir()) == []


def test_a_full_disk_gets_no_half_backup_and_no_half_kiosk(
    backups: KioskBackups, place: Path, tmp_path: Path
) -> None:
    made = backups.write(place / "day.skb")
    with no_file_over(300_000):
        fault = refusal(lambda: restore(made.path, tmp_path / "back", PASSPHRASE))
        assert fault == "disk_full"
        assert refusal(lambda: backups.write(place / "other.skb")) in {"disk_full", "disk_error"}
    assert not list(tmp_path.glob("*back*"))
    assert skb(place) == ["day.skb"]
    restore(made.path, tmp_path / "back", PASSPHRASE)
    backups.write(place / "other.skb")


def backup_at(made_at: int, erased: int = 0) -> Backup:
    return Backup(Path(f"{made_at}.skb"), "", made_at, erased)


def test_the_newest_few_stay_and_one_an_hour() -> None:
    every = [backup_at(at * 300_000) for at in range(12 * 24)]  # every five minutes of a day
    gone = {one.made_at for one in outlived(every)}
    kept = sorted({one.made_at for one in every} - gone, reverse=True)
    newest = 287 * 300_000
    assert kept[:3] == [newest, newest - 300_000, newest - 600_000]
    assert len(kept) == 3 + 11
    assert all(newest - at < 12 * HOUR_MS for at in kept)
    assert outlived([]) == []


def test_an_erasure_takes_all_that_are_older() -> None:
    older, newer = backup_at(1), backup_at(2, erased=1)
    assert outlived([older, newer]) == [older]
