"""Names and sentences from which practice days are made; nobody in them is real."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentFault

FILE = "sample_people.toml"
_LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class SampleNames:
    """Given and family names of one script, and the language in which such a visitor comes."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamplePeople:
    names: tuple[SampleNames, ...]
    work: Mapping[str, tuple[str, ...]]  # "seller", "buyer" -> organisations
    sentences: Mapping[str, tuple[str, ...]]  # language -> what somebody might say


def load_sample_people(pack: Path) -> SamplePeople:
    """The sample people of a pack; EnvironmentFault ``file_missing`` where it has none."""
    path = pack / FILE
    try:
        if path.stat().st_size > _LARGEST:
            raise EnvironmentFault("file_too_large", path=path, limit=_LARGEST / 1_000_000)
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EnvironmentFault("file_missing", path=path) from error
    return SamplePeople(
        names=tuple(
            SampleNames(one["language"], tuple(one["given"]), tuple(one["family"]))
            for one in table["people"]
        ),
        work={key: tuple(value) for key, value in table["work"].items()},
        sentences={key: tuple(value) for key, value in table["sentences"].items()},
    )
