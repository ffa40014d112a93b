"""A workbook becomes an XForm, by pyxform, which is loaded when it is needed and not before."""

from __future__ import annotations

from dataclasses import dataclass

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000
MAX_PARTS = 1000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
KINDS = {".xlsx", ".xls", ".xml"}


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm and what pyxform remarked. ``refusal`` is why there is none."""

    xform: str
    remarks: tuple[str, ...] = ()
    refusal: str = ""
