"""kiosk sync and kiosk merge, as coordinators run them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from kiosk import bootstrap
from kiosk.bootstrap_store import room_of
from kiosk.bootstrap_store_keys import StoreKeys
from kiosk.cli.__main__ import main
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.register import Registration, register_attendee
from kiosk.settings import RESOURCES
from kiosk.storage.locking import only_one
from kiosk.storage.vault import open_vault
from kiosk.sync.trust import load_trust
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, files_below, visitor
from tests.postgres import postgres_server, postgres_url
from tests.sync.files import batch_files
from tests.sync.servers import PASSWORD, USER, webdav_server

__all__ = ["postgres_server", "postgres_url"]  # fixtures
Run = Callable[..., tuple[int, Any, str]]
PRACTICE = ("--campaign", "gem-samvad")
PACK = RESOURCES / "campaigns" / "gem-samvad"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with ``--json``; gives exit code, document and what was told beside it."""
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_IN.UTF-8")

    def command(*arguments: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, told = capfd.readouterr()
        return code, json.loads(out) if out else None, told

    return command


def meet(data: Path, *names: str) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE, FakeClock()) as desk:
        for name in names:
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


@pytest.fixture
def stick(data: Path, tmp_path: Path) -> Path:
    """A stick in a path with Hindi and spaces, to which a kiosk with two visitors has synced."""
    meet(data, "आशा", "उषा")
    folder = tmp_path / "मीडिया" / "स्टिक एक"
    folder.mkdir(parents=True)
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        desk.carry.sync(str(folder))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in files_below(folder)}


def test_any_stick_gets_the_same_and_merging_twice_brings_nothing_new(
    run: Run, data: Path, stick: Path, tmp_path: Path
) -> None:
    before = contents(stick)
    for path in stick.iterdir():
        shutil.rmtree(path)
    code, told, _ = run("sync", stick, "--data", data)
    assert (code, told["sent"], told["already_there"]) == (0, 1, 0)
    assert told["bytes"] == sum(map(len, before.values()))
    second = tmp_path / "S2"
    second.mkdir()
    assert run("sync", second, "--data", data)[1]["sent"] == 1
    assert contents(stick) == contents(second) == before
    merge = ("merge", stick, second, "--into", tmp_path / "merged.db", *PRACTICE)
    code, first, told_first = run(*merge)
    assert (code, first["batches"], first["rejected"], first["gaps"]) == (0, 1, [], [])
    assert first["new"] == first["changes"] > 10
    assert told_first == ""
    code, again, _ = run(*merge)
    assert (code, again["batches"], again["new"], again["already_there"]) == (0, 0, 0, 1)
    assert again["digest"] == first["digest"]
    assert run("sync", stick, "--data", data)[1]["receipts"][0]["code"] == "CO1"


def opened_by_its_key(store: Path) -> dbapi2.Connection:
    """As any program that knows SQLCipher, the key and the size of a page (decision 003)."""
    keys = open_vault(Path(f"{store}.vault"), PASSPHRASE)
    connection = dbapi2.connect(store)
    connection.execute(f"PRAGMA key = \"x'{keys.database.hex()}'\"")
    connection.execute("PRAGMA cipher_page_size = 16384")
    return connection


def test_two_kiosks_come_together_and_the_store_is_encrypted(
    run: Run, stick: Path, tmp_path: Path
) -> None:
    other, target = tmp_path / "other", tmp_path / "मिला हुआ.db"
    bootstrap.init_kiosk(other, "gem-samvad", "ka-2020-01-10", "KA2", PASSPHRASE)
    meet(other, "ज़रथुष्ट्र")
    assert run("sync", stick, "--data", other)[0] == 0
    code, told, _ = run("merge", stick, "--into", target, *PRACTICE)
    assert (code, told["batches"], told["conflicts"], told["forks"]) == (0, 2, 0, [])
    connection = opened_by_its_key(target)
    names = {name for (name,) in connection.execute("SELECT name FROM attendee")}
    connection.close()
    assert names == {"आशा", "उषा", "ज़रथुष्ट्र"}
    for path in files_below(tmp_path):
        if path.is_relative_to(stick) or path.name.startswith(target.name):
            assert "ज़रथुष्ट्र".encode() not in path.read_bytes()


