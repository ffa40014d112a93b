"""The day at a glance: numbers first, then when and who, then what needs a hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import written_date
from kiosk.domain.event import valid_on
from kiosk.domain.language import indian_grouping
from kiosk.services.ports import KINDS_OF_SHEETS
from kiosk.services.printing import NO_PRINTERS
from ui.glance import Day, Looking, read_day
from ui.isolates import alone
from ui.print_words import ailing, unseen_words
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.bars import Bar, ColumnBars, RowBars
from ui.widgets.figure import FigureCard
from ui.widgets.label import Label
from ui.widgets.strip import Strip, StripKind
from ui.widgets.surface import Card
from ui.worker import Cancelled

if TYPE_CHECKING:
    from kiosk.errors import EnvironmentFault, VisitorError
    from kiosk.services.ports import DayFigures, StaffMember
    from ui.piling import Unseen

_REFRESH_MS = 20_000
_PATIENCE_MS = 1_000
_FIRST_HOUR, _LAST_HOUR = 9, 17  # shown even while they are empty
_SHOWN_DOES = 7


def hours(by_hour: Mapping[int, int]) -> range:
    """Which hours get a column: the usual ones, and all in which somebody came."""
    came = [hour for hour, count in by_hour.items() if count]
    return range(min([*came, _FIRST_HOUR]), max([*came, _LAST_HOUR]) + 1)


class TodayPage(Page):
    """Looks again every twenty seconds while it is shown."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._day: Day | None = None
        self._registered = FigureCard()
        self._responses = FigureCard()
        self._certificates = FigureCard()
        self._printing = FigureCard()
        self._figures = [
            self._registered, self._responses, self._certificates, self._printing,
        ]  # fmt: skip
        self._hours = ColumnBars()
        self._does = RowBars()
        self._hours_title = Label("", "body", bold=True)
        self._does_title = Label("", "body", bold=True)
        self._nobody = Label("", "body", quiet=True)
        self._anonymous = Label("", "small", quiet=True)
        self._strips = QVBoxLayout()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._counting = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._say_counting)

    def title(self) -> str:
        event = self.room.event
        places = valid_on(self.room.campaign.places, event.day)
        place = next((one.label for one in places if one.iso == event.state), event.name)
        return self.speaker.say(
            "staff.today.title", day=written_date(event.day), place=self.speaker.text(place)
        )

    def _lay_out(self) -> None:
        space = self.theme.space
        self._numbers = QHBoxLayout()
        self._numbers.setSpacing(space(2))
        for figure in self._figures:
            self._numbers.addWidget(figure, 1)
        arrivals, who = Card(), Card()
        arrivals.column.addWidget(self._hours_title)
        arrivals.column.addWidget(self._hours, 1)
        arrivals.column.addWidget(self._nobody)
        who.column.addWidget(self._does_title)
        who.column.addWidget(self._does)
        who.column.addStretch(1)
        self._charts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._charts.setSpacing(space(2))
        self._charts.addWidget(arrivals, 5)
        self._charts.addWidget(who, 4)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        column.addLayout(self._numbers)
        column.addLayout(self._charts, 1)
        column.addLayout(self._strips)
        column.addWidget(self._anonymous)
        self.set_body(self.scroller(content))

    # what the frame calls

    def enter(self) -> None:
        if not self._timer.isActive():
            self.room.press.looked.connect(self.say_again)
        self._timer.start()
        self.refresh()

    def leave(self) -> None:
        if self._timer.isActive():
            self.room.press.looked.disconnect(self.say_again)
        self._timer.stop()

    def forget(self) -> None:
        self.leave()
        self._end_counting()
        self._day = None

    def say_again(self) -> None:
        if self._day is not None:
            self._show(self._day)

    def refresh(self) -> None:
        """Reads the day from the disk, looks at the printers, and shows it."""
        self.room.press.look()
        if not self._counting:  # a long counting is not begun twice
            self._counting = True
            self._patience.start()
            self.porch.worker.ask(lambda desk: desk.record.reading, self._count, self._failed)

    def _count(self, reading: Looking) -> None:
        self.porch.worker.run_aside(
            lambda _run: read_day(reading), lambda *_step: None, self._know, self._failed
        )

    def _know(self, day: Day) -> None:
        self._end_counting()
        self._show(day)

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        self._end_counting()
        if not isinstance(fault, Cancelled):
            self.porch.worker.faulted.emit(fault)

    def _end_counting(self) -> None:
        self._counting = False
        self._patience.stop()

    def _say_counting(self) -> None:
        """It takes long: until there are figures, that is what is said."""
        if self._day is None:
            self._anonymous.set_text(self.speaker.say("staff.counting.day"))

    # what is shown

    def _show(self, day: Day) -> None:
        self._day = day
        self._show_figures(day)
        self._show_hours(day.figures)
        self._show_does(day.figures)
        self._show_strips(day)
        counted = day.closed_at is not None
        self._anonymous.setVisible(not counted)
        self._anonymous.set_text(self.speaker.say("staff.today.anonymous_wait"))

    def _show_figures(self, day: Day) -> None:
        say, figures = self.speaker.say, day.figures
        count = indian_grouping
        self._registered.show_figure(count(figures.registered), say("staff.today.registered"))
        if day.closed_at is None:
            self._responses.show_figure(count(figures.responses), say("staff.today.responses"))
        else:
            anonymous = count(figures.anonymous)
            self._responses.show_figure(
                count(figures.responses + figures.anonymous),
                say("staff.today.responses_all", anonymous=anonymous),
            )
        self._certificates.show_figure(count(figures.certificates), say("staff.today.certificates"))
        self._printing.show_figure(
            count(len(day.jobs)), say("staff.today.printing"), wrong=bool(day.jobs)
        )

    def _show_hours(self, figures: DayFigures) -> None:
        say = self.speaker.say
        title = say("staff.today.by_hour")
        bars = [
            Bar(str(hour), count, say("staff.today.hour_bar", hour=hour, count=count))
            for hour in hours(figures.by_hour)
            for count in (figures.by_hour.get(hour, 0),)
        ]
        self._hours_title.set_text(title)
        self._hours.set_bars(bars, title, self.speaker.tag)
        self._hours.setVisible(bool(figures.registered))
        self._nobody.setVisible(not figures.registered)
        self._nobody.set_text(say("staff.today.nobody"))

    def _show_does(self, figures: DayFigures) -> None:
        say = self.speaker.say
        title = say("staff.today.by_does")
        labels = {one.code: self.speaker.text(one.label) for one in self.room.campaign.does}
        most = sorted(figures.by_does.items(), key=lambda pair: (-pair[1], pair[0]))
        bars = [
            Bar(label, count, say("staff.today.does_bar", label=label, count=count))
            for code, count in most[:_SHOWN_DOES]
            for label in (labels.get(code, code),)
        ]
        self._does_title.set_text(title)
        self._does.set_bars(bars, title, self.speaker.tag)

    def _show_strips(self, day: Day) -> None:
        while (item := self._strips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        say = self.speaker.say
        for unseen in self.room.unseen:
            self._show_unseen(unseen)
        failed = sum(job.state == "failed" for job in day.jobs)
        unknown = sum(job.state == "unknown" for job in day.jobs)
        printer = [say("staff.today.printer_failed", count=failed)] if failed else []
        if unknown:
            printer.append(say("staff.today.printer_unknown", count=unknown))
        if printer:
            self._strip("\n".join(printer), "danger", say("staff.today.to_queue"), "queue")
        self._show_printers()
        if day.drafts:
            text = say("staff.today.drafts_wait", count=day.drafts)
            self._strip(text, "neutral", say("staff.today.to_drafts"), "drafts")
        if day.closed_at is not None:
            time = self.clock_time(day.closed_at)
            self._strip(say("staff.today.closed", time=time), "neutral")
        if not self._strips.count():
            self._strip(say("staff.today.all_well"), "neutral")

    def _show_unseen(self, unseen: Unseen) -> None:
        """What nobody was there to see: it stays until somebody says that they know."""
        say = self.speaker.say
        stopped = unseen.fault is not None
        words = say("printing.unseen.go_on" if stopped else "printing.unseen.read")
        strip = self._strip(unseen_words(self.speaker, unseen), "danger", words)

        def known() -> None:
            if unseen in self.room.unseen:
                self.room.unseen.remove(unseen)
            if stopped:
                self.went.emit(Open("pile"))
            else:
                self.say_again()

        strip.acted.connect(known)

    def _show_printers(self) -> None:
        """What keeps sheets from coming out of the printers that are to print here."""
        say, press = self.speaker.say, self.room.press
        here = [kind for kind in KINDS_OF_SHEETS if press.goes_to(kind) not in NO_PRINTERS]
        told = ailing(self.speaker, press.seen) if here else []
        if here and not press.ready:
            told = [say("printing.choose.none")]
        else:
            missing = {press.goes_to(kind) for kind in here if not press.ready_for(kind)}
            told += [say("printing.choose.gone", name=alone(name)) for name in sorted(missing)]
        if told:
            self._strip("\n".join(told), "danger", say("printing.choose.title"), "printers")

    def _strip(self, text: str, kind: StripKind, action: str = "", page: str = "") -> Strip:
        strip = Strip(text, kind, action)
        if page:
            strip.acted.connect(lambda: self.went.emit(Open(page)))
        self._strips.addWidget(strip)
        return strip

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt gives a QResizeEvent
        beside = self.width() >= 560 * self.theme.scale
        self._charts.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
