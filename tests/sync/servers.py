"""Real servers on this machine to carry to: WebDAV, S3, SFTP; each with a link that may fail."""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import paramiko
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
USER, PASSWORD = "kiosk", "not for printing"


class FlakyLink:
    """A WSGI application behind a link that fails this share of the calls, in three ways.

    Nothing gets through; the call is done and its answer is lost; the answer breaks off.
    """

    def __init__(self, app: Wsgi, share: float = 0.0, seed: int = 0) -> None:
        self.app = app
        self.share = share
        self.calls = self.failed = 0
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)  # servers differ in where input ends
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        with self._lock:
            self.calls += 1
            how = self._chance.choice(["nothing", "lost", "torn"])
            fails = self._chance.random() < self.share
            self.failed += fails
        if not fails:
            return self.app(environ, start_response)
        if how == "nothing":
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        held: list[tuple[str, list[tuple[str, str]]]] = []
        answer = self.app(environ, lambda status, headers, _=None: held.append((status, headers)))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if how == "lost" or not body:
            start_response("500 Internal Server Error", [("Content-Length", "0")])
            return []
        status, headers = held[0]
        start_response(status, [*headers, ("Connection", "close")])
        return [body[: len(body) // 2]]


@contextlib.contextmanager
def webdav_server(folder: Path, *, share: float = 0.0, seed: int = 0) -> Iterator[tuple[str, Any]]:
    """Serves a folder; gives its address (without credentials) and its link."""
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": FilesystemProvider(str(folder))},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "default_to_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
            "lock_storage": False,
        }
    )
    link = FlakyLink(app, share, seed)
    with _served(link) as port:
        yield f"webdav://127.0.0.1:{port}", link


@contextlib.contextmanager
def s3_server(*, share: float = 0.0, seed: int = 0) -> Iterator[tuple[str, Any]]:
    """An S3 store that forgets everything when it ends; gives its endpoint and its link."""
    link = FlakyLink(DomainDispatcherApplication(create_backend_app), share, seed)
    with _served(link) as port:
        yield f"http://127.0.0.1:{port}", link


@contextlib.contextmanager
def _served(app: Wsgi) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Says nothing of each call."""


class _Login(paramiko.ServerInterface):  # type: ignore[misc] # it ships no types
    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (USER, PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Handle(paramiko.SFTPHandle):  # type: ignore[misc] # it ships no types
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):  # type: ignore[misc] # it ships no types
    def __init__(self, server: Any, root: Path, fail: Callable[[], bool]) -> None:
        super().__init__(server)
        self._root = root
        self._fail = fail

    def _path(self, path: str) -> Path:
        return Path(self._root, str(self.canonicalize(path)).lstrip("/"))

    def _done(self, work: Callable[[], Any]) -> Any:
        """What the work gives, or that it was done."""
        if self._fail():
            return paramiko.SFTP_FAILURE
        try:
            given = work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return paramiko.SFTP_OK if given is None else given

    def list_folder(self, path: str) -> Any:
        return self._done(
            lambda: [
                paramiko.SFTPAttributes.from_stat(one.stat(), one.name)
                for one in self._path(path).iterdir()
            ]
        )

    def stat(self, path: str) -> Any:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(self._path(path).stat()))

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        def opened() -> Any:
            handle = _Handle(flags)
            descriptor = os.open(self._path(path), flags, 0o600)
            mode = "r+b" if flags & (os.O_WRONLY | os.O_RDWR) else "rb"
            file = os.fdopen(os.open(self._path(path), os.O_RDWR), mode)
            os.close(descriptor)
            handle.readfile = handle.writefile = file
            return handle

        return self._done(opened)

    def mkdir(self, path: str, attr: Any) -> Any:
        return self._done(lambda: self._path(path).mkdir())

    def remove(self, path: str) -> Any:
        return self._done(lambda: self._path(path).unlink())

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        def renamed() -> None:
            self._path(oldpath).replace(self._path(newpath))

        return self._done(renamed)


@contextlib.contextmanager
def sftp_server(
    folder: Path, known_hosts: Path, *, share: float = 0.0, seed: int = 0
) -> Iterator[str]:
    """Serves a folder over SFTP; writes its key into ``known_hosts``; gives its address."""
    key = paramiko.ECDSAKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    known_hosts.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    chance = random.Random(seed)
    transports: list[paramiko.Transport] = []

    def fail() -> bool:
        return chance.random() < share

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, folder, fail)
            with contextlib.suppress(EOFError, OSError, paramiko.SSHException):
                transport.start_server(server=_Login())  # who asks may go away at any moment

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"sftp://127.0.0.1:{port}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        for transport in transports:
            transport.close()
