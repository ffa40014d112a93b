"""What a disk may hold after a power cut: what was synced, and any of the rest, torn or not.

strace tells what a process wrote to its files and what it synced. A disk keeps every write before
a file's last sync; of the later ones any may be missing, in any order, or end in the middle.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
_CALLS = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
_LINE = re.compile(
    r"\d+\s+(?P<call>\w+)\((?:(?P<fd>\d+)<(?P<path>[^>]*)>)?(?P<rest>.*)\)\s+= (?P<done>-?\d+)"
)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: write, sync, truncate, unlink (of ``file``), or said (``content`` is a line)."""

    kind: str
    file: str = ""
    at: int = 0
    content: bytes = b""


def recorded(module: str, target: Path, root: Path) -> list[Step]:
    """What ``python -m module target`` did to files whose names begin with the target's."""
    log = target.with_name("strace.log")
    subprocess.run(
        [
            "strace", "-f", "-qq", "-y", "-xx", "-s", "2000000", "-e", f"trace={_CALLS}",
            "-o", str(log), sys.executable, "-m", module, str(target),
        ],
        cwd=root, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return [step for line in log.read_text().splitlines() for step in _steps(line, target)]


def _steps(line: str, target: Path) -> Iterator[Step]:
    found = _LINE.match(line)
    if found is None or int(found["done"]) < 0:
        return
    call, rest = found["call"], found["rest"]
    text = _TEXT.search(rest)
    content = b"" if text is None else bytes.fromhex(text[1].replace("\\x", ""))
    path = content.decode() if call == "unlink" else _plain(found["path"] or "")
    if call == "write" and found["fd"] == "1":
        yield Step("said", content=content)
    elif path.startswith(str(target)):
        name = Path(path).name
        if call == "pwrite64":
            yield Step("write", name, int(rest.rsplit(",", 1)[1]), content)
        elif call in {"fsync", "fdatasync"}:
            yield Step("sync", name)
        elif call == "ftruncate":
            yield Step("truncate", name, int(rest.rsplit(",", 1)[1]))
        elif call == "unlink":
            yield Step("unlink", name)
        else:
            raise ValueError(line[:200])


def _plain(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path


class Disk:
    """The files before the process began, and what it did; gives what may be left of it."""

    def __init__(self, before: dict[str, bytes], steps: Sequence[Step]) -> None:
        self._before = before
        self.steps = steps

    def said(self, cut: int) -> list[str]:
        """The lines that were said by then."""
        told = b"".join(one.content for one in self.steps[:cut] if one.kind == "said")
        return told.decode().splitlines()

    def image(self, cut: int, dice: random.Random) -> dict[str, bytes]:
        """The files as a power cut before the step ``cut`` may have left them."""
        files = {name: bytearray(content) for name, content in self._before.items()}
        done = self.steps[:cut]
        for name in {one.file for one in done if one.file}:
            own = [one for one in done if one.file == name]
            synced = max((at for at, one in enumerate(own) if one.kind == "sync"), default=-1)
            for one in own[: synced + 1]:
                _apply(files, one)
            for one in _survived(own[synced + 1 :], dice):
                _apply(files, one)
        return {name: bytes(content) for name, content in files.items()}


def _survived(steps: Sequence[Step], dice: random.Random) -> list[Step]:
    """Of what was not synced: some of it, in some order, some of it torn."""
    share = dice.choice((0.0, 0.3, 0.7, 1.0))
    left = [_torn(one, dice) for one in steps if dice.random() < share]
    if dice.random() < 0.5:
        dice.shuffle(left)
    return left


def _torn(step: Step, dice: random.Random) -> Step:
    if step.kind != "write" or dice.random() < 0.7:
        return step
    sectors = len(step.content) // SECTOR
    kept = dice.randint(0, sectors) * SECTOR
    if dice.random() < 0.5:
        return Step("write", step.file, step.at, step.content[:kept])
    return Step("write", step.file, step.at + kept, step.content[kept:])


def _apply(files: dict[str, bytearray], step: Step) -> None:
    if step.kind == "unlink":
        files.pop(step.file, None)
        return
    content = files.setdefault(step.file, bytearray())
    if step.kind == "truncate":
        del content[step.at :]
        content.extend(bytes(step.at - len(content)))
    elif step.kind == "write" and step.content:
        content.extend(bytes(max(0, step.at - len(content))))
        content[step.at : step.at + len(step.content)] = step.content
