"""The keys of a merged store: opened, or made for a new one; and in whose name it is written.

The vault lies beside the store, locked by a passphrase of its own and by the campaign's
coordinators. Where the campaign's root is at hand, the store gets an identity that can sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.bootstrap import PRACTICE_PASSPHRASE
from kiosk.domain.clock import Clock
from kiosk.errors import EnvironmentFault
from kiosk.storage.files import make_folder
from kiosk.storage.locking import only_one
from kiosk.storage.vault import KEYS, Keys, create_vault, open_vault
from kiosk.sync.enrolling import enrolled, note_enrolled
from kiosk.sync.identity import DeviceIdentity, device_id
from kiosk.sync.trust import CampaignTrust, identity_of

_CODE = "CO"  # of a coordinator's store: CO1, CO2 …
_LOCK = "making.lock"
_PATIENCE_S = 30.0  # keys are made slowly on purpose


@contextmanager
def making(room: Path) -> Iterator[None]:
    """The folder of what a store keeps beside itself, for one who writes in it at a time."""
    make_folder(room)
    with only_one(room / _LOCK, wait_s=_PATIENCE_S):
        yield


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """Gives the keys of a store; ``passphrase`` is None where nobody said one."""

    trust: CampaignTrust
    campaign_folder: Path
    passphrase: str | None
    clock: Clock

    def of_file(self, path: Path, room: Path) -> Keys:
        """Of a store in a file; its vault is in ``room``."""
        passphrase = self._passphrase()
        if (room / KEYS).exists() or path.exists():
            return open_vault(room, passphrase)
        return create_vault(room, passphrase, self.trust.recipients, self._enrol())

    def of_server(self, room: Path) -> Keys | None:
        """Of a store on a server; None where this computer has none and nobody said one."""
        if self.passphrase is None and not self.trust.practice:
            return None
        if not (room / KEYS).exists():
            with making(room):
                if not (room / KEYS).exists():  # another merge may have begun at this moment
                    passphrase = self._passphrase()
                    return create_vault(room, passphrase, self.trust.recipients, self._enrol())
        return open_vault(room, self._passphrase())

    def _passphrase(self) -> str:
        if self.passphrase is not None:
            return self.passphrase
        if self.trust.practice:
            return PRACTICE_PASSPHRASE
        raise EnvironmentFault("no_passphrase")

    def _enrol(self) -> DeviceIdentity:
        """An identity for the store, or one that can sign nothing where the root is elsewhere."""
        if self.trust.root_private is None:
            return _nobody()
        taken = {one.code for one in enrolled(self.campaign_folder)}
        code = next(f"{_CODE}{at}" for at in range(1, 10_000) if f"{_CODE}{at}" not in taken)
        identity = self.trust.enrol(code)
        note_enrolled(self.campaign_folder, identity, self.clock.now_ms())
        return identity


def _nobody() -> DeviceIdentity:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return DeviceIdentity(device_id(public), "", key.private_bytes_raw(), public, b"", bytes(32))


def signer(keys: Keys | None, trust: CampaignTrust) -> DeviceIdentity | None:
    """The identity under which a store signs; None where it cannot."""
    if keys is None or not keys.certificate:
        return None
    return identity_of(keys.device_private, keys.certificate, keys.event_secret, trust)
