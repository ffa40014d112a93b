"""Specimens and the check of designs from the command line; and which design an event has."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from kiosk import bootstrap
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.certify import prepare_certificate
from kiosk.services.designs import badge_sheet, choose_design, designs
from kiosk.services.desk import Desk
from kiosk.services.register import Registration, register_attendee
from kiosk.services.specimens import specimen_names
from kiosk.settings import RESOURCES, read_design
from tests.certificates.test_certificates import plain
from tests.certificates.test_templates import SMALL
from tests.cli.stores import Run, run  # noqa: F401 - a fixture
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, visitor


def registered(desk: Desk) -> Attendee:
    registration = Registration(Tag("hi"), visitor(name="Asha Rao"), CONSENTS)
    return register_attendee(desk, registration).attendee


PACK = RESOURCES / "campaigns" / "gem-samvad"


def pages(path: Path) -> int:
    return len(pypdfium2.PdfDocument(path))


def test_without_a_name_the_longest_of_every_language_are_set(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    file = tmp_path / "all.pdf"
    code, told, _ = run("certificate", "specimen", "--template", "calm", "--to", file)
    count = sum(map(len, specimen_names().values()))
    assert (code, told["pages"], told["blank"], pages(file)) == (0, count, [], count)
    code, told, _ = run("certificate", "specimen", "--language", "kn", "--to", file)
    assert (code, told["pages"]) == (0, len(specimen_names()[Tag("kn")]))


def test_a_template_by_its_path_is_what_is_drawn(run: Run, tmp_path: Path) -> None:  # noqa: F811 - as above
    own = tmp_path / "own.toml"
    own.write_text(SMALL, encoding="utf-8")
    files = [tmp_path / "own.pdf", tmp_path / "classic.pdf"]
    for file, template in zip(files, (own, "classic"), strict=True):
        named = ("--name", "Asha", "--language", "en", "--template", template, "--to", file)
        assert run("certificate", "specimen", *named)[0] == 0
    sizes = [pypdfium2.PdfDocument(file)[0].get_width() for file in files]
    assert sizes[0] < 300 < sizes[1]


def test_wrong_use_and_wrong_templates_are_told(run: Run, tmp_path: Path) -> None:  # noqa: F811 - as above
    file = tmp_path / "a.pdf"
    assert run("certificate", "specimen", "--name", "Asha", "--to", file)[0] == 2
    assert run("certificate", "specimen", "--language", "xx", "--to", file)[0] == 2
    code, _, said = run("certificate", "specimen", "--template", "none", "--to", file)
    assert code == 3
    assert "none" in said
    own = tmp_path / "own.toml"
    own.write_text(SMALL.replace("size_pt = 20", "size_pt = 2000", 1), encoding="utf-8")
    code, _, said = run("certificate", "specimen", "--template", own, "--to", file)
    assert code == 3
    assert "own.toml, line 25" in said
    assert not file.exists()


def test_check_says_file_line_key_and_reason(run: Run, tmp_path: Path) -> None:  # noqa: F811 - as above
    own = tmp_path / "own.toml"
    own.write_text(SMALL.replace('id = "main"', 'id = "main"\nwidth_cm = 3'), encoding="utf-8")
    code, told, _ = run("template", "check", own, "classic", "slip-a6")
    assert code == 1
    assert [one["ok"] for one in told] == [False, True, True]
    assert [one["purpose"] for one in told] == ["", "certificate", "slip"]
    problem = told[0]["problems"][0]
    assert (problem["code"], problem["file"], problem["line"], problem["at"]) == (
        "unknown_key", "own.toml", 18, "frame[0].width_cm",
    )  # fmt: skip
    assert "line 18" in problem["message"]


def test_check_sets_the_longest_names(run: Run, tmp_path: Path) -> None:  # noqa: F811 - as above
    own = tmp_path / "own.toml"
    own.write_text(SMALL, encoding="utf-8")
    code, told, _ = run("template", "check", own)
    assert code == 1
    assert "name_too_long" in {problem["code"] for problem in told[0]["problems"]}
    own.write_text(
        SMALL.replace('field = "name"', 'field = "name"\nmin_size_pt = 5\nlines = 4'),
        encoding="utf-8",
    )
    assert run("template", "check", own)[0] == 0


def test_a_pack_brings_its_own_designs_and_says_which_an_event_has(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    events = (pack / "events.toml").read_text(encoding="utf-8")
    (pack / "events.toml").write_text(
        events.replace("[defaults]\n", '[defaults]\ncertificate = "our"\n', 1), encoding="utf-8"
    )
    (pack / "templates").mkdir()
    with zipfile.ZipFile(pack / "templates" / "our.zip", "w") as archive:
        archive.writestr("our/template.toml", SMALL)
    campaign = bootstrap.load_campaign(str(pack))
    assert campaign.events[0].certificate == "our"
    data = tmp_path / "data"
    bootstrap.init_kiosk(data, str(pack), campaign.events[0].id, "KA1", PASSPHRASE)
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        shelf = designs(desk)
        assert shelf.chosen == "our"
        assert "our" in {one.name for one in shelf.designs}
        found = desk.paper.design_at("our").path
        assert found.is_relative_to(data)  # it came into the data folder with the pack
        someone = registered(desk)
        assert pypdfium2.PdfDocument(prepare_certificate(desk, someone).sheet.pdf)[
            0
        ].get_width() == pytest.approx(100 * 72 / 25.4, abs=0.1)


def test_a_kiosk_is_not_made_for_a_design_that_cannot_be_used(tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "pack"))
    events = (pack / "events.toml").read_text(encoding="utf-8")
    (pack / "events.toml").write_text(
        events.replace("[defaults]\n", '[defaults]\ncertificate = "none"\n', 1), encoding="utf-8"
    )
    event = bootstrap.load_campaign(str(pack)).events[0]
    with pytest.raises(EnvironmentFault) as fault:
        bootstrap.init_kiosk(tmp_path / "data", str(pack), event.id, "KA1", PASSPHRASE)
    assert fault.value.key == "template_missing"
    assert not (tmp_path / "data").exists()


def test_badge_and_label_show_who_it_is(desk: Desk) -> None:
    someone = registered(desk)
    for kind, width in (("badge", 105), ("label", 100)):
        sheet = badge_sheet(desk, someone, kind)
        assert {someone.number, someone.name} <= set(plain(sheet))
        page = pypdfium2.PdfDocument(sheet.pdf)[0]
        assert page.get_width() == pytest.approx(width * 72 / 25.4, abs=0.1)


def test_what_is_chosen_on_a_laptop_holds_after_a_restart(desk: Desk, data: Path) -> None:
    assert designs(desk).chosen == "classic"
    with pytest.raises(EnvironmentFault):
        choose_design(desk, "none")
    with pytest.raises(EnvironmentFault):
        choose_design(desk, "badge-a6")
    assert designs(desk).chosen == "classic"
    assert choose_design(desk, "festive").chosen == "festive"
    assert read_design(desk.folder) == "festive"
    with bootstrap.open_kiosk(data, PASSPHRASE) as again:
        assert designs(again).chosen == "festive"


def test_what_the_note_says_is_not_believed_blindly(tmp_path: Path) -> None:
    assert read_design(tmp_path) == ""
    for text in ("../../etc/passwd", "", "a b", "x" * 300):
        (tmp_path / "certificate-design.txt").write_text(text, encoding="utf-8")
        assert read_design(tmp_path) == ""
