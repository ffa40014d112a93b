"""Names: what is kept, what is dropped, what is refused with which sentence."""

import unicodedata

import pytest

from kiosk.errors import VisitorError
from kiosk.validate import clean, loses_characters
from kiosk.validate.names import NAME_LIMIT, clean_name

AS_WRITTEN = [
    "श्रीमती सुशीला देवी",
    "शर्मिष्ठा",
    "क्‍षमा",  # ZWJ: the half letter is shown
    "अव्‌यय",  # ZWNJ: the halant is shown
    "ರ‍್ಯಾಲಿ",  # ZWJ before the virama, as Kannada writes it
    "അവന്‍",  # the old chillu: ZWJ at the end of a word
    "ক্ষ্ম র‍্যাব",
    "محمد عبدالرّحمٰن",
    "می‌خواهم",
    "ಕೆ. ಎಸ್. ನರಸಿಂಹಸ್ವಾಮಿ",
    "శ్రీనివాసులు",
    "ਸੁਖਵਿੰਦਰ ਸਿੰਘ",
    "જ્યોત્સ્નાબેન",
    "ଶ୍ରୀକାନ୍ତ",
    "தமிழ்ச்செல்வி",
    "ᱥᱟᱱᱛᱟᱲ",  # Ol Chiki
    "ꯃꯅꯤꯄꯨꯔ",  # Meetei Mayek
    "عٲشِق",  # Kashmiri in Arabic
    "क्यॖशुर",  # Kashmiri in Devanagari
    "Laimayum",
    "A. P. J. Abdul Kalam",
    "D'Souza-Pinto",
    "D’Souza",
    "Sarpanch (Ward 7)",
    "Vishwanathan 2",
    "Ramaiah",
    "MacDonald o'brien",  # case is theirs
    "Kr\u0325\u0323shna",  # general accents on Latin letters
    "Ž\u0323elezný",
    "बड़ा",
    "D`Souza D´Souza",
    "अ. प्र॰ शर्मा",
    "कोऽ नहि",  # Maithili
    "गा॑र",  # Dogri
    "बर' ब्रह्म",  # Bodo
    "শ্ৰীযুত ৰঞ্জন",  # Assamese
    "মৈতৈলোন্",  # Manipuri in Bengali letters
    "কোৎস",
    "سنڌي ٻڌو",  # Sindhi
    "کٲشُر اَکھ ٲسۍ",  # Kashmiri
    "محمدؐ علیؓ ﷺ",
    "സുബ്രഹ്മണ്യൻ",
    "ஃபாத்திமா",
    "ਸੁੱਖਵੰਤ ਕੌਰ",
    "ଦ୍ୱିବେଦୀ ୟାଦବ",
    "𑄌𑄋𑄴𑄟𑄳𑄦",  # Chakma, beyond the first plane
    "Śrīnivāsa R̥ṣi",
]


@pytest.mark.parametrize("name", AS_WRITTEN)
def test_a_name_stays_as_its_owner_writes_it(name: str) -> None:
    assert clean(["name"], name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Asha \t  Rani\r\n", "Asha Rani"),
        ("Asha\u00a0Rani", "Asha Rani"),
        ("As\0ha\x7f", "Asha"),
        ("As\u00adha\u200b Rani\ufeff", "Asha Rani"),
        ("Jose\u0301", "José"),
        ("Jo\u200dse\u200c", "Jose"),  # joiners join nothing in Latin
        ("\u200dराम", "राम"),
        ("क्\u200d\u200dष", "क्\u200dष"),
        ("राम \u200cशर्मा", "राम शर्मा"),
        ("e\0\u0301va", "éva"),
        ("e\u200d\u0301va", "éva"),
        ("", ""),
        ("   ", ""),
        ("\0\u200d", ""),
    ],
)
def test_what_nobody_sees_is_dropped(typed: str, kept: str) -> None:
    assert clean(["name"], typed) == kept


def test_a_screen_can_say_that_something_was_dropped() -> None:
    assert loses_characters("As\0ha")
    assert not loses_characters("क्‍षमा देवी\n")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Asha\u202eadmin", "hidden_characters"),
        ("\u2067محمد\u2069", "hidden_characters"),
        ("محمد\u200f", "hidden_characters"),
        ("Asha\ud800", "hidden_characters"),
        ("Asha\ue000", "hidden_characters"),
        ("Asha\U000f1234", "hidden_characters"),
        ("Asha\ufffe", "hidden_characters"),
        ("Asha\U0001ffff", "hidden_characters"),
        ("Asha\U000e0041", "hidden_characters"),
        ("Asha 😀", "name_characters"),
        ("❤ Asha", "name_characters"),
        ("Asha\u20e3", "name_characters"),  # an enclosing mark
        ("Asha\ufe0f", "name_characters"),  # a variation selector
        ("Asha <b>", "name_characters"),
        ("Asha=1", "name_characters"),
        ("Asha\u0378", "name_characters"),  # unassigned
        ("Asha\u2062", "name_characters"),  # an invisible operator
        ("\u3164", "name_characters"),  # a letter that draws nothing
        ("12345", "name_letters"),
        ("...", "name_letters"),
        ("ʼʼ", "name_letters"),
        ("\u0301Asha", "name_marks"),
        ("राम ी", "name_marks"),
        ("राम- ्", "name_marks"),
        ("रा\u1debम", "name_marks"),  # as in the press release
        ("रा\u0c3eम", "name_marks"),  # a Telugu vowel sign
        ("م\u093fحمد", "name_marks"),
        ("Z" + "\u0323\u0331\u0302\u0303\u0324\u0325\u0326\u0327" + "algo", "name_marks"),
    ],
)
def test_what_no_certificate_should_carry_is_refused(typed: str, key: str) -> None:
    with pytest.raises(VisitorError) as refused:
        clean(["name"], typed)
    assert (refused.value.key, refused.value.code) == (key, "characters")


def test_marks_do_not_count_as_letters_for_the_length() -> None:
    assert clean_name("कि" * NAME_LIMIT) == "कि" * NAME_LIMIT
    for too_long in ("a" * (NAME_LIMIT + 1), "कि" * (NAME_LIMIT + 1), "x" * 10_000_000):
        with pytest.raises(VisitorError) as refused:
            clean(["name"], too_long)
        assert (refused.value.key, refused.value.code) == ("too_long_name", "too_long")
        assert refused.value.values == {"limit": NAME_LIMIT}
