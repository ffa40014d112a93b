"""Which screen comes next: a table that anyone can read. No Qt, no pixels, no data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Place(Enum):
    """Where a visitor stands. Each has one screen."""

    LOCKED = "locked"  # after power-on, until staff unlock
    FIRST = "first"  # unlocked, and nobody has a PIN yet: the first coordinator is set up
    ATTRACT = "attract"
    WELCOME = "welcome"
    NOTICE = "notice"
    FULL_NOTICE = "full_notice"
    CANNOT = "cannot"  # registration was not agreed to
    REGISTER = "register"
    MORE = "more"  # the essentials are said; the rest is as the visitor wishes
    CHECK = "check"
    RECEIPT = "receipt"
    SLIP = "slip"
    MEET = "meet"  # this kiosk never met the visitor: it asks the name
    GREETING = "greeting"
    CHOICE = "choice"  # with the name, or without
    FEEDBACK = "feedback"
    CHECK_FEEDBACK = "check_feedback"
    CERTIFICATE = "certificate"
    NAME = "name"  # the name on the certificate is put right
    DETAILS = "details"  # what is recorded, to be changed or withdrawn
    MEND = "mend"  # one answer is put right
    WITHDRAW = "withdraw"  # everything: what it means, before it is done
    WITHDRAWN = "withdrawn"
    THANKS = "thanks"
    PIN = "pin"
    STAFF = "staff"


class Step(Enum):
    """What happened on a screen."""

    UNLOCKED = "unlocked"
    NOBODY = "nobody"  # unlocked, and nobody has a PIN yet
    LANGUAGE = "language"  # one was chosen
    NEW_HERE = "new_here"
    HAS_SLIP = "has_slip"
    AGREED = "agreed"
    REFUSED = "refused"
    READ_ALL = "read_all"
    ESSENTIALS = "essentials"  # all that is needed was answered, and more could be
    ENOUGH = "enough"
    TELL_MORE = "tell_more"
    ANSWERED = "answered"  # the last question of a form
    CHANGE = "change"  # one answer, from the screen that shows them all
    SAVED = "saved"
    RECOGNISED = "recognised"
    UNKNOWN = "unknown"
    NOT_ME = "not_me"
    GO_ON = "go_on"
    CHOSEN = "chosen"  # named or anonymous
    NO_FEEDBACK = "no_feedback"
    RENAME = "rename"
    OWN_DETAILS = "own_details"  # somebody wishes to change or withdraw what is recorded
    WITHDRAW = "withdraw"
    WITHDRAWN = "withdrawn"
    BACK = "back"
    STAFF = "staff"  # the staff's entrance
    LEAVE = "leave"  # the visitor left, or the time ran out


class Case(NamedTuple):
    """What the way depends on, beside the step itself."""

    joined: bool = False  # arrival and return are one at this event
    arrived: bool = False  # this visitor registered a moment ago
    certificate_due: bool = True
    own_details: bool = False  # this visitor came to change or withdraw


def where_it_was(_case: Case) -> Place | None:
    """The place from which the staff's entrance was touched; the window remembers it."""
    return None


def after_receipt(case: Case) -> Place:
    return Place.CHOICE if case.joined else Place.THANKS


def before_choice(case: Case) -> Place:
    return Place.RECEIPT if case.arrived else Place.GREETING


def after_feedback(case: Case) -> Place:
    return Place.CERTIFICATE if case.certificate_due else Place.THANKS


def after_slip(case: Case) -> Place:
    return Place.DETAILS if case.own_details else Place.GREETING


def after_unknown_slip(case: Case) -> Place:
    return Place.DETAILS if case.own_details else Place.MEET


P, S = Place, Step

Way = Callable[[Case], Place | None]

