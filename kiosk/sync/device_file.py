"""The device file: what one laptop needs to belong to a campaign, carried by stick.

It holds the laptop's private key and the event's secret. It is its owner's alone on the disk, and
may be sealed under a transfer passphrase (age, scrypt). That is a choice and no duty: the file
lives for the minutes between enrolling and ``kiosk init``, in the hands of one person, and a
second secret for each laptop, written on paper beside the stick, would protect nothing. Where
a stick goes by post, or stays overnight, it should be sealed. Whoever has the file could be this
laptop, and cannot open anybody's record; a lost one is revoked by its id.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.files import read_within
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.secret_files import write_secret
from kiosk.sync.trust import CampaignTrust, identity_of, read_trust

_KIND = "samvad-kiosk-device"
_FORMAT = 1
_LARGEST = 262_144
_SEALED = b"age-encryption.org/v1"
_LONGEST_PASSPHRASE = 1_024


@dataclass(frozen=True, slots=True)
class DeviceFile:
    """A device file, opened and checked: ``trust_text`` is the campaign's ``trust.toml``."""

    identity: DeviceIdentity
    trust: CampaignTrust
    trust_text: str


def write_device_file(
    path: Path, identity: DeviceIdentity, trust_text: str, passphrase: str | None = None
) -> None:
    """Writes the file; sealed where there is a passphrase. Never over another file.

    Raises EnvironmentFault: file_exists, folder_missing, folder_read_only, disk_full.
    """
    held = {
        "kind": _KIND, "format": _FORMAT, "trust": trust_text, "code": identity.code,
        "id": identity.id, "private": identity.private.hex(),
        "event_secret": identity.event_secret.hex(),
        "certificate": identity.certificate.decode(),
    }  # fmt: skip
    content = json.dumps(held, ensure_ascii=False, indent=1).encode()
    if passphrase is not None:
        content = _seal(content, passphrase)
    write_secret(path, content, new=True)


def is_sealed(path: Path) -> bool:
    """Whether the device file needs a transfer passphrase."""
    return _content(path).startswith(_SEALED)


def read_device_file(path: Path, passphrase: str | None = None) -> DeviceFile:
    """The file, its certificate checked against the root that it names.

    Raises EnvironmentFault: device_file_missing, device_file_broken, device_file_sealed (it needs
    a passphrase), device_file_passphrase (another one).
    """
    content = _content(path)
    if content.startswith(_SEALED):
        if passphrase is None:
            raise EnvironmentFault("device_file_sealed", path=str(path))
        content = _open(content, passphrase, path)
    try:
        held = json.loads(content)
        return _checked(held)
    except (ValueError, KeyError, TypeError, RecursionError, VisitorError) as error:
        raise EnvironmentFault("device_file_broken", path=str(path)) from error


def _checked(held: dict[str, Any]) -> DeviceFile:
    if held["kind"] != _KIND or held["format"] != _FORMAT:
        raise ValueError("no device file of this program")
    text = str(held["trust"])
    trust = read_trust(tomllib.loads(text))
    private, secret = (bytes.fromhex(held[name]) for name in ("private", "event_secret"))
    if len(secret) != len(private):
        raise ValueError("a secret that is too short")
    identity = identity_of(private, str(held["certificate"]).encode(), secret, trust)
    if (identity.id, identity.code) != (held["id"], held["code"]):
        raise ValueError("another device's certificate")
    return DeviceFile(identity, trust, text)


def _content(path: Path) -> bytes:
    content = read_within(path, _LARGEST, "device_file_missing")
    if content is None:
        raise EnvironmentFault("device_file_broken", path=str(path))
    return content


def _seal(content: bytes, passphrase: str) -> bytes:
    import pyrage  # noqa: PLC0415 - on enrolling only

    return bytes(pyrage.passphrase.encrypt(content, _plain(passphrase)))


def _open(content: bytes, passphrase: str, path: Path) -> bytes:
    import pyrage  # noqa: PLC0415 - on enrolling only

    try:
        return bytes(pyrage.passphrase.decrypt(content, _plain(passphrase)))
    except pyrage.DecryptError as error:
        raise EnvironmentFault("device_file_passphrase", path=str(path)) from error


def _plain(passphrase: str) -> str:
    """The passphrase however it was typed: with one space or two."""
    words = " ".join(passphrase[:_LONGEST_PASSPHRASE].split())
    if not words:
        raise EnvironmentFault("passphrase_empty")
    return words
