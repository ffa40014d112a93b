"""Patterns of ``regex()``: they say what Python's own engine says, and no text makes them hang."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.forms.linter import review
from kiosk.forms.xpath.pattern import (
    LONGEST_TEXT,
    MOST_STATES,
    UnfitPatternError,
    compile_pattern,
)
from tests.forms.form_workbooks import EN, begin, build, write_xlsx

PIECES = st.sampled_from([
    "a", "b", "0", "é", "क", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", ".", "[ab]", "[^a]",
    "[a-c0]", r"[^\d_]", r"[\w.-]", "^", "$", r"\b", r"\B", r"\A", r"\Z", r"\.", "-", "(?:)",
    "[^a-z]",
])  # fmt: skip
PATTERNS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda ways: f"(?:{'|'.join(ways)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{1,}"])).map(
            lambda both: f"({both[0]}){both[1]}"
        ),
    ),
    max_leaves=8,
)
AHEAD = st.sampled_from(["", "(?=a)", "(?!a)", "^(?!.*b)(?=.*a$)", "^(?=[ab]{2})", "(?i)", "(?s)"])
TEXTS = st.text("abAB0é_क -.\n", max_size=9)


@settings(max_examples=600)
@given(AHEAD, PATTERNS, st.lists(TEXTS, max_size=8))
def test_they_say_what_python_s_own_engine_says(ahead: str, written: str, texts: list[str]) -> None:
    pattern = ahead + written
    matches = compile_pattern(pattern)
    for text in ("", *texts):
        if text == "" and r"\B" in pattern:
            continue  # Java's engine and Python's since 3.14 find it there, older ones do not
        expected = re.compile(pattern, re.ASCII).fullmatch(text) is not None
        assert matches(text) == expected, (pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "(a*)*b", "(a|a)*b", "(a|aa)+b", "(a?){30}a{30}b", ".*.*.*.*x", "(.*a){20}b",
        "([a-z]+[0-9]*)*!", "^(?=(a+)+$)a!",
    ],
)  # fmt: skip
def test_no_text_makes_them_hang(pattern: str) -> None:
    matches = compile_pattern(pattern)
    begun = time.process_time()
    assert not matches("a" * (LONGEST_TEXT - 1) + "!" if "!" not in pattern else "a" * LONGEST_TEXT)
    assert time.process_time() - begun < 10  # Python's own engine: longer than the event


def test_a_longer_text_matches_nothing() -> None:
    matches = compile_pattern(".*")
    assert matches("a" * LONGEST_TEXT)
    assert not matches("a" * (LONGEST_TEXT + 1))


@pytest.mark.parametrize(
    "pattern",
    [
        "(", "[", "*", "a{5000}", "(a{1000}){1000}", "((){2000}){2000}", r"(a)\1", "(?<=a)b",
        "a(?=b)b", "(?:a|(?!b)c)", "((?=a)a)*", "(?<!a)b", "(?m)^a$", "(?i:a)b", "(?>a)b", "a++b",
        "(a)?(?(1)b|c)", "(" * 3000 + ")" * 3000, "a{99999999999999999999}",
        "(a?b?)" * MOST_STATES,
    ],
)  # fmt: skip
def test_what_cannot_be_matched_in_bounded_time_is_refused(pattern: str) -> None:
    with pytest.raises(UnfitPatternError):
        compile_pattern(pattern)


def test_patterns_that_forms_use() -> None:
    said = {
        r"^[6-9]\d{9}$": {"9876543210": True, "1876543210": False, "987654321": False},
        r"[A-Z]{5}[0-9]{4}[A-Z]": {"ABCDE1234F": True, "abcde1234f": False},
        r"(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}": {"Asha@Example.in": True, "asha@in": False},
        r"^(?!0{6})[1-9][0-9]{5}$": {"560001": True, "000000": False},
        r".{3,100}": {"ab": False, "abc": True, "श्री": True},
        r"(\w+\s?)+": {"a b c": True, "a  b": False},
    }
    for pattern, texts in said.items():
        matches = compile_pattern(pattern)
        assert {text: matches(text) for text in texts} == texts, pattern


def test_a_form_with_a_trap_for_engines_answers_at_once(tmp_path: Path) -> None:
    rule = {"constraint": "regex(., '(a+)+$')", "constraint_message": "only a"}
    session = begin(build(tmp_path, [{"type": "text", "name": "a", **rule}]))
    problem = session.answer("a", "a" * 42 + "!")
    assert problem is not None
    assert problem.code == "constraint"
    assert session.answer("a", "a" * 42) is None


def test_a_pattern_that_is_refused_names_its_cell(tmp_path: Path) -> None:
    rule = {"constraint": r"regex(., '(.)\1')", "constraint_message": "?"}
    path = write_xlsx(tmp_path / "f.xlsx", [{"type": "text", "name": "a", EN: "A", **rule}])
    problem = next(one for one in review(path).problems if one.code == "pattern")
    assert (problem.severity, problem.sheet, problem.row, problem.column) == (
        "error", "survey", 2, "constraint",
    )  # fmt: skip
