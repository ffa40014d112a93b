"""Files for the campaign's recipients only, by age (https://age-encryption.org/v1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.export.staging import HashingFile, Made, Staging, not_verified, settle, sha256_of

if TYPE_CHECKING:
    from pyrage import x25519

SUFFIX = ".age"


def read_recipients(texts: Sequence[str]) -> list[x25519.Recipient]:
    """The public keys (``age1…``) to seal for; a text may be a recipients file, with # comments.

    Raises EnvironmentFault("export_no_recipient") for none, VisitorError("recipient") for a text
    that is no such key.
    """
    import pyrage  # noqa: PLC0415 - a native library, needed by sealed exports alone

    lines = [line.strip() for text in texts for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise EnvironmentFault("export_no_recipient")
    try:
        return [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        raise VisitorError("recipient") from None


def seal(file: Made, staging: Staging, recipients: Sequence[x25519.Recipient]) -> Made:
    """The file sealed, under a temporary name in the target folder, read back by its hash."""
    import pyrage  # noqa: PLC0415 - see above

    name = file.name + SUFFIX
    path = staging.part(name)
    with file.path.open("rb") as plain, HashingFile(path) as sealed:
        try:
            pyrage.encrypt_io(plain, sealed, recipients)
        except pyrage.EncryptError:
            raise sealed.failure or not_verified(name) from None
        sealed.close()
        digest = sealed.sha256
    settle(path)
    if sha256_of(path) != digest:
        raise not_verified(name)
    return Made(name, path, file.rows, digest)
