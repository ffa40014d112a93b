"""What cannot be set is told, cluster by cluster, and is never drawn."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import VisitorError
from kiosk.typesetting.document import Document
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.proof import prove
from kiosk.typesetting.typesetter import LONGEST_TEXT, Typesetter

NAMES = {
    "hi": "श्रीमती लक्ष्मी", "mr": "ज्ञानेश्वर ल", "ne": "झलक", "sa": "सङ्घमित्रा", "kok": "मंगेशी",
    "mai": "विद्यापति", "doi": "डोगरा", "brx": "फोरोंगिरि", "bn": "ক্ষ্ম", "as": "ৰমেশ",
    "gu": "કૃષ્ણાબેન", "pa": "ਗੁਰਪ੍ਰੀਤ", "kn": "ಶ್ರೀ", "ml": "ശ്രീലക്ഷ്മി", "or": "ଜଗନ୍ନାଥ",
    "ta": "ராஜேஸ்வரி", "te": "శ్రీ", "sat": "ᱥᱟᱱᱛᱟᱲᱤ", "mni": "ꯃꯩꯇꯩ", "ur": "محمد اقبال",
    "ks": "کٲشُر", "sd": "ڄام ڪرم", "en": "D’Souza",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
@pytest.mark.parametrize("language", ["hi", "en", "ur", "kn", "te"])
def test_names_of_every_script_can_be_set_on_every_page(
    typesetter: Typesetter, name: str, language: str
) -> None:
    assert typesetter.unsettable(f"{name} 19-12-2019 (१२)", language) == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("रवि 😀", ("😀",)),
        ("👨‍👩‍👧 Ravi ❤️", ("👨‍👩‍👧", "❤️")),
        ("A\ue000B", ("\ue000",)),
        ("A\u0378B", ("\u0378",)),
        ("漢字", ("漢", "字")),
        ("a\u202eb", ("\u202e",)),
        ("a\u2067b", ("\u2067",)),  # an isolate that does not end would turn what follows
        ("a\u2069b", ("\u2069",)),
        ("a\x07b", ("\x07",)),
        ("a\ud800b", ("\ud800",)),
        ("\u0936\u0903\u093f", ("\u0936\u0903\u093f",)),  # a vowel sign without a letter
        ("ि", ("ि",)),
        ("\ufeffa", ("\ufeff",)),
    ],
)
def test_what_cannot_be_set_is_named(
    typesetter: Typesetter, text: str, missing: tuple[str, ...]
) -> None:
    found = typesetter.unsettable(text, "hi")
    assert found
    assert [char for cluster in found for char in cluster if char in "".join(missing)]
    if not text.startswith("\u0936"):
        assert found == missing


def test_joiners_are_no_reason_to_refuse(typesetter: Typesetter) -> None:
    assert typesetter.unsettable("क्‍ष क्‌ष ರ‍್ಯಾಂಕ್", "hi") == ()


def test_without_fonts_everything_is_missing() -> None:
    line = Typesetter(Fonts(system=())).set_line("Ravi", "en", 12)
    assert line.missing == ("R", "a", "v", "i")
    assert line.runs == ()


def test_a_line_with_something_missing_is_never_drawn(typesetter: Typesetter) -> None:
    document = Document(title="", language="en", width_pt=100, height_pt=100)
    with pytest.raises(ValueError, match="cannot be set"):
        document.draw(typesetter.set_line("😀", "en", 12), 0, 0)


def test_long_text_is_refused_before_it_is_shaped(typesetter: Typesetter) -> None:
    with pytest.raises(VisitorError) as refused:
        typesetter.set_line("a" * 10_000_000, "en", 12)
    assert refused.value.code == "too_long"
    assert typesetter.unsettable("a" * LONGEST_TEXT, "en") == ()


def test_a_language_that_is_no_tag_is_refused(typesetter: Typesetter) -> None:
    with pytest.raises(VisitorError) as refused:
        typesetter.set_line("a", "en) /X (", 12)
    assert refused.value.key == "language_unknown"


def test_a_proof_that_misses_something_is_not_written(
    typesetter: Typesetter, tmp_path: Path
) -> None:
    to = tmp_path / "proof.pdf"
    assert prove(typesetter, "Ravi 😀", language="en", to=to).missing == ("😀",)
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=40), st.sampled_from(["hi", "ur", "en", "xx"]))
def test_any_text_is_set_or_refused(text: str, language: str) -> None:
    line = TYPESETTER.set_line(text, language, 12)
    shown = " ".join(unicodedata.normalize("NFC", text).translate(SPACES).split(" ")).strip()
    assert line.missing or line.text == shown
    assert line.missing or line.width_pt >= 0


INDIC = st.text(
    st.one_of(*(st.characters(min_codepoint=low, max_codepoint=low + 0x7F)
                for low in (0x900, 0x980, 0xA00, 0xC80, 0xD00, 0x600)),
              st.sampled_from("\u200c\u200d .-5a")), max_size=12)  # fmt: skip


@given(INDIC, st.sampled_from(["hi", "ur"]))
def test_clusters_that_would_show_a_dotted_circle_are_refused(text: str, language: str) -> None:
    line = TYPESETTER.set_line(text, language, 12)
    for run in line.runs:
        for glyph in run.glyphs if not line.missing else ():
            assert glyph.id not in {0, run.face.dotted_circle}


TYPESETTER = Typesetter(Fonts())
SPACES = str.maketrans(dict.fromkeys("\t\n\r\u2028\u2029", " "))
