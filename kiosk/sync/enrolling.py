"""Which laptops were enrolled from a campaign's folder, and which of them were lost since."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.secret_files import read_bounded, write_secret
from kiosk.sync.trust import (
    OWN,
    REVOKED_FILE,
    TRUST_FILE,
    CampaignTrust,
    load_trust,
    revocation_bytes,
)

DEVICES_FILE = "devices.toml"
_DEVICE_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_REASON = 200
_MOST_BATCHES = 2**31
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A laptop in the campaign's ledger. ``at``: milliseconds since 1970."""

    id: DeviceId
    code: str
    at: int


@dataclass(frozen=True, slots=True)
class Lost:
    """A laptop that was lost: its batches up to ``after_batch`` are still its own."""

    id: DeviceId
    code: str  # "" where it is not in the ledger: a laptop that renewed itself
    after_batch: int
    reason: str
    at: int


def enrolled(campaign_folder: Path) -> list[Enrolled]:
    """The ledger, oldest first. Raises EnvironmentFault ``ledger_broken``."""
    path = campaign_folder / OWN / DEVICES_FILE
    if not path.exists():
        return []
    return [
        Enrolled(DeviceId(str(one["id"])), str(one["code"]), int(one["at"]))
        for one in _tables(path, "device", ("id", "code", "at"))
    ]


def note_enrolled(campaign_folder: Path, identity: DeviceIdentity, at: int) -> None:
    """Adds a laptop to the ledger. The shipped practice campaign keeps none."""
    path = campaign_folder / OWN / DEVICES_FILE
    if not (campaign_folder / OWN / TRUST_FILE).exists():
        return
    entries: list[Mapping[str, Any]] = [
        {"id": one.id, "code": one.code, "at": one.at} for one in enrolled(campaign_folder)
    ]
    entries.append({"id": identity.id, "code": identity.code, "at": at})
    text = "# Which laptops were enrolled from this folder. Kept by the program.\n"
    write_secret(path, (text + _lines("device", entries)).encode())


def lost(campaign_folder: Path) -> list[Lost]:
    """The lost laptops as the root signed them; of one named twice, the last word."""
    load_trust(campaign_folder)  # the signature
    codes = {one.id: one.code for one in enrolled(campaign_folder)}
    found = {
        str(one["device"]): Lost(
            DeviceId(str(one["device"])), codes.get(DeviceId(str(one["device"])), ""),
            int(one["after_batch"]), str(one["reason"]), int(one["at"]),
        )
        for one in _revocations(campaign_folder)
    }  # fmt: skip
    return list(found.values())


def named(campaign_folder: Path, id_or_code: str) -> DeviceId:
    """The laptop that somebody means: by its id, or by a code that one laptop alone has.

    Raises VisitorError: device_unknown, device_ambiguous (``ids``).
    """
    if _DEVICE_ID.fullmatch(id_or_code.lower()):
        return DeviceId(id_or_code.lower())
    found = [one.id for one in enrolled(campaign_folder) if one.code == id_or_code.upper()]
    if not found:
        raise VisitorError("device_unknown", field="device", value=id_or_code[:64])
    if len(found) > 1:
        raise VisitorError(
            "device_ambiguous", field="device", value=id_or_code[:64], ids=", ".join(found)
        )
    return found[0]


def revoke(
    campaign_folder: Path, device: DeviceId, *, after_batch: int, reason: str, at: int
) -> None:
    """Writes down, signed by the root, that a laptop was lost after its batch ``after_batch``.

    Merging sets later batches of it aside, and all of what was renewed from it since. Raises
    EnvironmentFault: trust_missing, trust_without_root, disk_full, folder_read_only;
    VisitorError: reason_missing, batch_number.
    """
    reason = reason[:_LONGEST_REASON].encode(errors="replace").decode()
    reason = _CONTROLS.sub(" ", reason).strip()
    if not reason:
        raise VisitorError("reason_missing", field="reason", code="required")
    if not 0 <= after_batch <= _MOST_BATCHES:
        raise VisitorError("batch_number", field="after_batch")
    trust = load_trust(campaign_folder)
    if trust.root_private is None or trust.practice:
        raise EnvironmentFault("trust_without_root")
    entry = {"device": device, "after_batch": after_batch, "reason": reason, "at": at}
    text = _signed(trust, trust.root_private, [*_revocations(campaign_folder), entry])
    write_secret(campaign_folder / OWN / REVOKED_FILE, text.encode())


def _signed(trust: CampaignTrust, root: bytes, entries: Sequence[Mapping[str, Any]]) -> str:
    key = Ed25519PrivateKey.from_private_bytes(root)
    signature = key.sign(revocation_bytes(trust.campaign, entries)).hex()
    return (
        "# Laptops that were lost. Signed by the campaign's root: whatever is altered here is\n"
        f'# refused.\nsignature = "{signature}"\n' + _lines("revoked", entries)
    )


def _revocations(campaign_folder: Path) -> list[Mapping[str, Any]]:
    path = campaign_folder / OWN / REVOKED_FILE
    if not path.exists():
        return []
    return _tables(path, "revoked", ("device", "after_batch", "reason", "at"))


def _tables(path: Path, name: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
    try:
        entries = tomllib.loads(read_bounded(path).decode()).get(name, [])
        return [{key: one[key] for key in keys} for one in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("ledger_broken", path=str(path)) from error


def _lines(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Tables of plain values; JSON's strings without control characters are TOML's too."""
    return "".join(
        f"\n[[{name}]]\n"
        + "".join(
            f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in one.items()
        )
        for one in entries
    )
