"""What leaves a kiosk, wired: the ports ``Carry`` and ``Exporter``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.clock import Clock
from kiosk.domain.ids import DeviceId
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.sync.trust import CampaignTrust, DeviceIdentity

if TYPE_CHECKING:
    from kiosk.domain.batch import SealedBatch
    from kiosk.services.carrying import Outgoing, Progress, SyncResult
    from kiosk.sync.sending import Sender


class Carrying:
    """The port ``Carry``; ``folder`` is the outbox."""

    def __init__(
        self,
        folder: Path,
        outgoing: Outgoing,
        identities: Sequence[DeviceIdentity],
        trust: CampaignTrust,
        clock: Clock,
        on_strangers: Callable[[], None] | None = None,
    ) -> None:
        self._on_strangers = on_strangers
        self._folder = folder
        self._outgoing = outgoing
        self._identities = identities
        self._trust = trust
        self._clock = clock

    def seal(self, progress: Progress | None = None) -> list[SealedBatch]:
        tell = progress or (lambda _step, _done, _of: None)
        return self._sender().outbox.seal_new(lambda done, of: tell("seal", done, of))

    def sync(
        self, target: str, credentials: Path | None = None, progress: Progress | None = None
    ) -> SyncResult:
        from kiosk.sync.carriers.credentials import read_credentials
        from kiosk.sync.carriers.opening import open_carrier

        held = read_credentials(credentials, os.environ)
        with closing(open_carrier(target, held)) as carrier:
            result = self._sender().send(carrier, progress)
        if result.strangers and self._on_strangers is not None:
            self._on_strangers()
        return result

    def outgoing(self) -> Outgoing:
        return self._outgoing

    def _sender(self) -> Sender:
        from kiosk.sync.outbox import Outbox
        from kiosk.sync.sending import Sender

        trust = self._trust
        outbox = Outbox(
            self._folder, self._outgoing, self._identities, trust.campaign, trust.recipients,
            self._clock,
        )  # fmt: skip
        device = self._identities[0].id if self._identities else DeviceId("")
        return Sender(outbox, self._outgoing, trust, self._clock, device)


class Exporting:
    """The port ``Exporter``: one view of the record for each export."""

    def __init__(self, export: Callable[[ExportRequest], list[ExportedFile]]) -> None:
        self.export = export
