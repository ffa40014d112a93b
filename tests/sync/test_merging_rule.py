"""The rule of merging: any order, any number of times, whatever the sticks go through."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.batch import MOST_FILE_BYTES, Opened
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Carrier, CarrierFault, Stopped
from kiosk.services.merging import Applied, MergeResult
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.carriers.layout import RECEIPTS
from kiosk.sync.merging import Merger
from kiosk.sync.opening import LITTLE, Openable, Opening, opened_in_order
from kiosk.sync.receipts import collect_receipts
from tests.calls import counted
from tests.fakes import FakeClock
from tests.merged_model import FakeMerging, as_it_is
from tests.sync.files import DEVICE, batch_files
from tests.sync.kiosks import OPENER, PUBLIC, FakeStick, SealingKiosk, stick_with
from tests.sync.samples import TRUST

STORE = TRUST.enrol("CO1")


def merger(store: FakeMerging, **given: object) -> Merger:
    told = {"signer": STORE, "processes": 0, "clock": FakeClock(), **given}
    return Merger(OPENER, store, campaign=TRUST.campaign, **told)  # type: ignore[arg-type]


def merge(store: FakeMerging, *sources: Carrier, **given: object) -> MergeResult:
    return merger(store, **given).merge(sources)


def reasons(result: MergeResult) -> list[str]:
    return [one.reason for one in result.rejected]


@pytest.fixture(scope="module")
def kiosks() -> list[SealingKiosk]:
    return [SealingKiosk(f"KA{at}").day(12) for at in range(1, 4)]


@pytest.fixture(scope="module")
def batches(kiosks: list[SealingKiosk]) -> dict[str, bytes]:
    """Three days in batches of five changes."""
    return {name: content for one in kiosks for name, content in one.files(5).items()}


@pytest.fixture(scope="module")
def whole(batches: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> FakeMerging:
    store = FakeMerging()
    merge(store, stick_with(tmp_path_factory.mktemp("all"), batches))
    return store


def test_what_lies_on_a_stick_is_taken_once(batches: dict[str, bytes], tmp_path: Path) -> None:
    store, stick = FakeMerging(), stick_with(tmp_path, batches)
    first = merge(store, stick)
    assert (first.batches, first.changes, first.new, first.known) == (15, 75, 75, 0)
    assert (first.gaps, first.forks, first.rejected, first.lost) == ([], [], [], [])
    again = merge(store, stick)
    assert (again.batches, again.already_there, again.new) == (0, 15, 0)
    assert again.digest == first.digest
    people = [key for key in store.rows() if key[1] == "attendee"]
    assert len(people) == 36


@settings(max_examples=25)
@given(st.data())
def test_any_order_and_repetition_gives_the_same(
    batches: dict[str, bytes],
    whole: FakeMerging,
    data: st.DataObject,
) -> None:
    names = list(batches)
    sticks = data.draw(st.lists(st.lists(st.sampled_from(names), max_size=8), max_size=5))
    store = FakeMerging()
    for carried in [*sticks, names]:
        merge(store, FakeStick({name: batches[name] for name in carried}))
    assert store.digest() == whole.digest()
    assert store.rows() == whole.rows()


def test_what_is_missing_is_told_until_it_arrives(kiosks: object, tmp_path: Path) -> None:
    kiosk = SealingKiosk("AP1").day(10)
    files = list(kiosk.files(5).items())
    store = FakeMerging()
    result = merge(store, stick_with(tmp_path / "one", dict(files[2:4])))
    assert [(gap.code, gap.first, gap.last) for gap in result.gaps] == [("", 1, 10), ("", 21, 21)]
    result = merge(store, stick_with(tmp_path / "two", dict(files[:2]), dict(files[4:])))
    assert result.gaps == []
    assert result.forks == []


def test_a_clone_is_a_fork_and_loses_nobody(tmp_path: Path) -> None:
    original = SealingKiosk("UK1").day(3)
    files = original.files()
    clone = original.clone()
    for one, name in ((original, "आशा"), (clone, "उषा")):
        one.meet(name)
    store = FakeMerging()
    result = merge(store, stick_with(tmp_path, files, original.files(), clone.files()))
    assert [(fork.code, fork.seq) for fork in result.forks] == [("UK1", 8)]
    names = {row["name"] for key, row in store.rows().items() if key[1] == "attendee"}
    assert {"आशा", "उषा"} <= names
    assert len(store.conflicts()) == 1  # both wrote the same number on a slip


def test_a_contradiction_waits_for_a_person(tmp_path: Path) -> None:
    here, there = SealingKiosk("HP1"), SealingKiosk("HP2")
    person = here.meet("Rma")
    here.correct(person, name="Rama")
    there.correct(person, name="Ram")
    store = FakeMerging()
    merge(store, stick_with(tmp_path, here.files(), there.files()))
    [conflict] = store.conflicts()
    assert {side["value"] for side in conflict.sides} == {"Rama", "Ram"}


def test_what_cannot_be_opened_is_set_aside_and_nothing_stops(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path
) -> None:
    foreign = SealingKiosk("KA9", replace(TRUST, campaign="another"))  # type: ignore[arg-type]
    [stranger, good, *_] = batches
    damaged = bytearray(batches[stranger])
    damaged[-1] ^= 1
    stick = stick_with(tmp_path, batches, foreign.day(1).files(), batch_files(1))
    Path(stick.name, stranger).write_bytes(bytes(damaged))
    Path(stick.name, good).write_bytes(batches[good][:-5])
    store = FakeMerging()
    result = merge(store, stick)
    assert sorted(reasons(result)) == [
        "batch_damaged", "batch_damaged", "batch_foreign", "batch_magic",
    ]  # fmt: skip
    assert (result.batches, result.aside) == (13, 4)
    assert store.content_aside(stranger.partition("-")[2].removesuffix(".ekb")) == bytes(damaged)
    result = merge(store, stick_with(tmp_path / "a good copy", batches))
    assert (result.batches, result.rejected, result.aside) == (2, [], 2)
    assert result.digest == whole.digest()


def test_a_good_copy_on_another_stick_is_taken_at_once(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path
) -> None:
    bad, good = (stick_with(tmp_path / name, batches) for name in ("bad", "good"))
    for name in batches:
        Path(bad.name, name).write_bytes(b"")
    store = FakeMerging()
    result = merge(store, bad, good)
    assert result.rejected == []
    assert result.digest == whole.digest()


def test_what_lies_aside_is_tried_again_without_its_stick(tmp_path: Path) -> None:
    """Set aside by a program that did not know the campaign; taken by one that does."""
    kiosk = SealingKiosk("KA1").day(1)
    stick = stick_with(tmp_path / "once", kiosk.files())
    store = FakeMerging()
    stranger = replace(PUBLIC, campaign="another")  # type: ignore[arg-type]
    wrong = replace(OPENER, of=(stranger, OPENER.of[1]))
    result = replace(merger(store), opener=wrong).merge([stick])
    assert reasons(result) == ["batch_foreign"]
    again = replace(merger(store), opener=wrong).merge([])
    assert (again.rejected, again.aside) == ([], 1)  # not of this merge's sources
    result = merge(store)
    assert (result.batches, result.new, result.aside) == (1, 3, 0)


def test_a_file_larger_than_any_batch_is_not_read(tmp_path: Path) -> None:
    [name] = batch_files(1)
    stick = stick_with(tmp_path)
    (tmp_path / DEVICE).mkdir()
    with (tmp_path / name).open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)  # a hole, on the disk and in the count
    store = FakeMerging()
    assert reasons(merge(store, stick)) == ["batch_bomb"]
    assert [content for _, content in store.aside.values()] == [b""]


class LoosePlug:
    """A stick that goes away after so many files were read."""

    def __init__(self, stick: Carrier, reads: int, lists: int = 100) -> None:
        self._stick = stick
        self.reads = reads
        self.lists = lists
        self.name = stick.name

    def _gone(self) -> CarrierFault:
        return CarrierFault("target_gone", target=self.name)

    def folders(self) -> list[str]:
        return self._stick.folders()

    def files(self, folder: str) -> Iterator[tuple[str, int]]:
        for one in self._stick.files(folder):
            self.lists -= 1
            if self.lists < 0:
                raise self._gone()
            yield one

    def read(self, name: str, most: int) -> bytes:
        self.reads -= 1
        if self.reads < 0:
            raise self._gone()
        return self._stick.read(name, most)

    def create(self, name: str, content: bytes) -> bool:
        if self.reads < 0:
            raise self._gone()
        return self._stick.create(name, content)

    def close(self) -> None:
        self._stick.close()


@pytest.mark.parametrize("reads", range(0, 15, 2))
def test_a_stick_that_goes_away_leaves_what_it_gave(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path, reads: int
) -> None:
    other = SealingKiosk("AP2").day(1)
    stick, sound = stick_with(tmp_path / "a", batches), stick_with(tmp_path / "b", other.files())
    store = FakeMerging()
    result = merge(store, LoosePlug(stick, reads), sound)
    assert [(one.source, one.fault.key) for one in result.lost] == [(stick.name, "target_gone")]
    assert result.batches == reads + 1
    result = merge(store, stick)
    assert (result.lost, result.batches) == ([], 15 - reads)
    assert store.rows().keys() >= whole.rows().keys()


def test_a_stick_that_goes_away_while_it_is_looked_at(
    batches: dict[str, bytes], tmp_path: Path
) -> None:
    store = FakeMerging()
    result = merge(store, LoosePlug(stick_with(tmp_path, batches), 100, lists=7))
    assert (len(result.lost), result.batches) == (1, 7)


@pytest.mark.parametrize("after", range(0, 16, 3))
def test_who_stops_a_merge_goes_on_later(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path, after: int
) -> None:
    store, stick = FakeMerging(), stick_with(tmp_path, batches)

    def stop(step: str, done: int, of: int) -> None:
        if step == "merge" and done == after:
            raise Stopped

    with pytest.raises(Stopped):
        merger(store).merge([stick], stop)
    assert len(store.files) == after
    assert merge(store, stick).batches == 15 - after
    assert store.digest() == whole.digest()


class FullDisk(FakeMerging):
    """A store whose disk is full after so many batches."""

    left = 4

    def apply(self, batch: Opened, source: str, now_ms: int) -> Applied:
        if not self.left:
            raise EnvironmentFault("disk_full", path="store")
        self.left -= 1
        return super().apply(batch, source, now_ms)


@pytest.mark.parametrize("processes", [0, 1])
def test_a_store_that_is_full_stops_and_keeps_what_it_has(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path, processes: int
) -> None:
    store, stick = FullDisk(), stick_with(tmp_path, batches)
    with pytest.raises(EnvironmentFault, match="disk_full"):
        merge(store, stick, processes=processes)
    assert len(store.files) == 4
    store.left = 100
    assert merge(store, stick).digest == whole.digest()


def test_other_processes_open_the_same(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path
) -> None:
    damaged = dict(batches)
    damaged[next(iter(damaged))] = b"nothing"
    stick = stick_with(tmp_path, damaged, batch_files(2))
    here, beside = FakeMerging(), FakeMerging()
    one, other = merge(here, stick), merge(beside, stick, processes=2)
    assert reasons(one) == reasons(other)
    assert (one.digest, one.batches) == (other.digest, other.batches) != ("", 0)
    assert merge(beside, stick_with(tmp_path / "x", batches)).digest == whole.digest()


class Named:
    """Something to be opened."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reason = ""


