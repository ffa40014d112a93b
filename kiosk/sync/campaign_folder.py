"""A campaign of one's own: one folder with the pack and its trust, which a coordinator carries.

What is secret is in ``trust/`` and is its owner's alone. The deputy's identity is a file of its
own, so that it can be handed over: each of the two opens batches without the other.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.ids import CampaignId
from kiosk.errors import EnvironmentFault
from kiosk.sync.secret_files import make_secret_folder, new_secret, read_bounded, write_secret
from kiosk.sync.trust import (
    EVENT_KEY_FILE,
    FOLDERS,
    OWN,
    REVOKED_FILE,
    ROOT_KEY_FILE,
    TRUST_FILE,
)

COORDINATORS = ("coordinator", "deputy")  # two, always
_MOST_FILES = 2_000
_MOST_BYTES = 256 * 1024 * 1024
_LARGEST_IDENTITY = 65_536
_SECRET_BYTES = 32
_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Somebody who can open what a campaign's kiosks sealed."""

    who: str  # coordinator, deputy
    recipient: str
    identity: str  # AGE-SECRET-KEY-1…
    file: Path


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What was just made. ``root_public``: its fingerprint says whose devices belong to it."""

    folder: Path
    campaign: CampaignId
    root_public: bytes
    coordinators: tuple[Coordinator, ...]


@contextmanager
def new_campaign(folder: Path, pack: Path, campaign: CampaignId) -> Iterator[NewCampaign]:
    """Makes the folder from a pack; what the block adds to it belongs to it.

    Nothing of it stays when the block raises. Raises EnvironmentFault: folder_not_empty,
    folder_read_only, disk_full, pack_unreadable.
    """
    with prepared_folder(folder):
        copy_pack(pack, folder)
        yield _make_trust(folder, campaign)


@contextmanager
def prepared_folder(folder: Path) -> Iterator[None]:
    """An empty folder, new if it is not there; what the block put in is gone when it raises.

    Raises EnvironmentFault: folder_not_empty, folder_read_only, disk_full.
    """
    before = _empty(folder)
    try:
        make_secret_folder(folder)
        yield
    except BaseException:
        _take_away(folder, whole=not before)
        raise


def copy_pack(pack: Path, to: Path) -> None:
    """The pack without any keys: neither its own nor the public ones for practice."""
    files = list(_files(pack))
    try:
        for path in files:
            copy = to / path.relative_to(pack)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=str(to)) from error


def copy_without_secrets(campaign_folder: Path, to: Path, trust: str | None = None) -> None:
    """What a laptop needs of a campaign's folder: the pack, and whom to trust.

    ``trust`` is the text of its ``trust.toml`` where the folder has none (a device file brings
    it). No private key is copied.
    """
    copy_pack(campaign_folder, to)
    room = next((one for one in FOLDERS if (campaign_folder / one / TRUST_FILE).exists()), OWN)
    make_secret_folder(to / room)
    for name in (TRUST_FILE, REVOKED_FILE):
        path = campaign_folder / room / name
        if path.exists():
            write_secret(to / room / name, read_bounded(path))
    if trust is not None:
        write_secret(to / room / TRUST_FILE, trust.encode())


def trust_text(campaign: CampaignId, root_public: bytes, recipients: tuple[str, ...]) -> str:
    """``trust.toml`` of a campaign that is no practice."""
    lines = "".join(f'    "{one}",\n' for one in recipients)
    return (
        "# Whom this campaign trusts. Nothing here is secret; nothing here may be altered.\n"
        f'campaign = "{campaign}"\npractice = false\nroot = "{root_public.hex()}"\n'
        f"recipients = [\n{lines}]\n"
    )


def read_identity(path: Path) -> str:
    """The age identity in a file, typed with spaces or not, in capitals or not.

    Raises EnvironmentFault: identity_missing (no such file), identity_unreadable (none in it).
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_IDENTITY).decode()
    except OSError as error:
        raise EnvironmentFault("identity_missing", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise EnvironmentFault("identity_unreadable", path=str(path)) from error
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = _IDENTITY.fullmatch("".join("".join(lines).split()).upper())
    if found is None:
        raise EnvironmentFault("identity_unreadable", path=str(path))
    return found.group()


def _make_trust(folder: Path, campaign: CampaignId) -> NewCampaign:
    room = folder / OWN
    make_secret_folder(room)
    root = Ed25519PrivateKey.generate()
    public = root.public_key().public_bytes_raw()
    write_secret(room / ROOT_KEY_FILE, root.private_bytes_raw().hex().encode() + b"\n")
    write_secret(room / EVENT_KEY_FILE, new_secret(_SECRET_BYTES).hex().encode() + b"\n")
    coordinators = tuple(_coordinator(room, who) for who in COORDINATORS)
    recipients = tuple(one.recipient for one in coordinators)
    write_secret(room / TRUST_FILE, trust_text(campaign, public, recipients).encode())
    return NewCampaign(folder, campaign, public, coordinators)


def _coordinator(room: Path, who: str) -> Coordinator:
    import pyrage  # noqa: PLC0415 - once in the life of a campaign

    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    path = room / f"{who}.identity"
    write_secret(path, f"# {who}\n# public key: {recipient}\n{identity}\n".encode())
    return Coordinator(who, recipient, str(identity), path)


def _empty(folder: Path) -> bool:
    """Whether the folder was there; it must hold nothing."""
    try:
        if not folder.exists():
            return False
        if not folder.is_dir() or any(folder.iterdir()):
            raise EnvironmentFault("folder_not_empty", path=str(folder))
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=str(folder)) from error
    return True


def _take_away(folder: Path, *, whole: bool) -> None:
    """What a broken off campaign left; a folder that was there before stays, empty."""
    if whole:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _files(pack: Path) -> Iterator[Path]:
    """The files of a pack, links not followed, bounded in number and size."""
    count = size = 0
    try:
        for top, folders, names in os.walk(pack):
            at_top = Path(top) == pack
            folders[:] = [one for one in folders if not (at_top and one in FOLDERS)]
            for path in (Path(top) / name for name in names):
                if path.is_symlink() or not path.is_file():
                    continue
                count, size = count + 1, size + path.stat().st_size
                if count > _MOST_FILES or size > _MOST_BYTES:
                    raise EnvironmentFault("pack_too_large", path=str(pack))
                yield path
    except OSError as error:
        raise EnvironmentFault("pack_unreadable", path=str(pack)) from error
