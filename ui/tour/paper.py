"""The coordinator looks at paper in the tour: what was printed proves itself, a forgery not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import local_time
from kiosk.domain.ids import Serial
from kiosk.services.certify import Issued, prepare_certificate, reissue_certificate
from kiosk.services.desk import Desk
from kiosk.services.verify import RecordKnown, Status, Verdict, check_file, worst
from ui.screens.staff.verify import VerifyPage
from ui.tour.evening import Evening
from ui.tour.hands import TourError
from ui.tour.people import COORDINATOR, GUESTS, RESPELLED_AT_THE_FIRST
from ui.widgets.sheet_view import SheetView

_FORGED_NAME = RESPELLED_AT_THE_FIRST  # anybody else's would do
_REASON = "the first sheet was stained"
_QUEUE_LEADS_TO = {
    "printers": "printing.choose.title", "desk": "printing.desk.title",
    "pile": "printing.pile.title",
}  # fmt: skip


class Paperwork(Evening):
    """Checks certificates as staff do, and looks at the pages that printing has."""

    def check_papers(self) -> None:
        """Every certificate that came out is checked; one whose name was changed is found out."""
        self._report.say("certificates are checked, without a network")
        certificates = sorted((self._report.folder / "certificates").glob("*.pdf"))
        verdicts = [self._verdict(file) for file in certificates]
        said = sorted({f"{one.status}{' ' + one.reason if one.reason else ''}" for one in verdicts})
        self._report.check(
            len(verdicts) == len(GUESTS) + 1
            and all(one.valid and one.practice for one in verdicts),
            f"all {len(verdicts)} certificates prove themselves, as practice ({', '.join(said)})",
        )
        forged = self._forge(certificates[0].stem)
        verdict = self._verdict(forged)
        self._report.check(
            (verdict.status, verdict.reason) == (Status.ALTERED, "page"),
            "a changed name beside a true symbol is found out",
        )
        self._replace(certificates[0])
        self._look_at_papers(certificates[1], forged, replaced=certificates[0])

    def _verdict(self, file: Path) -> Verdict:
        def read(desk: Desk) -> Sequence[Verdict]:
            today = local_time(desk.clock.now_ms(), desk.event.zone).date()
            return check_file(desk.eyes, desk.attest, RecordKnown([desk.record], today), file)

        return worst(self._ask(read))

    def _forge(self, serial: str) -> Path:
        """A page with somebody else's name around the symbol of this certificate."""

        def draw(desk: Desk) -> bytes:
            content = prepare_certificate(desk, self._holder(desk, serial)).content
            return desk.paper.certificate(replace(content, name=_FORGED_NAME)).pdf

        forged = self._report.folder / "forged.pdf"
        forged.write_bytes(self._ask(draw))
        return forged

    def _replace(self, old: Path) -> None:
        """Issued anew: the old paper proves that it was replaced, the new one that it counts."""

        def reissue(desk: Desk) -> Issued:
            attendee = self._holder(desk, old.stem)
            return reissue_certificate(desk, attendee, f"staff:{COORDINATOR}", _REASON)

        issued = self._ask(reissue)
        new = old.with_name(f"{issued.certificate.serial}.pdf")
        new.write_bytes(issued.sheet.pdf)
        verdict = self._verdict(old)
        by = "" if verdict.fate is None else verdict.fate.replaced_by
        self._report.check(
            verdict.status is Status.REPLACED and by == new.stem and self._verdict(new).valid,
            "issued anew, the old certificate is found to be replaced, and the new one valid",
        )

    @staticmethod
    def _holder(desk: Desk, serial: str) -> Attendee:
        certificate = desk.record.certificate(Serial(serial))
        attendee = certificate and desk.record.attendee(certificate.attendee_id)
        if not attendee:
            raise TourError(f"the certificate {serial} is not in the record")
        return attendee

    def _look_at_papers(self, true: Path, forged: Path, replaced: Path) -> None:
        self._open("prepare")
        self._hands.touch_button(self._say("staff.verify.title"))
        self._hands.wait("the page for checking", lambda: self._page_is("verify"))
        self._picture("verify")
        shown = {"valid": true, "altered": forged, "replaced": replaced}
        for name, file in shown.items():
            page = self._page()
            if not isinstance(page, VerifyPage):
                raise TourError("there is no page for checking certificates")
            page.check_path(file)
            self._ask(lambda _desk: None)
            self._picture(f"verify-{name}")
        self._look_at("prepare", "staff.designs.title", "designs")
        for name, title in _QUEUE_LEADS_TO.items():
            self._look_at("queue", title, name)

    def _look_at(self, start: str, title: str, name: str) -> None:
        """A page that another one leads to."""
        self._open(start)
        self._hands.touch_button(self._say(title))
        self._hands.wait(f"the page {name}", lambda: self._page_is(name))
        self._ask(lambda _desk: None)  # what the page asked for has been answered
        self._hands.wait("the sheets that it shows", self._sheets_are_there)
        self._picture(name)

    def _sheets_are_there(self) -> bool:
        page = self._page()
        sheets = [] if page is None else page.findChildren(SheetView)
        return all(one.accessibleName() for one in sheets)
