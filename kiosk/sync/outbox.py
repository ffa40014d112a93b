"""The outbox: every batch of this kiosk as a file, which every target gets byte for byte.

``<folder>/<device>/<number>-<sha256>.ekb``. A file is there before the record notes it, and is
sent only when it is noted. So what is there and not noted was never sent: it is taken away, its
changes are sealed anew, and its number is free. Only a file that tells of changes which the
record does not know (an older record was put beside a newer outbox) is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from kiosk.domain.batch import MOST_FILE_BYTES, SealedBatch, Span
from kiosk.domain.clock import Clock
from kiosk.domain.ids import CampaignId
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Outgoing
from kiosk.services.files import folder_blamed, make_folder, sync_folder, write_durably
from kiosk.sync.batch import seal
from kiosk.sync.header import LONGEST_START, claimed_header
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.refusal import BatchRefused

Progress = Callable[[int, int], None]  # done, of how many
_ATTEMPTS = 5
_PART = ".part"


class Outbox:
    """Seals what is new and keeps it. ``identities``: all that this laptop is and ever was.

    Everything raises EnvironmentFault where disk or record do not go along; then nothing is lost.
    """

    def __init__(
        self,
        folder: Path,
        outgoing: Outgoing,
        identities: Sequence[DeviceIdentity],
        campaign: CampaignId,
        recipients: Sequence[str],
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._outgoing = outgoing
        self._identities = {one.id: one for one in identities}
        self._campaign = campaign
        self._recipients = tuple(recipients)
        self._clock = clock

    def seal_new(self, progress: Progress | None = None) -> list[SealedBatch]:
        """Seals all that is in no batch yet. Killed at any moment, it can be said again.

        Raises EnvironmentFault ``outbox_identity`` where the key of a former identity is lost;
        then all else was sealed.
        """
        self.sweep()
        sealed: list[SealedBatch] = []
        for _ in range(_ATTEMPTS):
            try:
                self._seal_all(sealed, progress or (lambda _done, _of: None))
                break
            except EnvironmentFault as fault:  # somebody was erased meanwhile: look again
                if fault.key != "outbox_busy":
                    raise
        lost = {span.device_id for span in self._outgoing.to_seal()}
        if lost - self._identities.keys():
            raise EnvironmentFault("outbox_identity", device=min(lost - self._identities.keys()))
        if lost:
            raise EnvironmentFault("outbox_busy")
        return sealed

    def content(self, batch: SealedBatch) -> bytes:
        """The file, found to be what it was.

        Raises EnvironmentFault ``outbox_damaged`` where it is not, or is gone: the batch is
        forgotten then, and ``seal_new`` seals its changes under a new number.
        """
        path = self._folder / batch.name
        with folder_blamed(path.parent):
            content = _beginning(path, MOST_FILE_BYTES + 1) if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != batch.sha256:
            self.forget(batch)
            raise EnvironmentFault("outbox_damaged", path=str(path))
        return content

    def forget(self, batch: SealedBatch) -> None:
        """Takes a batch away; its changes are to be sealed anew."""
        self._outgoing.forget_batch(batch)
        self._remove(self._folder / batch.name)

    def sweep(self) -> None:
        """Takes away what was broken off, and what was forgotten."""
        kept = {self._folder / batch.name for batch in self._outgoing.batches()}
        with folder_blamed(self._folder):
            for path in [one for one in self._files() if one not in kept]:
                if path.suffix == _PART or self._is_known(path):
                    path.unlink(missing_ok=True)

    def _seal_all(self, sealed: list[SealedBatch], progress: Progress) -> None:
        spans = [one for one in self._outgoing.to_seal() if one.device_id in self._identities]
        for done, span in enumerate(spans):
            progress(done, len(spans))
            sealed.append(self._seal(span))
        progress(len(spans), len(spans))

    def _seal(self, span: Span) -> SealedBatch:
        leaving = self._outgoing.leaving(span)
        number, previous = self._outgoing.next_batch(span.device_id)
        content = seal(
            leaving,
            identity=self._identities[span.device_id],
            campaign=self._campaign,
            batch_no=number,
            previous=previous,
            recipients=self._recipients,
        )
        sha256 = hashlib.sha256(content).hexdigest()
        batch = SealedBatch(span, number, sha256, len(content), self._clock.now_ms())
        path = self._folder / batch.name
        self._make_room(path.parent)
        write_durably(path, content)
        try:
            self._outgoing.note_sealed(batch)
        except EnvironmentFault:
            self._remove(path)
            raise
        return batch

    def _make_room(self, folder: Path) -> None:
        if not folder.is_dir():
            make_folder(folder)
            with folder_blamed(folder):
                sync_folder(self._folder)
                sync_folder(self._folder.parent)

    def _files(self) -> Iterator[Path]:
        for device in self._identities:
            for end in (f"*.ekb{_PART}", "*.ekb"):
                yield from (self._folder / device).glob(end)

    def _is_known(self, path: Path) -> bool:
        """Whether all that a file tells of is in the record. One that says nothing is no loss."""
        try:
            header = claimed_header(_beginning(path, LONGEST_START))
        except BatchRefused:
            return True
        span = Span(header.event, header.device, header.first, header.last)
        return self._outgoing.holds(span, header.head)

    @staticmethod
    def _remove(path: Path) -> None:
        with suppress(OSError):  # the next sweep does
            path.unlink(missing_ok=True)


def _beginning(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)
