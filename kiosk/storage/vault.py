"""The keys of a data folder, under lock: nothing in ``keys/`` opens anything by itself.

The database key is 32 random bytes. It lies there twice: under Argon2id (RFC 9106) of the
power-on passphrase, and under the coordinators' age recipients, so that a forgotten passphrase
ends nothing. What the device must keep secret lies under a key derived from the database key.
"""

from __future__ import annotations

import json
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.errors import EnvironmentFault
from kiosk.storage.files import folder_blamed, make_folder, sync_folder, write_durably

KEYS = "keys"
_HALF_MADE = "keys.part"
_BY_PASSPHRASE = "passphrase.json"  # noqa: S105 - a file's name
_BY_COORDINATORS = "coordinators.age"
DEVICE_FILE = "device.json"
_OF_DEVICE = ("device_private", "event_secret", "certificate")
_FORMAT = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16
_LARGEST_FILE = 1_048_576  # a laptop that was restored a hundred times still fits
_LONGEST_PASSPHRASE = 1_024
# OpenSSL's Argon2 with several lanes never comes back where two threads ask for it at once.
_STRETCHING = Lock()
# Bounded when read: a file that was tampered with can neither weaken the key nor fill the memory.
_BOUNDS = (range(65_536, 1_048_577), range(3, 33), range(1, 17))  # KiB, iterations, lanes