def test_a_practice_store_opens_by_itself_and_no_other_does(
    run: Run, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PASSPHRASE")
    merge = ("merge", stick, "--into", tmp_path / "m.db", *PRACTICE)
    assert run(*merge)[0] == 0
    monkeypatch.setenv("KIOSK_PASSPHRASE", "another one")
    code, _, told = run(*merge)
    assert code == 3
    assert "passphrase" in told


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(
    run: Run, stick: Path, tmp_path: Path
) -> None:
    for name, content in batch_files(1).items():
        (stick / name).parent.mkdir()
        (stick / name).write_bytes(content)
    target = tmp_path / "m.db"
    code, told, sentences = run("merge", stick, "--into", target, *PRACTICE)
    assert (code, told["batches"], told["set_aside"]) == (1, 1, 1)
    [rejected] = told["rejected"]
    assert (rejected["source"], rejected["reason"]) == (str(stick), "batch_magic")
    assert "no batch of a kiosk" in rejected["message"]
    assert "no batch of a kiosk" in sentences


@pytest.mark.parametrize(
    "given",
    [
        ("merge", "{stick}/gone", "--into", "{tmp}/m.db", *PRACTICE),
        ("merge", "{stick}", "--into", "{tmp}", *PRACTICE),
        ("merge", "{stick}", "--into", "{tmp}/no folder/m.db", *PRACTICE),
        ("merge", "{stick}", "--into", "{tmp}/m.db", "--campaign", "nobody-knows-it"),
        ("merge", "{stick}", "--into", "{tmp}/m.db", *PRACTICE, "--identity", "{tmp}/gone"),
        ("merge", "{stick}", "--into", "{tmp}/m.db", *PRACTICE, "--credentials", "{tmp}/gone"),
        ("merge", "ftp://host/x", "--into", "{tmp}/m.db", *PRACTICE),
        ("merge", " ", "--into", "{tmp}/m.db", *PRACTICE),
        ("merge", "{stick}", "--into", "{tmp}/m.db", "--campaign", "{stick}"),
        ("merge", "{stick}", "--into", "postgresql://[", *PRACTICE),
        ("find", "x", "--in", "postgresql://host:port/x"),
        ("sync", "", "--data", "{data}"),
        ("sync", "{stick}/gone", "--data", "{data}"),
        ("sync", "{data}/kiosk.db", "--data", "{data}"),
        ("sync", "gopher://host/x", "--data", "{data}"),
    ],
)
def test_what_is_in_the_way_is_told(
    run: Run, stick: Path, data: Path, tmp_path: Path, given: tuple[str, ...]
) -> None:
    code, told, sentence = run(*(one.format(stick=stick, tmp=tmp_path, data=data) for one in given))
    assert (code, told) == (3, None)
    assert len(sentence) > 20
    assert "{" not in sentence
    assert sentence.splitlines()[-1].startswith("code: ")
    assert not (stick / "gone").exists()
    assert not any(tmp_path.glob("m.db*"))  # no store is made for what is not there


def test_a_server_with_a_stand_in_is_an_address_too() -> None:
    rooms = {room_of(f"postgresql://u:p@one:1,{other}:2/x") for other in ("two", "three")}
    assert len(rooms) == 2


def test_a_store_of_a_newer_program_is_left_alone(run: Run, stick: Path, tmp_path: Path) -> None:
    target = tmp_path / "m.db"
    merge = ("merge", stick, "--into", target, *PRACTICE)
    run(*merge)
    connection = opened_by_its_key(target)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = target.read_bytes()
    code, _, told = run(*merge)
    assert code == 3
    assert "newer" in told
    assert target.read_bytes() == before


def test_a_store_without_its_keys_is_not_begun_anew(run: Run, stick: Path, tmp_path: Path) -> None:
    target = tmp_path / "m.db"
    target.write_bytes(b"somebody's thesis" * 100)
    for given in (("merge", stick, "--into"), ("conflicts", "--in")):
        code, _, told = run(*given, target, *PRACTICE)
        assert code == 3
        assert "keys of this merged store" in told
    assert target.read_bytes() == b"somebody's thesis" * 100
    assert [one.name for one in tmp_path.glob("m.db*")] == ["m.db"]


def test_a_store_that_is_damaged_or_not_there_is_told_as_a_store(
    run: Run, stick: Path, tmp_path: Path
) -> None:
    target = tmp_path / "मिला जुला.db"
    merge = ("merge", stick, "--into", target, *PRACTICE)
    run(*merge)
    whole = target.read_bytes()
    for left in (0, 5_000):
        target.write_bytes(whole[:left])
        for given in (merge, ("conflicts", "--in", target)):
            code, _, told = run(*given)
            assert code == 3
            assert "merged store is damaged" in told
        assert target.read_bytes() == whole[:left]
    (key_file,) = (tmp_path / f"{target.name}.vault" / "keys").glob("passphrase.json")
    key_file.write_bytes(b"{")
    assert "keys of this merged store" in run(*merge)[2]
    target.write_bytes(whole)
    target.unlink()
    code, _, told = run("duplicates", "--in", target)
    assert code == 3
    assert "no merged store here" in told


def test_who_else_writes_under_a_laptop_s_name_is_told_in_json_too(
    run: Run, data: Path, stick: Path
) -> None:
    [file] = (one for one in files_below(stick) if one.suffix == ".ekb")
    (file.parent / f"9-{'0' * 64}.ekb").write_bytes(b"another laptop's")
    code, told, sentences = run("sync", stick, "--data", data)
    assert (code, told["strangers"]) == (0, 1)
    assert sentences


def test_two_merges_into_one_store_do_not_meet(run: Run, stick: Path, tmp_path: Path) -> None:
    target = tmp_path / "m.db"
    merge = ("merge", stick, "--into", target, *PRACTICE)
    command = [sys.executable, "-m", "kiosk", *map(str, merge), "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    told = []
    for said, trouble in [one.communicate() for one in both]:
        if said:
            told.append(json.loads(said))
            continue
        assert b"database_locked" in trouble  # it waited for the other, if not for ever: said again
        again = subprocess.run(command, capture_output=True, check=True)
        told.append(json.loads(again.stdout))
    assert sorted(one["batches"] for one in told) == [0, 1]
    assert told[0]["digest"] == told[1]["digest"]


def test_keys_of_a_server_s_store_are_made_once_by_many(tmp_path: Path) -> None:
    keys = StoreKeys(load_trust(PACK), PACK, PASSPHRASE, FakeClock())
    together = threading.Barrier(3)

    def begin(_: int) -> bytes:
        together.wait()
        made = keys.of_server(tmp_path / "room.vault")
        assert made is not None
        return made.database

    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(begin, range(3)))) == 1


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    pauses: list[float] = []
    with (
        only_one(tmp_path / "lock"),
        pytest.raises(EnvironmentFault, match="database_locked"),
        only_one(tmp_path / "lock", sleep=pauses.append),
    ):
        pytest.fail("both hold it")
    assert sum(pauses) == pytest.approx(5.0)
    with only_one(tmp_path / "lock", sleep=pauses.append):
        assert (tmp_path / "lock").read_bytes() == b""


