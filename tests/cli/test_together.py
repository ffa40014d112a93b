"""Working in a merged store by the command line: find, correct, re-issue, export, carry on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.domain.language import Tag
from kiosk.services.desk import FEEDBACK
from kiosk.services.respond import Answers, respond_anonymously
from tests.cli.stores import EVENT, PRACTICE, Run, carry_day, exported, new_kiosk, run
from tests.conftest import PASSPHRASE
from tests.fakes import FakeClock
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "run"]  # fixtures
OTHER_EVENT = "uk-2019-12-20"


@pytest.fixture(params=["file", "server"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to merge: an encrypted file, or PostgreSQL."""
    if request.param == "file":
        return str(tmp_path / "मिला हुआ.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def test_a_wrong_name_is_put_right_and_the_certificate_issued_again(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    [number] = carry_day(data, stick, [{"name": "सुनीता शर्म"}])
    assert run("merge", stick, "--into", target, *PRACTICE)[0] == 0
    fix = tmp_path / "fix.json"
    fix.write_text(json.dumps({"name": "सुनीता शर्मा"}), "utf-8")
    code, told, _ = run("correct", number, fix, "--in", target)
    assert (code, told["changed"]) == (0, ["name"])
    paper = tmp_path / "again.pdf"
    reissue = ("certificate", "reissue", number, "--reason", "name", "--to", paper)
    code, issued, _ = run(*reissue, "--in", target)
    assert (code, issued["serial"]) == (0, "CO1-C-0001")
    assert paper.read_bytes().startswith(b"%PDF")
    [hit] = run("find", "Sunita", "--in", target)[1]
    assert (hit["number"], hit["name"], hit["event"]) == (number, "सुनीता शर्मा", EVENT)
    for serial in ("KA1-C-0001", "co1-c-0001"):
        assert [one["id"] for one in run("find", serial, "--in", target)[1]] == [hit["id"]]
    out = tmp_path / "out"
    out.mkdir()
    assert run("export", "--to", out, "--plain", "--in", target)[0] == 0
    assert exported(out, "SELECT id, name, event_id, same_as FROM attendee") == [
        (hit["id"], "सुनीता शर्मा", EVENT, None)
    ]
    assert exported(
        out, "SELECT serial, name, status, replaced_by FROM certificate ORDER BY 3"
    ) == [
        ("KA1-C-0001", "सुनीता शर्म", "replaced", "CO1-C-0001"),
        ("CO1-C-0001", "सुनीता शर्मा", "valid", ""),
    ]
    assert {code for (code,) in exported(out, "SELECT code FROM device")} == {"KA1", "CO1"}
    code, audit, _ = run("audit", "--verify", "--in", target)
    assert (code, audit["ok"]) == (0, True)


def test_what_was_corrected_in_one_store_arrives_in_another(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    [number] = carry_day(data, stick, [{"name": "Sunita Sharm"}])
    run("merge", stick, "--into", target, *PRACTICE)
    fix = tmp_path / "fix.json"
    fix.write_text('{"name": "Sunita Sharma"}', "utf-8")
    run("correct", number, fix, "--in", target)
    code, told, _ = run("sync", stick, "--in", target)
    assert (code, told["sent"], told["already_there"]) == (0, 1, 0)
    assert run("sync", stick, "--in", target)[1]["already_there"] == 1
    second = tmp_path / "second.db"
    code, merged, _ = run("merge", stick, "--into", second, *PRACTICE)
    assert (code, merged["batches"], merged["gaps"], merged["conflicts"]) == (0, 2, [], 0)
    assert [one["name"] for one in run("find", number, "--in", second)[1]] == ["Sunita Sharma"]
    again = run("merge", stick, "--into", target, *PRACTICE)[1]
    assert again["digest"] == merged["digest"]
    assert run("audit", "--verify", "--in", second)[1]["ok"]
    assert run("sync", stick, "--in", target)[1]["receipts"][0]["code"]


def test_two_events_are_searched_and_exported_together(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [{"name": "Asha Rao"}, {"name": "Usha Rao"}])
    other = new_kiosk(tmp_path / "other", "KA1", OTHER_EVENT)
    carry_day(other, stick, [{"name": "Asha Rawat"}])
    with bootstrap.open_kiosk(other, PASSPHRASE, FakeClock()) as desk:
        for _ in range(12):
            respond_anonymously(desk, Answers(FEEDBACK, Tag("hi"), {"rating": "5"}))
    run("close-day", "--data", other)
    run("sync", stick, "--data", other)
    run("merge", stick, "--into", target, *PRACTICE)
    hits = run("find", "asha", "--in", target)[1]
    assert {one["event"] for one in hits} == {EVENT, OTHER_EVENT}
    of_one = run("find", "asha", "--in", target, "--event", OTHER_EVENT)[1]
    assert [one["name"] for one in of_one] == ["Asha Rawat"]
    fix = tmp_path / "fix.json"
    fix.write_text('{"district": "Almora"}', "utf-8")
    code, _, told = run("correct", "KA1-0001", fix, "--in", target)
    assert code == 1
    assert EVENT in told
    assert OTHER_EVENT in told
    assert run("correct", "KA1-0001", fix, "--in", target, "--event", OTHER_EVENT)[0] == 0
    out = tmp_path / "out"
    out.mkdir()
    code, files, _ = run("export", "--to", out, "--plain", "--in", target)
    assert code == 0
    assert "gem-samvad-CO1.sqlite" in {Path(one["path"]).name for one in files["files"]}
    assert exported(out, "SELECT count(*), count(DISTINCT event_id) FROM attendee") == [(3, 2)]
    assert exported(out, "SELECT district FROM attendee WHERE district <> ''") == [("Almora",)]
    assert exported(out, "SELECT count(*) FROM anonymous_response") == [(12,)]
    assert {one for (one,) in exported(out, "SELECT id FROM event")} == {EVENT, OTHER_EVENT}
    assert len(exported(out, "SELECT id FROM device")) == 3
    only = tmp_path / "only"
    only.mkdir()
    run("export", "--to", only, "--plain", "--in", target, "--event", EVENT)
    assert exported(only, "SELECT count(*) FROM attendee") == [(2,)]


def test_who_share_a_number_are_told_apart_wherever_they_are_asked_for(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    carry_day(data, stick, [{"name": "Ravi Kumar"}])
    carry_day(new_kiosk(tmp_path / "twin", "KA1"), stick, [{"name": "Meena Devi"}])
    run("merge", stick, "--into", target, *PRACTICE)
    hits = run("find", "KA1-0001", "--in", target)[1]
    numbers = {one["number"]: one["name"] for one in hits}
    assert set(numbers.values()) == {"Ravi Kumar", "Meena Devi"}
    assert all(number.startswith("KA1-0001/") for number in numbers)
    for number, name in numbers.items():
        assert run("find", number, "--in", target)[1][0]["name"] == name
    fix = tmp_path / "fix.json"
    fix.write_text('{"district": "Mysuru"}', "utf-8")
    code, _, told = run("correct", "KA1-0001", fix, "--in", target)
    assert code == 1
    assert all(number in told for number in numbers)
    number = next(number for number, name in numbers.items() if name == "Meena Devi")
    assert run("correct", number, fix, "--in", target)[0] == 0
    out = tmp_path / "out"
    out.mkdir()
    run("export", "--to", out, "--plain", "--in", target)
    rows = exported(out, "SELECT number, name, district FROM attendee")
    assert {(number, "Meena Devi", "Mysuru")} < set(rows)
    serials = exported(out, "SELECT serial FROM certificate")
    assert len(set(serials)) == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("find", "x", "--in", "{tmp}/gone.db"), 3),
        (("find", "x", "--in", "{tmp}"), 3),
        (("find", "x", "--in", "{store}", "--event", "nowhere"), 1),
        (("correct", "KA1-0009", "{tmp}/fix.json", "--in", "{store}"), 1),
        (("correct", "KA1-0001/ABCDEF", "{tmp}/fix.json", "--in", "{store}"), 1),
        (("certificate", "reissue", "KA1-0001", "--reason", " ", "--in", "{store}"), 1),
        (("export", "--to", "{tmp}/gone", "--plain", "--in", "{store}"), 3),
        (("export", "--to", "{store}.vault", "--plain", "--in", "{store}"), 3),
        (("sync", "{tmp}/gone", "--in", "{store}"), 3),
    ],
)
def test_what_cannot_be_done_in_a_store_is_told(
    run: Run, data: Path, stick: Path, tmp_path: Path, given: tuple[str, ...], code: int
) -> None:
    carry_day(data, stick, [{}])
    store = tmp_path / "m.db"
    run("merge", stick, "--into", store, *PRACTICE)
    (tmp_path / "fix.json").write_text("{}", "utf-8")
    found, told, sentence = run(*(one.format(tmp=tmp_path, store=store) for one in given))
    assert (found, told) == (code, None)
    assert len(sentence) > 20
    assert sentence.splitlines()[-1].startswith("code: ")
    assert "{" not in sentence


def test_a_store_is_opened_by_its_own_passphrase_only(
    run: Run, data: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_day(data, stick, [{}])
    run("merge", stick, "--into", tmp_path / "m.db", *PRACTICE)
    monkeypatch.setenv("KIOSK_PASSPHRASE", "another one")
    code, _, told = run("find", "x", "--in", tmp_path / "m.db")
    assert code == 3
    assert "passphrase" in told


def test_a_receipt_code_withdraws_in_the_store_as_well(
    run: Run, data: Path, stick: Path, target: str, tmp_path: Path
) -> None:
    line = {
        "language": "hi",
        "answers": {"name": "आशा", "does": "seller"},
        "consents": {"registration": True},
    }
    file = tmp_path / "people.jsonl"
    file.write_text(json.dumps(line), "utf-8")
    registered = run("register", file, "--data", data)[1]
    stick.mkdir()
    run("sync", stick, "--data", data)
    run("merge", stick, "--into", target, *PRACTICE)
    code, told, _ = run("withdraw", registered["receipt_code"], "--in", target)
    assert (code, told["masked"], told["here"]) == (0, 1, True)
    assert run("find", "आशा", "--in", target)[1] == []
    assert run("withdraw", "0000-0000-0000-0000-0", "--in", target)[0] == 1
