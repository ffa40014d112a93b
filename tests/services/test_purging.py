"""Whose time has come is erased, and nothing that this kiosk keeps holds a word of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from kiosk import bootstrap
from kiosk.bootstrap_keeping import backups_of, event_records
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Stopped
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.drafts import save_draft
from kiosk.services.find import find_attendees
from kiosk.services.paper import Sheet
from kiosk.services.printing import queue
from kiosk.services.purging import Purged, drop_exports, is_far, look, purge
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.withdraw import withdraw_visitor, withdraw_with_code
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import open_vault
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, files_below, visitor

HINDI = Tag("hi")
NAME = "Zanzibarwala"
YEAR = 365
A_DAY = 86_400
IN_2040 = 2_209_012_200_000


def come(desk: Desk, name: str = NAME) -> Registered:
    return register_attendee(desk, Registration(HINDI, visitor(name=name), CONSENTS))


def later(clock: FakeClock, days: float) -> None:
    clock.pass_seconds(days * A_DAY)


def purge_now(desk: Desk) -> Purged:
    records = event_records(desk)
    due = look(records, desk.campaign.notice.retention_days, desk.clock)
    return purge(records, due, "coordinator", desk.clock)


def in_clear(data: Path) -> bytes:
    """Every page of the record as SQLCipher decrypts it (AES-256-CBC), free ones as well."""
    key = open_vault(data, PASSPHRASE).database
    raw = (data / DATABASE).read_bytes()
    pages = []
    for at in range(0, len(raw), 4096):
        page = raw[at or 16 : at + 4096]  # the first begins with the salt
        cipher = Cipher(AES256(key), CBC(page[-80:-64])).decryptor()
        pages.append(cipher.update(page[:-80]) + cipher.finalize())
    assert b"CREATE TABLE attendee" in b"".join(pages)
    return b"".join(pages)


def words_of(name: str) -> list[bytes]:
    return [name.encode(), name.casefold().encode()]


@pytest.fixture
def clock() -> FakeClock:
    """The kiosk was made on the day on which this runs; whatever happens in it comes later."""
    return FakeClock(IN_2040)


@pytest.fixture
def opened(data: Path, clock: FakeClock) -> Iterator[Desk]:
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        yield desk


def test_nobody_goes_before_their_time_and_everybody_then(opened: Desk, clock: FakeClock) -> None:
    come(opened)
    later(clock, YEAR - 1)
    assert purge_now(opened).erased == 0
    later(clock, 1)
    assert purge_now(opened).erased == 1
    assert list(opened.record.attendees()) == []
    assert find_attendees(opened, NAME) == []
    assert opened.record.verify().ok
    assert purge_now(opened).erased == 0


def test_whoever_was_corrected_later_stays_a_year_from_then(opened: Desk, clock: FakeClock) -> None:
    come(opened, "Ravi")
    person = come(opened).attendee
    later(clock, 100)
    correct_attendee(opened, person, {"organisation": "A"}, "staff:Asha")
    later(clock, YEAR - 50)
    assert purge_now(opened).erased == 1
    assert [one.name for one in opened.record.attendees()] == [NAME]
    later(clock, 60)
    assert purge_now(opened).erased == 1


def test_withdrawing_makes_nobody_stay_longer(opened: Desk, clock: FakeClock) -> None:
    person = come(opened).attendee
    later(clock, 200)
    withdraw_visitor(opened, person)
    later(clock, YEAR - 199)
    purged = purge_now(opened)
    assert (purged.erased, purged.withdrawn) == (1, 1)
    assert purged.events == {opened.event.id: 1}


def test_a_lone_note_of_a_withdrawal_stays_a_year_longer(
    desk: Desk, other_desk: Desk, clock: FakeClock
) -> None:
    known = come(desk)
    withdraw_with_code(other_desk, known.receipt_code, known.attendee.number)
    later(clock, YEAR + 1)
    assert purge_now(other_desk).erased == 0
    later(clock, YEAR)
    assert purge_now(other_desk).erased == 1


def test_a_clock_that_is_behind_erases_nobody(opened: Desk, clock: FakeClock) -> None:
    come(opened)
    later(clock, -3)
    with pytest.raises(EnvironmentFault, match="clock_behind") as caught:
        purge_now(opened)
    assert caught.value.values["days"] == 3
    later(clock, 3 - 0.001)  # some seconds: it was set right
    assert purge_now(opened).erased == 0


def test_a_clock_that_is_far_ahead_is_told(opened: Desk, clock: FakeClock) -> None:
    come(opened)
    later(clock, 2 * YEAR)
    records = event_records(opened)
    assert not is_far(look(records, YEAR, clock), clock)
    later(clock, 9 * YEAR)
    assert is_far(look(records, YEAR, clock), clock)
    assert not is_far([], clock)


def test_nothing_of_their_words_is_left(data: Path, clock: FakeClock) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        for name in (NAME, "Ravi Kumar"):
            come(desk, name)
        later(clock, 30)
        stays = come(desk, "Lakshmi Devi").attendee
        assert find_attendees(desk, "Zanzibarvala")  # the words of all are in memory now
        later(clock, YEAR - 20)
        assert purge_now(desk).erased == 2
        assert find_attendees(desk, "Zanzibarvala") == []
        assert [one.attendee.id for one in find_attendees(desk, "Lakshmi")] == [stays.id]
    content = in_clear(data)
    assert b"Lakshmi" in content
    assert b"lakshmi" in content
    for word in (*words_of(NAME), *words_of("Ravi"), *words_of("Kumar")):
        assert word not in content


def test_what_lies_about_goes_as_well(opened: Desk, clock: FakeClock) -> None:
    come(opened)
    save_draft(opened, "name", HINDI, {"name": NAME}, consents=CONSENTS)
    queue(opened, Sheet(b"%PDF-1.7 " + NAME.encode(), 1), "certificate", "Certificates")
    later(clock, YEAR + 1)
    save_draft(opened, "name", HINDI, {"name": "today's"}, consents=CONSENTS)
    purge_now(opened)
    assert [one.answers["name"] for one in opened.record.drafts()] == ["today's"]
    assert opened.record.print_jobs() == []


def test_exports_in_the_data_folder_go_and_those_elsewhere_stay(
    tmp_path: Path,
) -> None:
    elsewhere, data = tmp_path / "office", tmp_path / "data"
    for folder in (elsewhere, data / "export" / "old"):
        folder.mkdir(parents=True)
        (folder / "day.age").write_bytes(b"sealed")
    (data / "closing").symlink_to(elsewhere)
    drop_exports(data)
    assert not (data / "export").exists()
    assert (elsewhere / "day.age").exists()
    drop_exports(tmp_path / "nothing")


def test_batches_that_hold_them_go_and_are_sealed_anew(opened: Desk, clock: FakeClock) -> None:
    come(opened)
    (first,) = opened.carry.seal()
    later(clock, 30)
    come(opened, "Ravi")
    (second,) = opened.carry.seal()
    later(clock, YEAR - 20)
    purged = purge_now(opened)
    outbox = opened.folder / "outbox"
    names = {path.relative_to(outbox).as_posix() for path in files_below(outbox)}
    assert first.name not in names
    assert second.name in names
    assert {one.name for one in purged.sealed} == names - {second.name}
    assert {one.batch_no for one in purged.sealed} == {3, 4}
    assert purged.sealed[0].span == first.span


def test_a_purge_that_is_stopped_goes_on_the_next_time(opened: Desk, clock: FakeClock) -> None:
    for at in range(3):
        come(opened, f"Visitor {at}")
    later(clock, YEAR + 1)
    records = event_records(opened)
    due = look(records, YEAR, clock)
    told: list[tuple[str, int, int]] = []

    def stop(step: str, done: int, of: int) -> None:
        told.append((step, done, of))
        raise Stopped

    with pytest.raises(Stopped):
        purge(records, due, "coordinator", clock, stop)
    assert told == [("erase", 0, 3)]
    assert purge_now(opened).erased == 3


def test_older_backups_go_with_whom_they_hold(
    opened: Desk, clock: FakeClock, tmp_path: Path
) -> None:
    backups = backups_of(opened)
    place = tmp_path / "stick"
    place.mkdir()
    backups.choose(place)
    come(opened)
    older = backups.keep()
    later(clock, YEAR + 1)
    purge_now(opened)
    newer = backups.keep()
    assert older is not None
    assert newer is not None
    assert list(place.glob("*.skb")) == [newer.path]
    assert newer.erased == 1 == older.erased + 1
