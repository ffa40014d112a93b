"""The self-check of what lies in clear, on machines that stand in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.services.desk import Desk
from kiosk.services.fitness import check_fitness
from kiosk.services.traces import Traces
from tests.fakes import FakeClock

SWAPS = "Filename Type Size Used Priority\n"
LUKS = "CRYPT-LUKS2-1234-luks\n"


class Machine:
    """The few files of a Linux machine that are looked at; at first nothing is there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "home/data"
        self.folder.mkdir(parents=True)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def block(self, name: str, uuid: str = "", below: tuple[str, ...] = ()) -> None:
        self.write(f"sys/class/block/{name}/size", "1")
        self.write(f"dev/{name}", "")
        if uuid:
            self.write(f"sys/class/block/{name}/dm/uuid", uuid)
        for one in below:
            self.write(f"sys/class/block/{name}/slaves/{one}", "")

    def mount(self, *lines: tuple[Path, str, str]) -> None:
        told = [
            f"{at} 1 0:{at} / {str(point).replace(' ', chr(92) + '040')} rw - {kind} {source} rw"
            for at, (point, kind, source) in enumerate(lines)
        ]
        self.write("proc/self/mountinfo", "\n".join(["a line of nothing", *told]))

    def found(self, name: str) -> tuple[bool, str]:
        one = next(one for one in Traces(self.root).checks(self.folder) if one.name == name)
        return one.ok, one.key


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "a machine")


def test_what_cannot_be_seen_is_not_called_fit(machine: Machine) -> None:
    keys = [one.key for one in Traces(machine.root).checks(machine.folder)]
    assert keys == ["spool_none", "encryption_unknown", "swap_unknown", "hibernation_unknown"]
    assert machine.found("encryption") == (False, "encryption_unknown")


@pytest.mark.parametrize(
    ("text", "ok", "key"),
    [
        ("", False, "spool_keeps"),  # a day, unless something else is said
        ("PreserveJobFiles Yes\n", False, "spool_keeps"),
        ("PreserveJobFiles 3600\n", False, "spool_keeps"),
        ("LogLevel warn\n  preservejobfiles no\n", True, "spool_ok"),
        ("PreserveJobFiles Off\nPreserveJobHistory Yes\n", True, "spool_ok"),
        ("#PreserveJobFiles No\n", False, "spool_keeps"),
        ("PreserveJobHistory No\n", False, "spool_forgets"),
    ],
)
def test_what_the_print_system_keeps(machine: Machine, text: str, ok: bool, key: str) -> None:
    machine.write("etc/cups/cupsd.conf", text)
    assert machine.found("spool") == (ok, key)


def test_a_configuration_that_cannot_be_read_is_told(machine: Machine) -> None:
    (machine.root / "etc/cups/cupsd.conf").mkdir(parents=True)
    assert machine.found("spool") == (False, "spool_unreadable")


@pytest.mark.parametrize(
    ("uuid", "below", "ok"),
    [("", "", False), (LUKS, "", True), ("LVM-abc", LUKS, True), ("LVM-abc", "", False)],
    ids=["bare", "LUKS", "LVM on LUKS", "LVM"],
)
def test_the_disk_is_encrypted_at_whatever_depth(
    machine: Machine, uuid: str, below: str, ok: bool
) -> None:
    machine.block("sda2", below)
    machine.block("dm-0", uuid, ("sda2",) if uuid.startswith("LVM") else ())
    (machine.root / "dev/mapper").mkdir()
    (machine.root / "dev/mapper/home").symlink_to("../dm-0")
    root, home = machine.root, machine.root / "home"
    machine.mount((root, "ext4", "/dev/sda2"), (home, "ext4", "/dev/mapper/home"))
    assert machine.found("encryption") == (ok, "encryption_ok" if ok else "encryption_none")


@pytest.mark.parametrize(
    ("kind", "source", "key"),
    [
        ("tmpfs", "tmpfs", "encryption_ok"),
        ("zfs", "pool/home", "encryption_unknown"),
        ("ext4", "/dev/gone", "encryption_unknown"),
    ],
)
def test_what_is_no_block_device_is_not_guessed_at(
    machine: Machine, kind: str, source: str, key: str
) -> None:
    machine.mount((machine.root, kind, source))
    assert machine.found("encryption")[1] == key


