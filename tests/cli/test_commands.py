"""The contract of the command line, each command as its users run it, in this process."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pyrage
import pytest

from kiosk.cli.__main__ import main
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, visitor

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(data: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with ``--json``; gives the exit code and the document or lines."""
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_IN.UTF-8")

    def command(*arguments: object, lines: list[object] | None = None) -> tuple[int, Any]:
        if lines is not None:
            raw = (one if isinstance(one, str) else json.dumps(one) for one in lines)
            file = data / "lines.jsonl"
            file.write_text("\n".join(raw), "utf-8")
            arguments = tuple(file if one == "-" else one for one in arguments)
        capfd.readouterr()
        code = main(["--data", str(data), *map(str, arguments), "--json"])
        out = capfd.readouterr().out
        if lines is not None:
            return code, [json.loads(line) for line in out.splitlines()]
        return code, json.loads(out) if out else None

    return command


def line(**answers: Any) -> dict[str, Any]:
    return {"language": "hi", "answers": visitor(**answers), "consents": CONSENTS}


def test_events_need_no_data_folder(run: Run) -> None:
    code, events = run("events")
    assert code == 0
    assert {"id", "name", "state", "date", "venue"} <= events[0].keys()
    assert "ka-2020-01-10" in {one["id"] for one in events}


def test_a_refused_line_does_not_stop_the_others(run: Run) -> None:
    code, answers = run(
        "register", "-",
        lines=[line(), "no json", line(name=""), "[]", line(name="\ud800"), line(name="राम")],
    )  # fmt: skip
    assert code == 1
    assert [one["ok"] for one in answers] == [True, False, False, False, False, True]
    assert [one["number"] for one in answers if one["ok"]] == ["KA1-0001", "KA1-0002"]
    assert [one["line"] for one in answers] == [1, 2, 3, 4, 5, 6]
    assert answers[1]["problems"][0]["code"] == "malformed"
    assert answers[2]["problems"][0]["field"] == "name"
    assert answers[2]["problems"][0]["code"] == "required"
    assert answers[4]["problems"][0]["code"] == "characters"


def test_a_line_of_ten_megabytes_is_refused_and_the_next_is_taken(run: Run) -> None:
    long, endless = line(name="x" * 10_000_000), line(name="x" * 20_000_000)
    code, answers = run("register", "-", lines=[long, endless, line()])
    assert code == 1
    assert [one["ok"] for one in answers] == [False, False, True]
    assert [one["problems"][0]["code"] for one in answers[:2]] == ["too_long", "malformed"]


@pytest.mark.parametrize(
    "raw",
    [
        '{"language":"hi","answers":{"name":NaN},"consents":{}}', "[" * 100_000, "null", '"x"',
        '{"language":1}', '{"language":"hi","answers":[],"consents":{}}',
        '{"language":"hi","answers":{},"consents":[1]}', '{"language":"hi","assisted":"yes"}',
    ],
)  # fmt: skip
def test_malformed_lines_are_told_as_such(run: Run, raw: str) -> None:
    code, [answer] = run("register", "-", lines=[raw])
    assert (code, answer["ok"]) == (1, False)
    assert answer["problems"][0]["code"] == "malformed"


def test_an_anonymous_line_is_answered_without_any_id(run: Run) -> None:
    run("register", "-", lines=[line()])
    answers = {"used": "some", "rating": 4, "sentence": "अच्छा"}
    code, told = run(
        "respond", "feedback", "-",
        lines=[
            {"language": "hi", "attendee": "KA1-0001", "anonymous": True, "answers": answers},
            {"language": "hi", "attendee": None, "anonymous": True, "answers": answers},
            {"language": "hi", "attendee": "KA1-0001", "anonymous": False, "answers": answers},
            {"language": "hi", "attendee": None, "anonymous": False, "answers": answers},
            {"language": "hi", "attendee": "KA1-0099", "anonymous": False, "answers": answers},
        ],
    )  # fmt: skip
    assert code == 1
    assert told[0] == {"line": 1, "ok": True, "problems": []}
    assert told[1] == {"line": 2, "ok": True, "problems": []}
    assert told[2]["ok"]
    assert [one["problems"][0]["code"] for one in told[3:]] == ["required", "invalid"]


