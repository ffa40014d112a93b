"""Receipts: what a merged store says it holds, signed, left where the batches came from.

A kiosk that reads one knows what has arrived, not only what has left. A receipt that cannot be
trusted is no receipt; it is counted and told, and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.errors import VisitorError
from kiosk.services.carrying import Carrier, CarrierFault, Receipt
from kiosk.services.merging import Held
from kiosk.sync.carriers.layout import RECEIPTS, ReceiptName, receipt_file, receipt_name
from kiosk.sync.identity import DeviceIdentity, canonical
from kiosk.sync.trust import CampaignTrust, verify_certificate

MOST_BYTES = 1_048_576
MOST_STORES = 64  # whose newest receipt is read from one target
_MOST_SPANS = 10_000
_TRIES_A_STORE = 3  # a damaged newest receipt does not hide the one before
_LATEST = 99_999_999_999_999  # 14 digits
_SIGNED = b"samvad kiosk: receipt of a store\x00"


class Signer(Protocol):
    """Who a merged store is."""

    @property
    def id(self) -> DeviceId: ...

    @property
    def code(self) -> str: ...

    @property
    def certificate(self) -> bytes: ...

    @property
    def private(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt file whose signature was found good: what the store holds, by device."""

    store: DeviceId
    code: str
    at: int
    spans: dict[str, tuple[tuple[int, int, str], ...]]  # device -> first, last, hash of last

    def of(self, devices: Collection[str]) -> Receipt:
        """What it says of a kiosk, which may have had several identities."""
        spans = tuple(span for one in sorted(devices) for span in self.spans.get(one, ()))
        return Receipt(self.store, self.code, self.at, spans)


def write_receipt(
    held: Sequence[Held], signer: DeviceIdentity | Signer, campaign: CampaignId, at: int
) -> tuple[str, bytes]:
    """The name and the content of a receipt for what is held."""
    told = {
        "at": at, "campaign": campaign, "code": signer.code, "store": signer.id,
        "held": [
            {"event": one.event_id, "device": one.device_id, "spans": [list(s) for s in one.spans]}
            for one in held
        ],
    }  # fmt: skip
    signature = Ed25519PrivateKey.from_private_bytes(signer.private).sign(_SIGNED + canonical(told))
    content = canonical(
        {"told": told, "certificate": signer.certificate.decode(), "signature": signature.hex()}
    )
    return receipt_file(signer.id, at, hashlib.sha256(content).hexdigest()), content


def read_receipt(name: ReceiptName, content: bytes, trust: CampaignTrust) -> Told:
    """What a receipt says. Raises VisitorError ``receipt_untrusted`` for one that is none."""
    if len(content) > MOST_BYTES or hashlib.sha256(content).hexdigest() != name.sha256:
        raise VisitorError("receipt_untrusted")
    try:
        held = json.loads(content)
        told = held["told"]
        certified = verify_certificate(held["certificate"].encode(), trust)
        public = Ed25519PublicKey.from_public_bytes(certified.public)
        public.verify(bytes.fromhex(held["signature"]), _SIGNED + canonical(told))
        said = Told(certified.id, certified.code, int(told["at"]), _spans(told["held"]))
        own = (told["store"], told["campaign"]) == (certified.id, certified.campaign)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VisitorError("receipt_untrusted") from error
    except (InvalidSignature, VisitorError) as error:
        raise VisitorError("receipt_untrusted") from error
    if not own or (said.store, said.at) != (name.store, name.at):
        raise VisitorError("receipt_untrusted")
    return said


def collect_receipts(carrier: Carrier, trust: CampaignTrust) -> tuple[list[Told], int]:
    """The newest receipt of each store on a target, and how many could not be trusted.

    Raises CarrierFault.
    """
    by_store: dict[str, list[tuple[int, str]]] = {}
    for file, _ in carrier.files(RECEIPTS):
        name = receipt_name(file)
        if name is not None:
            by_store.setdefault(name.store, []).append((name.at, file))
    found: list[Told] = []
    untrusted = 0
    newest = sorted(by_store.values(), key=max, reverse=True)[:MOST_STORES]
    for files in newest:
        for _, file in sorted(files, reverse=True)[:_TRIES_A_STORE]:
            told = _read(carrier, file, trust)
            if told is not None:
                found.append(told)
                break
            untrusted += 1
    return found, untrusted


def leave_receipt(
    carrier: Carrier,
    held: Sequence[Held],
    signer: Signer,
    campaign: CampaignId,
    now_ms: int,
) -> bool:
    """Leaves a receipt on a source, unless its newest says the same. Whether one was left.

    Raises CarrierFault, as where the source takes no files.
    """
    names = (receipt_name(file) for file, _ in carrier.files(RECEIPTS))
    own = [name for name in names if name is not None and name.store == signer.id]
    last = max(own, key=lambda name: name.at, default=None)
    at = max(now_ms, 0) if last is None else max(now_ms, last.at + 1)
    if last is not None and _says(carrier, last, held):
        return False
    name, content = write_receipt(held, signer, campaign, min(at, _LATEST))
    return carrier.create(name, content)


def _says(carrier: Carrier, name: ReceiptName, held: Sequence[Held]) -> bool:
    """Whether a receipt of ours tells what is held. Nobody but us is deceived by a forged one."""
    file = receipt_file(name.store, name.at, name.sha256)
    try:
        told = json.loads(carrier.read(file, MOST_BYTES))["told"]["held"]
        said = {one["device"]: [tuple(span) for span in one["spans"]] for one in told}
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    except CarrierFault as fault:
        if fault.key != "too_large":
            raise
        return False
    return said == {one.device_id: list(one.spans) for one in held}


def _read(carrier: Carrier, file: str, trust: CampaignTrust) -> Told | None:
    name = receipt_name(file)
    try:
        content = carrier.read(f"{RECEIPTS}/{file}", MOST_BYTES)
        return None if name is None else read_receipt(name, content, trust)
    except VisitorError:
        return None
    except CarrierFault as fault:
        if fault.key != "too_large":
            raise
        return None


def _spans(held: list[Any]) -> dict[str, tuple[tuple[int, int, str], ...]]:
    spans: dict[str, tuple[tuple[int, int, str], ...]] = {}
    count = 0
    for one in held:
        said = tuple((int(first), int(last), str(head)) for first, last, head in one["spans"])
        count += len(said)
        spans[str(one["device"])] = spans.get(str(one["device"]), ()) + said
    if count > _MOST_SPANS:
        raise ValueError("more spans than a receipt has")
    return spans
