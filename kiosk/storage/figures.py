"""The day in numbers: people once, however many rows they have; hours as laptops' clocks were
found to have been.

Before closing, anonymous responses count nowhere: a number that rises by one when somebody leaves
the kiosk says who gave feedback, and live ratings would say what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.domain.clock import local_time
from kiosk.services.ports import DayFigures
from kiosk.storage import anonymous
from kiosk.storage.clocks import Shifting
from kiosk.storage.driver import Connection
from kiosk.storage.faults import parsed
from kiosk.storage.joining import counted, stands
from kiosk.storage.masking import HOLDS, VISIBLE
from kiosk.storage.print_columns import SETTLED

_HERE = f"FROM attendee WHERE event_id = ? AND met = 'registered' AND {counted('attendee')}"
_QUOTABLE = (
    "EXISTS (SELECT 1 FROM consent c WHERE c.event_id = r.event_id"
    f" AND c.attendee_id = r.attendee_id AND c.purpose = 'quotation' AND {HOLDS})"
)
_LONGEST_SENTENCE = 2_000


def day_figures(
    connection: Connection, event_id: str, zone: str, *, closed: bool, moved: Shifting
) -> DayFigures:
    """The figures of ``event_id`` as they may be shown now. ``moved``: as ``clocks.shifting``."""
    named = _named(connection, event_id)
    box = list(anonymous.responses(connection, event_id)) if closed else []
    answers = [answers for _, answers, _ in named] + [one.answers for one in box]
    quotable = [(language, answers) for language, answers, may in named if may]
    quotable += [(one.language, one.answers) for one in box]
    return DayFigures(
        registered=count_registered(connection, event_id),
        responses=len(answers),
        anonymous=len(box),
        certificates=_count(
            connection,
            "SELECT count(*) FROM certificate WHERE event_id = ? AND status = 'valid'",
            event_id,
        ),
        checked_in=_count(
            connection,
            f"SELECT count(DISTINCT {stands('check_in', 'attendee_id')}) FROM check_in"
            " WHERE event_id = ?",
            event_id,
        ),
        drafts=_count(connection, "SELECT count(*) FROM draft"),
        printing=_count(connection, f"SELECT count(*) FROM print_job WHERE state NOT IN {SETTLED}"),
        by_hour=_by_hour(connection, event_id, zone, moved),
        by_language=_by(connection, "language", event_id),
        by_does=_by(connection, "does", event_id),
        ratings=_ratings(answers),
        themes=_themes(answers),
        sentences=_sentences(quotable),
    )


def count_registered(connection: Connection, event_id: str) -> int:
    """How many people registered at ``event_id``, each once."""
    return _count(connection, f"SELECT count(*) {_HERE}", event_id)


def _count(connection: Connection, sql: str, *values: str) -> int:
    return int(connection.execute(sql, values).fetchone()[0])


def _by(connection: Connection, column: str, event_id: str) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT {column}, count(*) {_HERE} GROUP BY 1 ORDER BY 2 DESC, 1",
        (event_id,),
    )
    return dict(rows.fetchall())


def _by_hour(connection: Connection, event_id: str, zone: str, moved: Shifting) -> dict[int, int]:
    rows = connection.execute(f"SELECT registered_at, device_id {_HERE}", (event_id,))
    hours = Counter(local_time(moved(device, at), zone).hour for at, device in rows)
    return dict(sorted(hours.items()))


def _named(connection: Connection, event_id: str) -> list[tuple[str, Mapping[str, Any], bool]]:
    """Language, answers, and whether they may be quoted; nothing of who withdrew."""
    rows = connection.execute(
        f"SELECT r.language, r.answers, {_QUOTABLE} FROM response r"
        " JOIN attendee ON attendee.event_id = r.event_id AND attendee.id = r.attendee_id"
        f" WHERE r.event_id = ? AND {VISIBLE} ORDER BY r.id",
        (event_id,),
    )
    return [(language, parsed(answers, dict), bool(may)) for language, answers, may in rows]


def _ratings(answers: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    given = (str(one.get("rating", "")) for one in answers)
    counted = Counter(int(rating) for rating in given if rating in {"1", "2", "3", "4", "5"})
    return dict(sorted(counted.items()))


def _themes(answers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for one in answers:
        chosen = one.get("themes") or ()
        if isinstance(chosen, str | list):  # a laptop may say anything
            counted.update(set(chosen.split() if isinstance(chosen, str) else map(str, chosen)))
    return dict(sorted(counted.items(), key=lambda theme: (-theme[1], theme[0])))


def _sentences(answers: Iterable[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str]]:
    said = ((language, str(one.get("sentence") or "").strip()) for language, one in answers)
    return [(language, sentence[:_LONGEST_SENTENCE]) for language, sentence in said if sentence]
