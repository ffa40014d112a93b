"""How far the log had come when the record was last opened, kept beside the keys.

A database that was put back from an older copy, while the keys stayed, does not have that entry:
its next ones would bear numbers that are in the world already.
"""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from kiosk.domain.ids import DeviceId
from kiosk.storage.chain import Head, head_key, seal_of
from kiosk.storage.files import write_durably
from kiosk.storage.vault import KEYS

SEEN_FILE = "seen.json"
_LARGEST = 4_096

Seen = tuple[DeviceId, int, bytes]  # device, number and hash of its last entry


def read_seen(folder: Path, key: bytes) -> Seen | None:
    """The entry that was last; None where none was noted, or not by who holds the key."""
    try:
        with (folder / KEYS / SEEN_FILE).open("rb") as file:
            told = json.loads(file.read(_LARGEST))
        device, seq, last = DeviceId(str(told["device"])), told["seq"], bytes.fromhex(told["hash"])
        mac = bytes.fromhex(told["mac"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not hmac.compare_digest(mac, seal_of(head_key(key), device, seq, last)):
        return None
    return device, seq, last


def note_seen(folder: Path, key: bytes, device_id: DeviceId, head: Head) -> None:
    """Notes the entry that is last, if another one was."""
    if read_seen(folder, key) == (device_id, head.seq, head.hash):
        return
    mac = seal_of(head_key(key), device_id, head.seq, head.hash)
    told = {"device": device_id, "seq": head.seq, "hash": head.hash.hex(), "mac": mac.hex()}
    write_durably(folder / KEYS / SEEN_FILE, json.dumps(told).encode())
