"""Drawings and pictures that a PDF file keeps once and shows on every page (XObjects).

They are made of plain values, so that one that was read is kept for all files to come: numbers,
truth values, text as bytes, lists, dictionaries, ``Name`` and ``Stream``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A stream as it stands in the file: what its Filter says has been done already."""

    entries: Mapping[str, Any]
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A stream that draws into ``box`` (left, bottom, right, top) of a space of its own."""

    stream: Stream
    box: tuple[float, float, float, float]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    def within(
        self, x: float, y: float, width: float, height: float, *, mirrored: bool = False
    ) -> str:
        """The ``cm`` operator that brings the box into a rectangle, as large as both allow or, if
        it has another shape, in its middle.
        """
        scale = min(width / self.width, height / self.height)
        left = x + (width - self.width * scale) / 2 - self.box[0] * scale
        bottom = y + (height - self.height * scale) / 2 - self.box[1] * scale
        if mirrored:
            right = x + (width + self.width * scale) / 2 + self.box[0] * scale
            return f"{-scale:.6f} 0 0 {scale:.6f} {right:.4f} {bottom:.4f} cm"
        return f"{scale:.6f} 0 0 {scale:.6f} {left:.4f} {bottom:.4f} cm"


class _Made:
    """Streams that several others use are written once."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401 - as above
        self._document = document
        self._streams: dict[int, Any] = {}

    def of(self, value: object) -> Any:  # noqa: ANN401, PLR0911 - as above; a kind of value each
        if isinstance(value, Stream):
            return self._reference(value)
        if isinstance(value, Mapping):
            return PDFDictionary({str(key): self.of(one) for key, one in value.items()})
        if isinstance(value, list | tuple):
            return PDFArray([self.of(one) for one in value])
        if isinstance(value, Name):
            return PDFName(str(value))
        if isinstance(value, bytes):
            return f"<{value.hex()}>"
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is None:
            return "null"
        return value

    def stream(self, stream: Stream) -> PDFStream:
        return PDFStream(self.of(stream.entries), stream.data)

    def _reference(self, stream: Stream) -> Any:  # noqa: ANN401 - as above
        key = id(stream)
        if key not in self._streams:
            self._streams[key] = self._document.Reference(self.stream(stream))
        return self._streams[key]


def as_stream(stream: Stream, document: Any) -> PDFStream:  # noqa: ANN401 - as above
    """The stream itself, to be kept under a name."""
    return _Made(document).stream(stream)
