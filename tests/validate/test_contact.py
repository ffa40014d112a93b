"""Phone numbers, addresses and the codes that offices give."""

import pytest

from kiosk.errors import VisitorError
from kiosk.validate import clean
from kiosk.validate.latin import CODE_LIMIT

RIGHT = [
    ("mobile", "9876543210", "+919876543210"),
    ("mobile", "098765 43210", "+919876543210"),
    ("mobile", "+91 98765-43210", "+919876543210"),
    ("mobile", "0091 (98765) 43210", "+919876543210"),
    ("mobile", "\uff0b91 98765\u201143210", "+919876543210"),
    ("mobile", "\u202a+91\u00a098765 43210\u202c", "+919876543210"),  # as phones copy it
    ("mobile", "९८७६५४३२१०", "+919876543210"),
    ("mobile", "۹۸۷۶۵۴۳۲۱۰", "+919876543210"),
    ("mobile", "೯೮೭೬೫೪೩೨೧೦", "+919876543210"),
    ("mobile", "౯౮౭౬౫౪౩౨౧౦", "+919876543210"),
    ("mobile", "+977 984-1234567", "+9779841234567"),
    ("mobile", "+1 201-555-0123", "+12015550123"),
    ("mobile", " ", ""),
    ("email", " asha@Example.IN ", "asha@example.in"),
    ("email", "asha.rani+gem@gov.in", "asha.rani+gem@gov.in"),
    ("email", "आशा@उदाहरण.भारत", "आशा@उदाहरण.भारत"),
    ("email", "as\u200bha@example.in", "asha@example.in"),
    ("email", "", ""),
    ("pin-code", "560001", "560001"),
    ("pin-code", "560 001", "560001"),
    ("pin-code", "५६०००१", "560001"),
    ("pin-code", "900056", "900056"),
    ("pin-code", "", ""),
    ("gstin", "27aapfu0939f1zv", "27AAPFU0939F1ZV"),
    ("gstin", "27-AAPFU-0939F-1ZV", "27AAPFU0939F1ZV"),
    ("gstin", "", ""),
    ("pan", "acupa7085r", "ACUPA7085R"),
    ("pan", "", ""),
    ("udyam", "udyam-ka-03-0012345", "UDYAM-KA-03-0012345"),
    ("udyam", "UDYAM KA 03 ००१२३४५", "UDYAM-KA-03-0012345"),
    ("udyam", "UDYAMKA030012345", "UDYAM-KA-03-0012345"),
    ("udyam", "", ""),
]

WRONG = [
    ("mobile", "1234567890"),  # valid as a fixed line
    ("mobile", "080 2222 3333"),
    ("mobile", "98765432101"),
    ("mobile", "98765"),
    ("mobile", "98765abcde"),
    ("mobile", "1800-FLOWERS"),
    ("mobile", "+91 98765 43210 ext 5"),
    ("mobile", "+"),
    ("mobile", "9876543210 9876543211"),
    ("mobile", "+9999999999"),
    ("mobile", "98765\ud80043210"),
    ("email", "asha"),
    ("email", "asha@"),
    ("email", "asha@example"),
    ("email", "asha rani@example.in"),
    ("email", "asha@@example.in"),
    ("email", "asha@example..in"),
    ("pin-code", "060001"),
    ("pin-code", "56000"),
    ("pin-code", "5600011"),
    ("pin-code", "56000a"),
    ("gstin", "27AAPFU0939F1ZO"),
    ("gstin", "27AAPFU0939F1Z"),
    ("gstin", "60AAPFU0939F1ZV"),
    ("gstin", "38AAPFU0939F1ZV"),  # the check digit of 27
    ("gstin", "38AAPXU0939F1ZV"),
    ("gstin", "ಕ7AAPFU0939F1ZV"),
    ("pan", "ABMXA3211G"),
    ("pan", "ACUPA0000R"),
    ("pan", "ACUPA7085"),
    ("udyam", "UAM-KA-03-0012345"),
    ("udyam", "UDYAM-KA-03-001234"),
    ("udyam", "UDYAM-K1-03-0012345"),
]


@pytest.mark.parametrize(("appearance", "typed", "stored"), RIGHT)
def test_what_is_right_is_stored_in_one_form(appearance: str, typed: str, stored: str) -> None:
    assert clean([appearance], typed) == stored
    assert clean([appearance], stored) == stored


@pytest.mark.parametrize(("appearance", "typed"), WRONG)
def test_what_is_wrong_is_refused_without_repeating_it(appearance: str, typed: str) -> None:
    with pytest.raises(VisitorError) as refused:
        clean([appearance], typed)
    assert (refused.value.key, refused.value.code) == (appearance.replace("-", "_"), "invalid")
    assert refused.value.__cause__ is None
    assert refused.value.values == {}


@pytest.mark.parametrize("state", ["38", "97", "99"])
def test_numbers_of_ladakh_and_the_centre_are_right(state: str) -> None:
    right = [
        check
        for check in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if not _refused("gstin", f"{state}AAPFU0939F1Z{check}")
    ]
    assert len(right) == 1


def _refused(appearance: str, typed: str) -> bool:
    try:
        clean([appearance], typed)
    except VisitorError:
        return True
    return False


def test_hidden_characters_are_told_in_an_address() -> None:
    with pytest.raises(VisitorError) as refused:
        clean(["email"], "asha@\u202eexample.in")
    assert refused.value.code == "characters"


@pytest.mark.parametrize(
    "appearance", ["mobile", "email", "pin-code", "gstin", "pan", "udyam", "", "multiline"]
)
@pytest.mark.parametrize("length", [CODE_LIMIT * 200, 10_000_000])
def test_what_is_far_too_long_is_refused_unread(appearance: str, length: int) -> None:
    with pytest.raises(VisitorError) as refused:
        clean([appearance], "9" * length)
    assert refused.value.code == "too_long"
    assert 0 < len(str(refused.value.values["limit"])) < 5
