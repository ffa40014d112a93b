"""Sealed files of an export opened again, by one of those for whom they were sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.export.sealed import SUFFIX
from kiosk.export.staging import HashingFile, Made, Staging, blamed, settle


def open_sealed(files: Sequence[Path], identity: str, folder: Path) -> Iterator[Made]:
    """Each file, whole, in ``folder`` under its name without ``.age``; nothing is written over.

    ``identity``: an age identity (``AGE-SECRET-KEY-1…``). Raises VisitorError: sealed_name,
    sealed_there, sealed_not_opened; EnvironmentFault: sealed_missing, and what the folder does not
    take. What was opened before that stays.
    """
    import pyrage  # noqa: PLC0415 - a native library, needed here alone

    own = [pyrage.x25519.Identity.from_str(identity)]
    for file in files:
        name = file.name.removesuffix(SUFFIX)
        if name in {file.name, ""}:
            raise VisitorError("sealed_name", file=file.name)
        if (folder / name).exists():
            raise VisitorError("sealed_there", file=name, folder=str(folder))
        if not file.is_file():
            raise EnvironmentFault("sealed_missing", file=str(file))
        with blamed(folder), Staging(folder, name, sealed=False) as staging:
            path = staging.part(name)
            with file.open("rb") as sealed, HashingFile(path) as plain:
                try:
                    pyrage.decrypt_io(sealed, plain, own)
                except (pyrage.DecryptError, OSError) as error:  # OSError: what is read is wrong
                    if plain.failure is not None:
                        raise plain.failure from None
                    raise VisitorError("sealed_not_opened", file=file.name) from error
                plain.close()
                digest = plain.sha256
            settle(path)
            made = Made(name, path, 0, digest)
            staging.publish([made], file.stat().st_mtime)
        yield made
