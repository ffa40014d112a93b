"""A record notices that it is a copy, and nothing else makes it believe so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentFault
from kiosk.storage.home import Home, find_home, moved, read_home, write_home
from kiosk.storage.machine import Hints, read_machine
from kiosk.storage.store import Store
from kiosk.storage.vault import create_vault
from tests.storage.test_vault import PASSPHRASE, RECIPIENTS, FakeIdentity


def hints(**kinds: str) -> Hints:
    return {kind: frozenset(values.split()) for kind, values in kinds.items()}


MINE = hints(installation="i1", board="b1", disk="d1", network="n1 n2")


@pytest.mark.parametrize(
    ("now", "other"),
    [
        (MINE, False),
        (hints(installation="i2", board="b2", disk="d2", network="n3"), True),  # another laptop
        (hints(installation="i1", disk="d2", network="n3"), True),  # a disk image on it
        (hints(installation="i1", network="n3"), True),
        (hints(installation="i1", board="b1", disk="d1", network="n9"), False),  # a new card
        (hints(installation="i2", board="b1", disk="d1", network="n1"), False),  # set up anew
        (hints(installation="i1", board="b1", disk="d2", network="n2"), False),  # a new disk
        (hints(installation="i1", board="b1", disk="d1"), False),  # wireless switched off
        (hints(network="n2 n7"), False),
        ({}, False),
    ],
)
def test_machines_are_told_apart_by_most_of_what_is_known(now: Hints, other: bool) -> None:
    assert moved(Home("7", MINE), Home("7", now)) == other


def test_a_copy_of_the_folder_is_another_home(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    create_vault(data, PASSPHRASE, RECIPIENTS, FakeIdentity())
    home = find_home(data, MINE)
    copy = Path(shutil.copytree(data, tmp_path / "copy"))
    assert moved(home, find_home(copy, MINE))
    shutil.rmtree(data)
    Path(shutil.copytree(copy, data))  # restored to where it was
    assert moved(home, find_home(data, MINE))


def test_a_folder_that_is_moved_or_read_stays_the_same(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    create_vault(data, PASSPHRASE, RECIPIENTS, FakeIdentity())
    home = find_home(data, MINE)
    (data / "keys" / "device.json").read_bytes()
    os.utime(data)
    elsewhere = data.rename(tmp_path / "elsewhere")
    assert not moved(home, find_home(elsewhere, MINE))


def test_a_folder_without_keys_says_so(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="keys_missing"):
        find_home(tmp_path, MINE)


# what Linux tells


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A laptop: one fixed card, a wireless one, a USB one, a bridge, a disk and a stick."""
    put(tmp_path, "etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    put(tmp_path, "sys/class/nvme/nvme0/serial", "S4X9\n")
    for name, bus in (("eno1", "pci0/0000:1f"), ("wlp2", "pci0/0000:02"), ("enx1", "pci0/usb1/1")):
        interface = tmp_path / "sys/class/net" / name
        put(interface, "address", f"aa:bb:cc:dd:ee:{name[-1]}\n")
        put(interface, "addr_assign_type", "0\n")
        real = tmp_path / "sys/devices" / bus
        real.mkdir(parents=True)
        (interface / "device").symlink_to(real)
    put(tmp_path, "sys/class/net/wlp2/addr_assign_type", "3\n")
    put(tmp_path, "sys/class/net/wlp2/phy80211/macaddress", "00:11:22:33:44:55\n")
    put(tmp_path, "sys/class/net/br0/address", "02:00:00:00:00:01\n")
    return tmp_path


def test_a_laptop_tells_what_is_fixed_in_it(root: Path) -> None:
    found = read_machine(root)
    assert {kind: len(values) for kind, values in found.items()} == {
        "installation": 1, "disk": 1, "network": 2,
    }  # fmt: skip
    assert "S4X9" not in str(found)


def test_restarts_docks_and_made_up_addresses_change_nothing(root: Path) -> None:
    before = read_machine(root)
    put(root, "sys/class/net/wlp2/address", "5e:99:99:99:99:99\n")  # another network
    shutil.rmtree(root / "sys/class/net/enx1")
    put(root, "sys/class/net/vpn0/address", "02:42:00:00:00:09\n")
    assert read_machine(root) == before
    dock = root / "sys/devices/pci0/dock"
    put(dock, "removable", "removable\n")
    put(root, "sys/class/net/eno9/address", "aa:bb:cc:00:00:09\n")
    put(root, "sys/class/net/eno9/addr_assign_type", "0\n")
    (root / "sys/class/net/eno9/device").symlink_to(dock)
    assert read_machine(root) == before


def test_disks_that_cannot_be_taken_out_count_and_cards_in_slots_do_not(tmp_path: Path) -> None:
    put(tmp_path, "sys/block/mmcblk0/device/type", "MMC\n")
    put(tmp_path, "sys/block/mmcblk0/device/cid", "15010038\n")
    put(tmp_path, "sys/block/mmcblk1/device/type", "SD\n")
    put(tmp_path, "sys/block/mmcblk1/device/cid", "03534453\n")
    put(tmp_path, "sys/block/sda/device/wwid", "naa.5002538\n")
    stick = tmp_path / "sys/devices/pci0/usb2/1"
    put(stick, "wwid", "naa.1\n")
    (tmp_path / "sys/block/sdb").mkdir()
    (tmp_path / "sys/block/sdb/device").symlink_to(stick)
    assert {kind: len(values) for kind, values in read_machine(tmp_path).items()} == {"disk": 2}


def test_a_home_that_was_altered_is_damage(store: Store) -> None:
    write_home(store.connection, Home("here", {}))
    for told in ("[]", "{", '{"file": "here", "machine": 3}'):
        store.connection.execute("UPDATE meta SET value = ? WHERE key = 'home'", (told,))
        with pytest.raises(EnvironmentFault, match="database_corrupt"):
            read_home(store.connection)


def test_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "etc/machine-id", "\n")
    put(tmp_path, "sys/class/dmi/id/product_uuid", "00000000-0000-0000-0000-000000000000\n")
    assert read_machine(tmp_path) == {}


def test_this_machine_is_itself() -> None:
    assert read_machine() == read_machine()
