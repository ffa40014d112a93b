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
        "2341  -  2341  -  2346",
        "2341\n2341\n2346",
        "1. 2341/2341/2346",
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
        "2341 to 2341 to 2346",
        "2341 .. - 2341 .. - 2346",  # too far apart
        "2341/2341/2346/2019",  # a list in the same pattern
        "2019/2341/2341/2346",
        "234123 412346 560001",
        "560001, 234123, 412346",
        "12 2341 23412346",
        "23412341 2346 7",
        "2 3 4 1 2 3 4 1 2 3 4 6 5",
        "7 2 3 4 1 2 3 4 1 2 3 4 6",
        "2341Ⅷ2341Ⅷ2346",  # numbers that are no digits
        "98765 43210",
        "2019",
        "",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not holds_aadhaar(text)


GAPS = [
    ".", "/", ",", "_", "·", "~", "।", "|", ":", "*", " ", "-", "–", "…", ") (", "][", ", ", " / ",
    "\u00a0", "\t", "\n", "😀", " ❤\ufe0f ", "۔", "॥",
]  # fmt: skip
GROUPS = [(4, 4, 4), (6, 6), (4, 8), (8, 4), (1,) * 12]


def grouped(number: str, sizes: tuple[int, ...], gap: str) -> str:
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    return gap.join(number[s : s + size] for s, size in zip(starts, sizes, strict=True))


@pytest.mark.parametrize("sizes", GROUPS, ids=str)
@pytest.mark.parametrize("gap", GAPS, ids=ascii)
def test_however_its_groups_are_kept_apart(sizes: tuple[int, ...], gap: str) -> None:
    for number in (NUMBER, "234567890124"):
        assert holds_aadhaar(f"({grouped(number, sizes, gap)}).")
        assert holds_aadhaar(f"आधार {grouped(number, sizes, gap)} है")


@pytest.mark.parametrize(
    "unseen",
    [
        "\ufe0f", "\u034f", "\u200d", "\u200c", "\u00ad", "\u2060", "\u2064", "\u180e", "\u3164",
        "\U000e0030", "\U000e0101", "\u0301", "\ufe0f\u20e3", "\u115f", "\u17b4", "\x01", "\ue000",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_nobody_sees_does_not_hide_it(unseen: str) -> None:
    assert holds_aadhaar("".join(f"{digit}{unseen}" for digit in NUMBER))
    assert holds_aadhaar(unseen.join(("2341", "2341", "2346")))
    assert holds_aadhaar(f"2341{unseen} {unseen}2341{unseen}/{unseen}2346")


def test_in_the_digits_of_several_scripts_at_once() -> None:
    zeros = [*SCRIPTS.values(), ord("0")]
    mixed = "".join(chr(zeros[at % 6] + int(digit)) for at, digit in enumerate(NUMBER))
    assert holds_aadhaar(mixed)
    assert holds_aadhaar(grouped(mixed, (4, 4, 4), "।"))
    assert holds_aadhaar("②③④①②③④①②③④⑥")


@pytest.mark.parametrize(
    "text",
    [
        "19-12-2019 10:30",
        "19/12/2019, 10:30 - 11:45",
        "from 19-12-2019 to 17-02-2020",
        "2019-12-19T10:30:00",
        "₹ 40,00,000 and 28,00,000",
        "₹ 40,00,000, 28,00,000, 12,50,000",
        "Rs. 1,23,45,67,890",
        "98765 43210, 98765 43211",
        "9876543210 / 9876543211",
        "9876543210\n9876543211\n9876543212",
        "+91 98765 43210",
        "+91-9876543210",
        "080-2345 6789, 2345 6780",
        "2345 6789 / 2345 6780 / 2345 6781",
        "1800-180-3377",
        "29ABCDE1234F1Z5",
        "560001",
        "560001, 560002, 560003",
        "Bengaluru 560001 and 560034",
        "KA 01 AB 1234",
        "KA-01-AB-1234, KA-02-CD-5678",
        "UTR 2341234123465",
        "UTIB0123456789",
        "SBIN0001234 / 20123456789",
        "1 2 3 4 5 6 7 8 9 10 11 12",
        "24 x 7, 365",
        "UDYAM-KA-03-0012345",
    ],
)
def test_innocent_texts_pass(text: str) -> None:
    assert not holds_aadhaar(text)
    assert clean(["multiline"], text) == text


def test_a_list_in_the_same_pattern_passes_whatever_its_digits() -> None:
    draw = random.Random(2)
    for _ in range(300):
        codes = [str(draw.randrange(110_000, 860_000)) for _ in range(3)]
        phones = [str(draw.randrange(6 * 10**9, 10**10)) for _ in range(3)]
        day = f"{draw.randrange(1, 29):02}-{draw.randrange(1, 13):02}-{draw.randrange(1990, 2030)}"
        time = f"{draw.randrange(24):02}:{draw.randrange(60):02}"
        assert not holds_aadhaar(", ".join(codes))
        assert not holds_aadhaar(" / ".join(phones))
        assert not holds_aadhaar(" ".join(f"{one[:5]} {one[5:]}" for one in phones))
        assert not holds_aadhaar(f"{day} {time}")


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
    with pytest.raises(VisitorError) as many_lines:
        clean(["multiline"], "2341\n2341\n2346")
    assert many_lines.value.code == "aadhaar"


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
