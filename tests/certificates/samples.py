"""Contents of certificates, slips and summaries as an event would give them."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

from kiosk.domain.language import Tag
from kiosk.services.paper import CertificateContent, SlipContent, SummaryContent
from kiosk.services.ports import DayFigures

LANGUAGES = ("hi", "en", "ur", "kn", "te")
NAMES = {
    "hi": "श्रीमती लक्ष्मी कृष्णमूर्ति",
    "en": "Lakshmi Krishnamurthy",
    "ur": "محمد اقبال انصاری",
    "kn": "ಶ್ರೀಮತಿ ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣಮೂರ್ತಿ",
    "te": "లక్ష్మి కృష్ణమూర్తి",
}
CAMPAIGN = {
    "hi": "जेम संवाद", "en": "GeM Samvad", "ur": "جیم سمواد", "kn": "ಜೆಮ್ ಸಂವಾದ",
    "te": "జెమ్ సంవాద్",
}  # fmt: skip
ORGANISER = {
    "hi": "गवर्नमेंट ई-मार्केटप्लेस (जेम)", "en": "Government e Marketplace (GeM)",
    "ur": "گورنمنٹ ای مارکیٹ پلیس (جیم)", "kn": "ಗವರ್ನಮೆಂಟ್ ಇ-ಮಾರ್ಕೆಟ್‌ಪ್ಲೇಸ್ (ಜೆಮ್)",
    "te": "గవర్నమెంట్ ఇ-మార్కెట్‌ప్లేస్ (జెమ్)",
}  # fmt: skip
PLACE = {
    "hi": "आंध्र प्रदेश", "en": "Andhra Pradesh", "ur": "آندھرا پردیش", "kn": "ಆಂಧ್ರಪ್ರದೇಶ",
    "te": "ఆంధ్రప్రదేశ్",
}  # fmt: skip
EVENT = {tag: f"{CAMPAIGN[tag]}, {PLACE[tag]}" for tag in LANGUAGES}
VENUE = {
    "hi": "नमूना स्थल, विजयवाड़ा", "en": "Sample venue, Vijayawada", "ur": "نمونہ مقام، وجے واڑہ",
    "kn": "ಮಾದರಿ ಸ್ಥಳ, ವಿಜಯವಾಡ", "te": "నమూనా వేదిక, విజయవాడ",
}  # fmt: skip
SESSION = {
    "hi": "ख़रीदारों और विक्रेताओं की भेंट", "en": "Buyers and sellers meet",
    "ur": "خریداروں اور فروخت کنندگان کی ملاقات", "kn": "ಖರೀದಿದಾರರು ಮತ್ತು ಮಾರಾಟಗಾರರ ಭೇಟಿ",
    "te": "కొనుగోలుదారులు, విక్రేతల సమావేశం",
}  # fmt: skip
DAY = date(2019, 12, 23)
SEALED = "SK1" + "ABCDEFGHJKMNPQRSTVWXYZ0123456789" * 8  # as long as a sealed slip is


def certificate(language: str, **changes: Any) -> CertificateContent:
    content = CertificateContent(
        serial="AP1-C-0042", name=NAMES[language], language=Tag(language), campaign=CAMPAIGN,
        event=EVENT, place=PLACE, venue=VENUE, organiser=ORGANISER, day=DAY,
        sessions=(SESSION, SESSION), qr="GEM-SAMVAD AP1-C-0042", practice=False, specimen=False,
        sample=False,
    )  # fmt: skip
    return dataclasses.replace(content, **changes)


def slip(language: str, **changes: Any) -> SlipContent:
    content = SlipContent(
        number="AP1-0057", name=NAMES[language], language=Tag(language), campaign=CAMPAIGN,
        event=EVENT, day=DAY, receipt_code="7QX4-9KTM-2VBR-0HNE-C", qr=SEALED, practice=False,
    )  # fmt: skip
    return dataclasses.replace(content, **changes)


SENTENCES = (
    ("hi", "पोर्टल पर बोली लगाना अब आसान है, पर भुगतान में देर होती है।"),
    ("ur", "سائٹ اچھی ہے مگر اردو میں مدد نہیں ملتی۔"),
    ("kn", "ಕ್ಯಾಟಲಾಗ್ ಸೇರಿಸುವುದು ಸುಲಭವಾಗಿದೆ."),
    ("sat", "ᱱᱚᱣᱟ ᱫᱚ ᱵᱮᱥ ᱜᱮᱭᱟ"),
    ("en", "Search results are better than last year."),
)


def figures(**changes: Any) -> DayFigures:
    day = DayFigures(
        registered=1284, responses=812, anonymous=203, certificates=790, checked_in=1010, drafts=2,
        printing=1, by_hour={9: 40, 10: 210, 13: 20, 17: 104},
        by_language={"te": 700, "hi": 300, "en": 200, "ur": 84},
        by_does={"seller": 600, "buyer_other": 120}, ratings={5: 300, 4: 280, 1: 52},
        themes={"pay": 210, "search": 150}, sentences=SENTENCES,
    )  # fmt: skip
    return dataclasses.replace(day, **changes)


def summary(language: str, **changes: Any) -> SummaryContent:
    content = SummaryContent(
        language=Tag(language), campaign=CAMPAIGN, event=EVENT, place=PLACE, venue=VENUE, day=DAY,
        figures=figures(),
        language_names={"te": "తెలుగు", "hi": "हिन्दी", "en": "English", "ur": "اردو"},
        does_labels={"seller": "Seller",
                     "buyer_other": "Buyer for a local body or other public office"},
        theme_labels={"pay": "Payment", "search": "Search and comparison"},
        device_code="AP1", entries=4211, head="9f3c" * 16, practice=False, sample=False,
    )  # fmt: skip
    return dataclasses.replace(content, **changes)
