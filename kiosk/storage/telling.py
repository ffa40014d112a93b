"""What may be told of somebody anonymous: only what fits at least five people known here.

A pure rule. Leaving something out tells as well: where one value is shared by few, a blank would
stand for these few. So the few are made at least five, by blanking more, and a blank too stands
for five.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

ENOUGH = 5
Combination = tuple[str, str, str]  # what one does, language, state


def tellable(combination: Combination, people: Mapping[Combination, int]) -> Combination:
    """``combination`` with "" wherever it may not be told among ``people`` (how many have each).

    However often it is asked, whatever it gives fits five of these people; all of it is blank
    where fewer are known.
    """
    told: list[str] = []
    matching = dict(people)
    for at, value in enumerate(combination):
        counts: Counter[str] = Counter()
        for one, count in matching.items():
            counts[one[at]] += count
        few = _few(counts)
        told.append(value if value in counts and value not in few else "")
        group: Iterable[str] = {value} if told[-1] else few or counts
        matching = {one: count for one, count in matching.items() if one[at] in group}
    return (told[0], told[1], told[2])


def _few(counts: Mapping[str, int]) -> set[str]:
    """The values that become a blank, together shared by at least five people or by none."""
    few = {value for value, count in counts.items() if not value or count < ENOUGH}
    others = sorted(set(counts) - few, key=lambda value: (counts[value], value), reverse=True)
    while 0 < sum(counts[value] for value in few) < ENOUGH and others:
        few.add(others.pop())
    return few
