"""PDF/UA-1 as far as a machine can judge: the Matterhorn Protocol's checkpoints, by pikepdf, and an
independent checker. Whether words and order make sense, people must say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import page
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String, parse_content_stream

from kiosk.certificates.paper import ReportLabPaper
from kiosk.services.paper import Sheet
from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import LANGUAGES, certificate, slip, summary
from tests.certificates.test_designs import badge

PAINTING = {
    "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "EI", "INLINE IMAGE",
    "Tj", "TJ", "'", '"',
}  # fmt: skip
Marked = tuple[str, Any, str]  # the tag, its MCID, and what the text says


@pytest.fixture(scope="module")
def sheets(paper: ReportLabPaper) -> dict[str, Sheet]:
    made = {}
    for language in LANGUAGES:
        made[f"certificate-{language}"] = paper.certificate(certificate(language, practice=True))
        made[f"slip-{language}"] = paper.slip(slip(language))
        made[f"summary-{language}"] = paper.summary(summary(language))
    for design in DESIGNS:
        folder = RESOURCES / "templates" / design
        made[design] = paper.preview([certificate("ur", specimen=True)], folder)
    made["badge"] = paper.badge(badge("hi"))
    made["label"] = paper.label(badge("te"))
    made["batch"] = paper.certificates([certificate(language) for language in LANGUAGES])
    made["blank"] = paper.certificate(certificate("en", name="😀"))
    return made


DESIGNS = ("calm", "festive")
FILES = [
    *(
        f"{kind}-{language}"
        for kind in ("certificate", "slip", "summary")
        for language in LANGUAGES
    ),
    *DESIGNS,
    "badge",
    "label",
    "batch",
    "blank",
]


@pytest.fixture
def pdf(sheets: dict[str, Sheet], request: pytest.FixtureRequest) -> Pdf:
    return Pdf.open(io.BytesIO(sheets[request.param].pdf))


on_every_file = pytest.mark.parametrize("pdf", FILES, indirect=True)


def children(element: Any) -> list[Any]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def elements(pdf: Pdf) -> Iterator[Any]:
    """The elements of the structure tree in reading order."""
    waiting = children(pdf.Root.StructTreeRoot)
    while waiting:
        element = waiting.pop(0)
        if isinstance(element, Dictionary):
            yield element
            waiting = [*children(element), *waiting]


def marked_contents(shown: Any) -> Iterator[Marked]:
    """What is marked on a page; fails where something is drawn that is not."""
    open_marks: list[tuple[str, Any]] = []
    said: list[str] = []
    for step in parse_content_stream(shown):
        operands, name = step.operands, str(step.operator)
        if name in {"BDC", "BMC"}:
            values = operands[1] if name == "BDC" else Dictionary()
            open_marks.append((str(operands[0]), values.get("/MCID")))
            if "/ActualText" in values:
                said.append(str(values.ActualText))
        elif name == "EMC":
            tag, mark = open_marks.pop()
            if tag == "/Artifact" or mark is not None:
                yield tag, mark, "".join(said)
                said = []
        elif name in PAINTING:
            kinds = [tag == "/Artifact" or mark is not None for tag, mark in open_marks]
            assert kinds.count(True) == 1, f"{name} within {open_marks}"
    assert not open_marks


def glyphs_by_font(pdf: Pdf) -> dict[str, set[int]]:
    """The codes of two bytes that pages show, by the font's name."""
    used: dict[str, set[int]] = {}
    for shown in pdf.pages:
        font = ""
        for step in parse_content_stream(shown):
            if str(step.operator) == "Tf":
                font = str(step.operands[0])
            elif str(step.operator) == "TJ":
                strings = [part for part in step.operands[0] if isinstance(part, String)]
                codes = b"".join(map(bytes, strings))
                used.setdefault(font, set()).update(
                    int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)
                )
    return used


