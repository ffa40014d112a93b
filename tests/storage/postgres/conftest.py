"""A merged store on a server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.storage.postgres.store import PostgresMergedStore, PostgresRecord, open_merged
from tests.postgres import postgres_server, postgres_url
from tests.storage.postgres.batches import STORE
from tests.storage.records import EVENT, ZONE, FakeClock

__all__ = ["postgres_server", "postgres_url"]

KEY = bytes(range(32))


@pytest.fixture
def merged(postgres_url: str) -> Iterator[PostgresMergedStore]:
    store = open_merged(postgres_url, create=True, partitions=2)
    yield store
    store.close()


@pytest.fixture
def record(merged: PostgresMergedStore, postgres_url: str) -> Iterator[PostgresRecord]:
    """One event's record in the store, in the hands of the coordinator's laptop."""
    opened = PostgresRecord(
        postgres_url, KEY, event_id=EVENT, device_id=STORE, zone=ZONE, clock=FakeClock()
    )
    yield opened
    opened.close()
