"""The keys file: all that somebody without a record needs to check a campaign's certificates.

JSON, signed by the campaign's root or by a device of it (a merged store's):

    {"told": {…}, "certificate": "…", "signature": "…"}

``told`` holds the root's public key, the campaign's and the events' names, the lost laptops, the
certificates of laptops that renewed themselves, every certificate that is no longer valid, and the
day up to which this is known. No word of any visitor. Whoever gives the file gives the root: its
fingerprint is shown wherever it is used.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.ids import CampaignId, DeviceId, Serial
from kiosk.errors import VisitorError
from kiosk.services.attesting import Attested, Fate
from kiosk.services.verify import fate_of
from kiosk.sync.attest import Attester
from kiosk.sync.identity import DeviceIdentity, canonical, links_of
from kiosk.sync.trust import CampaignTrust, verify_certificate

LARGEST = 16 * 1024 * 1024
FORMAT = 1
_SIGNED = b"samvad kiosk: keys for checking certificates\x00"
_COUNT = re.compile(r"(.*-C-)([0-9]{4,9})")

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Serials:
    """Many serials, most of which follow each other: (head, first, last)."""

    ranges: tuple[tuple[str, int, int], ...]

    @staticmethod
    def of(serials: Iterable[str]) -> Serials:
        counted = sorted(
            (found[1], int(found[2])) for one in serials if (found := _COUNT.fullmatch(one))
        )
        ranges: list[tuple[str, int, int]] = []
        for head, count in counted:
            if ranges and ranges[-1][0] == head and count - ranges[-1][2] <= 1:
                ranges[-1] = (head, ranges[-1][1], count)
            else:
                ranges.append((head, count, count))
        return Serials(tuple(ranges))

    def __contains__(self, serial: str) -> bool:
        found = _COUNT.fullmatch(serial)
        return found is not None and any(
            head == found[1] and first <= int(found[2]) <= last for head, first, last in self.ranges
        )


_NONE = Serials(())


@dataclass(frozen=True, slots=True)
class Known:
    """What goes into a keys file besides the campaign's own keys.

    ``kept``: of lost laptops, the serials that a record holds: those are no thief's.
    ``complete``: whether a record was looked at, or the campaign's folder alone.
    """

    campaign: Names
    events: Mapping[str, tuple[Names, date]]
    as_of: date
    ended: Sequence[Fate] = ()
    renewed: Sequence[bytes] = ()
    kept: Mapping[DeviceId, Serials] = field(default_factory=dict)
    complete: bool = False


@dataclass(frozen=True, slots=True)
class KeysFile:
    """A keys file whose signature was found good. Implements ``verify.Knowledge``."""

    trust: CampaignTrust
    known: Known
    told: Mapping[str, Any]

    @property
    def reader(self) -> Attester:
        """Reads this campaign's certificates."""
        renewed = {}
        for certificate in self.known.renewed:
            renewed[verify_certificate(certificate, self.trust).id] = certificate
        return Attester(self.trust, known=renewed.get)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.trust.root_public)

    def fate(self, attested: Attested) -> Fate | None:
        found = [one for one in self.known.ended if one.serial == attested.serial]
        ended = fate_of(found, attested)
        if ended is not None or attested.serial not in self.known.kept.get(
            attested.device_id, _NONE
        ):
            return ended
        return Fate(attested.serial, attested.device_id, "valid", "", "", 0)

    def as_of(self, attested: Attested) -> date:
        return self.known.as_of if self.known.complete else attested.day


def fingerprint(root_public: bytes) -> str:
    """The root's fingerprint, for reading aloud: 80 bits in hexadecimal, in groups."""
    told = hashlib.sha256(root_public).hexdigest()[:20].upper()
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))


