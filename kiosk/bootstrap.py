"""Settings become a ready kiosk: the only place where things are wired together."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.campaign.pack import find_event, form_files, load_pack, pack_folder
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.event import Campaign, Event, place_of
from kiosk.domain.ids import DeviceId, FormId, Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.forms.xform import read_form
from kiosk.services.desk import Desk, Device
from kiosk.services.ports import (
    CertificateContent,
    ExportedFile,
    ExportRequest,
    InstalledForm,
    Paper,
    Sheet,
    SlipContent,
    SummaryContent,
)
from kiosk.services.words import load_all_languages, load_all_words
from kiosk.settings import (
    RESOURCES,
    SETTINGS_FILE,
    KioskSettings,
    read_settings,
    write_settings,
)
from kiosk.storage.files import make_folder
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.vault import KEYS, Keys, create_vault, open_vault
from kiosk.sync.slip import SlipSeal
from kiosk.sync.trust import (
    DeviceIdentity,
    identity_draft,
    identity_of,
    load_trust,
)
from kiosk.validate import clean

if TYPE_CHECKING:
    from kiosk.forms.linter import FormSource
    from kiosk.services.practice import PracticeDay
    from kiosk.typesetting.typesetter import Typesetter

FONTS = "fonts"  # a coordinator's own, in the data folder, go before those of the system
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


def make_typesetter(files: Sequence[Path] = (), folders: Sequence[Path] = ()) -> Typesetter:
    """Sets text with the given fonts first, then with those of the system."""
    from kiosk.typesetting.fonts import Fonts
    from kiosk.typesetting.typesetter import Typesetter

    return Typesetter(Fonts(folders, files=files))


def make_paper(font_folders: Sequence[Path] = ()) -> Paper:
    """What makes pages, with the shipped templates."""
    from kiosk.certificates.paper import ReportLabPaper

    typesetter = make_typesetter(folders=font_folders)
    return ReportLabPaper(load_all_words(), typesetter, RESOURCES / "templates")


def specimen_content(
    campaign: Campaign, event_id: str | None, name: str, language: Tag, serial: Serial
) -> CertificateContent:
    """A certificate marked as a specimen, for one of the campaign's events (else the first)."""
    from kiosk.services.ports import CertificateContent

    event = campaign.events[0] if event_id is None else find_event(campaign, event_id)
    return CertificateContent(
        serial=serial,
        name=clean(("name",), name),
        language=language,
        campaign=campaign.name,
        event=event.name,
        place=place_of(campaign, event).label,
        venue=event.venue,
        organiser=campaign.organiser,
        day=event.day,
        sessions=tuple(session.title for session in event.sessions[:1]),
        qr=f"{campaign.id} {serial}".upper(),
        practice=campaign.practice,
        specimen=True,
        sample=event.sample,
    )


def init_kiosk(
    data: Path, campaign_name: str, event_id: str, device_code: str, passphrase: str
) -> None:
    """Makes the data folder of one kiosk, set to one event-day.

    Raises VisitorError for an unknown event or an unfit device code, EnvironmentFault
    ``kiosk_exists`` where the folder holds a kiosk already; then nothing was changed.
    """
    from kiosk.forms.linter import compile_form

    campaign = load_campaign(campaign_name)
    event = find_event(campaign, event_id)
    if not _DEVICE_CODE.fullmatch(device_code):
        raise VisitorError("device_code", field="device")
    if any((data / name).exists() for name in (SETTINGS_FILE, KEYS, DATABASE)):
        raise EnvironmentFault("kiosk_exists", path=data)
    pack = pack_folder(campaign_name, RESOURCES)
    sources = {form_id: compile_form(path) for form_id, path in form_files(pack).items()}
    trust = load_trust(pack)
    identity = trust.enrol(device_code)
    make_folder(data)
    keys = create_vault(data, passphrase, trust.recipients, identity)
    try:
        _fill(data, event, keys, identity, sources)
        shipped = pack.parent == RESOURCES / "campaigns"
        name = pack.name if shipped else str(pack.resolve())
        write_settings(data, KioskSettings(name, event.id, device_code))
    except BaseException:  # half a kiosk would be in the way of the next attempt
        _clear(data)
        raise


def _fill(
    data: Path,
    event: Event,
    keys: Keys,
    identity: DeviceIdentity,
    sources: Mapping[FormId, FormSource],
) -> None:
    store = _store(data, keys, event, identity.id, SystemClock(), create=True)
    with closing(store), store.writing() as writing:
        writing.write(identity_draft(identity))
        for form_id, source in sources.items():
            writing.install_form(
                InstalledForm(form_id, source.version, source.sha256, source.xform)
            )


def _clear(data: Path) -> None:
    """Takes away what a broken off ``init_kiosk`` made; there was no kiosk here before."""
    shutil.rmtree(data / KEYS, ignore_errors=True)
    for path in (*data.glob(f"{DATABASE}*"), data / "ballast", data / SETTINGS_FILE):
        path.unlink(missing_ok=True)


def open_kiosk(data: Path, passphrase: str, clock: Clock | None = None) -> Desk:
    """Unlocks a data folder. The desk is to be closed, or used in a ``with`` block.

    Raises EnvironmentFault: no_kiosk, passphrase_wrong, database_newer, database_corrupt …
    """
    from kiosk.export.staging import sweep_scratch

    settings = read_settings(data)
    sweep_scratch()  # what an export that was killed could not take away
    campaign = load_campaign(settings.campaign)
    event = find_event(campaign, settings.event)
    keys = open_vault(data, passphrase)
    trust = load_trust(pack_folder(settings.campaign, RESOURCES))
    identity = identity_of(keys.device_private, keys.certificate, keys.event_secret, trust)
    clock = clock or SystemClock()
    store = _store(data, keys, event, identity.id, clock)
    languages = {tag: load_all_languages()[tag] for tag in event.languages}
    device = Device(identity.id, identity.code)
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
        paper=_Paper(lambda: make_paper([one for one in (data / FONTS,) if one.is_dir()])),
        seal=SlipSeal(keys.event_secret, campaign.id, event.id),
        exporter=_Exporting(export),
        folder=data,
    )


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


class _Paper:
    """The port ``Paper``, made with the first sheet: nobody waits for fonts when the day opens."""

    def __init__(self, make: Callable[[], Paper]) -> None:
        self._made = cache(make)

    def unsettable(self, text: str, language: Tag) -> tuple[str, ...]:
        return self._made().unsettable(text, language)

    def certificate(self, content: CertificateContent) -> Sheet:
        return self._made().certificate(content)

    def certificates(self, contents: Sequence[CertificateContent]) -> Sheet:
        return self._made().certificates(contents)

    def slip(self, content: SlipContent, size: str = "a6") -> Sheet:
        return self._made().slip(content, size)

    def summary(self, content: SummaryContent) -> Sheet:
        return self._made().summary(content)


class _Exporting:
    """The port ``Exporter``: one view of the record for each export."""

    def __init__(self, export: Callable[[ExportRequest], list[ExportedFile]]) -> None:
        self.export = export


def _store(
    data: Path,
    keys: Keys,
    event: Event,
    device_id: DeviceId,
    clock: Clock,
    *,
    create: bool = False,
) -> Store:
    return Store(
        data,
        keys.database,
        event_id=event.id,
        device_id=device_id,
        zone=event.zone,
        clock=clock,
        create=create,
    )
