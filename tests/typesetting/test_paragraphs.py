"""Paragraphs: justified by their spaces alone, broken between words, shrunk within limits."""

from __future__ import annotations

import pytest
from uniseg.graphemecluster import grapheme_cluster_boundaries

from kiosk.typesetting.bidi import isolated, isolated_within
from kiosk.typesetting.digits import with_digits_of
from kiosk.typesetting.justifying import WIDEST_STRETCH_EM
from kiosk.typesetting.line import Line
from kiosk.typesetting.typesetter import Fit, Typesetter

TEXTS = {
    "hi": "प्रमाणित किया जाता है कि श्रीमती लक्ष्मी कृष्णमूर्ति ने 23-12-2019 को बेंगलुरु में "
    "आयोजित GeM Samvad में भाग लिया और अपनी राय दी।",
    "ur": "تصدیق کی جاتی ہے کہ محمد اقبال نے 23 دسمبر 2019 کو بنگلورو میں منعقدہ GeM Samvad "
    "میں شرکت کی اور اپنی رائے دی، اس کے لیے ان کا بہت شکریہ۔",
    "kn": "ಶ್ರೀಮತಿ ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣಮೂರ್ತಿ ಅವರು 23-12-2019 ರಂದು ಬೆಂಗಳೂರಿನಲ್ಲಿ ನಡೆದ GeM Samvad "
    "ನಲ್ಲಿ ಭಾಗವಹಿಸಿದರು ಎಂದು ಪ್ರಮಾಣೀಕರಿಸಲಾಗಿದೆ.",
    "en": "This is to certify that Mary Fernandes of Bengaluru took part in GeM Samvad on "
    "23 December 2019 and gave her opinion.",
}
WIDTH = 330.0
SPACES = (" ", "\u00a0")


def set_both(typesetter: Typesetter, language: str) -> tuple[list[Line], list[Line]]:
    """The same lines, justified and as they are by themselves."""
    fit = Fit(WIDTH, 14, 14, 12, justify=True)
    justified = typesetter.paragraph(TEXTS[language], language, fit)
    assert justified is not None
    assert len(justified) > 2
    return justified, [typesetter.set_line(line.text, language, 14) for line in justified]


@pytest.mark.parametrize("language", TEXTS)
def test_all_lines_but_the_last_are_as_wide_as_the_column(
    typesetter: Typesetter, language: str
) -> None:
    justified, plain = set_both(typesetter, language)
    assert [line.width_pt for line in justified[:-1]] == pytest.approx([WIDTH] * (len(plain) - 1))
    assert justified[-1].width_pt == pytest.approx(plain[-1].width_pt, abs=0.3)
    assert all(line.ink_right <= WIDTH + 3 for line in justified)


@pytest.mark.parametrize("language", TEXTS)
def test_letters_of_a_word_never_move_apart(typesetter: Typesetter, language: str) -> None:
    """From glyph to glyph only what follows a space gains, and every space gains alike."""
    justified, plain = set_both(typesetter, language)
    for stretched, own in zip(justified[:-1], plain, strict=False):
        gains = set()
        moved = 0.0
        for one, other in zip(stretched.runs, own.runs, strict=True):
            for glyph, before in zip(one.glyphs, other.glyphs, strict=True):
                shift = one.x + glyph.x - other.x - before.x
                assert shift == pytest.approx(moved, abs=0.02)
                if glyph.text in SPACES:
                    gains.add(round((WIDTH - own.width_pt) / 14 / own.text.count(" "), 2))
                    moved += (WIDTH - own.width_pt) / 14 / own.text.count(" ")
        assert len(gains) == 1


def test_lines_are_filled_where_they_are_justified_and_even_where_not(
    typesetter: Typesetter,
) -> None:
    ragged = typesetter.paragraph(TEXTS["en"], "en", Fit(WIDTH, 14, 14, 12))
    _, filled = set_both(typesetter, "en")
    assert ragged is not None
    assert len(ragged) == len(filled)
    assert spread(ragged) < spread(filled)


def spread(lines: list[Line]) -> float:
    widths = [line.width_pt for line in lines]
    return max(widths) - min(widths)


def test_a_line_that_would_be_torn_apart_stays_ragged(typesetter: Typesetter) -> None:
    text = "a bcd Venkatanarasimharajuvaripeta end"
    found = typesetter.paragraph(text, "en", Fit(240, 14, 14, 12, justify=True))
    assert found is not None
    assert found[0].text == "a bcd"
    assert 240 - found[0].width_pt > WIDEST_STRETCH_EM * 14


def test_eighty_letters_without_a_space_shrink_or_are_refused(typesetter: Typesetter) -> None:
    for language, letters in (
        ("en", "Venkata"),
        ("hi", "लक्ष्मी"),
        ("ta", "கிருஷ்ணமூர்த்தி"),
        ("ur", "محمد"),
    ):
        name = (letters * 40)[:80]
        fit = Fit(400, 24, 8, 3, shrink_first=True)
        found = typesetter.paragraph(name, language, fit)
        assert found is None or [line.text for line in found] == [name]
        assert typesetter.paragraph(name, language, Fit(60, 24, 8, 3)) is None
        wide = typesetter.paragraph(name, language, Fit(3000, 24, 8, 3))
        assert wide is not None
        assert wide[0].size_pt <= 24


def test_a_paragraph_of_one_letter_clusters_breaks_at_spaces_only(typesetter: Typesetter) -> None:
    text = " ".join(["क्षि", "र्‍या", "स्त्री"] * 9)
    found = typesetter.paragraph(text, "hi", Fit(60, 12, 12, 30, justify=True))
    assert found is not None
    assert " ".join(line.text for line in found) == text
    starts, at = set(), 0
    for line in found:
        starts.add(text.index(line.text, at))
        at = text.index(line.text, at) + len(line.text)
    assert starts <= set(grapheme_cluster_boundaries(text))


