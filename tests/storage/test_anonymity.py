"""Anonymous answers cannot be joined to a person: the attack, written out, and what withstands it.

The attacker has everything: the key, the database as it lies on the disk, pages, free space and
write-ahead log included. Twenty visitors register one after the other; each then answers
anonymously, in the order of registration (the worst case, a queue). The attacker sorts what there
is to sort and says: the first one is the first one. Where nothing tells, one of twenty is right on
average, by chance.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from kiosk.domain.attendee import AnonymousResponse
from kiosk.storage.anonymous import ENOUGH, coarsened
from kiosk.storage.store import DATABASE, Store
from tests.storage.records import FakeClock, close_day, keep, nobody, open_store, register

VISITORS = 20
ROUNDS = 10
KEY = bytes(range(32))
Attack = Callable[[Path], list[str]]


def visit(folder: Path, *, closed: bool) -> None:
    """A morning: twenty come, register, and answer anonymously one after the other."""
    folder.mkdir()
    store = open_store(folder, KEY, create=True, clock=FakeClock())
    for at in range(VISITORS):
        register(store, f"Visitor {at:02d}")
        keep(store, nobody(answers={"sentence": f"said by {at:02d}"}))
    if closed:
        close_day(store)
    # No close(): the attacker takes the laptop as it stands, its write-ahead log included.
    for name in (DATABASE, f"{DATABASE}-wal"):
        (folder / f"taken-{name}").write_bytes((folder / name).read_bytes())
    store.close()


def taken(folder: Path) -> dbapi2.Connection:
    connection = dbapi2.connect(str(folder / f"taken-{DATABASE}"))
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return connection


def said(texts: Sequence[str]) -> list[str]:
    return [text.split("said by ")[1][:2] for text in texts]


def by_column(column: str) -> Attack:
    def attack(folder: Path) -> list[str]:
        connection = taken(folder)
        rows = connection.execute(f"SELECT answers FROM anonymous_box ORDER BY {column}").fetchall()
        connection.close()
        return said([row[0] for row in rows])

    return attack


def by_scan(folder: Path) -> list[str]:
    """The order in which the table lies."""
    connection = taken(folder)
    rows = connection.execute("SELECT answers FROM anonymous_box NOT INDEXED").fetchall()
    connection.close()
    return said([row[0] for row in rows])


def by_position_in_the_pages(folder: Path) -> list[str]:
    """The order of the bytes: cells fill a page from its end, in the order of their arrival."""
    found: dict[str, int] = {}
    for number, page in enumerate(raw_pages(folder)):
        at = page.rfind(b"said by ")
        while at >= 0:
            found.setdefault(page[at + 8 : at + 10].decode(), number * 4096 + (4096 - at))
            at = page.rfind(b"said by ", 0, at)
    return sorted(found, key=lambda name: found[name])


def raw_pages(folder: Path) -> Iterator[bytes]:
    """Every page as it lies there, dead cells and free pages included, decrypted."""
    yield from decrypted(folder / f"taken-{DATABASE}")


def decrypted(path: Path) -> Iterator[bytes]:
    raw = path.read_bytes()
    for number in range(len(raw) // 4096):
        start = 16 if number == 0 else 0  # the salt stands in the clear
        yield decrypted_page(raw[number * 4096 : (number + 1) * 4096], start)


def decrypted_page(page: bytes, start: int) -> bytes:
    """A page of SQLCipher 4 (AES-256-CBC; 16 bytes of IV and 64 of HMAC at its end), by hand."""
    iv = page[4096 - 80 : 4096 - 64]
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(iv)).decryptor()
    return bytes(start) + cipher.update(page[start : 4096 - 80]) + bytes(80)


ATTACKS: dict[str, Attack] = {
    "key": by_column("key"),
    "form": by_column("form_version, form_id"),
    "what one does": by_column("does, language, state"),
    "scan": by_scan,
    "position": by_position_in_the_pages,
}


def matches(order: list[str]) -> int:
    """How many are right when the n-th answer is said to be the n-th visitor's."""
    return sum(name == f"{at:02d}" for at, name in enumerate(order))


