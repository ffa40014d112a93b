"""The shipped pack says what the release says, in five languages, and marks the rest as samples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.campaign.pack import (
    find_event,
    form_files,
    load_pack,
    pack_folder,
    shipped_packs,
)
from kiosk.domain.event import Campaign, facts_on, place_of, valid_on
from kiosk.errors import VisitorError

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
LANGUAGES = {"hi", "en", "ur", "kn", "te"}
LETTERS = {
    "hi": r"[\u0900-\u097f]",
    "en": r"[A-Za-z]",
    "ur": r"[\u0600-\u06ff]",
    "kn": r"[\u0c80-\u0cff]",
    "te": r"[\u0c00-\u0c7f]",
}
LAUNCH_STATES = {"IN-KA", "IN-UT", "IN-HP", "IN-AP"}


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_pack("gem-samvad", RESOURCES)


def texts(thing: object, at: str = "campaign") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text by language in a tree of data classes."""
    if isinstance(thing, Mapping):
        yield at, thing
    elif isinstance(thing, tuple):
        for count, each in enumerate(thing):
            yield from texts(each, f"{at}[{count}]")
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from texts(getattr(thing, each.name), f"{at}.{each.name}")


def test_every_text_stands_in_five_languages_in_its_own_script(campaign: Campaign) -> None:
    found = list(texts(campaign))
    assert len(found) > 200
    for at, text in found:
        assert text.keys() == LANGUAGES, at
        for tag, line in text.items():
            assert unicodedata.normalize("NFC", line) == line, at
            if re.search(LETTERS["en"], text["en"]):
                assert re.search(LETTERS[tag], line), f"{at}.{tag}: {line}"
            assert "{" not in line, at


def test_no_letter_of_one_script_strays_into_another(campaign: Campaign) -> None:
    indian = {tag: letters for tag, letters in LETTERS.items() if tag != "en"}
    for at, text in texts(campaign):
        for tag, line in text.items():
            for other, letters in indian.items():
                stray = re.search(letters, re.sub("[।॥]", "", line))
                assert other == tag or stray is None, f"{at}.{tag}: {line}"


def test_names_and_days_are_those_of_the_release(campaign: Campaign) -> None:
    assert campaign.name["hi"] == "जेम संवाद"
    assert campaign.initiative["hi"] == "ग्राहक की राय"
    assert campaign.launched == date(2019, 12, 17)
    assert (campaign.starts, campaign.ends) == (date(2019, 12, 19), date(2020, 2, 17))
    assert (campaign.ends - campaign.starts).days + 1 == 61
    assert campaign.source is not None
    assert campaign.source.reference == "1597417"
    assert campaign.source.dated == date(2019, 12, 24)


def test_figures_are_those_of_the_release(campaign: Campaign) -> None:
    said = {fact.id: fact.figure["en"] for fact in campaign.facts}
    assert said == {
        "products": "15 lakh+",
        "services": "about 20,000",
        "sellers": "3 lakh+",
        "buyers": "40,000+",
        "orders": "28 lakh+",
        "value": "₹40,000 crore",
        "msme": "50%",
    }
    for fact in campaign.facts:
        digits = {re.sub(r"[^0-9,]", "", figure) for figure in fact.figure.values()}
        assert len(digits) == 1, fact.id
        assert fact.source == campaign.source


def test_facts_wait_for_the_day_of_their_release(campaign: Campaign) -> None:
    assert facts_on(campaign, date(2019, 12, 23)) == ()
    assert facts_on(campaign, date(2019, 12, 24)) == campaign.facts


@pytest.mark.parametrize(
    ("day", "states", "territories"), [(date(2020, 1, 25), 28, 9), (date(2020, 1, 26), 28, 8)]
)
def test_states_and_territories_are_those_of_the_day(
    campaign: Campaign, day: date, states: int, territories: int
) -> None:
    places = valid_on(campaign.places, day)
    assert sum(not place.is_union_territory for place in places) == states
    assert sum(place.is_union_territory for place in places) == territories
    for codes in ([p.iso for p in places], [p.lgd for p in places], [p.gst for p in places]):
        assert len(set(codes)) == len(places)
    for tag in LANGUAGES:
        assert len({place.label[tag] for place in places}) == len(places), tag


