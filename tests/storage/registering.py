"""Registers visitors without end and says the id of each once it is saved; to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.storage.records import open_store, register


def main() -> None:
    store = open_store(Path(sys.argv[1]), bytes(range(32)))
    while True:
        person = register(store, "श्रीमती लक्ष्मी देवी", mobile="+919876543210")
        sys.stdout.write(f"{person}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
