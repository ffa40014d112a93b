"""Rows that are one visitor's, in a merged store on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.storage.merging import MergedStore
from tests.storage.joins import PROMISES
from tests.storage.merged import MakeMerged


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_in_a_file(tmp_path: Path, promise: Callable[[MergedStore], None]) -> None:
    store = MakeMerged(tmp_path)()
    promise(store)
    store.close()
