"""Certificates of other kiosks at the desk: what the campaign's keys files add to the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.bootstrap_campaign import make_campaign
from kiosk.bootstrap_checking import DeskChecker, Readers, Together, desk_checker
from kiosk.bootstrap_trust import keys_of_campaign
from kiosk.domain.ids import CampaignId, DeviceId, Serial
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.attesting import Attested, Facts, Fate
from kiosk.services.certify import issue_certificate, prepare_certificate, reissue_certificate
from kiosk.services.desk import Desk
from kiosk.services.verify import Verdict, check_text
from kiosk.settings import RESOURCES
from kiosk.sync.keys_file import Known, write_keys
from kiosk.sync.trust import load_trust
from tests.services.test_certify import arrive

TRUST = load_trust(RESOURCES / "campaigns" / "gem-samvad")
KNOWN = date(2020, 1, 12)


@pytest.fixture
def symbol(other_desk: Desk) -> str:
    """What stands on a certificate of another kiosk, which was replaced there."""
    attendee = arrive(other_desk)
    prepared = prepare_certificate(other_desk, attendee)
    issue_certificate(other_desk, prepared, "visitor")
    reissue_certificate(other_desk, attendee, "staff:A", "name")
    return prepared.content.qr


def keys(desk: Desk, until: date = KNOWN) -> bytes:
    """What a merged store would tell of this kiosk."""
    return write_keys(TRUST, Known({}, {}, until, ended=desk.record.fates(), complete=True), None)


def checked(checker: DeskChecker, text: str) -> Verdict:
    return check_text(checker.reader, checker.known, text)


def test_of_another_kiosk_only_the_signature_is_known(desk: Desk, symbol: str) -> None:
    checker = desk_checker(desk)
    assert (checker.complete_until, checker.lost_until, checker.taken) == (None, None, False)
    verdict = checked(checker, symbol)
    assert (verdict.status, verdict.as_of) == ("valid", desk.event.day)


@pytest.mark.parametrize("place", ["one.keys", "campaign/keys.JSON", "stick"])
def test_a_keys_file_tells_what_became_of_it(
    desk: Desk, other_desk: Desk, symbol: str, tmp_path: Path, place: str
) -> None:
    (desk.folder / "campaign").mkdir()
    (tmp_path / "stick").mkdir()
    path = tmp_path / "stick" / "a.json" if place == "stick" else desk.folder / place
    path.write_bytes(keys(other_desk))
    checker = desk_checker(desk, [tmp_path / "stick", tmp_path / "gone"])
    verdict = checked(checker, symbol)
    assert (verdict.status, verdict.as_of) == ("replaced", KNOWN)
    assert verdict.fate is not None
    assert verdict.fate.replaced_by == "KA2-C-0002"
    assert checker.complete_until == KNOWN
    assert checker.taken == (place == "stick")


def test_what_a_stick_brought_stays_and_an_older_one_changes_nothing(
    desk: Desk, other_desk: Desk, symbol: str, tmp_path: Path
) -> None:
    stick = tmp_path / "stick.json"
    stick.write_bytes(keys(other_desk))
    assert desk_checker(desk, [tmp_path]).taken
    assert not desk_checker(desk, [tmp_path]).taken, "it is here already"
    stick.write_bytes(keys(desk, KNOWN - timedelta(days=1)))
    assert not desk_checker(desk, [tmp_path]).taken
    stick.unlink()
    assert checked(desk_checker(desk), symbol).status == "replaced"
    (tmp_path / "a.keys").write_bytes(keys(other_desk, KNOWN + timedelta(days=1)))
    (tmp_path / "b.keys").write_bytes(keys(other_desk))
    newer = desk_checker(desk, [tmp_path])
    assert (newer.taken, newer.complete_until) == (True, KNOWN + timedelta(days=1))


def test_without_room_it_is_known_while_the_stick_is_in(
    desk: Desk, other_desk: Desk, symbol: str, tmp_path: Path
) -> None:
    (desk.folder / "certificates.keys").mkdir()
    (tmp_path / "stick.json").write_bytes(keys(other_desk))
    checker = desk_checker(desk, [tmp_path])
    assert not checker.taken
    assert checked(checker, symbol).status == "replaced"


def test_whatever_else_lies_there_counts_for_nothing(
    desk: Desk, other_desk: Desk, symbol: str, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    make_campaign(own, "gem-samvad", Tag("en"))
    (tmp_path / "theirs.json").write_bytes(keys_of_campaign(str(own)))
    altered = keys(other_desk).replace(b"KA2-C-0002", b"KA2-C-0003")
    (tmp_path / "altered.json").write_bytes(altered)
    (tmp_path / "plain.json").write_text("{}")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "keys.txt").write_bytes(keys(other_desk))
    checker = desk_checker(desk, [tmp_path])
    assert (checker.complete_until, checker.lost_until, checker.taken) == (None, None, False)
    assert checked(checker, symbol).status == "valid"


def test_a_keys_file_of_the_root_tells_of_lost_laptops(
    desk: Desk, other_desk: Desk, symbol: str, tmp_path: Path
) -> None:
    lost = replace(TRUST, lost_at={other_desk.device.id: 1_500_000_000_000})
    (tmp_path / "lost.keys").write_bytes(write_keys(lost, Known({}, {}, KNOWN), None))
    checker = desk_checker(desk, [tmp_path])
    assert (checker.complete_until, checker.lost_until, checker.taken) == (None, KNOWN, True)
    verdict = checked(checker, symbol)
    assert (verdict.status, verdict.reason) == ("revoked", "lost")
    (tmp_path / "all.keys").write_bytes(keys(other_desk))
    both = desk_checker(desk, [tmp_path])
    assert (both.complete_until, both.lost_until) == (KNOWN, KNOWN)
    assert checked(both, symbol).status == "replaced"


ATTESTED = Attested(
    CampaignId("c"), False, "e", Serial("KA9-C-0001"), KNOWN, "A", DeviceId("d"), "KA9", None
)


@dataclass
class FakeReader:
    """Reads as it is told."""

    answer: Attested | str

    def attest(self, facts: Facts) -> str:
        return f"signed {facts.serial}"

    def read(self, _text: str) -> Attested:
        if isinstance(self.answer, str):
            raise VisitorError(self.answer)
        return self.answer


@dataclass
class FakeKnowledge:
    """Knows one fate, or none."""

    known: Fate | None
    until: date = KNOWN

    def fate(self, _attested: Attested, /) -> Fate | None:
        return self.known

    def as_of(self, _attested: Attested, /) -> date:
        return self.until


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(VisitorError) as caught:
        work()
    return caught.value.key


def test_a_laptop_that_one_reader_knows_is_known() -> None:
    stranger = FakeReader("attest_device_unknown")
    lost = replace(ATTESTED, lost_at=7)
    assert Readers(stranger, [FakeReader(ATTESTED)]).read("") == ATTESTED
    assert Readers(FakeReader(ATTESTED), [stranger]).read("") == ATTESTED
    assert Readers(FakeReader(ATTESTED), [FakeReader(lost)]).read("") == lost
    later = FakeReader(replace(ATTESTED, lost_at=9))
    assert Readers(later, [FakeReader(lost)]).read("").lost_at == 7
    assert refused(lambda: Readers(stranger, []).read("")) == "attest_device_unknown"
    altered = FakeReader("attest_altered")
    assert refused(lambda: Readers(altered, [FakeReader(ATTESTED)]).read("")) == "attest_altered"
    facts = Facts("e", Serial("KA1-C-0001"), KNOWN, "A")
    assert Readers(FakeReader(ATTESTED), [stranger]).attest(facts) == "signed KA1-C-0001"


def test_what_ended_it_last_comes_before_all() -> None:
    valid = Fate(ATTESTED.serial, ATTESTED.device_id, "valid", "", "", 50)
    replaced = replace(valid, status="replaced", at=10)
    revoked = replace(valid, status="revoked", at=20)
    for fates, told in (
        ((None, None), None), ((None, valid), valid), ((valid, replaced), replaced),
        ((revoked, replaced), revoked), ((replaced, revoked), revoked),
    ):  # fmt: skip
        assert Together([FakeKnowledge(one) for one in fates]).fate(ATTESTED) == told
    later = KNOWN + timedelta(days=3)
    parts = [FakeKnowledge(None, later), FakeKnowledge(None)]
    assert Together(parts).as_of(ATTESTED) == later
