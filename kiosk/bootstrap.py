"""Settings become a ready kiosk: the only place where things are wired together."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.bootstrap_carrying import Carrying, Exporting
from kiosk.bootstrap_home import identities_of, leave_home, open_at_home, store_of
from kiosk.bootstrap_paper import SheetEyes, make_paper, paper_of, templates_of
from kiosk.campaign.pack import find_event, form_files, load_pack, pack_folder
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.event import Campaign, Event
from kiosk.domain.ids import FormId
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.forms.xform import read_form
from kiosk.services.desk import Desk
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.ports import InstalledForm
from kiosk.services.staff import note_passphrase
from kiosk.services.words import load_all_languages, load_all_words
from kiosk.settings import (
    RESOURCES,
    SETTINGS_FILE,
    KioskSettings,
    read_settings,
    write_settings,
)
from kiosk.storage.files import make_folder
from kiosk.storage.machine import Hints
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import (
    KEYS,
    Keys,
    create_vault,
    open_vault,
    open_vault_as_coordinator,
    set_passphrase,
)
from kiosk.sync.attest import Attester
from kiosk.sync.campaign_folder import copy_without_secrets, read_identity
from kiosk.sync.device_file import DeviceFile, read_device_file
from kiosk.sync.slip import SlipSeal
from kiosk.sync.trust import (
    CampaignTrust,
    DeviceIdentity,
    identity_draft,
    load_trust,
)

if TYPE_CHECKING:
    from kiosk.forms.linter import FormSource
    from kiosk.services.practice import PracticeDay

CAMPAIGN = "campaign"  # the coordinator's pack, in the data folder: the stick goes back
OUTBOX = "outbox"  # sealed batches, in the data folder
PRACTICE_CAMPAIGN = "gem-samvad"
PRACTICE_EVENT = "ka-2020-01-10"
PRACTICE_DEVICE = "KA1"
# Public on purpose: a practice day has nothing to hide, and everybody must be able to open it.
PRACTICE_PASSPHRASE = "practice day open to everybody here"  # noqa: S105
_DEVICE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")


@cache
def load_campaign(name_or_folder: str) -> Campaign:
    """A shipped campaign by its name, or a coordinator's folder."""
    return load_pack(name_or_folder, RESOURCES)


def init_kiosk(
    data: Path, campaign_name: str, event_id: str, device: str | DeviceFile, passphrase: str
) -> None:
    """Makes the data folder of one kiosk, set to one event-day.

    ``device`` is a code, where the campaign's folder can enrol, or a device file. The pack of a
    campaign of one's own comes into the data folder, without any private key. Raises VisitorError
    for an unknown event or an unfit device code, EnvironmentFault ``kiosk_exists`` where the
    folder holds a kiosk already; then nothing was changed.
    """
    from kiosk.forms.linter import compile_form

    campaign = load_campaign(campaign_name)
    event = find_event(campaign, event_id)
    if isinstance(device, str) and not _DEVICE_CODE.fullmatch(device):
        raise VisitorError("device_code", field="device")
    if any((data / name).exists() for name in (SETTINGS_FILE, KEYS, DATABASE)):
        raise EnvironmentFault("kiosk_exists", path=data)
    pack = pack_folder(campaign_name, RESOURCES)
    sources = {form_id: compile_form(path) for form_id, path in form_files(pack).items()}
    if event.certificate:  # a design that cannot be used is found here, not by the first visitor
        make_paper(own=templates_of(pack)).use_design(event.certificate, event.languages)
    trust, identity = _enrolled(pack, device)
    make_folder(data)
    keys = create_vault(data, passphrase, trust.recipients, identity)
    try:
        _fill(data, event, keys, identity, sources)
        name = pack.name
        if pack.parent != RESOURCES / "campaigns":
            name = f"./{CAMPAIGN}"
            text = device.trust_text if isinstance(device, DeviceFile) else None
            copy_without_secrets(pack, data / CAMPAIGN, text)
        write_settings(data, KioskSettings(name, event.id, identity.code))
    except BaseException:  # half a kiosk would be in the way of the next attempt
        _clear(data)
        raise


def open_device_file(path: Path, passphrase: str | None = None) -> DeviceFile:
    """A device file for ``init_kiosk``; EnvironmentFault ``device_file_…``."""
    return read_device_file(path, passphrase)


def _enrolled(pack: Path, device: str | DeviceFile) -> tuple[CampaignTrust, DeviceIdentity]:
    """Whom to trust, and who this laptop is."""
    if isinstance(device, str):
        trust = load_trust(pack)
        return trust, trust.enrol(device)
    try:
        trust = load_trust(pack)
    except EnvironmentFault as fault:
        if fault.key != "trust_missing":
            raise
        return device.trust, device.identity
    if (trust.root_public, trust.campaign) != (device.trust.root_public, device.trust.campaign):
        raise EnvironmentFault("device_file_foreign", path=device.identity.code)
    return trust, device.identity


