"""A server as a carrier: whatever it speaks, the same care.

A file is put whole, read back and compared. How a file is put whole is the protocol's own: a
store may do it in one call (S3), others put it beside and move it (``put_beside``). Every call
may be repeated without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol, TypeVar

from kiosk.services.carrying import CarrierFault
from kiosk.sync.carriers.layout import PART, is_kept, is_ours
from kiosk.sync.carriers.patience import LinkFailed, Patience

Result = TypeVar("Result")
Step = Callable[[], None]


class Entry(NamedTuple):
    """What a listing says of one name."""

    name: str
    size: int
    is_folder: bool


class ServerRefused(Exception):  # noqa: N818 - it says what happened
    """A call that will not go well the next time either; ``key``: target_refused, target_full."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Server(Protocol):
    """What a protocol has to do. Paths are relative to the target, "" is the target itself.

    Raises LinkFailed, ServerRefused, FileNotFoundError.
    """

    def entries(self, path: str) -> list[Entry]: ...

    def get(self, path: str, most: int) -> bytes:
        """The content; at most one byte more than ``most``."""
        ...

    def put_whole(self, path: str, content: bytes) -> Sequence[Step]:
        """What is to be done, in this order, for a file to appear whole or not at all.

        Each step raises what the other methods do, and may be repeated by itself.
        """
        ...

    def make_folder(self, path: str) -> None:
        """Fine if it is there."""
        ...

    def close(self) -> None: ...


class Moving(Protocol):
    """A server on which half a file can lie for a while, and which moves files."""

    def put(self, path: str, content: bytes) -> None: ...

    def move(self, path: str, to: str) -> None:
        """Takes the place of what is there."""
        ...


def put_beside(server: Moving, path: str, content: bytes) -> Sequence[Step]:
    """Under another name first, then moved to its own."""

    def settle() -> None:
        with suppress(FileNotFoundError):  # moved by a call whose answer was lost
            server.move(path + PART, path)

    return (lambda: server.put(path + PART, content), settle)


class RemoteCarrier:
    """Implements the port ``Carrier`` on a server.

    Raises CarrierFault: target_missing, target_unreachable, target_refused, target_full,
    target_differs, too_large.
    """

    def __init__(self, name: str, server: Server, patience: Patience) -> None:
        self._name = name
        self._server = server
        self._patience = patience
        self._made: set[str] = set()
        try:
            self._call(lambda: server.entries(""))
        except CarrierFault:
            server.close()
            raise

    @property
    def name(self) -> str:
        return self._name

    def folders(self) -> list[str]:
        found = self._call(lambda: self._server.entries(""))
        return sorted(one.name for one in found if one.is_folder and is_ours(one.name))

    def files(self, folder: str) -> Iterator[tuple[str, int]]:
        for one in self._call(lambda: self._entries_if_any(folder)):
            if not one.is_folder and is_kept(one.name):
                yield one.name, one.size

    def read(self, name: str, most: int) -> bytes:
        content = self._call(lambda: self._server.get(name, most))
        if len(content) > most:
            raise self._fault("too_large", file=name)
        return content

    def create(self, name: str, content: bytes) -> bool:
        if self._call(lambda: self._holds(name, content)):
            return False
        folder = name.rpartition("/")[0]
        if folder not in self._made:
            self._call(lambda: self._server.make_folder(folder))
            self._made.add(folder)
        for step in self._server.put_whole(name, content):
            self._call(step)
        if not self._call(lambda: self._holds(name, content)):
            raise self._fault("target_differs", file=name)
        return True

    def close(self) -> None:
        self._server.close()

    def _holds(self, name: str, content: bytes) -> bool:
        try:
            return self._server.get(name, len(content)) == content
        except FileNotFoundError:
            return False

    def _entries_if_any(self, folder: str) -> list[Entry]:
        try:
            return self._server.entries(folder)
        except FileNotFoundError:
            return []

    def _call(self, work: Callable[[], Result]) -> Result:
        try:
            return self._patience.call(work)
        except LinkFailed as error:
            raise self._fault("target_unreachable") from error
        except ServerRefused as error:
            raise self._fault(error.key) from error
        except FileNotFoundError as error:
            raise self._fault("target_missing") from error

    def _fault(self, key: str, **values: object) -> CarrierFault:
        return CarrierFault(key, target=self._name, **values)
