"""Every batch as a file, whole and noted, or sealed anew; whenever the power goes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.domain.batch import SealedBatch
from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault
from kiosk.sync.batch import BatchOpener
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.outbox import Outbox
from tests.fakes import files_below
from tests.storage.records import FakeClock, close_day, keep, nobody, open_store, register
from tests.sync.samples import KIOSK, TRUST, coordinator
from tests.sync.sealing import KEY, STEPS, Kiosk, save_identity

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A laptop with three visitors."""
    store = open_store(tmp_path, KEY, create=True, device=KIOSK.id)
    for name in ("आशा", "Ravi", "ಮೀನಾ"):
        register(store, name)
    store.close()
    save_identity(tmp_path / "identity", KIOSK)
    return tmp_path


@pytest.fixture
def kiosk(folder: Path) -> Iterator[Kiosk]:
    opened = Kiosk(folder, KIOSK)
    yield opened
    opened.close()


def seqs(kiosk: Kiosk) -> list[int]:
    """The numbers of all changes that the outbox holds, each file opened."""
    by = BatchOpener(TRUST, [coordinator()])
    opened = [by.open(kiosk.outbox.content(batch)) for batch in kiosk.outgoing.batches()]
    return sorted(one.seq for batch in opened for one in batch.told)


def sealed_files(folder: Path) -> list[Path]:
    return files_below(folder / "outbox")


