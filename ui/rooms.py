"""Which screen stands at which place of the journey, and what happens at the end of each form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from kiosk.domain.attendee import Attendee
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.desk import Desk
from ui.journey import Place, Step
from ui.notices import notice_of
from ui.recognise import Known, by_name, mend, rename
from ui.screens.attract import AttractScreen
from ui.screens.certificate import CertificateScreen
from ui.screens.check import CheckFeedback, CheckRegistration
from ui.screens.choice import ChoiceScreen
from ui.screens.details import DetailsScreen
from ui.screens.greeting import GreetingScreen
from ui.screens.more import MoreScreen
from ui.screens.notice import CannotScreen, FullNoticeScreen, NoticeScreen
from ui.screens.question import QuestionScreen
from ui.screens.receipt import ReceiptScreen
from ui.screens.screen import Notice, Porch, Press, Room, Screen
from ui.screens.slip import SlipScreen
from ui.screens.thanks import ThanksScreen
from ui.screens.welcome import WelcomeScreen
from ui.screens.withdraw import WithdrawnScreen, WithdrawScreen
from ui.visit import Visit
from ui.walk import Walk

Maker = Callable[[], Screen]


def room_of(desk: Desk, porch: Porch, press: Press) -> Room:
    """What the screens share on this event-day."""
    return Room(
        speaker=porch.speaker,
        worker=porch.worker,
        data=porch.data,
        campaign=desk.campaign,
        event=desk.event,
        device=desk.device,
        languages=desk.languages,
        press=press,
    )


def makers(room: Room, visit: Visit) -> Mapping[Place, Maker]:
    """A maker for every place of the visitor's way; each builds its screen from the visit."""
    return {
        Place.ATTRACT: partial(AttractScreen, room, visit),
        Place.WELCOME: partial(WelcomeScreen, room, visit),
        Place.NOTICE: partial(NoticeScreen, room, visit),
        Place.FULL_NOTICE: partial(FullNoticeScreen, room, visit),
        Place.CANNOT: partial(CannotScreen, room, visit),
        Place.REGISTER: lambda: _register(room, visit),
        Place.MORE: partial(MoreScreen, room, visit),
        Place.CHECK: lambda: CheckRegistration(room, visit, _walk(visit.registration)),
        Place.RECEIPT: lambda: _receipt(room, visit),
        Place.SLIP: partial(SlipScreen, room, visit),
        Place.MEET: lambda: _meet(room, visit),
        Place.GREETING: partial(GreetingScreen, room, visit),
        Place.CHOICE: partial(ChoiceScreen, room, visit),
        Place.FEEDBACK: lambda: _feedback(room, visit),
        Place.CHECK_FEEDBACK: lambda: CheckFeedback(room, visit, _walk(visit.feedback)),
        Place.CERTIFICATE: partial(CertificateScreen, room, visit),
        Place.NAME: lambda: _rename(room, visit),
        Place.DETAILS: partial(DetailsScreen, room, visit),
        Place.MEND: lambda: _mend(room, visit),
        Place.WITHDRAW: partial(WithdrawScreen, room, visit),
        Place.WITHDRAWN: partial(WithdrawnScreen, room, visit),
        Place.THANKS: partial(ThanksScreen, room, visit),
        Place.FIRST: lambda: _pin(room, first=True),
        Place.PIN: lambda: _pin(room),
    }


def _receipt(room: Room, visit: Visit) -> Screen:
    if visit.registered is None:
        raise LookupError("no registration to show a receipt of")
    return ReceiptScreen(room, visit, visit.registered)


def _register(room: Room, visit: Visit) -> Screen:
    walk = _walk(visit.registration)
    return QuestionScreen(room, visit, walk, ended=_registered, around=(1, 1))


def _feedback(room: Room, visit: Visit) -> Screen:
    note = room.speaker.say("question.anonymous") if visit.anonymous else ""
    walk = _walk(visit.feedback)
    return QuestionScreen(room, visit, walk, ended=_answered, around=(0, 1), note=note)


def _meet(room: Room, visit: Visit) -> Screen:
    note = room.speaker.say("meet.detail")
    return QuestionScreen(room, visit, _walk(visit.meeting), ended=_met, note=note)


def _rename(room: Room, visit: Visit) -> Screen:
    note = room.speaker.say("rename.title")
    return QuestionScreen(room, visit, _walk(visit.renaming), ended=_renamed, note=note)


def _mend(room: Room, visit: Visit) -> Screen:
    buttons = room.speaker.say("check.save"), room.speaker.say("details.remove")
    walk = _walk(visit.renaming)
    return QuestionScreen(room, visit, walk, ended=_mended, buttons=buttons)


def _pin(room: Room, *, first: bool = False) -> Screen:
    from ui.screens.staff.pin import PinScreen  # noqa: PLC0415 - when staff comes

    return PinScreen(room, first=first)


def _walk(walk: Walk | None) -> Walk:
    if walk is None:
        raise LookupError("no form was opened before its screen")
    return walk


def _registered(screen: QuestionScreen) -> None:
    walk = screen.walk
    screen.went.emit(Step.ESSENTIALS if walk.has_more() and not walk.changing else Step.ANSWERED)


def _answered(screen: QuestionScreen) -> None:
    screen.went.emit(Step.ANSWERED)


def _met(screen: QuestionScreen) -> None:
    """Somebody said who they are; nothing is written before something needs it."""
    visit, answers, language = screen.visit, screen.walk.answers(), screen.speaker.tag
    typed = visit.typed.get("number", ""), visit.typed.get("code", "")
    name, does = str(answers.get("name", "")), str(answers.get("does", ""))

    def known(known: Known) -> None:
        visit.attendee, visit.certificate_due = known.attendee, known.certificate_due
        screen.set_waiting(False)
        screen.went.emit(Step.RECOGNISED)

    screen.set_waiting(True)
    screen.room.worker.ask(
        lambda desk: by_name(desk, typed, name, language, does), known, partial(_fail, screen)
    )


def _renamed(screen: QuestionScreen) -> None:
    visit, attendee = screen.visit, screen.visit.attendee
    name = str(screen.walk.current().value)
    if attendee is None or screen.walk.changing:
        return

    def renamed(attendee: Attendee) -> None:
        visit.attendee, visit.prepared, visit.renaming = attendee, None, None
        screen.set_waiting(False)
        screen.went.emit(Step.SAVED)

    screen.set_waiting(True)
    screen.room.worker.ask(
        lambda desk: rename(desk, attendee, name), renamed, partial(_fail, screen)
    )


def _mended(screen: QuestionScreen) -> None:
    visit, attendee = screen.visit, screen.visit.attendee
    name, value = screen.walk.at, screen.walk.answers().get(screen.walk.at, "")
    if attendee is None:
        return

    def mended(attendee: Attendee) -> None:
        visit.attendee, visit.renaming = attendee, None
        screen.set_waiting(False)
        screen.told.emit(Notice(screen.speaker.say("details.saved")))
        screen.went.emit(Step.SAVED)

    screen.set_waiting(True)
    screen.room.worker.ask(
        lambda desk: mend(desk, attendee, name, value), mended, partial(_fail, screen)
    )


def _fail(screen: QuestionScreen, fault: VisitorError | EnvironmentFault) -> None:
    screen.set_waiting(False)
    screen.told.emit(notice_of(fault, screen.speaker))
