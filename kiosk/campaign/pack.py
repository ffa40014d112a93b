"""The campaign pack: a folder of TOML files and forms, read whole and checked before use.

A coordinator's own folder is read exactly as the shipped ones are. The one difference: a shipped
pack's keys are public, so what is recorded with it is practice.
"""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.campaign import contents
from kiosk.campaign.events import read_events
from kiosk.campaign.reading import Origin, Table, check_unique, read_table
from kiosk.domain.event import Campaign, Event
from kiosk.domain.ids import CampaignId, EventId, FormId
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError

MANIFEST = "campaign.toml"
REQUIRED_FORMS = (FormId("registration"), FormId("feedback"))
FORM_SUFFIXES = (".xlsx", ".xls", ".xml")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def shipped_packs(resources: Path) -> dict[str, Path]:
    """The packs that come with the product: name -> folder."""
    found = sorted((resources / "campaigns").glob(f"*/{MANIFEST}"))
    return {manifest.parent.name: manifest.parent for manifest in found}


def pack_folder(name_or_folder: str | Path, resources: Path) -> Path:
    """The folder of a shipped pack, by its name, or the folder itself.

    Raises EnvironmentFault ``pack_missing`` where there is neither.
    """
    if isinstance(name_or_folder, str) and _NAME.fullmatch(name_or_folder):
        shipped = shipped_packs(resources)
        if name_or_folder in shipped:
            return shipped[name_or_folder]
    folder = Path(name_or_folder)
    if not str(name_or_folder) or not folder.is_dir():
        raise EnvironmentFault("pack_missing", name=str(name_or_folder))
    return folder


def load_pack(name_or_folder: str | Path, resources: Path) -> Campaign:
    """The campaign of a pack, everything in it checked.

    Raises VisitorError ``pack_…`` with ``file`` and ``at`` (the key) for what is wrong in the
    pack; EnvironmentFault ``pack_missing`` or ``pack_unreadable`` for what the machine lacks.
    """
    folder = pack_folder(name_or_folder, resources)
    shipped = folder.resolve().parent == (resources / "campaigns").resolve()
    file = read_table(folder, MANIFEST, ())
    languages = _languages(file, resources)
    file = file.speaking(languages)
    sources = contents.read_sources(file)
    starts, ends = file.day("starts"), file.day("ends")
    if ends < starts:
        raise file.origin.below("ends").wrong("ends_before", value=f"{ends}")
    places = contents.read_places(folder, languages)
    does, kinds = contents.read_categories(folder, languages)
    campaign = Campaign(
        id=CampaignId(file.id("id")),
        name=file.text("name"),
        initiative=file.text("initiative"),
        organiser=file.text("organiser"),
        starts=starts,
        ends=ends,
        practice=shipped,
        events=read_events(folder, languages, places, starts, ends),
        facts=contents.read_facts(folder, languages, sources),
        cards=contents.read_cards(folder, languages),
        does=does,
        kinds=kinds,
        places=places,
        notice=contents.read_notice(folder, languages),
        launched=file.day_or_none("launched"),
        source=contents.cited(file, "based_on", sources) if file.has("based_on") else None,
    )
    file.close()
    return campaign


def find_event(campaign: Campaign, event_id: str) -> Event:
    """Raises VisitorError ``pack_no_such_event``."""
    for event in campaign.events:
        if event.id == EventId(event_id):
            return event
    raise VisitorError("pack_no_such_event", field="event", value=event_id[:64])


def form_files(folder: Path) -> dict[FormId, Path]:
    """The forms of a pack by their id, which is the file's name; registration and feedback are
    always there.

    Raises VisitorError ``pack_file_missing`` or ``pack_not_unique``.
    """
    paths = sorted(
        path for path in (folder / "forms").glob("*") if path.suffix.lower() in FORM_SUFFIXES
    )
    ids = [FormId(path.stem) for path in paths]
    for form_id in REQUIRED_FORMS:
        if form_id not in ids:
            raise Origin(f"forms/{form_id}.xlsx", ()).wrong("file_missing")
    check_unique(ids, Origin("forms", ()))
    return dict(zip(ids, paths, strict=True))


def _languages(file: Table, resources: Path) -> tuple[Tag, ...]:
    """The languages that every text of the pack has; the kiosk must know them all."""
    tags, origin = file.lines("languages"), file.origin.below("languages")
    if not tags:
        raise origin.wrong("missing_key")
    check_unique(tags, origin)
    known = {about.parent.name for about in (resources / "languages").glob("*/language.toml")}
    for tag in tags:
        if tag not in known:
            raise origin.wrong("unknown_language", language=tag)
    return tuple(Tag(tag) for tag in tags)
