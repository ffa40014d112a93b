"""Is this certificate what it seems? By scanner, or from a file: the signed name, for comparing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from kiosk.domain.clock import written_date
from kiosk.services.attesting import ATTESTED, Attested
from kiosk.services.verify import (
    Status,
    Verdict,
    check_file,
    check_seen,
    check_text,
    explanation,
    known_until,
    note,
    sentence,
    worst,
)
from ui.isolates import alone
from ui.pictures import SUFFIXES, seen_in
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.sticks import Target, plugged, subfolders
from ui.widgets.answer_card import AnswerCard, Mood
from ui.widgets.button import TouchButton
from ui.widgets.column import Column
from ui.widgets.folder_picker import FolderPicker, FolderWords
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.bootstrap_checking import DeskChecker
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_MOST_PAGES = 20  # of one file: the record waits meanwhile
_MOST_FILES = 60
_MOODS: dict[Status, Mood] = {
    Status.VALID: "good", Status.REPLACED: "replaced", Status.REVOKED: "revoked",
    Status.ALTERED: "danger", Status.UNKNOWN: "unknown",
}  # fmt: skip


class VerifyPage(Page):
    """Says one of valid, replaced, revoked, altered, not known: by ground, sign and words."""

    under = "prepare"

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[Path], list[Target]] = plugged
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._sticks: list[Path] = []
        self._checker: DeskChecker | None = None
        self._asked = ""
        self._verdicts: tuple[Verdict, ...] = ()
        self._column = self.set_column()
        self.setAcceptDrops(True)

    def title(self) -> str:
        return self.speaker.say("staff.verify.title")

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What is shown now; none before anything was checked."""
        return self._verdicts

    def take(self, about: object) -> None:
        self._asked = about if isinstance(about, str) else ""

    def enter(self) -> None:
        asked, self._asked = self._asked, ""
        self._verdicts = ()
        self._checker = None
        self._sticks = [one.folder for one in self._look(self.porch.data)]
        self._show()
        sticks = self._sticks
        self.porch.worker.ask(lambda desk: _checker_of(desk, sticks), self._know)
        if asked:
            self.on_slip(asked)

    def say_again(self) -> None:
        super().say_again()
        self.show_body()
        self._show()

    def leave(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.show_body()
        self._asked, self._verdicts = "", ()
        self._column.clear()

    def on_slip(self, text: str) -> bool:
        """A certificate's symbol is checked here; a slip leads to its visitor, as everywhere."""
        if not text.upper().startswith(ATTESTED):
            return super().on_slip(text)
        self.show_body()
        self._check(lambda _desk, checker: [check_text(checker.reader, checker.known, text)])
        return True

    def _know(self, checker: DeskChecker) -> None:
        """What keys files tell is here now."""
        self._checker = checker
        if checker.taken:
            self.notify(self.speaker.say("staff.verify.keys_taken"))
        if not self.busy:
            self._show()

    # what is checked

    def _check(self, work: Callable[[Desk, DeskChecker], Sequence[Verdict]]) -> None:
        sticks = self._sticks

        def check(desk: Desk) -> Sequence[Verdict]:
            return work(desk, self._checker or _checker_of(desk, sticks))

        self.set_waiting(True)
        self.porch.worker.ask(check, self._checked, self._failed)

    def _checked(self, verdicts: Sequence[Verdict]) -> None:
        self.set_waiting(False)
        self._verdicts = tuple(verdicts)
        self._show()

    def _failed(self, fault: object) -> None:
        self.set_waiting(False)
        self._verdicts = ()
        self._show()
        self.porch.worker.faulted.emit(fault)

    def check_path(self, file: Path) -> None:
        """Checks a PDF or a photograph."""
        self.show_body()

        def work(desk: Desk, checker: DeskChecker) -> Sequence[Verdict]:
            reader, known = checker.reader, checker.known
            if file.suffix.lower() in SUFFIXES:
                return check_seen(reader, known, seen_in(desk.eyes, file))
            return check_file(desk.eyes, reader, known, file, _MOST_PAGES)

        self._check(work)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.check_path(Path(files[0]))

    # choosing a file

    def _pick_folder(self) -> None:
        say = self.speaker.say
        roots = [(say("staff.carry.home"), Path.home())]
        roots += [
            (say("staff.close.stick", name=alone(one.stick)), one.folder)
            for one in self._look(self.porch.data)
            if one.stick
        ]
        words = FolderWords(
            say("staff.verify.choose"), say("staff.carry.this_folder"),
            say("staff.carry.folder_up"), say("staff.cancel"), say("staff.carry.folder_empty"),
        )  # fmt: skip
        picker = FolderPicker(Path.home(), roots, subfolders, words, self.speaker.tag)
        picker.chosen.connect(self.pick_file)
        picker.cancelled.connect(self.show_body)
        self.show_over(self.scroller(picker))

    def pick_file(self, folder: Path) -> None:
        """Shows the certificates and photographs in a folder, the newest first."""
        say, tag = self.speaker.say, self.speaker.tag
        cards = []
        for file in _files(folder):
            card = LinkCard(alone(file.name), tag=tag)
            card.clicked.connect(lambda _on=False, file=file: self.check_path(file))
            cards.append(card)
        back = TouchButton(say("staff.cancel"), "quiet", tag=tag)
        back.clicked.connect(self.show_body)
        title = Label(say("staff.verify.kinds"), "lead", bold=True, tag=tag)
        inside: QWidget = CardGrid(cards, columns=(1, 2, 3), gap=1)
        if not cards:
            inside = Label(say("staff.carry.folder_empty"), "body", quiet=True, tag=tag)
        self.show_over(self.scroller(Column(title, back, inside)))

    # what is shown

    def _show(self) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        answer = AnswerCard()
        choose = TouchButton(say("staff.verify.choose"), "plain", icon="search", tag=tag)
        choose.clicked.connect(self._pick_folder)
        if not self._verdicts:
            title, detail = say("staff.verify.ready"), say("staff.verify.help")
            answer.show_answer("neutral", title, detail, tag)
            self._column.put(answer, choose, *self._horizon())
            return
        verdict, words = worst(self._verdicts), self.speaker.words
        said = sentence(verdict, words)
        answer.show_answer(_MOODS[verdict.status], said, explanation(verdict, words), tag)
        things: list[QWidget] = [answer, choose]
        if verdict.attested is not None:
            things.insert(1, self._signed(verdict, verdict.attested))
        if len(self._verdicts) > 1:
            others = say("staff.verify.others", count=len(self._verdicts))
            things.insert(1, Label(others, "body", quiet=True, tag=tag))
        if practice := note(verdict, words):
            things.append(Label(practice, "body", quiet=True, tag=tag))
        self._column.put(*things)
        self.changed.emit()

    def _horizon(self) -> list[Label]:
        """Up to which day this kiosk knows what became of other kiosks' certificates."""
        say, checker = self.speaker.say, self._checker
        if checker is None:
            return []
        until, lost = checker.complete_until, checker.lost_until
        if until is not None:
            words = say("staff.verify.keys_all", date=written_date(until))
        elif lost is not None:
            words = say("staff.verify.keys_lost", date=written_date(lost))
        else:
            words = say("staff.verify.keys_none")
        return [Label(words, "small", quiet=True, tag=self.speaker.tag)]

    def _signed(self, verdict: Verdict, said: Attested) -> Card:
        """What was signed: the name large, as a person compares it with the paper."""
        say, tag = self.speaker.say, self.speaker.tag
        card = Card()
        if said.name:
            card.column.addWidget(Label(say("staff.verify.compare"), "body", quiet=True, tag=tag))
        name = Label(said.name or say("verify.by_hand"), "display", bold=True)
        card.column.addWidget(name)
        event = next((one for one in self.room.campaign.events if one.id == said.event), None)
        rows = [
            (say("verify.serial"), said.serial),
            (say("verify.event"), said.event if event is None else self.speaker.text(event.name)),
            (say("verify.date"), written_date(said.day)),
            (say("verify.signed_at"), said.device_code),
        ]
        if verdict.fate is not None and verdict.fate.replaced_by:
            rows.insert(0, (say("verify.replaced_by"), verdict.fate.replaced_by))
        for label, value in rows:
            card.column.addWidget(Label(f"{label}: {alone(value)}", "body", tag=tag))
        if known := known_until(verdict, self.speaker.words):
            card.column.addWidget(Label(known, "small", quiet=True, tag=tag))
        return card


def _checker_of(desk: Desk, sticks: Sequence[Path]) -> DeskChecker:
    from kiosk.bootstrap_checking import desk_checker  # noqa: PLC0415 - who checks waits, no other

    return desk_checker(desk, sticks)


def _files(folder: Path) -> list[Path]:
    kinds = (".pdf", *SUFFIXES)
    try:
        found = [one for one in folder.iterdir() if one.suffix.lower() in kinds and one.is_file()]
        found.sort(key=lambda one: (-one.stat().st_mtime, one.name))
    except OSError:
        return []
    return found[:_MOST_FILES]
