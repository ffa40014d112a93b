"""kiosk campaign, device, init with a device file, passphrase: as a coordinator types them."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from kiosk.cli.__main__ import main
from tests.certificates.symbols import symbols_in
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, files_below, visitor

Run = Callable[..., tuple[int, Any, str]]
INIT = ("--event", "ka-2020-01-10")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with ``--json``: exit code, document, messages."""
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_IN.UTF-8")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def command(*arguments: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        code = main([*map(str, arguments), "--json"])
        said = capfd.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    return command


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """A campaign of one's own, in a folder whose name is as people name folders."""
    folder = tmp_path / "अभियान folder"
    assert run("campaign", "new", folder, "--pack", "gem-samvad")[0] == 0
    return folder


def enrol(run: Run, own: Path, code: str, to: Path) -> dict[str, Any]:
    done, answer, _ = run("device", "enrol", "--campaign", own, "--code", code, "--to", to)
    assert done == 0
    return dict(answer)


def test_a_campaign_of_one_s_own(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    code, made, said = run("campaign", "new", folder, "--pack", "gem-samvad")
    assert code == 0
    assert made["folder"] == str(folder)
    assert len(set(made["recipients"])) == 2
    assert [Path(one).name for one in made["identities"]] == [
        "coordinator.identity", "deputy.identity",
    ]  # fmt: skip
    assert "deputy" in said
    assert "print it now" in said
    before = {path: path.read_bytes() for path in files_below(folder)}
    assert run("campaign", "new", folder, "--pack", "gem-samvad")[0] == 3
    assert {path: path.read_bytes() for path in files_below(folder)} == before


@pytest.mark.parametrize("language", ["en", "hi", "ur", "kn", "te"])
def test_the_recovery_sheet_has_a_page_for_each_of_the_two(
    run: Run, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "own"
    _, made, _ = run(
        "campaign", "new", folder, "--pack", "gem-samvad", "--language", language
    )  # fmt: skip
    sheet = pypdfium2.PdfDocument(made["recovery_sheet"])
    assert len(sheet) == 2
    secrets = [Path(one).read_text().split()[-1] for one in made["identities"]]
    for page, mine, other in zip(sheet, secrets, reversed(secrets), strict=True):
        read = symbols_in(page.render(scale=150 / 72).to_numpy())
        assert [one.text for one in read] == [mine]
        text = "".join(page.get_textpage().get_text_range().split())
        assert mine.removeprefix("AGE-SECRET-KEY-1") in text
        assert other.removeprefix("AGE-SECRET-KEY-1") not in text
        if language != "ur":  # pdfium mixes up lines of both directions
            assert made["root"] in text
            assert all(recipient in text for recipient in made["recipients"])


def test_a_pack_that_is_wrong_makes_no_campaign(run: Run, tmp_path: Path) -> None:
    assert run("campaign", "new", tmp_path / "own", "--pack", "no-such-pack")[0] == 3
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "campaign.toml").write_text("id = ")
    assert run("campaign", "new", tmp_path / "own", "--pack", pack)[0] in {1, 3}
    assert not (tmp_path / "own").exists()


def test_a_laptop_is_enrolled_by_a_file_and_needs_the_stick_no_more(
    run: Run, own: Path, tmp_path: Path
) -> None:
    stick, data = tmp_path / "stick", tmp_path / "data"
    stick.mkdir()
    file = stick / "KA1.device"
    enrolled = enrol(run, own, "KA1", file)
    assert run("campaign", "copy", own, "--to", stick / "pack")[0] == 0
    code, made, said = run(
        "init", "--data", data, "--campaign", stick / "pack", "--device", file, *INIT,
        "--delete-device-file",
    )  # fmt: skip
    assert (code, made["device"], made["practice"]) == (0, "KA1", False)
    assert made["device_file"] == str(file)
    assert "deleted" in said
    assert not file.exists()
    shutil.rmtree(stick)
    shutil.rmtree(own)
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        json.dumps({"language": "hi", "answers": visitor(), "consents": CONSENTS}), "utf-8"
    )
    code, answer, _ = run("register", "--data", data, lines)
    assert (code, answer["number"]) == (0, "KA1-0001")
    assert len(enrolled["id"]) == 32


def test_two_laptops_under_one_code_are_two(run: Run, own: Path, tmp_path: Path) -> None:
    first = enrol(run, own, "KA1", tmp_path / "first.device")
    second = enrol(run, own, "KA1", tmp_path / "second.device")
    assert first["id"] != second["id"]
    assert (first["code_used_before"], second["code_used_before"]) == (False, True)
    _, listed, _ = run("device", "list", "--campaign", own)
    assert [(one["id"], one["shared_code"]) for one in listed] == [
        (first["id"], True), (second["id"], True),
    ]  # fmt: skip


