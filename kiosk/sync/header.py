"""The clear part of a batch file: ``MAGIC | length | header | Ed25519(header) | body``.

The length takes 4 bytes, most significant first. The header is JSON of one shape, written in one
way; what is signed is a context and the header's bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.batch import MOST_CHANGES, MOST_FILE_BYTES, Header
from kiosk.domain.change import GENESIS, SCHEMA
from kiosk.domain.ids import CampaignId, DeviceId, EventId
from kiosk.errors import VisitorError
from kiosk.sync.identity import DeviceCertificate, DeviceIdentity, canonical
from kiosk.sync.refusal import BatchRefused
from kiosk.sync.trust import CampaignTrust, verify_certificate

MAGIC = b"\x89EKB\r\n\x1a\n"  # as of PNG: a copy that went through a text mode shows at once
VERSION = 1
CIPHER = "age-x25519+zstd"
_SIGNED = b"samvad kiosk: header of a batch\x00"
_LENGTH_BYTES, _SIGNATURE_BYTES = 4, 64
_LONGEST_HEADER = 32_768  # a certificate has at most 16 KiB
LONGEST_START = len(MAGIC) + _LENGTH_BYTES + _LONGEST_HEADER + _SIGNATURE_BYTES
_LARGEST_NUMBER = 2**53 - 1
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?")
_DEVICE = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBERS = ("version", "batch_no", "first", "last", "top", "schema")
_TEXTS: Mapping[str, re.Pattern[str]] = {
    "campaign": _NAME, "event": _NAME, "device": _DEVICE,
    "certificate": re.compile(r"[ -~]{1,16384}"), "before": _HASH, "head": _HASH,
    "previous": re.compile(r"(?:[0-9a-f]{64})?"), "cipher": re.compile(r"[a-z0-9+-]{1,64}"),
    "body_sha256": _HASH,
}  # fmt: skip
_BYTES = ("before", "head", "body_sha256")


def framed(header: Header, identity: DeviceIdentity, body: bytes) -> bytes:
    """The whole file."""
    told: dict[str, Any] = {name: getattr(header, name) for name in (*_NUMBERS, *_TEXTS)}
    told |= {name: told[name].hex() for name in _BYTES}
    told["certificate"] = header.certificate.decode("ascii")
    raw = canonical(told)
    _header(raw)  # what would be refused is not sealed
    signature = Ed25519PrivateKey.from_private_bytes(identity.private).sign(_SIGNED + raw)
    return b"".join((MAGIC, len(raw).to_bytes(_LENGTH_BYTES, "big"), raw, signature, body))


def read_header(content: bytes, trust: CampaignTrust) -> tuple[Header, DeviceCertificate, int]:
    """The header, whose device signed it, that device, and where the body begins.

    Raises BatchRefused: all that can be said of a batch without opening its body.
    """
    raw, signature, at = _parts(content)
    header = _header(raw)
    if header.campaign != trust.campaign:
        raise BatchRefused("batch_foreign", header.campaign)
    try:
        device = verify_certificate(header.certificate, trust)
    except VisitorError as error:
        raise BatchRefused("batch_unknown_device", header.device) from error
    if device.id != header.device:
        raise BatchRefused("batch_unknown_device", "the certificate is another device's")
    try:
        Ed25519PublicKey.from_public_bytes(device.public).verify(signature, _SIGNED + raw)
    except InvalidSignature as error:
        raise BatchRefused("batch_signature") from error
    if trust.refuses(device, header.batch_no):
        raise BatchRefused("device_revoked", device.code)
    if header.cipher != CIPHER or header.schema > SCHEMA:
        raise BatchRefused("batch_newer", f"{header.cipher}, schema {header.schema}")
    return header, device, at


def claimed_header(content: bytes) -> Header:
    """What a batch says of itself, without a look at who signed it. Raises BatchRefused."""
    return _header(_parts(content)[0])


def _parts(content: bytes) -> tuple[bytes, bytes, int]:
    start = len(MAGIC) + _LENGTH_BYTES
    if content[: len(MAGIC)] != MAGIC:
        raise BatchRefused("batch_magic")
    if len(content) > MOST_FILE_BYTES:
        raise BatchRefused("batch_bomb", "the file")
    length = int.from_bytes(content[len(MAGIC) : start], "big")
    if length > _LONGEST_HEADER:
        raise BatchRefused("batch_header", f"a header of {length} bytes")
    at = start + length + _SIGNATURE_BYTES
    if len(content) < at:
        raise BatchRefused("batch_truncated")
    return content[start : start + length], content[start + length : at], at


def _header(raw: bytes) -> Header:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BatchRefused("batch_header", "no JSON") from error
    if not isinstance(told, dict) or not _is_number(told.get("version")):
        raise BatchRefused("batch_header", "no version")
    if told["version"] > VERSION:
        raise BatchRefused("batch_newer", f"version {told['version']}")
    if told.keys() != {*_NUMBERS, *_TEXTS} or not _fit(told):
        raise BatchRefused("batch_header", "fields")
    if canonical(told) != raw:
        raise BatchRefused("batch_header", "not as it is written")
    told |= {name: bytes.fromhex(told[name]) for name in _BYTES}
    told |= {"certificate": told["certificate"].encode(), "campaign": CampaignId(told["campaign"])}
    told |= {"event": EventId(told["event"]), "device": DeviceId(told["device"])}
    return _consistent(Header(**told))


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_NUMBER


def _fit(told: Mapping[str, Any]) -> bool:
    return all(_is_number(told[name]) for name in _NUMBERS) and all(
        isinstance(told[name], str) and shape.fullmatch(told[name])
        for name, shape in _TEXTS.items()
    )


def _consistent(header: Header) -> Header:
    count = header.last - header.first + 1
    right = (
        min(header.version, header.batch_no, header.first, header.schema) >= 1
        and 0 <= count <= MOST_CHANGES
        and header.top >= header.last
        and (header.first > 1 or header.before == GENESIS)
        and (count > 0 or header.before == header.head)
    )
    if not right:
        raise BatchRefused("batch_header", "numbers")
    return header
