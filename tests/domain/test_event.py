from __future__ import annotations

from datetime import date

import pytest

from kiosk.bootstrap import load_campaign
from kiosk.domain.event import Category, facts_on, place_of, valid_on

MERGED = date(2020, 1, 26)
CATEGORIES = (
    Category("always", {}),
    Category("until", {}, until=date(2020, 1, 25)),
    Category("since", {}, since=MERGED),
)


@pytest.mark.parametrize(
    ("day", "codes"),
    [(date(2020, 1, 25), ["always", "until"]), (MERGED, ["always", "since"])],
)
def test_what_exists_depends_on_the_day(day: date, codes: list[str]) -> None:
    assert [one.code for one in valid_on(CATEGORIES, day)] == codes


def test_the_first_campaign_lasts_61_days() -> None:
    campaign = load_campaign("gem-samvad")
    assert (campaign.ends - campaign.starts).days + 1 == 61


def test_facts_are_not_shown_before_their_day() -> None:
    campaign = load_campaign("gem-samvad")
    assert facts_on(campaign, date(2019, 12, 23)) == ()
    assert facts_on(campaign, date(2019, 12, 24)) == campaign.facts


def test_an_event_lies_in_the_place_of_its_day() -> None:
    campaign = load_campaign("gem-samvad")
    for event in campaign.events:
        place = place_of(campaign, event)
        assert place.iso == event.state
        assert place in valid_on(campaign.places, event.day)
