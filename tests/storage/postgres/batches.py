"""Batches as ``kiosk.sync`` opens them, made quickly: kiosks of one event or of several."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.domain.batch import Header, Opened, Told
from kiosk.domain.change import GENESIS, ChangeDraft, commit_to, encode, link
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import CampaignId, DeviceId, EventId, new_id
from tests.storage.records import EVENT, MORNING_MS, attendee_body

STORE = DeviceId("c0" * 16)  # the coordinator's laptop, which writes in the store itself
NAMES = (
    "सुनीता शर्मा", "Lakshmi Reddy", "محمد فاروق", "ಅನಿತಾ ಗೌಡ", "వెంకటేశ్ రావు", "राम कुमार वर्मा",
    "Gurpreet Singh", "فاطمہ خان", "ಲಕ್ಷ್ಮಿ ಪಾಟೀಲ", "Priya Nair",
)  # fmt: skip


class Kiosk:
    """One laptop's log: says things, and gives what it said as batches."""

    def __init__(self, number: int = 1, event: str = EVENT) -> None:
        self.event = EventId(event)
        self.device = DeviceId(f"{number:032x}")
        self.code = f"K{number}"
        self.log: list[Told] = []
        self.salts: dict[str, list[bytes]] = {}
        self.offset_ms = 0
        self._hlc = Hlc(0)
        self._sealed = 0
        self._batches = 0

    def say(
        self, entity: str, entity_id: str, kind: str, person: str | None, /, **body: Any
    ) -> Told:
        salt = self.salts.setdefault(
            person or "", [hashlib.sha256(f"{self.code}{person}".encode()).digest()]
        )[0]
        raw = encode(body)
        now = MORNING_MS + self.offset_ms + len(self.log) * 1_000
        self._hlc = self._hlc.next(max(now, 0))
        change = link(
            ChangeDraft(entity, entity_id, kind, "visitor", body, person),
            event_id=self.event,
            device_id=self.device,
            hlc=self._hlc,
            seq=len(self.log) + 1,
            commitment=commit_to(salt, raw),
            prev_hash=self.log[-1].hash if self.log else GENESIS,
        )
        told = Told(
            self.event, change.op_id, change.hlc.to_bytes(), self.device, change.seq, "visitor",
            entity, entity_id, kind, change.schema, change.commitment, change.prev_hash,
            change.hash, person or "", raw,
        )  # fmt: skip
        self.log.append(told)
        return told

    def register(self, name: str = "", **fields: Any) -> str:
        count = len(self.log)
        person = new_id(MORNING_MS + count)
        receipt = hashlib.sha256(f"{self.code} {count}".encode()).hexdigest()
        fields = {
            "number": f"{self.code}-{count + 1:04d}", "receipt_hash": receipt,
            "mobile": f"+9198{count:08d}", "device_id": self.device, **fields,
        }  # fmt: skip
        body = attendee_body(name or NAMES[count % len(NAMES)], fields.pop("number"), **fields)
        self.say("attendee", person, "create", person, **body)
        return person

    def agree(self, person: str, *purposes: str) -> None:
        for purpose in purposes:
            self.say(
                "consent", new_id(MORNING_MS), "create", person, attendee_id=person,
                purpose=purpose, given=True, notice_version="1", language="hi", how="self",
                at=MORNING_MS, withdrawn_at=None,
            )  # fmt: skip

    def respond(self, person: str, **answers: Any) -> None:
        self.say(
            "response", new_id(MORNING_MS), "create", person, form_id="feedback",
            form_version="1", attendee_id=person, language="hi", answers=answers,
            submitted_at=MORNING_MS, device_id=self.device,
        )  # fmt: skip

    def certify(self, person: str, name: str = "सुनीता शर्मा") -> str:
        certificate = new_id(MORNING_MS)
        self.say(
            "certificate", certificate, "create", person,
            serial=f"{self.code}-C-{len(self.log):04d}", attendee_id=person, name=name,
            blank=False, language="hi", sessions=[], issued_at=MORNING_MS, device_id=self.device,
            status="valid", replaced_by="", reason="",
        )  # fmt: skip
        return certificate

    def seal(
        self, *, most: int = 10_000, erased: Sequence[str] = (), anonymous: Sequence[Any] = ()
    ) -> Iterator[Opened]:
        """What was said since it sealed last."""
        for at in range(self._sealed, len(self.log), most):
            told = self.log[at : at + most]
            self._batches += 1
            yield self._opened(told, erased, anonymous)
        self._sealed = len(self.log)

    def _opened(self, told: list[Told], erased: Sequence[str], anonymous: Sequence[Any]) -> Opened:
        people = {one.person_id or "" for one in told}
        header = Header(
            version=1, campaign=CampaignId("gem-samvad"), event=self.event, device=self.device,
            certificate=b"", batch_no=self._batches, first=told[0].seq, last=told[-1].seq,
            before=told[0].prev_hash, head=told[-1].hash, top=len(self.log), previous="",
            schema=1, cipher="", body_sha256=bytes(32),
        )  # fmt: skip
        sha256 = hashlib.sha256(told[-1].hash + bytes([self._batches])).hexdigest()
        salts = {one: self.salts[one] for one in sorted(people & self.salts.keys())}
        return Opened(header, self.code, sha256, told, salts, erased, anonymous)


def kiosk_day(number: int, visitors: int, event: str = EVENT) -> Kiosk:
    """Three changes a visitor: registered, answered, certified."""
    kiosk = Kiosk(number, event)
    for at in range(visitors):
        person = kiosk.register()
        kiosk.respond(person, rating=str(at % 5 + 1), sentence="बहुत अच्छा, धन्यवाद")
        kiosk.certify(person)
    return kiosk
