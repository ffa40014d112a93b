"""What poppler shows of our PDF equals HarfBuzz's own outlines of the same line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.typesetting.proof import prove
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting.pixels import cropped, outlined, rendered, strangers

NOTO = Path("/usr/share/fonts/truetype/noto")
LARGEST_SHARE = 0.002  # curves in 12 steps against poppler's own; a wrong letter is above 0.03

# language, script, font, names and words with what is hard in the script
WORDS = [
    ("hi", "Deva", "NotoSansDevanagari",
     "श्रीमती क्षत्रिय ज्ञानेश्वरी हृदयनारायण र्‍याचा क्‍ष क्‌ष विद्यार्थी द्वितीय शृंखला"),
    ("mr", "Deva", "NotoSansDevanagari", "श्री शिल्पा लक्ष्मण मुक्ताबाई ऱ्हस्व"),
    ("ne", "Deva", "NotoSansDevanagari", "झलक श्रेष्ठ प्रज्ञा ५८ क्षेत्री"),
    ("sa", "Deva", "NotoSansDevanagari", "कार्त्स्न्य श्रीः सङ्घमित्रा"),
    ("kok", "Deva", "NotoSansDevanagari", "मंगेशी नायक"),
    ("mai", "Deva", "NotoSansDevanagari", "विद्यापति ठाकुर"),
    ("doi", "Deva", "NotoSansDevanagari", "डोगरा ज'म्मू"),
    ("brx", "Deva", "NotoSansDevanagari", "बर' फोरोंगिरि"),
    ("bn", "Beng", "NotoSansBengali", "ক্ষ্ম রবীন্দ্রনাথ শ্রীকৃষ্ণ জ্যোৎস্না বৃষ্টি র‍্যাব সঙ্ঘমিত্রা"),
    ("as", "Beng", "NotoSansBengali", "ৰমেশ চন্দ্ৰ বৰুৱা লক্ষ্মীনাথ"),
    ("gu", "Gujr", "NotoSansGujarati", "શ્રીમતી કૃષ્ણાબેન જ્ઞાનેશ્વરી ત્ર્યંબક"),
    ("pa", "Guru", "NotoSansGurmukhi", "ਸ੍ਰੀ ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਪੜ੍ਹਾਈ ਕੁੱਤਾ"),
    ("kn", "Knda", "NotoSansKannada", "ಶ್ರೀ ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣಮೂರ್ತಿ ಜ್ಞಾನೇಶ್ವರ ಸ್ತ್ರೀ ರ‍್ಯಾಂಕ್"),
    ("ml", "Mlym", "NotoSansMalayalam", "ശ്രീലക്ഷ്മി കൃഷ്ണൻകുട്ടി ക്ഷേത്രം ഭാൎയ കർത്താവ് സ്ത്രീ"),
    ("or", "Orya", "NotoSansOriya", "ଶ୍ରୀ ଜଗନ୍ନାଥ ଲକ୍ଷ୍ମୀ କ୍ଷେତ୍ର ସନ୍ଧ୍ୟା"),
    ("ta", "Taml", "NotoSansTamil", "ஸ்ரீ ராஜேஸ்வரி க்ஷேத்திரம் கௌதம் மொழி"),
    ("te", "Telu", "NotoSansTelugu", "శ్రీ లక్ష్మి కృష్ణమూర్తి జ్ఞానేశ్వర్ స్త్రీ క్ష్మా రాష్ట్రం"),
    ("sat", "Olck", "NotoSansOlChiki", "ᱥᱟᱱᱛᱟᱲᱤ ᱨᱟᱹᱥᱠᱟᱹ ᱢᱩᱨᱢᱩ"),
    ("mni", "Mtei", "NotoSansMeeteiMayek", "ꯃꯩꯇꯩꯂꯣꯟ ꯏꯕꯣꯝꯆꯥ ꯁꯤꯡꯍ"),
    ("en", "Latn", "NotoSans", "Lakshmi Krishnamurthy D’Souza Fernandes AVATAR office Nāgārjuna"),
    ("ur", "Arab", "NotoNastaliqUrdu", "محمد اقبال انصاری شرکت یحییٰ ٹھیکیدار گورنمنٹ منعقدہ بیگم"),
    ("ks", "Arab", "NotoNastaliqUrdu", "کٲشُر غُلام مُحَمَّد بۆنِہ"),
    ("sd", "Arab", "NotoNaskhArabic", "ڄام ڪرم علي ٻڍڙو ڏاهو ڳوٺ"),
]  # fmt: skip


def share_of_strangers(
    typesetter: Typesetter, folder: Path, case: tuple[str, str, str, str], *, bold: bool = False
) -> float:
    language, script, family, text = case
    pdf = folder / "word.pdf"
    assert prove(typesetter, text, language=language, to=pdf, size_pt=48, bold=bold).missing == ()
    ours = cropped(rendered(pdf))
    theirs = outlined(
        text,
        NOTO / f"{family}-{'Bold' if bold else 'Regular'}.ttf",
        size_pt=48,
        script=script,
        language=language,
        direction="rtl" if script == "Arab" else "ltr",
    )
    return strangers(ours, theirs)


@pytest.mark.parametrize("case", WORDS, ids=[case[0] for case in WORDS])
def test_whole_lines_equal_harfbuzz_outlines(
    typesetter: Typesetter, tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    language, script, family, text = case
    few = " ".join(text.split()[:4])
    assert share_of_strangers(typesetter, tmp_path, (language, script, family, few)) <= 0.004


@pytest.mark.parametrize("case", WORDS, ids=[case[0] for case in WORDS])
def test_bold_comes_from_the_bold_file(
    typesetter: Typesetter, tmp_path: Path, case: tuple[str, str, str, str]
) -> None:
    word = case[3].split()[0]
    share = share_of_strangers(typesetter, tmp_path, (*case[:3], word), bold=True)
    assert share <= LARGEST_SHARE


def test_joiners_make_different_letters(typesetter: Typesetter, tmp_path: Path) -> None:
    pages = []
    for at, text in enumerate(("क्‍ष", "क्‌ष", "क्ष")):
        pdf = tmp_path / f"{at}.pdf"
        prove(typesetter, text, language="hi", to=pdf, size_pt=48)
        pages.append(cropped(rendered(pdf)))
    half, virama, conjunct = pages
    assert strangers(half, virama) > 0.03
    assert strangers(half, conjunct) > 0.03
    assert strangers(virama, conjunct) > 0.03


@pytest.mark.parametrize(("language", "text"), [("mr", "शल"), ("ne", "झ५८")])
def test_a_language_gets_its_own_forms(
    typesetter: Typesetter, tmp_path: Path, language: str, text: str
) -> None:
    pages = []
    for tag in (language, "hi"):
        pdf = tmp_path / f"{tag}.pdf"
        prove(typesetter, text, language=tag, to=pdf, size_pt=48)
        pages.append(cropped(rendered(pdf)))
    own, hindi = pages
    assert strangers(own, hindi) > 0.01
