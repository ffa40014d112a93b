"""The port to what writes the day for people and programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk.domain.language import Tag


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that was written; ``sha256`` in hex."""

    path: Path
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What the coordinator asks for. No recipient and not ``plain``: the campaign's recipients."""

    folder: Path
    formats: tuple[str, ...] = ("sqlite", "csv", "xlsx")
    plain: bool = False
    recipients: tuple[str, ...] = ()
    language: Tag = field(default=Tag("en"))


class Exporter(Protocol):
    """Writes the day for people and programs, and reads it back."""

    def export(self, request: ExportRequest) -> list[ExportedFile]:
        """Raises EnvironmentFault when the folder does not take it; then leaves nothing half."""
        ...