@on_every_file
def test_an_independent_checker_finds_nothing(pdf: Pdf) -> None:
    content = io.BytesIO()
    pdf.save(content, static_id=True)
    report = page.validate_pdf_bytes(content.getvalue(), profile=page.ValidationProfile.PDF_UA_1)
    assert [(one.rule_id, one.message) for one in report.failures] == []
    assert report.rules.passed > 100


@on_every_file
def test_file_says_what_it_is(pdf: Pdf) -> None:  # checkpoints 06, 07, 11, 26
    root = pdf.Root
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(root.Lang) in LANGUAGES
    assert not pdf.is_encrypted
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:language"] == {str(root.Lang)}
        assert metadata["dc:title"] == str(pdf.docinfo.Title)
        assert metadata["dc:title"]
        assert metadata["pdf:Producer"] == str(pdf.docinfo.Producer)
        assert metadata["xmp:CreatorTool"] == str(pdf.docinfo.Creator)
        author = str(pdf.docinfo.Author)
        assert metadata.get("dc:creator", []) == ([author] if author else [])
        assert metadata.get("dc:identifier", "") == str(pdf.docinfo.Subject)


@on_every_file
def test_everything_drawn_is_an_element_or_an_artifact(pdf: Pdf) -> None:  # checkpoint 01
    tree = pdf.Root.StructTreeRoot
    parents = dict(zip(tree.ParentTree.Nums[::2], tree.ParentTree.Nums[1::2], strict=True))
    for number, shown in enumerate(pdf.pages):
        marks = [mark for _, mark, _ in marked_contents(shown) if mark is not None]
        assert marks == list(range(len(marks)))
        owners = parents[shown.obj.StructParents]
        assert shown.obj.StructParents == number
        assert len(owners) == len(marks)
        for mark, owner in enumerate(owners):
            assert owner.Pg.objgen == shown.obj.objgen
            assert mark in children(owner)


@on_every_file
def test_the_tree_is_whole_and_of_standard_types(pdf: Pdf) -> None:  # checkpoints 02, 09, 14
    [document] = children(pdf.Root.StructTreeRoot)
    assert Name.Document == document.S
    assert [section.S for section in children(document)] == [Name.Sect] * len(pdf.pages)
    for element in elements(pdf):
        assert element.S in {Name.Document, Name.Sect, Name.H1, Name.H2, Name.P, Name.Figure}
        for child in children(element):
            if isinstance(child, Dictionary):
                assert child.P.objgen == element.objgen


@on_every_file
def test_figures_are_put_into_words_in_a_language(pdf: Pdf) -> None:  # checkpoint 13
    for element in elements(pdf):
        if Name.Figure == element.S:
            assert str(element.Alt).strip()
            left, bottom, right, top = element.A.BBox
            assert 0 <= left < right <= pdf.pages[0].mediabox[2]
            assert 0 <= bottom < top <= pdf.pages[0].mediabox[3]


@on_every_file
def test_fonts_are_embedded_and_every_glyph_has_a_meaning(pdf: Pdf) -> None:  # checkpoint 31
    used = glyphs_by_font(pdf)
    fonts: Any = pdf.pages[0].resources.Font
    for name, glyphs in used.items():
        font = fonts[name]
        [descendant] = font.DescendantFonts
        assert descendant.FontDescriptor.FontFile2.read_bytes()
        assert descendant.CIDToGIDMap == Name.Identity
        rows = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]*)>", font.ToUnicode.read_bytes())
        meanings = {int(code, 16): text for code, text in rows}
        assert glyphs <= meanings.keys()
        assert all(meanings[glyph] not in {b"", b"0000", b"FEFF", b"FFFE"} for glyph in glyphs)
        assert glyphs <= set(map(int, list(descendant.W)[::2]))
        assert 0 not in glyphs


