"""A kiosk's record of an earlier version is laid out anew: all that it knew is there, or as it was.

A power cut within finds it either way.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.batch import Span, Told
from kiosk.domain.ids import AttendeeId
from kiosk.storage.chain import head_key
from kiosk.storage.migrations import STEPS
from kiosk.storage.opening import applied_steps, open_database, open_for_reading
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.verifying import verify
from tests.storage.merged import KEY
from tests.storage.power import Disk, recorded
from tests.storage.records import (
    DEVICE,
    EVENT,
    certify,
    change,
    check_in,
    open_store,
    register,
    respond,
)
from tests.storage.test_anonymity import decrypted
from tests.storage.test_laying import LAID_OUT, copy_rows

ROOT = Path(__file__).parents[2]
MISSING = "strace is needed: run `sh resources/setup.sh --test` (Debian's package strace)"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Store]:
    """A day as it is written today."""
    (tmp_path / "new").mkdir()
    with closing(open_store(tmp_path / "new", KEY, create=True)) as store:
        people = [register(store, name) for name in ("Asha", "Balu", "Chitra", "Devi")]
        change(store, "attendee", people[0], "correct", name="Usha", person=people[0])
        respond(store, people[0], rating=5, sentence="बहुत अच्छा")
        check_in(store, people[1])
        certify(store, people[1])
        change(store, "export", "e1", "create", plain=True)
        store.erase_person(people[2], "coordinator")
        yield store


@pytest.fixture
def old(tmp_path: Path, new: Store) -> Path:
    """The same day in the file of the version before."""
    folder = tmp_path / "old"
    folder.mkdir()
    steps = STEPS[:LAID_OUT]
    with closing(open_database(folder / DATABASE, KEY, create=True, steps=steps)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        copy_rows(new.connection, connection)
        assert connection.execute("SELECT count(*) FROM payload").fetchone() == (20,)
    return folder


def leaving(store: Store) -> Sequence[Told]:
    """All that would go out, byte for byte."""
    return store.outgoing.leaving(Span(EVENT, DEVICE, 1, store.head().seq)).told


def erased_in(store: Store) -> AttendeeId:
    ((person,),) = store.connection.execute("SELECT person_id FROM erased").fetchall()
    return AttendeeId(person)


def test_an_older_record_goes_on_with_all_that_it_knew(new: Store, old: Path) -> None:
    with closing(open_store(old, KEY)) as store:
        assert store.verify() == new.verify()
        assert store.verify().ok
        assert leaving(store) == leaving(new)
        assert list(store.attendees()) == list(new.attendees())
        assert store.head() == new.head()
        one = next(iter(store.attendees()))
        change(store, "attendee", one.id, "correct", name="Ravi", person=one.id)
        register(store, "Esha")
        store.erase_person(one.id, "coordinator")
        assert store.verify().ok
        told = {said.person_id for said in leaving(store)}
        assert not told & {one.id, erased_in(new)}


def test_what_was_said_is_in_no_page_of_an_older_record_once_erased(old: Path) -> None:
    """Neither where it lay, nor where it was laid: pages that were freed are overwritten."""
    words = [word.encode() for word in ("Usha", "बहुत अच्छा")]
    before = b"".join(decrypted(old / DATABASE))
    assert all(word in before for word in words)
    with closing(open_store(old, KEY)) as store:
        one = next(person for person in store.attendees() if person.name == "Usha")
        store.erase_person(one.id, "coordinator")
    after = b"".join(decrypted(old / DATABASE))
    assert b"Devi" in after
    assert not any(word in after for word in words)


def test_forty_power_cuts_while_an_older_record_is_laid_out(
    new: Store, old: Path, tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.fail(MISSING, pytrace=False)
    target = old / DATABASE
    before = {target.name: target.read_bytes()}
    disk = Disk(before, recorded("tests.storage.laying_recorded", target, ROOT))
    entries, dice, found = new.verify().entries, random.Random(1), set()
    for at in range(40):
        folder = tmp_path / f"image{at}"
        folder.mkdir()
        for name, content in disk.image(dice.randint(0, len(disk.steps)), dice).items():
            (folder / name).write_bytes(content)
        with closing(open_for_reading(folder / DATABASE, KEY)) as reading:
            found.add(len(applied_steps(reading)))
        with closing(open_database(folder / DATABASE, KEY)) as connection:
            held = verify(connection, head_key(KEY), DEVICE)
            assert (held.ok, held.entries) == (True, entries), held.reason
    assert found == {LAID_OUT, len(STEPS)}  # as it was, or laid out
