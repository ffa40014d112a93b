"""A stretch of a device's log as a file: sealed here, opened where it is merged.

``MAGIC | length | header | Ed25519(header) | body``; the body is age(zstd(lines)). Nothing that
a file promises is believed before it is checked: lengths bound the memory, the device's signature
covers the header, the header the body's SHA-256, and the chain of hashes what is in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

import pyrage
import zstandard

from kiosk.domain.batch import MOST_BODY_BYTES, Header, Leaving, Opened
from kiosk.domain.change import SCHEMA
from kiosk.domain.ids import CampaignId, EventId
from kiosk.errors import EnvironmentFault
from kiosk.sync.contents import FEWEST_ANONYMOUS
from kiosk.sync.header import CIPHER, VERSION, framed, read_header
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.packing import pack
from kiosk.sync.refusal import BatchRefused
from kiosk.sync.trust import CampaignTrust
from kiosk.sync.unpacking import unpack

_LEVEL = 1  # a tenth more bytes than level 9, a tenth of its time


def seal(
    leaving: Leaving,
    *,
    identity: DeviceIdentity,
    campaign: CampaignId,
    batch_no: int,
    previous: str,
    recipients: Sequence[str],
) -> bytes:
    """The batch file. age is randomised: what was sealed once is kept, never made again.

    ValueError for what no kiosk seals: too much, or a log that is not a chain.
    """
    lines = pack(leaving)
    if len(lines) > MOST_BODY_BYTES or 0 < len(leaving.anonymous) < FEWEST_ANONYMOUS:
        raise ValueError("more, or fewer anonymous responses, than a batch may hold")
    body = _encrypted(zstandard.ZstdCompressor(level=_LEVEL).compress(lines), recipients)
    span = leaving.span
    header = Header(
        version=VERSION,
        campaign=campaign,
        event=span.event_id,
        device=identity.id,
        certificate=identity.certificate,
        batch_no=batch_no,
        first=span.first,
        last=span.last,
        before=leaving.before,
        head=leaving.head,
        top=leaving.top,
        previous=previous,
        schema=SCHEMA,
        cipher=CIPHER,
        body_sha256=hashlib.sha256(body).digest(),
    )
    return framed(header, identity, body)


class BatchOpener:
    """Opens batches of one campaign, for who holds one of its age identities.

    ``events``: those of the campaign's pack; None for any. Raises EnvironmentFault
    ``identity_wrong`` for what is no identity.
    """

    def __init__(
        self,
        trust: CampaignTrust,
        identities: Sequence[str],
        events: Collection[EventId] | None = None,
    ) -> None:
        self._trust = trust
        self._events = events
        try:
            self._identities = [
                pyrage.x25519.Identity.from_str(identity.strip()) for identity in identities
            ]
        except pyrage.IdentityError as error:
            raise EnvironmentFault("identity_wrong") from error

    def peek(self, content: bytes) -> Header:
        """The header: its signature, certificate, campaign and device were found good.

        Raises BatchRefused. The beginning of the file is enough.
        """
        return read_header(content, self._trust)[0]

    def open(self, content: bytes) -> Opened:
        """All of it, every hash worked out anew. Raises BatchRefused."""
        header, device, at = read_header(content, self._trust)
        if self._events is not None and header.event not in self._events:
            raise BatchRefused("batch_event", header.event)
        body = memoryview(content)[at:].tobytes()
        if hashlib.sha256(body).digest() != header.body_sha256:
            raise BatchRefused("batch_damaged", "SHA-256")
        unpacked = unpack(self._plain(body), header)
        return Opened(
            header=header,
            code=device.code,
            sha256=hashlib.sha256(content).hexdigest(),
            told=unpacked.told,
            salts=unpacked.salts,
            erased=unpacked.erased,
            anonymous=unpacked.anonymous,
        )

    def _plain(self, body: bytes) -> bytes:
        try:
            packed = pyrage.decrypt(body, self._identities)
        except pyrage.DecryptError as error:
            raise BatchRefused("batch_closed", str(error)) from error
        return _unpressed(packed)


def _encrypted(packed: bytes, recipients: Sequence[str]) -> bytes:
    known = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    return bytes(pyrage.encrypt(packed, known))


def _unpressed(packed: bytes) -> bytes:
    """The lines. A frame says how much it holds; that is asked before room is made for it."""
    try:
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= MOST_BODY_BYTES:
            raise BatchRefused("batch_bomb", f"{size} bytes")
        return zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise BatchRefused("batch_damaged", str(error)) from error
