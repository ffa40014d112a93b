"""Where designs are found: the campaign's own, then the shipped ones; each opened once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from kiosk.certificates import badge, certificate, slip
from kiosk.certificates.design import Design, open_design
from kiosk.certificates.package import MANIFESTS, SUFFIXES
from kiosk.certificates.page import Pages
from kiosk.domain.language import Tag, Words
from kiosk.errors import EnvironmentFault
from kiosk.services.paper import DesignInfo
from kiosk.typesetting.typesetter import Typesetter

FIELDS = {
    "certificate": certificate.FIELDS, "slip": slip.FIELDS, "badge": badge.FIELDS,
    "label": badge.FIELDS,
}  # fmt: skip
MOST_DESIGNS = 40


class Shelf:
    """Designs by name. ``own`` is the pack's folder ``templates``, where there is one."""

    def __init__(
        self,
        shipped: Path,
        own: Path | None,
        typesetter: Typesetter,
        words: Mapping[Tag, Words],
    ) -> None:
        self._shipped = shipped
        self._own = own if own is not None and own.is_dir() else None
        self._typesetter = typesetter
        self._words = words
        self._opened: dict[tuple[str, str], Pages] = {}

    def pages(self, name: str, purpose: str) -> Pages:
        """The pages of a named design. Raises EnvironmentFault ``template_…``."""
        key = (name, purpose)
        if key not in self._opened:
            self._opened[key] = Pages(self.open(self.path(name), purpose))
        return self._opened[key]

    def open(self, path: Path, purpose: str, languages: Collection[str] = ()) -> Design:
        """A design as it is on the disk now. ``languages``: those it must be able to speak."""
        words = self._words.values()
        design = open_design(path, self._typesetter, words, FIELDS, self._own)
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
            template = open_design(
                path, self._typesetter, self._words.values(), FIELDS, self._own
            ).template
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