def test_a_device_file_may_be_sealed(run: Run, own: Path, tmp_path: Path) -> None:
    secret, file = tmp_path / "secret", tmp_path / "KA1.device"
    secret.write_text("mango river\n")
    to = ("--to", file, "--passphrase-file", secret)
    code, answer, _ = run("device", "enrol", "--campaign", own, "--code", "KA1", *to)
    assert (code, answer["sealed"]) == (0, True)
    data = tmp_path / "data"
    init = ("init", "--data", data, "--campaign", own, "--device", file, *INIT)
    assert run(*init)[0] == 3
    wrong = tmp_path / "wrong"
    wrong.write_text("mango lake")
    assert run(*init, "--device-passphrase-file", wrong)[0] == 3
    assert not data.exists()
    code, _, said = run(*init, "--device-passphrase-file", secret)
    assert code == 0
    assert "Please delete it" in said
    assert file.exists()


def test_a_device_file_of_another_campaign_is_refused(run: Run, own: Path, tmp_path: Path) -> None:
    file, data = tmp_path / "KA1.device", tmp_path / "data"
    enrol(run, own, "KA1", file)
    for campaign in ("gem-samvad", tmp_path / "another"):
        if campaign != "gem-samvad":
            run("campaign", "new", campaign, "--pack", "gem-samvad")
        code, _, said = run(
            "init", "--data", data, "--campaign", campaign, "--device", file, *INIT
        )  # fmt: skip
        assert code == 3
        assert "another campaign" in said
        assert not data.exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 90, b"age-encryption.org/v1\ntorn"])
def test_a_torn_device_file_says_so(run: Run, own: Path, tmp_path: Path, content: bytes) -> None:
    file, data = tmp_path / "KA1.device", tmp_path / "data"
    file.write_bytes(content)
    secret = tmp_path / "secret"
    secret.write_text("mango")
    init = ("init", "--data", data, "--campaign", own, *INIT, "--device-passphrase-file", secret)
    assert run(*init, "--device", file)[0] == 3
    assert run(*init, "--device", tmp_path / "missing.device")[0] == 3
    assert not data.exists()


def test_a_code_in_place_of_a_file_needs_the_root(run: Run, own: Path, tmp_path: Path) -> None:
    run("campaign", "copy", own, "--to", tmp_path / "pack")
    init = ("init", "--data", tmp_path / "data", *INIT, "--device", "ka7")
    assert run(*init, "--campaign", tmp_path / "pack")[0] == 3
    code, made, _ = run(*init, "--campaign", own)
    assert (code, made["device"]) == (0, "KA7")
    enrolling = ("device", "enrol", "--campaign", own, "--to", tmp_path / "x.device", "--code")
    assert run(*enrolling, "K-1")[0] == 2
    assert not (tmp_path / "x.device").exists()


def test_a_lost_laptop_is_revoked(run: Run, own: Path, tmp_path: Path) -> None:
    device = enrol(run, own, "KA1", tmp_path / "KA1.device")
    why = ("--after-batch", 4, "--reason", "चोरी हुआ")
    code, answer, said = run("device", "revoke", "--campaign", own, "KA1", *why)
    assert (code, answer["device"]) == (0, device["id"])
    assert "set aside" in said
    _, listed, _ = run("device", "list", "--campaign", own)
    assert [(one["revoked_after_batch"], one["reason"]) for one in listed] == [(4, "चोरी हुआ")]
    assert run("device", "revoke", "--campaign", own, "KA9", *why)[0] == 1
    renewed = "ab" * 16  # a laptop that gave itself a new name is known by its id alone
    assert run("device", "revoke", "--campaign", own, renewed, *why)[0] == 0
    assert len(run("device", "list", "--campaign", own)[1]) == 2


def test_a_copied_kiosk_says_what_happened(run: Run, data: Path, tmp_path: Path) -> None:
    run("check", "--data", data)
    copy = shutil.copytree(data, tmp_path / "copy")
    code, found, said = run("audit", "--data", copy, "--verify")
    assert (code, found["ok"]) == (0, True)
    assert "Nothing is lost" in said
    assert "it was KA1" in said
    assert "Nothing is lost" not in run("audit", "--data", copy, "--verify")[2]


def test_a_forgotten_passphrase(run: Run, own: Path, tmp_path: Path) -> None:
    data, chosen = tmp_path / "data", tmp_path / "chosen"
    run("init", "--data", data, "--campaign", own, "--device", "KA1", *INIT)
    chosen.write_text("six other words of my own")
    new = ("--data", data, "--passphrase-file", chosen)
    assert run("audit", "--verify", *new)[0] == 3
    identity = ("--identity", own / "trust" / "deputy.identity")
    code, answer, said = run("passphrase", *identity, *new)
    assert (code, answer["device"]) == (0, "KA1")
    assert "new passphrase" in said
    assert run("audit", "--verify", *new)[0] == 0
    assert run("audit", "--verify", "--data", data)[0] == 3  # the old one, from the environment
    other = tmp_path / "another"
    run("campaign", "new", other, "--pack", "gem-samvad")
    foreign = ("--identity", other / "trust" / "deputy.identity")
    assert run("passphrase", *foreign, *new)[0] == 3
    assert run("passphrase", "--identity", tmp_path / "none", *new)[0] == 3
    assert run("audit", "--verify", *new)[0] == 0
