"""A kiosk's day on a stick and in merged stores of both kinds, as coordinators make them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from kiosk.cli.__main__ import main
from kiosk.domain.clock import Clock
from kiosk.domain.language import Tag
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.register import Registration, register_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

EVENT = "ka-2020-01-10"
PRACTICE = ("--campaign", "gem-samvad")
Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with ``--json``; gives exit code, document and what was told beside it."""
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "en_IN.UTF-8")

    def command(*arguments: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, told = capfd.readouterr()
        return code, json.loads(out) if out else None, told

    return command


def carry_day(
    data: Path, stick: Path, people: Sequence[dict[str, Any]], clock: Clock | None = None
) -> list[str]:
    """Registers people, gives each a certificate, syncs to the stick; their numbers."""
    stick.mkdir(parents=True, exist_ok=True)
    numbers: list[str] = []
    with bootstrap.open_kiosk(data, PASSPHRASE, clock or FakeClock()) as desk:
        for answers in people:
            given = Registration(Tag("hi"), visitor(**answers), CONSENTS)
            attendee = register_attendee(desk, given).attendee
            issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
            numbers.append(attendee.number)
        desk.carry.sync(str(stick))
    return numbers


def new_kiosk(folder: Path, code: str, event: str = EVENT) -> Path:
    bootstrap.init_kiosk(folder, "gem-samvad", event, code, PASSPHRASE)
    return folder


def exported(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the exported SQLite file answers."""
    [path] = folder.glob("*.sqlite")
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
