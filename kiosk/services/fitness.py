"""The self-check: what is fit for the day and what is not, each as a sentence to be said."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from kiosk.domain.clock import local_time, written_date
from kiosk.services.desk import Desk
from kiosk.services.fitness_entry import Fitness
from kiosk.services.traces import Traces

LEAST_FREE_BYTES = 2_000_000_000
LEAST_BATTERY_PERCENT = 30
_ROOT = Path("/")


def check_fitness(desk: Desk, root: Path = _ROOT) -> list[Fitness]:
    """Database, languages, fonts, printer, disk, clock, battery, and what lies in clear."""
    return [
        _database(desk),
        _languages(desk),
        _fonts(desk),
        _printer(),
        _disk(desk),
        _clock(desk),
        _battery(root / "sys/class/power_supply"),
        *Traces(root).checks(desk.folder),
    ]


def printers() -> list[str]:
    """The printers that CUPS knows here; none where there is no CUPS."""
    if shutil.which("lpstat") is None:
        return []
    answer = subprocess.run(
        ["lpstat", "-e"], capture_output=True, text=True, timeout=10, check=False
    )
    return answer.stdout.split()


def _database(desk: Desk) -> Fitness:
    found = desk.record.verify()
    key = "database_ok" if found.ok else "database_broken"
    return Fitness("database", found.ok, key, {"entries": found.entries, "at": found.broken_at})


def _languages(desk: Desk) -> Fitness:
    complete = [
        tag
        for tag in desk.languages
        if all(tag in form.languages for form in desk.forms.values())
        and all(purpose.label.get(tag) for purpose in desk.campaign.notice.purposes)
    ]
    names = ", ".join(desk.languages[tag].native for tag in desk.languages if tag not in complete)
    if names:
        return Fitness("languages", ok=False, key="languages_incomplete", values={"names": names})
    return Fitness("languages", ok=True, key="languages_ok", values={"count": len(complete)})


def _fonts(desk: Desk) -> Fitness:
    names = ", ".join(
        language.native
        for tag, language in desk.languages.items()
        if desk.paper.unsettable(desk.words[tag].say("fitness.fonts_ok"), tag)
    )
    if names:
        return Fitness("fonts", ok=False, key="fonts_missing", values={"names": names})
    return Fitness("fonts", ok=True, key="fonts_ok")


def _printer() -> Fitness:
    names = printers()
    if not names:
        return Fitness("printer", ok=False, key="printer_missing")
    return Fitness("printer", ok=True, key="printer_ok", values={"names": ", ".join(names)})


def _disk(desk: Desk) -> Fitness:
    free = shutil.disk_usage(desk.folder).free
    key = "disk_ok" if free >= LEAST_FREE_BYTES else "disk_low"
    return Fitness("disk", free >= LEAST_FREE_BYTES, key, {"gigabytes": f"{free / 1e9:.1f}"})


def _clock(desk: Desk) -> Fitness:
    today = local_time(desk.clock.now_ms(), desk.event.zone).date()
    values = {"today": written_date(today), "day": written_date(desk.event.day)}
    if desk.campaign.practice:
        return Fitness("clock", ok=True, key="clock_practice", values=values)
    same = today == desk.event.day
    return Fitness("clock", same, "clock_ok" if same else "clock_other_day", values)


def _battery(power: Path) -> Fitness:
    levels = [int(path.read_text()) for path in power.glob("BAT*/capacity")]
    if not levels:
        return Fitness("battery", ok=True, key="battery_none")
    ok = min(levels) >= LEAST_BATTERY_PERCENT
    key = "battery_ok" if ok else "battery_low"
    return Fitness("battery", ok, key, {"percent": min(levels)})
