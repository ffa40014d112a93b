"""Checking certificates at a kiosk: with its record, and with the campaign's keys files.

A keys file may lie in the data folder, in the campaign's folder there, or on a stick, under any
name that ends in .json or .keys. Only one of the kiosk's own campaign counts; what a stick brings
is kept in the data folder, so that it is known when the stick is out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kiosk.bootstrap import CAMPAIGN, trust_of
from kiosk.bootstrap_trust import open_keys
from kiosk.domain.clock import local_time
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.attesting import Attest, Attested, Facts, Fate
from kiosk.services.desk import Desk
from kiosk.services.files import write_durably
from kiosk.services.verify import Knowledge, RecordKnown, Status
from kiosk.sync.keys_file import KeysFile

_KEPT = {True: "certificates.keys", False: "campaign.keys"}  # by whether a record was looked at
_SUFFIXES = frozenset({".json", ".keys"})
_BEGINNING = b'"told"'  # a keys file's first word; whatever else is JSON is not read
_MOST_FILES = 40  # of a folder


@dataclass(frozen=True, slots=True)
class DeskChecker:
    """Whom to believe at this kiosk, and what is known of what became of certificates.

    ``complete_until``: up to which day a keys file tells what became of all kiosks' certificates,
    ``lost_until``: up to which day one tells of lost laptops; None where there is none. ``taken``:
    whether a stick brought something that was not here yet.
    """

    reader: Attest
    known: Knowledge
    complete_until: date | None = None
    lost_until: date | None = None
    taken: bool = False


def desk_checker(desk: Desk, sticks: Sequence[Path] = ()) -> DeskChecker:
    """Checks with all that this kiosk knows, and that the sticks tell which are in now."""
    root = trust_of(desk.folder).root_public
    here = _newest(_files((desk.folder, desk.folder / CAMPAIGN), root))
    brought = _newest(_files(sticks, root))
    files, taken = dict(here), False
    for complete, (path, file) in brought.items():
        if complete in here and here[complete][1].known.as_of >= file.known.as_of:
            continue
        files[complete] = path, file
        with suppress(EnvironmentFault, OSError):  # without room it is known while the stick is in
            write_durably(desk.folder / _KEPT[complete], path.read_bytes())
            taken = True
    today = local_time(desk.clock.now_ms(), desk.event.zone).date()
    told = [file for _, file in files.values()]
    until = {complete: file.known.as_of for complete, (_, file) in files.items()}
    return DeskChecker(
        Readers(desk.attest, [file.reader for file in told]),
        Together([RecordKnown([desk.record], today), *told]),
        until.get(True), until.get(False), taken,
    )  # fmt: skip


def _files(folders: Iterable[Path], root: bytes) -> Iterator[tuple[Path, KeysFile]]:
    """The keys files of one campaign in these folders; whatever else lies there is passed over."""
    for folder in folders:
        with suppress(OSError):
            found = [one for one in folder.iterdir() if one.suffix.lower() in _SUFFIXES]
            for path in sorted(found)[:_MOST_FILES]:
                with suppress(OSError, EnvironmentFault, VisitorError):
                    with path.open("rb") as stream:
                        begins = _BEGINNING in stream.read(64)
                    if begins and (file := open_keys(path)).trust.root_public == root:
                        yield path, file


def _newest(found: Iterable[tuple[Path, KeysFile]]) -> dict[bool, tuple[Path, KeysFile]]:
    """The latest of those that tell what became of certificates, and of those that do not."""
    latest: dict[bool, tuple[Path, KeysFile]] = {}
    for path, file in found:
        held = latest.get(file.known.complete)
        if held is None or held[1].known.as_of < file.known.as_of:
            latest[file.known.complete] = path, file
    return latest


@dataclass(frozen=True, slots=True)
class Readers:
    """Implements ``Attest``: what one does not know, another may; a laptop is lost that any of
    them knows to be lost.
    """

    own: Attest
    others: Sequence[Attest]

    def attest(self, facts: Facts) -> str:
        return self.own.attest(facts)

    def read(self, text: str) -> Attested:
        found: list[Attested] = []
        unknown: list[VisitorError] = []
        for reader in (self.own, *self.others):
            try:
                found.append(reader.read(text))
            except VisitorError as error:
                if error.key != "attest_device_unknown":
                    raise
                unknown.append(error)
        if not found:
            raise unknown[0]
        lost = [one.lost_at for one in found if one.lost_at is not None]
        return replace(found[0], lost_at=min(lost, default=None))


@dataclass(frozen=True, slots=True)
class Together:
    """Implements ``Knowledge``: what ended a certificate, whoever knows it, comes before all."""

    parts: Sequence[Knowledge]

    def fate(self, attested: Attested) -> Fate | None:
        found = [fate for one in self.parts if (fate := one.fate(attested)) is not None]
        ended = [fate for fate in found if fate.status != Status.VALID]
        return max(ended, key=lambda fate: fate.at, default=next(iter(found), None))

    def as_of(self, attested: Attested) -> date:
        return max(one.as_of(attested) for one in self.parts)
