"""Directions, scripts, fonts and breaks of lines, without looking at pixels."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uniseg.graphemecluster import grapheme_cluster_boundaries

from kiosk.errors import EnvironmentFault
from kiosk.typesetting import bidi, runs
from kiosk.typesetting.fonts import MOST_OWN_FILES, Fonts
from kiosk.typesetting.scripts import is_right_to_left, script_of
from kiosk.typesetting.typesetter import Fit, Typesetter

NOTO = Path("/usr/share/fonts/truetype/noto")


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc אבג", 0, "abc גבא"),
        ("אבג abc", 1, "abc גבא"),
        ("א 2019 ב", 1, "ב 2019 א"),
        ("ا 23-12-2019 ب", 1, "ب 2019-12-23 ا"),  # W2, W4: why dates are set between marks
        ("ا \u200e23-12-2019\u200e ب", 1, "ب \u200e23-12-2019\u200e ا"),
        ("א (abc) ב", 1, "ב (abc) א"),
        ("abc (אבג) d", 0, "abc (גבא) d"),
        ("a (ב) c", 1, "c (ב) a"),
        ("א (ב) c", 0, "(ב) א c"),  # N0: the pair takes its context's direction
        ("ab\u200dאב", 0, "ab\u200dבא"),
    ],
)
def test_characters_stand_in_the_order_of_uax_9(text: str, base: int, expected: str) -> None:
    mirrored = str.maketrans("()", ")(")
    levels = bidi.levels(text, base)
    by_paper = "".join(
        text[at].translate(mirrored) if levels[at] % 2 else text[at]
        for at in bidi.visual_order(levels)
    )
    assert by_paper == expected


@given(st.text(max_size=60), st.sampled_from([0, 1]))
def test_every_character_has_a_level_and_a_place(text: str, base: int) -> None:
    levels = bidi.levels(text, base)
    assert len(levels) == len(text)
    assert sorted(bidi.visual_order(levels)) == list(range(len(text)))


def scripts(text: str, language: str) -> list[str]:
    levels = bidi.levels(text, int(is_right_to_left(language)))
    found = runs.scripts(text, script_of(language), levels)
    return [found[0], *(after for before, after in pairwise(found) if before != after)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("श्री 12", "hi", ["Deva"]),
        ("12", "kn", ["Knda"]),
        ("(श्री) A", "en", ["Deva", "Latn"]),
        ("A (श्री) B", "en", ["Latn", "Deva", "Latn"]),
        ("A (श्री). ", "en", ["Latn", "Deva", "Latn"]),
        ("श्री।", "hi", ["Deva"]),
    ],
)
def test_shared_signs_go_with_their_neighbours(
    text: str, language: str, expected: list[str]
) -> None:
    assert scripts(text, language) == expected


def test_a_space_in_an_urdu_line_is_an_urdu_space() -> None:
    text = "کو GeM Samvad میں"
    found = runs.scripts(text, "Arab", bidi.levels(text, 1))
    assert found[text.index("S") - 1] == "Latn"
    assert found[text.index("میں") - 1] == "Arab"


@pytest.mark.parametrize(
    ("language", "text", "files"),
    [
        ("ur", "محمد", ["NotoNastaliqUrdu"]),
        ("ks-Arab", "کٲشُر", ["NotoNastaliqUrdu"]),
        ("sd", "ڄام", ["NotoNaskhArabic"]),
        ("sd-Deva", "राम", ["NotoSansDevanagari"]),
        ("en", "محمد", ["NotoNastaliqUrdu"]),
        ("ur", "ڪرم", ["NotoNaskhArabic"]),  # a whole word leaves the font that lacks one letter
        ("ur", "ڪرم، ₹500", ["NotoNaskhArabic", "NotoNastaliqUrdu", "NotoSans"]),
        ("en", "Ωmega Иван", ["NotoSans"]),
        ("hi", "राम · Ravi", ["NotoSansDevanagari", "NotoSans"]),
    ],
)
def test_fonts_by_language_script_and_coverage(
    typesetter: Typesetter, language: str, text: str, files: list[str]
) -> None:
    line = typesetter.set_line(text, language, 12)
    assert sorted(path.stem.removesuffix("-Regular") for path in line.font_files) == sorted(files)
    bold = typesetter.set_line(text, language, 12, bold=True)
    assert sorted(path.stem.removesuffix("-Bold") for path in bold.font_files) == sorted(files)


def test_a_given_font_comes_first_and_the_system_fills_its_gaps() -> None:
    serif = NOTO / "NotoSerifDevanagari-Regular.ttf"
    line = Typesetter(Fonts(files=[serif])).set_line("राम Ravi", "hi", 12)
    assert [path.stem for path in line.font_files] == [serif.stem, "NotoSans-Regular"]


def test_a_folder_of_fonts_may_hold_other_things(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font")
    (tmp_path / "b.ttf").write_bytes((NOTO / "NotoSans-Regular.ttf").read_bytes()[:5000])
    (tmp_path / "c.ttf").symlink_to(NOTO / "NotoSerif-Regular.ttf")
    (tmp_path / "read me.txt").write_text("fonts")
    line = Typesetter(Fonts([tmp_path])).set_line("Ravi", "en", 12)
    assert [path.name for path in line.font_files] == ["c.ttf"]


def test_a_font_that_was_named_must_be_one(tmp_path: Path) -> None:
    broken = tmp_path / "a.ttf"
    broken.write_bytes(b"\0\1\0\0" + b"\xff" * 1000)
    for path in (broken, tmp_path / "none.ttf"):
        with pytest.raises(EnvironmentFault) as fault:
            Fonts(files=[path])
        assert fault.value.key == "font_unusable"


def test_a_folder_without_end_is_refused(tmp_path: Path) -> None:
    for at in range(MOST_OWN_FILES + 1):
        (tmp_path / f"{at}.ttf").touch()
    for folder, key in ((tmp_path, "font_folder_too_large"),
                        (tmp_path / "none", "font_folder_unreadable")):  # fmt: skip
        with pytest.raises(EnvironmentFault) as fault:
            Fonts([folder])
        assert fault.value.key == key


WORDS = st.lists(
    st.sampled_from(["श्रीमती", "लक्ष्मी", "19-12-2019", "GeM", "क्‍षमा", "محمد", "“राय”", "—"]),
    min_size=1,
    max_size=14,
)


@given(WORDS, st.integers(60, 400), st.integers(1, 6), st.booleans())
def test_paragraphs_keep_every_word_and_their_limits(
    words: list[str], width: int, lines: int, shrink_first: bool
) -> None:
    text = " ".join(words)
    fit = Fit(width, 16, 8, lines, shrink_first)
    for language in ("hi", "ur"):
        found = TYPESETTER.paragraph(text, language, fit)
        if found is None:
            continue
        assert len(found) <= lines
        assert " ".join(line.text for line in found).replace(" ", "") == text.replace(" ", "")
        assert all(line.width_pt <= width * 1.002 for line in found)
        assert all(8 - 0.5 <= line.size_pt <= 16 for line in found)


def test_a_name_shrinks_before_it_breaks_and_breaks_before_it_is_refused(
    typesetter: Typesetter,
) -> None:
    name = "Venkatanarasimharajuvaripeta Satyanarayana"
    sizes = []
    for width in (600, 300, 150, 20):
        found = typesetter.paragraph(name, "en", Fit(width, 24, 8, 2, shrink_first=True))
        sizes.append(None if found is None else (len(found), found[0].size_pt < 24))
    assert sizes == [(1, False), (1, True), (2, True), None]


def test_lines_never_break_inside_a_cluster(typesetter: Typesetter) -> None:
    text = "क्षत्रिय-श्रीमती लक्ष्मी क्‍षमा द्वितीय"
    found = typesetter.paragraph(text, "hi", Fit(60, 14, 14, 9))
    assert found is not None
    starts = {text.index(line.text) for line in found}
    assert starts <= set(grapheme_cluster_boundaries(text))


def test_ink_is_measured_not_announced(typesetter: Typesetter) -> None:
    flat = typesetter.set_line("xxx", "en", 100)
    tall = typesetter.set_line("شرکت", "ur", 100)
    assert flat.descent < 3 < flat.ascent < tall.ascent
    assert tall.descent > 20


TYPESETTER = Typesetter(Fonts())