def test_find_answers_a_line_for_every_query(run: Run, data: Path) -> None:
    run("register", "-", lines=[line(name="राम कुमार"), line(name="Lakshmi", mobile="9876543210")])
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "find", "-", "--data", str(data), "--json"],
        input="ram\n43210\nnobody at all\n", capture_output=True, text=True, check=True,
        env={**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE},
    )  # fmt: skip
    found = [json.loads(one)["found"] for one in done.stdout.splitlines()]
    assert [[hit["number"] for hit in one] for one in found] == [["KA1-0001"], ["KA1-0002"], []]
    _, hits = run("find", "Lakshmi")
    assert {"id", "number", "name", "score"} <= hits[0].keys()


def test_correct_and_check_in(run: Run, tmp_path: Path) -> None:
    _, [registered] = run("register", "-", lines=[line()])
    file = tmp_path / "change.json"
    file.write_text(json.dumps({"name": "सुनीता वर्मा"}))
    assert run("correct", "KA1-0001", file) == (
        0, {"id": registered["id"], "changed": ["name"]},
    )  # fmt: skip
    code, first = run("check-in", registered["slip"])
    assert (code, first["first"], first["before"]) == (0, True, [])
    _, again = run("check-in", "KA1-0001")
    assert (again["first"], len(again["before"])) == (False, 1)
    assert run("check-in", "KA1-0404")[0] == 1
    file.write_text(json.dumps({"mobile": "12"}))
    code, wrong = run("correct", "KA1-0001", file)
    assert (code, wrong["problems"][0]["code"]) == (1, "invalid")


def test_correct_drops_what_is_no_longer_asked_and_tells_what_is_not(
    run: Run, tmp_path: Path
) -> None:
    buyer = line(does="buyer_department", needs="200 chairs")
    _, [registered] = run("register", "-", lines=[buyer])
    file = tmp_path / "change.json"
    file.write_text(json.dumps({"does": "seller"}))
    assert run("correct", "KA1-0001", file) == (
        0, {"id": registered["id"], "changed": ["does", "needs"]},
    )  # fmt: skip
    file.write_text(json.dumps({"name": "राम", "needs": "200 chairs"}))
    code, told = run("correct", "KA1-0001", file)
    assert (code, told["changed"]) == (1, [])
    assert [(one["field"], one["code"]) for one in told["problems"]] == [("needs", "constraint")]
    assert "Nothing was changed" in told["problems"][0]["message"]


def test_withdraw_with_the_code_from_an_argument_or_from_standard_input(
    run: Run, data: Path, tmp_path: Path
) -> None:
    _, [one, two, three] = run("register", "-", lines=[line(name=name) for name in "अआइ"])
    code, done = run("withdraw", one["receipt_code"])
    assert code == 0
    assert (done["masked"], done["number"], done["here"]) == (1, one["number"], True)
    code, again = run("withdraw", one["receipt_code"], "--number", one["number"])
    assert (code, again["masked"], again["at"]) == (0, 0, done["at"])
    assert run("withdraw", "0000-0000-0000-0000-0") == (1, None)
    assert run("withdraw", two["receipt_code"], "--number", one["number"]) == (1, None)
    assert run("correct", one["number"], tmp_path / "none.json") == (1, None)
    asked = [sys.executable, "-m", "kiosk", "--data", str(data), "--json", "withdraw", "-"]
    given = f"{two['receipt_code']}\n"
    typed = subprocess.run(asked, input=given, capture_output=True, check=True, text=True)
    assert json.loads(typed.stdout)["number"] == two["number"]
    code, noted = run("withdraw", three["receipt_code"], "--number", "KA9-0007")
    assert (code, noted["masked"], noted["here"]) == (0, 1, False)
    code, [found] = run("find", two["number"])
    assert (found["name"], found["masked"]) == ("", True)


