"""When something is shown: all, any, none of a few facts about the certificate.

A condition is the name of a fact (``"specimen"``), of a set of the template's own, or a table
``{ all = […], any = […], not = […] }`` of such names. Nothing more: no brackets, no arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.certificates.tables import Table

FACT = re.compile(
    r"practice|specimen|sample|marked|sessions|symbol|organisation|does"
    r"|sessions:[1-9][0-9]?|(?:does|is):[a-z0-9][a-z0-9_.-]{0,62}|language:[A-Za-z-]{2,20}"
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,80}")
EXAMPLE = "specimen, sessions:2, does:seller, is:msme, language:ur"
MOST_SESSIONS = 60


@dataclass(frozen=True, slots=True)
class Condition:
    """Met when every one of ``all``, at least one of ``any`` (if there are any) and none of
    ``none`` is. Each is a fact or another condition.
    """

    all: tuple[str | Condition, ...] = ()
    any: tuple[str | Condition, ...] = ()
    none: tuple[str | Condition, ...] = ()

    def met(self, facts: frozenset[str]) -> bool:
        def is_so(one: str | Condition) -> bool:
            return one in facts if isinstance(one, str) else one.met(facts)

        return (
            all(map(is_so, self.all))
            and (not self.any or any(map(is_so, self.any)))
            and not any(map(is_so, self.none))
        )

    def facts(self) -> frozenset[str]:
        """Every fact that it asks for."""
        found: set[str] = set()
        for one in (*self.all, *self.any, *self.none):
            found |= {one} if isinstance(one, str) else one.facts()
        return frozenset(found)


ALWAYS = Condition()
Sets = Mapping[str, Condition]


def read_sets(table: Table) -> dict[str, Condition]:
    """The named sets of a template; each may use those above it."""
    sets: dict[str, Condition] = {}
    for name in table.named():
        if FACT.fullmatch(name):
            raise table.wrong("form", name, example="guests")
        sets[name] = _read(table, name, sets)
    return sets


def read_condition(table: Table, sets: Sets) -> Condition:
    """The condition under ``when``; always met where there is none."""
    return _read(table, "when", sets) if table.has("when") else ALWAYS


def _read(table: Table, key: str, sets: Sets) -> Condition:
    if table.is_text(key):
        return Condition(all=(_named(table, key, table.match(key, NAME, EXAMPLE), sets),))
    parts = table.table(key)
    lists = {
        name: tuple(_named(parts, name, one, sets) for one in parts.strings(name, NAME, EXAMPLE))
        for name in ("all", "any", "not")
    }
    parts.close()
    if not any(lists.values()):
        raise table.wrong("condition", key, value="{}", example=EXAMPLE)
    return Condition(lists["all"], lists["any"], lists["not"])


def _named(table: Table, key: str, name: str, sets: Sets) -> str | Condition:
    if name in sets:
        return sets[name]
    if not FACT.fullmatch(name):
        raise table.wrong("condition", key, value=name, example=EXAMPLE)
    return name
