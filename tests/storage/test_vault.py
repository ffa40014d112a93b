"""Nothing in the data folder opens anything by itself."""

from __future__ import annotations

import errno
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyrage
import pytest

from kiosk.errors import EnvironmentFault
from kiosk.storage import vault
from kiosk.storage.files import folder_blamed, make_folder, write_durably
from kiosk.storage.vault import (
    Cost,
    Former,
    Keys,
    create_vault,
    open_vault,
    open_vault_as_coordinator,
    renew_device,
    set_passphrase,
)
from tests.storage.records import open_store, register
from tests.storage.test_opening import nobody_s_rights

PASSPHRASE = "mango river lamp seven quiet door"
IDENTITIES = [pyrage.x25519.Identity.generate() for _ in range(2)]
RECIPIENTS = [str(one.to_public()) for one in IDENTITIES]


class FakeIdentity:
    private = b"p" * 32
    event_secret = b"e" * 32
    certificate = b'{"told":{}}'


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return create_vault(tmp_path, PASSPHRASE, RECIPIENTS, FakeIdentity())


def fault(folder: Path, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        open_vault(folder, passphrase)
    return caught.value.key


@pytest.mark.parametrize("typed", [PASSPHRASE, f"  {PASSPHRASE.replace(' ', '   ')}\n"])
def test_the_passphrase_opens(tmp_path: Path, keys: Keys, typed: str) -> None:
    assert open_vault(tmp_path, typed) == keys
    assert len(keys.database) == 32
    assert keys.device_private == FakeIdentity.private


def test_threads_that_open_it_at_once_all_come_back(tmp_path: Path, keys: Keys) -> None:
    with ThreadPoolExecutor(3) as threads:
        opened = list(threads.map(lambda _: open_vault(tmp_path, PASSPHRASE), range(6)))
    assert opened == [keys] * 6


def test_composed_or_not_a_passphrase_is_the_same(tmp_path: Path) -> None:
    keys = create_vault(tmp_path, "caf\u00e9 राम", RECIPIENTS, FakeIdentity())
    assert open_vault(tmp_path, "cafe\u0301 राम") == keys


@pytest.mark.parametrize("typed", ["", "mango", PASSPHRASE.upper(), PASSPHRASE + "s", "x" * 9_999])
def test_another_passphrase_does_not(tmp_path: Path, keys: Keys, typed: str) -> None:
    assert fault(tmp_path, typed) == "passphrase_wrong"


@pytest.mark.parametrize("identity", IDENTITIES)
def test_both_coordinators_can_open_it(
    tmp_path: Path, keys: Keys, identity: pyrage.x25519.Identity
) -> None:
    assert open_vault_as_coordinator(tmp_path, f"{identity}\n") == keys


@pytest.mark.parametrize(
    "identity",
    ["", "AGE-SECRET-KEY-1", str(pyrage.x25519.Identity.generate())],
    ids=["nothing", "half", "another"],
)
def test_another_identity_cannot(tmp_path: Path, keys: Keys, identity: str) -> None:
    with pytest.raises(EnvironmentFault, match="identity_wrong"):
        open_vault_as_coordinator(tmp_path, identity)


def test_the_passphrase_can_be_changed(tmp_path: Path, keys: Keys) -> None:
    set_passphrase(tmp_path, keys, "another six words of my own")
    assert fault(tmp_path) == "passphrase_wrong"
    assert open_vault(tmp_path, "another six words of my own") == keys


class RenewedIdentity:
    def __init__(self, at: int) -> None:
        self.private = at.to_bytes(32, "big")
        self.event_secret = FakeIdentity.event_secret
        self.certificate = b"certificate %d" % at * 60


def test_former_identities_are_kept_under_the_same_lock(tmp_path: Path, keys: Keys) -> None:
    held = keys
    for at in range(100):
        held = renew_device(tmp_path, held, RenewedIdentity(at))
    assert open_vault(tmp_path, PASSPHRASE) == held
    assert open_vault_as_coordinator(tmp_path, str(IDENTITIES[1])) == held
    assert held.database == keys.database
    assert held.device_private == RenewedIdentity(99).private
    assert held.former[0] == Former(keys.device_private, keys.certificate)
    assert [one.private for one in held.former[1:]] == [
        RenewedIdentity(at).private for at in range(99)
    ]
    raw = (tmp_path / "keys" / "device.json").read_bytes()
    assert all(one.private.hex().encode() not in raw for one in held.former)


def test_a_vault_from_before_there_were_former_identities_opens(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "keys" / "device.json"
    sealed = json.loads(path.read_bytes())
    key = vault._device_key(keys.database)
    held = json.loads(vault._open(key, sealed))
    assert held.pop("former") == []
    path.write_bytes(vault._seal(key, json.dumps(held).encode(), sealed["header"]))
    assert open_vault(tmp_path, PASSPHRASE) == keys


def test_a_new_passphrase_is_not_empty(tmp_path: Path, keys: Keys) -> None:
    with pytest.raises(EnvironmentFault, match="passphrase_empty"):
        set_passphrase(tmp_path, keys, " \n")
    assert open_vault(tmp_path, PASSPHRASE) == keys


def test_keys_are_not_made_over_others(tmp_path: Path, keys: Keys) -> None:
    with pytest.raises(EnvironmentFault, match="keys_exist"):
        create_vault(tmp_path, PASSPHRASE, RECIPIENTS, FakeIdentity())
    assert open_vault(tmp_path, PASSPHRASE) == keys


def test_a_passphrase_is_not_empty(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="passphrase_empty"):
        create_vault(tmp_path, "  ", RECIPIENTS, FakeIdentity())
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_their_owner_s_alone_and_hold_no_key(tmp_path: Path, keys: Keys) -> None:
    room = tmp_path / "keys"
    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    assert sorted(path.name for path in room.iterdir()) == [
        "coordinators.age", "device.json", "passphrase.json",
    ]  # fmt: skip
    for path in room.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        raw = path.read_bytes()
        for secret in (keys.database, keys.device_private, keys.event_secret):
            assert secret not in raw
            assert secret.hex().encode() not in raw


def altered(path: Path, **header: Any) -> None:
    sealed = json.loads(path.read_bytes())
    sealed["header"] |= header
    path.write_text(json.dumps(sealed))


@pytest.mark.parametrize(
    "header",
    [
        {"memory_kib": 8}, {"memory_kib": 2**31}, {"memory_kib": 65_536.0}, {"iterations": 1},
        {"iterations": 10**6}, {"lanes": 0}, {"lanes": 999}, {"kdf": "pbkdf2"}, {"salt": "ab"},
        {"salt": "zz" * 16}, {"salt": None}, {"format": 2}, {"memory_kib": True},
    ],
)  # fmt: skip
def test_what_trying_costs_is_bounded(tmp_path: Path, keys: Keys, header: dict[str, Any]) -> None:
    altered(tmp_path / "keys" / "passphrase.json", **header)
    assert fault(tmp_path) == "keys_corrupt"


def test_the_cost_is_under_the_seal(tmp_path: Path, keys: Keys) -> None:
    altered(tmp_path / "keys" / "passphrase.json", note="innocent")
    assert fault(tmp_path) == "passphrase_wrong"
    assert Cost().memory_kib >= 64 * 1024
    assert Cost().iterations >= 3


@pytest.mark.parametrize("name", ["passphrase.json", "device.json"])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"\xff", b'{"header":{}}', b"{" * 100_000]
)
def test_damaged_keys_say_so(tmp_path: Path, keys: Keys, name: str, content: bytes) -> None:
    (tmp_path / "keys" / name).write_bytes(content)
    assert fault(tmp_path) == "keys_corrupt"


