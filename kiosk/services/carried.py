"""What has left this kiosk, what has arrived, and what is nowhere but here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain.batch import SealedBatch, Span
from kiosk.services.carrying import Extent, Outgoing, Receipt, Sent


@dataclass(frozen=True, slots=True)
class Copied:
    """A place to which something was carried: when last, and what has not gone there since."""

    target: str
    at: int
    lacking: Extent


@dataclass(frozen=True, slots=True)
class Arrived:
    """A merged store that said, signed, what it has of this kiosk: when, and what it lacks."""

    code: str
    at: int
    lacking: Extent


@dataclass(frozen=True, slots=True)
class Carried:
    """How things stand. ``only_here`` was carried to no place yet; ``all`` is what there is."""

    all: Extent
    only_here: Extent
    copied: tuple[Copied, ...]  # the latest first
    arrived: tuple[Arrived, ...]  # the latest first


def carried(outgoing: Outgoing) -> Carried:
    """How things stand, as far as this kiosk knows: a stick may have been emptied since."""
    batches, sent = outgoing.batches(), outgoing.sent()
    whole = [*(one.span for one in batches), *outgoing.to_seal()]
    left = {one.sha256 for one in sent}
    gone = [one.span for one in batches if one.sha256 in left]
    return Carried(
        all=outgoing.extent(whole),
        only_here=outgoing.extent(without(whole, gone)),
        copied=_copied(outgoing, whole, batches, sent),
        arrived=_arrived(outgoing, whole),
    )


def without(spans: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """What is left of the spans when the others are taken away."""
    left = list(spans)
    for one in gone:
        left = [piece for span in left for piece in _cut(span, one)]
    return left


def _cut(span: Span, gone: Span) -> list[Span]:
    apart = (span.event_id, span.device_id) != (gone.event_id, gone.device_id)
    if apart or gone.last < span.first or gone.first > span.last:
        return [span]
    before = Span(span.event_id, span.device_id, span.first, gone.first - 1)
    after = Span(span.event_id, span.device_id, gone.last + 1, span.last)
    return [one for one in (before, after) if one.first <= one.last]


def _copied(
    outgoing: Outgoing,
    whole: Sequence[Span],
    batches: Sequence[SealedBatch],
    sent: Sequence[Sent],
) -> tuple[Copied, ...]:
    last: dict[str, int] = {}
    there: dict[str, set[str]] = {}
    for one in sent:
        last[one.target] = max(one.at, last.get(one.target, 0))
        there.setdefault(one.target, set()).add(one.sha256)
    found = [
        Copied(
            target,
            at,
            outgoing.extent(without(whole, [b.span for b in batches if b.sha256 in there[target]])),
        )
        for target, at in last.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.at, one.target)))


def _arrived(outgoing: Outgoing, whole: Sequence[Span]) -> tuple[Arrived, ...]:
    found = [
        Arrived(one.code, one.at, outgoing.extent(_not_in(outgoing, whole, one)))
        for one in outgoing.receipts()
    ]
    return tuple(sorted(found, key=lambda one: (-one.at, one.code)))


def _not_in(outgoing: Outgoing, whole: Sequence[Span], receipt: Receipt) -> list[Span]:
    """A receipt does not say whose spans they are; the hash at the end of each does."""
    logs = {(one.event_id, one.device_id) for one in whole}
    held = [
        Span(*log, first, last)
        for first, last, head in receipt.spans
        for log in logs
        if outgoing.holds(Span(*log, first, last), bytes.fromhex(head))
    ]
    return without(whole, held)
