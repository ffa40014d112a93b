"""The attack on the export: who said what, by any order that the files have?"""

from __future__ import annotations

import csv
import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kiosk.domain.language import Tag
from kiosk.services.closing import close_day, export_day
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.exporting import ExportRequest
from kiosk.services.register import Registration, register_attendee
from kiosk.services.respond import Answers, respond_anonymously
from tests.fakes import CONSENTS, FakeClock, visitor

VISITORS = 20
HINDI = Tag("hi")
# One match in twenty is chance. That any of the 20 orders tried has ten or more happens once in
# 400,000 runs (Poisson with mean 1); an order that told would have twenty.
SUSPICIOUS = 10


def orders(rows: Sequence[sqlite3.Row]) -> Iterator[list[str]]:
    """The sentences as the file has them, and sorted by every column, up and down."""
    yield [row["sentence"] for row in rows]
    for column in rows[0].keys():  # noqa: SIM118 - a Row is no mapping
        if column != "sentence":  # what somebody says is theirs to reveal
            ranked = sorted(rows, key=lambda row: str(row[column]))
            yield [row["sentence"] for row in ranked]
            yield [row["sentence"] for row in reversed(ranked)]


@pytest.mark.parametrize("closed", [False, True], ids=["open day", "closed day"])
def test_no_order_of_the_export_matches_answers_to_people(
    desk: Desk, clock: FakeClock, tmp_path: Path, closed: bool
) -> None:
    chance = random.Random(20)
    said: dict[str, str] = {}  # number -> what only this visitor says
    words = [f"sentence {chr(97 + at)}" for at in range(VISITORS)]
    chance.shuffle(words)
    people = []
    for _ in range(VISITORS):
        clock.pass_seconds(60)
        given = Registration(HINDI, visitor(name="नमूना"), CONSENTS)
        people.append(register_attendee(desk, given).attendee)
    for attendee, sentence in zip(people, words, strict=True):
        clock.pass_seconds(60)
        said[attendee.number] = sentence
        answers = {"used": "some", "rating": "4", "sentence": sentence}
        given_answers = Answers(FEEDBACK, HINDI, answers)
        respond_anonymously(desk, given_answers, does=attendee.does, state=attendee.state)
    folder = tmp_path / "stick"
    folder.mkdir()
    request = ExportRequest(folder, ("sqlite", "csv"), plain=True)
    if closed:
        close_day(desk, "coordinator", request)
    else:
        export_day(desk, "coordinator", request)
    [database] = folder.glob("*.sqlite")
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    rows = connection.execute("SELECT * FROM anonymous_response").fetchall()
    connection.close()
    [table] = folder.glob("*anonymous_response.csv")
    with table.open(encoding="utf-8-sig", newline="") as file:
        in_file = [line["sentence"] for line in csv.DictReader(file)]
    truth = [said[attendee.number] for attendee in people]
    assert sorted(in_file) == sorted(truth)
    for guess in (in_file, *orders(rows)):
        matches = sum(one == other for one, other in zip(guess, truth, strict=True))
        assert matches < SUSPICIOUS
