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

# What a body says of each entity, field by field; a merged store's columns hold nothing else.
# "maybe" is a whole number or nothing, "time" UTC milliseconds, "past" those or nothing, "key" a
# text that indexes hold, "list" one of texts.
_TEXTS: Mapping[str, str] = {
    "attendee": "name language does organisation mobile email pin_code district state offers needs"
    " wants_help device_id met",
    "consent": "purpose notice_version language how",
    "check_in": "session_id device_id",
    "response": "form_id form_version language device_id",
    "certificate": "name language device_id status replaced_by reason",
    "same_as": "device_id",
    "device": "code public_key certificate",
    "day": "",
}
_OTHERS: Mapping[str, Mapping[str, str]] = {
    "attendee": {
        "number": "key", "receipt_hash": "key", "registered_at": "time", "assisted": "flag",
        "masked": "flag", "withdrawn_at": "past", "kinds": "list", "more": "map",
    },
    "consent": {"attendee_id": "key", "given": "flag", "at": "time", "withdrawn_at": "past"},
    "check_in": {"attendee_id": "key", "at": "time"},
    "response": {"attendee_id": "key", "answers": "map", "submitted_at": "time"},
    "certificate": {
        "serial": "key", "attendee_id": "key", "blank": "flag", "sessions": "list",
        "issued_at": "time",
    },
    "same_as": {"attendee_id": "key", "other_id": "key", "same": "flag", "at": "time"},
    "device": {"revoked_after_batch": "maybe", "more": "map"},
    "day": {"closed_at": "past", "more": "map"},
}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, str]] = {
    name: {**dict.fromkeys(_TEXTS[name].split(), "text"), **_OTHERS[name]} for name in _TEXTS
}
# What any change may say besides: facts of the change itself.
ASIDES: Mapping[str, str] = {"at": "time", "id": "text", "reason": "text", "settles": "list"}
