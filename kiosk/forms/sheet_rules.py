"""What can be wrong in the cells of a workbook, before any form is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk.forms.columns import Columns, Line, Place, language_of, plain
from kiosk.forms.itext import has_tag, language_tag
from kiosk.forms.problems import ERROR, WARNING, FormProblem

TYPES = frozenset({
    "text", "string", "integer", "int", "decimal", "date", "note", "calculate",
    "begin group", "begin_group", "end group", "end_group",
})  # fmt: skip
SELECT = re.compile(r"(select_one|select_multiple|select one|select multiple) +\S+( or_other)?")
METADATA = frozenset({
    "start", "end", "today", "deviceid", "device id", "username", "phonenumber", "phone number",
    "email", "simserial", "sim serial", "subscriberid", "subscriber id", "start-geopoint",
    "background-audio", "audit", "imei",
})  # fmt: skip
COLUMNS = {
    "survey": frozenset({
        "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint",
        "constraint_message", "calculate", "choice_filter", "default", "appearance", "readonly",
        "disabled", "note", "notes", "comment", "comments",
    }),
    "choices": frozenset({"list_name", "name", "label"}),
    "settings": frozenset({
        "form_title", "form_id", "version", "default_language", "allow_choice_duplicates",
        "name", "id_string", "title",
    }),
}  # fmt: skip
MEDIA = frozenset({"media", "image", "big-image", "audio", "video", "guidance_hint"})
TRANSLATED = ("label", "hint", "required_message", "constraint_message")
APPEARANCES = frozenset({
    "multiline", "rating", "scale", "name", "mobile", "email", "pin-code", "gstin", "pan", "udyam",
})  # fmt: skip
EXPRESSIONS = ("relevant", "constraint", "calculate", "required", "readonly", "choice_filter")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")


def sheet_problems(columns: Columns) -> Iterator[FormProblem]:
    """Everything that the cells alone show, sheet by sheet."""
    yield from _settings(columns)
    yield from _headers(columns)
    names = {line.name for line in columns.lines}
    for line in columns.lines:
        yield from _line(columns, line)
        yield from _references(columns, line, names)
    yield from _choices(columns)
    yield from _translations(columns)


def _settings(columns: Columns) -> Iterator[FormProblem]:
    rows = columns.workbook.rows["settings"]
    settings = {plain(header): cell for header, cell in (rows[0] if rows else {}).items()}
    if not settings.get("version"):
        yield FormProblem(WARNING, "no_version", Place("settings", 2, "version"))
    languages = _languages(columns)
    default = settings.get("default_language", "")
    if languages and default not in languages:
        place = Place("settings", 2, "default_language")
        yield FormProblem(WARNING, "no_default_language", place)
    for name in languages:
        if not has_tag(name):
            yield FormProblem(
                WARNING, "language_without_tag", Place("survey", 1), {"language": name}
            )
    if not languages:
        yield FormProblem(WARNING, "no_language", Place("survey", 1, "label"))


def _languages(columns: Columns) -> dict[str, None]:
    """The languages of labels, in the order of their columns."""
    headers = [h for sheet in ("survey", "choices") for h in columns.workbook.headers[sheet]]
    return {language_of(h): None for h in headers if plain(h) in TRANSLATED and language_of(h)}


def _headers(columns: Columns) -> Iterator[FormProblem]:
    for sheet, known in COLUMNS.items():
        for header in columns.workbook.headers[sheet]:
            column = plain(header)
            if column in MEDIA:
                yield FormProblem(WARNING, "unsupported_media", Place(sheet, 1, header))
            elif column not in known and sheet != "choices":
                values = {"column": header}
                yield FormProblem(WARNING, "unknown_column", Place(sheet, 1, header), values)


def _line(columns: Columns, line: Line) -> Iterator[FormProblem]:
    if line.type in METADATA:
        place = columns.place(line.path, "type")
        yield FormProblem(WARNING, "metadata_left_out", place, {"type": line.type})
        yield FormProblem(WARNING, "anonymous_trace", place, {"what": line.type})
    elif line.type not in TYPES and not SELECT.fullmatch(line.type):
        place = columns.place(line.path, "type")
        yield FormProblem(ERROR, "unsupported_type", place, {"type": line.type})
    for token in line.cells.get("appearance", "").split():
        if token not in APPEARANCES:
            place = columns.place(line.path, "appearance")
            yield FormProblem(WARNING, "unsupported_appearance", place, {"appearance": token})
    if line.cells.get("constraint") and not line.cells.get("constraint_message"):
        place = columns.place(line.path, "constraint")
        yield FormProblem(WARNING, "no_constraint_message", place, {"name": line.name})


def _references(columns: Columns, line: Line, names: set[str]) -> Iterator[FormProblem]:
    for header, cell in columns.workbook.rows["survey"][line.row - 2].items():
        for name in dict.fromkeys(_REFERENCE.findall(cell)):
            if name.strip() not in names:
                place = Place("survey", line.row, header)
                yield FormProblem(ERROR, "unknown_reference", place, {"what": name[:100]})


def _choices(columns: Columns) -> Iterator[FormProblem]:
    rows = columns.workbook.rows["settings"]
    settings = {plain(header): cell for header, cell in (rows[0] if rows else {}).items()}
    allowed = settings.get("allow_choice_duplicates", "").lower() in {"yes", "true", "true()"}
    seen: set[tuple[str, str]] = set()
    for row, cells in enumerate(columns.workbook.rows["choices"], 2):
        by_column = {plain(header): cell for header, cell in cells.items()}
        key = (by_column.get("list_name", ""), by_column.get("name", ""))
        if key[1] and key in seen and not allowed:
            place = Place("choices", row, columns.header("choices", "name"))
            values = {"list": key[0], "name": key[1]}
            yield FormProblem(ERROR, "duplicate_choice", place, values)
        seen.add(key)


def _translations(columns: Columns) -> Iterator[FormProblem]:
    """Cells that are empty in one language and filled in another, or have no column at all."""
    languages = _languages(columns)
    for sheet in ("survey", "choices"):
        headers = columns.workbook.headers[sheet]
        for row, cells in enumerate(columns.workbook.rows[sheet], 2):
            for column in TRANSLATED:
                by_language = {language_of(h): h for h in headers if plain(h) == column}
                if not any(cells.get(header) for header in by_language.values()):
                    continue
                for language in languages:
                    header = by_language.get(language, f"{column}::{language}")
                    if not cells.get(header):
                        values = {"language": language_tag(language)}
                        place = Place(sheet, row, header)
                        yield FormProblem(WARNING, "missing_translation", place, values)
