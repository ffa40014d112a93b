"""Servers of the tour's own, where this machine has what they need: on loopback or a socket alone.

A laptop at an event has neither. Then the tour says so and goes on by stick and file.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_MOST_BYTES = 16 * 1024 * 1024
_START_SECONDS = "120"
_ACCOUNT = "postgres"  # runs the database in root's place: it refuses to run as root


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing of each call."""


def _bounded(app: WSGIApplication) -> WSGIApplication:
    """What is sent ends where its length says: this server's stream does not."""

    def bounded(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        length = min(int(environ.get("CONTENT_LENGTH") or 0), _MOST_BYTES)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        return app(environ, start)

    return bounded


@contextmanager
def webdav_server(folder: Path) -> Iterator[str | None]:
    """Serves a folder by WebDAV, on loopback; its address, or None where that is not installed."""
    if any(find_spec(name) is None for name in ("wsgidav", "webdav4")):
        yield None
        return
    from wsgidav.fs_dav_provider import FilesystemProvider  # noqa: PLC0415 - an extra
    from wsgidav.wsgidav_app import WsgiDAVApp  # noqa: PLC0415

    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": FilesystemProvider(str(folder))},
            "simple_dc": {"user_mapping": {"*": True}},
            "verbose": 0,
            "logging": {"enable": False},
            "lock_storage": False,
        }
    )
    server = make_server("127.0.0.1", 0, _bounded(app), _Threaded, _Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"webdav://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """A private PostgreSQL on a socket; the address of its empty database, or None where none can
    be started here. Nothing is left of it at the end.
    """
    programs = _programs()
    if programs is None or find_spec("psycopg") is None:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="samvad-tour-"))  # a socket's path has to be short
    try:
        if os.geteuid() == 0:
            shutil.chown(home, _ACCOUNT, _ACCOUNT)
        control = (programs / "pg_ctl", "--silent", "--pgdata", home / "data")
        started = _start(home, programs, control)
        try:
            yield f"postgresql://postgres@/postgres?host={home}" if started else None
        finally:
            if started:
                _run(home, *control, "stop", "--mode", "immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, programs: Path, control: tuple[str | Path, ...]) -> bool:
    made = _run(
        home, programs / "initdb", "--no-sync", "--auth=trust", "--username=postgres",
        "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata", home / "data",
    )  # fmt: skip
    # nothing of it outlives the tour, so nothing of it has to reach the disk
    settings = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
    waiting = ("--wait", "--timeout", _START_SECONDS, "--log", home / "log")
    return made and _run(home, *control, "start", *waiting, "--options", settings)


def _run(home: Path, *command: str | Path) -> bool:
    """Runs a program of the server, never as root."""
    account = _ACCOUNT if os.geteuid() == 0 else None
    done = subprocess.run(
        command, cwd=home, user=account, group=account, extra_groups=[] if account else None,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    return done.returncode == 0


def _programs() -> Path | None:
    """Where the server's programs are; None where they are not, or nobody may run them."""
    if sys.platform == "win32" or (os.geteuid() == 0 and not _has_account()):
        return None
    beside = shutil.which("initdb")
    if beside is not None:
        return Path(beside).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")  # Debian keeps them off the PATH
    newest = max(found, key=lambda one: int(one.parts[-3]), default=None)
    return None if newest is None else newest.parent


def _has_account() -> bool:
    import pwd  # noqa: PLC0415 - not there on Windows

    return any(one.pw_name == _ACCOUNT for one in pwd.getpwall())
