"""The visitors of the tour: invented, one for each language, names in their own scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.language import Tag


@dataclass(frozen=True, slots=True)
class Guest:
    """One visitor of the tour. ``typed`` and ``feedback`` are answers by question; others skip."""

    language: Tag
    name: str
    does: str
    kinds: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    used: str = "some"
    rating: str = "4"
    sentence: str = ""
    themes: tuple[str, ...] = ()
    anonymous: bool = False
    scans: bool = False  # comes back with the slip under the scanner; else types number and code


GUESTS = (
    Guest(
        Tag("kn"), "ಶ್ರೀಲಕ್ಷ್ಮಿ ಕೃಷ್ಣಮೂರ್ತಿ", "seller", ("artisan", "women_led"),
        typed={"mobile": "9845012345", "offers": "ಇಳಕಲ್ ಸೀರೆ"},
        sentence="ಹುಡುಕಾಟ ಸುಲಭವಾಗಿದೆ", themes=("search",), scans=True,
    ),
    Guest(
        Tag("hi"), "श्रीमती लक्ष्मी त्रिपाठी", "buyer_department",
        rating="2", sentence="भुगतान में देर होती है", themes=("payment", "help"), anonymous=True,
    ),
    Guest(
        Tag("en"), "Meera D'Souza", "service_provider", ("msme", "startup"),
        typed={"email": "meera@example.org"}, used="often", rating="5",
        sentence="Clear and quick.", themes=("orders",), scans=True,
    ),
    Guest(
        Tag("ur"), "محمد اقبال", "seller", ("artisan",),
        typed={"organisation": "Iqbal Handlooms"}, sentence="قیمت صاف نظر آتی ہے",
        themes=("price",),
    ),
    Guest(
        Tag("te"), "శ్రీనివాస్ రెడ్డి", "other", used="never", sentence="నేర్చుకోవాలని ఉంది",
    ),
)  # fmt: skip

WALKS_AWAY = Guest(Tag("hi"), "राम कुमार", "seller")
FROM_ANOTHER_KIOSK = Guest(Tag("te"), "వెంకట లక్ష్మి", "seller", rating="3", anonymous=True, scans=True)
COORDINATOR, PIN = "Asha Rao", "739146"

# who comes to the other laptops of the event
AT_THE_COPY = (
    Guest(Tag("hi"), "मोहम्मद रफ़ीक़ अंसारी", "seller"),
    Guest(Tag("kn"), "ಗೌರಮ್ಮ ಪಾಟೀಲ", "buyer_department"),
    Guest(Tag("en"), "Joseph Fernandes", "other"),
)
IN_1970 = (
    Guest(Tag("te"), "అనసూయ దేవి", "seller"),
    Guest(Tag("ur"), "شبانہ پروین", "service_provider"),
    Guest(Tag("kn"), "ಬಸವರಾಜ ಹಿರೇಮಠ", "seller"),
)
ANSWERS_AS_NOBODY = Guest(Tag("en"), "", "other", sentence="Please open earlier.")
# two laptops, two spellings of one name: a person decides
RESPELLED = next(guest for guest in GUESTS if guest.language == "en")
RESPELLED_AT_THE_FIRST, RESPELLED_AT_THE_COPY = "Meera D'Souza Rao", "Meera D'Sousa"
ERASED = next(guest for guest in GUESTS if guest.language == "ur")
