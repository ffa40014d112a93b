"""A certificate is taken back, with a reason; and the serials that no paper bears are explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kiosk.domain.attendee import Certificate
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import DeviceId, Serial
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk

LONGEST_REASON = 200
_SERIAL = re.compile(r"[A-Z][A-Z0-9]{0,7}-C-[0-9]{4,9}(?:/[0-9A-F]{6})?")


def read_serial(text: str) -> Serial:
    """The serial that somebody typed. VisitorError ``serial_malformed``."""
    plain = "".join(text.upper().split())
    if not _SERIAL.fullmatch(plain):
        raise VisitorError("serial_malformed", field="serial")
    return Serial(plain)


def revoke_certificate(desk: Desk, serial: Serial, actor: str, reason: str) -> Certificate:
    """Takes a certificate back: from now on it is told as revoked. To revoke it again is no error.

    Raises VisitorError: reason_missing, serial_unknown, serial_shared (two laptops under one code
    gave it to two people: ``serials`` tells them apart), serial_replaced (another one took its
    place: that is to be revoked, ``serial``).
    """
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    held = held_certificate(desk, serial)
    if held.status == "replaced":
        raise VisitorError("serial_replaced", field="serial", serial=held.replaced_by)
    if held.status == "valid":
        body = {"status": "revoked", "reason": reason.strip()[:LONGEST_REASON]}
        draft = ChangeDraft("certificate", held.id, "revoke", actor, body, held.attendee_id)
        with desk.record.writing() as writing:
            writing.write(draft)
    return desk.record.certificate(serial) or held


def held_certificate(desk: Desk, serial: Serial) -> Certificate:
    """The one certificate of this serial. VisitorError: serial_unknown, serial_shared."""
    held = desk.record.certificate(serial)
    if held is None:
        raise VisitorError("serial_unknown", field="serial")
    if "/" in held.serial and "/" not in serial:
        raise VisitorError("serial_shared", field="serial", serial=held.serial)
    return held


@dataclass(frozen=True, slots=True)
class Gap:
    """Serials that no certificate bears: ``first`` to ``last``, ``count`` of them."""

    first: Serial
    last: Serial
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One device's serials at one event, and what is missing among them.

    ``erased`` certificates went with their people. ``elsewhere`` of the missing ones have not come
    here: they are on the laptop or on a stick, or a number was drawn and never used.
    """

    event: str
    device_id: DeviceId
    code: str
    issued: int
    erased: int
    gaps: tuple[Gap, ...]

    @property
    def elsewhere(self) -> int:
        return max(0, sum(one.count for one in self.gaps) - self.erased)


def rows_of_serials(desks: Sequence[Desk]) -> list[Row]:
    """Every device's row of serials, at each of these events."""
    return [
        _row(desk, device)
        for desk in desks
        for device in desk.record.devices()
        if desk.record.issued_by(device)
    ]


def _row(desk: Desk, device: DeviceId) -> Row:
    serials, issued = desk.record.serials_of(device), desk.record.issued_by(device)
    code = serials[0].rpartition("-C-")[0] if serials else ""
    missing = tuple(gaps(serials))
    return Row(desk.event.id, device, code, issued, issued - len(serials), missing)


def gaps(serials: Sequence[Serial]) -> list[Gap]:
    """The numbers between 1 and the highest that none of these serials bears."""
    numbers: dict[str, list[int]] = {}
    for serial in serials:
        head, _, digits = serial.rpartition("-")
        numbers.setdefault(head, []).append(int(digits))
    found = []
    for head, drawn in sorted(numbers.items()):
        for before, number in pairwise((0, *sorted(set(drawn)))):
            if number > before + 1:
                first, last = (Serial(f"{head}-{one:04d}") for one in (before + 1, number - 1))
                found.append(Gap(first, last, number - before - 1))
    return found
