"""The file itself: objects go to the stream as soon as they are whole, so that memory stays flat.

ReportLab keeps all pages until a file is saved. Here it formats what it drew; where an object
stands is kept in seven bytes. Small objects are packed together (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from typing import IO

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject, PDFZCompress
from reportlab.pdfbase.pdfdoc import format as formatted

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_PACKED_TOGETHER = 200  # readers unpack all of a packet for one object of it
_LEVEL = 4  # a page is a twentieth larger than at zlib's own 6, in a quarter of the time
_ENTRY = struct.Struct(">BIH")  # kind, place, index: an entry of the cross-reference stream
_FREE, _ALONE, _PACKED = 0, 1, 2


class PdfFile(PDFDocument):  # type: ignore[misc]  # ReportLab ships no types
    """ReportLab's document over a stream. The same content makes the same file, byte for byte."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(invariant=1)
        # Flate alone: ReportLab's page compression wraps it in ASCII base 85, a quarter larger.
        self.defaultStreamFilters = [PDFZCompress]
        self._stream = stream
        self._digest = hashlib.blake2b(digest_size=16)
        self._places = bytearray(_ENTRY.pack(_FREE, 0, 0xFFFF))
        self._length = 0
        self._packet: list[tuple[int, bytes]] = []
        self._resources: dict[bytes, int] = {}
        self._pages: list[int] = []
        self._tree = self.take_number()
        self._write(_HEADER)

    def take_number(self) -> int:
        """The number of an object that will be put."""
        self.objectcounter += 1
        number: int = self.objectcounter
        return number

    def put(self, number: int, body: bytes) -> None:
        """Writes an object."""
        self._place(number, _ALONE, self._length, 0)
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def put_stream(self, content: bytes, entries: str = "") -> int:
        """Writes a stream, compressed, and gives its number."""
        number = self.take_number()
        self.put(number, stream_object(content, entries))
        return number

    def put_clear(self, content: bytes, entries: str) -> str:
        """Writes a stream as it is, for readers that unpack nothing; gives its reference."""
        number, length = self.take_number(), len(content)
        head = f"<<{entries}/Length {length}>>".encode()
        self.put(number, b"%b\nstream\n%b\nendstream" % (head, content))
        return f"{number} 0 R"

    def pack(self, number: int, body: bytes) -> None:
        """Writes a small object together with others."""
        self._packet.append((number, body))
        if len(self._packet) >= _PACKED_TOGETHER:
            self._put_packet()

    def put_resources(self, resources: PDFObject) -> int:
        """Writes what pages name; equal ones are written once."""
        body: bytes = formatted(resources, self, toplevel=1)
        if body not in self._resources:
            self._resources[body] = self.take_number()
            self.pack(self._resources[body], body)
        return self._resources[body]

    def put_page(self, number: int, entries: str) -> None:
        """Writes a page; ``entries`` are all of its dictionary but what says that it is one."""
        self._pages.append(number)
        self.pack(number, f"<</Type/Page/Parent {self._tree} 0 R{entries}>>".encode())

    def finish(self, catalogue: str, info: str) -> None:
        """Writes what is left: forms, the catalogue, and where everything stands.

        ``catalogue`` and ``info`` are the entries of these dictionaries.
        """
        self.put(self._tree, self._page_tree())
        number = 0
        while number < self.objectcounter:  # formatting one object may name new ones
            number += 1
            name = self.numberToId.get(number)
            if name is not None:
                self.put(number, formatted(self.idToObject[name], self, toplevel=1).strip())
        root, about = self.take_number(), self.take_number()
        self.put(root, f"<</Type/Catalog/Pages {self._tree} 0 R{catalogue}>>".encode())
        self.put(about, f"<<{info}>>".encode())
        self._put_packet()
        self._put_places(f"/Root {root} 0 R/Info {about} 0 R")

    def _page_tree(self) -> bytes:
        kids = references(self._pages)
        return f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>".encode()

    def _put_packet(self) -> None:
        if not self._packet:
            return
        packet, self._packet = self._packet, []
        own = self.take_number()
        heads, at = [], 0
        for index, (number, body) in enumerate(packet):
            self._place(number, _PACKED, own, index)
            heads.append(f"{number} {at}")
            at += len(body) + 1
        head = (" ".join(heads) + "\n").encode()
        content = head + b"\n".join(body for _, body in packet)
        entries = f"/Type/ObjStm/N {len(packet)}/First {len(head)}"
        self.put(own, stream_object(content, entries))

    def _put_places(self, roots: str) -> None:
        number, start = self.take_number(), self._length
        self._place(number, _ALONE, start, 0)
        identity = self._digest.hexdigest().upper()
        entries = f"/Type/XRef/Size {number + 1}/W[1 4 2]{roots}/ID[<{identity}><{identity}>]"
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, stream_object(self._places, entries)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _place(self, number: int, kind: int, place: int, index: int) -> None:
        missing = (number + 1) * _ENTRY.size - len(self._places)
        if missing > 0:
            self._places.extend(bytes(missing))
        _ENTRY.pack_into(self._places, number * _ENTRY.size, kind, place, index)

    def _write(self, content: bytes) -> None:
        self._stream.write(content)
        self._digest.update(content)
        self._length += len(content)


def stream_object(content: bytes | bytearray, entries: str = "") -> bytes:
    """A stream with Flate over its content."""
    packed = zlib.compress(content, _LEVEL)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (
        entries.encode(), len(packed), packed,
    )  # fmt: skip


def references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def text_string(text: str) -> str:
    """A text as a string of PDF, UTF-16 in hexadecimal digits (ISO 32000-1, 7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def real(value: float) -> str:
    """A number without needless digits."""
    return f"{value:.5f}".rstrip("0").rstrip(".") if value else "0"
