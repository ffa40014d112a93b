"""The address of a server, as people type it. A password in it is used and never shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Address:
    """``scheme://user:password@host:port/path``; path and names decoded. ``str`` has no secret."""

    scheme: str
    host: str
    port: int | None
    path: str  # "" or beginning with /
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def host_and_port(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def quoted_path(self) -> str:
        return quote(self.path)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_and_port}{self.path}"


def is_address(target: str) -> bool:
    """Whether a target is on a server; everything else is a folder."""
    return "://" in target


def read_address(target: str) -> Address | None:
    """The parts of an address; None where it is none."""
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    if port is not None:
        host = host.rpartition(":")[0]
    if not host or parts.query or parts.fragment:
        return None
    return Address(
        parts.scheme.lower(), host, port, unquote(parts.path).rstrip("/"),
        unquote(parts.username or ""), unquote(parts.password or ""),
    )  # fmt: skip
