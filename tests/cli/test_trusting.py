"""Certificates checked from outside: by file, by QR, with and without anything known of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from kiosk import bootstrap, bootstrap_paper
from kiosk.bootstrap_desks import open_desks
from kiosk.services.attesting import ATTESTED
from kiosk.services.certify import prepare_certificate, valid_certificate
from kiosk.services.find import find_one
from tests.cli.stores import PRACTICE, Run, carry_day, run
from tests.conftest import PASSPHRASE
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url", "run"]  # fixtures

NAME = "सुनीता शर्मा"


@pytest.fixture
def number(data: Path, tmp_path: Path) -> str:
    """The number of somebody who holds a certificate at the kiosk in ``data``."""
    return carry_day(data, tmp_path / "stick", [{"name": NAME}])[0]


@pytest.fixture
def paper(run: Run, data: Path, number: str, tmp_path: Path) -> Path:
    """That certificate as a file."""
    file = tmp_path / "प्रमाण.pdf"
    code, told, _ = run("certificate", "issue", number, "--to", file, "--data", data)
    assert (code, told["serial"]) == (0, "KA1-C-0001")
    return file


@pytest.fixture
def symbol(data: Path, number: str) -> str:
    """What its QR says."""
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        prepared = prepare_certificate(desk, find_one(desk, number))
        assert valid_certificate(desk, prepared.attendee) == prepared.issued
        return prepared.content.qr


def verify(run: Run, *arguments: object) -> tuple[int, str, str]:
    code, told, _ = run("certificate", "verify", *arguments)
    assert told["valid"] == (told["status"] == "valid") == (code == 0)
    return code, told["status"], told["reason"]


def test_a_certificate_is_verified_without_data_or_secret(
    run: Run, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PASSPHRASE")
    code, told, sentences = run("certificate", "verify", paper)
    assert code == 0
    assert told == {
        "valid": True, "practice": True, "status": "valid", "reason": "", "as_of": "2020-01-10",
        "replaced_by": None, "serial": "KA1-C-0001", "name": NAME, "campaign": "gem-samvad",
        "event": "ka-2020-01-10", "day": "2020-01-10", "device": "KA1",
    }  # fmt: skip
    assert sentences.startswith("PRACTICE: valid\n")


def test_what_a_scanner_read_is_verified(run: Run, symbol: str) -> None:
    assert symbol.startswith(ATTESTED)
    assert verify(run, symbol) == (0, "valid", "")
    assert verify(run, symbol.lower()) == (0, "valid", "")


def test_a_copy_is_the_same_certificate(
    run: Run, data: Path, number: str, paper: Path, symbol: str, tmp_path: Path
) -> None:
    again = tmp_path / "again.pdf"
    run("certificate", "issue", number, "--to", again, "--data", data)
    assert symbols(again) == symbols(paper) == [symbol]


def symbols(file: Path) -> list[str]:
    return [one for page in bootstrap_paper.SheetEyes().pages(file, 9) for one in page.symbols]


def test_another_name_beside_the_symbol_is_noticed(
    run: Run, paper: Path, symbol: str, data: Path, tmp_path: Path
) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        prepared = prepare_certificate(desk, find_one(desk, "KA1-0001"))
        for name, serial in (("सुनीता वर्मा", "KA1-C-0001"), (NAME, "KA1-C-0002")):
            forged = type(prepared.content)(**{
                field: getattr(prepared.content, field)
                for field in prepared.content.__dataclass_fields__
            } | {"name": name, "serial": serial})  # fmt: skip
            file = tmp_path / f"{serial}-{name}.pdf"
            file.write_bytes(desk.paper.certificate(forged).pdf)
            code, told, sentences = run("certificate", "verify", file)
            assert (code, told["status"], told["reason"]) == (1, "altered", "page")
            assert (told["name"], told["serial"]) == (NAME, "KA1-C-0001")  # what was signed
            assert sentences.startswith("PRACTICE: altered\n")


def test_a_file_without_a_certificate_is_unknown(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "blank.pdf"
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(str(file))
    assert verify(run, file) == (1, "unknown", "none")
    run("certificate", "specimen", "--name", NAME, "--language", "hi", "--to", file)
    assert verify(run, file) == (1, "unknown", "none")
    assert verify(run, "https://example.org/") == (1, "unknown", "none")
    assert verify(run, f"{ATTESTED}0000") == (1, "altered", "signature")
    for text in ("x" * 5_000, "", ATTESTED + "0" * 5_000):
        assert verify(run, text) == (1, "unknown", "none")
    large = pypdfium2.PdfDocument.new()
    large.new_page(14_400, 14_400)
    large.save(str(file))
    assert verify(run, file) == (1, "unknown", "none")


def test_what_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    assert run("certificate", "verify", tmp_path / "nothing.pdf")[0] == 3
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + b"junk" * 99)
    code, told, sentence = run("certificate", "verify", broken)
    assert (code, told) == (1, None)
    assert "cannot be read as a certificate" in sentence


def test_a_revoked_certificate_is_told_by_the_record(
    run: Run, data: Path, paper: Path, symbol: str
) -> None:
    code, _, sentence = run(
        "certificate", "revoke", "KA1-C-0009", "--reason", "mistake", "--data", data
    )
    assert code == 1
    assert "No certificate with this serial" in sentence
    revoke = ("certificate", "revoke", "ka1-c-0001", "--reason")
    assert run(*revoke, " ", "--data", data)[0] == 1
    for _ in range(2):
        code, told, _ = run(*revoke, "mistake", "--data", data)
        assert (code, told) == (
            0, {"serial": "KA1-C-0001", "status": "revoked", "reason": "mistake"},
        )  # fmt: skip
    for what in (paper, symbol):
        assert verify(run, what, "--data", data) == (1, "revoked", "")
        assert verify(run, what) == (0, "valid", "")  # who knows nothing of it


@pytest.mark.parametrize("kind", ["file", pytest.param("server", marks=pytest.mark.long)])
def test_a_certificate_that_was_issued_again_in_a_store(
    run: Run, number: str, paper: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "merged.db" if kind == "file" else request.getfixturevalue("postgres_url")
    run("merge", tmp_path / "stick", "--into", target, *PRACTICE)
    fix, again, keys = (tmp_path / name for name in ("fix.json", "again.pdf", "keys.json"))
    fix.write_text(json.dumps({"name": "सुनीता वर्मा"}), "utf-8")
    run("correct", number, fix, "--in", target)
    reissue = ("certificate", "reissue", number, "--reason", "name", "--to", again)
    assert run(*reissue, "--in", target)[0] == 0
    code, told, _ = run("campaign", "keys", "--in", target, "--to", keys)
    assert (code, told["complete"], told["practice"], told["ended"]) == (0, True, True, 1)
    for known in (("--in", target), ("--keys", keys)):
        code, told, _ = run("certificate", "verify", paper, *known)
        assert (code, told["status"], told["replaced_by"]) == (1, "replaced", "CO1-C-0001")
        code, told, _ = run("certificate", "verify", again, *known)
        assert (code, told["status"], told["serial"]) == (0, "valid", "CO1-C-0001")
        assert (told["name"], told["device"]) == ("सुनीता वर्मा", "CO1")
    code, told, _ = run("certificate", "revoke", "CO1-C-0001", "--reason", "x", "--in", target)
    assert (code, told["status"]) == (0, "revoked")
    assert verify(run, again, "--in", target) == (1, "revoked", "")
    run("campaign", "keys", "--in", target, "--to", keys)
    assert verify(run, again, "--keys", keys) == (1, "revoked", "")
    code, sentence = run("certificate", "revoke", "KA1-C-0001", "--reason", "x", "--in", target)[
        ::2
    ]
    assert code == 1
    assert "replaced by CO1-C-0001" in sentence


@pytest.mark.parametrize("kind", ["file", pytest.param("server", marks=pytest.mark.long)])
def test_a_store_knows_in_which_design_a_certificate_was_issued(
    run: Run, number: str, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    target = tmp_path / "merged.db" if kind == "file" else request.getfixturevalue("postgres_url")
    run("merge", tmp_path / "stick", "--into", target, *PRACTICE)
    with open_desks(str(target), PASSPHRASE) as desks:
        [desk] = desks.desks()
        desk.paper.use_design("festive")
        prepared = prepare_certificate(desk, find_one(desk, number))
        assert prepared.content.design.startswith("classic-")
        assert not prepared.other_design
        today = replace(prepared.content, design="")
        assert prepared.sheet.pdf != desk.paper.certificate(today).pdf


def test_missing_serials_are_explained(run: Run, data: Path, number: str) -> None:
    code, told, _ = run("certificate", "gaps", "--data", data)
    assert code == 0
    [row] = told
    assert (row["code"], row["issued"], row["erased"], row["gaps"]) == ("KA1", 1, 0, [])


def test_keys_of_a_campaign_know_lost_laptops_only(run: Run, symbol: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    code, told, sentence = run("campaign", "keys", *PRACTICE, "--to", keys)
    assert (code, told["complete"], told["ended"]) == (0, False, 0)
    assert told["fingerprint"] in sentence
    assert verify(run, symbol, "--keys", keys) == (0, "valid", "")
    keys.write_bytes(keys.read_bytes().replace(b'"ended": []', b'"ended": [] '))
    assert verify(run, symbol, "--keys", keys) == (0, "valid", "")
    keys.write_bytes(keys.read_bytes().replace(b'"complete": false', b'"complete": true'))
    code, _, sentence = run("certificate", "verify", symbol, "--keys", keys)
    assert code == 1
    assert "altered" in sentence


def test_a_campaign_of_one_s_own_is_known_by_its_keys_alone(run: Run, tmp_path: Path) -> None:
    own, data, file = tmp_path / "own", tmp_path / "own kiosk", tmp_path / "own.pdf"
    keys, device = tmp_path / "keys.json", tmp_path / "AP1.device"
    run("campaign", "new", own, "--pack", "gem-samvad")
    run("device", "enrol", "--campaign", own, "--code", "AP1", "--to", device)
    run("init", "--campaign", own, "--event", "ka-2020-01-10", "--device", device, "--data", data)
    visitors = tmp_path / "visitors.jsonl"
    visitors.write_text(
        json.dumps({
            "language": "en", "answers": {"name": "Ravi", "does": "seller"},
            "consents": {"registration": True, "contact": False, "quotation": False,
                         "introduction": False},
        }) + "\n", "utf-8",
    )  # fmt: skip
    number = run("register", visitors, "--data", data)[1]["number"]
    run("certificate", "issue", number, "--to", file, "--data", data)
    assert verify(run, file) == (1, "unknown", "other_campaign")
    assert run("campaign", "keys", "--campaign", own, "--to", keys)[0] == 0
    for known in (("--keys", keys), ("--campaign", own), ("--data", data)):
        code, told, sentences = run("certificate", "verify", file, *known)
        assert (code, told["practice"], told["device"]) == (0, False, "AP1")
        assert sentences.startswith("Valid\n")
    run("device", "revoke", "AP1", "--campaign", own, "--after-batch", 0, "--reason", "stolen")
    run("campaign", "keys", "--campaign", own, "--to", keys)
    assert verify(run, file, "--keys", keys) == (1, "unknown", "lost")
    copy = tmp_path / "without root"
    run("campaign", "copy", own, "--to", copy)
    code, _, sentence = run("campaign", "keys", "--campaign", copy, "--to", keys)
    assert code == 1
    assert "root key is not in this folder" in sentence
