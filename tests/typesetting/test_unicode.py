"""Unicode's own conformance tests, as Debian's unicode-data has them, and what UAX #24 asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.graphemecluster import grapheme_cluster_boundaries
from uniseg.linebreak import line_break_boundaries

from kiosk.domain.codes import codes
from kiosk.typesetting import bidi, runs
from kiosk.typesetting.breaking import break_places
from kiosk.typesetting.resolving import bracket
from kiosk.typesetting.scripts import is_right_to_left, script_of

UCD = Path("/usr/share/unicode")
SHARE = 20  # one case in so many in the ordinary suite, all of them with -m long
SAMPLES = {
    "L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "AN": "\u0660", "ES": "+", "ET": "$",
    "CS": ",", "NSM": "\u0300", "BN": "\u00ad", "B": "\u2029", "S": "\t", "WS": " ", "ON": "!",
    "LRE": "\u202a", "RLE": "\u202b", "LRO": "\u202d", "RLO": "\u202e", "PDF": "\u202c",
    "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
}  # fmt: skip

MANDATORY = frozenset("\n\r\v\f\x85\u2028\u2029\u200b")  # never in a paragraph; the last is refused
TRICKY = "  aक्ि\u200d\u200cא५1.,:-/()[]{}“”«»\"'’।—₹%$\u0308\u00a0\u2010\u2060本ุก🇮🇳क्ष"

# What Unicode 15.1 and 16 changed in UAX #14 after the 15.0 of Debian 12; uniseg follows 16.
CHANGED = {
    "LB15a": ('" \u2329', '"\u0308 \u2329', '" (', '"\u0308 (', "ambigu(« \u0308 »)(e\u0308)",
              "ambigu« ( \u0308 ) »(e\u0308)", "ambigu{« \u0308 »}(e\u0308)",
              "ambigu« { \u0308 } »(e\u0308)"),
    "LB15c": ("equals .35 cents",),
    "LB20a": ("-#", "-\u0308#", "-§", "-\u0308§", "-\U00050005", "-\u0308\U00050005", "-ก",
              "-\u0308ก"),
    "LB21a": ("א-א",),
    "LB25": (",0", ",\u03080", "a.2 ", "a.2 क", "a.2 本", "a.2\u3000本", "a.2\u3000ま",
             "a.2\u30003", "a.2\u3000「", "A.1 못", "봤어. A.2 볼", "봐요. A.3 못", "요. A.4 못"),
}  # fmt: skip

# Balinese, Batak, Javanese, Brahmi; a dotted circle stands for a letter there.
SYLLABIC = frozenset(
    map(chr, [*range(0x1B00, 0x1C00), *range(0xA980, 0xA9E0), *range(0x11000, 0x11080), 0x25CC])
)


def rows(name: str) -> Iterator[str]:
    with (UCD / name).open(encoding="utf-8") as file:
        for line in file:
            row = line.split("#")[0].strip()
            if row:
                yield row


def version_of(name: str) -> tuple[int, ...]:
    with (UCD / name).open(encoding="utf-8") as file:
        found = re.search(r"-(\d+)\.(\d+)\.(\d+)\.txt", file.readline())
    assert found
    return tuple(map(int, found.groups()))


def wrong_characters(every: int) -> tuple[int, list[str]]:
    """Cases of BidiCharacterTest.txt tried, and those that came out otherwise."""
    tried, wrong = 0, []
    for at, row in enumerate(rows("BidiCharacterTest.txt")):
        if at % every:
            continue
        codes, direction, paragraph, expected, order = row.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        classes = [bidi.bidi_class(char) for char in text]
        base = bidi.first_strong(classes, isolate=False) if direction == "2" else int(direction)
        tried += 1
        if (str(base), *resolved(text, base, expected.split())) != (
            paragraph,
            expected.split(),
            order.split(),
        ):
            wrong.append(row)
    return tried, wrong


def resolved(text: str, base: int, expected: list[str]) -> tuple[list[str], list[str]]:
    """Levels and order, without those characters that have none (X9)."""
    line = bidi.line_levels(text, bidi.levels(text, base), base, 0, len(text))
    shown = ["x" if want == "x" else str(level) for level, want in zip(line, expected, strict=True)]
    return shown, [str(at) for at in bidi.visual_order(line) if expected[at] != "x"]


def wrong_classes(every: int) -> tuple[int, list[str]]:
    """Cases of BidiTest.txt tried, and those that came out otherwise."""
    tried, wrong = 0, []
    expected: list[str] = []
    order: list[str] = []
    for at, row in enumerate(rows("BidiTest.txt")):
        if row.startswith("@"):
            name, _, values = row.partition(":")
            expected = values.split() if name == "@Levels" else expected
            order = values.split() if name == "@Reorder" else order
        elif at % every == 0:
            named, bits = row.split(";")
            classes = named.split()
            text = "".join(SAMPLES[kind] for kind in classes)
            bases = (bidi.first_strong(classes, isolate=False), 0, 1)
            for bit, base in enumerate(bases):
                if int(bits, 16) >> bit & 1:
                    tried += 1
                    if resolved(text, base, expected) != (expected, order):
                        wrong.append(f"{row} {base}")
    return tried, wrong


@pytest.mark.parametrize("cases", [wrong_characters, wrong_classes])
def test_directions_are_those_of_uax_9(cases: Callable[[int], tuple[int, list[str]]]) -> None:
    tried, wrong = cases(SHARE)
    assert tried > 4000
    assert wrong == []


@pytest.mark.long
def test_directions_are_those_of_uax_9_in_every_case() -> None:
    for cases, least in ((wrong_characters, 91_000), (wrong_classes, 770_000)):
        tried, wrong = cases(1)
        assert tried > least
        assert wrong == []


def test_samples_have_their_class() -> None:
    assert {kind: bidi.bidi_class(char) for kind, char in SAMPLES.items()} == {
        kind: kind for kind in SAMPLES
    }


def test_brackets_are_those_of_unicode() -> None:
    for row in rows("BidiBrackets.txt"):
        code, partner, kind = (part.strip() for part in row.split(";"))
        assert bracket(chr(int(code, 16))) == (kind, chr(int(partner, 16)))
    assert bracket("<") == bracket("\ufd3e") == bracket("a") == ("", "")


def wrong_breaks(name: str, breaks: Callable[[str], list[int]]) -> tuple[int, set[str]]:
    tried, wrong = 0, set()
    for row in rows(name):
        text, expected = "", []
        for part in row.split():
            if part == "÷":
                expected.append(len(text))
            elif part != "×":
                text += chr(int(part, 16))
        tried += 1
        if [at for at in breaks(text) if at] != [at for at in expected if at]:
            wrong.add(text)
    return tried, wrong


def test_lines_break_as_uax_14_says() -> None:
    tried, wrong = wrong_breaks(
        "auxiliary/LineBreakTest.txt", lambda text: list(line_break_boundaries(text))
    )
    known = {text for texts in CHANGED.values() for text in texts}
    assert tried > 7000
    if version_of("auxiliary/LineBreakTest.txt") == (15, 0, 0):
        assert wrong == known
    else:  # 15.1, of Ubuntu 24.04: LB28a, syllables of scripts that nothing here is written in
        assert all(any(char in SYLLABIC for char in text) for text in wrong - known)


def test_clusters_are_those_of_uax_29() -> None:
    tried, wrong = wrong_breaks(
        "auxiliary/GraphemeBreakTest.txt", lambda text: list(grapheme_cluster_boundaries(text))
    )
    assert tried > 600
    assert wrong == set()


def test_no_line_ends_inside_a_cluster() -> None:
    mark_on_a_space = "a \u0308b"
    assert 2 in line_break_boundaries(mark_on_a_space)
    assert break_places(mark_on_a_space) == (0, 4)
    for row in rows("auxiliary/GraphemeBreakTest.txt"):
        text = "".join(chr(int(part, 16)) for part in row.split() if part not in "÷×")
        assert set(break_places(text)) <= {0, *grapheme_cluster_boundaries(text)}


def slow_places(text: str) -> tuple[int, ...]:
    """The break places of the whole text at once, by uniseg alone, but for those in codes."""
    whole = set(grapheme_cluster_boundaries(text))
    for start, stop in codes(text):
        whole -= set(range(start + 1, stop))
    found = (place for place in line_break_boundaries(text) if place in whole)
    return tuple(dict.fromkeys((0, *found, len(text))))


def test_word_by_word_gives_the_breaks_of_the_whole() -> None:
    for row in rows("auxiliary/LineBreakTest.txt"):
        text = "".join(chr(int(part, 16)) for part in row.split() if part not in "÷×")
        if not MANDATORY.intersection(text):
            assert break_places(text) == slow_places(text), ascii(text)


@given(st.text(st.sampled_from(TRICKY), max_size=12))
@settings(max_examples=300)
def test_word_by_word_gives_the_breaks_of_any_text(text: str) -> None:
    assert break_places(text) == slow_places(text)


def scripts(text: str, language: str) -> list[str]:
    levels = bidi.levels(text, int(is_right_to_left(language)))
    found = runs.scripts(text, script_of(language), levels)
    return [found[0], *(after for before, after in pairwise(found) if before != after)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("GeM।", "hi", ["Latn", "Deva"]),  # a danda is none of Latin's (Script_Extensions)
        ("GeM।", "bn", ["Latn", "Beng"]),
        ("GeM।", "en", ["Latn", "Deva"]),
        ("GeM। রবি", "hi", ["Latn", "Beng"]),
        ("GeM،", "ur", ["Latn", "Arab"]),
        ("GeM؟", "en", ["Latn", "Arab"]),
        ("राम\u0301", "hi", ["Deva"]),  # marks go with their letter
        ("A [राम (Ravi)] B", "en", ["Latn", "Deva", "Latn", "Deva", "Latn"]),
        ("A (राम] B)", "en", ["Latn", "Deva", "Latn"]),
        ("٤ GeM", "en", ["Arab", "Latn"]),
    ],
)
def test_signs_go_with_the_scripts_that_use_them(
    text: str, language: str, expected: list[str]
) -> None:
    assert scripts(text, language) == expected