@on_every_file
def test_pages_are_read_in_the_order_of_their_structure(pdf: Pdf) -> None:  # checkpoint 28
    for shown in pdf.pages:
        assert shown.obj.Tabs == Name.S
        assert "/Annots" not in shown.obj


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_symbol_is_put_into_words(sheets: dict[str, Sheet], language: str) -> None:
    pdf = Pdf.open(io.BytesIO(sheets[f"slip-{language}"].pdf))
    assert [str(one.S) for one in elements(pdf)].count("/Figure") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_is_read_out_from_its_heading_to_its_foot(
    sheets: dict[str, Sheet], language: str
) -> None:
    pdf = Pdf.open(io.BytesIO(sheets[f"certificate-{language}"].pdf))
    kinds = [str(element.S) for element in elements(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Figure") >= 1
    said = [(mark, text) for _, mark, text in marked_contents(pdf.pages[0])]
    ornaments = [text for mark, text in said if mark is None and text]
    assert len(ornaments) == 1, "the mark of practice behind the text is no text"
    assert ornaments[0] in {text for mark, text in said if mark is not None}, "it stands above too"


def test_a_summary_has_a_heading_and_parts(sheets: dict[str, Sheet]) -> None:
    pdf = Pdf.open(io.BytesIO(sheets["summary-hi"].pdf))
    levels = [str(one.S) for one in elements(pdf) if str(one.S).startswith("/H")]
    assert levels[0] == "/H1"
    assert levels.count("/H1") == 1
    assert levels.count("/H2") >= 3


def test_lines_of_a_paragraph_make_one_element(typesetter: Typesetter) -> None:
    document = Document(title="t", language="en", width_pt=300, height_pt=100)
    for at, text in enumerate(("One paragraph", "of two lines", "and another")):
        line = typesetter.set_line(text, "en", 12)
        whole = "One paragraph of two lines" if at == 0 else ""
        document.draw(line, 10, 80 - 20 * at, whole=whole, continues=at == 1)
    document.next_page()
    pdf = Pdf.open(io.BytesIO(document.finish()))
    paragraphs = [children(one) for one in elements(pdf) if Name.P == one.S]
    assert paragraphs == [[0, 1], [2]]
    [first, second] = [one for one in elements(pdf) if Name.P == one.S]
    assert str(first.ActualText) == "One paragraph of two lines"
    assert "/ActualText" not in second


def test_a_broken_line_is_read_out_as_one(paper: ReportLabPaper) -> None:
    long = certificate("en", venue={"en": "Sample venue " * 12})
    pdf = Pdf.open(io.BytesIO(paper.certificate(long).pdf))
    wholes = [str(one.ActualText) for one in elements(pdf) if "/ActualText" in one]
    [whole] = [text for text in wholes if "Sample venue " * 11 in text]
    said = [text for _, mark, text in marked_contents(pdf.pages[0]) if "Sample venue" in text]
    assert len(said) > 1
    assert " ".join(said) == whole


def test_what_speaks_another_language_says_so(typesetter: Typesetter) -> None:
    document = Document(title="t", language="hi", width_pt=300, height_pt=100)
    document.draw(typesetter.set_line("नमस्ते", "hi", 12), 10, 80, role="heading")
    document.draw(typesetter.set_line("Welcome", "en", 12), 10, 60)
    with document.figure("ایک تصویر", 10, 10, 20, 20, language="ur"):
        document.box(10, 10, 20, 20, fill="#102030")
    document.next_page()
    pdf = Pdf.open(io.BytesIO(document.finish()))
    told = [
        (str(one.S), str(one.get("/Lang", ""))) for one in elements(pdf) if Name.Document != one.S
    ]
    assert told == [("/Sect", ""), ("/H1", ""), ("/P", "en"), ("/Figure", "ur")]
    [figure] = [one for one in elements(pdf) if Name.Figure == one.S]
    assert str(figure.Alt) == "ایک تصویر"


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    from kiosk.typesetting.fonts import Fonts

    return Typesetter(Fonts())
