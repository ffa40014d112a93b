"""A kiosk's record to try things on: a real encrypted file, a clock that tells what it is told."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, DeviceId, EventId, FormId, new_id
from kiosk.services.ports import Writing
from kiosk.storage.store import Store

EVENT = EventId("ka-bengaluru-2019-12-20")
DEVICE = DeviceId("5e1f0c9a7b3d42e6a1908f7c6d5b4a32")
ZONE = "Asia/Kolkata"
PURPOSES = ("registration", "contact", "quotation", "introduction")
MORNING_MS = 1_576_816_200_000  # 20-12-2019 10:00 in India


class FakeClock:
    """Every look at it is a second later; ``now`` may be set."""

    def __init__(self, now: int = MORNING_MS) -> None:
        self.now = now

    def now_ms(self) -> int:
        self.now += 1_000
        return self.now


class Writes(Protocol):
    """A record of whatever kind."""

    def writing(self) -> AbstractContextManager[Writing]: ...


MakeStore = Callable[..., Store]


def open_store(
    folder: Path,
    key: bytes,
    *,
    create: bool = False,
    device: DeviceId = DEVICE,
    clock: FakeClock | None = None,
) -> Store:
    return Store(
        folder,
        key,
        event_id=EVENT,
        device_id=device,
        zone=ZONE,
        clock=clock or FakeClock(),
        create=create,
    )


def attendee_body(name: str, number: str, **fields: Any) -> dict[str, Any]:
    plain = ("organisation", "mobile", "email", "pin_code", "district", "state", "offers", "needs")
    return (
        dict.fromkeys((*plain, "wants_help"), "")
        | {
            "number": number, "name": name, "language": "hi", "does": "seller", "kinds": ["msme"],
            "registered_at": MORNING_MS, "device_id": DEVICE, "assisted": False,
            "receipt_hash": "ab" * 32, "met": "registered", "masked": False, "more": {},
        }
        | fields
    )  # fmt: skip


_ticks = itertools.count(MORNING_MS).__next__  # ids run with time, as they do at a kiosk


def register(
    store: Store, name: str, *, consents: tuple[str, ...] = PURPOSES, **fields: Any
) -> AttendeeId:
    """One visitor, as the services write one: row, consents and log in one transaction."""
    now = _ticks()
    person = AttendeeId(new_id(now))
    with store.writing() as writing:
        count = writing.take_count("attendee")
        body = attendee_body(name, fields.pop("number", f"KA1-{count:04d}"), **fields)
        writing.write(ChangeDraft("attendee", person, "create", "visitor", body, person))
        for purpose in PURPOSES:
            consent = {
                "attendee_id": person, "purpose": purpose, "given": purpose in consents,
                "notice_version": "2019-12", "language": "hi", "how": "self", "at": MORNING_MS,
                "withdrawn_at": None,
            }  # fmt: skip
            consent_id = new_id(now)
            writing.write(ChangeDraft("consent", consent_id, "create", "visitor", consent, person))
    return person


def respond(store: Store, person: AttendeeId, **answers: Any) -> str:
    response_id = new_id(MORNING_MS)
    body = {
        "form_id": "feedback", "form_version": "1", "attendee_id": person, "language": "hi",
        "answers": answers, "submitted_at": MORNING_MS, "device_id": DEVICE,
    }  # fmt: skip
    with store.writing() as writing:
        writing.write(ChangeDraft("response", response_id, "create", "visitor", body, person))
    return response_id


def certify(store: Writes, person: AttendeeId, serial: str = "KA1-C-0001") -> str:
    certificate_id = new_id(MORNING_MS)
    body = {
        "serial": serial, "attendee_id": person, "name": "Asha", "blank": False, "language": "hi",
        "sessions": ["Talk"], "issued_at": MORNING_MS, "device_id": DEVICE, "status": "valid",
        "replaced_by": "", "reason": "",
    }  # fmt: skip
    with store.writing() as writing:
        writing.write(
            ChangeDraft("certificate", certificate_id, "create", "staff:Asha", body, person)
        )
    return certificate_id


def check_in(store: Store, person: AttendeeId, session: str = "") -> None:
    body = {"attendee_id": person, "session_id": session, "at": MORNING_MS, "device_id": DEVICE}
    with store.writing() as writing:
        writing.write(
            ChangeDraft("check_in", new_id(MORNING_MS), "create", "staff:Asha", body, person)
        )


def change(store: Writes, entity: str, entity_id: str, kind: str, **body: Any) -> None:
    """One change of a row that is there, said by staff."""
    person = body.pop("person", None)
    with store.writing() as writing:
        writing.write(ChangeDraft(entity, entity_id, kind, "staff:Asha", body, person))


def nobody(**fields: Any) -> AnonymousResponse:
    """An anonymous response with a key of its own."""
    told: dict[str, Any] = {
        "key": secrets.token_bytes(16), "form_id": FormId("feedback"), "form_version": "1",
        "answers": {"rating": 4}, "does": "seller", "language": "hi", "state": "IN-KA",
    }  # fmt: skip
    return AnonymousResponse(**(told | fields))


def keep(store: Store, *responses: AnonymousResponse) -> None:
    """Each in a visit, and so a transaction, of its own."""
    for response in responses:
        with store.writing() as writing:
            writing.keep_anonymous(response)


def close_day(store: Store) -> None:
    count, digest = store.seal_anonymous()
    change(store, "day", EVENT, "close", at=MORNING_MS, anonymous=count, digest=digest)
