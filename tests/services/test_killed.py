"""The power goes while a kiosk purges, backs up, restores, issues, makes slips: all is well."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.bootstrap_keeping import backups_of, event_records, restore
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.services.certify import Prepared, prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.issuing import issue_and_queue, queue_again
from kiosk.services.purging import drop_exports, look, purge
from kiosk.services.register import Registration, register_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, files_below, visitor
from tests.services.killed import IN_2041
from tests.services.test_purging import in_clear

ROOT = Path(__file__).parents[2]
NAME = "Zanzibarwala"
DAY_S = 86_400


@pytest.fixture
def day(new_kiosk: Path, tmp_path: Path) -> Path:
    """A kiosk a year later: one whose time has come, one whose has not; an export, backups."""
    room = tmp_path / "day"
    data, stick = room / "data", room / "stick"
    shutil.copytree(new_kiosk, data, copy_function=shutil.copy2)
    stick.mkdir()
    clock = FakeClock(IN_2041 - 366 * DAY_S * 1000)
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        for name in (NAME, "Lakshmi"):
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))
            desk.carry.seal()
            clock.pass_seconds(100 * DAY_S)
        backups = backups_of(desk)
        backups.write(stick / "older.skb")
        backups.choose(stick)
        backups.keep()
    (data / "export").mkdir()
    (data / "export" / "day.age").write_bytes(b"sealed")
    # the day is copied for each try: what it is at home in is told when it is opened first
    return room


def tries(day: Path, tmp_path: Path, what: str, first: int, every: int) -> list[Path]:
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.services.killed", str(day), str(rooms), what,
            str(first), str(every),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sys.stdout.write(f"{what}: {done.stdout.strip()} steps\n")
    return sorted(rooms.iterdir())


def purged_again(room: Path) -> None:
    """Said again, a purge ends what one began: nobody is left whose time had come."""
    data, clock = room / "data", FakeClock(IN_2041)
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        verification = desk.record.verify()
        assert verification.ok, verification.reason
        records = event_records(desk)
        due = look(records, 365, clock)
        drop_exports(data)
        purge(records, due, "coordinator", clock)
        kept = backups_of(desk).keep()
        assert [one.name for one in desk.record.attendees()] == ["Lakshmi"]
        assert desk.record.verify().ok
        noted = {one.name for one in desk.carry.outgoing().batches()}
        outbox = data / "outbox"
        assert {one.relative_to(outbox).as_posix() for one in files_below(outbox)} == noted
    assert not (data / "export").exists()
    assert kept is not None
    assert [one.name for one in (room / "stick").glob("samvad-*.skb")] == [kept.path.name]
    assert not list(room.rglob("*.part"))
    content = in_clear(data)
    assert b"Lakshmi" in content
    assert NAME.encode() not in content
    assert NAME.casefold().encode() not in content


def backed_up_again(room: Path) -> None:
    """A backup is whole, or not there; the next one sweeps what is left of it."""
    made = room / "stick" / "day.skb"
    if made.exists():
        restore(made, room / "back", PASSPHRASE)
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, FakeClock(IN_2041 + 1000)) as desk:
        made.unlink(missing_ok=True)
        backups_of(desk).write(made)
        assert backups_of(desk).keep() is not None
        assert desk.record.verify().ok
    assert not list(room.rglob("*.part"))


def restored_again(room: Path) -> None:
    """The kiosk is back whole, or nothing is there and it can be said again."""
    back = room / "back"
    if not back.exists():
        restore(room / "stick" / "older.skb", back, PASSPHRASE)
    assert [one.name for one in room.iterdir() if one.name.startswith(".")] == []
    with bootstrap.open_kiosk(back, PASSPHRASE, FakeClock(IN_2041)) as desk:
        assert {one.name for one in desk.record.attendees()} == {NAME, "Lakshmi"}
        assert desk.device.renewed_from == "KA1"
        assert desk.record.verify().ok


def issued_again(room: Path) -> None:
    """Every certificate in the log has its sheet in the queue, and every sheet its certificate;
    one more paper for each time that the log has noted one.
    """
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, FakeClock(IN_2041 + 60_000)) as desk:
        visitor = next(iter(desk.record.attendees()))
        held = desk.record.certificates(visitor.id)
        waiting = [job.serial for job in desk.record.print_jobs()]
        assert set(waiting) == {one.serial for one in held}
        noted = desk.record.verify().entries
        queue_again(desk, issued_now(desk, visitor), "staff:A", "lost")
        assert desk.record.verify().entries == noted + (1 if held else 2)
        assert desk.record.verify().ok


def issued_now(desk: Desk, visitor: Attendee) -> Prepared:
    if not desk.record.certificates(visitor.id):
        issue_and_queue(desk, prepare_certificate(desk, visitor), "visitor")
    return prepare_certificate(desk, visitor)


def slip_again(room: Path) -> None:
    """Whoever is registered has a slip in the queue; one more for each time that the log has
    noted a new one.
    """
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, FakeClock(IN_2041 + 60_000)) as desk:
        came = [one for one in desk.record.attendees() if one.name == "Meenakshi"]
        slips = [job for job in desk.record.print_jobs() if job.kind == "slip"]
        connection = desk.record.connection  # type: ignore[attr-defined]
        (anew,) = connection.execute(
            "SELECT count(*) FROM change WHERE entity = 'print'"
        ).fetchone()
        assert len(slips) == len(came) + anew
        assert {job.attendee_id for job in slips} == {one.id for one in came}
        assert desk.record.verify().ok


AFTERWARDS = {
    "purge": purged_again, "backup": backed_up_again, "restore": restored_again,
    "issue": issued_again, "slip": slip_again,
}  # fmt: skip
EVERY = {"issue": 1, "slip": 1}  # few steps, each of which counts


@pytest.mark.parametrize("what", AFTERWARDS)
def test_a_kill_at_some_steps(day: Path, tmp_path: Path, what: str) -> None:
    rooms = tries(day, tmp_path, what, 2, EVERY.get(what, 9))
    assert len(rooms) > 2
    for room in rooms:
        AFTERWARDS[what](room)


@pytest.mark.long
@pytest.mark.parametrize("what", AFTERWARDS)
def test_a_kill_at_every_step(day: Path, tmp_path: Path, what: str) -> None:
    for room in tries(day, tmp_path, what, 1, 1):
        AFTERWARDS[what](room)
