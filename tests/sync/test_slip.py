"""The slip: sealed for the event, small enough for a cheap scanner."""

from __future__ import annotations

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CROCKFORD, AttendeeId, CampaignId, EventId, Number, new_id
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.sealing import Seal, SlipFacts
from kiosk.sync.slip import LONGEST_SLIP, PREFIX, SlipSeal

SECRET = bytes(range(32))
SEAL = SlipSeal(SECRET, CampaignId("gem-samvad"), EventId("ka-bengaluru"))
FACTS = SlipFacts(
    AttendeeId(new_id(1_576_816_200_000)), Number("KA1-0057"), "श्रीमती राम", Tag("hi"), "seller",
    "ab" * 32,
)  # fmt: skip
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("श्रीमती ಲಕ್ಷ್ಮಿ احمد"),
    min_size=1, max_size=120,
)  # fmt: skip


def refused(text: str, seal: Seal = SEAL) -> str:
    with pytest.raises(VisitorError) as caught:
        seal.open(text)
    assert caught.value.field == "slip"
    return caught.value.key


@given(NAMES, st.sampled_from(["hi", "ks-Arab"]), st.sampled_from(["seller", ""]))
def test_a_slip_tells_another_kiosk_what_was_sealed(name: str, language: str, does: str) -> None:
    facts = SlipFacts(
        FACTS.attendee_id, FACTS.number, name, Tag(language), does, FACTS.receipt_hash
    )
    text = SEAL.seal(facts)
    assert SlipSeal(SECRET, CampaignId("gem-samvad"), EventId("ka-bengaluru")).open(text) == facts
    assert re.fullmatch(f"{PREFIX}[{CROCKFORD}]+", text)


def test_a_slip_without_a_receipt_code_travels_too() -> None:
    bare = SlipFacts(FACTS.attendee_id, FACTS.number, "A", Tag("en"), "", "")
    assert SEAL.open(SEAL.seal(bare)) == bare


def test_scanners_and_people_type_it_in_many_ways() -> None:
    text = SEAL.seal(FACTS)
    for typed in (
        f" {text}\r\n", text.lower(), " ".join(re.findall(".{1,5}", text)),
        PREFIX + text[3:].replace("0", "O").replace("1", "I"), text.replace("1", "L")[:0] + text,
    ):  # fmt: skip
        assert SEAL.open(typed) == FACTS


def test_another_event_s_slip_is_told_from_a_forged_one() -> None:
    for campaign, event in (("gem-samvad", "ap-vijayawada"), ("other", "ka-bengaluru")):
        foreign = SlipSeal(SECRET, CampaignId(campaign), EventId(event))
        assert refused(foreign.seal(FACTS)) == "slip_other_event"
    stranger = SlipSeal(bytes(32), CampaignId("gem-samvad"), EventId("ka-bengaluru"))
    assert refused(stranger.seal(FACTS)) == "slip_forged"


@given(st.integers(min_value=7), st.sampled_from(CROCKFORD))
def test_one_symbol_changed_is_a_forgery(at: int, symbol: str) -> None:
    text = SEAL.seal(FACTS)
    at = 7 + (at - 7) % (len(text) - 8)  # the last symbol may hold bits that mean nothing
    changed = text[:at] + symbol + text[at + 1 :]
    if changed == text:
        assert SEAL.open(changed) == FACTS
    else:
        assert refused(changed) == "slip_forged"


@given(st.text(max_size=60) | st.text(max_size=60).map(lambda rest: PREFIX + rest))
def test_anything_may_be_scanned(text: str) -> None:
    assert refused(text) in {"slip_unreadable", "slip_other_event", "slip_forged"}


@pytest.mark.parametrize(
    "text",
    ["", "SK1", "SK2ABCD", "https://example.in", "SK1AB", SEAL.seal(FACTS)[:-1][:20],
     "SK1" + "?" * 50, "9" * 100_000, SEAL.seal(FACTS)[:9]],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_slip_is_unreadable(text: str) -> None:
    assert refused(text) == "slip_unreadable"


def test_facts_have_a_largest_size() -> None:
    with pytest.raises(ValueError, match="bytes of facts"):
        SEAL.seal(SlipFacts(FACTS.attendee_id, FACTS.number, "क" * 1_000, Tag("hi"), "", ""))


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("राम", 9),
        (("श्रीमती लक्ष्मीनारायण वेंकटेश्वर सुब्रमण्यम कृष्णमूर्ति अय्यर रामचंद्रन " * 2)[:60], 12),
        (("ಶ್ರೀಮತಿ ಲಕ್ಷ್ಮೀನಾರಾಯಣ ವೆಂಕಟೇಶ್ವರ ಸುಬ್ರಹ್ಮಣ್ಯಂ " * 4)[:120], 13),
        ("احمد خان محمد رفیع الدین صدیقی"[:60], 11),
    ],
)
def test_the_symbol_is_coarse_enough_for_a_cheap_scanner(name: str, version: int) -> None:
    facts = SlipFacts(
        FACTS.attendee_id, FACTS.number, name, Tag("hi"), "buyer_department", "5e1f0c9a7b3d42e6" * 4
    )
    text = SEAL.seal(facts)
    assert len(text) < LONGEST_SLIP
    symbol = segno.make(text, error="m", boost_error=False)
    assert symbol.mode == "alphanumeric"
    assert int(symbol.version) <= version