def test_certificates_one_and_all(run: Run, tmp_path: Path) -> None:
    run("register", "-", lines=[line(), line(name="ಲಕ್ಷ್ಮಿ"), line(name="محمد اقبال")])
    code, one = run("certificate", "issue", "KA1-0002", "--to", tmp_path / "one.pdf")
    assert (code, one["serial"], one["pages"], one["blank"]) == (0, "KA1-C-0001", 1, [])
    assert Path(one["file"]).read_bytes().startswith(b"%PDF")
    folder = tmp_path / "all"
    folder.mkdir()
    code, batch = run("certificate", "batch", "--to", folder)
    assert [path.name for path in sorted(folder.iterdir())] == ["KA1-C-0002.pdf", "KA1-C-0003.pdf"]
    assert batch["pages"] == 2
    code, nothing = run("certificate", "batch", "--to", tmp_path / "none.pdf")
    assert (code, nothing["file"], nothing["certificates"]) == (0, None, [])


def test_a_batch_is_by_name_and_may_be_of_a_role(run: Run, tmp_path: Path) -> None:
    names = ["ಲಕ್ಷ್ಮಿ", "ಅನಿಲ್", "ಅಂಬಿಕಾ"]
    run("register", "-", lines=[line(name=name, does="seller") for name in names])
    run("register", "-", lines=[line(name="ಕಮಲ", does="officer")])
    of_role = run("certificate", "batch", "--does", "officer", "--to", tmp_path / "role.pdf")[1]
    assert [one["name"] for one in of_role["certificates"]] == ["ಕಮಲ"]
    rest = run("certificate", "batch", "--language", "kn", "--to", tmp_path / "rest.pdf")[1]
    assert [one["name"] for one in rest["certificates"]] == ["ಅಂಬಿಕಾ", "ಅನಿಲ್", "ಲಕ್ಷ್ಮಿ"]
    for wrong in ("--does", "--session", "--language"):
        assert run("certificate", "batch", wrong, "xx", "--to", tmp_path / "no.pdf")[0] == 2


def test_a_batch_that_cannot_be_written_issues_nothing(run: Run, tmp_path: Path) -> None:
    run("register", "-", lines=[line()])
    code, _ = run("certificate", "batch", "--to", tmp_path / "gone" / "all.pdf")
    assert code == 3
    assert run("certificate", "issue", "KA1-0001", "--to", tmp_path / "no" / "a.pdf")[0] == 3
    code, batch = run("certificate", "batch", "--to", tmp_path / "all.pdf")
    assert [one["serial"] for one in batch["certificates"]] == ["KA1-C-0001"]


def test_specimens_and_proofs_need_no_kiosk(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "specimen.pdf"
    code, told = run("certificate", "specimen", "--name", "లక్ష్మి", "--language", "te", "--to", file)
    assert (code, told["blank"], file.exists()) == (0, [], True)
    proof = tmp_path / "proof.pdf"
    code, told = run("typeset", "श्रीमती", "--language", "hi", "--to", proof)
    assert (code, told["missing"]) == (0, [])
    assert told["width_pt"] > 0
    assert told["font_files"]
    refused = tmp_path / "refused.pdf"
    code, told = run("typeset", "राम 😀", "--language", "hi", "--to", refused)
    assert (code, told["missing"], refused.exists()) == (1, ["😀"], False)


def test_export_plain_gives_back_names_byte_for_byte(run: Run, tmp_path: Path) -> None:
    names = ["क्‍षमा", "ಶ್ರೀ", "محمد اقبال", "O'Brien", "ᱥᱟᱱᱛᱟᱲᱤ"]
    run("register", "-", lines=[line(name=name) for name in names])
    code, told = run("export", "--to", tmp_path, "--plain")
    assert code == 0
    [database] = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(database)) as export:
        rows = export.execute("SELECT name FROM attendee ORDER BY number").fetchall()
    assert [name for (name,) in rows] == names
    assert {"path", "rows", "sha256"} <= told["files"][0].keys()


