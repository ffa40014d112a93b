"""The plain part of TOML, in which language files are written: tables, and sentences in quotes.

The first picture of the window waits for its sentences, and a whole TOML reader takes ten times
as long. What is not plain (numbers, lists, rare escapes, mistakes) is left to that reader, so that
a file means the same to both.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(
    r"""^ [ \t]*
    (?: \[ (?P<table> [A-Za-z0-9_-]+ (?:\.[A-Za-z0-9_-]+)* ) \]
      | (?P<key> [A-Za-z0-9_-]+ ) [ \t]* = [ \t]*
        (?: "(?P<text> [^"\\\x00-\x1f\x7f]* (?: \\ (?: ["\\nt] | u[0-9A-Ca-c][0-9A-Fa-f]{3} )
              [^"\\\x00-\x1f\x7f]* )* )" | (?P<word> true | false ) )
    )?
    [ \t]* (?: \# [^\x00-\x1f\x7f]* )? $""",
    re.VERBOSE | re.MULTILINE,
)

_ESCAPE = re.compile(r"""\\(["\\nt]|u.{4})""")


def read_plain(text: str) -> dict[str, object] | None:
    """What ``tomllib.loads`` gives; None where the text is not plain, or nothing that it takes."""
    whole: dict[str, object] = {}
    table, named = whole, {""}
    text = text.replace("\r\n", "\n")
    lines = _PLAIN.findall(text)
    if len(lines) <= text.count("\n"):  # one at least is not plain
        return None
    for name, key, said, word in lines:
        if name:
            inner = None if name in named else _inside(whole, name)
            if inner is None:
                return None
            table = inner
            named.add(name)
        elif key:
            if key in table:
                return None
            table[key] = word == "true" if word else _said(said)
    return whole


def _said(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(escape: re.Match[str]) -> str:
    sign = escape[1]
    return chr(int(sign[1:], 16)) if len(sign) > 1 else {"n": "\n", "t": "\t"}.get(sign, sign)


def _inside(whole: dict[str, object], name: str) -> dict[str, object] | None:
    """The table of that dotted name, made where it is not there; None where a value stands."""
    table = whole
    for part in name.split("."):
        inner = table.setdefault(part, {})
        if not isinstance(inner, dict):
            return None
        table = inner
    return table