@dataclass(frozen=True, slots=True)
class Former:
    """An identity that this laptop had before; what it wrote then is still sealed with it."""

    private: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """What an unlocked kiosk holds in memory. ``certificate`` is the device's, as the root (or a
    former identity) signed it; ``event_secret`` seals slips; ``former`` oldest first.
    """

    database: bytes
    device_private: bytes
    event_secret: bytes
    certificate: bytes
    former: tuple[Former, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one passphrase costs. The default takes about a fifth of a second."""

    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 4


class Identity(Protocol):
    """Who this device is: what enrolment gives."""

    @property
    def private(self) -> bytes: ...

    @property
    def event_secret(self) -> bytes: ...

    @property
    def certificate(self) -> bytes: ...


def create_vault(
    folder: Path,
    passphrase: str,
    recipients: Sequence[str],
    identity: Identity,
    cost: Cost | None = None,
) -> Keys:
    """Makes the keys of a new data folder.

    ``recipients`` are the coordinators' age recipients. Raises EnvironmentFault: keys_exist,
    passphrase_empty, disk_full, folder_read_only; then nothing of it stays.
    """
    room = folder / KEYS
    if room.exists():
        raise EnvironmentFault("keys_exist", path=str(room))
    if not _plain(passphrase):
        raise EnvironmentFault("passphrase_empty")
    database = secrets.token_bytes(_KEY_BYTES)
    keys = Keys(database, identity.private, identity.event_secret, identity.certificate)
    scratch = folder / _HALF_MADE
    shutil.rmtree(scratch, ignore_errors=True)  # of somebody whose power went
    try:
        make_folder(scratch)
        make_folder(scratch / KEYS)
        _write_room(scratch, keys, passphrase, recipients, cost)
        with folder_blamed(room):
            (scratch / KEYS).rename(room)  # a vault is there whole, or not at all
            sync_folder(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return keys


def _write_room(
    folder: Path, keys: Keys, passphrase: str, recipients: Sequence[str], cost: Cost | None
) -> None:
    _write_device(folder, keys)
    write_durably(folder / KEYS / _BY_COORDINATORS, _to_recipients(keys.database, recipients))
    set_passphrase(folder, keys, passphrase, cost)


def _write_device(folder: Path, keys: Keys) -> None:
    held: dict[str, Any] = {name: getattr(keys, name).hex() for name in _OF_DEVICE}
    held["former"] = [[one.private.hex(), one.certificate.hex()] for one in keys.former]
    sealed = _seal(_device_key(keys.database), json.dumps(held).encode(), {"format": _FORMAT})
    write_durably(folder / KEYS / DEVICE_FILE, sealed)


def renew_device(folder: Path, keys: Keys, identity: Identity) -> Keys:
    """Puts a new identity in the place of the one in use, which is kept among the former ones."""
    former = Former(keys.device_private, keys.certificate)
    renewed = Keys(
        keys.database, identity.private, identity.event_secret, identity.certificate,
        (*keys.former, former),
    )  # fmt: skip
    _write_device(folder, renewed)
    return renewed


def set_passphrase(folder: Path, keys: Keys, passphrase: str, cost: Cost | None = None) -> None:
    """Puts the database key under another passphrase; EnvironmentFault ``passphrase_empty``."""
    if not _plain(passphrase):
        raise EnvironmentFault("passphrase_empty")
    cost = cost or Cost()
    header = {
        "format": _FORMAT, "kdf": "argon2id", "memory_kib": cost.memory_kib,
        "iterations": cost.iterations, "lanes": cost.lanes, "salt": secrets.token_hex(_SALT_BYTES),
    }  # fmt: skip
    sealed = _seal(_stretch(passphrase, header), keys.database, header)
    write_durably(folder / KEYS / _BY_PASSPHRASE, sealed)


def open_vault(folder: Path, passphrase: str) -> Keys:
    """The keys, for who knows the passphrase.

    Raises EnvironmentFault: passphrase_wrong, keys_missing, keys_corrupt.
    """
    sealed = _read(folder / KEYS / _BY_PASSPHRASE, _stretchable)
    try:
        database = _open(_stretch(passphrase, sealed["header"]), sealed)
    except InvalidTag as error:
        raise EnvironmentFault("passphrase_wrong") from error
    return _with_device(folder, database)


def open_vault_as_coordinator(folder: Path, identity: str) -> Keys:
    """The keys, for who holds an age identity (``AGE-SECRET-KEY-1…``) of the campaign.

    Raises EnvironmentFault: identity_wrong, keys_missing, keys_corrupt.
    """
    import pyrage  # noqa: PLC0415 - on the bad day only

    sealed = _content(folder / KEYS / _BY_COORDINATORS)
    try:
        database = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity.strip())])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise EnvironmentFault("identity_wrong") from error
    return _with_device(folder, database)


def _with_device(folder: Path, database: bytes) -> Keys:
    path = folder / KEYS / DEVICE_FILE
    try:
        held = json.loads(_open(_device_key(database), _read(path, bool)))
        former = tuple(
            Former(bytes.fromhex(private), bytes.fromhex(certificate))
            for private, certificate in held.get("former", ())
        )
        private, secret, certificate = (bytes.fromhex(held[name]) for name in _OF_DEVICE)
        return Keys(database, private, secret, certificate, former)
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("keys_corrupt", path=str(path)) from error


def _plain(passphrase: str) -> bytes:
    """The passphrase however it was typed: composed or not, with one space or two."""
    words = unicodedata.normalize("NFKC", passphrase[:_LONGEST_PASSPHRASE]).split()
    return " ".join(words).encode()


def _stretch(passphrase: str, header: Mapping[str, Any]) -> bytes:
    kdf = Argon2id(
        salt=bytes.fromhex(header["salt"]),
        length=_KEY_BYTES,
        iterations=header["iterations"],
        lanes=header["lanes"],
        memory_cost=header["memory_kib"],
    )
    with _STRETCHING:
        return kdf.derive(_plain(passphrase))


def _device_key(database: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"samvad kiosk: device").derive(database)


def _to_recipients(database: bytes, recipients: Sequence[str]) -> bytes:
    import pyrage  # noqa: PLC0415 - once in the life of a data folder

    known = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    return bytes(pyrage.encrypt(database, known))


def _canonical(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _seal(key: bytes, secret: bytes, header: Mapping[str, Any]) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = ChaCha20Poly1305(key).encrypt(nonce, secret, _canonical(header))
    return json.dumps(
        {"header": header, "nonce": nonce.hex(), "sealed": sealed.hex()}, indent=1
    ).encode()


def _open(key: bytes, sealed: Mapping[str, Any]) -> bytes:
    nonce, secret = bytes.fromhex(sealed["nonce"]), bytes.fromhex(sealed["sealed"])
    return ChaCha20Poly1305(key).decrypt(nonce, secret, _canonical(sealed["header"]))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_FILE)
    except OSError as error:
        raise EnvironmentFault("keys_missing", path=str(path)) from error


def _read(path: Path, fits: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
    """A sealed file whose header fits."""
    try:
        sealed = json.loads(_content(path))
        header = sealed["header"]
        bytes.fromhex(sealed["nonce"] + sealed["sealed"])
        fit = len(sealed["nonce"]) == 2 * _NONCE_BYTES and header["format"] == _FORMAT
        fit = fit and fits(header)
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("keys_corrupt", path=str(path)) from error
    if not fit:
        raise EnvironmentFault("keys_corrupt", path=str(path))
    return dict(sealed)


def _stretchable(header: Mapping[str, Any]) -> bool:
    cost = (header["memory_kib"], header["iterations"], header["lanes"])
    return (
        header["kdf"] == "argon2id"
        and all(type(one) is int for one in cost)
        and all(one in bound for one, bound in zip(cost, _BOUNDS, strict=True))
        and len(bytes.fromhex(header["salt"])) == _SALT_BYTES
    )
