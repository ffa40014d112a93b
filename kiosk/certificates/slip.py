"""The content of a slip as the fields and facts of its template."""

from __future__ import annotations

from kiosk.certificates.layout import PageContent, by_itself, latin
from kiosk.domain.clock import written_date
from kiosk.domain.language import Words, in_language
from kiosk.services.paper import SlipContent

FIELDS = frozenset({
    "number", "name", "campaign", "campaign_en", "event", "date", "receipt_code",
})  # fmt: skip


def slip_page(content: SlipContent, words: Words) -> PageContent:
    """The page of one slip."""
    return PageContent(
        words=words,
        fields={
            "number": latin(content.number, words.tag),
            "name": by_itself(content.name, words.tag),
            "campaign": in_language(content.campaign, words.tag),
            "campaign_en": in_language(content.campaign, "en"),
            "event": in_language(content.event, words.tag),
            "date": latin(written_date(content.day), words.tag),
            "receipt_code": latin(content.receipt_code.replace("-", "  "), words.tag),
        },
        facts=frozenset({"practice", "marked"} if content.practice else ()),
        symbol=content.qr,
    )
