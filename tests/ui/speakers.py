"""Speakers for tests, with the words and languages of the product."""

from __future__ import annotations

from kiosk.campaign.languages import load_languages, load_words
from kiosk.domain.language import Tag
from ui.theme import resource
from ui.translate import Speaker

TAGS = ("hi", "en", "ur", "kn", "te")


def a_speaker(tag: str = "en") -> Speaker:
    """A speaker of all five languages that begins with ``tag``."""
    root = resource()
    every = load_languages(root)
    languages = {Tag(t): every[Tag(t)] for t in TAGS}
    return Speaker(load_words(root), languages, Tag(tag))
