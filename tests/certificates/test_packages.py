"""Designs as folders and packages: what lies beside a template, and what may not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from kiosk.campaign.languages import load_words
from kiosk.certificates.package import (
    LARGEST_FILE,
    LARGEST_PACKAGE,
    MOST_ENTRIES,
    open_package,
)
from kiosk.certificates.paper import ReportLabPaper
from kiosk.certificates.shelf import Shelf
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import certificate
from tests.certificates.test_templates import SMALL, design, read


def packed(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def refusal(path: Path) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as fault:
        open_package(path).read("picture.png")
    return fault.value


def png(size: tuple[int, int] = (6, 4), mode: str = "RGB") -> bytes:
    held = io.BytesIO()
    Image.new(mode, size, 0x40).save(held, "PNG")
    return held.getvalue()


WITH_PICTURE = (
    SMALL + '\n[[frame.item]]\nkind = "image"\nfile = "in/a b.png"\nwidth_mm = 9\nheight_mm = 9\n'
)


@pytest.mark.parametrize("top", ["", "design/", "a/b/"])
def test_a_package_is_read_as_the_folder_it_was_made_of(tmp_path: Path, top: str) -> None:
    files = {f"{top}template.toml": WITH_PICTURE.encode(), f"{top}in/a b.png": png()}
    of_zip = design(packed(tmp_path / "own.zip", files))
    for name, data in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(data)
    of_folder = design(tmp_path / "folder" / top)
    assert of_zip.pictures.keys() == of_folder.pictures.keys() == {"in/a b.png"}
    assert of_zip.template.frames[0].width == of_folder.template.frames[0].width


def test_a_picture_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, WITH_PICTURE)
    assert fault.value.key == "template_file_missing"
    assert fault.value.values["value"] == "in/a b.png"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = {"template.toml": SMALL.encode(), "picture.png": bytes(LARGEST_FILE - 1)}
    assert refusal(packed(tmp_path / "bomb.zip", bomb)).key == "template_package"


def test_an_entry_that_lies_about_its_size_is_found(tmp_path: Path) -> None:
    honest = packed(tmp_path / "a.zip", {"template.toml": SMALL.encode(), "x.png": bytes(10**7)})
    data = bytearray(honest.read_bytes())
    for at in range(len(data) - 4):  # the size in both headers, made small
        if data[at : at + 4] == (10**7).to_bytes(4, "little"):
            data[at : at + 4] = (100).to_bytes(4, "little")
    honest.write_bytes(data)
    assert refusal(honest).key in {"template_package", "template_unreadable"}


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    many = {"template.toml": SMALL.encode(), **{f"{at}.png": b"" for at in range(MOST_ENTRIES)}}
    assert refusal(packed(tmp_path / "many.zip", many)).key == "template_package"


def test_too_large_a_package_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.truncate(LARGEST_PACKAGE + 1)
    assert refusal(path).key == "template_too_large"


@pytest.mark.parametrize(
    "name", ["../x.png", "/etc/x.png", "a/../../x.png", "C:/x.png", "a\\..\\x.png", "x" * 300]
)
def test_no_entry_leaves_the_folder(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "out.zip", {"template.toml": SMALL.encode(), name: b"x"})
    assert refusal(path).key == "template_unsafe_path"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "template.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(EnvironmentFault) as fault:
        open_package(folder).read(name)
    assert fault.value.key == "template_unsafe_path"


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "template.toml").write_text(SMALL, encoding="utf-8")
    (folder / "picture.png").symlink_to(tmp_path / "secret.png")
    assert refusal(folder).key == "template_unsafe_path"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"\0" * 4000])
def test_what_is_no_package_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(data)
    assert refusal(path).key == "template_unreadable"


def test_a_package_without_a_template_or_with_one_twice_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "none.zip", {"a.png": png()})
    assert refusal(path).key == "template_unreadable"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("template.toml", SMALL)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("template.toml", SMALL)
    assert refusal(path).key == "template_package"


def test_a_campaigns_own_designs_come_before_the_shipped_ones(tmp_path: Path) -> None:
    shelf = Shelf(RESOURCES / "templates", tmp_path, Typesetter(Fonts()), {})
    assert [info.name for info in shelf.infos("certificate")] == ["calm", "festive", "classic"]
    (tmp_path / "classic.toml").write_text(SMALL, encoding="utf-8")
    packed(tmp_path / "our.zip", {"template.toml": SMALL.encode()})
    (tmp_path / "broken.toml").write_text("schema =", encoding="utf-8")
    infos = {info.name: info for info in shelf.infos("certificate")}
    assert infos.keys() == {"calm", "festive", "classic", "our", "broken"}
    assert infos["classic"].path.parent == infos["our"].path.parent == tmp_path
    assert infos["broken"].wrong is not None
    assert shelf.path("classic") == tmp_path / "classic.toml"
    for wrong in ("none", "../classic", "", "a/b", "x" * 90):
        with pytest.raises(EnvironmentFault) as fault:
            shelf.path(wrong)
        assert fault.value.key == "template_missing"


def test_a_campaigns_logo_and_signature_stand_on_shipped_designs(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    sheets = []
    for _ in range(2):
        paper = ReportLabPaper(
            load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates", own
        )
        sheets.append(paper.certificate(certificate("en")).pdf)
        (own / "logo.png").write_bytes(png((60, 20), "RGBA"))
        (own / "signature.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20">'
            '<path d="M2 15C20 2 30 30 58 4" fill="none" stroke="#223"/></svg>'
        )
    assert b"/SMask" in sheets[1]
    assert b"/SMask" not in sheets[0]