def test_two_territories_became_one(campaign: Campaign) -> None:
    eve = {p.iso: p.gst for p in valid_on(campaign.places, date(2020, 1, 25))}
    day = {p.iso: p.gst for p in valid_on(campaign.places, date(2020, 1, 26))}
    assert eve.items() - day.items() == {("IN-DN", "26"), ("IN-DD", "25")}
    assert day.items() - eve.items() == {("IN-DH", "26")}


@pytest.mark.parametrize(
    ("iso", "lgd", "gst", "also"),
    [
        ("IN-KA", "29", "29", ()),
        ("IN-AP", "28", "37", ()),
        ("IN-TG", "36", "36", ("IN-TS",)),
        ("IN-LA", "37", "38", ()),
        ("IN-JK", "1", "01", ()),
        ("IN-CT", "22", "22", ("IN-CG",)),
        ("IN-OR", "21", "21", ("IN-OD",)),
        ("IN-UT", "5", "05", ("IN-UK", "IN-UL")),
    ],
)
def test_codes_of_a_place(
    campaign: Campaign, iso: str, lgd: str, gst: str, also: tuple[str, ...]
) -> None:
    place = next(place for place in campaign.places if place.iso == iso)
    assert (place.lgd, place.gst, place.also) == (lgd, gst, also)


def test_every_place_of_every_day_has_its_event(campaign: Campaign) -> None:
    visited = {event.state for event in campaign.events}
    assert visited == {place.iso for place in campaign.places}
    for event in campaign.events:
        assert place_of(campaign, event).label["en"] in event.name["en"]


def test_the_launch_week_visits_the_four_states_that_the_release_names(
    campaign: Campaign,
) -> None:
    week = campaign.starts + timedelta(days=6)
    assert {event.state for event in campaign.events if event.day <= week} == LAUNCH_STATES


def test_what_the_release_does_not_say_is_a_sample(campaign: Campaign) -> None:
    for event in campaign.events:
        assert event.sample
        assert "ample" in event.venue["en"]
        assert "ample" in event.host["en"]
        assert all(session.sample for session in event.sessions)
        assert event.contact.sample
        assert "ample" in event.contact.name["en"]
        assert event.contact.phone == "00000-00000"
    assert all(card.sample for card in campaign.cards)
    assert campaign.notice.sample
    assert "00000-00000" in campaign.notice.full["en"]


def test_every_event_has_what_must_be_ready(campaign: Campaign) -> None:
    wanted = ["power", "printer", "paper", "scanner", "seating", "notices"]
    for event in campaign.events:
        assert [item.id for item in event.set_up] == wanted


def test_an_event_speaks_its_own_language_first(campaign: Campaign) -> None:
    first = {event.state: event.languages[0] for event in campaign.events}
    assert (first["IN-KA"], first["IN-TG"], first["IN-JK"], first["IN-TN"]) == (
        "kn", "te", "ur", "en",
    )  # fmt: skip
    assert all(set(event.languages) == LANGUAGES for event in campaign.events)


def test_journeys_of_both_kinds_can_be_practised(campaign: Campaign) -> None:
    assert {event.joined for event in campaign.events} == {True, False}
    assert {event.asks_check_in for event in campaign.events} == {True, False}


def test_an_event_is_found_by_its_id(campaign: Campaign) -> None:
    event = find_event(campaign, "ka-2020-01-10")
    assert (event.state, event.day) == ("IN-KA", date(2020, 1, 10))
    assert [session.starts for session in event.sessions] == ["10:30", "12:00", "15:00"]
    with pytest.raises(VisitorError, match="pack_no_such_event"):
        find_event(campaign, "ka-2020-01-11")


def test_the_notice_asks_four_separate_things_and_needs_one(campaign: Campaign) -> None:
    required = {purpose.code: purpose.required for purpose in campaign.notice.purposes}
    assert required == {
        "registration": True, "contact": False, "quotation": False, "introduction": False,
    }  # fmt: skip
    assert campaign.notice.retention_days == 365


def test_a_shipped_pack_is_practice_and_its_copy_is_not(campaign: Campaign, own_pack: Path) -> None:
    assert campaign.practice
    copy = load_pack(own_pack, RESOURCES)
    assert not copy.practice
    assert copy.events == campaign.events


def test_packs_and_forms_are_found_by_name(own_pack: Path) -> None:
    assert shipped_packs(RESOURCES).keys() == {"gem-samvad"}
    assert pack_folder("gem-samvad", RESOURCES) == RESOURCES / "campaigns" / "gem-samvad"
    assert form_files(own_pack).keys() == {"registration", "feedback"}
