"""The project's own OpenRosa XPath: read once, compiled to closures, evaluated in microseconds."""

from kiosk.forms.xpath.compiler import compile_xpath
from kiosk.forms.xpath.error import MISWRITTEN, XPathError
from kiosk.forms.xpath.facts import Expression, Facts, Item, Scope
from kiosk.forms.xpath.values import Value

__all__ = [
    "MISWRITTEN",
    "Expression",
    "Facts",
    "Item",
    "Scope",
    "Value",
    "XPathError",
    "compile_xpath",
]