def test_a_campaign_of_ones_own_needs_an_identity(
    run: Run, data: Path, stick: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(PACK, tmp_path / "own campaign"))
    (own / "practice").rename(own / "trust")
    trust = own / "trust" / "trust.toml"
    trust.write_text(trust.read_text().replace("practice = true", "practice = false"))
    identity = (own / "trust" / "coordinator.identity").rename(tmp_path / "handed over")
    (own / "trust" / "deputy.identity").unlink()
    merge = ("merge", stick, "--into", tmp_path / "m.db", "--campaign", own)
    code, _, told = run(*merge)
    assert code == 3
    assert "--identity" in told
    assert run(*merge, "--identity", identity)[1]["batches"] == 1
    (tmp_path / "wrong").write_text("no identity")
    assert run(*merge, "--identity", tmp_path / "wrong")[0] == 3
    shutil.copy(identity, own / "trust" / "coordinator.identity")
    assert run(*merge)[0] == 0


def test_where_the_root_is_elsewhere_a_store_merges_and_signs_nothing(
    run: Run, stick: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(PACK, tmp_path / "own"))
    (own / "practice" / "root.key").unlink()
    merge = ("merge", stick, "--into", tmp_path / "m.db", "--campaign", own)
    assert run(*merge)[1]["batches"] == 1
    assert run(*merge)[1]["already_there"] == 1
    assert not (stick / "receipts").exists()


