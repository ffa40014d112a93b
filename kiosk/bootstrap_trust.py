"""Checking certificates without a record, and what is handed out for it, wired together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kiosk.bootstrap import load_campaign
from kiosk.bootstrap_desks import Desks
from kiosk.bootstrap_paper import SheetEyes
from kiosk.campaign.pack import pack_folder
from kiosk.domain.clock import Clock, SystemClock, local_time
from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault
from kiosk.services.attesting import ATTESTED, Attest, Attested, Fate
from kiosk.services.verify import (
    Knowledge,
    NothingKnown,
    RecordKnown,
    Verdict,
    check_file,
    check_text,
)
from kiosk.services.words import load_all_languages, load_all_words
from kiosk.settings import RESOURCES
from kiosk.storage.files import write_durably
from kiosk.sync.attest import Attester, Attesters
from kiosk.sync.keys_file import LARGEST, KeysFile, Known, Serials, read_keys, write_keys
from kiosk.sync.trust import CampaignTrust, load_trust

__all__ = [
    "Checker", "KeysFile", "checker", "checker_in", "keys_of_campaign", "keys_of_store",
    "open_keys", "page_of", "read_own", "write_file",
]  # fmt: skip

_ZONE = "Asia/Kolkata"


@dataclass(frozen=True, slots=True)
class Checker:
    """Whom to believe, and what is known of what became of certificates."""

    reader: Attest
    known: Knowledge

    def check(self, file_or_text: str) -> list[Verdict]:
        """Every certificate of a PDF, or the one whose symbol says this text.

        Raises EnvironmentFault ``file_missing``; VisitorError: verify_file_broken,
        verify_file_large.
        """
        plain = file_or_text.strip()
        if plain.upper().startswith(ATTESTED) or not _names_a_file(plain):
            return [check_text(self.reader, self.known, plain)]
        return check_file(SheetEyes(), self.reader, self.known, Path(file_or_text))


def checker(keys: Path | None = None, campaign: str | None = None) -> Checker:
    """Checks with a keys file, a campaign's folder, and the shipped practice campaigns.

    Raises EnvironmentFault: file_missing, trust_missing; VisitorError ``keys_unreadable``.
    """
    practice = list(_practice())
    readers = [Attester(trust) for trust in practice]
    if campaign is not None:
        readers.append(Attester(load_trust(pack_folder(campaign, RESOURCES))))
    if keys is None:
        return Checker(Attesters(readers), NothingKnown())
    file = open_keys(keys)
    readers.append(file.reader)
    return Checker(Attesters(readers), _OfCampaign(file))


def open_keys(path: Path) -> KeysFile:
    """A keys file. Raises EnvironmentFault ``file_missing``; VisitorError ``keys_unreadable``."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise EnvironmentFault("file_missing", path=str(path)) from error
    return read_keys(content, [one.root_public for one in _practice()])


def read_own(content: bytes) -> KeysFile:
    """A keys file that was just made."""
    return read_keys(content, [one.root_public for one in _practice()])


def checker_in(desks: Desks) -> Checker:
    """Checks with all that a merged store knows."""
    return Checker(Attester(desks.home.trust, known=_certificates(desks)), _Store(desks))


def keys_of_campaign(name_or_folder: str, clock: Clock | None = None) -> bytes:
    """A keys file that knows lost laptops and no certificate, signed by the root.

    Raises EnvironmentFault ``trust_missing``; VisitorError ``keys_unsigned`` without the root.
    """
    trust = load_trust(pack_folder(name_or_folder, RESOURCES))
    return write_keys(trust, _named(name_or_folder, _today(clock or SystemClock())), None)


def keys_of_store(desks: Desks) -> bytes:
    """A keys file with every certificate that is no longer valid, signed by the store's device.

    Raises EnvironmentFault ``store_unsigned``.
    """
    desks.signed()
    home, trust = desks.home, desks.home.trust
    there = [desk.record for desk in desks.desks()]
    lost = [one for one in trust.lost_at if any(one in record.devices() for record in there)]
    plain = _named(desks.campaign_name, _today(desks.clock))
    known = Known(
        plain.campaign, plain.events, plain.as_of,
        ended=[fate for record in there for fate in record.fates()],
        renewed=list(_renewed(desks)),
        kept={
            one: Serials.of(serial for record in there for serial in record.serials_of(one))
            for one in lost
        },
        complete=True,
    )  # fmt: skip
    return write_keys(trust, known, home.identity)


def page_of(file: KeysFile) -> bytes:
    """The page for phones, with these keys in it."""
    from kiosk.sync.keys_page import keys_page  # noqa: PLC0415 - once a campaign

    return keys_page(file, RESOURCES / "verify", load_all_words(), load_all_languages())


def write_file(path: Path, content: bytes) -> None:
    """Writes a file whole, or not at all. Raises EnvironmentFault."""
    if not path.absolute().parent.is_dir():
        raise EnvironmentFault("folder_missing", path=path.absolute().parent)
    write_durably(path, content)


@dataclass(frozen=True, slots=True)
class _OfCampaign:
    """What a keys file knows, of its own campaign; nothing of another's."""

    file: KeysFile

    def fate(self, attested: Attested) -> Fate | None:
        return self.file.fate(attested) if self._own(attested) else None

    def as_of(self, attested: Attested) -> date:
        return self.file.as_of(attested) if self._own(attested) else attested.day

    def _own(self, attested: Attested) -> bool:
        return attested.campaign == self.file.trust.campaign


@dataclass(slots=True)
class _Store:
    """What a merged store knows of the certificates of its events."""

    desks: Desks
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = _today(self.desks.clock)

    def fate(self, attested: Attested) -> Fate | None:
        return self._known(attested).fate(attested)

    def as_of(self, attested: Attested) -> date:
        return self._known(attested).as_of(attested)

    def _known(self, attested: Attested) -> RecordKnown:
        records = [one.record for one in self.desks.desks() if one.event.id == attested.event]
        return RecordKnown(records, self.today)


def _practice() -> Iterator[CampaignTrust]:
    """The campaigns whose keys are public: those that are shipped."""
    for folder in sorted((RESOURCES / "campaigns").iterdir()):
        if folder.is_dir():
            yield load_trust(folder)


def _names_a_file(text: str) -> bool:
    """Whether a text is a file's name rather than a symbol's text."""
    try:
        return text.lower().endswith(".pdf") or Path(text).is_file()
    except OSError:  # longer than any name
        return False


def _today(clock: Clock) -> date:
    return local_time(clock.now_ms(), _ZONE).date()


def _named(campaign_name: str, today: date) -> Known:
    campaign = load_campaign(campaign_name)
    return Known(campaign.name, {one.id: (one.name, one.day) for one in campaign.events}, today)


def _renewed(desks: Desks) -> Iterator[bytes]:
    """The certificates of all laptops that wrote in the store; those of one link are left out
    when they are written.
    """
    seen: set[DeviceId] = set()
    for desk in desks.desks():
        for device in desk.record.devices():
            certificate = desk.record.device_certificate(device)
            if certificate and device not in seen:
                seen.add(device)
                yield certificate


def _certificates(desks: Desks) -> Callable[[DeviceId], bytes | None]:
    def known(device: DeviceId) -> bytes | None:
        found = (one.record.device_certificate(device) for one in desks.desks())
        return next((one for one in found if one), None)

    return known
