"""The same accidents on PostgreSQL: the same digest and rows as the model says."""

from __future__ import annotations

import pytest
from hypothesis import settings

from kiosk.storage.merging import MergedStore
from kiosk.storage.postgres.opening import open_database
from kiosk.storage.postgres.store import open_merged
from tests.postgres import Server
from tests.storage.test_merging_machine import _PHASES, Campaign

_TEMPLATE = "emptied"
_servers: list[Server] = []


class OnPostgres(Campaign):
    def make(self) -> MergedStore:
        return open_merged(_servers[-1].new_database(_TEMPLATE))


@pytest.fixture(scope="module", autouse=True)
def template(postgres_server: Server) -> None:
    """A database with nothing but the schema, copied for every store."""
    postgres_server.ask(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    open_database(postgres_server.url(_TEMPLATE), create=True, partitions=None).close()
    _servers.append(postgres_server)


TestOnPostgres = OnPostgres.TestCase
TestOnPostgres.settings = settings(max_examples=6, stateful_step_count=30, phases=_PHASES)


class LongOnPostgres(OnPostgres):
    """The same for an hour's worth of accidents."""


TestLongOnPostgres = pytest.mark.long(LongOnPostgres.TestCase)
TestLongOnPostgres.settings = settings(max_examples=600, stateful_step_count=60, phases=_PHASES)
