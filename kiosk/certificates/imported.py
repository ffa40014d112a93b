"""The first page of somebody's PDF as a drawing for our own pages.

Only what the page shows is taken: its operators and what they call for. Scripts, links, forms and
attachments hang elsewhere in a PDF and stay there. Files outside are never opened.
"""

from __future__ import annotations

import io
import logging
import zlib
from typing import Any

from kiosk.certificates.xobject import Name, Picture, Stream
from kiosk.errors import EnvironmentFault

MOST_OBJECTS = 20_000
DEEPEST = 60
LARGEST_CONTENT = 20 << 20
_SIDE = (3.0, 14_400.0)  # pt; ISO 32000-1, annex C
_LEFT = {"Parent", "Metadata", "PieceInfo", "LastModified", "StructParents", "StructParent", "OC"}
_OUTSIDE = {"F", "FFilter", "Ref", "OPI", "PS", "Level1"}  # of streams: files, PostScript
_TURNS = {0: (1, 0, 0, 1), 90: (0, -1, 1, 0), 180: (-1, 0, 0, -1), 270: (0, 1, -1, 0)}


def read_pdf(file: str, data: bytes) -> Picture:
    """The first page. Raises ``template_picture_…``."""
    import pypdf  # noqa: PLC0415 - few templates have such a background
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    # pypdf's own word for what it mended in a bent file; nobody reads it here
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted or not reader.pages:
            raise EnvironmentFault("template_picture", file=file, line=1, reason="no page")
        return _of_page(file, reader.pages[0])
    except (  # what pypdf raises for files that somebody bent
        PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError,
        OverflowError, AssertionError, NotImplementedError, zlib.error, OSError, MemoryError,
        StopIteration, ArithmeticError,
    ) as error:  # fmt: skip
        reason = f"{type(error).__name__}: {error}"[:200]
        raise EnvironmentFault("template_picture", file=file, line=1, reason=reason) from error


def _of_page(file: str, page: Any) -> Picture:  # noqa: ANN401 - pypdf's own page
    left, bottom, right, top = (float(one) for one in page.cropbox)
    width, height = right - left, top - bottom
    if not (_SIDE[0] <= width <= _SIDE[1] and _SIDE[0] <= height <= _SIDE[1]):
        raise EnvironmentFault("template_picture", file=file, line=1, reason=f"{width} × {height}")
    contents = page.get_contents()
    operators = contents.get_data() if contents is not None else b""
    if len(operators) > LARGEST_CONTENT:
        raise EnvironmentFault("template_picture_large", file=file, line=1)
    taken = _Taken(file)
    turn = _TURNS[int(page.get("/Rotate", 0)) % 360]
    entries: dict[str, Any] = {
        "Type": Name("XObject"), "Subtype": Name("Form"), "FormType": 1,
        "BBox": [left, bottom, right, top], "Matrix": [*turn, 0, 0],
        "Resources": taken.of(page.get("/Resources", {}), 0), "Filter": Name("FlateDecode"),
    }  # fmt: skip
    if "/Group" in page:
        entries["Group"] = taken.of(page["/Group"], 0)
    stream = Stream(entries, zlib.compress(operators, 9))
    return Picture(stream, _turned((left, bottom, right, top), turn))


def _turned(
    box: tuple[float, float, float, float], turn: tuple[int, int, int, int]
) -> tuple[float, float, float, float]:
    a, b, c, d = turn
    corners = [(a * x + c * y, b * x + d * y) for x in box[::2] for y in box[1::2]]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


class _Taken:
    """Copies what a page calls for, each object once, none too deep and not too many."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0
        self._streams: dict[tuple[int, int], Stream] = {}
        self._open: set[tuple[int, int]] = set()

    def of(self, value: Any, depth: int) -> object:  # noqa: ANN401 - pypdf's own objects
        from pypdf import generic  # noqa: PLC0415 - as above

        self._count += 1
        if self._count > MOST_OBJECTS or depth > DEEPEST:
            raise EnvironmentFault("template_picture_large", file=self._file, line=1)
        if isinstance(value, generic.IndirectObject):
            return self._indirect(value, depth)
        if isinstance(value, generic.StreamObject):
            return self._stream(value, depth)
        if isinstance(value, generic.DictionaryObject | dict):
            return self._dictionary(value, depth)
        if isinstance(value, generic.ArrayObject):
            return [self.of(one, depth + 1) for one in value]
        return _plain(value)

    def _indirect(self, value: Any, depth: int) -> object:  # noqa: ANN401 - as above
        key = (value.idnum, value.generation)
        if key in self._streams:
            return self._streams[key]
        if key in self._open:  # a dictionary that holds itself
            return None
        self._open.add(key)
        taken = self.of(value.get_object(), depth + 1)
        self._open.discard(key)
        if isinstance(taken, Stream):
            self._streams[key] = taken
        return taken

    def _stream(self, value: Any, depth: int) -> Stream:  # noqa: ANN401 - as above
        entries = self._dictionary(value, depth)
        if _OUTSIDE & entries.keys() or entries.get("Subtype") == "PS":
            raise EnvironmentFault(
                "template_picture_unsafe", file=self._file, line=1, value="PDF stream"
            )
        entries.pop("Length", None)
        data: bytes = value._data  # noqa: SLF001 - as it stands in the file, still encoded
        return Stream(entries, data)

    def _dictionary(self, value: Any, depth: int) -> dict[str, object]:  # noqa: ANN401 - as above
        return {
            _name(key): self.of(one, depth + 1)
            for key, one in value.items()
            if key[1:] not in _LEFT
        }


def _name(text: str) -> Name:
    """A name without its slash, a character for each of its bytes."""
    name = Name(text[1:].encode().decode("latin-1"))
    if not text.startswith("/") or any(char <= " " for char in name):
        raise ValueError(text)
    return name


def _plain(value: Any) -> object:  # noqa: ANN401, PLR0911 - as above; a kind of value each
    from pypdf import generic  # noqa: PLC0415 - as above

    if isinstance(value, generic.NameObject):
        return _name(str(value))
    if isinstance(value, generic.BooleanObject):
        return bool(value.value)
    if isinstance(value, generic.NumberObject):
        return int(value)
    if isinstance(value, generic.FloatObject):
        return float(value)
    if isinstance(value, generic.ByteStringObject):
        return bytes(value)
    if isinstance(value, generic.TextStringObject):
        return bytes(value.original_bytes)
    if isinstance(value, generic.NullObject):
        return None
    raise ValueError(type(value).__name__)
