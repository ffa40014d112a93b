"""A template with all that belongs to it: pictures, faces, and sentences that exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk.certificates.package import MANIFESTS, Package, open_package, read_beside
from kiosk.certificates.pictures import find_picture
from kiosk.certificates.reading import read_template
from kiosk.certificates.sentences import names_in, sentence_of
from kiosk.certificates.tables import Origin
from kiosk.certificates.template import Item, Template
from kiosk.certificates.xobject import Picture
from kiosk.domain.language import Text, Words
from kiosk.typesetting.fonts import SYSTEM_FOLDERS
from kiosk.typesetting.typesetter import Typesetter

OWN_FILES = "own"  # where a kept design has what it took from the campaign: logo, signature
_ENDINGS = ("-Regular.ttf", "-Bold.ttf")


@dataclass(frozen=True, slots=True)
class Design:
    """Ready to be drawn. ``typesetters``: "" is the kiosk's own, others by the name of a font.

    ``files``: all that it was made of, as a folder of its own would hold it.
    """

    template: Template
    pictures: Mapping[str, Picture]
    typesetters: Mapping[str, Typesetter]
    files: Mapping[str, bytes] = field(default_factory=dict)


def open_design(
    path: Path,
    typesetter: Typesetter,
    words: Iterable[Words],
    fields: Mapping[str, frozenset[str]],
    own: Path | None = None,
) -> Design:
    """The design at a path, checked whole. ``fields``: what each purpose's sentences may ask for;
    ``own``: the campaign's folder of templates, which may hold a logo and a signature.

    Raises EnvironmentFault ``template_…`` with file, line and key.
    """
    package = open_package(path)
    files = {MANIFESTS[package.json]: package.text.encode()}
    package = _noting(package, files, "")
    template = read_template(package)
    origin = Origin(package.file, package.text)
    for language in words:
        if not template.languages or language.tag in template.languages:
            _check(template, origin, language, fields[template.purpose])
    faces = {name: _faces(package, path, origin, name, template.fonts[name])
             for name in template.fonts}  # fmt: skip
    return Design(
        template,
        _pictures(template, package, _own_package(own, files)),
        {"": typesetter, **{name: typesetter.preferring(held) for name, held in faces.items()}},
        files,
    )


def _noting(package: Package, files: dict[str, bytes], at: str) -> Package:
    """The package; whatever is taken from it stands in ``files``, below ``at``."""

    def read(name: str) -> bytes | None:
        data = package.read(name)
        if data is not None:
            files[f"{at}{name}"] = data
        return data

    return replace(package, read=read)


def _own_package(folder: Path | None, files: dict[str, bytes]) -> Package | None:
    """A campaign's folder as something to take pictures from."""
    if folder is None or not folder.is_dir():
        return None
    package = Package(
        folder.name, "", json=False, read=lambda name: read_beside(folder, folder.name, name)
    )
    return _noting(package, files, f"{OWN_FILES}/")


def _pictures(template: Template, package: Package, own: Package | None) -> dict[str, Picture]:
    wanted: dict[str, tuple[float, float]] = {}
    if template.background.file:
        wanted[template.background.file] = (template.width, template.height)
    for item in _items(template):
        if item.file:
            wide, high = wanted.get(item.file, (0.0, 0.0))
            wanted[item.file] = (max(wide, item.width), max(high, item.height))
    found = {name: find_picture(package, name, *size, own=own) for name, size in wanted.items()}
    return {name: picture for name, picture in found.items() if picture is not None}


def _faces(
    package: Package, path: Path, origin: Origin, name: str, wanted: Sequence[str]
) -> list[Path]:
    """Font files, the best first. Families that this machine lacks are passed over: the kiosk's
    own fonts take their place; a file that the template brings must be there.
    """
    files: list[Path] = []
    folder = path if path.is_dir() else path.parent
    for one in wanted:
        if not one.lower().endswith(".ttf"):
            files += _of_family(one)
            continue
        if path.suffix.lower() == ".zip" or package.read(one) is None:
            raise origin.wrong("font", f"fonts.{name}", value=one)
        files.append(folder / one)
    return files


def _of_family(family: str) -> list[Path]:
    paths = (folder / f"{family}{ending}" for ending in _ENDINGS for folder in SYSTEM_FOLDERS)
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_file():
            found.setdefault(path.name, path)
    return list(found.values())


def _items(template: Template) -> Iterable[Item]:
    return (item for frame in template.frames for item in frame.items)


def _check(template: Template, origin: Origin, words: Words, fields: frozenset[str]) -> None:
    """Refuses a template that asks for a sentence or a field that there is not."""
    _check_sentence(template.title, template.own_title, words, origin, "page.title", fields)
    for item in _items(template):
        if item.text or item.own:
            _check_sentence(item.text, item.own, words, origin, f"{item.at}.text", fields)
        if item.alt or item.own_alt:
            _check_sentence(item.alt, item.own_alt, words, origin, f"{item.at}.alt", fields)
        if item.field and item.field not in fields:
            raise origin.wrong("one_of", f"{item.at}.field", choices=", ".join(sorted(fields)))


def _check_sentence(
    key: str, own: Text, words: Words, origin: Origin, at: str, fields: frozenset[str]
) -> None:
    sentence = sentence_of(key, own, words)
    if not sentence and own:
        raise origin.wrong("no_translation", at, language=words.tag)
    if not sentence:
        raise origin.wrong("no_sentence", at, value=key, language=words.tag)
    place = f"{at}.{words.tag}" if own else at
    try:
        unknown = names_in(sentence) - fields
    except ValueError as error:
        raise origin.wrong(
            "placeholder", place, value=str(error)[:80], choices=_listed(fields)
        ) from error
    if unknown:
        raise origin.wrong("placeholder", place, value=min(unknown), choices=_listed(fields))


def _listed(fields: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(fields))