def test_what_is_new_is_sealed_once(kiosk: Kiosk, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    (batch,) = kiosk.outbox.seal_new(lambda done, of: told.append((done, of)))
    assert told == [(0, 1), (1, 1)]
    assert (batch.span.first, batch.span.last, batch.batch_no) == (1, 15, 1)
    (path,) = sealed_files(folder)
    assert path == folder / "outbox" / batch.name
    assert path.stat().st_size == batch.bytes == len(kiosk.outbox.content(batch))
    assert path.stat().st_mode & 0o077 == 0
    assert kiosk.outbox.seal_new() == []
    register(kiosk.store, "Meena")
    (second,) = kiosk.outbox.seal_new()
    header = BatchOpener(TRUST, []).peek(kiosk.outbox.content(second))
    assert (header.batch_no, header.first, header.previous) == (2, 16, batch.sha256)
    assert seqs(kiosk) == list(range(1, 21))


def test_the_same_bytes_go_to_every_target(kiosk: Kiosk) -> None:
    (batch,) = kiosk.outbox.seal_new()
    content = kiosk.outbox.content(batch)
    kiosk.outbox.seal_new()
    assert kiosk.outbox.content(batch) == content


@pytest.mark.parametrize("how", ["gone", "damaged", "longer", "empty", "a folder"])
def test_a_file_that_is_not_what_it_was_is_sealed_anew(
    kiosk: Kiosk, folder: Path, how: str
) -> None:
    (batch,) = kiosk.outbox.seal_new()
    (path,) = sealed_files(folder)
    content = path.read_bytes()
    path.unlink()
    if how == "a folder":
        path.mkdir()
    elif how != "gone":
        others = {"damaged": content[:-1] + b"\0", "longer": content + b"\0", "empty": b""}
        path.write_bytes(others[how])
    with pytest.raises(EnvironmentFault, match="outbox_damaged"):
        kiosk.outbox.content(batch)
    assert kiosk.outgoing.batches() == []
    if how == "a folder":
        path.rmdir()
    (again,) = kiosk.outbox.seal_new()
    assert (again.batch_no, again.span) == (2, batch.span)
    assert seqs(kiosk) == list(range(1, 16))
    assert [one.name for one in sealed_files(folder)] == [Path(again.name).name]


def test_who_is_erased_is_in_no_file_afterwards(kiosk: Kiosk, folder: Path) -> None:
    (batch,) = kiosk.outbox.seal_new()
    person = next(kiosk.store.attendees()).id
    kiosk.store.erase_person(person, "coordinator")
    kiosk.outbox.forget(batch)
    assert sealed_files(folder) == []
    (again,) = kiosk.outbox.seal_new()
    opened = BatchOpener(TRUST, [coordinator()]).open(kiosk.outbox.content(again))
    assert opened.erased == [person]
    assert person not in {one.person_id for one in opened.told}
    assert person.encode() not in b"".join(one.body or b"" for one in opened.told)


def test_the_anonymous_box_goes_with_the_closing(kiosk: Kiosk) -> None:
    box = [nobody() for _ in range(10)]
    keep(kiosk.store, *box)
    close_day(kiosk.store)
    (batch,) = kiosk.outbox.seal_new()
    opened = BatchOpener(TRUST, [coordinator()]).open(kiosk.outbox.content(batch))
    assert {one.key for one in opened.anonymous} == {one.key for one in box}


def test_what_a_former_identity_wrote_is_sealed_under_it(folder: Path) -> None:
    from kiosk.sync.identity import renew_identity

    renewed = renew_identity(KIOSK)
    store = open_store(folder, KEY, device=renewed.id, clock=FakeClock())
    register(store, "Meena")

    def outbox(*identities: DeviceIdentity) -> Outbox:
        return Outbox(
            folder / "outbox", store.outgoing, identities, TRUST.campaign, TRUST.recipients,
            FakeClock(),
        )  # fmt: skip

    with pytest.raises(EnvironmentFault, match="outbox_identity"):
        outbox(renewed).seal_new()
    assert [one.span.device_id for one in store.outgoing.batches()] == [renewed.id]
    (former,) = outbox(renewed, KIOSK).seal_new()
    by = BatchOpener(TRUST, [coordinator()])
    assert by.open(outbox(renewed, KIOSK).content(former)).code == "KA1"
    store.close()


class Racing:
    """The clock, asked while a batch is sealed: somebody withdraws just then."""

    def __init__(self, kiosk: Kiosk, times: int) -> None:
        self._kiosk = kiosk
        self._times = times

    def now_ms(self) -> int:
        if self._times:
            self._times -= 1
            person = next(self._kiosk.store.attendees()).id
            self._kiosk.store.erase_person(person, "coordinator")
        return 0


def racing(kiosk: Kiosk, folder: Path, times: int) -> Outbox:
    return Outbox(
        folder / "outbox", kiosk.store.outgoing, [KIOSK], TRUST.campaign, TRUST.recipients,
        Racing(kiosk, times),
    )  # fmt: skip


def test_who_is_erased_while_it_is_sealed_does_not_leave(kiosk: Kiosk, folder: Path) -> None:
    (batch,) = racing(kiosk, folder, times=2).seal_new()
    opened = BatchOpener(TRUST, [coordinator()]).open(kiosk.outbox.content(batch))
    assert len(opened.erased) == 2
    assert len(sealed_files(folder)) == 1


def test_somebody_who_always_comes_between_is_told(kiosk: Kiosk, folder: Path) -> None:
    for name in ("a", "b", "c"):
        register(kiosk.store, name)
    with pytest.raises(EnvironmentFault, match="outbox_busy"):
        racing(kiosk, folder, times=5).seal_new()
    assert sealed_files(folder) == []


def test_what_strangers_left_there_stays(kiosk: Kiosk, folder: Path) -> None:
    kiosk.outbox.seal_new()
    own = folder / "outbox" / KIOSK.id
    for name in ("9-ab.ekb.part", "9-ab.ekb", "notes.txt"):
        (own / name).write_bytes(b"torn")
    (folder / "outbox" / "elsewhere").mkdir()
    (folder / "outbox" / "elsewhere" / "1-ab.ekb").write_bytes(b"")
    kiosk.outbox.sweep()
    assert [one.name for one in sealed_files(folder)][1:] == ["notes.txt", "1-ab.ekb"]


def test_a_newer_outbox_beside_an_older_record_is_left_alone(folder: Path, tmp_path: Path) -> None:
    """Somebody copied the database of the morning back: the file may be all that is left."""
    ahead = tmp_path / "ahead"
    ahead.mkdir()
    newer = open_store(ahead, KEY, create=True, device=KIOSK.id)
    for _ in range(4):
        register(newer, "Later")
    newer.close()
    there = Kiosk(ahead, KIOSK)
    there.outbox.seal_new()
    there.close()
    (path,) = sealed_files(ahead)
    target = folder / "outbox" / KIOSK.id / path.name
    target.parent.mkdir(parents=True)
    target.write_bytes(path.read_bytes())
    kiosk = Kiosk(folder, KIOSK)
    (batch,) = kiosk.outbox.seal_new()
    assert target.exists()
    assert batch.name != f"{KIOSK.id}/{path.name}"
    assert seqs(kiosk) == list(range(1, 16))
    kiosk.close()


def test_an_outbox_that_takes_nothing_loses_nothing(kiosk: Kiosk, folder: Path) -> None:
    (folder / "outbox").write_text("a file where the folder should be")
    with pytest.raises(EnvironmentFault, match="folder_read_only"):
        kiosk.outbox.seal_new()
    (folder / "outbox").unlink()
    assert len(kiosk.outbox.seal_new()) == 1
    assert seqs(kiosk) == list(range(1, 16))


def run_killed(folder: Path, step: str, after: float | None = None) -> int:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sync.sealing", str(folder), step],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "at work\n"
        if after is not None:
            with suppress(subprocess.TimeoutExpired):  # it works until the power goes
                child.wait(after)
            child.send_signal(signal.SIGKILL)
    return child.returncode


def whole_again(folder: Path, noted: dict[int, str]) -> list[SealedBatch]:
    """Seals what is left after a kill: all is there once, each number stands for one file."""
    kiosk = Kiosk(folder, KIOSK)
    before = kiosk.outgoing.batches()
    for batch in before:  # what is noted lies there whole: it may have been sent
        kiosk.outbox.content(batch)
    kiosk.outbox.seal_new()
    batches = kiosk.outgoing.batches()
    assert seqs(kiosk) == list(range(1, 16))
    assert {one.name for one in sealed_files(folder)} == {Path(one.name).name for one in batches}
    for batch in batches:
        assert noted.setdefault(batch.batch_no, batch.sha256) == batch.sha256
    assert kiosk.store.verify().ok
    kiosk.close()
    return batches


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_of_sealing_loses_nothing(folder: Path, step: str) -> None:
    assert run_killed(folder, step) == -signal.SIGKILL
    (batch,) = whole_again(folder, {})
    assert batch.batch_no == 1


def killed_at_random(folder: Path, kills: int, seed: int) -> int:
    dice = random.Random(seed)
    noted: dict[int, str] = {}
    for _ in range(kills):
        assert run_killed(folder, "any", dice.uniform(0, 0.05)) == -signal.SIGKILL
        whole_again(folder, noted)
    return max(noted)


def test_kills_at_random_moments_lose_nothing(folder: Path) -> None:
    assert killed_at_random(folder, kills=3, seed=1) >= 1


@pytest.mark.long
def test_two_hundred_kills_at_random_moments_lose_nothing(folder: Path) -> None:
    last = killed_at_random(folder, kills=200, seed=2)
    sys.stdout.write(f"200 kills, batch {last} the last; nothing lost\n")


def test_only_own_folders_are_looked_at(kiosk: Kiosk) -> None:
    assert kiosk.outgoing.next_batch(DeviceId("0" * 32)) == (1, "")
