"""Who belongs to a campaign: its root, its coordinators, its devices.

A campaign's folder holds its trust in ``trust/`` (or, where the keys are public, ``practice/``):

    trust.toml            campaign, practice, root (Ed25519 public key, hex), recipients (age)
    event.key             the secret that slips are sealed with, hex; goes to every device
    root.key              the root's private seed, hex; stays with the coordinators
    coordinator.identity  age identities that open batches and exports; each stays with its person
    deputy.identity

Only ``trust.toml`` may travel openly. A device is known by its Ed25519 key: its id is derived
from it, so that two laptops enrolled under one code by mistake still are two.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.errors import EnvironmentFault, VisitorError

FOLDERS = ("trust", "practice")
TRUST_FILE = "trust.toml"
EVENT_KEY_FILE = "event.key"
ROOT_KEY_FILE = "root.key"
_LARGEST_FILE = 65_536
_KEY_BYTES = 32
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_RECIPIENT = re.compile(r"age1[0-9a-z]{58}")
_SIGNED = b"samvad kiosk: certificate of a device\x00"


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Who a laptop is. ``certificate`` is what the root signed, with its signature, as JSON."""

    id: DeviceId
    code: str
    private: bytes
    public: bytes
    certificate: bytes
    event_secret: bytes


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """What a certificate says once its signature was found good."""

    id: DeviceId
    code: str
    public: bytes
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class CampaignTrust:
    """The campaign's keys, as far as this folder holds them."""

    campaign: CampaignId
    practice: bool
    root_public: bytes
    recipients: tuple[str, ...]
    event_secret: bytes | None = None
    root_private: bytes | None = None

    def enrol(self, code: str) -> DeviceIdentity:
        """A new identity for one laptop.

        Raises VisitorError ``device_code`` for a code that is none, EnvironmentFault
        ``trust_without_root`` where the folder does not hold the root's private key.
        """
        if not _CODE.fullmatch(code):
            raise VisitorError("device_code", field="device")
        if self.root_private is None or self.event_secret is None:
            raise EnvironmentFault("trust_without_root")
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        told = {
            "campaign": self.campaign, "code": code, "device": device_id(public),
            "public_key": public.hex(),
        }  # fmt: skip
        root = Ed25519PrivateKey.from_private_bytes(self.root_private)
        signature = root.sign(_SIGNED + _canonical(told))
        certificate = _canonical({"told": told, "signature": signature.hex()})
        return DeviceIdentity(
            device_id(public), code, key.private_bytes_raw(), public, certificate,
            self.event_secret,
        )  # fmt: skip


def device_id(public: bytes) -> DeviceId:
    """The id that belongs to a public key."""
    return DeviceId(hashlib.sha256(public).hexdigest()[:32])


def verify_certificate(certificate: bytes, trust: CampaignTrust) -> DeviceCertificate:
    """What the certificate says; VisitorError ``certificate_untrusted`` if not of this root."""
    try:
        held = json.loads(certificate[:_LARGEST_FILE])
        told = held["told"]
        signature = bytes.fromhex(held["signature"])
        root = Ed25519PublicKey.from_public_bytes(trust.root_public)
        root.verify(signature, _SIGNED + _canonical(told))
        public = bytes.fromhex(told["public_key"])
        said = DeviceCertificate(told["device"], told["code"], public, told["campaign"])
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise VisitorError("certificate_untrusted", field="device") from error
    if said.campaign != trust.campaign or said.id != device_id(public):
        raise VisitorError("certificate_untrusted", field="device")
    return said


def identity_of(
    private: bytes, certificate: bytes, event_secret: bytes, trust: CampaignTrust
) -> DeviceIdentity:
    """The identity as an unlocked kiosk holds it, its certificate checked again."""
    told = verify_certificate(certificate, trust)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    if public != told.public:
        raise VisitorError("certificate_untrusted", field="device")
    return DeviceIdentity(told.id, told.code, private, public, certificate, event_secret)


def identity_draft(identity: DeviceIdentity) -> ChangeDraft:
    """The first change of every device: who it is."""
    body = {
        "code": identity.code, "public_key": identity.public.hex(),
        "certificate": identity.certificate.decode(),
    }  # fmt: skip
    return ChangeDraft("device", identity.id, "create", "device", body)


def load_trust(campaign_folder: Path) -> CampaignTrust:
    """The trust of a campaign's folder, its own before the shipped one for practice.

    Raises EnvironmentFault: trust_missing, trust_broken.
    """
    for name in FOLDERS:
        folder = campaign_folder / name
        if (folder / TRUST_FILE).exists():
            return _read(folder)
    raise EnvironmentFault("trust_missing", path=str(campaign_folder))


def _read(folder: Path) -> CampaignTrust:
    path = folder / TRUST_FILE
    try:
        table = tomllib.loads(_content(path).decode())
        trust = CampaignTrust(
            campaign=CampaignId(str(table["campaign"])),
            practice=table["practice"] is True,
            root_public=_key(table["root"]),
            recipients=tuple(table["recipients"]),
            event_secret=_key_file(folder / EVENT_KEY_FILE),
            root_private=_key_file(folder / ROOT_KEY_FILE),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("trust_broken", path=str(path)) from error
    if not _consistent(trust):
        raise EnvironmentFault("trust_broken", path=str(path))
    return trust


def _consistent(trust: CampaignTrust) -> bool:
    """Two recipients at the least, and a private root, if there, that is this root's."""
    recipients = trust.recipients
    if len(set(recipients)) < 2 or not all(_RECIPIENT.fullmatch(one) for one in recipients):
        return False
    if trust.root_private is None:
        return True
    root = Ed25519PrivateKey.from_private_bytes(trust.root_private)
    return root.public_key().public_bytes_raw() == trust.root_public


def _key_file(path: Path) -> bytes | None:
    return _key(_content(path).decode("ascii").strip()) if path.exists() else None


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != _KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_FILE)


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
