"""A record's snapshot: whole and checked, or not there; and who was erased, under seal."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentFault
from kiosk.storage.snapshot import Snapshots
from kiosk.storage.store import Store
from tests.storage.records import EVENT, open_store, register

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path, KEY, create=True)
    for at in range(30):
        register(opened, f"Visitor {at}")
    yield opened
    opened.close()


@pytest.fixture
def snapshots(store: Store) -> Snapshots:
    return store.snapshots


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        work()
    return caught.value.key


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """As on a full disk: what is longer cannot be written to its end."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_it_is_one_moment_while_others_write(
    store: Store, snapshots: Snapshots, tmp_path: Path
) -> None:
    taken = snapshots.take(tmp_path / "one")
    register(store, "Later")
    assert snapshots.look(tmp_path / "one") == taken
    assert snapshots.take(tmp_path / "two").heads[0][2] == taken.heads[0][2] + 5
    assert taken.heads[0][0] == EVENT


def test_a_disk_that_is_full_or_takes_nothing_gets_no_snapshot(
    snapshots: Snapshots, tmp_path: Path
) -> None:
    with no_file_over(100_000):
        assert refusal(lambda: snapshots.take(tmp_path / "one")) in {"disk_full", "disk_error"}
    assert not (tmp_path / "one").exists()
    assert refusal(lambda: snapshots.take(tmp_path / "gone" / "one")) == "folder_read_only"
    snapshots.take(tmp_path / "one")


@pytest.mark.parametrize("page", [3, 40, 80])
def test_a_page_that_is_damaged_is_seen(snapshots: Snapshots, tmp_path: Path, page: int) -> None:
    snapshots.take(tmp_path / "one")
    content = bytearray((tmp_path / "one").read_bytes())
    content[page * 4096 + 100] ^= 1
    (tmp_path / "one").write_bytes(content)
    assert refusal(lambda: snapshots.look(tmp_path / "one")) == "database_corrupt"


def test_the_list_of_who_was_erased_grows_and_says_nothing_to_others(
    store: Store, snapshots: Snapshots, tmp_path: Path
) -> None:
    first, second = (one.id for one in list(store.attendees())[:2])
    stick = tmp_path / "stick"
    stick.mkdir()
    store.erase_person(first, "coordinator")
    snapshots.note_erased(stick)
    store.erase_person(second, "coordinator")
    snapshots.note_erased(stick)
    assert snapshots.read_erased(stick) == {(EVENT, first), (EVENT, second)}
    (noted,) = stick.iterdir()
    assert first.encode() not in noted.read_bytes()
    other = Snapshots(store.path, bytes(32))
    assert (other.name, other.seal(b"a")) != (snapshots.name, snapshots.seal(b"a"))
    noted.rename(stick / f"samvad-{other.name}.erased")
    assert other.read_erased(stick) == set()
    assert snapshots.count_erased() == 2


def test_whoever_is_buried_is_gone_and_again_at_will(store: Store, tmp_path: Path) -> None:
    person = next(store.attendees()).id
    store.snapshots.take(tmp_path / "back.db")
    back = Snapshots(tmp_path / "back.db", KEY)
    assert back.bury([(EVENT, person), ("elsewhere", "nobody")]) == 2
    assert back.bury([(EVENT, person)]) == 0
    assert back.erased() == {(EVENT, person), ("elsewhere", "nobody")}
    assert back.mark() != store.snapshots.mark()


def test_a_record_that_was_written_to_has_another_mark(store: Store) -> None:
    before = store.snapshots.mark()
    assert store.snapshots.mark() == before
    register(store, "Later")
    assert store.snapshots.mark() != before
