"""The texts of an XForm by language, with the answers that they show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from xml.etree.ElementTree import Element

from kiosk.domain.language import Text
from kiosk.forms.model import Template
from kiosk.forms.xpath import Expression

XF = "{http://www.w3.org/2002/xforms}"
MISSING = "-"  # pyxform writes it where a translation is missing
UNDETERMINED = "und"
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_IN_BRACKETS = re.compile(r".*\(\s*([^()]+?)\s*\)\s*")

Compile = Callable[[str], Expression | None]


def language_tag(name: str) -> str:
    """The BCP 47 tag in "Hindi (hi)" or "hi"; the name itself where there is none."""
    found = _IN_BRACKETS.fullmatch(name)
    tag = found.group(1) if found else name.strip()
    return tag if _TAG.fullmatch(tag) else name.strip()


def has_tag(name: str) -> bool:
    """Whether a language's name in the form says its tag."""
    return _TAG.fullmatch(language_tag(name)) is not None


def read_text(element: Element, compile_output: Compile) -> str:
    """The text of an element; a Template where it shows answers."""
    parts: list[str | Expression] = [element.text or ""]
    shown = [element.text or ""]
    for child in element:
        source = (child.get("value") or "").strip()
        expression = compile_output(source) if child.tag == f"{XF}output" else None
        if expression is not None:
            parts.append(expression)
            shown.append(f"${{{source.rpartition('/')[2]}}}")
        parts.append(child.tail or "")
        shown.append(child.tail or "")
    text = _tidy("".join(shown))
    if len(parts) == 1 or all(isinstance(part, str) for part in parts):
        return text
    return Template.of(text, _stripped(parts))


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _stripped(parts: list[str | Expression]) -> tuple[str | Expression, ...]:
    """The pieces without the white space that pyxform puts around the whole."""
    tidy = [unicodedata.normalize("NFC", part) if isinstance(part, str) else part for part in parts]
    first, last = tidy[0], tidy[-1]
    tidy[0] = first.lstrip() if isinstance(first, str) else first
    tidy[-1] = last.rstrip() if isinstance(last, str) else last
    return tuple(part for part in tidy if part != "")


class Texts:
    """All texts of a form: by id, then by language. What is missing is not there."""

    def __init__(self, itext: Element | None, compile_output: Compile) -> None:
        self.names: tuple[str, ...] = ()
        self.default = UNDETERMINED
        self._texts: dict[str, dict[str, str]] = {}
        translations = [] if itext is None else itext.findall(f"{XF}translation")
        for translation in translations:
            name = translation.get("lang") or ""
            self.names += (name,)
            if translation.get("default"):
                self.default = language_tag(name)
            for text in translation.findall(f"{XF}text"):
                self._keep(text, language_tag(name), compile_output)
        if translations and self.default == UNDETERMINED:
            self.default = language_tag(self.names[0])

    def _keep(self, text: Element, tag: str, compile_output: Compile) -> None:
        by_language = self._texts.setdefault(text.get("id") or "", {})
        for value in text.findall(f"{XF}value"):
            read = read_text(value, compile_output) if value.get("form") is None else ""
            if read not in {"", MISSING}:
                by_language[tag] = read

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(map(language_tag, self.names))

    def of(self, text_id: str) -> Text:
        return self._texts.get(text_id, {})

    def referred(self, reference: str) -> Text:
        """The text that ``jr:itext('id')`` names, or the reference itself as a plain text."""
        found = re.fullmatch(r"\s*jr:itext\(\s*['\"](.*)['\"]\s*\)\s*", reference)
        if found:
            return self.of(found.group(1))
        text = _tidy(reference)
        return {self.default: text} if text not in {"", MISSING} else {}

    def inside(self, element: Element | None, compile_output: Compile) -> Text:
        """The text of a <label> or <hint>, whether it refers to one or holds it."""
        if element is None:
            return {}
        if element.get("ref"):
            return self.referred(element.get("ref") or "")
        text = read_text(element, compile_output)
        return {self.default: text} if text not in {"", MISSING} else {}
