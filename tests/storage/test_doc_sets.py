"""Sets of documents: few or many, joined, lessened and met, they are the sets of Python."""

from __future__ import annotations

import random

from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.storage.doc_sets import BLOCK, in_all, joined, without

LARGEST = BLOCK // 8  # bytes of a row

numbers = st.sets(st.integers(0, BLOCK - 1), max_size=40)
crowds = st.tuples(st.integers(0, 400), st.integers(0, 3)).map(
    lambda one: set(random.Random(one[1]).sample(range(0, BLOCK, 97), one[0]))
)
sets = st.one_of(numbers, crowds)
choices = st.lists(st.lists(sets.filter(bool), min_size=1, max_size=3), min_size=1, max_size=3)


def row(some: set[int]) -> bytes:
    return joined(b"", sorted(some))


@given(choices)
@example([[{1, 5}], [set(range(0, 3_000, 3))], [{5, 9}, set(range(9, 2_000))]])
@example([[{1, 2}, set(range(0, 999, 9))], [set(range(500)), {700, 999}]])
@example([[set(range(300))], [set(range(290, 900))]])
@example([[set(range(300))], [set(range(100, 900))]])
@example([[set(range(300))], [set(range(400, 900))]])
def test_who_is_in_all_is_in_a_set_of_every_choice(choices: list[list[set[int]]]) -> None:
    meant = set.intersection(*(set().union(*some) for some in choices))
    found = list(in_all([[row(one) for one in some] for some in choices]))
    assert sorted(found) == sorted(meant)


@given(st.lists(st.one_of(numbers, crowds), max_size=4))
@example([set(range(300)), {400}])
def test_a_row_has_whoever_was_joined_to_it(parts: list[set[int]]) -> None:
    held, has = b"", set[int]()
    for part in parts:
        new = sorted(part - has)
        held = joined(held, [*new, *new])  # two words of a name may have one key
        has |= part
    assert len(held) <= LARGEST
    assert not has or set(in_all([[held]])) == has


@given(sets, st.integers(0, BLOCK - 1))
@example({7}, 7)
@example(set(range(300)), 299)
def test_who_goes_is_in_it_no_more(has: set[int], number: int) -> None:
    left = without(row(has), number)
    assert bool(left) == bool(has - {number})
    assert not left or set(in_all([[left]])) == has - {number}


def test_nothing_is_left_of_many_who_all_went() -> None:
    held = row(set(range(300)))
    assert len(held) == LARGEST
    for number in range(300):
        held = without(held, number)
    assert held == b""
