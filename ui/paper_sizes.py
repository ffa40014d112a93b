"""Which paper of a printer a sheet goes onto; pure arithmetic of millimetres."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_POINTS_PER_MM = 72 / 25.4
_SAME_MM = 2.5  # Letter and A4 differ by more, drivers' roundings by less
_NAMED = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$")
_MM = {"mm": 1.0, "in": 25.4}


@dataclass(frozen=True, slots=True)
class Size:
    """In millimetres, the shorter side first: printers turn a page by themselves."""

    short: float
    long: float

    def __str__(self) -> str:
        return f"{self.short:.0f} × {self.long:.0f} mm"

    def is_like(self, other: Size) -> bool:
        """Whether one paper serves for both."""
        return abs(self.short - other.short) <= _SAME_MM and abs(self.long - other.long) <= _SAME_MM

    def holds(self, other: Size) -> bool:
        """Whether there is room for the other on it."""
        return other.short <= self.short + _SAME_MM and other.long <= self.long + _SAME_MM


def size_of(one: float, other: float) -> Size:
    """The size with sides of so many millimetres, in either order."""
    return Size(min(one, other), max(one, other))


def size_of_points(one: float, other: float) -> Size:
    """The size of a page of a PDF."""
    return size_of(one / _POINTS_PER_MM, other / _POINTS_PER_MM)


def size_named(name: str) -> Size | None:
    """The size that a PWG name tells (PWG 5101.1): iso_a4_210x297mm."""
    found = _NAMED.search(name)
    if found is None:
        return None
    unit = _MM[found.group(3)]
    return size_of(float(found.group(1)) * unit, float(found.group(2)) * unit)


def paper_for(sheet: Size, supported: Iterable[str], default: str) -> tuple[str, bool] | None:
    """The paper's name, "" for the printer's usual one, and whether it is of the sheet's own size.

    None where the sheet has room on no paper of the printer.
    """
    papers = {name: size for name in supported if (size := size_named(name)) is not None}
    fixed = {name: size for name, size in papers.items() if not name.startswith("custom_m")}
    for name, size in fixed.items():
        if size.is_like(sheet):
            return name, True
    least = [size for name, size in papers.items() if name.startswith("custom_min")]
    most = [size for name, size in papers.items() if name.startswith("custom_max")]
    if any(sheet.holds(one) for one in least) and any(one.holds(sheet) for one in most):
        sides = f"{sheet.short:.0f}x{sheet.long:.0f}mm"
        return f"custom_{sides}_{sides}", True
    usual = size_named(default)
    if usual is not None and usual.holds(sheet):
        return "", False
    roomy = [(size.short * size.long, name) for name, size in fixed.items() if size.holds(sheet)]
    return (min(roomy)[1], False) if roomy else None
