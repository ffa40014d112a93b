"""What the log speaks of, and what can be said of it: one table for writing, carrying, merging."""

from __future__ import annotations

from collections.abc import Mapping

PERSONAL = frozenset({"attendee", "consent", "check_in", "response", "certificate", "same_as"})
IMPERSONAL = frozenset({"device", "day"})  # of nobody's data
LOG_ONLY = frozenset({"export", "print", "staff"})  # facts that the log alone keeps
ENTITIES = PERSONAL | IMPERSONAL | LOG_ONLY

_ALWAYS = frozenset({"create", "correct"})
_MORE: Mapping[str, frozenset[str]] = {
    "attendee": frozenset({"withdraw"}),
    "consent": frozenset({"withdraw"}),
    "certificate": frozenset({"replace", "revoke"}),
    "day": frozenset({"close"}),
}
# What may be said of each entity. Whoever is erased, all of theirs is.
KINDS: Mapping[str, frozenset[str]] = {
    name: _ALWAYS | _MORE.get(name, frozenset()) | ({"erase"} if name in PERSONAL else set())
    for name in ENTITIES
}
