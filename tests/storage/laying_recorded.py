"""Opens a record of an earlier version, which is laid out anew then; to be watched by strace."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.storage.opening import open_database
from tests.storage.merged import KEY


def main() -> None:
    open_database(Path(sys.argv[1]), KEY).close()  # the last to close it folds its log away


if __name__ == "__main__":
    main()
