"""SFTP through paramiko. A server whose key is not known beforehand is not spoken to."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO

import paramiko

from kiosk.sync.carriers.address import Address
from kiosk.sync.carriers.credentials import Credentials
from kiosk.sync.carriers.patience import LinkFailed
from kiosk.sync.carriers.remote import Entry, ServerRefused, Step, put_beside

_PORT = 22
_TIMEOUT_S = 15.0


class SftpServer:
    """Implements ``Server``. A connection that failed is made anew by the next call."""

    def __init__(self, address: Address, credentials: Credentials) -> None:
        self._address = address
        self._credentials = credentials
        self._root = address.path.rstrip("/")
        self._client: paramiko.SSHClient | None = None
        self._opened: paramiko.SFTPClient | None = None

    def entries(self, path: str) -> list[Entry]:
        with self._files() as files:
            found = files.listdir_attr(self._path(path) or "/")
        return [
            Entry(one.filename, one.st_size or 0, stat.S_ISDIR(one.st_mode or 0)) for one in found
        ]

    def get(self, path: str, most: int) -> bytes:
        with self._files() as files, files.open(self._path(path), "rb") as file:
            file.prefetch(min(file.stat().st_size or 0, most + 1))
            return bytes(file.read(most + 1))

    def put_whole(self, path: str, content: bytes) -> Sequence[Step]:
        return put_beside(self, path, content)

    def put(self, path: str, content: bytes) -> None:
        with self._files() as files:
            files.putfo(BytesIO(content), self._path(path), len(content))

    def move(self, path: str, to: str) -> None:
        with self._files() as files:
            files.posix_rename(self._path(path), self._path(to))

    def make_folder(self, path: str) -> None:
        with self._files() as files:
            try:
                files.mkdir(self._path(path))
            except OSError:  # servers do not say why
                if not stat.S_ISDIR(files.stat(self._path(path)).st_mode or 0):
                    raise

    def close(self) -> None:
        if self._client is not None:
            with suppress(OSError, EOFError, paramiko.SSHException):
                self._client.close()
        self._client = self._opened = None

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")

    @contextmanager
    def _files(self) -> Iterator[paramiko.SFTPClient]:
        try:
            yield self._connected()
        except FileNotFoundError:
            raise
        except (PermissionError, paramiko.AuthenticationException) as error:
            raise ServerRefused("target_refused") from error
        except paramiko.BadHostKeyException as error:
            raise ServerRefused("target_stranger") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            self.close()
            raise LinkFailed(type(error).__name__) from error

    def _connected(self) -> paramiko.SFTPClient:
        if self._opened is None:
            self._client = paramiko.SSHClient()
            self._client.set_missing_host_key_policy(_Stranger())
            self._load_known(self._client)
            self._connect(self._client)
            self._opened = self._client.open_sftp()
            channel = self._opened.get_channel()
            if channel is not None:
                channel.settimeout(_TIMEOUT_S)
        return self._opened

    def _load_known(self, client: paramiko.SSHClient) -> None:
        if not self._credentials.known_hosts:
            client.load_system_host_keys()
            return
        try:
            client.load_host_keys(self._credentials.known_hosts)
        except OSError as error:
            raise ServerRefused("target_stranger") from error

    def _connect(self, client: paramiko.SSHClient) -> None:
        address, held = self._address, self._credentials
        password = address.password or held.password or None
        client.connect(
            address.host,
            port=address.port or _PORT,
            username=address.user or held.user or None,
            password=password,
            key_filename=held.key_file or None,
            allow_agent=password is None,
            look_for_keys=password is None and not held.key_file,
            timeout=_TIMEOUT_S,
            banner_timeout=_TIMEOUT_S,
            auth_timeout=_TIMEOUT_S,
        )


class _Stranger:
    """What paramiko asks when it does not know a server."""

    def missing_host_key(self, *_: object) -> None:
        raise ServerRefused("target_stranger")