def test_a_device_file_of_another_kiosk_does_not_fit(tmp_path: Path, keys: Keys) -> None:
    other = tmp_path / "other"
    create_vault(other, PASSPHRASE, RECIPIENTS, FakeIdentity())
    (tmp_path / "keys" / "device.json").write_bytes((other / "keys" / "device.json").read_bytes())
    assert fault(tmp_path) == "keys_corrupt"


def test_missing_keys_say_so(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "keys" / "passphrase.json").unlink()
    (tmp_path / "keys" / "coordinators.age").unlink()
    assert fault(tmp_path) == "keys_missing"
    with pytest.raises(EnvironmentFault, match="keys_missing"):
        open_vault_as_coordinator(tmp_path, str(IDENTITIES[0]))


def test_a_folder_that_cannot_be_written_to_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"first")
    (tmp_path / "file.part").mkdir()
    with pytest.raises(EnvironmentFault, match="folder_read_only"):
        write_durably(path, b"second")
    assert path.read_bytes() == b"first"
    with nobody_s_rights(), pytest.raises(EnvironmentFault, match="folder_read_only"):
        make_folder(Path("/usr/no-kiosk-here"))


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EIO, "disk_error"),
        (errno.EROFS, "folder_read_only"), (errno.EACCES, "folder_read_only"),
    ],
)  # fmt: skip
def test_what_the_disk_did_not_take_is_said_by_its_cause(
    tmp_path: Path, number: int, key: str
) -> None:
    with pytest.raises(EnvironmentFault, match=key), folder_blamed(tmp_path):
        raise OSError(number, os.strerror(number))


def test_a_full_disk_says_so_and_leaves_no_part(tmp_path: Path) -> None:
    """/dev/full takes no byte; a link there is what a full disk is to the program."""
    (tmp_path / "file.part").symlink_to("/dev/full")
    with pytest.raises(EnvironmentFault, match="disk_full"):
        write_durably(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_keys_that_could_not_be_made_do_not_stand_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(pyrage.RecipientError):
        create_vault(tmp_path, PASSPHRASE, ["age1 nobody"], FakeIdentity())
    assert list(tmp_path.iterdir()) == []
    keys = create_vault(tmp_path, PASSPHRASE, RECIPIENTS, FakeIdentity())
    assert open_vault(tmp_path, PASSPHRASE) == keys


def test_the_data_folder_holds_nothing_in_clear(tmp_path: Path) -> None:
    """Every file of a kiosk at work: database, write-ahead log, shared memory, keys, ballast."""
    keys = create_vault(tmp_path, PASSPHRASE, RECIPIENTS, FakeIdentity())
    store = open_store(tmp_path, keys.database, create=True)
    secrets = ["श्रीमती लक्ष्मी", "Lakshmi Narayan", "9876543210", "lakshmi@example.in", "Weaver Ltd"]
    for at in range(40):
        register(
            store, f"{secrets[at % 2]} {at}", mobile=f"+91{secrets[2]}", email=secrets[3],
            organisation=secrets[4],
        )  # fmt: skip
    store.find("lakshmi")
    # one short word alone stands in 8 MB of random ballast by chance, once in thirty runs
    pairs = [" ".join(pair) for pair in pairwise(PASSPHRASE.split())]
    seen = 0
    for folder, _, names in os.walk(tmp_path):
        for name in names:
            raw = (Path(folder) / name).read_bytes().lower()
            seen += 1
            for secret in (*secrets, *pairs, "lakshmi", "attendee"):
                assert secret.lower().encode() not in raw, name
                assert secret.lower().encode("utf-16-le") not in raw, name
    assert seen >= 7
    store.close()
