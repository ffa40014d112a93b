from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.certificates.paper import ReportLabPaper
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services import drafts, printing
from kiosk.services.closing import close_day, export_day, open_matters
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.exporting import ExportRequest
from kiosk.services.paper import Sheet
from kiosk.services.register import Registration, register_attendee
from kiosk.services.respond import Answers, respond_anonymously
from kiosk.settings import RESOURCES
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.fakes import CONSENTS, visitor

HINDI = Tag("hi")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_closing_says_what_is_open_seals_and_exports(desk: Desk, stick: Path) -> None:
    register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))
    drafts.save_draft(desk, "register", HINDI, {"name": "राम"})
    printing.queue(desk, Sheet(b"%PDF-1.4", 1), "certificate", "KA1-0001")
    respond_anonymously(desk, Answers(FEEDBACK, HINDI, {"used": "never", "sentence": "ठीक"}))
    assert desk.record.figures().anonymous == 0
    steps: list[str] = []
    closed = close_day(
        desk, "coordinator", ExportRequest(stick), lambda key, done, of: steps.append(key)
    )
    assert (closed.open.drafts, closed.open.printing, closed.open.certificates_due) == (1, 1, 1)
    assert steps == ["seal", "export", "summary", "summary"]
    assert closed.anonymous == desk.record.figures().anonymous == 1
    assert drafts.drafts(desk) == []
    assert open_matters(desk).closed_at is not None
    assert closed.summary.read_bytes().startswith(b"%PDF")
    assert all(file.path.suffix in {".age", ".json"} for file in closed.files)
    (batch,) = closed.batches
    assert (batch.span.first, batch.span.last) == (1, desk.record.verify().entries)
    assert (desk.folder / "outbox" / batch.name).stat().st_size == batch.bytes
    assert desk.record.verify().ok


def test_an_export_is_logged_with_what_it_wrote(desk: Desk, stick: Path) -> None:
    before = desk.record.verify().entries
    files = export_day(desk, "coordinator", ExportRequest(stick, ("csv",), plain=True))
    assert files
    assert desk.record.verify().entries == before + 1


def test_without_fonts_the_day_is_closed_and_the_page_follows_later(
    desk: Desk, stick: Path
) -> None:
    register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))
    no_fonts = Typesetter(Fonts(system=()))
    bare = ReportLabPaper(desk.words, no_fonts, RESOURCES / "templates")
    with pytest.raises(EnvironmentFault) as fault:
        close_day(replace(desk, paper=bare), "coordinator", ExportRequest(stick))
    assert fault.value.key == "font_missing"
    assert desk.record.closed_at() is not None
    names = {path.name for path in stick.iterdir()}
    assert f"{desk.event.id}-{desk.device.code}.sqlite.age" in names
    assert not [name for name in names if "summary" in name], "no half page is left"
    again = close_day(desk, "coordinator", ExportRequest(stick))
    assert again.summary.read_bytes().startswith(b"%PDF")
    assert desk.record.verify().ok


def test_a_stick_that_is_gone_is_told_and_the_day_stays_open(desk: Desk, stick: Path) -> None:
    drafts.save_draft(desk, "register", HINDI, {"name": "राम"})
    with pytest.raises(EnvironmentFault):
        close_day(desk, "coordinator", ExportRequest(stick / "gone"))
    assert desk.record.closed_at() is None
    assert len(drafts.drafts(desk)) == 1
    assert close_day(desk, "coordinator", ExportRequest(stick)).files


def test_a_job_at_the_printer_when_the_power_went_is_asked_about(desk: Desk) -> None:
    job = printing.queue(desk, Sheet(b"%PDF-1.4", 1), "slip", "KA1-0001")
    printing.settle(desk, job.id, "sent")
    assert [one.state for one in printing.after_power_cut(desk)] == ["unknown"]
    assert printing.settle(desk, job.id, "done", "out").pdf == b""
    assert printing.jobs(desk) == []
    with pytest.raises(ValueError, match="lost"):
        printing.settle(desk, job.id, "lost")


def test_drafts_are_replaced_and_dropped(desk: Desk) -> None:
    first = drafts.save_draft(desk, "register", HINDI, {"name": "र"})
    assert drafts.save_draft(desk, "register", HINDI, {"name": "राम"}, first) == first
    assert [draft.answers for draft in drafts.drafts(desk)] == [{"name": "राम"}]
    drafts.drop_draft(desk, first)
    drafts.drop_draft(desk, first)
    assert drafts.drafts(desk) == []
