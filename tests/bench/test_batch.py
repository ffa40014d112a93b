"""How fast a day is sealed and opened, each figure beside the limit of the same run.

pytest tests/bench/test_batch.py -n 0 --no-cov --benchmark-skip -m "long or not long" -s
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyrage
import pytest
import zstandard

from kiosk.bootstrap import OUTBOX, PRACTICE_PASSPHRASE, demo_kiosk, open_kiosk
from kiosk.domain.batch import Opened, SealedBatch
from kiosk.services.desk import Desk
from kiosk.sync.batch import BatchOpener
from kiosk.sync.packing import pack
from tests.sync.samples import TRUST, coordinator

VISITORS = 2_000
LIMIT_SEAL_MS = 150.0
LIMIT_BYTES = 70.0
LIMIT_OPEN_US = 8.0
ROUNDS = 7
Result = TypeVar("Result")


def told(line: str) -> None:
    sys.stdout.write(line + "\n")


def best(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """The result, and the shortest wall time and processor time, in seconds."""
    walls, works = [], []
    for _ in range(ROUNDS):
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - cpu)
    return result, min(walls), min(works)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A kiosk's day, written by the services themselves."""
    data = Path(tmp_path_factory.mktemp("day"))
    demo_kiosk(data, attendees=VISITORS, seed=1)
    with open_kiosk(data, PRACTICE_PASSPHRASE) as opened:
        yield opened


def sealed_anew(desk: Desk) -> list[SealedBatch]:
    outgoing = desk.carry.outgoing()
    for batch in outgoing.batches():
        outgoing.forget_batch(batch)
    return desk.carry.seal()


def raw_write(path: Path, content: bytes) -> float:
    start = time.perf_counter()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(handle, content)
    os.fsync(handle)
    os.close(handle)
    return time.perf_counter() - start


@pytest.mark.long
def test_a_day_is_sealed_while_one_looks(desk: Desk, tmp_path: Path) -> None:
    start = time.perf_counter()
    desk.carry.seal()
    cold = time.perf_counter() - start
    batches, wall, cpu = best(lambda: sealed_anew(desk))
    outgoing = desk.carry.outgoing()
    leavings = [outgoing.leaving(batch.span) for batch in batches]
    changes, size = sum(len(one.told) for one in leavings), sum(one.bytes for one in batches)
    lines = [pack(one) for one in leavings]
    known = [pyrage.x25519.Recipient.from_str(one) for one in TRUST.recipients]
    _, raw, raw_cpu = best(
        lambda: [
            pyrage.encrypt(zstandard.ZstdCompressor(level=1).compress(one), known) for one in lines
        ]
    )
    disk = min(raw_write(tmp_path / "raw", os.urandom(size)) for _ in range(ROUNDS))
    told(
        f"sealing {changes} changes of {VISITORS} visitors, on the disk and noted:"
        f" {wall * 1e3:.0f} ms (processor {cpu * 1e3:.0f}; first time {cold * 1e3:.0f};"
        f" limit {LIMIT_SEAL_MS:.0f}),"
        f" {size} bytes, {size / changes:.1f} a change; beside it zstd and age of the same lines"
        f" {raw * 1e3:.0f} ms (processor {raw_cpu * 1e3:.0f}), write and fsync {disk * 1e3:.1f} ms"
    )
    assert size / changes <= LIMIT_BYTES


@pytest.mark.long
def test_a_batch_is_opened_in_microseconds_a_change(desk: Desk) -> None:
    batch = max(sealed_anew(desk), key=lambda one: one.bytes)
    content = (desk.folder / OUTBOX / batch.name).read_bytes()
    opener = BatchOpener(TRUST, [coordinator()])
    opened, wall, cpu = best(lambda: opener.open(content))
    count = len(opened.told)
    identity = pyrage.x25519.Identity.from_str(coordinator())
    length = int.from_bytes(content[8:12], "big")
    body = content[76 + length :]
    _, raw, _ = best(lambda: zstandard.decompress(pyrage.decrypt(body, [identity])))
    carried, there, _ = best(lambda: pickle.dumps(opened, 5))
    again, back, _ = best(lambda: unpickled(carried))
    assert again == opened
    told(
        f"opening {count} changes: {wall / count * 1e6:.1f} us a change"
        f" (processor {cpu / count * 1e6:.1f}; limit {LIMIT_OPEN_US}); beside it age and zstd alone"
        f" {raw / count * 1e6:.2f} us; to another process {there / count * 1e6:.1f} us,"
        f" there {back / count * 1e6:.1f} us"
    )


def unpickled(carried: bytes) -> Opened:
    found: Opened = pickle.loads(carried)  # noqa: S301 - our own
    return found
