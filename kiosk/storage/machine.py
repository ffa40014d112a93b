"""What tells one machine from another, as far as everybody may read it. Nothing of it is told on.

Several hints of different kinds, since each alone can change on one machine or be the same on
two: the installation (a disk image copies it), the board, the disks, the network interfaces that
are fixed in the machine. What can be plugged (USB, docks) says nothing about the laptop.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

Hints = Mapping[str, frozenset[str]]  # kind -> what this machine has of it, hashed

_LARGEST = 4_096
_PERMANENT = "0"  # NET_ADDR_PERM: the address is the card's own
_SECONDS = 5
_MOST = 32  # of one kind


def read_machine(root: Path = Path("/")) -> Hints:
    """The hints of this machine; a kind that nothing is known of is left out.

    ``root`` is where Linux keeps its files.
    """
    if sys.platform == "win32":  # pragma: no cover - Windows alone has a registry
        found = _windows()
    elif sys.platform == "darwin":  # pragma: no cover - macOS alone has ioreg
        found = _macos()
    else:
        found = _linux(root)
    hints: dict[str, set[str]] = {}
    for kind, value in found:
        if value and value.strip("0:-. "):
            hints.setdefault(kind, set()).add(_hashed(kind, value))
    return {kind: frozenset(sorted(values)[:_MOST]) for kind, values in hints.items()}


def _hashed(kind: str, value: str) -> str:
    told = f"samvad kiosk: {kind}\x00{value.lower()}".encode()
    return hashlib.sha256(told).hexdigest()[:16]


def _linux(root: Path) -> Iterator[tuple[str, str]]:
    yield "installation", _text(root / "etc/machine-id")
    yield "board", _text(root / "sys/class/dmi/id/product_uuid")  # root alone may read it
    for disk in sorted((root / "sys/class/nvme").glob("*")):
        yield "disk", _text(disk / "serial")
    for disk in sorted((root / "sys/block").glob("mmcblk*")):
        if _text(disk / "device/type") == "MMC":  # soldered; "SD" is a card in a slot
            yield "disk", _text(disk / "device/cid")
    for disk in sorted((root / "sys/block").glob("sd*")):
        if not _plugged(disk):
            yield "disk", _text(disk / "device/wwid")
    for interface in sorted((root / "sys/class/net").glob("*")):
        if (interface / "device").exists() and not _plugged(interface):
            yield "network", _address(interface)


def _address(interface: Path) -> str:
    """The card's own address: what a wireless one uses is often made up anew for each network."""
    wireless = _text(interface / "phy80211/macaddress")
    if wireless:
        return wireless
    permanent = _text(interface / "addr_assign_type") == _PERMANENT
    return _text(interface / "address") if permanent else ""


def _plugged(device: Path) -> bool:
    """Whether it hangs on USB or in a dock."""
    real = (device / "device").resolve()
    return "/usb" in str(real) or _text(device / "device/removable") == "removable"


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("ascii", "replace").strip()
    except OSError:
        return ""


def _windows() -> Iterator[tuple[str, str]]:  # pragma: no cover - needs a registry
    import winreg  # noqa: PLC0415 - there is none elsewhere

    keys = (
        ("installation", r"SOFTWARE\Microsoft\Cryptography", "MachineGuid"),
        ("board", r"SYSTEM\HardwareConfig", "LastConfig"),  # the firmware's UUID, for everybody
    )
    for kind, path, name in keys:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # type: ignore[attr-defined,unused-ignore]  # as above
                yield kind, str(winreg.QueryValueEx(key, name)[0])  # type: ignore[attr-defined,unused-ignore]  # as above
        except OSError:
            continue


def _macos() -> Iterator[tuple[str, str]]:  # pragma: no cover - needs ioreg
    command = ("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice")
    try:
        told = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in told.decode("ascii", "replace").splitlines():
        name, _, value = line.partition("=")
        if "IOPlatformUUID" in name:
            yield "board", value.strip(' "')