@pytest.mark.parametrize(
    ("swaps", "ok"),
    [
        ("", True),
        ("/dev/zram0 partition 9 0 1\n", True),
        ("/dev/dm-1 partition 9 0 1\n", True),
        ("/dev/sda3 partition 9 0 1\n", False),
        ("/dev/dm-1 partition 9 0 1\n/dev/sda3 partition 9 0 1\n", False),
    ],
)
def test_memory_on_the_disk_is_told_by_name(machine: Machine, swaps: str, ok: bool) -> None:
    machine.block("sda3")
    machine.block("dm-1", LUKS, ("sda3",))
    machine.write("proc/swaps", SWAPS + swaps)
    assert machine.found("swap") == (ok, "swap_ok" if ok else "swap_clear")
    if not ok:
        (told,) = [one for one in Traces(machine.root).checks(machine.folder) if one.name == "swap"]
        assert told.values == {"names": "/dev/sda3"}


@pytest.mark.parametrize(("uuid", "ok"), [(LUKS, True), ("", False)])
def test_a_swap_file_is_as_safe_as_its_disk(tmp_path: Path, uuid: str, ok: bool) -> None:
    machine = Machine(tmp_path / "machine")  # what the kernel names here has no space
    machine.block("dm-0", uuid)
    machine.mount((machine.root, "ext4", "/dev/dm-0"))
    machine.write("proc/swaps", f"{SWAPS}{machine.root / 'swapfile'} file 9 0 1\n")
    assert machine.found("swap")[0] is ok
    machine.mount()
    assert machine.found("swap")[0] is False, "who knows where it lies"


def test_a_machine_that_could_sleep_with_its_keys_on_the_disk_is_told(machine: Machine) -> None:
    machine.block("sda3")
    machine.write("proc/swaps", SWAPS + "/dev/sda3 partition 9 0 1\n")
    machine.write("sys/power/state", "freeze mem\n")
    assert machine.found("hibernation") == (True, "hibernation_ok")
    machine.write("sys/power/state", "freeze mem disk\n")
    assert machine.found("hibernation") == (False, "hibernation_on")
    (machine.root / "etc/systemd/system").mkdir(parents=True)
    (machine.root / "etc/systemd/system/hibernate.target").symlink_to("/dev/null")
    assert machine.found("hibernation") == (True, "hibernation_ok")


def test_where_all_swap_is_encrypted_sleeping_is_safe(machine: Machine) -> None:
    machine.write("proc/swaps", SWAPS)
    machine.write("sys/power/state", "disk\n")
    assert machine.found("hibernation") == (True, "hibernation_ok")


def test_the_self_check_says_all_of_it_in_every_language(desk: Desk, tmp_path: Path) -> None:
    found = check_fitness(desk, tmp_path)
    names = [one.name for one in found]
    assert names[-4:] == ["spool", "encryption", "swap", "hibernation"]
    for words in desk.words.values():
        assert all(words.say(f"fitness.{one.key}", **one.values) for one in found)


@pytest.mark.parametrize(
    ("practice", "days", "ok", "key"),
    [
        (True, 400, True, "clock_practice"),
        (False, 400, False, "clock_other_day"),
        (False, 0, True, "clock_ok"),
    ],
)
def test_the_clock_must_show_the_day_where_the_day_is_real(
    desk: Desk, clock: FakeClock, tmp_path: Path, practice: bool, days: int, ok: bool, key: str
) -> None:
    clock.pass_seconds(days * 86_400)
    there = replace(desk, campaign=replace(desk.campaign, practice=practice))
    found = next(one for one in check_fitness(there, tmp_path) if one.name == "clock")

    assert (found.ok, found.key) == (ok, key)
    told = [words.say(f"fitness.{found.key}", **found.values) for words in desk.words.values()]
    assert len(set(told)) == 5
