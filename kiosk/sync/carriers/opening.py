"""From what a coordinator types to a carrier that answers."""

from __future__ import annotations

import os
import unicodedata
from importlib.util import find_spec
from pathlib import Path

from kiosk.services.carrying import Carrier, CarrierFault
from kiosk.sync.carriers.address import Address, is_address, read_address
from kiosk.sync.carriers.credentials import Credentials, read_credentials
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.carriers.patience import Patience
from kiosk.sync.carriers.remote import RemoteCarrier, Server

EXTRA = "carry"
_LIBRARIES = {"s3": "s3fs", "webdav": "webdav4", "webdavs": "webdav4", "sftp": "paramiko"}


def open_carrier(
    target: str, credentials: Credentials | None = None, patience: Patience | None = None
) -> Carrier:
    """The folder or server at ``target``: a path, ``s3://``, ``webdav(s)://``, ``sftp://``.

    Credentials come from the environment where none are given. Raises CarrierFault: those of the
    carriers, target_unknown, and target_extra_missing where a library is not installed.
    """
    if not target.strip():  # a script's empty variable is not the folder that one stands in
        raise CarrierFault("target_unknown", target=target)
    if not is_address(target):
        return FolderCarrier(_existing(Path(target).expanduser().absolute()))
    address = read_address(target)
    if address is None or address.scheme not in _LIBRARIES:
        known = address or target.rpartition("@")[2]
        raise CarrierFault("target_unknown", target=str(known))
    library = _LIBRARIES[address.scheme]
    if find_spec(library) is None:
        raise CarrierFault("target_extra_missing", target=str(address), extra=EXTRA)
    held = read_credentials(None, os.environ) if credentials is None else credentials
    return RemoteCarrier(str(address), _server(address, held), patience or Patience())


def _existing(path: Path) -> Path:
    """A folder's name may be spelled in another composition of the same letters."""
    forms = (unicodedata.normalize(form, str(path)) for form in ("NFC", "NFD"))
    return next((Path(one) for one in (str(path), *forms) if Path(one).exists()), path)


def _server(address: Address, credentials: Credentials) -> Server:
    """Libraries are loaded when one is spoken to: they cost a second."""
    if address.scheme == "s3":
        from kiosk.sync.carriers.s3 import S3Server  # noqa: PLC0415

        return S3Server(address, credentials)
    if address.scheme == "sftp":
        from kiosk.sync.carriers.sftp import SftpServer  # noqa: PLC0415

        return SftpServer(address, credentials)
    from kiosk.sync.carriers.webdav import WebdavServer  # noqa: PLC0415

    return WebdavServer(address, credentials)
