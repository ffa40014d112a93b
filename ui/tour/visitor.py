"""One visitor of the tour, from the language to the thanks, by touches alone."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from kiosk.domain.ids import AttendeeId
from kiosk.services.register import Registered
from ui.app import Kiosk
from ui.fields.choice import PickField
from ui.fields.field import Field
from ui.frame.footer import Footer
from ui.journey import Place
from ui.screens.question import QuestionScreen
from ui.screens.slip import CODE, NUMBER, SlipScreen
from ui.tour.hands import Hands, TourError
from ui.tour.people import Guest
from ui.tour.report import Report
from ui.visit import Paper

_MOST_QUESTIONS = 40


class Visitor:
    """Plays one guest; leaves pictures and checks what must hold."""

    def __init__(self, kiosk: Kiosk, hands: Hands, report: Report, guest: Guest) -> None:
        self._kiosk = kiosk
        self._hands = hands
        self._report = report
        self._guest = guest
        self.registered: Registered | None = None

    @property
    def attendee_id(self) -> AttendeeId:
        """Who they are in the record, once they have arrived."""
        if self.registered is None:
            raise TourError(f"{self._guest.name} has not arrived")
        return self.registered.attendee.id

    # the two journeys

    def arrive(self) -> None:
        """Language, notice, registration, receipt, thanks."""
        self._report.say(f"{self._guest.name} arrives ({self._guest.language})")
        self.reach_notice()
        self.agree()
        self.answer_until(Place.CHECK, self._arrival_answers())
        self._picture("check")
        self._hands.touch(self._footer.next)
        self._stand(Place.RECEIPT)
        self._see_receipt()
        self._hands.touch(self._footer.next)
        self._stand(Place.THANKS)
        self._picture("thanks-registered")
        self._leave()

    def come_back(self) -> None:
        """Slip, feedback, certificate, thanks."""
        self._report.say(f"{self._guest.name} returns ({self._guest.language})")
        self._show_slip()
        self._stand(Place.GREETING)
        self._check_greeting()
        self._picture("greeting")
        self._hands.touch(self._footer.next)
        self._give_feedback()
        self._take_certificate()
        self._leave()

    # arriving

    def reach_notice(self) -> None:
        self._stand(Place.ATTRACT)
        self._hands.touch_named(f"language-{self._guest.language}")
        self._stand(Place.WELCOME)
        self._report.check(self._speaks_own(), "the screen speaks the chosen language")
        self._picture("welcome")
        self._hands.touch_named("new_here")
        self._stand(Place.NOTICE)
        self._hands.wait("the form", lambda: self._kiosk.host.visit.registration is not None)

    def agree(self) -> None:
        """Without consent it does not go on; with it, it does."""
        visit = self._kiosk.host.visit
        self._report.check(not any(visit.consents.values()), "no consent is ticked beforehand")
        self._picture("notice")
        self._hands.touch(self._footer.next)
        self._stand(Place.CANNOT)
        self._picture("cannot")
        self._hands.touch(self._footer.back)
        self._stand(Place.NOTICE)
        self._hands.touch_named("read-all")
        self._stand(Place.FULL_NOTICE)
        self._picture("full-notice")
        self._hands.touch(self._footer.back)
        self._stand(Place.NOTICE)
        self._hands.touch_named("purpose-registration")
        self._hands.touch(self._footer.next)
        self._stand(Place.REGISTER)

    def _arrival_answers(self) -> dict[str, str | tuple[str, ...]]:
        guest = self._guest
        return {"name": guest.name, "does": guest.does, "is": guest.kinds, **guest.typed}

    def answer_until(self, end: Place, answers: dict[str, str | tuple[str, ...]]) -> None:
        """Question by question; what has no answer is skipped."""
        for _ in range(_MOST_QUESTIONS):
            if self._kiosk.host.visit.place is end:
                return
            if self._kiosk.host.visit.place is Place.MORE:
                self._tell_more(answers)
                continue
            screen = self._question()
            name = screen.walk.current().name
            answer = answers.get(name, "")
            if answer:
                self._answer(screen, name, answer)
                self._go_on(screen)
            else:
                self._picture(f"{screen_name(screen)}-{name}")
                self._hands.touch_button(self._kiosk.speaker.say("nav.skip"))
            self._hands.wait(f"what comes after {name}", partial(self._moved, screen, name))
        raise TourError(f"the questions do not lead to {end.value}")

    def _tell_more(self, answers: dict[str, str | tuple[str, ...]]) -> None:
        """Who has more to say says it; who has not is through in a minute."""
        self._picture("more")
        has_more = any(answers[name] for name in answers if name not in {"name", "does"})
        self._hands.touch_named("tell_more" if has_more else "enough")
        self._stand(Place.REGISTER if has_more else Place.CHECK)

    def _moved(self, screen: QuestionScreen, name: str) -> bool:
        if self._kiosk.window.screen_shown is not screen:
            return True
        return screen.walk.current().name != name

    def _answer(self, screen: QuestionScreen, name: str, answer: str | tuple[str, ...]) -> None:
        field = screen.field
        if isinstance(field, PickField):
            for value in (answer,) if isinstance(answer, str) else answer:
                self._hands.touch(field.cards[value])
        else:
            self._hands.type(str(answer))
            held = self._hands.written()
            self._report.check(held == answer, f"the keyboard wrote {answer!r} for {name}")
        self._picture(f"{screen_name(screen)}-{name}")

    def _go_on(self, screen: QuestionScreen) -> None:
        typing = screen.keyboard() is not None
        self._hands.touch(self._kiosk.window.panel.key("{next}") if typing else self._footer.next)

    def _see_receipt(self) -> None:
        visit, press = self._kiosk.host.visit, self._kiosk.press
        self.registered = visit.registered
        number = visit.registered.attendee.number if visit.registered is not None else ""
        if press.ready:
            self._hands.wait("the slip", lambda: visit.slip in {Paper.PRINTED, Paper.FAILED})
            self._report.check(visit.slip is Paper.PRINTED, f"the slip of {number} was printed")
        self._hands.wait("a picture of the slip", lambda: self._sees(number))
        self._picture("receipt")

    def _sees(self, text: str) -> bool:
        labels = self._kiosk.window.findChildren(QLabel)
        return any(text in label.text() for label in labels if label.isVisible())

    # the way back

    def _show_slip(self) -> None:
        if self.registered is None:
            raise TourError("nobody returns who has not arrived")
        self._stand(Place.ATTRACT)
        if self._guest.scans:
            self._hands.scan(self.registered.slip_qr)
            return
        self._hands.touch_named(f"language-{self._guest.language}")
        self._stand(Place.WELCOME)
        self._hands.touch_named("has_slip")
        self._type_slip(self.registered)

    def _type_slip(self, registered: Registered) -> None:
        """Number and secret code, key by key."""
        self._stand(Place.SLIP)
        screen = self._kiosk.window.screen_shown
        if not isinstance(screen, SlipScreen):
            raise TourError("this is not where slips are typed")
        typed = ((NUMBER, registered.attendee.number), (CODE, registered.receipt_code))
        for name, text in typed:
            self._hands.touch(screen.fields[name])
            self._hands.type(text)
        self._picture("slip")
        self._hands.touch(self._kiosk.window.panel.key("{next}"))

    def _check_greeting(self) -> None:
        self._report.check(self._sees(self._guest.name), f"{self._guest.name} is greeted by name")
        self._report.check(self._speaks_own(), "the visitor's own language is spoken again")

    def _give_feedback(self) -> None:
        guest = self._guest
        self._stand(Place.CHOICE)
        self._picture("choice")
        self._hands.touch_named("anonymous" if guest.anonymous else "named")
        self._stand(Place.FEEDBACK)
        answers: dict[str, str | tuple[str, ...]] = {
            "used": guest.used, "rating": guest.rating, "sentence": guest.sentence,
            "themes": guest.themes, "recommend": "8", "ease": "6",
        }  # fmt: skip
        self.answer_until(Place.CHECK_FEEDBACK, answers)
        self._picture("check-feedback")
        self._hands.touch(self._footer.next)

    def _take_certificate(self) -> None:
        visit = self._kiosk.host.visit
        self._stand(Place.CERTIFICATE)
        self._hands.wait("the preview", lambda: visit.prepared is not None)
        prepared = visit.prepared
        set_right = prepared is not None and not prepared.blank
        self._report.check(set_right, f"the name can be set: {self._guest.name}")
        self._picture("certificate")
        self._hands.touch_named("print")
        paper = {Paper.PRINTED, Paper.FAILED, Paper.AT_DESK}
        self._hands.wait("the certificate", lambda: visit.certificate in paper)
        self._report.check(visit.certificate is Paper.PRINTED, "the certificate was printed")
        self._picture("certificate-printed")
        self._hands.touch(self._footer.next)
        self._stand(Place.THANKS)
        self._picture("thanks")

    # leaving

    def _leave(self) -> None:
        self._hands.touch(self._footer.next)
        self._stand(Place.ATTRACT)
        self.check_forgotten()

    def check_forgotten(self) -> None:
        """No widget and no clipboard holds the name."""
        found = [name for name in traces(self._kiosk.window) if self._guest.name in name]
        held = self._guest.name in QApplication.clipboard().text()
        self._report.check(not found and not held, f"nothing is left of {self._guest.name}")

    # where things are

    @property
    def _footer(self) -> Footer:
        return self._kiosk.window.footer

    def _speaks_own(self) -> bool:
        return self._kiosk.speaker.tag == self._guest.language

    def _stand(self, place: Place) -> None:
        visit = self._kiosk.host.visit
        self._hands.wait(f"the place {place.value}", lambda: visit.place is place)

    def _question(self) -> QuestionScreen:
        screen = self._kiosk.window.screen_shown
        if not isinstance(screen, QuestionScreen):
            raise TourError("there is no question here")
        return screen

    def _picture(self, name: str) -> None:
        self._report.picture(self._kiosk.window, f"{self._guest.language}-{name}")


def screen_name(screen: QuestionScreen) -> str:
    """A short name for pictures: which form this question is of."""
    return screen.visit.place.value


def traces(window: QWidget, *, seen: bool = False) -> list[str]:
    """Every text that any widget of the window holds, shown or not; or only those ``seen``."""
    texts = []
    for widget in [window, *window.findChildren(QWidget)]:
        if seen and not widget.isVisible():
            continue
        texts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, (QLineEdit, QLabel)):
            texts.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            texts.append(widget.toPlainText())
        elif isinstance(widget, Field):
            texts.append(str(widget.shown.raw))
    return texts
