"""Object stores that speak S3, through s3fs. A put appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiohttp import ClientError as ConnectionLost
from botocore.exceptions import BotoCoreError, NoCredentialsError, PartialCredentialsError
from s3fs import S3FileSystem

from kiosk.sync.carriers.address import Address
from kiosk.sync.carriers.credentials import Credentials
from kiosk.sync.carriers.patience import LinkFailed
from kiosk.sync.carriers.remote import Entry, ServerRefused, Step

_TIMEOUTS = {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 0}}


class S3Server:
    """Implements ``Server``. Without credentials of ours boto's own are used (AWS_…, ~/.aws)."""

    def __init__(self, address: Address, credentials: Credentials) -> None:
        self._bucket = address.host_and_port
        self._root = f"{self._bucket}{address.path}".rstrip("/")
        self._files = S3FileSystem(
            key=address.user or credentials.user or None,
            secret=address.password or credentials.password or None,
            endpoint_url=credentials.endpoint or None,
            client_kwargs={"verify": credentials.authority} if credentials.authority else None,
            config_kwargs=_TIMEOUTS,
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self._files.retries = 1  # Patience does it

    def entries(self, path: str) -> list[Entry]:
        with _blamed():
            try:
                found = self._files.ls(self._path(path), detail=True, refresh=True)
            except FileNotFoundError:
                if path:
                    raise
                # a bucket without anything under our name is fine, no bucket is not
                self._files.call_s3("list_objects_v2", Bucket=self._bucket, MaxKeys=1)
                return []
        return [
            Entry(one["name"].rpartition("/")[2], one["size"] or 0, one["type"] == "directory")
            for one in found
        ]

    def get(self, path: str, most: int) -> bytes:
        with _blamed():
            return bytes(self._files.cat_file(self._path(path), start=0, end=most + 1))

    def put_whole(self, path: str, content: bytes) -> Sequence[Step]:
        return (lambda: self._put(path, content),)

    def make_folder(self, path: str) -> None:
        """There are no folders, only names."""

    def close(self) -> None:
        self._files.close_session(self._files.loop, self._files.s3)

    def _put(self, path: str, content: bytes) -> None:
        with _blamed():
            self._files.pipe_file(self._path(path), content)

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")


@contextmanager
def _blamed() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (PermissionError, NoCredentialsError, PartialCredentialsError) as error:
        raise ServerRefused("target_refused") from error
    except (TimeoutError, OSError, BotoCoreError, ConnectionLost) as error:
        raise LinkFailed(type(error).__name__) from error
