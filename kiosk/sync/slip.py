"""The slip's QR: what a second kiosk needs to know of a visitor, sealed for the event's devices.

    SK1 | tag, 4 symbols | AES-SIV (RFC 5297) of the facts, base 32

All of it in Crockford's symbols, so that a QR takes it in its alphanumeric mode, at two thirds of
the size. The tag tells another event's slip from a forged one. A slip is sealed without a random
part, which costs 12 bytes less: sealing the same facts twice gives the same slip and betrays no
more. A name of 60 Devanagari letters makes a QR of version 11-M or less; a longer one makes a
larger QR, and is never cut, as a cut name would come out on a certificate.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.domain.ids import CROCKFORD, AttendeeId, CampaignId, EventId, Number
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.sealing import SlipFacts
from kiosk.sync.sealed_files import FileSeal

PREFIX = "SK1"
LONGEST_SLIP = 4_000
_TAG_SYMBOLS = 4
_SIV_BYTES = 16
_PLAIN, _DEFLATED = 0, 1
_LONGEST_FACTS = 2_000
_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD = str.maketrans(_RFC4648, CROCKFORD)
_FROM_CROCKFORD = str.maketrans(CROCKFORD + "OIL", _RFC4648 + "ABB")  # O is 0; I and L are 1


class SlipSeal(FileSeal):
    """Implements the port ``Seal`` for one event of a campaign."""

    def __init__(self, event_secret: bytes, campaign: CampaignId, event: EventId) -> None:
        super().__init__(event_secret, campaign, event)
        place = f"{campaign}\x00{event}".encode()
        key = HKDF(SHA256(), 64, salt=None, info=b"samvad kiosk: slips\x00" + place)
        self._cipher = AESSIV(key.derive(event_secret))
        self._head = PREFIX + _tag(place)

    def seal(self, facts: SlipFacts) -> str:
        sealed = self._cipher.encrypt(_pack(facts), [self._head.encode()])
        text = base64.b32encode(sealed).decode().rstrip("=").translate(_TO_CROCKFORD)
        return self._head + text

    def open(self, text: str) -> SlipFacts:
        plain = "".join(text[:LONGEST_SLIP].upper().split())
        start = len(self._head)
        if not plain.startswith(PREFIX):
            raise VisitorError("slip_unreadable", field="slip")
        sealed = _decode(plain[start:])
        if plain[:start].translate(_MENDED) != self._head:
            raise VisitorError("slip_other_event", field="slip")
        try:
            return _unpack(self._cipher.decrypt(sealed, [self._head.encode()]))
        except InvalidTag as error:
            raise VisitorError("slip_forged", field="slip") from error


_MENDED = str.maketrans("OIL", "011")


def _tag(place: bytes) -> str:
    value = int.from_bytes(hashlib.sha256(place).digest()[:4], "big")
    return "".join(CROCKFORD[value >> 5 * at & 31] for at in range(_TAG_SYMBOLS))


def _decode(symbols: str) -> bytes:
    translated = symbols.translate(_FROM_CROCKFORD)
    try:
        sealed = base64.b32decode(translated + "=" * (-len(translated) % 8))
    except ValueError as error:
        raise VisitorError("slip_unreadable", field="slip") from error
    if len(sealed) < _SIV_BYTES:
        raise VisitorError("slip_unreadable", field="slip")
    return sealed


def _pack(facts: SlipFacts) -> bytes:
    """Id (16 bytes), receipt hash (32 bytes or none), then texts, deflated where that is less."""
    receipt = bytes.fromhex(facts.receipt_hash)
    texts = f"{facts.number}\0{facts.language}\0{facts.does}\0{facts.name}".encode()
    if len(texts) > _LONGEST_FACTS:
        raise ValueError(f"{len(texts)} bytes of facts on a slip")
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = squeeze.compress(texts) + squeeze.flush()
    how, body = (_DEFLATED, deflated) if len(deflated) < len(texts) else (_PLAIN, texts)
    return bytes([how, len(receipt)]) + uuid.UUID(facts.attendee_id).bytes + receipt + body


def _unpack(packed: bytes) -> SlipFacts:
    """The facts; they are as they were sealed, or the seal would not have opened."""
    how, size = packed[0], packed[1]
    receipt, body = packed[18 : 18 + size], packed[18 + size :]
    if how == _DEFLATED:
        body = zlib.decompressobj(-15).decompress(body, _LONGEST_FACTS)
    number, language, does, name = body.decode().split("\x00")
    return SlipFacts(
        attendee_id=AttendeeId(str(uuid.UUID(bytes=packed[2:18]))),
        number=Number(number),
        name=name,
        language=Tag(language),
        does=does,
        receipt_hash=receipt.hex(),
    )
