"""Aadhaar numbers: found however they are written, and only then."""

import random

import pytest
from stdnum import verhoeff

from kiosk.errors import VisitorError
from kiosk.validate import clean, holds_aadhaar

NUMBER = "234123412346"  # python-stdnum's example
SCRIPTS = {"Devanagari": 0x966, "Urdu": 0x6F0, "Kannada": 0xCE6, "Telugu": 0xC66, "wide": 0xFF10}


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "2341 2341 2346",
        "2341-2341-2346",
        "2341 – 2341 – 2346",
        "2341\u00a02341\u00a02346",
        "2341  2341  2346",
        f"Aadhaar:{NUMBER}.",
        f"my number is {NUMBER} thank you",
        f"क{NUMBER}क",
        f"12 {NUMBER}",
        "2341\u200b23412346",
        "2341\0 2341\u200d 2346",
        "1999 2341 2341 2346",
        "2341 2341 2346 2019",
    ],
)
def test_an_aadhaar_number_is_found(text: str) -> None:
    assert holds_aadhaar(text)


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
def test_in_the_digits_of_any_script(zero: int) -> None:
    assert holds_aadhaar("".join(chr(zero + int(digit)) for digit in NUMBER))


@pytest.mark.parametrize(
    "text",
    [
        "234123412347",  # fails the check
        f"{NUMBER}5",  # thirteen digits
        f"1{NUMBER}",
        "23412341234",
        "23412 341234 6",
        "234-1234-12346",
        "2341/2341/2346",
        "98765 43210",
        "2019",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not holds_aadhaar(text)


def test_about_one_of_ten_numbers_is_taken_for_one() -> None:
    draw = random.Random(1)
    taken = sum(holds_aadhaar(f"{draw.randrange(10**11, 10**12)}") for _ in range(5000))
    assert 400 < taken < 600


@pytest.mark.parametrize(
    "appearance",
    ["", "multiline", "name", "email", "mobile", "pin-code", "gstin", "pan", "udyam", "minimal"],
)
def test_every_kind_of_field_refuses_it(appearance: str) -> None:
    with pytest.raises(VisitorError) as refused:
        clean([appearance], NUMBER)
    assert (refused.value.key, refused.value.code) == ("aadhaar", "aadhaar")
    assert NUMBER not in repr(refused.value)


def test_an_address_and_a_name_that_hold_one_are_refused() -> None:
    for appearance, text in (("email", f"{NUMBER}@example.in"), ("name", f"Asha {NUMBER}")):
        with pytest.raises(VisitorError) as refused:
            clean([appearance], text)
        assert refused.value.code == "aadhaar"


def test_one_that_only_cleaning_brings_together_is_refused() -> None:
    with pytest.raises(VisitorError) as refused:
        clean([], "2341\n2341\n2346")
    assert refused.value.code == "aadhaar"
    assert clean(["multiline"], "2341\n2341\n2346") == "2341\n2341\n2346"


def test_a_mobile_with_its_country_code_passes_in_its_own_field_only() -> None:
    number = next(
        run
        for run in (f"9198765{rest:05}" for rest in range(43210, 43310))
        if verhoeff.is_valid(run)
    )
    assert clean(["mobile"], number) == f"+{number}"
    with pytest.raises(VisitorError) as refused:
        clean([], f"call {number}")
    assert refused.value.code == "aadhaar"
