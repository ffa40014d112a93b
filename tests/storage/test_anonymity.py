"""Anonymous answers cannot be joined to a person: the attack, written out, and what withstands it.

The attacker has everything: the key, the database as it lies on the disk, pages, free space and
write-ahead log included. Twenty visitors register one after the other; each then answers
anonymously, in the order of registration (the worst case, a queue). The attacker sorts what there
is to sort and says: the first one is the first one. Where nothing tells, one of twenty is right on
average, by chance.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from kiosk.errors import EnvironmentFault
from kiosk.storage.anonymous import BUCKETS, kept
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.telling import ENOUGH, Combination, tellable
from tests.storage.records import (
    EVENT,
    FakeClock,
    change,
    close_day,
    keep,
    nobody,
    open_store,
    register,
)

VISITORS = 20
ROUNDS = 10
KEY = bytes(range(32))
Attack = Callable[[Path], list[str]]


def visit(folder: Path, *, closed: bool) -> None:
    """A morning: twenty come, register, and answer anonymously one after the other.

    Five came before them and said nothing: among fewer than five, answers are kept without what
    one does, and so tell that they are early (decision 005).
    """
    folder.mkdir()
    store = open_store(folder, KEY, create=True, clock=FakeClock())
    for at in range(ENOUGH):
        register(store, f"Silent {at}", state="IN-KA")
    for at in range(VISITORS):
        register(store, f"Visitor {at:02d}", state="IN-KA")
        keep(store, nobody(answers={"sentence": f"said by {at:02d}"}))
    if closed:
        close_day(store)
    register(store, "Straggler")
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


def sorted_by(order: Callable[[list[Any]], Any]) -> Attack:
    def attack(folder: Path) -> list[str]:
        connection = taken(folder)
        bodies = connection.execute("SELECT body FROM anonymous_bucket ORDER BY rowid").fetchall()
        connection.close()
        rows = [row for (body,) in bodies for row in json.loads(body)]
        return said([row[3]["sentence"] for row in sorted(rows, key=order)])

    return attack


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
    "key": sorted_by(lambda row: row[0]),
    "form": sorted_by(lambda row: row[1:3]),
    "what one does": sorted_by(lambda row: row[4:7]),
    "scan": sorted_by(lambda _: 0),
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
        assert changes == (VISITORS + ENOUGH + 1) * 5 + closed
        seqs = [seq for (seq,) in connection.execute("SELECT seq FROM change ORDER BY seq")]
        assert seqs == list(range(1, changes + 1))
        assert connection.execute("SELECT name, value FROM counter").fetchall() == [
            ("attendee", VISITORS + ENOUGH + 1)
        ]
        for table in ("draft", "print_job", "response", "meta"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        names = {row[1] for row in connection.execute("PRAGMA table_info(anonymous_bucket)")}
        assert names == {"id", "event_id", "bucket", "body"}
        bodies = connection.execute("SELECT bucket, body FROM anonymous_bucket").fetchall()
        for bucket, body in bodies:
            for key, form, version, answers, *told, sealed in json.loads(body):
                assert (form, version, told) == ("feedback", "1", ["seller", "hi", "IN-KA"])
                assert (len(bytes.fromhex(key)), sealed) == (16, closed)
                assert int(key[:8], 16) * len(bodies) >> 32 == bucket
                assert list(answers) == ["sentence"]
        connection.close()


@pytest.mark.parametrize("closed", [True, False])
def test_nothing_of_the_order_waits_in_the_write_ahead_log(tmp_path: Path, closed: bool) -> None:
    """The log, in which commits stand one after the other, is emptied after each answer."""
    folder = tmp_path / "morning"
    visit(folder, closed=closed)
    log = b"".join(decrypted_log(folder / f"taken-{DATABASE}-wal"))
    assert b"said by" not in log
    assert b"Straggler" in log  # the eye sees what is there


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


def test_a_closing_seals_what_it_counted_or_does_not_close(store: Store) -> None:
    keep(store, nobody())
    count, digest = store.seal_anonymous()
    keep(store, nobody())  # another program, in between
    with pytest.raises(EnvironmentFault, match="database_locked"):
        change(store, "day", EVENT, "close", at=1, anonymous=count, digest=digest)
    assert store.closed_at() is None
    assert not any(one.sealed for one in kept(store.connection, EVENT))
    close_day(store)
    assert [one.sealed for one in kept(store.connection, EVENT)] == [True, True]
    keep(store, nobody())
    assert sorted(one.sealed for one in kept(store.connection, EVENT)) == [False, True, True]


def test_a_reader_does_not_stop_an_answer_from_being_kept(store: Store) -> None:
    with store.reading() as reading:
        assert list(reading.attendees()) == []
        keep(store, nobody())
    keep(store, nobody())
    assert len(list(store.anonymous_responses())) == 2


WORDS = st.sampled_from(["", "seller", "officer", "buyer"])
TAGS = st.sampled_from(["hi", "kn", "ur"])
STATES = st.sampled_from(["", "IN-KA", "IN-AP", "IN-JK"])
CROWDS = st.lists(st.tuples(WORDS, TAGS, STATES), max_size=60).map(Counter)


@settings(max_examples=300)
@given(CROWDS)
def test_whatever_is_told_fits_five_people(crowd: Counter[Combination]) -> None:
    """Everybody answers: each combination in the box, the blanks too, is of five at least."""
    fitting: Counter[Combination] = Counter()
    for mine, count in crowd.items():
        told = tellable(mine, crowd)
        assert all(shown in {"", own} for shown, own in zip(told, mine, strict=True))
        assert tellable(told, crowd) == told
        fitting[told] += count
    if sum(crowd.values()) < ENOUGH:
        assert set(fitting) <= {("", "", "")}
    else:
        assert min(fitting.values()) >= ENOUGH


@given(CROWDS, st.tuples(WORDS, TAGS, STATES))
def test_who_changed_in_between_is_not_told_apart(
    crowd: Counter[Combination], answer: Combination
) -> None:
    """A language that no attendee has: what is told of the answer fits five all the same."""
    told = tellable(answer, crowd)
    fitting = sum(
        count
        for one, count in crowd.items()
        if all(shown in {"", own} for shown, own in zip(told, one, strict=True))
    )
    assert told == ("", "", "") or fitting >= ENOUGH


@pytest.mark.parametrize(
    ("crowd", "mine", "told"),
    [
        ({("seller", "hi", "IN-KA"): 5}, ("seller", "hi", "IN-KA"), ("seller", "hi", "IN-KA")),
        ({("seller", "hi", "IN-KA"): 4}, ("seller", "hi", "IN-KA"), ("", "", "")),
        ({}, ("seller", "hi", "IN-KA"), ("", "", "")),
        # the odd one out takes the smallest others along
        ({("seller", "hi", ""): 9, ("buyer", "hi", ""): 6, ("officer", "hi", ""): 1},
         ("buyer", "hi", ""), ("", "hi", "")),
        ({("seller", "hi", ""): 9, ("buyer", "hi", ""): 6, ("officer", "hi", ""): 1},
         ("seller", "hi", ""), ("seller", "hi", "")),
        ({("seller", "hi", ""): 9}, ("seller", "ta", ""), ("seller", "", "")),
    ],
)  # fmt: skip
def test_what_is_told(crowd: dict[Combination, int], mine: Combination, told: Combination) -> None:
    assert tellable(mine, crowd) == told


def test_the_box_holds_no_more_than_may_be_told(store: Store) -> None:
    """Also before closing: who joins the box with the attendees finds five or more of them."""
    for _ in range(6):
        register(store, "Asha", does="seller", language="hi", state="IN-KA")
    register(store, "Bina", does="officer", language="ur", state="IN-JK")
    keep(store, nobody(does="officer", language="ur", state="IN-JK"), nobody())
    raw = b"".join(body for (body,) in store.connection.execute(
        "SELECT body FROM anonymous_bucket"))  # fmt: skip
    assert b"officer" not in raw
    assert {one.does for one in store.anonymous_responses()} == {""}
    for _ in range(4):
        register(store, "Chand", does="officer", language="ur", state="IN-JK")
    keep(store, nobody(does="officer", language="ur", state="IN-JK"))
    assert Counter(one.state for one in store.anonymous_responses()) == {"": 2, "IN-JK": 1}


def test_sealing_may_tell_less_and_never_more(store: Store) -> None:
    people = [register(store, "Asha", state="IN-KA") for _ in range(5)]
    keep(store, nobody())
    assert [one.state for one in store.anonymous_responses()] == ["IN-KA"]
    change(store, "attendee", people[0], "withdraw", person=people[0])
    close_day(store)
    assert [one.state for one in store.anonymous_responses()] == [""]
    register(store, "Bina", state="IN-KA")
    close_day(store)
    assert [one.state for one in store.anonymous_responses()] == [""]
    assert store.verify().ok


def pages_of_the_box(folder: Path, order: list[int]) -> list[bytes]:
    """The pages of a box into which the same answers came in that order."""
    store = open_store(folder, KEY, create=True, clock=FakeClock())
    for at in order:
        key = hashlib.sha256(bytes([at])).digest()[:16]
        keep(store, nobody(key=key, answers={"sentence": "x" * (at % 7) + f"said by {at:02d}"}))
    store.close()
    pages = decrypted(folder / DATABASE)
    return [page for page in pages if b'"sentence"' in page]


def test_the_pages_are_the_same_whatever_the_order_was(tmp_path: Path) -> None:
    """Byte by byte: a box that did not have to grow does not know who came first."""
    made = []
    for name in ("first", "second", "third"):
        (tmp_path / name).mkdir()
        order = list(range(200))
        random.Random(name).shuffle(order)
        made.append(pages_of_the_box(tmp_path / name, order))
    assert len(made[0]) >= BUCKETS - 5
    assert made[0] == made[1] == made[2]


def test_the_box_grows(store: Store) -> None:
    """By more buckets where there are many answers, by larger ones where one is long."""
    many = [nobody(answers={"sentence": f"{at} " * 60}) for at in range(600)]
    with store.writing() as writing:
        for one in many:
            writing.keep_anonymous(one)
    keep(store, nobody(answers={"sentence": "long " * 5_000}))
    sizes = store.connection.execute(
        "SELECT count(*), count(DISTINCT length(body)), max(length(body)) FROM anonymous_bucket"
    ).fetchone()
    assert sizes[0] > BUCKETS
    assert sizes[1] == 1
    assert sizes[2] > 25_000
    found = list(store.anonymous_responses())
    assert len(found) == 601
    assert {one.key for one in many} < {one.key for one in found}
    assert [one.key for one in found] == sorted(one.key for one in found)
    with pytest.raises(ValueError, match="256 KiB"):
        keep(store, nobody(answers={"sentence": "x" * 300_000}))


def test_an_answer_writes_as_much_among_thousands_as_among_few(store: Store) -> None:
    """Counted in pages of the log, which no busy machine disturbs."""
    with store.writing() as writing:
        for _ in range(2_000):
            writing.keep_anonymous(nobody())
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = store.path.with_name(f"{DATABASE}-wal")
    with store.reading() as reading:  # keeps the log from being folded away
        assert len(list(reading.anonymous_responses())) == 2_000
        keep(store, nobody())
        assert 0 < log.stat().st_size <= 32 + 8 * (24 + 4096)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"[[1]]", b"\xff", b"[" * 100_000,
     b'[["zz","feedback","1",{},"","","",0]]', b'[["ab","feedback","1",[],"","","",0]]'],
)  # fmt: skip
def test_a_damaged_box_says_so(store: Store, body: bytes) -> None:
    register(store, "Asha")
    keep(store, nobody())
    store.connection.execute("UPDATE anonymous_bucket SET body = ?", (body,))
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        list(store.anonymous_responses())
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        store.seal_anonymous()
    found = store.verify()
    assert (found.ok, found.broken_at) == (False, 1)
    assert "damaged" in found.reason
