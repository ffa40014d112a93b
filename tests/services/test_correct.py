from __future__ import annotations

from typing import Any

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.refused import Refused
from kiosk.services.register import Registration, register_attendee
from tests.fakes import CONSENTS, visitor

BUYER = visitor(does="buyer_department", needs="200 chairs", mobile="98450 12345")


def register(desk: Desk, answers: dict[str, Any]) -> Attendee:
    return register_attendee(desk, Registration(Tag("hi"), answers, CONSENTS)).attendee


def held(desk: Desk, attendee: Attendee) -> Attendee:
    found = desk.record.attendee(attendee.id)
    assert found is not None
    return found


def test_what_is_no_longer_asked_goes_with_the_answer_that_asked_for_it(desk: Desk) -> None:
    buyer = register(desk, BUYER)
    assert correct_attendee(desk, buyer, {"does": "seller"}, "staff:A") == ["does", "needs"]
    seller = held(desk, buyer)
    assert (seller.does, seller.needs) == ("seller", "")
    assert seller.mobile == buyer.mobile
    assert correct_attendee(desk, seller, {"does": "buyer_pse"}, "staff:A") == ["does"]
    assert held(desk, buyer).needs == ""
    assert desk.record.verify().ok


def test_what_is_asked_still_stays(desk: Desk) -> None:
    buyer = register(desk, BUYER)
    assert correct_attendee(desk, buyer, {"does": "buyer_pse"}, "staff:A") == ["does"]
    assert held(desk, buyer).needs == "200 chairs"


def test_everything_goes_that_one_change_makes_needless(desk: Desk) -> None:
    seller = register(desk, visitor(does="seller", offers="baskets", wants_help="yes"))
    changed = correct_attendee(desk, seller, {"does": "officer", "name": "राम"}, "staff:A")
    assert sorted(changed) == ["does", "name", "offers", "wants_help"]
    officer = held(desk, seller)
    assert (officer.offers, officer.wants_help) == ("", "")


@pytest.mark.parametrize(
    "answers",
    [
        {"needs": "200 chairs"},
        {"name": "राम", "needs": "200 chairs"},
        {"does": "service_provider", "needs": "200 chairs"},
    ],
)
def test_what_is_not_asked_is_told_and_nothing_changes(desk: Desk, answers: dict[str, str]) -> None:
    seller = register(desk, visitor(does="seller"))
    with pytest.raises(Refused) as refused:
        correct_attendee(desk, seller, answers, "staff:A")
    told = [(one.field, one.code, one.key) for one in refused.value.problems]
    assert told == [("needs", "constraint", "not_asked")]
    assert held(desk, seller) == seller


def test_an_empty_answer_to_what_is_not_asked_is_no_mistake(desk: Desk) -> None:
    seller = register(desk, visitor(does="seller"))
    assert correct_attendee(desk, seller, {"needs": "", "name": "राम"}, "staff:A") == ["name"]


def test_an_answer_may_come_with_what_makes_it_asked(desk: Desk) -> None:
    seller = register(desk, visitor(does="seller", offers="baskets"))
    answers = {"does": "buyer_other", "needs": "desks"}
    changed = correct_attendee(desk, seller, answers, "staff:A")
    assert sorted(changed) == ["does", "needs", "offers"]
    buyer = held(desk, seller)
    assert (buyer.does, buyer.needs, buyer.offers) == ("buyer_other", "desks", "")