def correlation(order: list[str]) -> float:
    """How far the order follows the queue: 1 all the way, -1 backwards, 0 not at all (Spearman)."""
    ranks = [int(name) for name in order]
    size = len(ranks)
    squares = sum((rank - at) ** 2 for at, rank in enumerate(ranks))
    return 1 - 6 * squares / (size * (size**2 - 1))


def no_better_than_chance(orders: list[list[str]]) -> None:
    """Over all rounds: matches as of random permutations, and no trend along the queue.

    Matches of a random permutation: mean 1, variance 1. Spearman: mean 0, variance 1/(n-1). The
    bounds lie five standard deviations out: a true test fails once in a million runs.
    """
    rounds = len(orders)
    assert all(len(order) == VISITORS for order in orders)
    total = sum(matches(order) for order in orders)
    assert total <= rounds + 5 * rounds**0.5
    trend = sum(correlation(order) for order in orders) / rounds
    assert abs(trend) <= 5 / ((VISITORS - 1) * rounds) ** 0.5


@pytest.fixture(scope="module")
def mornings(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[Path]]:
    """The same queue many times over, half of the days closed."""
    room = tmp_path_factory.mktemp("mornings")
    made: dict[bool, list[Path]] = {True: [], False: []}
    for at in range(ROUNDS):
        for closed in (True, False):
            folder = room / f"{at}-{closed}"
            visit(folder, closed=closed)
            made[closed].append(folder)
    return made


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_sorting_matches_nobody(
    mornings: dict[bool, list[Path]], attack: Attack, closed: bool
) -> None:
    no_better_than_chance([attack(folder) for folder in mornings[closed]])


def test_the_attack_works_where_it_may() -> None:
    """The measure itself: it sees a queue, and does not see chance."""
    queue = [f"{at:02d}" for at in range(VISITORS)]
    with pytest.raises(AssertionError):
        no_better_than_chance([queue] * ROUNDS)
    with pytest.raises(AssertionError):
        no_better_than_chance([queue[::-1]] * ROUNDS)
    dice = random.Random(7)
    no_better_than_chance([dice.sample(queue, VISITORS) for _ in range(ROUNDS)])


def test_a_table_in_the_order_of_arrival_would_be_found_out(tmp_path: Path) -> None:
    """The same eye on what most programs do: rows laid down as they come."""
    folder = tmp_path / "naive"
    folder.mkdir()
    store = open_store(folder, KEY, create=True)
    store.connection.execute("CREATE TABLE naive (answer TEXT)")
    for at in range(VISITORS):
        store.connection.execute("INSERT INTO naive VALUES (?)", (f"said by {at:02d}",))
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / f"taken-{DATABASE}").write_bytes((folder / DATABASE).read_bytes())
    store.close()
    assert matches(by_position_in_the_pages(folder)) == VISITORS


