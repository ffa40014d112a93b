"""One thing has one name in each language, and only what is not ours to translate stays Latin."""

from __future__ import annotations

import re
import unicodedata

import pytest

from kiosk.domain.language import Tag
from kiosk.services.words import load_all_words

_OTHERS = ("hi", "ur", "kn", "te")
_VALUE = re.compile(r"\{\w*\}")

_TERMS = {  # what is not said, and what is said in its place; (?=…) and \b as in any pattern
    "hi": {
        "स्टिक": "पेन ड्राइव",
        "पासफ़्रेज़": "गुप्त वाक्य",
        "प्रमाण-पत्र|सर्टिफ़िकेट": "प्रमाणपत्र",
        "प्रपत्र": "फ़ॉर्म",
        "क्रम संख्या|सीरियल": "क्रमांक",
        "सील ": "मुहरबंद",
        "पटल": "स्क्रीन",
        "मिला-जुला|मिले-जुले|विलय": "संयुक्त भंडार, मिलाइए",
        "एन्क्रिप्ट": "कूटबद्ध",
        "विज़िटर|अतिथि": "आगंतुक",
        "खाली|बाकी|गलत|खराब|तारीख(?!़)|कतार(?!़)": "the same with nukta",
    },
    "ur": {
        "اسٹک|یو ایس بی ڈرائیو": "پین ڈرائیو",
        "پاس فریز": "خفیہ جملہ",
        "پِن": "پن",
        "انھ": "انہ",
        "کلید": "کنجی",
        "ورژن": "نسخہ",
        "اجلاس|سیشن": "نشست",
        "نوٹس": "اطلاع نامہ",
        "رجسٹرڈ|رجسٹریشن": "اندراج شدہ، اندراج",
        "مرموز": "رمز بند",
        r"ہو گ[ای]\b": "ہوگا، ہوگی",
        "[يك]": "ی ک of Urdu, not of Arabic",
        r"[?;]|\w,": "؟ ؛ ،",
    },
    "kn": {
        "ಸ್ಟಿಕ್": "ಪೆನ್ ಡ್ರೈವ್",
        "ಪಾಸ್‌ಫ್ರೇಸ್|ಗುಪ್ತಪದ": "ರಹಸ್ಯ ವಾಕ್ಯ",
        "ರಹಸ್ಯ ಸಂಕೇತ|ರಹಸ್ಯ ಕೋಡ್": "ಗುಪ್ತ ಸಂಕೇತ",
        "ಅಧಿವೇಶನ": "ಗೋಷ್ಠಿ",
        "ಅರ್ಜಿ": "ನಮೂನೆ",
        "ಕಡತಕೋಶ": "ಫೋಲ್ಡರ್",
        "ಫೈಲ್": "ಕಡತ",
        "ಅಕ್ಷರಶೈಲಿ": "ಫಾಂಟ್",
        "ಮುದ್ರಕ": "ಪ್ರಿಂಟರ್",
        "ಲಾಗ್‌": "ದಿನಚರಿ",
        "ಒಂದುಗೂಡಿ": "ಒಟ್ಟುಗೂಡಿಸಿ",
        "ಇಮೇಲ್": "ಇ-ಮೇಲ್",
        "ಡೆಸ್ಕ್": "ಮೇಜು",
        "ಸರ್ಟಿಫಿಕೇಟ್": "ಪ್ರಮಾಣಪತ್ರ",
    },
    "te": {
        "స్టిక్": "పెన్ డ్రైవ్",
        "పాస్‌ఫ్రేజ్": "రహస్య వాక్యం",
        "రహస్య సంకేతం": "రహస్య కోడ్",
        "ప్రకటన": "నోటీసు",
        "ఉపసంహర": "వెనక్కి తీసుకోండి",
        "సమాధాన": "జవాబు",
        "దస్తావేజు": "రికార్డు",
        "సాధన": "అభ్యాసం",
        "మళ్లీ|వెళ్ల": "మళ్ళీ, వెళ్ళ",
        "నుండి": "నుంచి",
        "తరువాత": "తర్వాత",
        "ఫైలు|ఫోల్డరు": "ఫైల్, ఫోల్డర్",
        "నంబరు": "నంబర్",
        "వాడుకరి": "వినియోగదారు",
        "గూఢలిపి|గుప్తలిపి": "గుప్తీకరించి",
        "ఈమెయి|ఇమెయి": "ఈ-మెయిల్",
        "బడుతు|బడింది|బడవు|బడదు": "what somebody does, without -బడు",
        r"\bమరియు": "a comma, or nothing",
        "సర్టిఫికెట్": "ధ్రువపత్రం",
    },
}
_NAMES = """
Asia BCP CSV CUPS Enter GB GST GSTIN Hindi ISO JPEG JSON Kolkata MB N No Noto PAN PDF PKCS PNG
PRACTICE PostgreSQL SPECIMEN SVG TOML TrueType UTC UTF Yes
"""  # names, units, and what stands on a key or on paper in just these letters
_TYPED = """
C FILE KA KIOSK PASSPHRASE PreserveJobFiles PreserveJobHistory T TEXT UDYAM a age analyst audit
bucket campaign choices cloud conflicts constraint csv database device event events example false
field frame help hi hibernate host hosts identity if in install kiosk known label languages mask
merge message n name p page passphrase pfx pgpass pip postgresql pyxform regex registration revoke
roll s samvad server settings settle sftp sign sqlite swapoff sync systemctl take target text toml
true user value verify version webdav webdavs xls xlsx xml y yes
"""  # commands, options, files, columns and examples: typed as they stand
_LATIN = frozenset((_NAMES + _TYPED).split())


def _latin(said: str) -> set[str]:
    return set(re.findall("[A-Za-z]+", _VALUE.sub("", said)))


@pytest.mark.parametrize("tag", _OTHERS)
def test_one_thing_has_one_name(tag: str) -> None:
    sentences = load_all_words()[Tag(tag)].sentences
    assert {
        (key, wanted): said
        for wrong, wanted in _TERMS[tag].items()
        for key, said in sentences.items()
        if re.search(unicodedata.normalize("NFC", wrong), _VALUE.sub("", said))
    } == {}


@pytest.mark.parametrize("tag", _OTHERS)
def test_latin_letters_are_left_to_names_and_to_what_is_typed(tag: str) -> None:
    words = load_all_words()
    english, other = words[Tag("en")].sentences, words[Tag(tag)].sentences
    assert {
        key: strays
        for key, said in other.items()
        if (strays := _latin(said) - (_LATIN & _latin(english[key])))
    } == {}


@pytest.mark.parametrize("tag", _OTHERS)
def test_nothing_is_written_in_a_third_script_or_in_other_digits(tag: str) -> None:
    words = load_all_words()
    script = {"hi": "DEVANAGARI", "ur": "ARABIC", "kn": "KANNADA", "te": "TELUGU"}[tag]
    assert {
        key: said
        for key, said in words[Tag(tag)].sentences.items()
        for letter in said
        if (letter.isalpha() and not unicodedata.name(letter).startswith((script, "LATIN")))
        or (letter.isdigit() and not letter.isascii())
    } == {}


@pytest.mark.parametrize("tag", _OTHERS)
def test_every_sentence_tells_the_same_values(tag: str) -> None:
    words = load_all_words()
    english, other = words[Tag("en")].sentences, words[Tag(tag)].sentences
    assert {
        key
        for key in english
        if set(_VALUE.findall(english[key])) != set(_VALUE.findall(other[key]))
    } == {"paper.certificate.heading"}  # which names the campaign in English too
