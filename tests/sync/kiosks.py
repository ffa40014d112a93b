"""Kiosks whose batches are real files on sticks, made without a data folder."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.domain.batch import Leaving, SealedBatch, Span
from kiosk.services.carrying import Carrier
from kiosk.sync.batch import BatchOpener, seal
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.opening import TravellingOpener, travelling
from kiosk.sync.trust import CampaignTrust
from tests.storage.postgres.batches import Kiosk
from tests.storage.records import MORNING_MS
from tests.sync.samples import EVENT, TRUST, coordinator

PUBLIC = travelling(TRUST)
OPENER = TravellingOpener(BatchOpener, (PUBLIC, (coordinator(),)))


class SealingKiosk(Kiosk):
    """A kiosk of the practice campaign, its log sealed as the outbox does."""

    def __init__(
        self, code: str = "KA1", trust: CampaignTrust = TRUST, *, event: str = EVENT
    ) -> None:
        super().__init__(1, event)
        self.trust = trust
        self.identity = trust.enrol(code)
        self.device = self.identity.id
        self.code = code
        self.previous = ""
        self.say("device", self.device, "create", None, code=code, public_key="", certificate="")

    def day(self, visitors: int) -> SealingKiosk:
        for at in range(visitors):
            person = self.register()
            self.respond(person, rating=str(at % 5 + 1), sentence="बहुत अच्छा, धन्यवाद")
        return self

    def meet(self, name: str) -> str:
        """Somebody; gives their id."""
        return self.register(name, receipt_hash=hashlib.sha256(name.encode()).hexdigest())

    def correct(self, person: str, **fields: Any) -> None:
        self.say("attendee", person, "correct", person, **fields)

    def clone(self) -> SealingKiosk:
        """A second laptop that believes it is the first."""
        again = copy.copy(self)
        again.log, again.salts = list(self.log), dict(self.salts)
        return again

    def files(self, most: int = 10_000) -> dict[str, bytes]:
        """What was said since, by the name of its file."""
        found = {}
        for opened in self.seal(most=most):
            header = opened.header
            span = Span(header.event, header.device, header.first, header.last)
            leaving = Leaving(
                span, header.before, header.head, header.top, opened.told, opened.salts
            )
            content = seal(
                leaving, identity=self.identity, campaign=self.trust.campaign,
                batch_no=header.batch_no, previous=self.previous,
                recipients=self.trust.recipients,
            )  # fmt: skip
            self.previous = hashlib.sha256(content).hexdigest()
            batch = SealedBatch(span, header.batch_no, self.previous, len(content), MORNING_MS)
            found[batch.name] = content
        return found


class FakeStick:
    """Files in memory, for what is done a thousand times."""

    name = "stick"

    def __init__(self, files: dict[str, bytes]) -> None:
        self.held = dict(files)

    def folders(self) -> list[str]:
        return sorted({name.partition("/")[0] for name in self.held})

    def files(self, folder: str) -> Iterator[tuple[str, int]]:
        for name, content in list(self.held.items()):
            if name.partition("/")[0] == folder:
                yield name.partition("/")[2], len(content)

    def read(self, name: str, most: int) -> bytes:
        return self.held[name][: most + 1]

    def create(self, name: str, content: bytes) -> bool:
        there = self.held.get(name) == content
        self.held[name] = content
        return not there

    def close(self) -> None:
        """Nothing is open."""


def stick_with(folder: Path, *files: dict[str, bytes]) -> Carrier:
    """A stick on which these files lie."""
    folder.mkdir(parents=True, exist_ok=True)
    carrier = FolderCarrier(folder)
    for some in files:
        for name, content in some.items():
            carrier.create(name, content)
    return carrier
