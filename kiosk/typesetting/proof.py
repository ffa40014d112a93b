"""One line alone on its page: what a coordinator looks at before an event."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import VisitorError
from kiosk.services.files import written_file
from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter

LEFT_PT = 36.0
BASELINE_PT = 72.0
SMALLEST_PT, LARGEST_PT = 4.0, 400.0
_WIDEST_PAGE_PT = 14_400.0  # ISO 32000-1, annex C: no page is larger


@dataclass(frozen=True, slots=True)
class Proof:
    """``missing``: what could not be set; then nothing was written."""

    font_files: tuple[str, ...]
    width_pt: float
    missing: tuple[str, ...]


def prove(  # each option of the command, by name
    typesetter: Typesetter,
    text: str,
    *,
    language: str,
    to: Path,
    size_pt: float = 24.0,
    bold: bool = False,
) -> Proof:
    """Writes a PDF with the line's left end at 36 pt and its baseline 72 pt from the bottom.

    Raises VisitorError for an absurd size or length, EnvironmentFault where the file cannot be
    written.
    """
    if not SMALLEST_PT <= size_pt <= LARGEST_PT:
        raise VisitorError("size_out_of_range", least=SMALLEST_PT, most=LARGEST_PT)
    line = typesetter.set_line(text, language, size_pt, bold=bold)
    files = tuple(str(path) for path in line.font_files)
    if line.missing:
        return Proof(files, 0.0, line.missing)
    page_width = max(line.width_pt, line.ink_right) + 2 * LEFT_PT
    if page_width > _WIDEST_PAGE_PT:
        raise VisitorError("text_too_wide", code="too_long")
    document = Document(
        title=line.text,
        language=language,
        width_pt=page_width,
        height_pt=BASELINE_PT + max(line.ascent, size_pt) + LEFT_PT,
    )
    document.draw(line, LEFT_PT, BASELINE_PT)
    document.next_page()
    with written_file(to) as stream:
        stream.write(document.finish())
    return Proof(files, line.width_pt, ())
