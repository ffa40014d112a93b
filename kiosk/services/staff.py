"""Staff and their PINs: a PIN opens the staff's menus of a running kiosk, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import secrets
from dataclasses import replace

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import new_id
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import StaffMember
from kiosk.validate import clean

SHORTEST_PIN, LONGEST_PIN = 6, 12
FREE_TRIES = 3
FIRST_DELAY_MS = 30_000
LONGEST_DELAY_MS = 3_600_000
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**14, 8, 1


def add_staff(
    desk: Desk, name: str, pin: str, *, coordinator: bool = False, by: str = ""
) -> StaffMember:
    """Lets somebody in with a PIN of their own, or gives them a new one.

    The first on a kiosk adds themselves, as a coordinator; later ``by`` is who adds them, which
    the log keeps. Raises VisitorError ``pin_malformed`` or ``pin_weak``, and
    ``staff_not_allowed`` where ``by`` is no coordinator here.
    """
    member = StaffMember(clean(("name",), name), _hash(_checked(pin)), coordinator)
    staff = desk.record.staff()
    allowed = by in _coordinators(staff) if staff else coordinator
    if not allowed:
        raise VisitorError("staff_not_allowed", field="staff")
    with desk.record.writing() as writing:
        writing.save_staff(member)
        if staff:
            writing.write(_noted(desk, by, {"let_in": member.name}))
    return member


def remove_staff(desk: Desk, name: str, by: str) -> None:
    """Takes a member's PIN away; what they did stays in the log, and so does who removed them.

    Raises VisitorError ``staff_unknown``, ``staff_not_allowed`` where ``by`` is no coordinator
    here, and ``staff_last_coordinator``: somebody must be able to close the day.
    """
    staff = desk.record.staff()
    coordinators = _coordinators(staff)
    if by not in coordinators:
        raise VisitorError("staff_not_allowed", field="staff")
    if name not in {member.name for member in staff}:
        raise VisitorError("staff_unknown", field="staff")
    if coordinators == {name}:
        raise VisitorError("staff_last_coordinator", field="staff")
    with desk.record.writing() as writing:
        writing.drop_staff(name)
        writing.write(_noted(desk, by, {"removed": name}))


def change_pin(desk: Desk, name: str, pin: str, new: str) -> StaffMember:
    """Gives somebody who knows their PIN another one.

    Raises VisitorError ``pin_malformed`` or ``pin_weak``, and what ``unlock`` raises.
    """
    digits = _checked(new)
    member = unlock(desk, name, pin)
    changed = replace(member, pin_hash=_hash(digits), failures=0, locked_until=0)
    with desk.record.writing() as writing:
        writing.save_staff(changed)
        writing.write(_noted(desk, name, {"pin_changed": name}))
    return changed


def note_passphrase(desk: Desk) -> None:
    """Logs that a coordinator opened this kiosk with their identity and set its passphrase."""
    now = desk.clock.now_ms()
    with desk.record.writing() as writing:
        said = {"passphrase": "set", "at": now}
        writing.write(ChangeDraft("staff", new_id(now), "create", "coordinator", said))


def unlock(desk: Desk, name: str, pin: str) -> StaffMember:
    """The member whose PIN this is.

    Raises VisitorError ``pin_wrong`` (``left``: tries left) or ``pin_locked`` (``seconds``);
    each further failure doubles the wait, up to an hour, and a restart does not shorten it.
    """
    member = next((one for one in desk.record.staff() if one.name == name), None)
    if member is None:
        raise VisitorError("pin_wrong", field="pin", left=0)
    now = desk.clock.now_ms()
    if 0 < member.locked_until - now <= LONGEST_DELAY_MS:
        seconds = -(-(member.locked_until - now) // 1000)
        raise VisitorError("pin_locked", field="pin", seconds=seconds)
    if not _matches(pin, member.pin_hash):
        _fail(desk, member, now)
    if member.failures:
        _save(desk, replace(member, failures=0, locked_until=0))
    return member


def _coordinators(staff: list[StaffMember]) -> set[str]:
    return {member.name for member in staff if member.coordinator}


def _noted(desk: Desk, by: str, what: dict[str, str]) -> ChangeDraft:
    """What the log keeps of the staff: who did what, and when."""
    now = desk.clock.now_ms()
    return ChangeDraft("staff", new_id(now), "create", f"staff:{by}", {**what, "at": now})


def _fail(desk: Desk, member: StaffMember, now: int) -> None:
    failures = member.failures + 1
    over = failures - FREE_TRIES
    delay = 0 if over < 0 else min(FIRST_DELAY_MS * 2 ** min(over, 10), LONGEST_DELAY_MS)
    _save(desk, replace(member, failures=failures, locked_until=now + delay if delay else 0))
    if delay:
        raise VisitorError("pin_locked", field="pin", seconds=delay // 1000)
    raise VisitorError("pin_wrong", field="pin", left=FREE_TRIES - failures)


def _save(desk: Desk, member: StaffMember) -> None:
    with desk.record.writing() as writing:
        writing.save_staff(member)


def _checked(pin: str) -> str:
    digits = pin.strip()
    if not (digits.isascii() and digits.isdigit() and SHORTEST_PIN <= len(digits) <= LONGEST_PIN):
        raise VisitorError("pin_malformed", field="pin", least=SHORTEST_PIN, most=LONGEST_PIN)
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(digits)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise VisitorError("pin_weak", field="pin")
    return digits


def _hash(pin: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_derive(pin, salt).hex()}"


def _matches(pin: str, pin_hash: str) -> bool:
    salt, _, digest = pin_hash.partition(":")
    given = _derive(pin.strip()[:LONGEST_PIN], bytes.fromhex(salt))
    return hmac.compare_digest(given, bytes.fromhex(digest))


def _derive(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, dklen=32)
