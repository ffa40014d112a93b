"""Designs of certificates: seen as pictures, chosen, and followed while their file is edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.services.certify import prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.paper import DesignInfo
from kiosk.services.ports import StaffMember
from kiosk.settings import RESOURCES, read_design
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, texts
from ui.screens.staff.design import DesignPage
from ui.screens.staff.designs import DesignsPage
from ui.screens.staff.frame import Open
from ui.staff import make_side
from ui.widgets.label import Label
from ui.widgets.sheet_view import SheetView

TEMPLATES = RESOURCES / "templates"


def pictures(page: DesignsPage) -> list[SheetView]:
    return [one for one in page.findChildren(SheetView) if one.accessibleName()]


def gallery(stage: Stage) -> DesignsPage:
    page = DesignsPage(stage.room, StaffMember("Savita", "", coordinator=True))
    stage.show(page)
    page.enter()
    stage.settle()
    stage.qtbot.waitUntil(lambda: len(pictures(page)) == 3, timeout=WAIT_MS)
    return page


@pytest.mark.parametrize("tag", ["en", "hi", "ur", "kn", "te"])
def test_the_coordinator_sees_every_design_and_chooses_one(stage: Stage, tag: str) -> None:
    stage.speak(tag)
    say, page = stage.speaker.say, gallery(stage)
    said = texts(page)
    for design in stage.desk.paper.designs():
        assert stage.speaker.text(design.title) in said
    labels = [one.text() for one in page.findChildren(Label)]
    assert labels.count(say("staff.designs.chosen")) == 1
    wanted = next(one for one in stage.desk.paper.designs() if one.name == "festive")
    use = [one for one in page.findChildren(type(button(page, say("staff.designs.use"))))
           if one.accessibleDescription() == stage.speaker.text(wanted.title)]  # fmt: skip
    use[0].click()
    stage.settle()
    assert stage.ask(lambda desk: desk.paper.design()) == "festive"
    assert read_design(stage.data) == "festive"
    assert len(stage.notices) == 1
    assert not stage.notices[0].grave
    page.say_again()
    page.forget()


def test_the_next_certificate_has_the_chosen_design_and_older_ones_keep_theirs(
    stage: Stage,
) -> None:
    def both(desk: Desk) -> tuple[bytes, bytes]:
        due = desk.record.without_certificate(attended=False)[0]
        held = next(one for one in desk.record.attendees() if desk.record.certificates(one.id))
        return prepare_certificate(desk, due).sheet.pdf, prepare_certificate(desk, held).sheet.pdf

    due, held = stage.ask(both)
    page = gallery(stage)
    button(page, "Use this design").click()
    stage.settle()
    due_now, held_now = stage.ask(both)
    assert due_now != due
    assert held_now == held


def test_only_the_coordinator_comes_there_from_preparing(stage: Stage) -> None:
    side = make_side(stage.room, StaffMember("Savita", "", coordinator=True))
    stage.show(side)
    button(side, "Prepare").click()
    stage.settle()
    button(side, "Certificate designs").click()
    stage.settle()
    assert isinstance(side.page, DesignsPage)
    side.page.on_back()
    stage.settle()
    helper = make_side(stage.room, StaffMember("Iqbal", "", coordinator=False))
    stage.show(helper)
    button(helper, "Prepare").click()
    stage.settle()
    assert "Certificate designs" not in texts(helper)


@pytest.fixture
def own(tmp_path: Path) -> DesignInfo:
    folder = tmp_path / "own"
    shutil.copytree(TEMPLATES / "calm", folder)
    return DesignInfo("own", {"en": "Our own"}, folder, "certificate")


def shown(stage: Stage, design: DesignInfo) -> DesignPage:
    page = DesignPage(stage.room, StaffMember("Savita", "", coordinator=True))
    page.take(design)
    stage.show(page)
    page.enter()
    stage.settle()
    return page


def pdf_of(page: DesignPage) -> bytes:
    return page._sheet._pdf


def save(path: Path, text: str) -> None:
    """As editors save: aside first, then in its place."""
    aside = path.with_suffix(".new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def test_the_picture_follows_the_file_and_stays_while_it_is_wrong(
    stage: Stage, own: DesignInfo
) -> None:
    page = shown(stage, own)
    file = own.path / "template.toml"
    right, first = file.read_text(encoding="utf-8"), pdf_of(page)
    assert first.startswith(b"%PDF")
    assert str(own.path) in texts(page)

    save(file, right.replace("size_pt = 42", "size_pt = 30"))
    stage.qtbot.waitUntil(lambda: pdf_of(page) != first, timeout=WAIT_MS)
    second = pdf_of(page)
    assert "and shown" in texts(page)

    line = right.splitlines().index("[[frame]]") + 1
    save(file, right.replace("[[frame]]", "[[frame]]\ncolor = 3", 1))
    stage.qtbot.waitUntil(lambda: f"line {line + 1}" in texts(page), timeout=WAIT_MS)
    assert "color" in texts(page)
    assert "last version that was right" in texts(page)
    assert pdf_of(page) == second
    assert not button(page, "Use this design").isEnabled()

    save(file, right)
    stage.qtbot.waitUntil(lambda: pdf_of(page) == first, timeout=WAIT_MS)
    assert "color" not in texts(page)

    background = own.path / "background.svg"
    drawn = background.read_text(encoding="utf-8")
    background.write_text(drawn.replace("#0B4F55", "#550B4F"), encoding="utf-8")
    stage.qtbot.waitUntil(lambda: pdf_of(page) != first, timeout=WAIT_MS)
    page.leave()
    page.forget()


def test_a_folder_that_goes_away_is_told_and_may_come_back(stage: Stage, own: DesignInfo) -> None:
    page = shown(stage, own)
    first = pdf_of(page)
    aside = shutil.copytree(own.path, own.path.with_name("aside"))
    shutil.rmtree(own.path)
    stage.qtbot.waitUntil(lambda: "cannot be read" in texts(page), timeout=WAIT_MS)
    assert pdf_of(page) == first
    shutil.copytree(aside, own.path)
    button(page, "Another language").click()
    stage.qtbot.waitUntil(lambda: "cannot be read" not in texts(page), timeout=WAIT_MS)
    assert pdf_of(page) != first
    page.leave()


def test_other_languages_and_names_are_shown(stage: Stage, own: DesignInfo) -> None:
    page = shown(stage, own)
    seen = [pdf_of(page)]
    for text in ("Another language", "Long or short name", "Long or short name"):
        button(page, text).click()
        stage.settle()
        seen.append(pdf_of(page))
    assert len(set(seen)) == 3
    assert seen[1] == seen[3]
    page.say_again()
    assert page.title() == "Our own"
    page.leave()


def test_what_is_drawn_too_late_is_not_shown(stage: Stage, own: DesignInfo) -> None:
    page = shown(stage, own)
    first = pdf_of(page)
    button(page, "Another language").click()
    page.leave()  # before the answer comes
    stage.settle()
    assert pdf_of(page) == first
    designs = gallery(stage)
    designs.say_again()
    designs.forget()
    stage.settle()
    assert pictures(designs) == []


def test_a_design_of_the_kiosk_is_used_from_its_own_page(stage: Stage) -> None:
    design = stage.desk.paper.design_at("calm")
    page = shown(stage, design)
    button(page, "Use this design").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.paper.design()) == "calm"
    assert stage.events[-1] == Open("designs")


def test_without_a_design_it_leads_to_all_of_them(stage: Stage) -> None:
    page = DesignPage(stage.room, StaffMember("Savita", "", coordinator=True))
    stage.show(page)
    page.enter()
    assert stage.events[-1] == Open("designs")


@pytest.mark.parametrize("ready", [True, False])
def test_a_badge_and_a_label_go_to_the_queue(stage: Stage, ready: bool) -> None:
    stage.press.ready = ready
    found = stage.ask(lambda desk: desk.record.find("a", 1))
    side = stage.side()
    side.open("visitor", found[0].attendee)
    stage.settle()
    for text in ("Print a badge", "Print a label"):
        button(side, text).click()
        stage.settle()
    jobs = stage.ask(lambda desk: desk.record.print_jobs())
    assert [job.kind for job in jobs][-2:] == ["badge", "label"]
    assert [job.kind for job in stage.press.sent] == (["badge", "label"] if ready else [])
    assert all(found[0].attendee.number in job.title for job in jobs[-2:])
