"""Rows that are one visitor's, in a merged store on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.storage.merging import MergedStore
from kiosk.storage.postgres.store import PostgresMergedStore
from tests.storage.joins import PROMISES


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_on_a_server(merged: PostgresMergedStore, promise: Callable[[MergedStore], None]) -> None:
    promise(merged)
