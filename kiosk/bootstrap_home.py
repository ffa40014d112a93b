"""The record opened where it is at home: a copy of it goes on under an identity of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kiosk.domain.clock import Clock
from kiosk.domain.event import Event
from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import Device
from kiosk.storage.home import Home, find_home, moved
from kiosk.storage.machine import Hints, read_machine
from kiosk.storage.seen import note_seen, read_seen
from kiosk.storage.store import Store
from kiosk.storage.vault import Keys, renew_device
from kiosk.sync.trust import (
    CampaignTrust,
    DeviceIdentity,
    identity_draft,
    identity_of,
    renew_identity,
)


def open_at_home(
    data: Path,
    keys: Keys,
    trust: CampaignTrust,
    event: Event,
    clock: Clock,
    machine: Hints | None,
) -> tuple[Store, Keys, Device]:
    """The record, opened under an identity that no other copy of it uses.

    The vault learns of a new identity before the record does: a power cut between costs one more
    suffix, and never leaves entries whose key is lost.
    """
    machine = read_machine() if machine is None else machine
    known = identities_of(keys, trust)
    identity = known[0]
    store = store_of(data, keys, event, identity.id, clock)
    try:
        was, now = store.home(), find_home(data, machine)
        seen = read_seen(data, keys.database)
        older = seen is not None and not store.holds(*seen)
        if was is None or not (older or moved(was, now)):
            with suppress(EnvironmentFault):  # on a full disk the queue goes on; next time again
                if was != now:
                    with store.writing() as writing:
                        writing.note_home(now)
                note_seen(data, keys.database, identity.id, store.head())
            return store, keys, Device(identity.id, identity.code, formers=_codes(known[1:]))
        renewed = renew_identity(known[-1], store.device_codes())
        former = next((one for one in known if store.knows(one.id)), identity)
        keys = renew_device(data, keys, renewed)
    except BaseException:
        store.close()
        raise
    store.close()
    store = store_of(data, keys, event, renewed.id, clock)
    try:
        with store.writing() as writing:
            writing.write(identity_draft(renewed, former.id))
            writing.note_home(find_home(data, machine))
        with suppress(EnvironmentFault):  # as above
            note_seen(data, keys.database, renewed.id, store.head())
    except BaseException:
        store.close()
        raise
    return store, keys, Device(renewed.id, renewed.code, former.code, _codes(known))


def leave_home(store: Store) -> None:
    """Somebody else goes by our identity: the next opening takes itself for a copy."""
    with store.writing() as writing:
        writing.note_home(Home("", {}))


def _codes(known: Sequence[DeviceIdentity]) -> tuple[str, ...]:
    return tuple(one.code for one in known)


def identities_of(keys: Keys, trust: CampaignTrust) -> list[DeviceIdentity]:
    """All that this laptop ever was: as it is now first, as it was enrolled last."""
    known = [(keys.device_private, keys.certificate)]
    known += [(one.private, one.certificate) for one in reversed(keys.former)]
    return [identity_of(*one, keys.event_secret, trust) for one in known]


def store_of(
    data: Path,
    keys: Keys,
    event: Event,
    device_id: DeviceId,
    clock: Clock,
    *,
    create: bool = False,
) -> Store:
    """The record in a data folder, opened or (``create``) made, as that device's."""
    return Store(
        data,
        keys.database,
        event_id=event.id,
        device_id=device_id,
        zone=event.zone,
        clock=clock,
        create=create,
    )
