"""The lists of choices of an XForm: its secondary instances, as rows of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from kiosk.forms.itext import XF

_NAMED = re.compile(r"\s*instance\(\s*['\"]([^'\"]*)['\"]\s*\)")


class ListReader:
    """``rows`` has each list by its id; ``external`` names those that lie in other files."""

    def __init__(self, model: Element) -> None:
        self.rows: dict[str, tuple[Mapping[str, str], ...]] = {}
        self.external: list[str] = []
        for instance in model.findall(f"{XF}instance"):
            name = instance.get("id")
            if name and instance.get("src"):
                self.external.append(name)
            if name:
                self.rows[name] = tuple(map(_row, instance.findall(f"{XF}root/{XF}item")))

    def rows_of(self, nodeset: str) -> tuple[Mapping[str, str], ...]:
        """The whole list that an itemset draws from, before any filter."""
        found = _NAMED.match(nodeset)
        return self.rows.get(found.group(1), ()) if found else ()


def _row(item: Element) -> Mapping[str, str]:
    return {cell.tag.rpartition("}")[2]: (cell.text or "").strip() for cell in item}
