"""Small stand-ins at the ports, where a test must decide what the world does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class FakeClock:
    """A clock that a test sets. It begins at 10:00 in India on 10-01-2020."""

    ms: int = 1_578_630_600_000

    def now_ms(self) -> int:
        return self.ms

    def pass_seconds(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


CONSENTS = {"registration": True, "contact": False, "quotation": True, "introduction": False}


def visitor(**answers: Any) -> dict[str, Any]:
    """Answers of the registration form that are accepted."""
    return {"name": "सुनीता शर्मा", "does": "seller", **answers}


def files_below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
