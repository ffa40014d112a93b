"""Languages and their words, read from ``resources/languages``: a language is a folder of TOML."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.campaign.plain import read_plain
from kiosk.domain.language import Language, Tag, Words
from kiosk.errors import EnvironmentFault

MAX_FILE_BYTES = 1_000_000
_ABOUT = "language.toml"  # what the language is; every other file holds sentences
_FIELDS = ("tag", "native", "english", "script", "greeting", "choose", "sample_letter")


def load_language(folder: Path) -> Language:
    """The language described by ``language.toml`` in ``folder``, whose name is its tag.

    Raises EnvironmentFault ``language_file`` with the file and ``at``, the key that is wrong.
    """
    path = folder / _ABOUT
    table = _read(path).get("language")
    if not isinstance(table, dict):
        raise _fault(path, "language")
    for key in _FIELDS:
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise _fault(path, f"language.{key}")
    if not isinstance(table.get("right_to_left"), bool):
        raise _fault(path, "language.right_to_left")
    if unknown := table.keys() - {*_FIELDS, "right_to_left"}:
        raise _fault(path, f"language.{min(unknown)}")
    if table["tag"] != folder.name:
        raise _fault(path, "language.tag")
    text = {key: unicodedata.normalize("NFC", table[key]) for key in _FIELDS}
    return Language(
        tag=Tag(text["tag"]),
        native=text["native"],
        english=text["english"],
        script=text["script"],
        right_to_left=table["right_to_left"],
        greeting=text["greeting"],
        choose=text["choose"],
        sample_letter=text["sample_letter"],
    )


def load_languages(resources: Path) -> dict[Tag, Language]:
    """Every language that has a folder under ``resources/languages``, by tag."""
    return {Tag(folder.name): load_language(folder) for folder in _folders(resources)}


def load_words(resources: Path) -> dict[Tag, Words]:
    """All sentences of every language."""
    return {Tag(folder.name): load_words_of(folder) for folder in _folders(resources)}


def load_words_of(folder: Path) -> Words:
    """All sentences of one language: its files merged, nested tables joined by dots.

    Raises EnvironmentFault ``language_file`` where a file cannot be read, a value is no sentence,
    or a key stands in two files.
    """
    return Words(Tag(folder.name), _merged(folder))


def _folders(resources: Path) -> list[Path]:
    return sorted(about.parent for about in (resources / "languages").glob(f"*/{_ABOUT}"))


def _merged(folder: Path) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == _ABOUT:
            continue
        _gather(_read(path), path, "", sentences)
    return sentences


def _gather(table: Mapping[str, Any], path: Path, prefix: str, sentences: dict[str, str]) -> None:
    """Adds the sentences of a table and of those in it, by their keys joined by dots."""
    for name, value in table.items():
        key = prefix + name
        if isinstance(value, dict):
            _gather(value, path, f"{key}.", sentences)
        elif isinstance(value, str) and key not in sentences:
            sentences[key] = unicodedata.normalize("NFC", value)
        else:
            raise _fault(path, key)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
        if len(raw) > MAX_FILE_BYTES:
            raise _fault(path, "")
        return _tables(raw.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _fault(path, "") from error


def _tables(text: str) -> dict[str, Any]:
    plain = read_plain(text)
    if plain is not None:
        return plain
    import tomllib  # noqa: PLC0415 - most files are plain

    return tomllib.loads(text)


def _fault(path: Path, at: str) -> EnvironmentFault:
    return EnvironmentFault("language_file", file=f"{path.parent.name}/{path.name}", at=at)