class Deadly:
    """An opener whose process dies of one file, as of too much memory; elsewhere it does not."""

    def open(self, content: bytes) -> Opened:
        import multiprocessing
        import os

        if multiprocessing.parent_process() is not None and content == b"deadly":
            os._exit(9)
        raise EnvironmentFault("opened", content=content)


def test_a_process_that_dies_is_done_without() -> None:
    items: list[Openable] = [Named(one) for one in (b"a", b"deadly", b"b", b"c", b"d", b"e", b"f")]
    results = opened_in_order(Opening(Deadly(), as_it_is), iter(items), LITTLE + 1, 1)
    opened = [one for one in results if one is not None]
    assert [item.content for item, _ in opened] == [item.content for item in items]
    assert {reason for _, reason in opened} == {"opened"}


def test_only_a_few_files_are_in_memory_at_a_time() -> None:
    taken = 0

    def many() -> Iterator[Openable]:
        nonlocal taken
        for _ in range(50):
            taken += 1
            yield Named(b"x")

    results = opened_in_order(Opening(Deadly(), as_it_is), many(), LITTLE + 1, 2)
    for done, _ in enumerate((one for one in results if one is not None), start=1):
        assert taken - done <= 15
    assert done == 50


def test_a_receipt_is_left_and_only_when_it_says_something_new(
    batches: dict[str, bytes], tmp_path: Path
) -> None:
    store, clock = FakeMerging(), FakeClock()
    stick = stick_with(tmp_path, dict(list(batches.items())[:3]))
    merge(store, stick, clock=clock)
    [first], untrusted = collect_receipts(stick, TRUST)
    assert (first.store, first.code, first.at, untrusted) == (STORE.id, "CO1", clock.ms, 0)
    device = next(iter(batches)).partition("/")[0]
    assert [(begin, end) for begin, end, _ in first.spans[device]] == [(1, 15)]
    clock.pass_seconds(60)
    merge(store, stick, clock=clock)
    assert len(list(stick.files(RECEIPTS))) == 1
    clock.ms = 0  # a store whose clock fell back: its later receipt is still the later
    stick_with(tmp_path, batches)
    merge(store, stick, clock=clock)
    [second], _ = collect_receipts(stick, TRUST)
    assert second.at == first.at + 1
    assert sum(end for spans in second.spans.values() for _, end, _ in spans) == 75


