"""The ``kiosk`` command, and ``python -m kiosk``: interrupted at any moment, it ends in peace.

What it needs is loaded within its own care: that alone takes longer than somebody who has
mistyped waits before Ctrl+C.
"""

import sys

INTERRUPTED = 3  # as the command itself answers later: the environment did not allow it


def main() -> int:
    """Runs one command; returns its exit code."""
    try:
        from kiosk.cli.__main__ import main as command  # noqa: PLC0415 - may be interrupted, too

        return command()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
