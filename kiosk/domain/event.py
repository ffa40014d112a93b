"""The campaign and its events, as data: nothing here knows which campaign it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from kiosk.domain.ids import CampaignId, EventId, SessionId
from kiosk.domain.language import Tag, Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: a title, its date, and the publisher's own number for it."""

    title: Text
    dated: date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated figure for the attract screen; not to be shown before ``since``."""

    id: str
    figure: Text
    sentence: Text
    since: date
    source: Source


@dataclass(frozen=True, slots=True)
class FeatureCard:
    """A plain card that explains one new feature. ``sample`` marks what the source does not say."""

    id: str
    title: Text
    body: Text
    sample: bool


@dataclass(frozen=True, slots=True)
class Category:
    """One thing that a visitor does or is, valid between two days (inclusive, None = open)."""

    code: str
    label: Text
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A state or union territory as it stood; codes differ and cannot be derived.

    ``also`` holds other codes for the same place, as earlier or later editions of ISO 3166-2 and
    number plates have them.
    """

    iso: str
    lgd: str
    gst: str
    label: Text
    is_union_territory: bool
    since: date | None = None
    until: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A talk, demonstration, help desk or open house. Times are HH:MM in the event's zone."""

    id: SessionId
    title: Text
    kind: str
    starts: str
    ends: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers at the venue. ``phone`` has digits and hyphens; a sample is marked as one."""

    name: Text
    phone: str
    sample: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """One thing that must be ready before the first visitor: power, paper, a scanner …"""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Event:
    """One day at one venue. ``languages`` come in the order of the attract screen."""

    id: EventId
    name: Text
    state: str  # ISO code of the place
    day: date
    zone: str
    venue: Text
    host: Text
    contact: Contact  # at the venue
    set_up: tuple[SetUp, ...]  # what the coordinator ticks, in this order
    languages: tuple[Tag, ...]
    sessions: tuple[Session, ...]
    sample: bool  # venue, host and sessions are samples, and marked so wherever shown
    joined: bool  # arrival and return are one
    asks_check_in: bool  # certificates are due for who attended, else for who registered
    idle_seconds: int
    warning_seconds: int
    certificate: str = ""  # the design of its certificates; "" is the product's own


@dataclass(frozen=True, slots=True)
class Purpose:
    """One separate choice of the notice: ``registration``, ``contact``, ``quotation`` …"""

    code: str
    label: Text
    detail: Text
    required: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What a visitor is told before the first field; each part a heading and a sentence.

    ``anonymous`` is what is told before anonymous feedback. ``sample``: the office and phone are
    samples until the coordinator fills them in.
    """

    version: str
    parts: tuple[tuple[Text, Text], ...]
    full: Text
    purposes: tuple[Purpose, ...]
    retention_days: int
    anonymous: Text = field(default_factory=dict)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """Everything about one programme, read from its pack."""

    id: CampaignId
    name: Text
    initiative: Text
    organiser: Text
    starts: date
    ends: date
    practice: bool  # its keys are public and its data is marked as practice everywhere
    events: tuple[Event, ...]
    facts: tuple[Fact, ...]
    cards: tuple[FeatureCard, ...]
    does: tuple[Category, ...]
    kinds: tuple[Category, ...]
    places: tuple[Place, ...]
    notice: Notice
    launched: date | None = None  # the day of the launch, which may be before ``starts``
    source: Source | None = None  # where name and dates stand


Dated = TypeVar("Dated", Category, Place)


def valid_on(things: tuple[Dated, ...], day: date) -> tuple[Dated, ...]:
    """Those categories or places that existed on that day, in the order of the pack."""
    return tuple(
        thing
        for thing in things
        if (thing.since is None or thing.since <= day)
        and (thing.until is None or day <= thing.until)
    )


def facts_on(campaign: Campaign, day: date) -> tuple[Fact, ...]:
    """The facts that may be shown on that day."""
    return tuple(fact for fact in campaign.facts if fact.since <= day)


def place_of(campaign: Campaign, event: Event) -> Place:
    """The state or union territory of an event, as it stood on the event's day."""
    return next(place for place in valid_on(campaign.places, event.day) if place.iso == event.state)
