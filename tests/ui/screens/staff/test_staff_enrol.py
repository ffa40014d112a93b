"""A coordinator enrols laptops from the campaign's folder on a stick."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from kiosk.bootstrap import open_device_file
from kiosk.bootstrap_campaign import make_campaign
from kiosk.domain.language import Tag
from tests.ui.screens.staff.stage import Stage, button, plain, texts
from ui.screens.staff.enrol import EnrolPage
from ui.screens.staff.frame import Open
from ui.screens.staff.prepare import PreparePage
from ui.staff import PAGES
from ui.sticks import Volume, campaign_folders


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    root = tmp_path / "media" / "मेरी STICK"
    root.mkdir(parents=True)
    make_campaign(root / "अभियान", "gem-samvad", Tag("en"))
    return root


def page_for(stage: Stage, stick: Path, *, coordinator: bool = True) -> EnrolPage:
    volume = Volume(root=stick, name="मेरी STICK", free=0, kind="vfat", writable=True)

    def look() -> list[object]:
        return list(campaign_folders([volume], mounts=(f"{stick.parent}/",)))

    side = stage.side(coordinator=coordinator)
    page = EnrolPage(stage.room, side.member, look)  # type: ignore[arg-type]  # of Lies
    stage.show(page)
    return page


def enrol(stage: Stage, page: EnrolPage, code: str) -> None:
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText(code)
    button(page, "Write the file").click()
    stage.settle()


def test_it_is_reached_from_the_preparations(stage: Stage) -> None:
    page = stage.page(PreparePage, "prepare")
    went: list[object] = []
    page.went.connect(went.append)
    button(page, "Enrol a laptop").click()
    assert went == [Open("enrol")]
    assert PAGES["enrol"] is EnrolPage


def test_a_laptop_gets_its_file_on_the_same_stick(stage: Stage, stick: Path) -> None:
    page = page_for(stage, stick)
    enrol(stage, page, "")
    assert "Please choose a campaign and write the code" in texts(page)
    enrol(stage, page, "ka7")
    assert open_device_file(stick / "KA7.device").identity.code == "KA7"
    assert "KA7 is enrolled" in plain(texts(page))
    assert "had the code" not in texts(page)
    enrol(stage, page, "KA7")
    assert "A laptop had the code KA7 before" in plain(texts(page))
    first, second = (open_device_file(stick / f"KA7{end}.device") for end in ("", "-2"))
    assert first.identity.id != second.identity.id
    shown = plain(texts(page))
    assert all(f"KA7 · {one.identity.id[:6].upper()}" in shown for one in (first, second))


def test_what_does_not_go_is_said(stage: Stage, stick: Path) -> None:
    page = page_for(stage, stick)
    enrol(stage, page, "7")
    assert stage.speaker.say("error.device_code") in texts(page)
    assert list(stick.glob("*.device")) == []
    shutil.rmtree(stick)
    enrol(stage, page, "KA7")
    assert "There is no pack and no folder" in texts(page)
    button(page, "Look again").click()
    assert "No campaign folder" in texts(page)


def test_only_coordinators_enrol(stage: Stage, stick: Path) -> None:
    page = page_for(stage, stick, coordinator=False)
    assert "Laptops are enrolled by the coordinator" in texts(page)
    assert "अभियान" not in texts(page)