def test_close_day_and_audit(run: Run, tmp_path: Path) -> None:
    run("register", "-", lines=[line()])
    code, closed = run("close-day", "--to", tmp_path)
    assert (code, closed["open"]["certificates_due"]) == (0, 1)
    assert all(Path(file["path"]).exists() for file in closed["files"])
    code, audit = run("audit", "--verify")
    assert (code, audit["ok"], audit["broken_at"]) == (0, True, None)


def test_the_self_check_speaks_in_sentences(run: Run) -> None:
    _, found = run("check")
    names = ["database", "languages", "fonts", "printer", "disk", "clock", "battery"]
    names += ["spool", "encryption", "swap", "hibernation"]
    assert [one["name"] for one in found] == names
    assert all(one["message"].endswith((".", "।")) for one in found)
    assert found[0]["ok"]


def test_forms_are_checked_filled_and_added(run: Run, tmp_path: Path) -> None:
    form = Path("resources/campaigns/gem-samvad/forms/feedback.xlsx").resolve()
    code, review = run("form", "check", form)
    assert (code, review["ok"]) == (0, True)
    assert set(review["languages"]) == {"hi", "en", "ur", "kn", "te"}
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"used": "some", "rating": 4, "sentence": "ok"}))
    code, filled = run("form", "fill", form, "--answers", answers, "--language", "kn")
    assert (code, filled["valid"], filled["record"]["used"]) == (0, True, "some")
    state = next(one for path, one in filled["questions"].items() if path.endswith("/rating"))
    assert {"relevant", "required", "readonly", "value", "label", "problem"} <= state.keys()
    code, added = run("form", "add", form)
    assert (code, len(added["hash"])) == (0, 64)
    no_form = tmp_path / "no form.xlsx"
    no_form.write_bytes(b"not a workbook")
    code, refused = run("form", "check", no_form)
    assert (code, refused["ok"]) == (1, False)
    assert refused["problems"][0]["message"]
    assert run("form", "check", tmp_path / "gone.xlsx")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("export", "--to", "/nowhere/at/all"), 3),
        (("export", "--to", ".", "--format", "pdf"), 2),
        (("find", "x", "--limit", "0"), 2),
        (("nonsense",), 2),
        (("init", "--campaign", "gem-samvad", "--event", "no", "--device", "KA1"), 2),
        (("typeset", "x", "--language", "en", "--size", "0", "--to", "x.pdf"), 2),
        (("typeset", "x", "--language", "en", "--to", "."), 3),
        (("close-day", "--plain"), 2),
        (("certificate", "batch", "--to", "no such folder/"), 3),
        (("register", "/dev/zero"), 3),
        (("init", "--campaign", "/nowhere", "--event", "no", "--device", "KA1"), 3),
        (("register", "/nowhere.jsonl"), 3),
    ],
)
def test_exit_codes(run: Run, arguments: tuple[str, ...], code: int) -> None:
    try:
        given, _ = run(*arguments)
    except SystemExit as ended:
        given = int(ended.code or 0)
    assert given == code


def test_a_wrong_passphrase_opens_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("another one\n")
    assert run("find", "x", "--passphrase-file", file)[0] == 3


def test_a_data_folder_is_made_once(run: Run, data: Path, tmp_path: Path) -> None:
    before = (data / "kiosk.db").read_bytes()
    made = ("init", "--campaign", "gem-samvad", "--event", "ka-2020-01-10", "--device", "KA1")
    assert run(*made)[0] == 3
    assert (data / "kiosk.db").read_bytes() == before


