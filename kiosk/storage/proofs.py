"""What a record knows of certificates, for whoever checks one: serials, their fate, who signs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId, Serial
from kiosk.services.attesting import Fate
from kiosk.storage.driver import Connection
from kiosk.storage.faults import blamed


class Proofs:
    """Implements the port ``Fates`` on one connection."""

    connection: Connection
    event_id: EventId
    path: Path

    def fates(self, serial: Serial | None = None) -> list[Fate]:
        which, values = ("serial = ?", [serial]) if serial else ("status <> 'valid'", [])
        rows = self._told(
            "SELECT serial, device_id, status, replaced_by, reason, hlc FROM certificate"
            f" WHERE event_id = ? AND {which} ORDER BY serial, id",
            *values,
        )
        return [
            Fate(said, device, status, by, reason, Hlc.from_bytes(hlc).ms)
            for said, device, status, by, reason, hlc in rows
        ]

    def serials_of(self, device_id: DeviceId) -> list[Serial]:
        rows = self._told(
            "SELECT serial FROM certificate WHERE event_id = ? AND device_id = ? ORDER BY serial",
            device_id,
        )
        return [Serial(serial) for (serial,) in rows]

    def issued_by(self, device_id: DeviceId) -> int:
        rows = self._told(
            "SELECT count(*) FROM change WHERE event_id = ? AND device_id = ?"
            " AND entity = 'certificate' AND kind = 'create'",
            device_id,
        )
        return int(rows[0][0])

    def device_certificate(self, device_id: DeviceId) -> bytes | None:
        rows = self._told("SELECT certificate FROM device WHERE event_id = ? AND id = ?", device_id)
        return str(rows[0][0]).encode() if rows else None

    def devices(self) -> list[DeviceId]:
        rows = self._told("SELECT id FROM device WHERE event_id = ? ORDER BY id")
        return [DeviceId(device_id) for (device_id,) in rows]

    def _told(self, sql: str, *values: str) -> list[Any]:
        with blamed(self.path):
            return list(self.connection.execute(sql, (self.event_id, *values)))
