"""A workbook becomes an XForm, by pyxform: loaded when a form is imported, and never before.

pyxform's Java validator is not used: what it would find, our own reading of the XForm finds.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from defusedxml import DefusedXmlException

from kiosk.errors import VisitorError
from kiosk.forms.source import Source

Row = Mapping[str, str]

SHEETS = ("survey", "choices", "settings")
BROKEN_WORKBOOK = (  # whatever the readers of workbooks meet inside a damaged one
    LookupError, ValueError, TypeError, AttributeError, AssertionError, ArithmeticError, OSError,
    EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error,
    struct.error, SyntaxError, DefusedXmlException,  # what parsers of XML raise is a SyntaxError
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workbook:
    """The cells of the sheets that matter, as texts. Row 2 of a sheet is the first of its list."""

    rows: Mapping[str, list[Row]]
    headers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Converted:
    """A workbook and the XForm of it; where there is none, ``refusal`` is pyxform's reason."""

    workbook: Workbook
    xform: str
    refusal: str = ""


class _Nowhere(io.TextIOBase):
    """Standard output belongs to the command's answer, not to a library's remarks."""

    def write(self, text: str) -> int:
        return len(text)


def convert(source: Source) -> Converted:
    """The XForm of an .xlsx or .xls; raises VisitorError for what is no XLSForm at all."""
    # lxml comes with an extra, and would read what defusedxml refuses
    os.environ["OPENPYXL_LXML"] = "False"
    # half a second, at import of a form only; xlrd notes while it is loaded where it will complain
    with contextlib.redirect_stdout(_Nowhere()):
        from pyxform.errors import PyXFormError  # noqa: PLC0415
        from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415
        from pyxform.xls2xform import convert as convert_by_pyxform  # noqa: PLC0415
        from xlrd.compdoc import CompDocError  # type: ignore[import-untyped] # noqa: PLC0415
        from xlrd.formula import FormulaError  # type: ignore[import-untyped] # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, about styles that nobody needs
        try:
            definition = get_xlsform(source.data, file_type=source.kind)
        except (PyXFormError, CompDocError, FormulaError, *BROKEN_WORKBOOK) as wrong:
            raise VisitorError("form_no_workbook", code="malformed") from wrong
        definition = replace(definition, fallback_form_name=source.stem)
        workbook = _workbook(definition)
        try:
            made = convert_by_pyxform(asdict(definition), validate=False)
        except PyXFormError as wrong:
            return Converted(workbook, "", str(wrong))
        except BROKEN_WORKBOOK as wrong:
            return Converted(workbook, "", f"{type(wrong).__name__}: {wrong}"[:300])
    return Converted(workbook, made.xform)


def _workbook(definition: object) -> Workbook:
    rows, headers = {}, {}
    for sheet in SHEETS:
        rows[sheet] = list(getattr(definition, sheet) or ())
        header = getattr(definition, f"{sheet}_header") or [{}]
        headers[sheet] = tuple(header[0])
    return Workbook(rows, headers)
