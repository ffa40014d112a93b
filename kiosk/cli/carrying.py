"""kiosk sync, merge."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiosk.cli.output import DATA_WRONG, ENVIRONMENT, OK, Output
from kiosk.cli.reading import passphrase, passphrase_given
from kiosk.domain.clock import written_utc
from kiosk.services.carrying import Progress
from kiosk.services.desk import Desk
from kiosk.services.merging import MergeResult

if TYPE_CHECKING:
    from kiosk.services.carrying import SyncResult
    from kiosk.services.merging import WrongClock

_STEPS = {
    "seal": "carry.step_seal", "send": "carry.step_send", "list": "carry.step_list",
    "merge": "carry.step_merge",
}  # fmt: skip


def sync(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Seals what is new and writes what the target does not have."""
    result = desk.carry.sync(options.target, options.credentials, progress_of(out))
    return tell_synced([desk], result, out)


def tell_synced(desks: Sequence[Desk], result: SyncResult, out: Output) -> int:
    """What was written, and what has arrived elsewhere."""
    if result.untrusted:
        out.say("carry.untrusted", count=result.untrusted, target=result.target)
    if result.strangers:
        out.say("staff.carry.strangers", count=result.strangers)
    out.document(_synced(desks, result), [_safe(out, result)])
    return OK


def merge(options: argparse.Namespace, out: Output) -> int:
    """Takes what the sources hold and the merged store does not have yet."""
    from kiosk import bootstrap_merging, bootstrap_store

    request = bootstrap_merging.MergeRequest(options.sources, options.identity, options.credentials)
    target, campaign = options.into, options.campaign
    secret = None
    given = passphrase_given(options.passphrase_file)
    if given or not bootstrap_store.opens_by_itself(target, campaign):
        secret = passphrase(options.passphrase_file, out.words.say("carry.ask_passphrase"))
    with (
        bootstrap_merging.gathered(campaign, request) as sources,
        bootstrap_store.open_merged(target, campaign, secret, create=True) as home,
    ):
        result = bootstrap_merging.merge_gathered(home, sources, progress_of(out))
        unread = home.store.unread_at
    if unread:
        out.say("server.no_analysts", server=unread)
    _tell(result, out)
    value = {**_merged(result, target, out), "unread_at": unread or None}
    out.document(value, _lines(result, out))
    if result.lost:
        return ENVIRONMENT
    return DATA_WRONG if result.rejected else OK


def progress_of(out: Output) -> Progress:
    """Tells a terminal how far it is."""
    return lambda step, done, of: out.progress(_STEPS[step], done, of)


def _synced(desks: Sequence[Desk], result: SyncResult) -> dict[str, Any]:
    held = {one.store: one for desk in desks for one in desk.carry.outgoing().receipts()}
    receipts = [
        {"store": one.store, "code": one.code, "at": one.at, "spans": one.spans}
        for one in held.values()
    ]
    return {
        "target": result.target, "sent": result.sent, "already_there": result.already_there,
        "bytes": result.bytes, "batches": [one.name for one in result.batches],
        "receipts": receipts, "untrusted_receipts": result.untrusted,
        "strangers": result.strangers,
    }  # fmt: skip


def _safe(out: Output, result: SyncResult) -> str:
    return out.words.say(
        "carry.synced",
        sent=result.sent,
        there=result.already_there,
        bytes=result.bytes,
        target=result.target,
    )


def _merged(result: MergeResult, target: str, out: Output) -> dict[str, Any]:
    return {
        "batches": result.batches, "already_there": result.already_there,
        "changes": result.changes, "new": result.new, "known": result.known,
        "conflicts": result.conflicts, "to_decide": result.to_decide,
        "gaps": [
            {"event": one.event_id, "device": one.device_id, "code": one.code,
             "first": one.first, "last": one.last}
            for one in result.gaps
        ],
        "forks": [
            {"event": one.event_id, "device": one.device_id, "code": one.code, "seq": one.seq}
            for one in result.forks
        ],
        "rejected": [
            {"source": one.source, "name": one.name, "reason": one.reason,
             "message": out.words.say(f"error.{one.reason}", name=one.name)}
            for one in result.rejected
        ],
        "set_aside": result.aside,
        "lost": [
            {"source": one.source, "reason": one.fault.key,
             "message": out.words.say(f"fault.{one.fault.key}", **one.fault.values)}
            for one in result.lost
        ],
        "without_receipt": result.without_receipt,
        "clocks": [clock_told(one) for one in result.clocks],
        "erased": result.erased, "digest": result.digest,
    }  # fmt: skip


def clock_told(one: WrongClock) -> dict[str, Any]:
    """A laptop whose clock was wrong; times in UTC."""
    return {
        "event": one.event_id, "device": one.device_id, "code": one.code, "rows": one.rows,
        "from": written_utc(one.first), "to": written_utc(one.last), "shift_ms": one.shift_ms,
    }  # fmt: skip


def _tell(result: MergeResult, out: Output) -> None:
    """What a person should know, on standard error."""
    for one in result.rejected:
        out.say(f"error.{one.reason}", name=f"{one.source}: {one.name}")
    for lost in result.lost:
        out.say(f"fault.{lost.fault.key}", **lost.fault.values)
    for source in result.without_receipt:
        out.say("carry.no_receipt", source=source)
    _tell_of_laptops(result, out)
    if result.erased:
        out.say("carry.erased", count=result.erased)
    if result.to_decide:
        out.say("carry.to_decide", count=result.to_decide)
    if clashes := result.conflicts - result.to_decide:
        out.say("carry.clashes", count=clashes)


def _tell_of_laptops(result: MergeResult, out: Output) -> None:
    """What is missing from whom, who has two histories, whose clock was wrong."""
    for gap in result.gaps:
        key = "carry.gap" if gap.last is not None else "carry.gap_open"
        out.say(key, code=gap.code or gap.device_id, first=gap.first, last=gap.last)
    for fork in result.forks:
        out.say("carry.fork", code=fork.code or fork.device_id, seq=fork.seq)
    for clock in result.clocks:
        if clock.shift_ms is None:
            days = (written_utc(at)[:10] for at in (clock.first, clock.last))
            told = dict(zip(("first", "last"), days, strict=True))
            out.say("carry.clock", code=clock.code or clock.device_id, rows=clock.rows, **told)


def _lines(result: MergeResult, out: Output) -> list[str]:
    told = out.words.say(
        "carry.merged",
        batches=result.batches,
        there=result.already_there,
        new=result.new,
        known=result.known,
    )
    return [told, f"digest {result.digest}"]
