"""Free text: what a visitor says in their own words, in any script, emoji included."""

from __future__ import annotations

from kiosk.validate.characters import bound, drop_unseen, one_line, refuse_hidden

TEXT_LIMIT = 2000  # characters


def clean_text(text: str, *, multiline: bool = False) -> str:
    """The text in NFC, controls dropped, trimmed; line ends stay only where ``multiline``.

    Raises VisitorError: too_long_text, hidden_characters.
    """
    bound(text, TEXT_LIMIT, slack=4)
    refuse_hidden(text)
    seen = drop_unseen(text)
    return bound(_lines(seen) if multiline else one_line(seen), TEXT_LIMIT)


def _lines(text: str) -> str:
    """Lines trimmed, at most one empty line between two."""
    kept: list[str] = []
    for line in map(one_line, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
