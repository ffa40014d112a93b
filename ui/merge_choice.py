"""What a coordinator chose to merge: from where, into what, and whose identity opens it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ui.sticks import Lies, Target, stores_in

_NEW_STORE = "samvad-merged.db"
_SERVER = "://"


@dataclass(slots=True)
class MergeChoice:
    """It stays until the screen is locked. ``chosen`` holds folders and addresses, as texts."""

    places: list[Target] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)
    stores: list[Path] = field(default_factory=list)
    store: Path | None = None
    identities: list[Lies] = field(default_factory=list)
    identity: Path | None = None
    credentials: Lies | None = None  # what servers ask for, on a stick

    @property
    def sources(self) -> list[str]:
        """What is to be merged, in the order in which it is shown."""
        shown = [*(str(one.folder) for one in self.places), *self.servers]
        return [one for one in shown if one in self.chosen]

    @property
    def from_servers(self) -> bool:
        """Whether any of it is on a server."""
        return any(is_server(one) for one in self.sources)

    def tick(self, source: str, *, on: bool) -> None:
        """Takes a place in, or leaves it out."""
        if on:
            self.chosen.add(source)
        else:
            self.chosen.discard(source)

    def offer(self, places: Sequence[Target]) -> None:
        """These folders; those that were not there before are chosen already."""
        known = {str(one.folder) for one in self.places}
        here = {str(one.folder) for one in places}
        servers = {one for one in self.chosen if is_server(one)}
        self.chosen = servers | (self.chosen & here) | (here - known)
        self.places = list(places)

    def add_folder(self, folder: Path) -> None:
        """One more folder, chosen."""
        known = [one for one in self.places if one.folder != folder]
        self.offer([*known, Target(folder, "", 0)])
        self.tick(str(folder), on=True)

    def offer_servers(self, addresses: Iterable[str]) -> None:
        """Servers to which this laptop carried before; nobody is spoken to unasked."""
        self.servers += [one for one in dict.fromkeys(addresses) if one not in self.servers]

    def add_server(self, address: str) -> None:
        """One more server, chosen."""
        self.offer_servers([address])
        self.tick(address, on=True)

    def offer_identities(self, found: list[Lies]) -> None:
        """Those that lie on sticks; a single one is chosen already."""
        self.identities = found
        paths = [one.path for one in found]
        if self.identity not in paths:
            self.identity = paths[0] if len(paths) == 1 else None

    def keep_in(self, folder: Path) -> None:
        """The store is in this folder: one that is there, else a new one."""
        found, new = stores_in(folder), folder / _NEW_STORE
        self.stores = found if new in found else [*found, new]
        self.store = self.stores[0]


def is_server(source: str) -> bool:
    """Whether a place is an address."""
    return _SERVER in source


def shown_address(address: str) -> str:
    """An address as it may be shown: without a name or password before its host."""
    scheme, _, rest = address.partition(_SERVER)
    return f"{scheme}{_SERVER}{rest.rpartition('@')[2]}"
