"""Whether a certificate is what it seems: its signature, its page, and what became of it since.

Nothing here says "valid" of what nobody signed, and nothing says it of a practice campaign without
saying that it is practice: whoever shows a verdict takes its words from ``sentence``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import Words
from kiosk.errors import VisitorError
from kiosk.services.attesting import ATTESTED, Attest, Attested, Eyes, Fate, Fates, Seen
from kiosk.services.printed import Match, compared

MOST_PAGES = 200
_INDIA = "Asia/Kolkata"  # where a campaign's days begin and end


class Status(StrEnum):
    """One of these is said of every certificate."""

    VALID = "valid"
    REPLACED = "replaced"
    REVOKED = "revoked"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one certificate, and up to which day.

    ``reason`` says more where there is more to say: none (no symbol), other_campaign,
    device_unknown, signature, page (what is printed is not what was signed), lost (the laptop
    that signed was lost, and no record vouches for it), within (the signed name stands among
    other words: compare).
    ``attested`` is None where nothing was signed by anybody known: then no word of it is told.
    """

    status: Status
    reason: str = ""
    attested: Attested | None = None
    fate: Fate | None = None
    as_of: date | None = None

    @property
    def practice(self) -> bool:
        return self.attested is not None and self.attested.practice

    @property
    def valid(self) -> bool:
        """As the campaign issued it, as far as is known; of a practice campaign, for practice."""
        return self.status is Status.VALID


class Knowledge(Protocol):
    """What somebody knows of certificates besides what they say themselves."""

    def fate(self, attested: Attested, /) -> Fate | None:
        """What became of it, if anything is known of it."""
        ...

    def as_of(self, attested: Attested, /) -> date:
        """The last day of which this is known."""
        ...


class NothingKnown:
    """Implements ``Knowledge``: a certificate is as it was on the day that it tells."""

    def fate(self, _attested: Attested, /) -> Fate | None:
        return None

    def as_of(self, attested: Attested) -> date:
        return attested.day


@dataclass(frozen=True, slots=True)
class RecordKnown:
    """Implements ``Knowledge`` with the records of events, as they are today.

    Of what other kiosks issued they know nothing before they are merged.
    """

    records: Sequence[Fates]
    today: date

    def fate(self, attested: Attested) -> Fate | None:
        found = [one for record in self.records for one in record.fates(attested.serial)]
        return fate_of(found, attested)

    def as_of(self, attested: Attested, /) -> date:
        return attested.day if self.fate(attested) is None else self.today


def fate_of(found: Sequence[Fate], attested: Attested) -> Fate | None:
    """The one that is meant, where two laptops under one code gave the same serial.

    A store prints again, under its own name, what a laptop issued: then any of that serial.
    """
    own = [one for one in found if one.device_id == attested.device_id]
    foreign = not attested.serial.startswith(f"{attested.device_code}-C-")
    return next(iter(own or (found if foreign else [])), None)


def check_text(reader: Attest, known: Knowledge, text: str) -> Verdict:
    """What a symbol's text proves, without the paper that it stands on."""
    try:
        attested = reader.read(text)
    except VisitorError as error:
        return _unproven(error)
    fate, as_of = known.fate(attested), known.as_of(attested)
    if fate is not None and fate.status != Status.VALID:
        return Verdict(Status(fate.status), "", attested, fate, as_of)
    if attested.lost_at is None or fate is not None:
        return Verdict(Status.VALID, "", attested, fate, as_of)
    lost = local_time(attested.lost_at, _INDIA).date()
    status = Status.UNKNOWN if attested.day <= lost else Status.REVOKED
    return Verdict(status, "lost", attested, None, as_of)


def check_seen(reader: Attest, known: Knowledge, seen: Seen) -> list[Verdict]:
    """Every certificate on a page; what is printed beside a symbol must be what was signed."""
    texts = [text for text in seen.symbols if text.upper().startswith(ATTESTED)]
    verdicts = [check_text(reader, known, text) for text in dict.fromkeys(texts)]
    if seen.printed is not None:
        verdicts = [_beside(one, seen.printed) for one in verdicts]
    return verdicts or [Verdict(Status.UNKNOWN, "none")]


def check_file(
    eyes: Eyes, reader: Attest, known: Knowledge, file: Path, most: int = MOST_PAGES
) -> list[Verdict]:
    """Every certificate on the first ``most`` pages of a PDF, in their order.

    Raises EnvironmentFault ``file_missing``; VisitorError: verify_file_broken, verify_file_large.
    """
    pages = eyes.pages(file, most)
    found = [one for page in pages for one in check_seen(reader, known, page)]
    signed = [one for one in found if one.reason != "none"]
    return signed or found[:1] or [Verdict(Status.UNKNOWN, "none")]


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The one that whoever holds the file must hear of first."""
    order = [Status.ALTERED, Status.REVOKED, Status.UNKNOWN, Status.REPLACED, Status.VALID]
    return min(verdicts, key=lambda one: order.index(one.status))


def sentence(verdict: Verdict, words: Words) -> str:
    """The verdict in a few words; the practice campaign's never without saying so."""
    said = f"practice_{verdict.status}" if verdict.practice else str(verdict.status)
    return words.say(f"verify.{said}")


def explanation(verdict: Verdict, words: Words) -> str:
    """What it means and what to do, in a sentence or two."""
    by = "" if verdict.fate is None else verdict.fate.replaced_by
    key = f"verify.why_{verdict.reason}" if verdict.reason else f"verify.why_{verdict.status}"
    return words.say(key, serial=by)


def known_until(verdict: Verdict, words: Words) -> str:
    """The day up to which this is known; "" where nothing is."""
    if verdict.attested is None or verdict.as_of is None:
        return ""
    since = verdict.fate is not None or verdict.as_of != verdict.attested.day
    return words.say(
        "verify.as_of" if since else "verify.as_issued", date=written_date(verdict.as_of)
    )


def note(verdict: Verdict, words: Words) -> str:
    """What has to be said of a practice campaign besides; "" of others."""
    return words.say("verify.practice_note") if verdict.practice else ""


def _unproven(error: VisitorError) -> Verdict:
    if error.key == "attest_altered":
        return Verdict(Status.ALTERED, "signature")
    return Verdict(Status.UNKNOWN, error.key.removeprefix("attest_"))


def _beside(verdict: Verdict, printed: str) -> Verdict:
    said = verdict.attested
    if said is None:
        return verdict
    match = compared(printed, said.name, said.serial)
    if match is Match.OTHER:
        return Verdict(Status.ALTERED, "page", said, verdict.fate, verdict.as_of)
    if match is Match.WITHIN and verdict.valid and not verdict.reason:
        return Verdict(verdict.status, "within", said, verdict.fate, verdict.as_of)
    return verdict
