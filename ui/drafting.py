"""Drafts: what a visitor typed is kept once they consented, and goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kiosk.domain.ids import new_id
from kiosk.services.drafts import save_draft
from ui.journey import Place
from ui.recognise import open_registration
from ui.visit import Visit

if TYPE_CHECKING:
    from kiosk.services.ports import Draft
    from ui.translate import Speaker
    from ui.walk import Walk
    from ui.worker import Worker

DRAFT_PAUSE_MS = 1000
_RESUMED = {place.value: place for place in (Place.REGISTER, Place.MORE, Place.CHECK)}


class DraftPace:
    """When what was typed goes to the disk: at each step, but not more than once a second.

    Only after consent, only for the registration: feedback never makes a draft, since a draft of
    a visitor who then chose to be anonymous would say who it was.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._saved_at = -DRAFT_PAUSE_MS
        self._saved: tuple[object, ...] = ()

    def due(self, visit: Visit, *, leaving: bool = False) -> Mapping[str, Any] | None:
        """The answers to be kept now; None when there is nothing to keep, or nothing new.

        ``leaving``: there will be no later step, so the pace does not matter.
        """
        if not visit.consented or visit.registration is None or visit.registered is not None:
            return None
        answers = visit.registration.answers()
        now = self._now_ms()
        soon = now - self._saved_at < DRAFT_PAUSE_MS and not leaving
        saved = (answers, visit.place, visit.question, dict(visit.consents))
        if not answers or saved == self._saved or soon:
            return None
        self._saved, self._saved_at = saved, now
        return answers

    def forget(self) -> None:
        self._saved_at, self._saved = -DRAFT_PAUSE_MS, ()


class Drafts:
    """Of the visitor whose visit it is; the clock must never run backwards."""

    def __init__(
        self, visit: Visit, worker: Worker, speaker: Speaker, now_ms: Callable[[], int]
    ) -> None:
        self._visit = visit
        self._worker = worker
        self._speaker = speaker
        self._now_ms = now_ms
        self._pace = DraftPace(now_ms)

    def keep(self, *, leaving: bool = False) -> None:
        """Saves what is due; ``leaving``: there will be no later step."""
        visit = self._visit
        answers = self._pace.due(visit, leaving=leaving)
        if answers is None:
            return
        draft_id = visit.draft_id = visit.draft_id or new_id(self._now_ms())
        language, screen = self._speaker.tag, visit.place.value
        consents, question = dict(visit.consents), visit.question
        self._worker.tell(
            lambda desk: save_draft(
                desk, screen, language, answers, draft_id, consents=consents, question=question
            )
        )

    def resume(self, draft: Draft, go: Callable[[Place], None]) -> None:
        """Puts a draft into the visit, and goes where it stopped; without its consents, to the
        notice, where they are given.
        """
        visit = self._visit

        def resumed(walk: Walk) -> None:
            visit.registration, visit.draft_id = walk, draft.id
            if not draft.consents.get("registration", False):
                go(Place.NOTICE)
                return
            visit.consents = dict(draft.consents)
            walk.resume(draft.question)
            go(_RESUMED.get(draft.screen, Place.REGISTER))

        self._worker.ask(
            lambda desk: open_registration(desk, draft.language, draft.answers), resumed
        )

    def forget(self) -> None:
        self._pace.forget()
