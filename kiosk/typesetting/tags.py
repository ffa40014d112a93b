"""What stands on a page as a reader with ears finds it: headings, paragraphs, figures, in order.

ISO 32000-1, 14.7 and 14.8 (tagged PDF), ISO 14289-1 (PDF/UA-1). A document holds a section for
each page; a section holds the page's elements in reading order. Whatever is drawn outside an
element is an artifact: an ornament that nobody reads out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.typesetting.pdf_file import PdfFile, real, references, text_string

HEADING, PARAGRAPH, ARTIFACT = "heading", "paragraph", "artifact"
SUBHEADING = "subheading"  # of the parts of a summary
OPEN_ARTIFACT = "/Artifact BMC"
CLOSE = "EMC"
_FIGURE = "Figure"
_TYPES = {HEADING: "H1", SUBHEADING: "H2", PARAGRAPH: "P"}

Box = tuple[float, float, float, float]  # left, bottom, right, top in points of the page


@dataclass(slots=True)
class _Element:
    """One element and the marked contents of its page that belong to it."""

    type: str
    language: str
    alt: str = ""
    box: Box | None = None
    whole: str = ""
    contents: list[int] = field(default_factory=list)


class PageTags:
    """The elements of the page that is being drawn."""

    def __init__(self) -> None:
        self.elements: list[_Element] = []
        self.owners: list[int] = []  # of every marked content, in order: its element

    def open_text(self, role: str, language: str, *, whole: str, continues: bool) -> str:
        """The operator that opens a line of text; ``continues`` the element of the line before."""
        if role == ARTIFACT:
            return OPEN_ARTIFACT
        kind = _TYPES[role]
        if not (continues and self.elements and self.elements[-1].type == kind):
            self.elements.append(_Element(kind, language, whole=whole))
        return self._open()

    def open_figure(self, language: str, alt: str, box: Box) -> str:
        """The operator that opens what is drawn of a figure."""
        self.elements.append(_Element(_FIGURE, language, alt, box))
        return self._open()

    def _open(self) -> str:
        element, mark = self.elements[-1], len(self.owners)
        element.contents.append(mark)
        self.owners.append(len(self.elements) - 1)
        return f"/{element.type} <</MCID {mark}>> BDC"


class Structure:
    """The tree of a file's elements. Of a page only two numbers are kept once it is written."""

    def __init__(self, file: PdfFile, language: str) -> None:
        self._file, self._language = file, language
        self._root, self._document = file.take_number(), file.take_number()
        self._sections: list[int] = []
        self._parents: list[int] = []  # of every page the list from marked contents to elements

    def add_page(self, page: int, tags: PageTags) -> str:
        """Writes a page's elements and gives the entry by which the page finds them."""
        file = self._file
        section, parents = file.take_number(), file.take_number()
        numbers = [file.take_number() for _ in tags.elements]
        for number, element in zip(numbers, tags.elements, strict=True):
            file.pack(number, self._formatted(element, page, section))
        file.pack(parents, f"[{references([numbers[at] for at in tags.owners])}]".encode())
        kids = references(numbers)
        file.pack(section, f"<</S/Sect/P {self._document} 0 R/K[{kids}]>>".encode())
        self._sections.append(section)
        self._parents.append(parents)
        return f"/StructParents {len(self._parents) - 1}"

    def finish(self) -> str:
        """Writes the roots and gives the reference for the file's catalogue."""
        file, parents = self._file, self._parents
        pairs = " ".join(f"{page} {number} 0 R" for page, number in enumerate(parents))
        tree = file.take_number()
        file.pack(tree, f"<</Nums[{pairs}]>>".encode())
        kids = references(self._sections)
        file.pack(self._document, f"<</S/Document/P {self._root} 0 R/K[{kids}]>>".encode())
        file.pack(
            self._root,
            f"<</Type/StructTreeRoot/K {self._document} 0 R/ParentTree {tree} 0 R"
            f"/ParentTreeNextKey {len(parents)}>>".encode(),
        )
        return f"{self._root} 0 R"

    def _formatted(self, element: _Element, page: int, section: int) -> bytes:
        marks = " ".join(map(str, element.contents))
        kids = marks if len(element.contents) == 1 else f"[{marks}]"
        parts = [f"<</S/{element.type}/P {section} 0 R/Pg {page} 0 R/K {kids}"]
        if element.language != self._language:
            parts.append(f"/Lang({element.language})")
        if element.whole:
            parts.append(f"/ActualText{text_string(element.whole)}")
        if element.alt:
            parts.append(f"/Alt{text_string(element.alt)}")
        if element.box is not None:
            parts.append(f"/A<</O/Layout/BBox[{' '.join(map(real, element.box))}]>>")
        return ("".join(parts) + ">>").encode()
