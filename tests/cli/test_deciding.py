"""kiosk conflicts and duplicates: what a person decides, and that it holds wherever it arrives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from kiosk.domain.change import ChangeDraft
from kiosk.services.correct import correct_attendee
from kiosk.services.find import find_one
from tests.cli.stores import PRACTICE, Run, carry_day, exported, new_kiosk, run
from tests.conftest import PASSPHRASE
from tests.fakes import FakeClock
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "run"]  # fixtures
DAY_MS = 86_400_000


@pytest.fixture(params=["file", "server"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "m.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def corrected(run: Run, target: str, folder: Path, number: str, **answers: Any) -> None:
    fix = folder / "fix.json"
    fix.write_text(json.dumps(answers), "utf-8")
    assert run("correct", number, fix, "--in", target)[0] == 0


@pytest.fixture
def contested(run: Run, data: Path, stick: Path, target: str, tmp_path: Path) -> str:
    """A store in which two coordinators, each in a store of their own, corrected one name."""
    [number] = carry_day(data, stick, [{"name": "Sunita Sharm", "does": "seller"}])
    for who, name in (("a", "Sunita Sharma"), ("b", "Sunita Verma")):
        own = str(tmp_path / f"{who}.db")
        run("merge", stick, "--into", own, *PRACTICE)
        corrected(run, own, tmp_path, number, name=name)
        away = tmp_path / f"stick {who}"
        away.mkdir()
        run("sync", away, "--in", own)
    sticks = (stick, tmp_path / "stick a", tmp_path / "stick b")
    code, merged, told = run("merge", *sticks, "--into", target, *PRACTICE)
    assert (code, merged["conflicts"]) == (0, 1)
    assert "kiosk conflicts" in told
    return number


def test_a_contradiction_is_told_in_words_and_decided_for_a_side(
    run: Run, contested: str, target: str, stick: Path, tmp_path: Path
) -> None:
    code, [matter], _ = run("conflicts", "--in", target)
    assert code == 0
    assert (matter["kind"], matter["number"], matter["field"]) == ("correction", contested, "name")
    assert matter["label"] in matter["message"]
    values = [side["value"] for side in matter["sides"]]
    assert set(values) == {"Sunita Sharma", "Sunita Verma"}
    [stands] = [side for side in matter["sides"] if side["stands"]]
    assert "coordinator" in stands["words"].casefold()
    assert {side["code"] for side in matter["sides"]} == {"CO1"}
    take = values.index(next(value for value in values if value != stands["value"])) + 1
    settle = ("conflicts", "--in", target, "--settle", matter["id"])
    code, told, _ = run(*settle, "--take", take)
    assert (code, told["recorded"]) == (0, {"name": values[take - 1]})
    assert run("conflicts", "--in", target)[1] == []
    assert run(*settle, "--take", take)[0] == 1  # it is decided
    assert run("find", contested, "--in", target)[1][0]["name"] == values[take - 1]
    assert run("audit", "--verify", "--in", target)[1]["ok"]
    assert run("sync", stick, "--in", target)[0] == 0
    for other in ("a.db", "b.db"):
        sticks = (stick, tmp_path / "stick a", tmp_path / "stick b")
        merged = run("merge", *sticks, "--into", tmp_path / other, *PRACTICE)[1]
        assert merged["conflicts"] == 0
        hits = run("find", contested, "--in", tmp_path / other)[1]
        assert [one["name"] for one in hits] == [values[take - 1]]


def test_what_waits_is_counted_again_once_somebody_decided(
    run: Run, contested: str, target: str, stick: Path
) -> None:
    merge = ("merge", stick, "--into", target, *PRACTICE)
    counts = [run(*merge)[1]["conflicts"] for _ in range(2)]  # counted before, and told again
    [matter] = run("conflicts", "--in", target)[1]
    run("conflicts", "--in", target, "--settle", matter["id"], "--take", 1)
    assert [*counts, run(*merge)[1]["conflicts"]] == [1, 1, 0]
    assert run("find", contested, "--in", target)[0] == 0


@pytest.mark.parametrize("target", ["file"], indirect=True)
def test_a_contradiction_may_end_in_a_third_value_that_the_form_accepts(
    run: Run, contested: str, target: str
) -> None:
    [matter] = run("conflicts", "--in", target)[1]
    settle = ("conflicts", "--in", target, "--settle", matter["id"])
    for wrong in (
        (),
        ("--take", "3"),
        ("--take", "0"),
        ("--value", ""),
        ("--take", "1", "--value", "x"),
    ):
        code, told, sentence = run(*settle, *wrong)
        assert (code, told) == (1, None)
        assert len(sentence) > 10
    assert run("conflicts", "--in", target, "--take", "1")[0] == 2
    assert run("conflicts", "--in", target, "--settle", "nothing", "--take", "1")[0] == 1
    assert run(*settle, "--value", "Sunita Devi")[0] == 0
    assert run("find", contested, "--in", target)[1][0]["name"] == "Sunita Devi"
    assert run("conflicts", "--in", target)[1] == []


@pytest.mark.parametrize("target", ["file"], indirect=True)
def test_a_correction_from_the_future_waits_for_a_person(
    run: Run, data: Path, stick: Path, target: str
) -> None:
    clock = FakeClock(4_102_444_800_000)  # the year 2100
    [number] = carry_day(data, stick, [{"name": "Sunita Sharm"}], clock)
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        given = {"name": "Sunita Sharma", "district": "Mysuru"}
        correct_attendee(desk, find_one(desk, number), given, "staff:Asha")
        desk.carry.sync(str(stick))
    run("merge", stick, "--into", target, *PRACTICE)
    found = run("conflicts", "--in", target)[1]
    [matter] = [one for one in found if one["kind"] == "clock"]
    assert matter["sides"][0]["value"] == given
    assert matter["sides"][1]["value"] == {"name": "Sunita Sharm", "district": ""}
    assert "Asha" in matter["sides"][0]["words"]
    code, told, _ = run("conflicts", "--in", target, "--settle", matter["id"], "--take", "1")
    assert (code, told["recorded"]) == (0, given)
    assert [one["kind"] for one in run("conflicts", "--in", target)[1]] == ["wrong_clock"]
    assert run("find", number, "--in", target)[1][0]["name"] == "Sunita Sharma"
    run("sync", stick, "--in", target)
    second = stick.parent / "second.db"
    merged = run("merge", stick, "--into", second, *PRACTICE)[1]
    found = run("conflicts", "--in", second)[1]
    assert [one["kind"] for one in found] == ["wrong_clock"]  # the decision itself waits nowhere
    assert merged["conflicts"] == merged["to_decide"] == 1
    assert run("find", number, "--in", second)[1][0]["name"] == "Sunita Sharma"


def test_a_wrong_clock_is_flagged_and_its_times_are_told_shifted(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [{"name": "Asha Rao"}], FakeClock(300_000))  # 1970, 05:35 in India
    carry_day(new_kiosk(tmp_path / "other", "KA2"), stick, [{"name": "Usha Rao"}])
    code, merged, told = run("merge", stick, "--into", target, *PRACTICE)
    [clock] = merged["clocks"]
    assert (code, clock["code"], clock["rows"]) == (0, "KA1", 1)
    assert clock["from"] == clock["to"] == "1970-01-01T00:05:00Z"
    assert "1970" in told
    assert run("merge", stick, "--into", target, *PRACTICE)[1]["clocks"] == merged["clocks"]
    [matter] = run("conflicts", "--in", target)[1]
    assert (matter["kind"], matter["code"]) == ("wrong_clock", "KA1")
    assert "10-01-2020 05:35" in matter["sides"][0]["words"]
    assert run("conflicts", "--in", target, "--settle", matter["id"], "--take", "1")[0] == 0
    assert run("conflicts", "--in", target)[1] == []
    assert run("merge", stick, "--into", target, *PRACTICE)[1]["clocks"][0]["code"] == "KA1"
    out = tmp_path / "out"
    out.mkdir()
    run("export", "--to", out, "--plain", "--in", target)
    assert exported(out, "SELECT name, registered_at FROM attendee ORDER BY name") == [
        ("Asha Rao", "2020-01-10T05:35:00.000+05:30"),
        ("Usha Rao", "2020-01-10T10:00:00.000+05:30"),
    ]
    for table, column in (("consent", "at"), ("certificate", "issued_at")):
        days = exported(out, f"SELECT DISTINCT substr({column}, 1, 10) FROM {table}")
        assert days == [("2020-01-10",)]
    assert run("audit", "--verify", "--in", target)[1]["ok"]


@pytest.mark.parametrize("target", ["file"], indirect=True)
def test_a_wrong_clock_is_set_by_when_its_first_entry_was_made_or_left_alone(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [{}], FakeClock(300_000))
    carry_day(new_kiosk(tmp_path / "other", "KA2"), stick, [{}], FakeClock(400_000))
    run("merge", stick, "--into", target, *PRACTICE)
    ids = {one["code"]: one["id"] for one in run("conflicts", "--in", target)[1]}
    settle = ("conflicts", "--in", target, "--settle")
    assert run(*settle, ids["KA1"], "--value", "after lunch")[0] == 1
    assert run(*settle, ids["KA1"], "--value", "2020-01-10T09:30")[0] == 0
    assert run(*settle, ids["KA2"], "--take", "2")[1]["recorded"] == {"shift_ms": 0}
    assert run("conflicts", "--in", target)[1] == []
    out = tmp_path / "out"
    out.mkdir()
    run("export", "--to", out, "--plain", "--in", target)
    assert exported(out, "SELECT substr(registered_at, 1, 16) FROM attendee ORDER BY number") == [
        ("2020-01-10T09:30",), ("1970-01-01T05:36",),
    ]  # fmt: skip


def test_numbers_on_two_papers_are_told_and_need_no_decision(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [{"name": "Asha Rao"}])
    carry_day(new_kiosk(tmp_path / "twin", "KA1"), stick, [{"name": "Usha Rao"}])
    run("merge", stick, "--into", target, *PRACTICE)
    found = run("conflicts", "--in", target)[1]
    assert {one["kind"] for one in found} == {"number", "serial"}
    for matter in found:
        assert {side["name"] for side in matter["sides"]} == {"Asha Rao", "Usha Rao"}
        assert len({side["value"] for side in matter["sides"]}) == 2
        settle = ("conflicts", "--in", target, "--settle", matter["id"], "--take", "1")
        assert run(*settle)[0] == 1


def test_somebody_registered_twice_is_found_decided_and_counted_once(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [
        {"name": "राम कुमार वर्मा", "mobile": "9845012345", "pin_code": "560001"},
        {"name": "Meena Devi", "mobile": "9845099999"},
        {"name": "Lakshmi Devi", "mobile": "9845099999"},
    ])  # fmt: skip
    clock = FakeClock()
    clock.pass_seconds(3600)
    carry_day(
        new_kiosk(tmp_path / "other", "KA2"), stick,
        [{"name": "Ram Kumar Verma", "mobile": "9845012345"}, {"name": "Arun Rao"}], clock,
    )  # fmt: skip
    run("merge", stick, "--into", target, *PRACTICE)
    code, [pair], _ = run("duplicates", "--in", target)
    assert code == 0
    assert (pair["one"]["number"], pair["other"]["number"]) == ("KA1-0001", "KA2-0001")
    assert "mobile" in pair["reasons"]
    assert 60 <= pair["score"] < 100
    assert "Ram Kumar Verma?" in pair["message"]
    ids = (pair["one"]["id"], pair["other"]["id"])
    decide = ("duplicates", "--in", target, "--decide")
    code, told, _ = run(*decide, *ids, "same")
    assert (code, told["same"]) == (0, True)
    assert run("duplicates", "--in", target)[1] == []
    [pair] = run("duplicates", "--in", target, "--all")[1]
    assert pair["decided"] == "same"
    assert "= KA2-0001 Ram Kumar Verma: decided, one visitor" in pair["message"]
    out = tmp_path / "out"
    out.mkdir()
    run("export", "--to", out, "--plain", "--in", target)
    once = "SELECT count(*) FROM attendee WHERE same_as IS NULL"
    assert exported(out, once) == [(4,)]
    assert exported(out, "SELECT id, same_as FROM attendee WHERE same_as IS NOT NULL") == [
        (ids[1], ids[0])
    ]
    assert run(*decide, "KA2-0001", "KA1-0001", "different")[1]["same"] is False
    run("export", "--to", out, "--plain", "--in", target)
    assert exported(out, once) == [(5,)]
    assert run("duplicates", "--in", target)[1] == []
    [pair] = run("duplicates", "--in", target, "--all")[1]
    assert "≠ KA2-0001 Ram Kumar Verma: decided, two visitors" in pair["message"]
    assert run("audit", "--verify", "--in", target)[1]["ok"]


@pytest.mark.parametrize("target", ["file"], indirect=True)
def test_who_is_one_by_number_and_code_is_listed_without_a_question(
    run: Run, data: Path, stick: Path, target: str
) -> None:
    again = "016f2191-c940-7000-8000-000000000001"
    carry_day(data, stick, [{"name": "Asha Rao"}])
    with bootstrap.open_kiosk(data, PASSPHRASE, FakeClock()) as desk:
        one = find_one(desk, "KA1-0001")
        body = {
            "number": one.number, "name": "Asha", "language": "hi", "does": "seller",
            "met": "code", "receipt_hash": one.receipt_hash, "registered_at": 1,
            "device_id": desk.device.id,
        }  # fmt: skip
        with desk.record.writing() as writing:
            writing.write(ChangeDraft("attendee", again, "create", "visitor", body, again))
        desk.carry.sync(str(stick))
    run("merge", stick, "--into", target, *PRACTICE)
    assert run("duplicates", "--in", target)[1] == []
    [pair] = run("duplicates", "--in", target, "--all")[1]
    assert pair["message"].endswith("certain. same number and secret code")
    assert "?" not in pair["message"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("KA1-0001", "KA1-0001", "same"), 1),
        (("KA1-0001", "KA1-0077", "same"), 1),
        (("KA1-0001", "nobody", "same"), 1),
        (("KA1-0001", "KA1-0002", "perhaps"), 2),
    ],
)
@pytest.mark.parametrize("target", ["file"], indirect=True)
def test_what_cannot_be_decided_of_two_is_told(
    run: Run, data: Path, stick: Path, target: str, given: tuple[str, ...], code: int
) -> None:
    carry_day(data, stick, [{}, {"name": "Asha"}])
    run("merge", stick, "--into", target, *PRACTICE)
    assert run("duplicates", "--in", target, "--decide", *given)[0] == code
    assert run("duplicates", "--in", target)[1] == []