def test_a_stick_that_takes_no_receipt_is_merged(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path
) -> None:
    stick = stick_with(tmp_path, batches)
    (tmp_path / RECEIPTS).write_bytes(b"a file where the folder should be")
    result = merge(FakeMerging(), stick)
    assert (result.digest, result.without_receipt) == (whole.digest(), [stick.name])
    unsigned = merge(FakeMerging(), stick, signer=None)
    assert (unsigned.digest, unsigned.without_receipt) == (whole.digest(), [])


def test_nothing_new_of_fifty_kiosks_is_not_opened(tmp_path: Path) -> None:
    chance = random.Random(50)
    store = FakeMerging()
    for _ in range(50):
        device = chance.randbytes(16).hex()
        (tmp_path / device).mkdir()
        for at in range(10):
            sha = hashlib.sha256(chance.randbytes(8)).hexdigest()
            (tmp_path / device / f"{at}-{sha}.ekb").write_bytes(b"")
            store.files[sha] = ("event", device, 0)
    stick = FolderCarrier(tmp_path)
    with counted() as calls:
        result = merge(store, stick, processes=None)
    assert (result.already_there, result.new) == (500, 0)
    assert 50 <= calls["scandir"] < 200  # their names are read once or a few times each …
    assert calls["open"] < 50  # … and not what is in them


def test_a_stick_emptied_between_merges_changes_nothing(
    batches: dict[str, bytes], whole: FakeMerging, tmp_path: Path
) -> None:
    store, stick = FakeMerging(), stick_with(tmp_path, batches)
    merge(store, stick)
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder)
    result = merge(store, stick)
    assert (result.already_there, result.digest) == (0, whole.digest())
