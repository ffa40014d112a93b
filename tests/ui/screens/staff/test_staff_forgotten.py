"""A forgotten passphrase: the coordinator's stick opens the kiosk, and nothing else does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from kiosk import bootstrap
from kiosk.domain.language import Tag
from kiosk.settings import RESOURCES
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.screens.screen import Asked, Back, Opened, Porch
from ui.screens.staff.forgotten import ForgottenScreen
from ui.screens.staff.unlock import UnlockScreen
from ui.sticks import Lies, Volume, identity_files
from ui.worker import Worker

PRACTICE = RESOURCES / "campaigns" / "gem-samvad" / "practice"
NEW = "six other words of my own"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A stick with a campaign's folder, whose name is as people name folders."""
    root = tmp_path / "media" / "मेरी STICK"
    (root / "अभियान" / "trust").mkdir(parents=True)
    for who in ("coordinator", "deputy"):
        shutil.copy(PRACTICE / f"{who}.identity", root / "अभियान" / "trust")
    return root


def found_on(stick: Path) -> list[Lies]:
    volume = Volume(root=stick, name="मेरी STICK", free=0, kind="vfat", writable=False)
    return identity_files([volume], mounts=(f"{stick.parent}/",))


@pytest.fixture
def porch(stage: Stage) -> Porch:
    return Porch(speaker=stage.speaker, worker=Worker(), data=stage.data)


def screen_for(stage: Stage, porch: Porch, stick: Path) -> ForgottenScreen:
    screen = ForgottenScreen(porch, look=lambda: found_on(stick))
    stage.show(screen)
    return screen


def line_of(screen: ForgottenScreen) -> QLineEdit:
    line = screen.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line


def test_the_locked_kiosk_offers_it(stage: Stage, porch: Porch) -> None:
    screen = UnlockScreen(porch)
    stage.show(screen)
    button(screen, "Passphrase forgotten").click()
    assert stage.events == [Asked.FORGOTTEN]
    porch.worker.close()


def test_an_identity_on_a_stick_opens_and_sets_another_passphrase(
    stage: Stage, porch: Porch, stick: Path
) -> None:
    screen = screen_for(stage, porch, stick)
    do = button(screen, "Set it and open the kiosk")
    do.click()
    assert "Please choose an identity" in texts(screen)
    button(screen, "deputy").click()
    line_of(screen).setText(NEW)
    do.click()
    stage.qtbot.waitUntil(lambda: bool(stage.events), timeout=60_000)
    (opened,) = stage.events
    assert isinstance(opened, Opened)
    porch.worker.tell(lambda desk: desk.close())
    porch.worker.close()
    with bootstrap.open_kiosk(stage.data, NEW) as desk:
        assert desk.record.verify().ok


def test_a_stick_that_was_pulled_is_told_and_the_form_stays(
    stage: Stage, porch: Porch, stick: Path
) -> None:
    screen = screen_for(stage, porch, stick)
    button(screen, "coordinator").click()
    shutil.rmtree(stick)
    line_of(screen).setText(NEW)
    button(screen, "Set it and open the kiosk").click()
    stage.qtbot.waitUntil(
        lambda: "Is the stick plugged in?" in texts(screen), timeout=60_000
    )  # fmt: skip
    assert line_of(screen).text() == NEW
    button(screen, "Look again").click()
    assert "No identity was found" in texts(screen)
    button(screen, "Back").click()
    assert [type(event) for event in stage.events] == [Back]
    porch.worker.close()


def test_it_is_said_in_every_language(stage: Stage, porch: Porch, stick: Path) -> None:
    screen = screen_for(stage, porch, stick)
    for tag in ("hi", "ur", "kn", "te", "en"):
        stage.speaker.set_tag(Tag(tag))
        screen.say_again()
        assert stage.speaker.say("staff.forgotten.help") in texts(screen)
    porch.worker.close()


def test_only_sticks_are_looked_at_and_not_for_ever(tmp_path: Path, stick: Path) -> None:
    assert [one.path.stem for one in found_on(stick)] == ["coordinator", "deputy"]
    disk = Volume(root=stick, name="disk", free=0, kind="ext4", writable=True)
    assert identity_files([disk], mounts=("/media/",)) == []
    deep = stick / "a" / "b" / "c"
    deep.mkdir(parents=True)
    shutil.copy(PRACTICE / "deputy.identity", deep / "deep.identity")
    for at in range(20):
        (stick / f"{at}.identity").touch()
    names = [one.path.stem for one in found_on(stick)]
    assert len(names) == 8
    assert "deep" not in names
