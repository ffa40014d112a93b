"""kiosk certificate sign, as a coordinator uses it: no kiosk is opened, nothing is half written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.__main__ import main
from kiosk.typesetting.document import Document
from tests.certificates.test_signing import DAY, NOW, PASSPHRASE, judged, p12

Sign = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def sign(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Sign:
    """Runs the command with a good PKCS#12 file; gives exit code, answer and message."""
    monkeypatch.setenv("LANG", "en_IN.UTF-8")
    (tmp_path / "own.p12").write_bytes(p12())
    (tmp_path / "secret").write_text(PASSPHRASE + "\n")
    for name in ("a", "b"):
        document = Document(title=name, language="en", width_pt=100, height_pt=100)
        document.box(10, 10, 50, 50, fill="#102030")
        document.next_page()
        (tmp_path / f"{name}.pdf").write_bytes(document.finish())

    def command(*arguments: object) -> tuple[int, Any, str]:
        given = ["--p12", tmp_path / "own.p12", "--passphrase-file", tmp_path / "secret"]
        code = main(["certificate", "sign", *map(str, (*arguments, *given)), "--json"])
        told = capfd.readouterr()
        return code, json.loads(told.out) if told.out else None, told.err

    return command


def test_a_file_is_signed_beside_itself_or_where_one_says(sign: Sign, tmp_path: Path) -> None:
    code, answer, _ = sign(tmp_path / "a.pdf")
    assert code == 0
    assert answer == {"signer": "CN=Coordinator", "files": [str(tmp_path / "a-signed.pdf")]}
    assert judged((tmp_path / "a-signed.pdf").read_bytes()).bottom_line
    assert sign(tmp_path / "b.pdf", "--to", tmp_path / "c.pdf")[0] == 0
    assert judged((tmp_path / "c.pdf").read_bytes()).bottom_line


def test_a_batch_is_signed_into_a_folder(sign: Sign, tmp_path: Path) -> None:
    (tmp_path / "signed").mkdir()
    code, _, _ = sign(tmp_path / "a.pdf", tmp_path / "b.pdf", "--to", tmp_path / "signed")
    assert code == 0
    for name in ("a.pdf", "b.pdf"):
        assert judged((tmp_path / "signed" / name).read_bytes()).bottom_line
    code, _, told = sign(tmp_path / "a.pdf", tmp_path / "b.pdf", "--to", tmp_path / "one.pdf")
    assert code == 2
    assert "folder" in told


def test_refusals_say_why_and_write_nothing(sign: Sign, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    (tmp_path / "secret").write_text("another")
    code, answer, told = sign(tmp_path / "a.pdf")
    assert (code, answer) == (1, None)
    assert "passphrase" in told
    (tmp_path / "secret").write_text(PASSPHRASE)
    assert sign(tmp_path / "none.pdf")[0] == 3
    assert sign(tmp_path / "secret")[0] == 1
    (tmp_path / "own.p12").write_bytes(p12(last=NOW - DAY / 2))
    _, _, told = sign(tmp_path / "a.pdf")
    assert f"{NOW - DAY / 2:%d-%m-%Y}" in told
    assert sorted(tmp_path.iterdir()) == before
