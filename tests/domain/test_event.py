from __future__ import annotations

from datetime import date

import pytest

from kiosk.bootstrap import load_campaign
from kiosk.domain.event import Category, day_of_campaign, valid_on

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
    assert day_of_campaign(campaign, campaign.starts) == 1
    assert day_of_campaign(campaign, campaign.ends) == 61
