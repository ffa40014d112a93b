"""A kiosk whose data were copied: it notices, takes another name, and loses nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.settings import RESOURCES
from kiosk.storage.files import write_durably
from kiosk.storage.machine import Hints
from kiosk.storage.seen import SEEN_FILE
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import DEVICE_FILE, KEYS, open_vault
from kiosk.sync.trust import load_trust, verify_certificate
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

PACK = RESOURCES / "campaigns" / "gem-samvad"
OTHER = "six other words of my own"
HERE: Hints = {"installation": frozenset({"i1"}), "disk": frozenset({"d1"})}
THERE: Hints = {"installation": frozenset({"i1"}), "disk": frozenset({"d2"})}


def opened(data: Path, clock: FakeClock, machine: Hints = HERE) -> Desk:
    return bootstrap.open_kiosk(data, PASSPHRASE, clock, machine)


def come(desk: Desk, name: str = "सुनीता शर्मा") -> Registered:
    return register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


@pytest.fixture
def day(data: Path, clock: FakeClock) -> Path:
    """A kiosk that has met one visitor."""
    with opened(data, clock) as desk:
        come(desk)
    return data


def test_a_kiosk_that_stays_where_it_is_keeps_its_name(day: Path, clock: FakeClock) -> None:
    for _ in range(3):
        with opened(day, clock) as desk:
            assert (desk.device.code, desk.device.renewed_from) == ("KA1", "")
    with opened(day.rename(day.with_name("moved")), clock) as desk:
        assert desk.device.code == "KA1"


def test_a_copy_takes_a_name_of_its_own_once(day: Path, clock: FakeClock, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(day, tmp_path / "copy"))
    with opened(copy, clock) as desk:
        code = desk.device.code
        assert desk.device.renewed_from == "KA1"
        assert code.startswith("KA1")
        number = come(desk).attendee.number
        assert number == f"{code}-0002"
        assert desk.record.verify().ok
    with opened(copy, clock) as desk:
        assert (desk.device.code, desk.device.renewed_from) == (code, "")
        assert desk.device.formers == ("KA1",)
        assert [one.number for one in desk.record.attendees()] == ["KA1-0001", number]
    with opened(day, clock) as original:
        assert original.device.code == "KA1"
        assert come(original).attendee.number == "KA1-0002"


def test_a_whole_disk_that_was_cloned_is_noticed(day: Path, clock: FakeClock) -> None:
    with opened(day, clock, THERE) as desk:
        assert desk.device.renewed_from == "KA1"
    with opened(day, clock, THERE) as desk:
        assert desk.device.renewed_from == ""


def test_parts_may_be_replaced_one_after_the_other(day: Path, clock: FakeClock) -> None:
    parts = ("i1 d1 n1", "i1 d1 n2", "i1 d2 n2", "i2 d2 n2")
    for i, d, n in (one.split() for one in parts):
        machine: Hints = {
            "installation": frozenset({i}), "disk": frozenset({d}), "network": frozenset({n}),
        }  # fmt: skip
        with opened(day, clock, machine) as desk:
            assert desk.device.code == "KA1"


def test_both_histories_are_kept_and_hold(day: Path, clock: FakeClock, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(day, tmp_path / "copy"))
    with opened(day, clock) as original:
        before = original.record.verify()
        first = original.device.id
    with opened(copy, clock) as desk:
        come(desk)
        found = desk.record.verify()
        assert found.ok
        assert found.entries > before.entries
        assert found.head != before.head  # the head of this laptop's own chain
        second = desk.device.id
    keys = open_vault(copy, PASSPHRASE)
    told = verify_certificate(keys.certificate, load_trust(PACK))
    assert (told.id, told.formers) == (second, (first,))
    (former,) = keys.former
    assert verify_certificate(former.certificate, load_trust(PACK)).id == first
    assert keys.former[0].private != keys.device_private


def test_a_record_put_back_from_an_older_copy_is_noticed(
    day: Path, clock: FakeClock, tmp_path: Path
) -> None:
    """The keys stayed where they are; only the database is of yesterday."""
    with opened(day, clock):
        shutil.copy(day / DATABASE, tmp_path / "yesterday.db")
    with opened(day, clock) as desk:
        assert come(desk).attendee.number == "KA1-0002"
    with opened(day, clock) as desk:
        assert desk.device.renewed_from == ""
    for path in day.glob(f"{DATABASE}*"):
        path.unlink()
    shutil.copy(tmp_path / "yesterday.db", day / DATABASE)
    with opened(day, clock) as desk:
        assert desk.device.renewed_from == "KA1"
        assert come(desk).attendee.number == f"{desk.device.code}-0002"
        assert desk.record.verify().ok
    with opened(day, clock) as desk:
        assert desk.device.renewed_from == ""


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"device":1,"seq":"x"}', None])
def test_what_was_seen_is_no_trap_when_it_is_damaged(
    day: Path, clock: FakeClock, content: bytes | None
) -> None:
    path = day / KEYS / SEEN_FILE
    if content is None:
        told = json.loads(path.read_bytes())
        path.write_text(json.dumps({**told, "seq": 9_999}))
    else:
        path.write_bytes(content)
    with opened(day, clock) as desk:
        assert desk.device.code == "KA1"
    assert json.loads(path.read_bytes())["seq"] > 1


def test_copies_of_copies_are_all_different(day: Path, clock: FakeClock, tmp_path: Path) -> None:
    codes, ids, folder = ["KA1"], set(), day
    for at in range(12):
        folder = Path(shutil.copytree(folder, tmp_path / f"copy {at}"))
        with opened(folder, clock) as desk:
            come(desk)
            codes.append(desk.device.code)
            ids.add(desk.device.id)
            assert desk.record.verify().ok
            assert list(desk.device.formers) == codes[-2::-1]
    assert len(set(codes)) == 13
    assert len(ids) == 12
    assert max(map(len, codes)) == 5


def test_a_power_cut_while_it_is_renewed_costs_a_suffix_and_no_more(
    day: Path, clock: FakeClock, tmp_path: Path
) -> None:
    """The vault knows the new identity, the record does not yet."""
    copy = Path(shutil.copytree(day, tmp_path / "copy"))
    cut = Path(shutil.copytree(day, tmp_path / "cut"))
    with opened(copy, clock) as desk:
        lost = desk.device.id
    device = copy / KEYS / DEVICE_FILE
    write_durably(cut / KEYS / DEVICE_FILE, device.read_bytes())
    with opened(cut, clock) as desk:
        assert desk.device.renewed_from == "KA1"
        assert desk.device.id != lost
        come(desk)
        assert desk.record.verify().ok
    assert len(open_vault(cut, PASSPHRASE).former) == 2


def test_what_a_copy_writes_comes_after_what_it_took_over(
    day: Path, clock: FakeClock, tmp_path: Path
) -> None:
    """Also with a clock of 1970: a correction must not lose against what it corrects."""
    copy = Path(shutil.copytree(day, tmp_path / "copy"))
    clock.ms = 5_000
    with opened(copy, clock) as desk:
        assert desk.device.renewed_from == "KA1"
        (held,) = list(desk.record.attendees())
        correct_attendee(desk, held, {"name": "कमला देवी"}, "staff:Asha")
        (held,) = list(desk.record.attendees())
        assert held.name == "कमला देवी"
        assert desk.record.verify().ok


# a forgotten passphrase


def test_a_coordinator_opens_a_kiosk_whose_passphrase_is_forgotten(
    day: Path, clock: FakeClock
) -> None:
    identity = PACK / "practice" / "deputy.identity"
    with bootstrap.reset_passphrase(day, identity, OTHER, clock, HERE) as desk:
        assert desk.device.code == "KA1"
        assert desk.record.verify().ok
        entries = desk.record.verify().entries
    with pytest.raises(EnvironmentFault, match="passphrase_wrong"):
        opened(day, clock)
    with bootstrap.open_kiosk(day, OTHER, clock, HERE) as desk:
        assert desk.record.verify().entries == entries  # opening writes nothing


def test_another_campaign_s_coordinator_does_not(
    day: Path, clock: FakeClock, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    stranger.write_text("AGE-SECRET-KEY-1" + "Q" * 58)
    with pytest.raises(EnvironmentFault, match="identity_wrong"):
        bootstrap.reset_passphrase(day, stranger, "mine now", clock)
    identity = PACK / "practice" / "deputy.identity"
    with pytest.raises(EnvironmentFault, match="passphrase_empty"):
        bootstrap.reset_passphrase(day, identity, "  ", clock)
    with opened(day, clock) as desk:
        assert desk.device.code == "KA1"
