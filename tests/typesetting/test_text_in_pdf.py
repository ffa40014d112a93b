"""What a reader, a search or a screen reader finds in the file: the very text, in logical order."""

from __future__ import annotations

import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.typesetting.document import Document
from kiosk.typesetting.proof import prove
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting.test_missing import NAMES

FROM_THE_RIGHT = {"ur", "ks", "sd"}


def streams(pdf: bytes) -> Iterator[bytes]:
    """The content of every compressed stream of the file."""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:  # the metadata stand in clear
            continue


def actual_texts(pdf: bytes) -> list[str]:
    """Every ActualText of the file's content streams."""
    texts = re.findall(rb"/ActualText <FEFF([0-9A-F]*)>", b"".join(streams(pdf)))
    return [bytes.fromhex(text.decode()).decode("utf-16-be") for text in texts]


def tool(name: str, *arguments: str) -> str:
    return subprocess.run([name, *arguments], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("language", [tag for tag in NAMES if tag not in FROM_THE_RIGHT])
def test_pdftotext_gives_back_the_text(
    typesetter: Typesetter, tmp_path: Path, language: str
) -> None:
    text = f"{NAMES[language]} 19-12-2019"
    prove(typesetter, text, language=language, to=tmp_path / "a.pdf")
    assert tool("pdftotext", str(tmp_path / "a.pdf"), "-").strip() == text


@pytest.mark.parametrize("language", NAMES)
def test_actual_text_is_in_logical_order(
    typesetter: Typesetter, tmp_path: Path, language: str
) -> None:
    prove(typesetter, NAMES[language], language=language, to=tmp_path / "a.pdf")
    assert actual_texts((tmp_path / "a.pdf").read_bytes()) == [NAMES[language]]


def test_text_is_normalised(typesetter: Typesetter, tmp_path: Path) -> None:
    prove(typesetter, "Jose\u0301\tK", language="en", to=tmp_path / "a.pdf")
    assert actual_texts((tmp_path / "a.pdf").read_bytes()) == ["José K"]


def test_file_says_its_language_and_title_and_embeds_its_fonts(
    typesetter: Typesetter, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    prove(typesetter, "محمد GeM", language="ur", to=path)
    assert b"/Lang (ur)" in path.read_bytes()
    assert "محمد GeM" in tool("pdfinfo", str(path))
    fonts = tool("pdffonts", str(path)).splitlines()[2:]
    assert len(fonts) == 2
    assert all(re.search(r"CID TrueType +Identity-H +yes yes yes", font) for font in fonts)


def test_the_same_text_makes_the_same_file(typesetter: Typesetter, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        prove(typesetter, "श्रीमती", language="hi", to=tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_pages_of_a_file_share_one_subset(typesetter: Typesetter) -> None:
    document = Document(title="t", language="hi", width_pt=300, height_pt=100)
    for name in ("श्रीमती", "लक्ष्मी", "कृष्ण"):
        document.draw(typesetter.set_line(name, "hi", 20), 10, 40)
        document.next_page()
    pdf = document.finish()
    assert pdf.count(b"/FontFile2") == 1
    assert len(actual_texts(pdf)) == 3


def test_a_proof_stands_where_the_contract_says(typesetter: Typesetter, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    proof = prove(typesetter, "|श्री|", language="hi", to=path, size_pt=30)
    line = typesetter.set_line("|श्री|", "hi", 30)
    assert proof.width_pt == line.width_pt
    assert proof.font_files == tuple(str(file) for file in line.font_files)
    assert b"BT 30 0 0 30 36 72 Tm" in b"".join(streams(path.read_bytes()))


def test_absurd_proofs_are_refused(typesetter: Typesetter, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    for size, text, key in ((0.5, "a", "size_out_of_range"), (9000, "a", "size_out_of_range"),
                            (400, "a" * 900, "text_too_wide")):  # fmt: skip
        with pytest.raises(VisitorError) as refused:
            prove(typesetter, text, language="en", to=path, size_pt=size)
        assert refused.value.key == key
    with pytest.raises(EnvironmentFault) as fault:
        prove(typesetter, "a", language="en", to=tmp_path / "none" / "a.pdf")
    assert fault.value.key == "file_unwritable"
    assert list(tmp_path.iterdir()) == []
