"""WebDAV (RFC 4918), through the client of webdav4."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from xml.etree.ElementTree import ParseError

import httpx
from webdav4.client import (
    Client,
    ClientError,
    ForbiddenOperation,
    HTTPError,
    InsufficientStorage,
    IsAResourceError,
    ResourceAlreadyExists,
    ResourceNotFound,
)

from kiosk.sync.carriers.address import Address
from kiosk.sync.carriers.credentials import Credentials
from kiosk.sync.carriers.patience import LinkFailed
from kiosk.sync.carriers.remote import Entry, ServerRefused, Step, put_beside

_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED)
_TIMEOUT_S = 30.0


class WebdavServer:
    """Implements ``Server``."""

    def __init__(self, address: Address, credentials: Credentials) -> None:
        scheme = "https" if address.scheme == "webdavs" else "http"
        user = address.user or credentials.user
        self._client = Client(
            f"{scheme}://{address.host_and_port}{address.quoted_path}",
            auth=(user, address.password or credentials.password) if user else None,
            retry=False,  # Patience does it
            timeout=_TIMEOUT_S,
            verify=_authority(credentials.authority),
        )

    def entries(self, path: str) -> list[Entry]:
        with _blamed():
            found = self._client.ls(path, detail=True, allow_listing_resource=False)
        return [_entry(one) for one in found if isinstance(one, dict)]

    def get(self, path: str, most: int) -> bytes:
        content = bytearray()
        url = self._client.join_url(path)
        with _blamed(), self._client.http.stream("GET", url) as answer:
            if answer.status_code == HTTPStatus.NOT_FOUND:
                raise FileNotFoundError(path)
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > most:
                    break
        return bytes(content[: most + 1])

    def put_whole(self, path: str, content: bytes) -> Sequence[Step]:
        return put_beside(self, path, content)

    def put(self, path: str, content: bytes) -> None:
        with _blamed():
            self._client.request("PUT", path, content=content)

    def move(self, path: str, to: str) -> None:
        with _blamed():
            self._client.move(path, to, overwrite=True)

    def make_folder(self, path: str) -> None:
        with _blamed(), suppress(ResourceAlreadyExists):
            self._client.mkdir(path)

    def close(self) -> None:
        self._client.http.close()


def _entry(told: dict[str, object]) -> Entry:
    size = told.get("content_length")
    name = str(told["name"]).rstrip("/").rpartition("/")[2]
    return Entry(name, size if isinstance(size, int) else 0, told["type"] == "directory")


def _authority(file: str) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cafile=file) if file else True


@contextmanager
def _blamed() -> Iterator[None]:
    try:
        yield
    except ResourceNotFound as error:
        raise FileNotFoundError(error.path) from error
    except IsAResourceError as error:
        raise ServerRefused("target_is_file") from error
    except InsufficientStorage as error:
        raise ServerRefused("target_full") from error
    except ForbiddenOperation as error:
        raise ServerRefused("target_refused") from error
    except (HTTPError, httpx.HTTPStatusError) as error:
        if error.response.status_code in _REFUSED:
            raise ServerRefused("target_refused") from error
        raise LinkFailed(str(error.response.status_code)) from error
    except (ClientError, httpx.HTTPError, ParseError) as error:
        raise LinkFailed(type(error).__name__) from error
