"""Seals what a record holds and is killed at the step that it is told; see test_outbox."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from kiosk.domain.batch import Leaving, SealedBatch, Span
from kiosk.domain.ids import DeviceId
from kiosk.storage.outgoing import OutgoingRecord
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.outbox import Outbox
from tests.storage.records import FakeClock, open_store
from tests.sync.samples import TRUST

KEY = bytes(range(32))
STEPS = (
    "to_seal", "leaving", "next_batch", "sealed", "before_noting", "noted", "batches",
)  # fmt: skip


class Kiosk:
    """A laptop's record and outbox, opened as the program would."""

    def __init__(self, folder: Path, identity: DeviceIdentity, kill_at: str = "") -> None:
        self.clock = Killing(kill_at)
        self.store = open_store(folder, KEY, device=identity.id, clock=FakeClock())
        self.outgoing: KilledAt = KilledAt(self.store.outgoing, kill_at)
        self.outbox = Outbox(
            folder / "outbox", self.outgoing, [identity], TRUST.campaign, TRUST.recipients,
            self.clock,
        )  # fmt: skip

    def close(self) -> None:
        self.store.close()


def die_if(wanted: str, step: str) -> None:
    if wanted == step:
        os.kill(os.getpid(), signal.SIGKILL)


class Killing:
    """The clock, which is asked when a batch is sealed and not yet on the disk."""

    def __init__(self, kill_at: str) -> None:
        self._kill_at = kill_at

    def now_ms(self) -> int:
        die_if(self._kill_at, "sealed")
        return 1_578_630_600_000


class KilledAt(OutgoingRecord):
    """The record's side, at whose steps the process may end."""

    def __init__(self, record: OutgoingRecord, kill_at: str) -> None:
        super().__init__(record._connection, record._event_id, record._writing, record._looking)
        self._kill_at = kill_at

    def to_seal(self) -> list[Span]:
        die_if(self._kill_at, "to_seal")
        return super().to_seal()

    def leaving(self, span: Span) -> Leaving:
        die_if(self._kill_at, "leaving")
        return super().leaving(span)

    def next_batch(self, device_id: DeviceId) -> tuple[int, str]:
        die_if(self._kill_at, "next_batch")
        return super().next_batch(device_id)

    def note_sealed(self, batch: SealedBatch) -> None:
        die_if(self._kill_at, "before_noting")
        super().note_sealed(batch)
        die_if(self._kill_at, "noted")

    def batches(self) -> list[SealedBatch]:
        die_if(self._kill_at, "batches")
        return super().batches()


def saved_identity(path: Path) -> DeviceIdentity:
    """The laptop's identity, the same in every process."""
    from kiosk.sync.trust import identity_of

    private, certificate, secret = (bytes.fromhex(line) for line in path.read_text().split())
    return identity_of(private, certificate, secret, TRUST)


def save_identity(path: Path, one: DeviceIdentity) -> None:
    path.write_text(
        "\n".join(raw.hex() for raw in (one.private, one.certificate, one.event_secret))
    )


def main() -> None:
    folder = Path(sys.argv[1])
    kiosk = Kiosk(folder, saved_identity(folder / "identity"), sys.argv[2])
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    kiosk.outbox.seal_new()
    while sys.argv[2] == "any":  # seals the same again and again, until somebody ends it
        for batch in kiosk.outgoing.batches():
            kiosk.outbox.forget(batch)
        kiosk.outbox.seal_new()


if __name__ == "__main__":
    main()
