"""A power cut while batches are merged: whatever the disk kept, it is a store of whole batches."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from kiosk.storage.chain import head_key
from kiosk.storage.merging import open_merged
from kiosk.storage.verifying import verify
from tests.storage.merged import KEY
from tests.storage.power import Disk, recorded

ROOT = Path(__file__).parents[2]
MISSING = "strace is needed: run `sh resources/setup.sh --test` (Debian's package strace)"


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """A merge as it was written to the disk."""
    if shutil.which("strace") is None:
        pytest.fail(MISSING, pytrace=False)
    target = tmp_path / "merged.db"
    open_merged(target, KEY, create=True).close()
    before = {target.name: target.read_bytes()}
    return Disk(before, recorded("tests.storage.merging_recorded", target, ROOT))


def whole_batches(disk: Disk, folder: Path, images: int, seed: int) -> None:
    """Every image is the store after some batch, none older than what was said to be there."""
    dice = random.Random(seed)
    states = disk.said(len(disk.steps))
    last = {state: at for at, state in enumerate(states)}  # what a clone repeats changes nothing
    assert len(last) > 10
    for _ in range(images):
        cut = dice.randint(0, len(disk.steps))
        folder.mkdir()
        for name, content in disk.image(cut, dice).items():
            (folder / name).write_bytes(content)
        store = open_merged(folder / "merged.db", KEY)
        found = verify(store.engine.connection, head_key(KEY))
        reached = last[f"there {store.digest()}"]
        assert reached == 0 or found.ok, found.reason
        assert reached >= len(disk.said(cut)) - 1
        store.close()
        shutil.rmtree(folder)


def test_forty_power_cuts(disk: Disk, tmp_path: Path) -> None:
    whole_batches(disk, tmp_path / "image", images=40, seed=1)


@pytest.mark.long
def test_twelve_hundred_power_cuts(disk: Disk, tmp_path: Path) -> None:
    whole_batches(disk, tmp_path / "image", images=1_200, seed=2)
    writes = [one for one in disk.steps if one.kind == "write"]
    syncs = [one for one in disk.steps if one.kind == "sync"]
    sys.stdout.write(
        f"1200 images of {len(writes)} writes and {len(syncs)} syncs,"
        f" {len(disk.said(len(disk.steps))) - 1} batches; nothing lost\n"
    )