def _fill(
    data: Path,
    event: Event,
    keys: Keys,
    identity: DeviceIdentity,
    sources: Mapping[FormId, FormSource],
) -> None:
    store = store_of(data, keys, event, identity.id, SystemClock(), create=True)
    with closing(store), store.writing() as writing:
        writing.write(identity_draft(identity))
        for form_id, source in sources.items():
            writing.install_form(
                InstalledForm(form_id, source.version, source.sha256, source.xform)
            )


def _clear(data: Path) -> None:
    """Takes away what a broken off ``init_kiosk`` made; there was no kiosk here before."""
    for folder in (KEYS, CAMPAIGN):
        shutil.rmtree(data / folder, ignore_errors=True)
    for path in (*data.glob(f"{DATABASE}*"), data / "ballast", data / SETTINGS_FILE):
        path.unlink(missing_ok=True)


def open_kiosk(
    data: Path, passphrase: str, clock: Clock | None = None, machine: Hints | None = None
) -> Desk:
    """Unlocks a data folder. The desk is to be closed, or used in a ``with`` block.

    Data that are a copy get an identity of their own (``Device.renewed_from``). Raises
    EnvironmentFault: no_kiosk, passphrase_wrong, database_newer, database_corrupt …
    """
    settings = read_settings(data)
    keys = open_vault(data, passphrase)
    return _opened(data, settings, keys, clock or SystemClock(), machine)


def reset_passphrase(
    data: Path,
    identity_file: Path,
    passphrase: str,
    clock: Clock | None = None,
    machine: Hints | None = None,
) -> Desk:
    """Opens a kiosk whose passphrase is forgotten, for a coordinator, and sets another; logged.

    Raises EnvironmentFault: identity_missing, identity_unreadable, identity_wrong (another
    campaign's), passphrase_empty, and what ``open_kiosk`` raises; then the old one still holds.
    """
    settings = read_settings(data)
    keys = open_vault_as_coordinator(data, read_identity(identity_file))
    if not passphrase.strip():
        raise EnvironmentFault("passphrase_empty")
    desk = _opened(data, settings, keys, clock or SystemClock(), machine)
    try:
        note_passphrase(desk)
        set_passphrase(data, keys, passphrase)
    except BaseException:
        desk.close()
        raise
    return desk


def _opened(
    data: Path, settings: KioskSettings, keys: Keys, clock: Clock, machine: Hints | None
) -> Desk:
    from kiosk.export.staging import sweep_scratch

    sweep_scratch()  # what an export that was killed could not take away
    name = _pack_name(data, settings)
    trust = load_trust(pack_folder(name, RESOURCES))
    campaign = load_campaign(name)
    campaign = replace(campaign, practice=campaign.practice or trust.practice)
    event = find_event(campaign, settings.event)
    store, keys, device = open_at_home(data, keys, trust, event, clock, machine)
    languages = {tag: load_all_languages()[tag] for tag in event.languages}
    forms = {form.id: read_form(form.xform) for form in store.forms()}

    def export(request: ExportRequest) -> list[ExportedFile]:
        from kiosk.export.day import Day, DayExport
        from kiosk.export.writers import Sqlite
        from kiosk.storage.plain import count_plain_sqlite, write_plain_sqlite
        from kiosk.storage.tables import RecordTables

        day = Day(campaign, event, device, forms, languages, load_all_words(), clock)
        sqlite = Sqlite(write_plain_sqlite, count_plain_sqlite)
        with store.reading() as reading:
            exporter = DayExport(day, RecordTables(reading), sqlite, trust.recipients)
            return exporter.export(request)

    return Desk(
        campaign=campaign,
        event=event,
        device=device,
        record=store,
        forms=forms,
        languages=languages,
        words=load_all_words(),
        clock=clock,
        paper=paper_of(data, templates_of(name), event.certificate),
        seal=SlipSeal(keys.event_secret, campaign.id, event.id),
        attest=Attester(trust, identities_of(keys, trust), store.device_certificate),
        eyes=SheetEyes(),
        exporter=Exporting(export),
        carry=Carrying(
            data / OUTBOX,
            store.outgoing,
            identities_of(keys, trust),
            trust,
            clock,
            lambda: leave_home(store),
        ),
        folder=data,
    )


def trust_of(data: Path) -> CampaignTrust:
    """Whom the kiosk in a data folder trusts."""
    return load_trust(pack_folder(_pack_name(data, read_settings(data)), RESOURCES))


def _pack_name(data: Path, settings: KioskSettings) -> str:
    """A shipped pack by its name, or the one in the data folder, wherever that is now."""
    name = settings.campaign
    return str(data / name) if name.startswith("./") else name


def demo_kiosk(
    data: Path,
    passphrase: str = PRACTICE_PASSPHRASE,
    *,
    attendees: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> PracticeDay:
    """A new data folder with a practice day in it, the same for the same seed."""
    from kiosk.campaign.sample_people import load_sample_people
    from kiosk.services.practice import play_day

    init_kiosk(data, PRACTICE_CAMPAIGN, PRACTICE_EVENT, PRACTICE_DEVICE, passphrase)
    people = load_sample_people(pack_folder(PRACTICE_CAMPAIGN, RESOURCES))
    with open_kiosk(data, passphrase) as desk:
        return play_day(desk, people, attendees, seed, progress)
