"""The content of a certificate as the fields and facts of its template."""

from __future__ import annotations

from kiosk.certificates.conditions import MOST_SESSIONS
from kiosk.certificates.layout import PageContent, by_itself, latin
from kiosk.domain.clock import written_date
from kiosk.domain.language import Words, in_language
from kiosk.services.paper import CertificateContent

FIELDS = frozenset({
    "serial", "name", "campaign", "campaign_en", "event", "place", "venue", "organiser",
    "organiser_en", "date", "sessions", "mark",
})  # fmt: skip


def certificate_page(content: CertificateContent, words: Words) -> PageContent:
    """The page of one certificate."""
    titles = tuple(in_language(title, words.tag) for title in content.sessions[:MOST_SESSIONS])
    marks = [
        words.say(f"paper.certificate.{mark}")
        for mark, wanted in (("specimen", content.specimen), ("practice", content.practice))
        if wanted
    ]
    facts = {
        "practice": content.practice,
        "specimen": content.specimen,
        "sample": content.sample,
        "sessions": bool(titles),
        "marked": bool(marks),
        "symbol": bool(content.qr),
        f"language:{words.tag}": True,
        f"does:{content.does}": bool(content.does),
        "does": bool(content.does),
    }
    sessions = _ever_fewer(titles, words)
    facts |= {f"is:{kind}": True for kind in content.kinds}
    facts |= {f"sessions:{count}": True for count in range(1, len(titles) + 1)}
    return PageContent(
        words=words,
        fields={
            "serial": latin(content.serial, words.tag),
            "name": by_itself(content.name, words.tag),
            "campaign": in_language(content.campaign, words.tag),
            "campaign_en": in_language(content.campaign, "en"),
            "event": in_language(content.event, words.tag),
            "place": in_language(content.place, words.tag),
            "venue": in_language(content.venue, words.tag),
            "organiser": in_language(content.organiser, words.tag),
            "organiser_en": in_language(content.organiser, "en"),
            "date": latin(written_date(content.day), words.tag),
            "sessions": sessions[0],
            "mark": "  ·  ".join(marks),
        },
        facts=frozenset(name for name, is_so in facts.items() if is_so),
        symbol=content.qr,
        shorter={"sessions": sessions},
    )


def _ever_fewer(titles: tuple[str, ...], words: Words) -> tuple[str, ...]:
    """The sessions as one list, then with the last ones only counted."""
    separator = words.say("paper.separator")
    lists = [separator.join(titles)]
    for kept in range(len(titles) - 1, 0, -1):
        more = words.say("paper.and_more", count=len(titles) - kept)
        lists.append(separator.join((*titles[:kept], more)))
    return tuple(lists)
