"""Who belongs to a campaign: its root, its coordinators, its devices.

A campaign's folder holds its trust in ``trust/`` (or, where the keys are public, ``practice/``):

    trust.toml            campaign, practice, root (Ed25519 public key, hex), recipients (age)
    event.key             the secret that slips are sealed with, hex; goes to every device
    root.key              the root's private seed, hex; stays with the coordinators
    coordinator.identity  age identities that open batches and exports; each stays with its person
    deputy.identity
    revoked.toml          lost devices, signed by the root (``kiosk.sync.revoking``)
    devices.toml          which devices were enrolled here (``kiosk.sync.enrolling``)

Only ``trust.toml`` and ``revoked.toml`` may travel openly. A device is known by its Ed25519 key:
its id is derived from it, so that two laptops enrolled under one code by mistake still are two.
A laptop that notices that it is a copy gives itself a new identity, which its former one signs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.identity import (
    DEVICE_CODE,
    DeviceCertificate,
    DeviceIdentity,
    canonical,
    device_id,
    new_identity,
    read_certificate,
    renew_identity,
)

# Who asks about trust asks about devices, too.
__all__ = [
    "CampaignTrust", "DeviceCertificate", "DeviceIdentity", "device_id", "identity_draft",
    "identity_of", "load_trust", "renew_identity", "verify_certificate",
]  # fmt: skip

OWN, PRACTICE = FOLDERS = ("trust", "practice")
TRUST_FILE = "trust.toml"
EVENT_KEY_FILE = "event.key"
ROOT_KEY_FILE = "root.key"
REVOKED_FILE = "revoked.toml"
_LARGEST_FILE = 1_048_576
_KEY_BYTES = 32
_RECIPIENT = re.compile(r"age1[0-9a-z]{58}")
_REVOKED = b"samvad kiosk: devices that were lost\x00"


@dataclass(frozen=True, slots=True)
class CampaignTrust:
    """The campaign's keys, as far as this folder holds them.

    ``revoked``: of lost devices, the number of the last batch that is still theirs; ``lost_at``:
    when that was written down, UTC milliseconds.
    """

    campaign: CampaignId
    practice: bool
    root_public: bytes
    recipients: tuple[str, ...]
    event_secret: bytes | None = None
    root_private: bytes | None = None
    revoked: Mapping[DeviceId, int] = field(default_factory=lambda: MappingProxyType({}))
    lost_at: Mapping[DeviceId, int] = field(default_factory=lambda: MappingProxyType({}))

    def last_batch(self, device: DeviceCertificate) -> int | None:
        """The number of the last batch of a lost device to be taken; None: it is not lost.

        Whoever has a device's key can renew it, so that what was renewed from a lost device is
        lost too, unless it is named itself.
        """
        if device.id in self.revoked:
            return self.revoked[device.id]
        return 0 if any(former in self.revoked for former in device.formers) else None

    def lost_since(self, device: DeviceCertificate) -> int | None:
        """When a device, or one that it was renewed from, was written down as lost."""
        times = [self.lost_at[one] for one in (device.id, *device.formers) if one in self.lost_at]
        return min(times, default=None)

    def refuses(self, device: DeviceCertificate, batch_no: int) -> bool:
        """Whether a batch of this number comes from a lost device (``device_revoked``)."""
        last = self.last_batch(device)
        return last is not None and batch_no > last

    def enrol(self, code: str) -> DeviceIdentity:
        """A new identity for one laptop.

        Raises VisitorError ``device_code`` for a code that is none, EnvironmentFault
        ``trust_without_root`` where the folder does not hold the root's private key.
        """
        if not DEVICE_CODE.fullmatch(code):
            raise VisitorError("device_code", field="device")
        if self.root_private is None or self.event_secret is None:
            raise EnvironmentFault("trust_without_root")
        return new_identity(code, self.campaign, self.event_secret, self.root_private)


def verify_certificate(certificate: bytes, trust: CampaignTrust) -> DeviceCertificate:
    """What the certificate says; VisitorError ``certificate_untrusted`` if not of this root.

    The root signs the first link, each device the next. Whether the device was lost since is
    another question: ``CampaignTrust.refuses``.
    """
    return read_certificate(certificate, trust.root_public, trust.campaign)


def identity_of(
    private: bytes, certificate: bytes, event_secret: bytes, trust: CampaignTrust
) -> DeviceIdentity:
    """The identity as an unlocked kiosk holds it, its certificate checked again."""
    told = verify_certificate(certificate, trust)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    if public != told.public:
        raise VisitorError("certificate_untrusted", field="device")
    return DeviceIdentity(told.id, told.code, private, public, certificate, event_secret)


def identity_draft(identity: DeviceIdentity, former: DeviceId | None = None) -> ChangeDraft:
    """The first change of every device: who it is, and who it was on this laptop before."""
    body = {
        "code": identity.code, "public_key": identity.public.hex(),
        "certificate": identity.certificate.decode(),
    } | ({"former": former} if former else {})  # fmt: skip
    return ChangeDraft("device", identity.id, "create", "device", body)


def load_trust(campaign_folder: Path) -> CampaignTrust:
    """The trust of a campaign's folder, its own before the shipped one for practice.

    Raises EnvironmentFault: trust_missing, trust_broken.
    """
    return _read(trust_folder(campaign_folder))


def trust_file_text(campaign_folder: Path) -> str:
    """``trust.toml`` as it stands, for who carries it on. Raises as ``load_trust``."""
    return _content(trust_folder(campaign_folder) / TRUST_FILE).decode()


def trust_folder(campaign_folder: Path) -> Path:
    """Where the trust of a campaign lies; EnvironmentFault ``trust_missing`` if nowhere."""
    for name in FOLDERS:
        if (campaign_folder / name / TRUST_FILE).exists():
            return campaign_folder / name
    raise EnvironmentFault("trust_missing", path=str(campaign_folder))


def read_trust(table: Mapping[str, Any]) -> CampaignTrust:
    """What ``trust.toml`` says, without private keys. ValueError, KeyError, TypeError if wrong."""
    trust = CampaignTrust(
        campaign=CampaignId(str(table["campaign"])),
        practice=table["practice"] is True,
        root_public=_key(table["root"]),
        recipients=tuple(table["recipients"]),
    )
    if not _consistent(trust):
        raise ValueError("a trust that does not hold together")
    return trust


def _read(folder: Path) -> CampaignTrust:
    path = folder / TRUST_FILE
    try:
        trust = replace(
            read_trust(tomllib.loads(_content(path).decode())),
            event_secret=_key_file(folder / EVENT_KEY_FILE),
            root_private=_key_file(folder / ROOT_KEY_FILE),
        )
        path = folder / REVOKED_FILE
        entries = _revoked(path, trust)
        trust = replace(
            trust,
            revoked={DeviceId(str(one["device"])): int(one["after_batch"]) for one in entries},
            lost_at={DeviceId(str(one["device"])): int(one["at"]) for one in entries},
        )
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise EnvironmentFault("trust_broken", path=str(path)) from error
    if not _consistent(trust):
        raise EnvironmentFault("trust_broken", path=str(folder / ROOT_KEY_FILE))
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


def revocation_bytes(campaign: CampaignId, entries: Sequence[Mapping[str, Any]]) -> bytes:
    """What the root signs over the list of lost devices."""
    return _REVOKED + canonical({"campaign": campaign, "revoked": list(entries)})


def _revoked(path: Path, trust: CampaignTrust) -> Sequence[Mapping[str, Any]]:
    """The lost devices; a list that the root did not sign is a broken trust."""
    if not path.exists():
        return []
    table = tomllib.loads(_content(path).decode())
    root = Ed25519PublicKey.from_public_bytes(trust.root_public)
    entries: Sequence[Mapping[str, Any]] = table["revoked"]
    root.verify(bytes.fromhex(table["signature"]), revocation_bytes(trust.campaign, entries))
    return entries


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
