"""The scripts of the 22 scheduled languages and Latin: their fonts, languages and habits, as data.

Names come in all of them, whatever the language of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

NASTALIQ = ("NotoNastaliqUrdu", "UrdType")
NASKH = ("NotoNaskhArabic", "NotoSansArabic")


@dataclass(frozen=True, slots=True)
class Script:
    """``families``: file names before "-Regular.ttf", the best first. ``language``: what HarfBuzz
    is told when the page's own language is not written in this script. ``leading``: distance of
    baselines as a multiple of the size.
    """

    families: tuple[str, ...]
    language: str
    leading: float = 1.4
    joins: bool = False  # letters of a word join, so a word is never cut between two fonts


_NIRMALA = "Nirmala"

SCRIPTS = {
    "Latn": Script(("NotoSans", "NotoSansDisplay", "DejaVuSans", "SegoeUI"), "en"),
    "Deva": Script(("NotoSansDevanagari", "NotoSerifDevanagari", _NIRMALA), "hi", 1.5),
    "Beng": Script(("NotoSansBengali", "NotoSerifBengali", _NIRMALA), "bn", 1.5),
    "Gujr": Script(("NotoSansGujarati", "NotoSerifGujarati", _NIRMALA), "gu", 1.5),
    "Guru": Script(("NotoSansGurmukhi", "NotoSerifGurmukhi", _NIRMALA), "pa", 1.5),
    "Knda": Script(("NotoSansKannada", "NotoSerifKannada", _NIRMALA), "kn", 1.6),
    "Mlym": Script(("NotoSansMalayalam", "NotoSerifMalayalam", _NIRMALA), "ml", 1.6),
    "Orya": Script(("NotoSansOriya", _NIRMALA), "or", 1.6),
    "Taml": Script(("NotoSansTamil", "NotoSerifTamil", _NIRMALA), "ta", 1.5),
    "Telu": Script(("NotoSansTelugu", "NotoSerifTelugu", _NIRMALA), "te", 1.7),
    "Arab": Script((*NASTALIQ, *NASKH), "ur", 2.1, joins=True),
    "Olck": Script(("NotoSansOlChiki", _NIRMALA), "sat", 1.5),
    "Mtei": Script(("NotoSansMeeteiMayek", _NIRMALA), "mni", 1.5),
}

# Sindhi is printed in Naskh, of which it needs letters and forms that Nastaliq fonts lack; Urdu
# and Kashmiri readers expect Nastaliq.
FAMILIES_BY_LANGUAGE = {"sd": (*NASKH, *NASTALIQ), "ar": (*NASKH, *NASTALIQ)}

_NASTALIQ_GROWTH = 1.15

_SCRIPT_OF = {
    "hi": "Deva", "mr": "Deva", "ne": "Deva", "sa": "Deva", "kok": "Deva", "mai": "Deva",
    "doi": "Deva", "brx": "Deva", "bn": "Beng", "as": "Beng", "mni": "Mtei", "gu": "Gujr",
    "pa": "Guru", "kn": "Knda", "ml": "Mlym", "or": "Orya", "ta": "Taml", "te": "Telu",
    "ur": "Arab", "ks": "Arab", "sd": "Arab", "ar": "Arab", "sat": "Olck", "en": "Latn",
}  # fmt: skip


def primary_of(language: str) -> str:
    """The language alone, without script or place."""
    return language.split("-", maxsplit=1)[0].lower()


@lru_cache(maxsize=64)
def script_of(language: str) -> str:
    """The ISO 15924 script of a BCP 47 tag, its own subtag first (sd-Deva); Latn if unknown."""
    primary, *rest = language.split("-")
    named = (part.title() for part in rest if len(part) == 4 and part.isalpha())
    return next(named, None) or _SCRIPT_OF.get(primary.lower(), "Latn")


@lru_cache(maxsize=2048)
def optical_size(text: str) -> float:
    """By how much type must grow to look as large as its neighbours: Nastaliq letters are small
    for their size.
    """
    return _NASTALIQ_GROWTH if any("\u0620" <= char <= "\u06ff" for char in text) else 1.0


@lru_cache(maxsize=64)
def is_right_to_left(language: str) -> bool:
    """Whether a paragraph of this language begins at the right."""
    return script_of(language) == "Arab"


def shaping_language(script: str, language: str) -> str:
    """What HarfBuzz is told: the page's language where it is written in this script, so that
    Marathi and Nepali get their own forms, else the script's most common language.
    """
    if script_of(language) == script:
        return primary_of(language)
    return SCRIPTS[script].language if script in SCRIPTS else "und"


def families(script: str, language: str) -> tuple[str, ...]:
    """Families for this script in this language, the best first."""
    if script == "Arab":
        primary = primary_of(language)
        if primary in FAMILIES_BY_LANGUAGE:
            return FAMILIES_BY_LANGUAGE[primary]
    return SCRIPTS[script].families if script in SCRIPTS else ()
