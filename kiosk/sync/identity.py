"""Who a laptop is: an Ed25519 key, and a certificate that leads from the campaign's root to it.

The root signs the first link of a certificate when a laptop is enrolled. A laptop that notices
that its data were copied renews itself: its former identity signs the next link.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.errors import VisitorError

MOST_LINKS = 8  # of a certificate: the enrolled identity, and what it was renewed to
DEVICE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")  # of an enrolled identity
_LARGEST = 16_384  # bytes of a certificate; one of eight links has some 3,000
_ENROLLED = b"samvad kiosk: certificate of a device\x00"
_RENEWED = b"samvad kiosk: certificate of a renewed device\x00"
# A suffix begins with a letter (KA1 and 2 would read as KA12) and has no look-alikes.
_SUFFIX_LETTERS = "ACDEFGHJKMNPQRTVWXY"
_SUFFIX_SYMBOLS = _SUFFIX_LETTERS + "2346789"
_SUFFIX = re.compile(r"[A-Z][A-Z0-9]?")


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Who a laptop is. ``certificate`` is what was signed for it, with the signatures, as JSON."""

    id: DeviceId
    code: str
    private: bytes
    public: bytes
    certificate: bytes
    event_secret: bytes


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """What a certificate says once its signatures were found good.

    ``formers``: the identities it was renewed from, the one that the root enrolled first.
    """

    id: DeviceId
    code: str
    public: bytes
    campaign: CampaignId
    formers: tuple[DeviceId, ...] = ()


def device_id(public: bytes) -> DeviceId:
    """The id that belongs to a public key."""
    return DeviceId(hashlib.sha256(public).hexdigest()[:32])


def device_of(private: bytes) -> DeviceId:
    """The id that belongs to a private key."""
    return device_id(Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def new_identity(
    code: str, campaign: CampaignId, event_secret: bytes, root_private: bytes
) -> DeviceIdentity:
    """An identity for one laptop, signed by the campaign's root."""
    return _identity({"campaign": campaign, "code": code}, root_private, [], event_secret)


def renew_identity(former: DeviceIdentity, taken: Collection[str] = ()) -> DeviceIdentity:
    """A new identity for a laptop that holds a copy of ``former``; the copy signs for it.

    Its code is the enrolled one with two symbols more, none of ``taken``. The former identity's
    certificate must be good; a chain of ``MOST_LINKS`` goes no further (ValueError).
    """
    links = links_of(former.certificate)
    if len(links) >= MOST_LINKS:
        raise ValueError("a chain of certificates that is too long")
    enrolled = links[0]["told"]
    told = {
        "campaign": enrolled["campaign"], "former": former.id,
        "code": _new_code(str(enrolled["code"]), {former.code, *taken}),
    }  # fmt: skip
    return _identity(told, former.private, links, former.event_secret)


def _identity(
    told: Mapping[str, Any],
    signer: bytes,
    links: Sequence[Mapping[str, Any]],
    event_secret: bytes,
) -> DeviceIdentity:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    told = {**told, "device": device_id(public), "public_key": public.hex()}
    context = _RENEWED if links else _ENROLLED
    signature = Ed25519PrivateKey.from_private_bytes(signer).sign(context + canonical(told))
    link = {"told": told, "signature": signature.hex()}
    certificate = canonical(link | ({"formers": list(links)} if links else {}))
    return DeviceIdentity(
        device_id(public), told["code"], key.private_bytes_raw(), public, certificate, event_secret
    )


def _new_code(enrolled: str, taken: Collection[str]) -> str:
    suffixes = (letter + symbol for letter in _SUFFIX_LETTERS for symbol in _SUFFIX_SYMBOLS)
    free = [enrolled + one for one in suffixes if enrolled + one not in taken]
    return secrets.choice(free)


def read_certificate(
    certificate: bytes, root_public: bytes, campaign: CampaignId
) -> DeviceCertificate:
    """What the certificate says; VisitorError ``certificate_untrusted`` if not of this root."""
    try:
        links = links_of(certificate)
        said = [_said(links[0], root_public, _ENROLLED)]
        for link in links[1:]:
            said.append(_said(link, said[-1].public, _RENEWED))
        joined = all(
            link["told"]["former"] == former.id and _renews(one.code, said[0].code)
            for (former, _), (one, link) in pairwise(zip(said, links, strict=True))
        )
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature) as error:
        raise VisitorError("certificate_untrusted", field="device") from error
    own = all(one.campaign == campaign and one.id == device_id(one.public) for one in said)
    if not (joined and own):
        raise VisitorError("certificate_untrusted", field="device")
    last, formers = said[-1], tuple(one.id for one in said[:-1])
    return DeviceCertificate(last.id, last.code, last.public, last.campaign, formers)


def _said(link: Mapping[str, Any], signer: bytes, context: bytes) -> DeviceCertificate:
    """What one link says, its signature checked."""
    told = link["told"]
    signature = bytes.fromhex(link["signature"])
    Ed25519PublicKey.from_public_bytes(signer).verify(signature, context + canonical(told))
    public = bytes.fromhex(told["public_key"])
    return DeviceCertificate(told["device"], told["code"], public, told["campaign"])


def _renews(code: str, enrolled: str) -> bool:
    return code.startswith(enrolled) and bool(_SUFFIX.fullmatch(code[len(enrolled) :]))


def links_of(certificate: bytes) -> list[Mapping[str, Any]]:
    """The links of a certificate, the root's first. ValueError, KeyError, TypeError if none."""
    if len(certificate) > _LARGEST:
        raise ValueError("more than a certificate")
    try:
        held = json.loads(certificate)
    except RecursionError as error:
        raise ValueError("no certificate") from error
    links = [*held.get("formers", ()), held]
    if len(links) > MOST_LINKS:
        raise ValueError("a certificate of too many links")
    return [{"told": dict(one["told"]), "signature": str(one["signature"])} for one in links]


def canonical(told: Mapping[str, Any]) -> bytes:
    """The one way in which what is signed is written."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
