"""Language files are read by a small reader; it must never say anything else than TOML does."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.campaign.plain import read_plain
from kiosk.settings import RESOURCES

FILES = sorted((RESOURCES / "languages").glob("*/*.toml"))
PIECES = st.lists(
    st.sampled_from([
        "[a]", "[a.b]", "[b.c.d]", "[a.b.c]", "[ a ]", "[[a]]", "[a.]", "a = ", "b=", "c\t=\t",
        '"word"', '""', '"बोलिए"', '"a#b"', '"""long"""', r'"\u200c"', r'"\ud800"',
        r'"a\"b\\\n"', r'"\e"', '"un', "'x'", "true",
        "false", "truer", "12", "[1, 2]", "# said", "#", " ", "\t", "\n", "\r\n", "\r", "\0",
        "\x7f", "\u2028", "a.b = ", '"a" = ', "\ufeff",
    ]),
    max_size=24,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_shipped_files_mean_the_same_to_both_readers(file: Path) -> None:
    text = file.read_text("utf-8")
    assert read_plain(text) in (tomllib.loads(text), None)


def test_nearly_all_shipped_files_are_plain() -> None:
    plain = [file for file in FILES if read_plain(file.read_text("utf-8")) is not None]
    assert len(plain) > 0.9 * len(FILES)


@given(PIECES)
def test_whatever_is_read_is_what_toml_says(text: str) -> None:
    read = read_plain(text)
    assert read is None or read == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    ['a = "1"\na = "2"', "[a]\n[a]", 'a = "1"\n[a]', '[a.b]\n[a]\nb = "1"', 'a = "\x01"', "a = 1"],
)  # fmt: skip
def test_mistakes_and_what_is_not_plain_are_left_to_toml(text: str) -> None:
    assert read_plain(text) is None
