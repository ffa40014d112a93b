"""Servers as carriers: real ones on this machine, behind a link that fails 30 % of its calls."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Carrier, CarrierFault
from kiosk.sync.carriers.credentials import Credentials, read_credentials
from kiosk.sync.carriers.opening import open_carrier
from kiosk.sync.carriers.patience import LinkFailed, Patience
from tests.sync.files import DEVICE, OTHER_DEVICE, batch_files
from tests.sync.servers import PASSWORD, USER, s3_server, sftp_server, webdav_server

MOST = 1_000_000
PLACE = "हिन्दी और खाली जगह"


class Pauses:
    """The pauses that were asked for, none of them made."""

    def __init__(self) -> None:
        self.made: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.made.append(seconds)


Open = Callable[..., Carrier]


@contextmanager
def webdav(folder: Path, share: float) -> Iterator[Open]:
    with webdav_server(folder, share=share, seed=7) as (address, _):

        def opened(place: str = PLACE, **given: str) -> Carrier:
            held = Credentials(**{"user": USER, "password": PASSWORD, **given})
            return open_carrier(f"{address}/{place}", held, Patience(sleep=Pauses()))

        yield opened


@contextmanager
def sftp(folder: Path, share: float) -> Iterator[Open]:
    known = folder.parent / "known_hosts"
    with sftp_server(folder, known, share=share, seed=7) as address:

        def opened(place: str = PLACE, **given: str) -> Carrier:
            held = {"user": USER, "password": PASSWORD, "known_hosts": str(known), **given}
            return open_carrier(f"{address}/{place}", Credentials(**held), Patience(sleep=Pauses()))

        yield opened


@contextmanager
def s3(folder: Path, share: float) -> Iterator[Open]:
    with s3_server(seed=7) as (endpoint, link):
        for method, path in (("POST", "moto-api/reset"), ("PUT", "campaign")):
            urlopen(Request(f"{endpoint}/{path}", method=method)).close()  # noqa: S310 - our own
        link.share = share

        def opened(place: str = f"campaign/{PLACE}", **given: str) -> Carrier:
            held = {"user": "AKIA", "password": "secret", "endpoint": endpoint, **given}
            return open_carrier(f"s3://{place}", Credentials(**held), Patience(sleep=Pauses()))

        yield opened


SERVERS = {"webdav": webdav, "sftp": sftp, "s3": s3}


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    (folder / PLACE).mkdir(parents=True)
    return folder


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("server", SERVERS)
def test_what_was_written_is_there(served: Path, server: str, share: float) -> None:
    files = batch_files(6, 70_000)
    with SERVERS[server](served, share) as opened:
        with closing(opened()) as carrier:
            assert carrier.folders() == []
            assert all(carrier.create(name, content) for name, content in files.items())
        with closing(opened()) as carrier:
            assert not any(carrier.create(name, content) for name, content in files.items())
            assert carrier.folders() == [DEVICE]
            sizes = {name.partition("/")[2]: len(content) for name, content in files.items()}
            assert dict(carrier.files(DEVICE)) == sizes
            assert list(carrier.files(OTHER_DEVICE)) == []
            assert {name: carrier.read(name, MOST) for name in files} == files
            [name, *_] = files
            with pytest.raises(CarrierFault, match="too_large"):
                carrier.read(name, 69_999)
    if server != "s3":
        there = {str(one.relative_to(served / PLACE)) for one in served.rglob("*.ekb*")}
        assert there == set(files)


@pytest.mark.parametrize("server", SERVERS)
def test_a_torn_copy_is_written_anew(served: Path, server: str) -> None:
    [(name, content)] = batch_files(1).items()
    with SERVERS[server](served, 0.0) as opened, closing(opened()) as carrier:
        for wrong in (content[:100], bytes(len(content)), content + b"x"):
            carrier.create(name, wrong)
            assert carrier.create(name, content)
            assert carrier.read(name, MOST) == content


@pytest.mark.parametrize(
    ("server", "place"), [("webdav", "gone"), ("sftp", "gone"), ("s3", "no-such-bucket/x")]
)
def test_a_place_that_is_not_there_is_never_made(served: Path, server: str, place: str) -> None:
    with SERVERS[server](served, 0.0) as opened, pytest.raises(CarrierFault) as raised:
        opened(place)
    assert raised.value.key == "target_missing"
    assert [one.name for one in served.iterdir()] == [PLACE]


@pytest.mark.parametrize("server", ["webdav", "sftp"])
def test_a_wrong_password_is_told_and_never_shown(served: Path, server: str) -> None:
    with SERVERS[server](served, 0.0) as opened, pytest.raises(CarrierFault) as raised:
        opened(password="wrong and secret")
    assert raised.value.key == "target_refused"
    assert "wrong and secret" not in f"{raised.value} {raised.value.values}"


def test_a_password_in_the_address_is_used_and_never_shown(served: Path) -> None:
    with webdav_server(served) as (address, _):
        target = f"{address}/{PLACE}".replace("//", f"//{USER}:not%20for%20printing@", 1)
        with closing(open_carrier(target, Credentials())) as carrier:
            assert carrier.name == f"{address}/{PLACE}"
            assert carrier.folders() == []
    assert PASSWORD not in repr(Credentials(user=USER, password=PASSWORD))


def test_a_server_that_nobody_vouched_for_is_not_spoken_to(served: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("")
    for known in (tmp_path / "none", tmp_path / "no such file"):
        with sftp(served, 0.0) as opened, pytest.raises(CarrierFault) as raised:
            opened(known_hosts=str(known))
        assert raised.value.key == "target_stranger"


def test_a_server_that_is_gone_is_tried_again_with_growing_pauses() -> None:
    pauses = Pauses()
    with socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))  # nobody listens at this port, and nobody else can
        address = f"webdav://127.0.0.1:{gone.getsockname()[1]}"
        with pytest.raises(CarrierFault, match="target_unreachable"):
            open_carrier(address, Credentials(), Patience(sleep=pauses))
    assert pauses.made == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_full_server_is_told_at_once(served: Path) -> None:
    def full(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
        answer = "507 Insufficient Storage" if environ["REQUEST_METHOD"] == "PUT" else ""
        if answer:
            start_response(answer, [("Content-Length", "0")])
            return []
        return list(app(environ, start_response))

    [(name, content)] = batch_files(1).items()
    with webdav_server(served) as (address, link):
        app, link.app = link.app, full
        held = Credentials(user=USER, password=PASSWORD)
        with closing(open_carrier(f"{address}/{PLACE}", held)) as carrier:
            with pytest.raises(CarrierFault, match="target_full"):
                carrier.create(name, content)
            assert list(carrier.files(DEVICE)) == []


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [one for one in sys.path if "site-packages" not in one])
    monkeypatch.delitem(sys.modules, "s3fs", raising=False)
    with pytest.raises(CarrierFault) as raised:
        open_carrier("s3://key:hidden@bucket/x", Credentials())
    assert raised.value.key == "target_extra_missing"
    assert raised.value.values == {"target": "s3://bucket/x", "extra": "carry"}


def test_patience_ends() -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise LinkFailed

    with pytest.raises(LinkFailed):
        Patience(tries=3, sleep=Pauses()).call(fail)
    assert len(calls) == 3


def test_credentials_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text('user = "asha"\npassword = "गुप्त"\n', "utf-8")
    assert read_credentials(file, {}) == Credentials(user="asha", password="गुप्त")
    held = {"KIOSK_CARRIER_USER": "ravi", "KIOSK_CARRIER_ENDPOINT": "https://store"}
    assert read_credentials(None, held) == Credentials(user="ravi", endpoint="https://store")


@pytest.mark.parametrize("text", ["user = ", "user = 1", 'name = "x"', "\ufeffuser", "#" * 70_000])
def test_credentials_that_are_none_are_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(EnvironmentFault, match="credentials_broken"):
        read_credentials(file, {})
    with pytest.raises(EnvironmentFault, match="file_missing"):
        read_credentials(tmp_path / "gone", {})
