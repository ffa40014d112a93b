"""A damaged record: whatever is asked of it, the answer is a fault with words, or the truth."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.ids import AttendeeId, Number, Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import Draft
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.tables import RecordTables
from tests.storage.records import (
    certify,
    change,
    check_in,
    close_day,
    keep,
    nobody,
    open_store,
    register,
    respond,
)

KEY = bytes(range(32))
VISITORS = 40
Ask = Callable[[Store, AttendeeId], object]

ASKED: dict[str, Ask] = {
    "attendee": lambda store, who: store.attendee(who),
    "attendee_by_number": lambda store, _: store.attendee_by_number(Number("KA1-0003")),
    "attendees": lambda store, _: list(store.attendees()),
    "attendees_of": lambda store, who: store.attendees_of([who]),
    "find": lambda store, _: store.find("visitor 3"),
    "find_nearly": lambda store, _: store.find("vizitter"),
    "consents": lambda store, who: store.consents(who),
    "check_ins": lambda store, who: store.check_ins(who),
    "responses": lambda store, who: store.responses(who),
    "certificates": lambda store, who: store.certificates(who),
    "certificate": lambda store, _: store.certificate(Serial("KA1-C-0001")),
    "without": lambda store, _: store.without_certificate(attended=True),
    "drafts": lambda store, _: store.drafts(),
    "print_jobs": lambda store, _: store.print_jobs(),
    "print_history": lambda store, _: store.print_history(9),
    "print_jobs_of": lambda store, who: store.print_jobs_of(who),
    "print_job": lambda store, _: store.print_job("j"),
    "print_choices": lambda store, _: store.print_choices(),
    "staff": lambda store, _: store.staff(),
    "forms": lambda store, _: store.forms(),
    "figures": lambda store, _: store.figures(),
    "closed_at": lambda store, _: store.closed_at(),
    "anonymous": lambda store, _: list(store.anonymous_responses()),
    "peek": lambda store, _: store.peek_count("attendee"),
    "export": lambda store, _: list(RecordTables(store).export_rows("attendee")[1]),
    "register": lambda store, _: register(store, "Somebody new"),
    "keep": lambda store, _: keep(store, nobody()),
    "seal": lambda store, _: store.seal_anonymous(),
    "erase": lambda store, who: store.erase_person(who, "coordinator"),
}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, AttendeeId]:
    """A closed day as a file, and one of its visitors."""
    folder = tmp_path_factory.mktemp("day")
    with closing(open_store(folder, KEY, create=True)) as store:
        for at in range(VISITORS):
            who = register(store, f"Visitor {at}", mobile=f"+9198450{at:05d}")
            respond(store, who, rating=3, sentence="word " * 30)
            check_in(store, who)
            keep(store, nobody())
        certify(store, who)
        with store.writing() as writing:
            writing.save_draft(Draft("d1", "name", Tag("kn"), {}, 5))
        close_day(store)
    return folder, who


def damaged(day: Path, folder: Path, seed: int) -> Path:
    """A copy of which a quarter of the pages have one flipped bit."""
    dice = random.Random(seed)
    raw = bytearray((day / DATABASE).read_bytes())
    for page in range(1, len(raw) // 4096):
        if dice.random() < 0.25:
            raw[page * 4096 + dice.randrange(4096)] ^= 1 << dice.randrange(8)
    folder.mkdir()
    (folder / DATABASE).write_bytes(raw)
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_are_a_fault_with_words(
    day: tuple[Path, AttendeeId], tmp_path: Path, seed: int
) -> None:
    """Each question to an opening of its own, and all in a row to one."""
    folder, who = day
    faults: list[str] = []
    for name, ask in ASKED.items():
        copy = damaged(folder, tmp_path / name, seed)
        faults += asked(copy, who, [ask])
        shutil.rmtree(copy)
    copy = damaged(folder, tmp_path / "all", seed)
    faults += asked(copy, who, list(ASKED.values()))
    assert set(faults) == {"database_corrupt"}
    assert verdict(copy) in {False, "database_corrupt"}


def asked(folder: Path, who: AttendeeId, asks: list[Ask]) -> list[str]:
    """The faults that came of it."""
    faults = []
    try:
        with closing(open_store(folder, KEY)) as store:
            for ask in asks:
                try:
                    ask(store, who)
                except EnvironmentFault as fault:
                    faults.append(fault.key)
    except EnvironmentFault as fault:
        faults.append(fault.key)
    return faults


def verdict(folder: Path) -> bool | str:
    """What the audit says, or the fault where the file does not open at all."""
    try:
        with closing(open_store(folder, KEY)) as store:
            return store.verify().ok
    except EnvironmentFault as fault:
        return fault.key


@pytest.mark.parametrize("kinds", ["{", "{}", "5", "null", "[" * 100_000, "\x00"])
def test_a_list_that_is_none_is_damage(store: Store, kinds: str) -> None:
    who = register(store, "Asha")
    store.connection.execute("UPDATE attendee SET kinds = ?", (kinds,))
    for ask in (ASKED["attendee"], ASKED["attendees"], ASKED["find"]):
        with pytest.raises(EnvironmentFault, match="database_corrupt"):
            ask(store, who) if ask is not ASKED["find"] else store.find("asha")
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        change(store, "attendee", who, "correct", name="Bina", person=who)
    found = store.verify()
    assert not found.ok
    assert "row of attendee" in found.reason


def test_text_that_is_none_is_damage(store: Store) -> None:
    who = register(store, "Asha")
    store.connection.execute("UPDATE attendee SET name = CAST(x'ff' AS TEXT)")
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        store.attendee(who)
    assert not store.verify().ok


def test_damaged_answers_and_drafts_say_so(store: Store) -> None:
    who = register(store, "Asha")
    respond(store, who, rating=1)
    with store.writing() as writing:
        writing.save_draft(Draft("d1", "name", Tag("kn"), {}, 5))
    store.connection.execute("UPDATE response SET answers = '[]'")
    store.connection.execute("UPDATE draft SET answers = ''")
    for ask in ("figures", "responses", "drafts"):
        with pytest.raises(EnvironmentFault, match="database_corrupt"):
            ASKED[ask](store, who)


def test_the_audit_does_not_hide_another_trouble(store: Store, tmp_path: Path) -> None:
    register(store, "Asha")
    store.close()
    shutil.move(tmp_path / DATABASE, tmp_path / "elsewhere")
    with pytest.raises(EnvironmentFault, match="folder_read_only"):
        store.verify()


def test_a_record_that_takes_no_more_though_its_file_could_be_written_is_damaged(
    store: Store,
) -> None:
    """As SQLCipher has it after a page whose seal was broken."""
    with (
        pytest.raises(EnvironmentFault, match="database_corrupt"),
        store._released_when_full(),
    ):
        raise EnvironmentFault("folder_read_only", path=str(store.path))
