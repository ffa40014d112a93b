"""The ``kiosk`` command, and ``python -m kiosk``: interrupted at any moment, it ends in peace.

What it needs is loaded within its own care: that alone takes longer than somebody who has
mistyped waits before Ctrl+C.
"""

import signal
import sys

INTERRUPTED = 3  # as the command itself answers later: the environment did not allow it


def main() -> int:
    """Runs one command; returns its exit code."""
    try:
        _load_native()
        from kiosk.cli.__main__ import main as command  # noqa: PLC0415 - may be interrupted, too

        return command()
    except KeyboardInterrupt:
        return INTERRUPTED


def _load_native() -> None:
    """Ctrl+C waits for what ends in a panic of its own if it is interrupted while it comes up."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        import pyrage  # noqa: F401, PLC0415 - a millisecond
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
