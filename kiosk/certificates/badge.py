"""The content of a badge or a label as the fields and facts of its template."""

from __future__ import annotations

from kiosk.certificates.layout import PageContent, by_itself, latin
from kiosk.domain.clock import written_date
from kiosk.domain.language import Words, in_language
from kiosk.services.paper import BadgeContent

FIELDS = frozenset({
    "number", "name", "campaign", "campaign_en", "event", "place", "date", "does", "organisation",
})  # fmt: skip


def badge_page(content: BadgeContent, words: Words) -> PageContent:
    """The page of one badge or label."""
    facts = {
        "practice": content.practice,
        "marked": content.practice,
        "symbol": bool(content.qr),
        "organisation": bool(content.organisation),
        "does": bool(content.does_label),
        f"does:{content.does}": bool(content.does),
        f"language:{words.tag}": True,
    }
    organisation = _ever_shorter(content.organisation, words.tag)
    return PageContent(
        words=words,
        fields={
            "number": latin(content.number, words.tag),
            "name": by_itself(content.name, words.tag),
            "campaign": in_language(content.campaign, words.tag),
            "campaign_en": in_language(content.campaign, "en"),
            "event": in_language(content.event, words.tag),
            "place": in_language(content.place, words.tag),
            "date": latin(written_date(content.day), words.tag),
            "does": in_language(content.does_label, words.tag),
            "organisation": organisation[0],
        },
        facts=frozenset(name for name, is_so in facts.items() if is_so),
        symbol=content.qr,
        shorter={"organisation": organisation},
    )


def _ever_shorter(text: str, language: str) -> tuple[str, ...]:
    """A text as it is, then its beginning, then nothing: who wears it is known by the name."""
    words = text.split()
    beginnings = (" ".join(words[:count]) + " …" for count in range(len(words) - 1, 1, -2))
    return tuple(by_itself(one, language) for one in (text, *beginnings, ""))
