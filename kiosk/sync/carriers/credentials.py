"""Who we are to a server: from a file or the environment, never from an argument, never printed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from kiosk.errors import EnvironmentFault

_LARGEST_FILE = 65_536
_PREFIX = "KIOSK_CARRIER_"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a server asks for. Empty: as the library finds it (AWS_…, ~/.aws, the agent of ssh)."""

    user: str = ""
    password: str = field(default="", repr=False)  # for S3 the secret key
    endpoint: str = ""  # of an S3 store that is not Amazon's
    key_file: str = ""  # a private key for SFTP
    known_hosts: str = ""  # the server's key for SFTP, where not ~/.ssh/known_hosts
    authority: str = ""  # a file with the certificate authority of a WebDAV or S3 server


def read_credentials(file: Path | None, environment: Mapping[str, str]) -> Credentials:
    """From a TOML file with these names, else from ``KIOSK_CARRIER_USER`` and so on.

    Raises EnvironmentFault: file_missing, credentials_broken.
    """
    names = [one.name for one in fields(Credentials)]
    if file is None:
        return Credentials(**{one: environment.get(_PREFIX + one.upper(), "") for one in names})
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise EnvironmentFault("file_missing", path=str(file)) from error
    try:
        told = tomllib.loads(raw.decode("utf-8-sig"))
    except ValueError as error:
        raise EnvironmentFault("credentials_broken", path=str(file)) from error
    fit = len(raw) <= _LARGEST_FILE and all(isinstance(one, str) for one in told.values())
    if not fit or not set(told) <= set(names):
        raise EnvironmentFault("credentials_broken", path=str(file))
    return Credentials(**told)
