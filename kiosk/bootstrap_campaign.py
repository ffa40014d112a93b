"""A coordinator's commands about a campaign of their own, wired together as in ``bootstrap``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.bootstrap import load_campaign
from kiosk.bootstrap_paper import make_typesetter
from kiosk.campaign.pack import pack_folder
from kiosk.certificates.recovery import RecoverySheet
from kiosk.domain.clock import Clock, SystemClock, local_time
from kiosk.domain.ids import DeviceId
from kiosk.domain.language import Tag
from kiosk.services.recovery import Keeper, RecoveryContent
from kiosk.services.words import load_all_words
from kiosk.settings import RESOURCES
from kiosk.sync.campaign_folder import copy_without_secrets, new_campaign, prepared_folder
from kiosk.sync.device_file import write_device_file
from kiosk.sync.enrolling import enrolled, lost, named, note_enrolled, revoke
from kiosk.sync.secret_files import write_secret
from kiosk.sync.trust import OWN, load_trust, trust_file_text

RECOVERY_SHEET = "recovery-sheet.pdf"


@dataclass(frozen=True, slots=True)
class MadeCampaign:
    """A campaign of one's own. ``identities`` and ``sheet`` are secret files in ``folder``."""

    folder: Path
    root: str
    recipients: tuple[str, ...]
    identities: tuple[Path, ...]  # the coordinator's, then the deputy's
    sheet: Path


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A laptop of a campaign. ``at``: when it was enrolled, ms; None where it renewed itself.

    ``revoked_after``: the last batch that is still its own, if it was lost.
    """

    id: DeviceId
    code: str
    at: int | None
    shared_code: bool
    revoked_after: int | None = None
    reason: str = ""


def make_campaign(
    folder: Path, pack: str, language: Tag, clock: Clock | None = None
) -> MadeCampaign:
    """Makes the folder of a campaign from a pack: all there, or nothing.

    Raises VisitorError ``pack_…`` for a pack that is wrong; EnvironmentFault: pack_missing,
    folder_not_empty, folder_read_only, disk_full, font_missing.
    """
    campaign = load_campaign(pack)
    now = (clock or SystemClock()).now_ms()
    with new_campaign(folder, pack_folder(pack, RESOURCES), campaign.id) as made:
        keepers = tuple(Keeper(one.who, one.recipient, one.identity) for one in made.coordinators)
        content = RecoveryContent(
            language=language, campaign=campaign.name, campaign_id=campaign.id,
            root=made.root_public.hex(),
            made_on=local_time(now, campaign.events[0].zone).date(), keepers=keepers,
        )  # fmt: skip
        sheet = folder / OWN / RECOVERY_SHEET
        paper = RecoverySheet(load_all_words(), make_typesetter())
        write_secret(sheet, paper.recovery(content).pdf)
        load_trust(folder)  # what is handed out was read back
    return MadeCampaign(
        folder=folder, root=made.root_public.hex(),
        recipients=tuple(one.recipient for one in made.coordinators),
        identities=tuple(one.file for one in made.coordinators), sheet=sheet,
    )  # fmt: skip


def copy_campaign(campaign_folder: Path, to: Path) -> None:
    """Copies what laptops need of a campaign's folder, without any private key."""
    load_trust(campaign_folder)
    with prepared_folder(to):
        copy_without_secrets(campaign_folder, to)


def enrol_device(
    name_or_folder: str,
    code: str,
    to: Path,
    passphrase: str | None = None,
    clock: Clock | None = None,
) -> DeviceState:
    """Writes the device file of one laptop, and notes it in the campaign's ledger.

    Raises VisitorError ``device_code``; EnvironmentFault: trust_missing, trust_without_root,
    file_exists, folder_missing, ledger_broken …; then there is no file.
    """
    folder = pack_folder(name_or_folder, RESOURCES)
    trust = load_trust(folder)
    identity = trust.enrol(code)
    shared = any(one.code == code for one in enrolled(folder))
    at = (clock or SystemClock()).now_ms()
    write_device_file(to, identity, trust_file_text(folder), passphrase)
    try:
        note_enrolled(folder, identity, at)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return DeviceState(identity.id, code, at, shared)


def campaign_devices(campaign_folder: Path) -> list[DeviceState]:
    """Every laptop that was enrolled from this folder, and every one that was revoked."""
    known, gone = enrolled(campaign_folder), {one.id: one for one in lost(campaign_folder)}
    codes = [one.code for one in known]
    states = [
        DeviceState(one.id, one.code, one.at, codes.count(one.code) > 1) for one in known
    ]  # fmt: skip
    states += [
        DeviceState(one, "", None, shared_code=False) for one in gone if one not in _ids(states)
    ]
    return [
        DeviceState(
            one.id, one.code, one.at, one.shared_code, gone[one.id].after_batch,
            gone[one.id].reason,
        ) if one.id in gone else one
        for one in states
    ]  # fmt: skip


def revoke_device(
    campaign_folder: Path,
    id_or_code: str,
    after_batch: int,
    reason: str,
    clock: Clock | None = None,
) -> DeviceId:
    """Revokes a lost laptop; its id. Raises as ``kiosk.sync.enrolling.named`` and ``revoke``."""
    device = named(campaign_folder, id_or_code)
    at = (clock or SystemClock()).now_ms()
    revoke(campaign_folder, device, after_batch=after_batch, reason=reason, at=at)
    return device


def _ids(states: Sequence[DeviceState]) -> set[DeviceId]:
    return {one.id for one in states}