def write_keys(trust: CampaignTrust, known: Known, signer: DeviceIdentity | None) -> bytes:
    """The content of a keys file, signed by ``signer``, or by the root where that is at hand.

    Raises VisitorError ``keys_unsigned`` where neither is.
    """
    told = {
        "format": FORMAT, "campaign": trust.campaign, "practice": trust.practice,
        "root": trust.root_public.hex(), "names": dict(known.campaign),
        "events": {
            event: {"names": dict(names), "day": day.isoformat()}
            for event, (names, day) in known.events.items()
        },
        "as_of": known.as_of.isoformat(), "complete": known.complete,
        "lost": [{"device": one, "at": at} for one, at in sorted(trust.lost_at.items())],
        "renewed": [one.decode() for one in known.renewed if len(links_of(one)) > 1],
        "ended": [
            {
                "serial": one.serial, "device": one.device_id, "status": one.status,
                "by": one.replaced_by, "at": one.at,
            }
            for one in known.ended
        ],
        "kept": {one: [list(span) for span in kept.ranges] for one, kept in known.kept.items()},
    }  # fmt: skip
    private, certificate = trust.root_private, b""
    if signer is not None:
        private, certificate = signer.private, signer.certificate
    if private is None:
        raise VisitorError("keys_unsigned", field="campaign")
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(_SIGNED + canonical(told))
    whole = {"told": told, "certificate": certificate.decode(), "signature": signature.hex()}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def read_keys(content: bytes, practice_roots: Iterable[bytes] = ()) -> KeysFile:
    """What a keys file says. VisitorError ``keys_unreadable`` for one that is altered or none.

    A root of ``practice_roots`` is public, whatever the file says of it.
    """
    try:
        if len(content) > LARGEST:
            raise ValueError("more than a keys file")  # noqa: TRY301 - one way out
        whole = json.loads(content)
        told = whole["told"]
        trust = _trust(told, set(practice_roots))
        public, certificate = trust.root_public, str(whole["certificate"]).encode()
        if certificate:
            public = verify_certificate(certificate, trust).public
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(bytes.fromhex(whole["signature"]), _SIGNED + canonical(told))
        file = KeysFile(trust, _known(told), told)
        _ = file.reader  # every certificate in it is this root's
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VisitorError("keys_unreadable", field="keys") from error
    except (InvalidSignature, VisitorError) as error:
        raise VisitorError("keys_unreadable", field="keys") from error
    return file


def _trust(told: Mapping[str, Any], practice_roots: set[bytes]) -> CampaignTrust:
    root = bytes.fromhex(told["root"])
    if told["format"] != FORMAT or len(root) != 32:
        raise ValueError("a keys file of another kind")
    return CampaignTrust(
        campaign=CampaignId(str(told["campaign"])),
        practice=told["practice"] is not False or root in practice_roots,
        root_public=root,
        recipients=(),  # who checks certificates opens no batches
        lost_at={DeviceId(str(one["device"])): int(one["at"]) for one in told["lost"]},
    )


def _known(told: Mapping[str, Any]) -> Known:
    return Known(
        campaign=_names(told["names"]),
        events={
            str(event): (_names(one["names"]), date.fromisoformat(one["day"]))
            for event, one in told["events"].items()
        },
        as_of=date.fromisoformat(told["as_of"]),
        ended=[
            Fate(
                Serial(str(one["serial"])), DeviceId(str(one["device"])), _status(one["status"]),
                str(one["by"]), "", int(one["at"]),
            )
            for one in told["ended"]
        ],
        renewed=[str(one).encode() for one in told["renewed"]],
        kept={
            DeviceId(str(one)): Serials(
                tuple((str(head), int(first), int(last)) for head, first, last in ranges)
            )
            for one, ranges in told["kept"].items()
        },
        complete=told["complete"] is True,
    )  # fmt: skip


def _names(told: Mapping[str, Any]) -> Names:
    return {str(tag): str(name) for tag, name in told.items()}


def _status(said: object) -> str:
    if said not in {"replaced", "revoked"}:
        raise ValueError("no such status")
    return str(said)
