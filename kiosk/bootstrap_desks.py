"""The events of a merged store as desks, so that all that is done at a kiosk can be done there.

What is found, corrected, re-issued and exported in a store goes through the same services as on a
kiosk; who writes is the store's own device (CO1 …), whose changes travel on like any other's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.bootstrap import OUTBOX
from kiosk.bootstrap_carrying import Carrying, Exporting
from kiosk.bootstrap_matters import days_about, find_matters, odd_clocks
from kiosk.bootstrap_paper import SheetEyes, paper_of, templates_of
from kiosk.bootstrap_store import MergedHome, campaign_of, open_merged, room_of
from kiosk.campaign.pack import find_event, form_files, pack_folder
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.event import Campaign, Event
from kiosk.domain.ids import EventId, FormId
from kiosk.errors import EnvironmentFault
from kiosk.forms.xform import read_form
from kiosk.services.carrying import Progress, SyncResult
from kiosk.services.certify import Issued
from kiosk.services.desk import Desk, Device
from kiosk.services.duplicates import Twice
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.files import write_durably
from kiosk.services.matters import Matter
from kiosk.services.ports import InstalledForm
from kiosk.services.words import load_all_languages, load_all_words
from kiosk.settings import RESOURCES
from kiosk.storage.duplicates import probably_twice
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merged_tables import MergedTables
from kiosk.storage.vault import Keys
from kiosk.sync.attest import Attester
from kiosk.sync.identity import device_of
from kiosk.sync.slip import SlipSeal
from kiosk.sync.trust import identity_draft

if TYPE_CHECKING:
    from kiosk.forms.model import Form


@dataclass(slots=True)
class Desks:
    """A merged store's events, each as a desk. ``campaign_name``: as it was given or remembered."""

    home: MergedHome
    keys: Keys
    campaign_name: str
    clock: Clock
    campaign: Campaign = field(init=False)
    _made: dict[EventId, tuple[Desk, MergedRecord]] = field(default_factory=dict)
    _forms: Mapping[FormId, Form] | None = None

    def __post_init__(self) -> None:
        practice = self.home.campaign.practice or self.home.trust.practice
        self.campaign = replace(self.home.campaign, practice=practice)

    def events(self) -> list[Event]:
        """The events of which the store holds something, in the order of the campaign.

        Raises VisitorError ``pack_no_such_event`` for one that this campaign does not know.
        """
        held = set(self.home.store.events())
        for event_id in sorted(held - {one.id for one in self.campaign.events}):
            find_event(self.campaign, event_id)
        return [one for one in self.campaign.events if one.id in held]

    def desks(self, event_id: str = "") -> list[Desk]:
        """All, or the one of an event; VisitorError ``pack_no_such_event``."""
        events = [find_event(self.campaign, event_id)] if event_id else self.events()
        return [self.desk(one) for one in events]

    def desk(self, event: Event) -> Desk:
        """One event as a desk; it is closed with the store."""
        return self._of(event)[0]

    def matters(self, progress: Callable[[int, int], None] | None = None) -> list[Matter]:
        """What a person must decide, or has to know of. ``progress``: as for ``twice``."""
        events = self.events()
        days = {event.id: days_about(event) for event in events}
        clocks = self.home.store.wrong_clocks(days)
        return find_matters(
            self.home, events, odd_clocks(self.home, clocks, self.clock.now_ms()), progress
        )

    def people(self, progress: Callable[[int, int], None] | None = None) -> int:
        """How many people registered at all events. ``progress``: as for ``twice``."""
        events, found = self.events(), 0
        for done, event in enumerate(events):
            if progress is not None:
                progress(done, len(events))
            found += self._of(event)[1].registered()
        return found

    def twice(
        self, event_id: str = "", progress: Callable[[int, int], None] | None = None
    ) -> list[Twice]:
        """Who is probably there twice, likeliest first, and what was decided about them.

        ``progress``: done, of how many, for each event in turn; may raise to stop.
        """
        found = [
            pair
            for desk in self.desks(event_id)
            for pair in probably_twice(self.home.store.engine.connection, desk.event.id, progress)
        ]
        return sorted(found, key=lambda pair: (-pair.score, pair.one.id, pair.other.id))

    def index(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Makes those who arrived findable."""
        self.home.store.index_people(progress)

    def export(self, request: ExportRequest, events: Sequence[EventId]) -> list[ExportedFile]:
        """What these events hold, together as tables; nothing is logged here."""
        from kiosk.export.day import Day, DayExport
        from kiosk.export.staging import sweep_scratch
        from kiosk.export.writers import Sqlite
        from kiosk.storage.plain import count_plain_sqlite, write_plain_sqlite

        desks = [self.desk(find_event(self.campaign, event_id)) for event_id in events]
        sweep_scratch()
        first = desks[0]
        languages = {tag: one.languages[tag] for one in desks for tag in one.languages}
        day = Day(
            self.campaign, first.event, first.device, first.forms, languages, first.words,
            self.clock,
        )  # fmt: skip
        sqlite = Sqlite(write_plain_sqlite, count_plain_sqlite)
        with ExitStack() as stack:
            parts = []
            for desk in desks:
                record = self._of(desk.event)[1]
                reading = stack.enter_context(record.reading())
                parts.append((desk.event, MergedTables(reading, days_about(desk.event))))
            exporter = DayExport(day, parts, sqlite, self.home.trust.recipients)
            return exporter.export(request)

    def sync(
        self, target: str, credentials: Path | None = None, progress: Progress | None = None
    ) -> SyncResult:
        """Seals what was written in this store by its own device, and writes what ``target`` does
        not have. Raises EnvironmentFault ``store_unsigned``, and as ``Carry.sync``.
        """
        self.signed()
        done = [desk.carry.sync(target, credentials, progress) for desk in self.desks()]
        if not done:
            raise EnvironmentFault("store_empty")
        return SyncResult(
            done[0].target,
            sum(one.sent for one in done),
            sum(one.already_there for one in done),
            sum(one.bytes for one in done),
            tuple(batch for one in done for batch in one.batches),
            max(one.untrusted for one in done),
            max(one.strangers for one in done),
        )

    def signed(self) -> None:
        """Raises EnvironmentFault ``store_unsigned`` where what is written could never leave."""
        if self.home.identity is None:
            raise EnvironmentFault("store_unsigned", campaign=self.campaign.id)

    def _of(self, event: Event) -> tuple[Desk, MergedRecord]:
        if event.id not in self._made:
            self._made[event.id] = self._make(event)
        return self._made[event.id]

    def _make(self, event: Event) -> tuple[Desk, MergedRecord]:
        home, keys, identity = self.home, self.keys, self.home.identity
        device = Device(device_of(keys.device_private), "")
        if identity is not None:
            device = Device(identity.id, identity.code)
        introduction = None if identity is None else identity_draft(identity)
        writer = Writer(keys.database, device.id, self.clock, introduction)
        record = MergedRecord(
            home.store, writer, event_id=event.id, zone=event.zone, day=days_about(event)
        )
        outbox = home.room / OUTBOX / event.id
        identities = () if identity is None else (identity,)
        desk = Desk(
            campaign=self.campaign,
            event=event,
            device=device,
            record=record,
            forms=self._read_forms(record),
            languages={tag: load_all_languages()[tag] for tag in event.languages},
            words=load_all_words(),
            clock=self.clock,
            paper=paper_of(home.room, templates_of(self.campaign_name), event.certificate),
            seal=SlipSeal(keys.event_secret, self.campaign.id, event.id),
            attest=Attester(home.trust, identities, record.device_certificate),
            eyes=SheetEyes(),
            exporter=Exporting(lambda request: self.export(request, [event.id])),
            carry=Carrying(outbox, record.outgoing, identities, home.trust, self.clock),
            folder=home.room,
        )
        return desk, record

    def _read_forms(self, record: MergedRecord) -> Mapping[FormId, Form]:
        """The campaign's forms; compiled once, then kept in the store."""
        if self._forms is None:
            self._install_forms(record)
            self._forms = {form.id: read_form(form.xform) for form in record.forms()}
        return self._forms

    def _install_forms(self, record: MergedRecord) -> None:
        held = {form.id: form.hash for form in record.forms()}
        files = form_files(pack_folder(self.campaign_name, RESOURCES))
        changed = {
            form_id: path
            for form_id, path in files.items()
            if held.get(form_id) != hashlib.sha256(path.read_bytes()).hexdigest()
        }
        if not changed:
            return
        from kiosk.forms.linter import compile_form

        for form_id, path in changed.items():
            source = compile_form(path)
            form = InstalledForm(form_id, source.version, source.sha256, source.xform)
            self.home.store.install_form(form)


def papers_of(target: str) -> Path:
    """The folder beside a store in which certificates lie that were issued in it, to be printed."""
    return room_of(target).with_suffix(".certificates")


def keep_paper(folder: Path, issued: Issued) -> None:
    """Puts a certificate where it can be printed from, before it counts as issued."""
    folder.mkdir(exist_ok=True)
    write_durably(folder / f"{issued.certificate.serial}.pdf", issued.sheet.pdf)


@contextmanager
def open_desks(
    target: str,
    passphrase: str | None,
    campaign_name: str | None = None,
    clock: Clock | None = None,
) -> Iterator[Desks]:
    """The desks of the merged store at ``target``; its campaign is the one last merged into it.

    Raises EnvironmentFault: campaign_needed, no_passphrase (what is done in a server's store is
    signed on this computer), and as ``open_merged``.
    """
    clock, name = clock or SystemClock(), campaign_name or campaign_of(target)
    with open_merged(target, name, passphrase, clock=clock) as home:
        if home.keys is None:
            raise EnvironmentFault("no_passphrase")
        yield Desks(home, home.keys, name, clock)
