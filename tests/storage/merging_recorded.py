"""Merges some batches into a store and says when each is there; to be watched by strace."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.storage.merging import open_merged
from tests.storage.merged import KEY, NOW_MS, Laptop

_LOG_PAGES = 40  # the log is folded away now and then, also within so short a merge


def laptops() -> list[Laptop]:
    """Visitors, corrections, a withdrawal, an erasure, a clone: whatever merging writes."""
    made = [Laptop(number) for number in (1, 2, 3)]
    for laptop in made:
        people = [laptop.register() for _ in range(6)]
        for person in people[:4]:
            laptop.agree(person, "registration", "contact")
            laptop.respond(person, rating="4", sentence="बहुत अच्छा")
        laptop.certify(people[0])
        laptop.correct("attendee", people[1], people[1], organisation="A")
        laptop.withdraw(people[2])
    made[0].erase(made[0].log[0].entity_id)
    clone = made[1].clone()
    clone.register("Ravi")
    made[1].register("Meena")
    return [*made, clone]


def main() -> None:
    store = open_merged(Path(sys.argv[1]), KEY)
    store.engine.connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    sys.stdout.write(f"there {store.digest()}\n")
    sys.stdout.flush()
    for laptop in laptops():
        for batch in laptop.batches(most=7):
            store.apply(batch, "stick", NOW_MS)
            sys.stdout.write(f"there {store.digest()}\n")
            sys.stdout.flush()
        store.index_people()
    store.close()


if __name__ == "__main__":
    main()
