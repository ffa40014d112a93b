"""Lines in which scripts and directions meet, and Pango, which has an engine of its own for both."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kiosk.typesetting.scripts import script_of
from tests.typesetting.pixels import Grey, cropped, loaded
from tests.typesetting.sheets import FONTS, NOTO

SIZE_PX = 80
_FAMILIES = {
    "Arab": "Noto Nastaliq Urdu", "Beng": "Noto Sans Bengali", "Deva": "Noto Sans Devanagari",
    "Gujr": "Noto Sans Gujarati", "Guru": "Noto Sans Gurmukhi", "Knda": "Noto Sans Kannada",
    "Latn": "Noto Sans", "Mlym": "Noto Sans Malayalam", "Mtei": "Noto Sans Meetei Mayek",
    "Olck": "Noto Sans Ol Chiki", "Orya": "Noto Sans Oriya", "Taml": "Noto Sans Tamil",
    "Telu": "Noto Sans Telugu",
}  # fmt: skip
_CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"""

# Digits and brackets that stand next to letters of another script than the line's are left out:
# Pango takes them from the line's first font, we from the font of the letters beside them.
LINES = [
    ("ur", "تصدیق کی جاتی ہے کہ محترمہ Mary Fernandes نے 23 دسمبر 2019 کو بنگلورو میں منعقدہ GeM Samvad "
     "کے پروگرام میں شرکت کی، جس میں 1284 افراد نے اپنی رائے دی، شکریہ"),
    ("ur", "حکومت کی طرف سے چھوٹے کاروباریوں، کاریگروں اور خواتین کی تنظیموں کو خریداروں سے ملانے کے لیے "
     "لکشمی ಲಕ್ಷ್ಮೀ اور కృష్ణమూర్తి نے بھی اپنی تجاویز پیش کیں"),
    ("hi", "प्रमाणित किया जाता है कि श्री محمد اقبال انصاری ने 23-12-2019 को Bengaluru में आयोजित GeM Samvad "
     "में भाग लिया और ಕನ್ನಡ में अपनी राय दी"),
    ("ur", "محمد اقبال نے 19 دسمبر 2019 کو GeM Samvad میں شرکت کی"),
    ("ur", "کام GeM کا"),
    ("ur", "یہ Mary Fernandes کی سند ہے"),
    ("ur", "کل 1284 افراد آئے، 812 نے رائے دی"),
    ("ur", "23-12-2019 کو بنگلورو میں"),
    ("ur", "\u200e23-12-2019\u200e کو بنگلورو میں"),
    ("ur", "(جیم سمواد) آندھرا پردیش"),
    ("ur", "جناب राजेश कुमार نے شرکت کی"),
    ("ur", "محترمہ ಲಕ್ಷ್ಮೀ ಕೃಷ್ಣಮೂರ್ತಿ کو مبارک"),
    ("ur", "شری కృష్ణమూర్తి اور محترمہ Mary Fernandes"),
    ("ur", "গুজরাট નહીં بلکہ بنگال"),
    ("ur", "نام: ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    ("ur", "محکمہ (Department of Commerce) نئی دہلی"),
    ("ur", "[محمد (اقبال) انصاری]"),
    ("ur", "قیمت ۱۲۳۴ روپے اور ۵۰ فیصد"),
    ("ur", "ٹیلیفون \u200e080-2345-6789\u200e پر"),
    ("ur", "\u2068GeM Samvad\u2069 میں شرکت 2019"),
    ("ur", "سوال؟ جواب! ٹھیک ہے؛ شکریہ۔"),
    ("ks", "غُلام مُحَمَّد GeM Samvad کٲشُر بۆنِہ"),
    ("sd", "ڄام ڪرم علي GeM Samvad ۾ شرڪت"),
    ("sd", "نالو: राम کٽو"),
    ("hi", "श्रीमती लक्ष्मी ने 19-12-2019 को GeM Samvad में भाग लिया"),
    ("hi", "नाम: محمد اقبال जी"),
    ("hi", "श्री محمد اقبال انصاری को"),
    ("hi", "श्री \u2068محمد اقبال\u2069 19 को आए"),
    ("hi", "ಕೃಷ್ಣ और కృష్ణ और கிருஷ்ணன்"),
    ("hi", "राम (Ravi) और সীতা"),
    ("hi", "क्‍ष और क्‌ष और क्ष"),
    ("mr", "श्री शिल्पा Fernandes यांना"),
    ("ne", "झलक श्रेष्ठ र Mary ५८"),
    ("sa", "श्रीः सङ्घमित्रा Bengaluru नगरे"),
    ("kok", "मंगेशी नायक हांका GeM Samvad"),
    ("mai", "विद्यापति ठाकुर আৰু Mary"),
    ("brx", "बर' फोरोंगिरि GeM Samvad"),
    ("en", "Certificate for محمد اقبال of Bengaluru"),
    ("en", "Certificate for श्रीमती लक्ष्मी कृष्णमूर्ति"),
    ("en", "Certificate for \u2068محمد اقبال\u2069 (19 December 2019)"),
    ("en", "Presented to ᱥᱟᱱᱛᱟᱲᱤ ᱢᱩᱨᱢᱩ and ꯏꯕꯣꯝꯆꯥ ꯁꯤꯡꯍ"),
    ("en", "Presented to ଜଗନ୍ନାଥ and ശ്രീലക്ഷ്മി"),
    ("en", "Presented to શ્રીમતી કૃષ્ણાબેન and ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    ("en", "Presented to ৰমেশ বৰুৱা and রবীন্দ্রনাথ"),
    ("en", "a (محمد) b [اقبال] c"),
    ("en", "محمد اقبال"),
    ("kn", "ಶ್ರೀ ಕೃಷ್ಣಮೂರ್ತಿ 23-12-2019 GeM Samvad"),
    ("kn", "ಶ್ರೀಮತಿ लक्ष्मी ಅವರಿಗೆ"),
    ("kn", "ಶ್ರೀ محمد اقبال ಅವರಿಗೆ"),
    ("te", "లక్ష్మి కృష్ణమూర్తి GeM Samvad లో"),
    ("te", "శ్రీ ರಾಜೇಶ್ మరియు Mary"),
    ("ta", "திரு. राजेश மற்றும் Mary Fernandes"),
    ("ml", "ശ്രീലക്ഷ്മി യും Mary യും"),
    ("bn", "শ্রী রবীন্দ্রনাথ ও राजेश ও Mary"),
    ("as", "শ্ৰী ৰমেশ আৰু محمد اقبال"),
    ("gu", "શ્રીમતી કૃષ્ણાબેન અને Mary Fernandes"),
    ("pa", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਅਤੇ محمد اقبال"),
    ("or", "ଶ୍ରୀ ଜଗନ୍ନାଥ ଓ Mary ଓ राम"),
    ("sat", "ᱥᱟᱱᱛᱟᱲᱤ ᱢᱩᱨᱢᱩ Samvad"),
    ("mni", "ꯏꯕꯣꯝꯆꯥ ꯁꯤꯡꯍ Samvad"),
]


@dataclass(frozen=True, slots=True)
class Pango:
    """pango-view with a fontconfig that knows the fonts of the proof and no others: of Arabic fonts
    Nastaliq, or Naskh for a Sindhi line.
    """

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Pango:
        for arabic in ("NotoNastaliqUrdu", "NotoNaskhArabic"):
            fonts = folder / arabic / "fonts"
            fonts.mkdir(parents=True)
            for name in (*(own for own in FONTS.values() if own != "NotoNastaliqUrdu"), arabic):
                (fonts / f"{name}.ttf").symlink_to(NOTO / f"{name}-Regular.ttf")
            configuration = _CONFIGURATION.format(folder=folder / arabic)
            (folder / arabic / "fonts.conf").write_text(configuration)
        return cls(folder)

    def drawn(self, text: str, language: str) -> Grey:
        script = script_of(language)
        naskh = language == "sd"
        family = "Noto Naskh Arabic" if naskh else _FAMILIES[script]
        configuration = "NotoNaskhArabic" if naskh else "NotoNastaliqUrdu"
        picture = self.folder / "line.png"
        subprocess.run(
            ["pango-view", "--no-display", f"--font={family} {SIZE_PX}px", "--dpi=72",
             f"--language={language}", "--hinting=none", "--subpixel-positions", "--margin=160",
             *(["--rtl"] if script == "Arab" else []), "--no-auto-dir",
             "-o", str(picture), f"--text={text}"],
            env=dict(os.environ, FONTCONFIG_FILE=str(self.folder / configuration / "fonts.conf")),
            check=True,
            capture_output=True,
        )  # fmt: skip
        return cropped(loaded(picture))
