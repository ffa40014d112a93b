"""One thing that the self-check looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fitness:
    """One thing checked; ``fitness.<key>`` is its sentence."""

    name: str
    ok: bool
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
