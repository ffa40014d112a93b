"""From the outbox to a target: what it lacks is written, read back, and noted.

What a target has is judged by looking at it: two sticks can share one mount path, and somebody
may have emptied one. Stopping at any point loses nothing; the next time goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.batch import SealedBatch
from kiosk.domain.clock import Clock
from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Carrier, Outgoing, Progress, Sent, SyncResult
from kiosk.sync.carriers.layout import batch_name
from kiosk.sync.receipts import collect_receipts
from kiosk.sync.trust import CampaignTrust

_PASSES = 3


class Outbox(Protocol):
    """Where sealed batches lie."""

    def seal_new(self, progress: Callable[[int, int], None] | None = None) -> list[SealedBatch]:
        """Seals what no batch holds yet; what was sealed."""
        ...

    def content(self, batch: SealedBatch) -> bytes:
        """EnvironmentFault ``outbox_damaged``: it is forgotten, to be sealed anew."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending needs of a kiosk. ``device_id``: who it is now."""

    outbox: Outbox
    outgoing: Outgoing
    trust: CampaignTrust
    clock: Clock
    device_id: DeviceId

    def send(self, carrier: Carrier, progress: Progress | None = None) -> SyncResult:
        """Seals what is new, writes what the target does not have, reads its receipts.

        ``progress`` may raise Stopped. Raises CarrierFault, and EnvironmentFault for what ails
        the outbox; what was written by then stays and is noted.
        """
        tell = progress or _quiet
        written: dict[str, SealedBatch] = {}
        for left in reversed(range(_PASSES)):
            self.outbox.seal_new(lambda done, of: tell("seal", done, of))
            batches = self.outgoing.batches()
            try:
                self._write(carrier, batches, written, tell)
                break
            except EnvironmentFault as fault:  # a damaged file was forgotten: it is sealed anew
                if fault.key != "outbox_damaged" or not left:
                    raise
        untrusted = self._note_receipts(carrier, batches)
        there = sum(one.sha256 not in written for one in batches)
        size = sum(one.bytes for one in written.values())
        strangers = self._strangers(carrier)
        return SyncResult(
            carrier.name, len(written), there, size, tuple(batches), untrusted, strangers
        )

    def _strangers(self, carrier: Carrier) -> int:
        """Batches that lie under our name and that we never sealed."""
        known = self.outgoing.known_batches(self.device_id)
        names = (batch_name(file) for file, _ in carrier.files(self.device_id))
        return sum(one is not None and one.sha256 not in known for one in names)

    def _write(
        self,
        carrier: Carrier,
        batches: list[SealedBatch],
        written: dict[str, SealedBatch],
        tell: Progress,
    ) -> None:
        there = self._there(carrier, batches)
        for at, batch in enumerate(batches):
            tell("send", at, len(batches))
            if batch.sha256 in there:
                continue
            if carrier.create(batch.name, self.outbox.content(batch)):
                written[batch.sha256] = batch
            now_ms = self.clock.now_ms()
            self.outgoing.note_sent(Sent(carrier.name, batch.batch_no, batch.sha256, now_ms))
        tell("send", len(batches), len(batches))

    def _there(self, carrier: Carrier, batches: list[SealedBatch]) -> set[str]:
        """Those that were written here and read back before, and lie here still.

        Of others the name alone proves nothing: they are compared byte by byte.
        """
        noted = {one.sha256 for one in self.outgoing.sent() if one.target == carrier.name}
        listed = {
            f"{folder}/{file}": size
            for folder in sorted({one.name.partition("/")[0] for one in batches})
            for file, size in carrier.files(folder)
        }
        return {
            one.sha256
            for one in batches
            if one.sha256 in noted and listed.get(one.name) == one.bytes
        }

    def _note_receipts(self, carrier: Carrier, batches: list[SealedBatch]) -> int:
        devices = {one.span.device_id for one in batches}
        found, untrusted = collect_receipts(carrier, self.trust)
        known = {one.store: one.at for one in self.outgoing.receipts()}
        for told in found:
            if told.at > known.get(told.store, -1) and any(one in told.spans for one in devices):
                self.outgoing.note_receipt(told.of(devices))
        return untrusted


def _quiet(_step: str, _done: int, _of: int) -> None:
    return