def test_the_command_itself_runs_and_demo_repeats_itself(tmp_path: Path) -> None:
    def demo(folder: str) -> dict[str, Any]:
        command = [
            sys.executable, "-m", "kiosk", "demo", "--attendees", "12", "--seed", "7",
            "--data", str(tmp_path / folder), "--json",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        told = json.loads(done.stdout)
        del told["data"]
        return dict(told)

    assert demo("one") == demo("other")


def test_a_practice_day_opens_by_itself_and_no_other_kiosk_does(data: Path, tmp_path: Path) -> None:
    bare = {key: value for key, value in os.environ.items() if key != "KIOSK_PASSPHRASE"}

    def kiosk(*arguments: object) -> int:
        command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=bare
        ).returncode

    practice = tmp_path / "practice"
    assert kiosk("demo", "--attendees", 1, "--data", practice) == 0
    assert kiosk("audit", "--verify", "--data", practice) == 0
    assert kiosk("audit", "--verify", "--data", data) == 3


def test_reissue_marks_the_old_one_as_replaced(run: Run, tmp_path: Path) -> None:
    run("register", "-", lines=[line()])
    run("certificate", "issue", "KA1-0001", "--to", tmp_path / "one.pdf")
    reissue = ("certificate", "reissue", "KA1-0001", "--reason", "name", "--to")
    assert run(*reissue, tmp_path / "gone" / "2.pdf")[0] == 3
    again = (*reissue, tmp_path / "2.pdf")
    code, told = run(*again)
    assert (code, told["serial"], told["blank"]) == (0, "KA1-C-0002", [])


def test_names_in_clear_do_not_go_into_the_data_folder(run: Run, data: Path) -> None:
    assert run("export", "--plain", "--to", data)[0] == 3
    code, closed = run("close-day")
    assert code == 0
    sealed = {Path(file["path"]).suffix for file in closed["files"][1:]}
    assert sealed == {".age", ".json", ".ekb"}


def test_a_form_that_registers_nobody_is_not_installed(run: Run, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    survey = workbook.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    survey.append(["text", "place", "Where?"])
    settings = workbook.create_sheet("settings")
    settings.append(["form_id", "form_title", "version"])
    settings.append(["registration", "No name", "1"])
    workbook.save(tmp_path / "no-name.xlsx")
    assert run("form", "add", tmp_path / "no-name.xlsx")[0] == 1
    _, answers = run("register", "-", lines=[line()])
    assert answers[0]["ok"]


def test_an_answer_that_cannot_be_written_stops_the_command(run: Run, data: Path) -> None:
    file = data / "lines.jsonl"
    file.write_text(json.dumps(line()) + "\n")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "register", str(file), "--data", str(data), "--json"],
            stdout=full, stderr=subprocess.PIPE, check=False, text=True,
            env={**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE},
        )  # fmt: skip
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_a_file_with_a_byte_order_mark_is_read(run: Run, data: Path) -> None:
    file = data / "bom.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(line()).encode() + b"\r\n\r\n")
    code, told = run("register", file)
    assert (code, told["ok"]) == (0, True)


def test_every_recipient_of_a_file_can_open_the_export(run: Run, tmp_path: Path) -> None:
    identities = [pyrage.x25519.Identity.generate() for _ in range(2)]
    keys = tmp_path / "keys.txt"
    keys.write_text("# ours\n" + "\n".join(str(one.to_public()) for one in identities) + "\n")
    run("register", "-", lines=[line()])
    code, told = run("export", "--to", tmp_path, "--recipient", keys, "--format", "csv")
    assert code == 0
    sealed = next(Path(f["path"]) for f in told["files"] if "attendee" in f["path"])
    for identity in identities:
        assert "सुनीता".encode() in pyrage.decrypt(sealed.read_bytes(), [identity])
