"""Where designs are found: the campaign's own, then the shipped ones; each opened once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kiosk.certificates import badge, certificate, slip
from kiosk.certificates.design import OWN_FILES, Design, open_design
from kiosk.certificates.package import MANIFESTS, SUFFIXES
from kiosk.certificates.page import Pages
from kiosk.domain.language import Tag, Words
from kiosk.errors import EnvironmentFault
from kiosk.services.files import make_folder, write_durably
from kiosk.services.paper import DesignInfo
from kiosk.typesetting.typesetter import Typesetter

FIELDS = {
    "certificate": certificate.FIELDS, "slip": slip.FIELDS, "badge": badge.FIELDS,
    "label": badge.FIELDS,
}  # fmt: skip
MOST_DESIGNS = 40
_MARK = re.compile(r"[\w-]{1,80}-[0-9a-f]{12}")


class Shelf:
    """Designs by name. ``own`` is the pack's folder ``templates``, where there is one; ``kept``
    is where designs stay as they were when they were used.
    """

    def __init__(
        self,
        shipped: Path,
        own: Path | None,
        typesetter: Typesetter,
        words: Mapping[Tag, Words],
        kept: Path | None = None,
    ) -> None:
        self._kept = kept
        self._shipped = shipped
        self._own = own if own is not None and own.is_dir() else None
        self._typesetter = typesetter
        self._words = words
        self._opened: dict[tuple[str, str], Pages] = {}
        self._marks: dict[tuple[str, str], str] = {}
        self._used: dict[str, Pages] = {}  # by mark
        self._to_keep: dict[str, Mapping[str, bytes]] = {}

    def pages(self, name: str, purpose: str) -> Pages:
        """The pages of a named design. Raises EnvironmentFault ``template_…``."""
        key = (name, purpose)
        if key not in self._opened:
            design = self.open(self.path(name), purpose)
            mark = marked(name, design.files)
            self._marks[key] = mark
            if self._kept is not None:
                self._to_keep[mark] = design.files
            self._opened[key] = self._used[mark] = Pages(replace(design, files={}))
        return self._opened[key]

    def mark(self, name: str, purpose: str) -> str:
        """What a named design is called as it is now; its files are kept, so that ``pages_as``
        finds it when it has been changed. Raises EnvironmentFault ``template_…``.
        """
        self.pages(name, purpose)
        mark = self._marks[name, purpose]
        if mark in self._to_keep and self._kept is not None:
            with suppress(EnvironmentFault):  # who waits for a certificate gets it all the same
                keep(self._kept / mark, self._to_keep[mark])
                del self._to_keep[mark]
        return mark

    def pages_as(self, mark: str, purpose: str) -> Pages | None:
        """The pages of a design as it was when it had this mark; None where it is not here."""
        name = mark.rpartition("-")[0]
        if mark not in self._used and _candidates(self._shipped, name):
            with suppress(EnvironmentFault):  # wrong by now, or gone
                self.pages(name, purpose)
        if mark not in self._used and self._kept is not None and _MARK.fullmatch(mark):
            with suppress(EnvironmentFault):
                design = self._open(self._kept / mark, self._kept / mark / OWN_FILES)
                if marked(name, design.files) == mark:
                    self._used[mark] = Pages(replace(design, files={}))
        return self._used.get(mark)

    def open(self, path: Path, purpose: str, languages: Collection[str] = ()) -> Design:
        """A design as it is on the disk now. ``languages``: those it must be able to speak."""
        design = self._open(path, self._own)
        template = design.template
        at = {"file": template.file, "line": 1}
        if template.purpose != purpose:
            raise EnvironmentFault("template_one_of", **at, at="page.purpose", choices=purpose)
        for tag in languages:
            if template.languages and tag not in template.languages:
                raise EnvironmentFault("template_language", **at, at="page.languages", language=tag)
        return design

    def path(self, name: str) -> Path:
        """Where a design lies: its file, folder or package. Raises ``template_missing``."""
        for folder in (self._own, self._shipped):
            for found in _candidates(folder, name) if folder is not None else ():
                if found.is_file() or _manifest(found):
                    return found
        raise EnvironmentFault("template_missing", name=name[:80])

    def path_of(self, name_or_path: str) -> Path:
        """A path as it is, where something lies there; else as ``path``."""
        path = Path(name_or_path)
        return path if path.exists() else self.path(name_or_path)

    def info(self, path: Path) -> DesignInfo:
        """What lies at a path. One that is wrong is told with what is wrong."""
        name = path.name if path.is_dir() else path.stem
        try:
            template = self._open(path, self._own).template
        except EnvironmentFault as fault:
            return DesignInfo(name, {"en": name}, path, wrong=fault)
        languages = tuple(
            tag for tag in self._words if not template.languages or tag in template.languages
        )
        return DesignInfo(name, template.name, path, template.purpose, languages)

    def infos(self, purpose: str) -> list[DesignInfo]:
        """All designs for a purpose, the shipped ones first. One that is wrong is listed too:
        whoever made it is looking for it.
        """
        infos: dict[str, DesignInfo] = {}
        for folder in (self._shipped, self._own):
            for path in _designs_in(folder) if folder is not None else ():
                info = self.info(path)
                infos.pop(info.name, None)
                if info.wrong is not None or info.purpose == purpose:
                    infos[info.name] = info
        return list(infos.values())[:MOST_DESIGNS]

    def forget(self) -> None:
        """Opens every design anew when it is next asked for."""
        self._opened.clear()

    def _open(self, path: Path, own: Path | None) -> Design:
        return open_design(path, self._typesetter, self._words.values(), FIELDS, own)


def marked(name: str, files: Mapping[str, bytes]) -> str:
    """A design's name with what tells its files from others: "classic-3f9a2b7c1d5e"."""
    told = hashlib.sha256()
    for path, content in sorted(files.items()):
        told.update(f"{path}\0{len(content)}\0".encode() + content)
    return f"{name}-{told.hexdigest()[:12]}"


def keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes a design's files, the template last: without it there is no design."""
    for path, content in sorted(files.items(), key=lambda one: one[0] in MANIFESTS):
        make_folder((folder / path).parent)
        write_durably(folder / path, content)


def _candidates(folder: Path, name: str) -> list[Path]:
    plain = name.replace("-", "").replace("_", "")
    if not plain.isalnum() or len(name) > 80:
        return []
    files = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    return [*files, folder / name]


def _designs_in(folder: Path) -> list[Path]:
    found = [path for path in sorted(folder.iterdir()) if path.is_dir() and _manifest(path)]
    files = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES)
    found += [path for path in files if path.is_file() and not path.name.endswith(".schema.json")]
    return found


def _manifest(folder: Path) -> bool:
    return any((folder / name).is_file() for name in MANIFESTS)
