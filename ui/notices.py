"""What went wrong, as data: an error becomes a sentence in the visitor's language."""

from __future__ import annotations

from pathlib import Path

from kiosk.errors import EnvironmentFault, VisitorError
from ui.isolates import alone
from ui.screens.screen import Notice
from ui.translate import Speaker

LARGEST_LOG = 1_000_000
LOG = "trouble.log"


def sentence(error: Exception, speaker: Speaker) -> str:
    """What happened, what is safe, what to do."""
    from kiosk.services.refused import Refused  # noqa: PLC0415 - once something is refused

    words = speaker.words
    if isinstance(error, Refused):
        return error.problems[0].message(words)
    if not isinstance(error, (VisitorError, EnvironmentFault)):
        return words.say("trouble.unexpected")
    key = f"{'error' if isinstance(error, VisitorError) else 'fault'}.{error.key}"
    if not words.has(key):
        return words.say("trouble.unnamed")
    if not speaker.right_to_left:
        return words.say(key, **error.values)
    # else the day of 10-01-2020 would be read as 2020-01-10
    return words.say(key, **{name: alone(value) for name, value in error.values.items()})


def notice_of(error: Exception, speaker: Speaker) -> Notice:
    """The strip for an error; the machine's troubles need a hand."""
    return Notice(sentence(error, speaker), grave=not isinstance(error, VisitorError))


def note_trouble(error: BaseException, folder: Path) -> None:
    """Writes where the program went wrong into the data folder, and not one word of anybody.

    An error's own message may hold what somebody typed, so only its kind and its places are kept.
    """
    import traceback  # noqa: PLC0415 - once something went wrong
    from datetime import UTC, datetime  # noqa: PLC0415

    places = [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {type(error).__name__}", *places]
    path = folder / LOG
    try:
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".old"))
        with path.open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
    except OSError:
        return  # a full disk must not stop the queue; the notice on the screen says so anyway
