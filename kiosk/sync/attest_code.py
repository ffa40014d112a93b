"""What a certificate's QR says, as bytes: a signed statement, and the way from root to signer.

    root 4 · links 1 · (code, public key 32, signature 64) each, or device id 16 · statement · 64

    statement: event, serial, day 2, name

Everything here is transport: what was signed is put together anew from what is read, and bytes
that ``pack`` would not have written are refused. resources/decisions/012-attested-certificates.md
has the whole of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kiosk.domain.ids import CampaignId, DeviceId
from kiosk.sync.attest_names import pack_name, unpack_name
from kiosk.sync.identity import DEVICE_CODE, MOST_LINKS, canonical, device_id, links_of

_ROOT_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _ID_BYTES = 4, 32, 64, 16
_FIRST_DAY = date(2000, 1, 1)
_LONGEST_TEXT = 255
_SUFFIX = re.compile(r"[A-Z][A-Z0-9]?")
_LARGEST_COUNT = 2**28


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a device's certificate: its code, its key, and who signed for it."""

    code: str
    public: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """What a device says of one certificate. ``name`` is "" where a line was left to write on."""

    event: str
    serial: str
    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as it travels: with the whole way to its signer, or its signer's id alone."""

    root: bytes  # 4 bytes that tell whose certificate it is
    device: DeviceId
    links: tuple[Link, ...]
    statement: Statement
    signature: bytes


def root_tag(root_public: bytes) -> bytes:
    """What tells this campaign's certificates from another's; it proves nothing."""
    return hashlib.sha256(root_public).digest()[:_ROOT_BYTES]


def links_in(certificate: bytes) -> tuple[Link, ...]:
    """The links of a device's certificate, the root's first."""
    return tuple(
        Link(
            str(one["told"]["code"]),
            bytes.fromhex(one["told"]["public_key"]),
            bytes.fromhex(one["signature"]),
        )
        for one in links_of(certificate)
    )


def certificate_of(links: Sequence[Link], campaign: CampaignId) -> bytes:
    """The device's certificate that these links are of, in the form in which it was signed."""
    told: list[dict[str, Any]] = []
    for at, link in enumerate(links):
        says = {
            "campaign": campaign, "code": link.code, "device": device_id(link.public),
            "public_key": link.public.hex(),
        }  # fmt: skip
        if at:
            says["former"] = device_id(links[at - 1].public)
        told.append({"told": says, "signature": link.signature.hex()})
    last: Mapping[str, Any] = told[-1]
    return canonical({**last, "formers": told[:-1]} if len(told) > 1 else last)


def pack(signed: Signed) -> bytes:
    """The one form of a signed statement. ValueError where it has none."""
    way = bytes.fromhex(signed.device)
    if signed.links:
        way = b"".join(_pack_link(one, signed.links[0], at) for at, one in enumerate(signed.links))
    packed = bytes([len(signed.links)]) + way + _pack_statement(signed.statement, _code(signed))
    return signed.root + packed + signed.signature


def unpack(packed: bytes) -> Signed:
    """The reverse of ``pack``; ValueError for anything that ``pack`` did not write."""
    reader = _Bytes(packed)
    root, count = reader.take(_ROOT_BYTES), reader.take(1)[0]
    if count > MOST_LINKS:
        raise ValueError("too many links")
    links: list[Link] = []
    for _ in range(count):
        links.append(_unpack_link(reader, links))
    device = device_id(links[-1].public) if links else DeviceId(reader.take(_ID_BYTES).hex())
    event = reader.text()
    serial = _unpack_serial(reader, links[-1].code if links else "")
    day = _FIRST_DAY + timedelta(days=int.from_bytes(reader.take(2), "big"))
    name = unpack_name(reader.take(reader.left - _SIGNATURE_BYTES))
    statement = Statement(event, serial, day, name)
    signed = Signed(root, device, tuple(links), statement, reader.take(_SIGNATURE_BYTES))
    if pack(signed) != packed:
        raise ValueError("a statement that is written in another way")
    return signed


def _code(signed: Signed) -> str:
    return signed.links[-1].code if signed.links else ""


def _pack_link(link: Link, enrolled: Link, at: int) -> bytes:
    code = link.code if at == 0 else link.code.removeprefix(enrolled.code)
    return _pack_text(code) + link.public + link.signature


def _unpack_link(reader: _Bytes, before: Sequence[Link]) -> Link:
    code = reader.text()
    if not (_SUFFIX if before else DEVICE_CODE).fullmatch(code):
        raise ValueError("no device's code")
    if before:
        code = before[0].code + code
    return Link(code, reader.take(_KEY_BYTES), reader.take(_SIGNATURE_BYTES))


def _pack_statement(statement: Statement, code: str) -> bytes:
    days = (statement.day - _FIRST_DAY).days
    return (
        _pack_text(statement.event)
        + _pack_serial(statement.serial, code)
        + days.to_bytes(2, "big")
        + pack_name(statement.name)
    )


def _pack_serial(serial: str, code: str) -> bytes:
    """A serial of the signer's own as its number; another one as it is, after a 0."""
    head, _, digits = serial.rpartition("-C-")
    if code and head == code and digits.isdecimal() and digits.isascii():
        count = int(digits)
        if 0 < count < _LARGEST_COUNT and digits == f"{count:04d}":
            return _pack_count(count)
    return b"\0" + _pack_text(serial)


def _unpack_serial(reader: _Bytes, code: str) -> str:
    count = reader.count()
    return f"{code}-C-{count:04d}" if count else reader.text()


def _pack_count(count: int) -> bytes:
    """Seven bits a byte, the lowest first; all but the last byte have their highest bit set."""
    packed = bytearray()
    while count > 0x7F:
        packed.append(count & 0x7F | 0x80)
        count >>= 7
    packed.append(count)
    return bytes(packed)


def _pack_text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > _LONGEST_TEXT:
        raise ValueError("a text that is too long")
    return bytes([len(raw)]) + raw


class _Bytes:
    """Bytes taken from the front; ValueError where there are not as many."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0

    @property
    def left(self) -> int:
        return len(self._raw) - self._at

    def take(self, size: int) -> bytes:
        if not 0 <= size <= self.left:
            raise ValueError("bytes are missing")
        self._at += size
        return self._raw[self._at - size : self._at]

    def text(self) -> str:
        return self.take(self.take(1)[0]).decode()

    def count(self) -> int:
        value = 0
        for place in range(0, 28, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << place
            if byte < 0x80:
                return value
        raise ValueError("a number that is too large")
