"""Names to try designs with: the longest and shortest that people have, marked as samples."""

from __future__ import annotations

import tomllib
from functools import cache

from kiosk.domain.language import Tag
from kiosk.settings import RESOURCES


@cache
def specimen_names() -> dict[Tag, tuple[str, ...]]:
    """By language, the longest first."""
    path = RESOURCES / "specimens" / "names.toml"
    names = tomllib.loads(path.read_text(encoding="utf-8"))["names"]
    return {Tag(tag): tuple(values) for tag, values in names.items()}
