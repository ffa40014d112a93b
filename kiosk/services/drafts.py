"""What somebody typed and left: local, for staff only, gone when the day is closed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kiosk.domain.ids import new_id
from kiosk.domain.language import Tag
from kiosk.services.desk import Desk
from kiosk.services.ports import Draft


def save_draft(
    desk: Desk,
    screen: str,
    language: Tag,
    answers: Mapping[str, Any],
    draft_id: str | None = None,
    *,
    consents: Mapping[str, bool] = MappingProxyType({}),
    question: str = "",
) -> str:
    """Keeps or replaces a draft of somebody who has consented; returns its id.

    With ``consents`` and the ``question`` at which they stopped, they need not begin again.
    """
    now = desk.clock.now_ms()
    draft = Draft(draft_id or new_id(now), screen, language, answers, now, dict(consents), question)
    with desk.record.writing() as writing:
        writing.save_draft(draft)
    return draft.id


def drop_draft(desk: Desk, draft_id: str) -> None:
    """Forgets a draft; not an error if it is gone already."""
    with desk.record.writing() as writing:
        writing.drop_draft(draft_id)


def drafts(desk: Desk) -> list[Draft]:
    """Those that staff may offer again, newest first."""
    return sorted(desk.record.drafts(), key=lambda draft: draft.saved_at, reverse=True)
