"""One moment of a kiosk's record in a file of its own, and what is said about it under seal."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.domain.batch import SealedBatch, Span
from kiosk.errors import EnvironmentFault
from kiosk.storage.driver import Connection
from kiosk.storage.erasing import forget
from kiosk.storage.faults import blamed
from kiosk.storage.files import folder_blamed, write_durably
from kiosk.storage.opening import open_database, open_for_reading

_NONCE_BYTES = 12
_LARGEST_LIST = 256 * 1024 * 1024
_NAME_DIGITS = 16

Tombstone = tuple[str, str]  # event, person


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds. ``heads``: (event, device, number, hash in hex) of its own chains;
    ``batches``: what lies in the outbox; ``erased``: how many people it knows to be erased.
    """

    heads: tuple[tuple[str, str, int, str], ...]
    batches: tuple[SealedBatch, ...]
    erased: int


class Snapshots:
    """Takes snapshots of the record at ``path`` on connections of its own: nobody waits."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def take(self, to: Path) -> Snapshot:
        """Writes the record as it is now to ``to``, encrypted under the same key; found whole.

        Raises EnvironmentFault: disk_full, folder_read_only, database_corrupt.
        """
        with folder_blamed(to.parent):
            to.unlink(missing_ok=True)
        connection = open_for_reading(self.path, self._key)
        try:
            with blamed(to):
                connection.execute("VACUUM INTO ?", (str(to),))
            return self.look(to)
        except BaseException:
            with suppress(OSError):
                to.unlink(missing_ok=True)
            raise
        finally:
            connection.close()

    def look(self, path: Path) -> Snapshot:
        """What a snapshot holds, every page of it checked. Raises ``database_corrupt``."""
        with blamed(path):
            connection = open_for_reading(path, self._key)
            try:
                if connection.execute(
                    "PRAGMA cipher_integrity_check"
                ).fetchall() or connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise EnvironmentFault("database_corrupt", path=str(path))
                return _told(connection)
            finally:
                connection.close()

    def mark(self) -> tuple[tuple[int, int], ...]:
        """Another one whenever the record was written to, since the last time it was asked."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        stats = [one.stat() for one in files if one.exists()]
        return tuple((one.st_mtime_ns, one.st_size) for one in stats)

    def count_erased(self) -> int:
        """How many people the record knows to be erased."""
        return len(self.erased())

    def erased(self) -> set[Tombstone]:
        """Who was erased."""
        connection = open_for_reading(self.path, self._key)
        try:
            with blamed(self.path):
                rows = connection.execute("SELECT event_id, person_id FROM erased").fetchall()
            return {(event_id, person) for event_id, person in rows}
        finally:
            connection.close()

    def bury(self, erased: Iterable[Tombstone]) -> int:
        """Forgets these people, where they are not forgotten yet; how many were new.

        For a record that came back from a backup: nobody erased since comes back with it.
        """
        known = self.erased()
        new = sorted(set(erased) - known)
        if not new:
            return 0
        connection = open_database(self.path, self._key)
        try:
            with blamed(self.path):
                connection.execute("BEGIN IMMEDIATE")
                for event_id, person in new:
                    forget(connection, event_id, person)
                connection.execute("COMMIT")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return len(new)

    def seal(self, told: bytes) -> str:
        """A seal that only who holds the database key can make."""
        return hmac.new(self._derived("backup"), told, hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """What this record's backups are called wherever they lie: its copies share it."""
        return hmac.new(self._derived("name"), b"", hashlib.sha256).hexdigest()[:_NAME_DIGITS]

    def note_erased(self, folder: Path) -> None:
        """Notes beside backups who was erased, under the key, with what is noted there already."""
        erased = self.erased() | self.read_erased(folder)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = ChaCha20Poly1305(self._derived("erased"))
        content = cipher.encrypt(nonce, json.dumps(sorted(erased)).encode(), None)
        write_durably(folder / self._list_name, nonce + content)

    def read_erased(self, folder: Path) -> set[Tombstone]:
        """Who is noted there as erased; nobody where nothing was noted under this key."""
        try:
            with (folder / self._list_name).open("rb") as stream:
                raw = stream.read(_LARGEST_LIST)
            cipher = ChaCha20Poly1305(self._derived("erased"))
            told = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
            return {(str(event_id), str(person)) for event_id, person in json.loads(told)}
        except (OSError, ValueError, InvalidTag):
            return set()

    @property
    def _list_name(self) -> str:
        return f"samvad-{self.name}.erased"

    def _derived(self, use: str) -> bytes:
        return hmac.new(self._key, f"samvad kiosk: {use}".encode(), hashlib.sha256).digest()


def _told(connection: Connection) -> Snapshot:
    heads = connection.execute(
        "SELECT event_id, device_id, seq, hash FROM head ORDER BY event_id, device_id"
    ).fetchall()
    batches = connection.execute(
        "SELECT event_id, device_id, first_seq, last_seq, batch_no, sha256, bytes, sealed_at"
        " FROM batch WHERE gone = 0 ORDER BY device_id, batch_no"
    ).fetchall()
    (erased,) = connection.execute("SELECT count(*) FROM erased").fetchone()
    return Snapshot(
        tuple((event, device, seq, bytes(last).hex()) for event, device, seq, last in heads),
        tuple(SealedBatch(Span(*row[:4]), *row[4:]) for row in batches),
        int(erased),
    )
