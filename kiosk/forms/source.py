"""A form's file, read within bounds and known by its contents, not only by its name."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentFault, VisitorError

MAX_BYTES = 10_000_000
MAX_UNPACKED = 40_000_000
MAX_PARTS = 1000
_KINDS = (".xlsx", ".xls", ".xml")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # a new workbook under a password looks old
_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a form's file. ``kind`` is .xlsx, .xls or .xml, ``stem`` its name."""

    data: bytes
    kind: str
    stem: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read_source(path: Path) -> Source:
    """The file; raises VisitorError for what can be no form, EnvironmentFault if it is not there.

    A zip bomb is told by the sizes that it declares; a zip file that lies about them is found
    broken when it is read.
    """
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise VisitorError("form_file_kind", code="malformed")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as wrong:
        raise EnvironmentFault("file_missing", path=str(path)) from wrong
    if len(data) > MAX_BYTES:
        raise _too_large()
    _check_contents(data, kind)
    return Source(data, kind, path.stem)


def _check_contents(data: bytes, kind: str) -> None:
    if data.startswith(_OLD_WORKBOOK) and _LOCKED in data:
        raise VisitorError("form_locked_workbook", code="malformed")
    if kind == ".xlsx" and data.startswith(_OLD_WORKBOOK):
        raise VisitorError("form_old_workbook", code="malformed")
    if kind == ".xls" and data.startswith(_ZIP):
        raise VisitorError("form_no_workbook", code="malformed")
    if kind == ".xlsx":
        _check_zip(data)


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as wrong:
        raise VisitorError("form_no_workbook", code="malformed") from wrong
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large()


def _too_large() -> VisitorError:
    return VisitorError("form_too_large", code="too_long", limit=MAX_BYTES // 1_000_000)
