"""Papers and consents that do not go together once kiosks are together: told, and decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from kiosk.bootstrap_desks import Desks, keep_paper, open_desks, papers_of
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.cli.__main__ import main
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.certify import issue_certificate, prepare_certificate, reissue_certificate
from kiosk.services.correct import correct_attendee
from kiosk.services.deciding import settle
from kiosk.services.desk import Desk
from kiosk.services.duplicates import decide_twice
from kiosk.services.matters import Matter
from kiosk.services.register import Registration, register_attendee
from kiosk.services.withdraw import withdraw_attendee, withdraw_consent
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

CONTACT = {**CONSENTS, "contact": True}
WHO = "coordinator"
NAMES = ("Asha", "Bina", "Chitra", "Devi")


def meet(desk: Desk, name: str) -> Attendee:
    given = Registration(Tag("hi"), visitor(name=name), CONTACT)
    return register_attendee(desk, given).attendee


def certify(desk: Desk, attendee: Attendee) -> None:
    issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")


def reissue(desk: Desk, attendee: Attendee) -> None:
    certify(desk, attendee)
    correct_attendee(desk, attendee, {"name": f"{attendee.name} Ray"}, "staff:Savita")
    reissue_certificate(desk, attendee, "staff:Savita", "name")


@pytest.fixture
def target(data: Path, tmp_path: Path, clock: FakeClock) -> str:
    """Two kiosks came together, at both of which the same people were registered."""
    stick, other, store = tmp_path / "stick", tmp_path / "other", str(tmp_path / "m.db")
    stick.mkdir()
    bootstrap.init_kiosk(other, "gem-samvad", "ka-2020-01-10", "KA2", PASSPHRASE)
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        papers, anew, again, _back = (meet(desk, name) for name in NAMES)
        clock.pass_seconds(60)
        for attendee in (anew, again):
            withdraw_consent(desk, attendee, "contact")
        certify(desk, papers)
        reissue(desk, again)
        desk.carry.sync(str(stick))
    clock.pass_seconds(60)
    with bootstrap.open_kiosk(other, PASSPHRASE, clock) as desk:
        papers, _, _, back = (meet(desk, f"{name} R") for name in NAMES)
        clock.pass_seconds(60)
        withdraw_consent(desk, back, "contact")
        certify(desk, papers)
        desk.carry.sync(str(stick))
    with open_merged(store, "gem-samvad", None, create=True) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    return store


@pytest.fixture
def desks(target: str) -> Iterator[Desks]:
    with open_desks(target, None) as opened:
        yield opened


def one_and_other(desk: Desk, name: str) -> tuple[Attendee, Attendee]:
    """The rows of one person, at either kiosk, of whom somebody says now that they are one."""
    held = {one.name.removesuffix(" Ray"): one for one in desk.record.attendees()}
    here, there = held[name], held[f"{name} R"]
    decide_twice(desk, here.id, there.id, WHO, same=True)
    return here, there


def only(desks: Desks) -> Matter:
    [matter] = [one for one in desks.matters() if one.open]
    return matter


def test_of_two_certificates_of_one_visitor_one_stands(desks: Desks) -> None:
    [desk] = desks.desks()
    assert desks.matters() == []
    here, there = one_and_other(desk, "Asha")
    matter = only(desks)
    assert (matter.kind, matter.number) == ("certificates", here.number)
    assert [side.name for side in matter.sides] == ["Asha", "Asha R"]
    for given in ({"value": "Asha"}, {"take": 3}, {"take": 0}, {}):
        with pytest.raises(VisitorError, match="matter_take"):
            settle(desk, matter, WHO, **given)
    assert settle(desk, matter, WHO, take=2) == {"serial": "KA2-C-0001"}
    [replaced] = desk.record.certificates(here.id)
    assert (replaced.status, replaced.replaced_by, replaced.reason) == (
        "replaced", "KA2-C-0001", "decided",
    )  # fmt: skip
    assert [one.status for one in desk.record.certificates(there.id)] == ["valid"]
    assert desks.matters() == []
    assert desk.record.verify().ok


def test_merging_counts_what_the_store_tells(target: str, tmp_path: Path) -> None:
    """Papers and consents as well, whoever asks: the command, its sentence, the page."""
    with open_desks(target, None) as desks:
        [desk] = desks.desks()
        for name in ("Asha", "Bina", "Chitra"):
            one_and_other(desk, name)
        desks.sync(str(tmp_path / "stick"))
        waiting = desks.matters()
        assert {one.kind for one in waiting} == {"certificates", "consent"}
    for store in (target, str(tmp_path / "second.db")):
        with open_merged(store, "gem-samvad", None, create=True) as home:
            result = merge(home, "gem-samvad", MergeRequest([str(tmp_path / "stick")]))
        assert result.conflicts == result.to_decide == len(waiting)


def test_a_consent_given_anew_waits_for_a_person_and_one_taken_back_later_does_not(
    desks: Desks,
) -> None:
    [desk] = desks.desks()
    here, _ = one_and_other(desk, "Devi")
    assert desks.matters() == []
    told = {one.purpose: one.withdrawn_at for one in desk.record.consents(here.id)}
    assert told["contact"] is not None
    assert told["registration"] is None
    for name, take, holds in (("Bina", 1, True), ("Chitra", 2, False)):
        _, there = one_and_other(desk, name)
        matter = only(desks)
        assert (matter.kind, matter.fields) == ("consent", ("contact",))
        assert [side.values for side in matter.sides] == [{"contact": True}, {"contact": False}]
        assert settle(desk, matter, WHO, take=take) == {"contact": holds}
        assert desks.matters() == []
        now = {one.purpose: one.withdrawn_at for one in desk.record.consents(there.id)}
        assert (now["contact"] is None) == holds
    assert desk.record.verify().ok


def test_a_name_corrected_against_a_reissue_is_one_of_the_two_or_left(
    desks: Desks, target: str
) -> None:
    [desk] = desks.desks()
    [held] = [one for one in desk.record.attendees() if one.name == "Chitra Ray"]
    correct_attendee(desk, held, {"name": "Chitra Roy"}, WHO)
    first = only(desks)
    assert first.kind == "paper_name"
    assert [side.values for side in first.sides] == [
        {"name": "Chitra Ray"}, {"name": "Chitra Roy"}, {},
    ]  # fmt: skip
    assert settle(desk, first, WHO, take=1) == {"name": "Chitra Ray"}
    assert desks.matters() == []
    correct_attendee(desk, held, {"name": "Chitra Roy"}, WHO)
    assert settle(desk, only(desks), WHO, take=3) == {}
    assert desks.matters() == []
    correct_attendee(desk, held, {"name": "Chitra R"}, WHO)
    matter = only(desks)
    folder = papers_of(target)
    made = settle(desk, matter, WHO, take=2, deliver=lambda one: keep_paper(folder, one))
    assert made == {"name": "Chitra R", "serial": "CO1-C-0001", "paper": "KA1-C-0003"}
    assert (folder / "CO1-C-0001.pdf").read_bytes().startswith(b"%PDF")
    assert desks.matters() == []
    with pytest.raises(VisitorError, match="matter_unknown"):
        settle(desk, matter, WHO, take=2)
    correct_attendee(desk, held, {"name": "Chitra"}, WHO)
    matter = only(desks)
    withdraw_attendee(desk, held, WHO, "asked by phone")
    assert desks.matters() == []
    assert desk.record.verify().ok


def test_the_command_tells_and_decides_them(
    target: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "en_IN.UTF-8")
    with open_desks(target, None) as desks:
        [desk] = desks.desks()
        one_and_other(desk, "Asha")
        here, _ = one_and_other(desk, "Chitra")
        correct_attendee(desk, here, {"name": "Chitra Roy"}, WHO)

    def run(*options: str) -> Any:
        capfd.readouterr()
        assert main(["conflicts", "--in", target, *options, "--json"]) == 0
        return json.loads(capfd.readouterr().out)

    told = {one["kind"]: one for one in run()}
    assert told.keys() == {"certificates", "consent", "paper_name"}
    assert told["consent"]["label"] != "contact"
    assert all(side["words"] for one in told.values() for side in one["sides"])
    made = run("--settle", told["paper_name"]["id"], "--take", "2")
    assert Path(made["file"]).is_file()
    taken = run("--settle", told["consent"]["id"], "--take", "2")
    assert taken["recorded"] == {"contact": False}
    kept = run("--settle", told["certificates"]["id"], "--take", "1")
    assert kept["recorded"] == {"serial": "KA1-C-0001"}
    assert run() == []
