"""Files that only the devices of one event can read and make: AES-SIV (RFC 5297).

    SKF1 | tag of the event, 4 bytes | AES-SIV of the content

No random part is needed, so that sealing the same content twice gives the same file. The purpose
is part of what is authenticated: a file of one purpose does not open as another.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.domain.ids import CampaignId, EventId
from kiosk.errors import VisitorError

MAGIC = b"SKF1"
LARGEST = 64 * 2**20
_HEAD = len(MAGIC) + 4


class FileSeal:
    """Seals and opens files for one event of a campaign."""

    def __init__(self, event_secret: bytes, campaign: CampaignId, event: EventId) -> None:
        place = f"{campaign}\x00{event}".encode()
        key = HKDF(SHA256(), 64, salt=None, info=b"samvad kiosk: files\x00" + place)
        self._file_cipher = AESSIV(key.derive(event_secret))
        self._file_head = MAGIC + hashlib.sha256(place).digest()[:4]

    def seal_file(self, purpose: str, content: bytes) -> bytes:
        """The sealed file; ValueError for one that is too large."""
        if len(content) > LARGEST:
            raise ValueError(f"{len(content)} bytes to seal")
        return self._file_head + self._file_cipher.encrypt(
            content, [self._file_head, purpose.encode()]
        )

    def open_file(self, purpose: str, sealed: bytes) -> bytes:
        """What was sealed. Raises VisitorError ``sheets_unreadable``, ``sheets_other_event``
        and ``sheets_forged``.
        """
        if not sealed.startswith(MAGIC) or len(sealed) > LARGEST + 64:
            raise VisitorError("sheets_unreadable", field="sheets")
        if sealed[:_HEAD] != self._file_head:
            raise VisitorError("sheets_other_event", field="sheets")
        try:
            return self._file_cipher.decrypt(sealed[_HEAD:], [self._file_head, purpose.encode()])
        except (InvalidTag, ValueError) as error:
            raise VisitorError("sheets_forged", field="sheets") from error