def test_a_server_is_carried_to_and_merged_from(
    run: Run, data: Path, stick: Path, tmp_path: Path
) -> None:
    served = tmp_path / "साझा"
    served.mkdir()
    credentials = tmp_path / "credentials.toml"
    credentials.write_text(f'user = "{USER}"\npassword = "{PASSWORD}"\n')
    with webdav_server(tmp_path) as (address, _):
        place = (f"{address}/साझा", "--credentials", credentials)
        code, told, sentences = run("sync", *place, "--data", data)
        assert (code, told["sent"]) == (0, 1)
        code, told, more = run("merge", *place, "--into", tmp_path / "m.db", *PRACTICE)
        assert (code, told["batches"]) == (0, 1)
        assert PASSWORD not in sentences + more
    assert contents(stick).items() <= contents(served).items()


def test_a_postgresql_store_says_the_same_as_a_file(
    run: Run, stick: Path, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "of the coordinator"))
    _, file, _ = run("merge", stick, "--into", tmp_path / "m.db", *PRACTICE)
    merge = ("merge", stick, "--into", postgres_url, *PRACTICE)
    code, server, _ = run(*merge)
    assert (code, server["batches"], server["new"]) == (0, 1, file["new"])
    assert server["digest"] == file["digest"]
    assert len(files_below(stick / "receipts")) == 2  # each store left its own
    code, again, _ = run(*merge)
    assert (code, again["new"], again["already_there"]) == (0, 0, 1)
    assert len(files_below(stick / "receipts")) == 2


def test_a_server_that_is_not_there_is_told(run: Run, stick: Path, tmp_path: Path) -> None:
    nobody = f"postgresql:///x?host={tmp_path}&user=secretly"
    code, told, sentence = run("merge", stick, "--into", nobody, *PRACTICE)
    assert (code, told) == (3, None)
    assert "{" not in sentence


# The kiosk command, which gets a signal when it first touches a file that is called so.
_STOPPED_AT = """
import os, runpy, signal, sys

def hook(event, given):
    if event in ("open", "os.mkdir", "os.rename") and moments and moments[0] in str(given[0]):
        moments.clear()
        os.kill(os.getpid(), how)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
moments, how = [sys.argv[1]], int(sys.argv[2])
sys.argv = ["kiosk", *sys.argv[3:]]
sys.addaudithook(hook)
runpy.run_module("kiosk", run_name="__main__")
"""


def test_ctrl_c_leaves_what_was_merged_and_goes_on(stick: Path, data: Path, tmp_path: Path) -> None:
    """Stopped, and killed, at some moments of merging; said again it is as if never stopped."""
    merge = ["merge", stick, "--into", tmp_path / "m.db", *PRACTICE, "--json"]
    command = [sys.executable, "-m", "kiosk", *map(str, merge)]
    environment = {**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE}
    for moment, how, code in (
        ("passphrase.json.part", signal.SIGINT, 3),  # the store's keys are being made
        (".ekb", signal.SIGINT, 3),
        (".ekb", signal.SIGKILL, -signal.SIGKILL),
        (".ekr.part", signal.SIGINT, 3),  # all is merged, and the receipt not yet left
    ):
        stopping = [sys.executable, "-c", _STOPPED_AT, moment, str(int(how)), *map(str, merge)]
        stopped = subprocess.run(stopping, capture_output=True, check=False, env=environment)
        assert stopped.returncode == code, (moment, stopped.stderr)
        assert b"Traceback" not in stopped.stderr
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    fresh = [*map(str, merge[:3]), str(tmp_path / "fresh.db"), *map(str, merge[4:])]
    other = subprocess.run(
        [sys.executable, "-m", "kiosk", *fresh], capture_output=True, check=True, env=environment
    )
    assert json.loads(done.stdout)["digest"] == json.loads(other.stdout)["digest"]