# fmt: off
TABLE: Mapping[tuple[Place, Step], Place | Way] = MappingProxyType({
    (P.LOCKED,         S.UNLOCKED):    P.ATTRACT,
    (P.LOCKED,         S.NOBODY):      P.FIRST,
    (P.FIRST,          S.UNLOCKED):    P.STAFF,

    # Arrival
    (P.ATTRACT,        S.LANGUAGE):    P.WELCOME,
    (P.WELCOME,        S.NEW_HERE):    P.NOTICE,
    (P.WELCOME,        S.BACK):        P.ATTRACT,
    (P.NOTICE,         S.READ_ALL):    P.FULL_NOTICE,
    (P.FULL_NOTICE,    S.BACK):        P.NOTICE,
    (P.NOTICE,         S.REFUSED):     P.CANNOT,
    (P.CANNOT,         S.BACK):        P.NOTICE,
    (P.NOTICE,         S.AGREED):      P.REGISTER,
    (P.NOTICE,         S.BACK):        P.WELCOME,
    (P.REGISTER,       S.ESSENTIALS):  P.MORE,
    (P.REGISTER,       S.ANSWERED):    P.CHECK,
    (P.REGISTER,       S.BACK):        P.NOTICE,
    (P.MORE,           S.ENOUGH):      P.CHECK,
    (P.MORE,           S.TELL_MORE):   P.REGISTER,
    (P.MORE,           S.BACK):        P.REGISTER,
    (P.CHECK,          S.CHANGE):      P.REGISTER,
    (P.CHECK,          S.BACK):        P.REGISTER,
    (P.CHECK,          S.SAVED):       P.RECEIPT,
    (P.RECEIPT,        S.GO_ON):       after_receipt,

    # Return
    (P.ATTRACT,        S.RECOGNISED):  P.GREETING,
    (P.WELCOME,        S.RECOGNISED):  P.GREETING,
    (P.WELCOME,        S.HAS_SLIP):    P.SLIP,
    (P.SLIP,           S.RECOGNISED):  after_slip,
    (P.SLIP,           S.UNKNOWN):     after_unknown_slip,
    (P.SLIP,           S.BACK):        P.WELCOME,
    (P.MEET,           S.RECOGNISED):  P.GREETING,
    (P.MEET,           S.BACK):        P.SLIP,
    (P.GREETING,       S.NOT_ME):      P.SLIP,
    (P.GREETING,       S.GO_ON):       P.CHOICE,
    (P.GREETING,       S.BACK):        P.WELCOME,
    (P.CHOICE,         S.CHOSEN):      P.FEEDBACK,
    (P.CHOICE,         S.NO_FEEDBACK): after_feedback,
    (P.CHOICE,         S.BACK):        before_choice,
    (P.FEEDBACK,       S.ANSWERED):    P.CHECK_FEEDBACK,
    (P.FEEDBACK,       S.BACK):        P.CHOICE,
    (P.CHECK_FEEDBACK, S.CHANGE):      P.FEEDBACK,
    (P.CHECK_FEEDBACK, S.BACK):        P.FEEDBACK,
    (P.CHECK_FEEDBACK, S.SAVED):       after_feedback,

    # What is recorded: seen, changed, withdrawn
    (P.WELCOME,        S.OWN_DETAILS): P.SLIP,
    (P.GREETING,       S.OWN_DETAILS): P.DETAILS,
    (P.DETAILS,        S.CHANGE):      P.MEND,
    (P.DETAILS,        S.WITHDRAW):    P.WITHDRAW,
    (P.DETAILS,        S.BACK):        P.WELCOME,
    (P.MEND,           S.BACK):        P.DETAILS,
    (P.MEND,           S.SAVED):       P.DETAILS,
    (P.WITHDRAW,       S.BACK):        P.DETAILS,
    (P.WITHDRAW,       S.WITHDRAWN):   P.WITHDRAWN,

    # Certificate
    (P.CERTIFICATE,    S.RENAME):      P.NAME,
    (P.NAME,           S.BACK):        P.CERTIFICATE,
    (P.NAME,           S.SAVED):       P.CERTIFICATE,
    (P.CERTIFICATE,    S.GO_ON):       P.THANKS,

    # Staff
    (P.PIN,            S.UNLOCKED):    P.STAFF,
    (P.PIN,            S.BACK):        where_it_was,
})
# fmt: on

# Wherever a visitor stands, these lead to the same place. Before it is open to them, none does.
ANYWHERE = MappingProxyType({S.STAFF: P.PIN, S.LEAVE: P.ATTRACT})
NOT_OPEN = frozenset({P.LOCKED, P.FIRST})

# How much longer or shorter than usual somebody may stand still: reading and writing down take
# time, and other people's eyes are on a page that is full of answers.
PATIENCE = MappingProxyType(
    {
        P.FULL_NOTICE: 2.0,
        P.RECEIPT: 1.5,
        P.CHECK: 0.75,
        P.CHECK_FEEDBACK: 0.75,
        P.CERTIFICATE: 0.75,
        P.GREETING: 0.5,
        P.DETAILS: 0.75,
        P.WITHDRAWN: 0.5,
        P.THANKS: 0.2,
        P.PIN: 0.5,
        P.STAFF: 3.0,
    }
)

# Here nobody's unsaved words are at stake, so leaving needs no warning.
NO_WARNING = frozenset({P.THANKS, P.WITHDRAWN, P.PIN})

# Here the clock stands still.
NO_CLOCK = NOT_OPEN


def next_place(place: Place, step: Step, case: Case) -> Place | None:
    """Where ``step`` leads from ``place``; None for back to where the visitor was before.

    Raises KeyError for a step that means nothing there, which is a bug.
    """
    entered = place is Place.PIN and step is Step.STAFF
    if step in ANYWHERE and place not in NOT_OPEN and not entered:
        return ANYWHERE[step]
    goal = TABLE[place, step]
    return goal if isinstance(goal, Place) else goal(case)
