"""A laptop of the campaign that lies: its device key is good, and it says what no kiosk says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.cli.__main__ import main
from kiosk.domain.ids import new_id
from tests.cli.stores import EVENT, PRACTICE, Run, run
from tests.postgres import postgres_server, postgres_url
from tests.storage.records import MORNING_MS
from tests.sync.kiosks import SealingKiosk, stick_with

__all__ = ["postgres_server", "postgres_url", "run"]  # fixtures
ENDLESS = "".join(hashlib.sha256(bytes([at])).hexdigest() for at in range(256))
LATE = 2**62


@pytest.fixture(params=["file", "server"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "merged.db")
    return str(request.getfixturevalue("postgres_url"))


def _certificate(kiosk: SealingKiosk, person: str, **said: object) -> None:
    kiosk.say(
        "certificate", new_id(MORNING_MS), "create", person, attendee_id=person,
        **{"serial": "KA9-C-1", "issued_at": MORNING_MS, "sessions": [], **said},
    )  # fmt: skip


def _same(kiosk: SealingKiosk, person: str, other: str) -> None:
    kiosk.say("same_as", "s-1", "create", person, attendee_id=person, other_id=other, same=True)


LIES: tuple[Callable[[SealingKiosk, str], object], ...] = (
    lambda kiosk, _: kiosk.register("Asha", number=ENDLESS),
    lambda kiosk, person: _certificate(kiosk, person, serial=ENDLESS),
    lambda kiosk, person: _same(kiosk, person, ENDLESS),
    lambda kiosk, _: kiosk.register("Asha", registered_at=LATE),
    lambda kiosk, person: _certificate(kiosk, person, issued_at=-LATE),
    lambda kiosk, _: kiosk.say("day", EVENT, "close", None, at=LATE),
    lambda kiosk, _: kiosk.register("Asha", kinds=[{"a": 1}]),
    lambda kiosk, person: _certificate(kiosk, person, sessions=[7]),
    lambda kiosk, person: kiosk.say("consent", "c-1", "create", person, given=True),
    lambda kiosk, person: kiosk.correct(person, settles=[{"a": 1}]),
)


def test_what_no_kiosk_says_is_set_aside_and_nothing_stops(
    run: Run, target: str, tmp_path: Path
) -> None:
    honest = SealingKiosk("KA1")
    person, liars = honest.meet("Asha Rao"), [SealingKiosk("KA9") for _ in LIES]
    for lie, liar in zip(LIES, liars, strict=True):
        lie(liar, person)
    stick_with(tmp_path / "stick", honest.files(), *(liar.files() for liar in liars))
    code, merged, _ = run("merge", tmp_path / "stick", "--into", target, *PRACTICE)
    assert (code, merged["batches"]) == (1, 1)
    assert [one["reason"] for one in merged["rejected"]] == ["batch_contents"] * len(LIES)
    assert [one["name"] for one in run("find", "asha", "--in", target)[1]] == ["Asha Rao"]
    assert run("audit", "--verify", "--in", target)[1]["ok"]


def test_who_was_erased_by_what_arrived_is_counted_and_told_once(
    run: Run, target: str, tmp_path: Path
) -> None:
    honest, liar = SealingKiosk("KA1"), SealingKiosk("KA9")
    people = [honest.meet(name) for name in ("Asha", "Usha", "Ravi")]
    for person in people[:2]:
        liar.say("attendee", person, "erase", person)
    stick_with(tmp_path / "stick", honest.files(), liar.files())
    merge = ("merge", tmp_path / "stick", "--into", target, *PRACTICE)
    _, merged, told = run(*merge)
    assert merged["erased"] == 2
    assert "erased by what arrived: 2" in told
    _, merged, told = run(*merge)
    assert merged["erased"] == 0
    assert "erased by what arrived" not in told


def test_an_event_that_is_in_no_pack_stops_nobody_s_work(
    run: Run, target: str, tmp_path: Path
) -> None:
    honest, elsewhere = SealingKiosk("KA1"), SealingKiosk("KA9", event="nowhere")
    honest.meet("Asha")
    stick_with(tmp_path / "stick", honest.files(), elsewhere.files())
    code, merged, told = run("merge", tmp_path / "stick", "--into", target, *PRACTICE)
    assert (code, merged["batches"]) == (1, 1)
    assert [one["reason"] for one in merged["rejected"]] == ["batch_event"]
    assert "not in this campaign's pack" in told
    assert len(run("find", "asha", "--in", target)[1]) == 1


def test_what_is_long_or_odd_is_taken_and_every_question_answered(
    run: Run, target: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    liar = SealingKiosk("KA9")
    for said in (
        {"name": ENDLESS},
        {"name": "Asha", "email": f"{ENDLESS}@x.in", "mobile": ENDLESS},
    ):
        liar.register(**said)
    odd = liar.register("Asha \x1b[2J\x9b1m\u202egnp", organisation="=HYPERLINK(1)")
    for themes in (5, {"a": 1}, ["a", ["b"]], None):
        liar.respond(odd, themes=themes, rating=[1], sentence=7)
    liar.say("device", liar.device, "correct", None, shift_ms=LATE)
    stick_with(tmp_path / "stick", liar.files())
    assert run("merge", tmp_path / "stick", "--into", target, *PRACTICE)[0] == 0
    assert len(run("find", "asha", "--in", target)[1]) == 2
    assert len(run("find", ENDLESS[:200], "--in", target)[1]) == 1
    out = tmp_path / "out"
    out.mkdir()
    for command in (
        ("conflicts",), ("duplicates", "--all"), ("audit", "--verify"), ("purge", "--dry-run"),
        ("export", "--to", out, "--plain", "--format", "sqlite,csv,xlsx"),
    ):  # fmt: skip
        assert run(*command, "--in", target)[0] == 0
    for options in ((), ("--json",)):
        assert main(["find", "asha", "--in", target, *options]) == 0
        told = "".join(capfd.readouterr())
        assert "gnp" in told
        assert not set(told) & {"\x1b", "\x9b", "\u202e"}
