"""The anonymous box: answers of nobody; nothing tells when they came or whose they are.

A row has a random key and no more; the table is clustered by it. Inside a page SQLite lays cells
down in the order of their arrival, which would betray that order, so that every new response has
the whole box written anew, sorted by key. The write-ahead log, in which all commits stand one
after the other, is folded into the file at once. What remains possible in principle: somebody
with the key and a copy of the file from before and after one visit sees what was added between.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.change import encode
from kiosk.domain.ids import FormId
from kiosk.storage.driver import Connection

ENOUGH = 5  # so many must share what they do, language and state before it is told
_KEY_BYTES = 16
_COLUMNS = "key, form_id, form_version, answers, does, language, state"


def keep(connection: Connection, event_id: str, response: AnonymousResponse) -> None:
    """Adds a response; the caller has the log folded away after committing."""
    if len(response.key) != _KEY_BYTES:
        raise ValueError("the key of an anonymous response has 16 random bytes")
    _rewrite(connection, event_id, [*_read(connection, event_id), response])


def responses(connection: Connection, event_id: str) -> Iterator[AnonymousResponse]:
    """All, sorted by key, coarsened as far as has to be."""
    return iter(coarsened(_read(connection, event_id)))


def seal(connection: Connection, event_id: str) -> tuple[int, str]:
    """Coarsens for good; gives the count and the SHA-256 of the box (hex)."""
    box = coarsened(_read(connection, event_id))
    _rewrite(connection, event_id, box)
    digest = hashlib.sha256()
    for one in box:
        row = encode(
            {
                "key": one.key.hex(), "form_id": one.form_id, "form_version": one.form_version,
                "answers": one.answers, "does": one.does, "language": one.language,
                "state": one.state,
            }
        )  # fmt: skip
        digest.update(row + b"\n")
    return len(box), digest.hexdigest()


def coarsened(box: Sequence[AnonymousResponse]) -> list[AnonymousResponse]:
    """The same responses, without state, then language, then what one does, wherever fewer than
    five share what would be told.
    """
    told: list[AnonymousResponse] = list(box)
    steps: tuple[Callable[[AnonymousResponse], AnonymousResponse], ...] = (
        lambda one: replace(one, state=""),
        lambda one: replace(one, language=""),
        lambda one: replace(one, does=""),
    )
    for drop in steps:
        sharing = Counter(_told(one) for one in told)
        told = [one if sharing[_told(one)] >= ENOUGH else drop(one) for one in told]
    return sorted(told, key=lambda one: one.key)


def _told(one: AnonymousResponse) -> tuple[str, str, str]:
    return (one.does, one.language, one.state)


def _read(connection: Connection, event_id: str) -> list[AnonymousResponse]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM anonymous_box WHERE event_id = ? ORDER BY key",
        (event_id,),
    )
    return [
        AnonymousResponse(key, FormId(form), version, json.loads(answers), does, language, state)
        for key, form, version, answers, does, language, state in rows
    ]


def _rewrite(connection: Connection, event_id: str, box: Sequence[AnonymousResponse]) -> None:
    connection.execute("DELETE FROM anonymous_box WHERE event_id = ?", (event_id,))
    connection.executemany(
        f"INSERT INTO anonymous_box (event_id, {_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)",
        [
            (
                event_id, one.key, one.form_id, one.form_version, encode(one.answers).decode(),
                one.does, one.language, one.state,
            )
            for one in sorted(box, key=lambda one: one.key)
        ],
    )  # fmt: skip
