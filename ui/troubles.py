"""What ails a printer: the keywords of IPP as few things that a person can see and mend.

``printer-state-reasons``: RFC 8011, 5.4.12, and the registry of IANA; those of CUPS's own begin
with "cups-". Which words are said of each stands in ``resources/languages``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WRONG_SIZE = "wrong-size"  # ours: the printer has no paper on which the sheet has room
NO_PRINTER = "no-printer"  # ours: the one that was chosen is not there
NO_HISTORY = "no-history"  # ours: CUPS is set to forget jobs, so that nobody saw how it ended

_TROUBLES = {
    "paper_out": ("media-empty", "input-tray-missing"),
    "paper_wanted": ("media-needed", "media-size-mismatch", "input-media-size-change"),
    "jam": ("media-jam", "input-media-feed-error", "output-media-jam"),
    "open": ("cover-open", "door-open", "interlock-open", "input-cover-open", "output-cover-open"),
    "toner_out": ("toner-empty", "marker-supply-empty", "developer-empty", "marker-supply-missing"),
    "toner_low": ("toner-low", "marker-supply-low", "developer-low"),
    "paper_low": ("media-low",),
    "tray_full": ("output-area-full", "marker-waste-full", "output-tray-missing"),
    "offline": ("offline", "connecting-to-device", "timed-out", "shutdown"),
    "paused": ("paused", "moving-to-paused", "hold-new-jobs"),
    "driver": ("cups-missing-filter", "cups-insecure-filter"),
    "disk_full": ("spool-area-full",),
    "wrong_size": (WRONG_SIZE,),
    "missing": (NO_PRINTER,),
    "history": (NO_HISTORY,),
}
_NAMES = {reason: name for name, reasons in _TROUBLES.items() for reason in reasons}
_SEVERITY = re.compile(r"-(report|warning|error)$")
_REASON = re.compile(r"[a-z]+(?:-[a-z]+)+|offline|paused|shutdown")
# CUPS tells of these two as mere reports, although nothing comes out meanwhile.
_ALWAYS_STOP = frozenset({"offline", "paused"})
_NEVER_STOP = frozenset({"toner_low", "paper_low"})
# Nothing of a sheet is out while one of these holds it up; in a jam, half of it may be.
_NOTHING_OUT = frozenset(_TROUBLES) - {"jam", "tray_full", "history"}


def trouble_of(reason: str) -> str:
    """The name of what this keyword tells; "" for what nobody needs to know."""
    return _NAMES.get(_SEVERITY.sub("", reason), _NAMES.get(reason, ""))


def stops(reason: str) -> bool:
    """Whether nothing comes out until somebody has seen to it. One without severity is grave."""
    name = trouble_of(reason)
    if not name or name in _NEVER_STOP:
        return False
    return name in _ALWAYS_STOP or not reason.endswith(("-report", "-warning"))


def stopping(reasons: Iterable[str]) -> list[str]:
    """Those of these keywords that stop the printer."""
    return [one for one in reasons if stops(one)]


def nothing_is_out(reasons: Iterable[str]) -> bool:
    """Whether these keywords say for certain that no part of a sheet came out."""
    held = {trouble_of(one) for one in stopping(reasons)}
    return bool(held) and held <= _NOTHING_OUT


def troubles_in(message: str) -> list[str]:
    """The names of all troubles that are told of in what a printer said, each once."""
    found = (trouble_of(reason) for reason in _REASON.findall(message))
    return list(dict.fromkeys(name for name in found if name))