def test_the_log_and_the_other_tables_do_not_know_of_it(
    mornings: dict[bool, list[Path]],
) -> None:
    """No change, payload, count or local row came of an anonymous answer."""
    for closed, folders in mornings.items():
        connection = taken(folders[0])
        (changes,) = connection.execute("SELECT count(*) FROM change").fetchone()
        assert changes == VISITORS * 5 + closed
        seqs = [seq for (seq,) in connection.execute("SELECT seq FROM change ORDER BY seq")]
        assert seqs == list(range(1, changes + 1))
        assert connection.execute("SELECT name, value FROM counter").fetchall() == [
            ("attendee", VISITORS)
        ]
        for table in ("draft", "print_job", "response", "meta"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        columns = {row[1] for row in connection.execute("PRAGMA table_info(anonymous_box)")}
        assert columns == {
            "event_id", "key", "form_id", "form_version", "answers", "does", "language", "state",
        }  # fmt: skip
        connection.close()


@pytest.mark.parametrize("closed", [True, False])
def test_nothing_of_the_order_waits_in_the_write_ahead_log(tmp_path: Path, closed: bool) -> None:
    """The log, in which commits stand one after the other, is emptied after each answer."""
    folder = tmp_path / "morning"
    visit(folder, closed=closed)
    log = b"".join(decrypted_log(folder / f"taken-{DATABASE}-wal"))
    assert b"said by" not in log
    assert (b"close" in log) == closed  # the eye sees what is there


def decrypted_log(path: Path) -> Iterator[bytes]:
    """The pages of a write-ahead log: a header of 32 bytes, then frames of 24 and a page."""
    raw = path.read_bytes()[32:]
    for at in range(0, len(raw), 24 + 4096):
        yield decrypted_page(raw[at + 24 : at + 24 + 4096], 0)


def test_no_answer_stands_twice_in_the_file(mornings: dict[bool, list[Path]]) -> None:
    """Rewriting the box leaves no old copies, whose order would tell."""
    for folders in mornings.values():
        pages = b"".join(raw_pages(folders[0]))
        copies = Counter(pages[at + 8 : at + 10] for at in occurrences(pages, b"said by "))
        assert set(copies.values()) == {1}
        assert len(copies) == VISITORS


def occurrences(raw: bytes, what: bytes) -> Iterator[int]:
    at = raw.find(what)
    while at >= 0:
        yield at
        at = raw.find(what, at + 1)


def test_the_box_takes_random_keys_only(store: Store) -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        keep(store, nobody(key=b"short"))
    assert list(store.anonymous_responses()) == []


def test_sealing_gives_count_and_digest(store: Store) -> None:
    keep(store, *(nobody(key=bytes([at]) * 16) for at in range(6)))
    count, digest = store.seal_anonymous()
    assert count == 6
    assert store.seal_anonymous() == (count, digest)
    keep(store, nobody(key=b"\xff" * 16))
    assert store.seal_anonymous() != (count, digest)


def test_a_reader_does_not_stop_an_answer_from_being_kept(store: Store) -> None:
    with store.reading() as reading:
        assert list(reading.attendees()) == []
        keep(store, nobody())
    keep(store, nobody())
    assert len(list(store.anonymous_responses())) == 2


boxes = st.lists(
    st.builds(
        lambda does, language, state: nobody(does=does, language=language, state=state),
        st.sampled_from(["seller", "officer"]),
        st.sampled_from(["hi", "kn", "ur"]),
        st.sampled_from(["IN-KA", "IN-AP"]),
    ),
    max_size=40,
)


@given(boxes)
def test_whatever_is_told_is_shared_by_five(box: list[AnonymousResponse]) -> None:
    told = coarsened(box)
    sharing = Counter((one.does, one.language, one.state) for one in told)
    assert all(count >= ENOUGH for what, count in sharing.items() if what != ("", "", ""))
    assert [one.key for one in told] == sorted(one.key for one in box)
    assert coarsened(told) == told
    originals = {one.key: one for one in box}
    for one in told:
        before = originals[one.key]
        assert one.answers == before.answers
        assert one.does in {before.does, ""}
        assert one.language in {before.language, ""}
        assert one.state in {before.state, ""}


@settings(max_examples=10)
@given(st.permutations(range(8)))
def test_the_order_of_arrival_leaves_no_trace_in_what_is_read(order: list[int]) -> None:
    box = [nobody(key=bytes([at]) * 16) for at in range(8)]
    assert coarsened([box[at] for at in order]) == coarsened(box)


def test_sealing_forgets_what_few_share(store: Store) -> None:
    keep(store, *(nobody() for _ in range(5)), nobody(language="ur", state="IN-JK"))
    assert Counter(one.language for one in store.anonymous_responses()) == {"hi": 5, "": 1}
    store.seal_anonymous()
    left = store.connection.execute("SELECT count(*) FROM anonymous_box WHERE state = 'IN-JK'")
    assert left.fetchone() == (0,)
