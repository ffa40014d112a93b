"""Chains and batches made by hand, for whoever needs one that is right, or wrong in one place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import Header, Leaving, Span, Told
from kiosk.domain.change import GENESIS, ChangeDraft, commit_to, encode, link
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import EventId, FormId
from kiosk.sync.batch import BatchOpener, seal
from kiosk.sync.header import MAGIC, claimed_header, framed
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.packing import pack
from kiosk.sync.trust import CampaignTrust, load_trust

PACK = Path(__file__).parents[2] / "resources" / "campaigns" / "gem-samvad"
EVENT = EventId("ka-2020-01-10")
MORNING = Hlc(1_578_630_600_000)
TRUST = load_trust(PACK)
KIOSK = TRUST.enrol("KA1")
SIGNING = Ed25519PrivateKey.from_private_bytes(KIOSK.private)
PERSON = "016f8d9c-f740-7f33-a115-8a21579fd120"
OTHER = "016f8d9d-2f80-7d61-b6cb-beb96f13e52c"
SALT, OTHER_SALT, NOBODYS = (bytes([at]) * 32 for at in (1, 2, 3))
NOBODY = ""


def coordinator(who: str = "coordinator") -> str:
    """The age identity that opens batches of the practice campaign."""
    return (PACK / "practice" / f"{who}.identity").read_text().splitlines()[-1]


def opener(trust: CampaignTrust = TRUST) -> BatchOpener:
    return BatchOpener(trust, [coordinator()])


@dataclass(frozen=True)
class Said:
    """A change to be: what a kiosk would write, when, under which salt."""

    draft: ChangeDraft
    hlc: Hlc
    salt: bytes = SALT
    erased: bool = False


def chain(said: Sequence[Said], *, first: int = 1, before: bytes = GENESIS) -> list[Told]:
    """The changes as ``kiosk.domain.change.link`` makes them."""
    told, last = [], before
    for at, one in enumerate(said):
        body = encode(one.draft.body)
        commitment = commit_to(one.salt, body)
        change = link(
            one.draft, event_id=EVENT, device_id=KIOSK.id, hlc=one.hlc, seq=first + at,
            commitment=commitment, prev_hash=last,
        )  # fmt: skip
        last = change.hash
        person = None if one.erased else one.draft.person_id or NOBODY
        told.append(
            Told(
                EVENT, change.op_id, one.hlc.to_bytes(), KIOSK.id, change.seq, change.actor,
                change.entity, change.entity_id, change.kind, change.schema, commitment,
                change.prev_hash, last, person, None if one.erased else body,
            )
        )  # fmt: skip
    return told


def leaving(told: Sequence[Told], salts: dict[str, list[bytes]], **more: Any) -> Leaving:
    """All of it as one span."""
    first = told[0].seq if told else 1
    before = told[0].prev_hash if told else GENESIS
    last = first + len(told) - 1
    span = Span(EVENT, KIOSK.id, first, last)
    fields: dict[str, Any] = {
        "span": span, "before": before, "head": told[-1].hash if told else before, "top": last,
        "told": told, "salts": salts,
    }  # fmt: skip
    return Leaving(**(fields | more))


def visit() -> Leaving:
    """A laptop, a visitor with a consent and an answer, somebody who was erased, a closing."""

    def said(
        entity: str, entity_id: str, kind: str, body: dict[str, Any], person: str | None
    ) -> ChangeDraft:
        return ChangeDraft(entity, entity_id, kind, "visitor", body, person)

    consent = {"attendee_id": PERSON, "given": True, "purpose": "contact"}
    told = chain(
        [
            Said(said("device", KIOSK.id, "create", {"code": "KA1"}, None), MORNING, NOBODYS),
            Said(
                said("attendee", PERSON, "create", {"name": "सुनीता", "more": {}}, PERSON),
                Hlc(MORNING.ms + 5_000),
            ),
            Said(said("consent", "c-1", "create", consent, PERSON), Hlc(MORNING.ms + 5_000, 1)),
            Said(
                said("attendee", OTHER, "create", {"name": "आशा"}, OTHER), Hlc(MORNING.ms + 9_000),
                OTHER_SALT, erased=True,
            ),
            Said(
                said("attendee", PERSON, "correct", {"name": "सुनीता शर्मा"}, PERSON),
                Hlc(MORNING.ms + 9_001, 7),
            ),
            Said(said("day", EVENT, "close", {"at": MORNING.ms}, None), Hlc(2**46), NOBODYS),
        ]
    )  # fmt: skip
    return leaving(told, {NOBODY: [NOBODYS], PERSON: [SALT]}, erased=[OTHER])


def nobodies(count: int = 10) -> list[AnonymousResponse]:
    """Anonymous responses, sorted by key."""
    keys = sorted(hashlib.sha256(bytes([at % 256, at // 256])).digest()[:16] for at in range(count))
    return [
        AnonymousResponse(key, FormId("feedback"), "1", {"rating": 4, "sentence": "अच्छा"},
                          "seller", "hi", "")
        for key in keys
    ]  # fmt: skip


def sealed(what: Leaving, identity: DeviceIdentity = KIOSK, **fields: Any) -> bytes:
    told: dict[str, Any] = {
        "campaign": TRUST.campaign, "batch_no": 1, "previous": "", "recipients": TRUST.recipients,
    }  # fmt: skip
    return seal(what, identity=identity, **(told | fields))


def parts(content: bytes) -> tuple[bytes, bytes, bytes]:
    """The header's JSON, its signature, the body."""
    length = int.from_bytes(content[8:12], "big")
    return content[12 : 12 + length], content[12 + length : 76 + length], content[76 + length :]


def unsigned(raw: bytes, signature: bytes, body: bytes) -> bytes:
    """The file of these parts, whatever they are."""
    return b"".join((MAGIC, len(raw).to_bytes(4, "big"), raw, signature, body))


def encrypted(packed: bytes) -> bytes:
    known = [pyrage.x25519.Recipient.from_str(one) for one in TRUST.recipients]
    return bytes(pyrage.encrypt(packed, known))


def with_body(body: bytes, what: Leaving | None = None, **fields: Any) -> bytes:
    """A file whose header is right in all that a dishonest laptop can make right."""
    header = claimed_header(sealed(what or visit()))
    told = {"body_sha256": hashlib.sha256(body).digest()} | fields
    return framed(replace(header, **told), KIOSK, body)


def with_lines(change: Callable[[list[bytes]], None], what: Leaving | None = None) -> bytes:
    """A file of a dishonest laptop: the lines as ``change`` leaves them."""
    lines = pack(what or visit()).split(b"\n")
    change(lines)
    return with_body(encrypted(zstandard.ZstdCompressor().compress(b"\n".join(lines))), what)


def with_header(content: bytes, **fields: Any) -> bytes:
    """The header altered and signed anew, whether it makes sense or not."""
    raw, _, body = parts(content)
    told = json.loads(raw) | fields
    altered = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return signed(altered, SIGNING, body)


def signed(raw: bytes, key: Any, body: bytes) -> bytes:
    return unsigned(raw, key.sign(b"samvad kiosk: header of a batch\x00" + raw), body)


def header_of(content: bytes) -> Header:
    return claimed_header(content)
