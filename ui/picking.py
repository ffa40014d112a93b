"""Choosing a folder: on this laptop, or on a stick that is plugged in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ui.isolates import alone
from ui.sticks import Target, subfolders
from ui.translate import Speaker
from ui.widgets.folder_picker import FolderPicker, FolderWords


def folder_picker(speaker: Speaker, title: str, sticks: Iterable[Target]) -> FolderPicker:
    """Begins at home; ``title`` says what the folder is for."""
    say = speaker.say
    roots = [(say("staff.carry.home"), Path.home())]
    roots += [
        (say("staff.close.stick", name=alone(one.stick)), one.folder) for one in sticks if one.stick
    ]
    words = FolderWords(
        title, say("staff.carry.this_folder"), say("staff.carry.folder_up"), say("staff.cancel"),
        say("staff.carry.folder_empty"),
    )  # fmt: skip
    return FolderPicker(Path.home(), roots, subfolders, words, speaker.tag)