def order(typesetter: Typesetter, text: str, language: str) -> str:
    """What single glyphs stand for, from left to right."""
    line = typesetter.set_line(text, language, 12)
    assert not line.missing
    return "".join(glyph.text for run in line.runs for glyph in run.glyphs).strip("\u2068\u2069")


def test_a_name_from_the_right_leaves_the_number_after_it_in_its_place(
    typesetter: Typesetter,
) -> None:
    """Without its isolate the number would be read as a part of the name."""
    name = "\u0627\u062f\u0631"  # letters that do not join, one glyph each
    plain = order(typesetter, f"{name} 19 x", "en")
    kept = order(typesetter, f"{isolated(name)} 19 x", "en")
    assert plain.index("1") < plain.index(name[0])
    assert kept.index("1") > kept.index(name[0])


def test_an_urdu_venue_does_not_turn_an_english_date(typesetter: Typesetter) -> None:
    line = typesetter.set_line(f"at {isolated('بنگلورو')} on 23-12-2019.", "en", 12)
    shown = "".join(glyph.text for run in line.runs for glyph in run.glyphs)
    assert shown.endswith(" on 23-12-2019.")


@pytest.mark.parametrize(
    ("text", "base", "turned"),
    [
        ("محمد", 0, True),
        ("GeM محمد", 0, True),
        ("٢٣", 0, True),
        ("GeM Samvad", 0, False),
        ("श्रीमती 19", 0, False),
        ("GeM Samvad", 1, True),
        ("محمد 19", 1, False),
        ("\u200e23-12-2019\u200e", 1, False),
        ("", 0, False),
        ("", 1, False),
    ],
)
def test_only_what_turns_is_isolated(text: str, base: int, turned: bool) -> None:
    assert isolated_within(text, base) == (isolated(text) if turned else text)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("hi", "२३-१२-२०१९ को 1,284 AP1-C-0042"),
        ("kn", "೨೩-೧೨-೨೦೧೯ को 1,284 AP1-C-0042"),
        ("ur", "۲۳-۱۲-۲۰۱۹ को 1,284 AP1-C-0042"),
        ("sd", "٢٣-١٢-٢٠١٩ को 1,284 AP1-C-0042"),
        ("sat", "᱒᱓-᱑᱒-᱒᱐᱑᱙ को 1,284 AP1-C-0042"),
        ("mni", "꯲꯳-꯱꯲-꯲꯰꯱꯹ को 1,284 AP1-C-0042"),
        ("mni-Beng", "২৩-১২-২০১৯ को 1,284 AP1-C-0042"),
        ("en", "23-12-2019 को 1,284 AP1-C-0042"),
    ],
)
def test_digits_by_language_leave_serials_alone(
    typesetter: Typesetter, language: str, expected: str
) -> None:
    found = with_digits_of("23-12-2019 को 1,284 AP1-C-0042", language)
    thousands = with_digits_of("1,284", language)
    assert found == expected.replace("1,284", thousands)
    assert thousands[1] == ","
    assert typesetter.unsettable(found, language) == ()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Certificate KA1-C-0042 takes the place of (KA1-C-0017), see 080-2345-6789."),
        ("ur", "سند \u2066KA1-C-0042\u2069 اب سند \u2066KA1-C-0017\u2069 کی جگہ ہے۔"),
        ("kn", "ಪ್ರಮಾಣಪತ್ರ KA1-C-0042 ಈಗ KA1-C-0017 ರ ಬದಲಿಗೆ ಇದೆ."),
    ],
)
def test_no_line_ends_within_a_serial(typesetter: Typesetter, language: str, sentence: str) -> None:
    broken = 0
    for width in range(100, 330, 3):
        lines = typesetter.paragraph(sentence, language, Fit(width, 12, 12, 12))
        assert lines is not None
        assert " ".join(line.text for line in lines) == sentence
        broken += len(lines) > 1
    assert broken


def test_a_word_with_a_hyphen_may_still_be_broken_there(typesetter: Typesetter) -> None:
    lines = typesetter.paragraph("Bhattacharjee-Mukhopadhyay", "en", Fit(100, 12, 12, 2))
    assert lines is not None
    assert [line.text for line in lines] == ["Bhattacharjee-", "Mukhopadhyay"]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("te", "లక్ష్మి Krishnamurthy K."),
        ("en", "Lakshmi Krishnamurthy K."),
        ("kn", "ಲಕ್ಷ್ಮೀ Krishnamurthy K."),
    ],
)
def test_an_initial_never_stands_alone_where_a_little_less_size_helps(
    typesetter: Typesetter, language: str, name: str
) -> None:
    alone = typesetter.set_line("Krishnamurthy", language, 36).width_pt
    lines = typesetter.paragraph(name, language, Fit(alone * 1.02, 36, 7, 3))
    assert lines is not None
    assert [line.text for line in lines] == [name.split(maxsplit=1)[0], name.partition(" ")[2]]
    assert 36 * 0.7 <= lines[0].size_pt < 36


def test_an_initial_stands_alone_where_type_would_become_much_smaller(
    typesetter: Typesetter,
) -> None:
    width = typesetter.set_line("Asha", "en", 36).width_pt
    lines = typesetter.paragraph("Asha WW", "en", Fit(width * 1.02, 36, 7, 2))
    assert lines is not None
    assert [(line.text, line.size_pt) for line in lines] == [("Asha", 36), ("WW", 36)]
