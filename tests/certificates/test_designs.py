"""The shipped designs: every long name fits, nothing touches, the symbol is read from paper."""

from __future__ import annotations

import random
import shutil
import subprocess
import tomllib
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from kiosk.campaign.languages import load_words
from kiosk.certificates.certificate import certificate_page
from kiosk.certificates.conditions import Condition
from kiosk.certificates.page import Pages
from kiosk.certificates.paper import ReportLabPaper
from kiosk.certificates.shelf import Shelf
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.attesting import ATTESTED
from kiosk.services.paper import BadgeContent, Sheet
from kiosk.services.specimens import specimen_names
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import (
    CAMPAIGN,
    DAY,
    EVENT,
    LANGUAGES,
    NAMES,
    PLACE,
    certificate,
    slip,
)
from tests.certificates.symbols import symbols_in
from tests.certificates.test_certificates import plain
from tests.certificates.test_templates import SMALL
from tests.typesetting.test_text_in_pdf import actual_texts

DESIGNS = ("classic", "calm", "festive")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SIGNED = ATTESTED + "".join(random.Random(4).choices(ALPHABET, k=640 - len(ATTESTED)))
LABELS = {"en": "Buyer for a local body or other public office", "ur": "فروخت کنندہ"}
CAMPAIGNS = RESOURCES / "campaigns"
MM = 72 / 25.4


@lru_cache
def paper_of(design: str) -> ReportLabPaper:
    words = load_words(RESOURCES)
    return ReportLabPaper(words, Typesetter(Fonts()), RESOURCES / "templates", None, design)


def badge(language: str, **changes: object) -> BadgeContent:
    values: dict[str, object] = {
        "number": "AP1-0057", "name": NAMES[language], "language": Tag(language),
        "campaign": CAMPAIGN, "event": EVENT, "place": PLACE, "day": DAY, "does": "seller",
        "does_label": LABELS, "organisation": "", "qr": "AP1-0057", "practice": False,
    }  # fmt: skip
    return BadgeContent(**{**values, **changes})  # type: ignore[arg-type]  # of a test's own


def pictured(sheet: Sheet, dpi: int, at: int = 0) -> Image.Image:
    page = pypdfium2.PdfDocument(sheet.pdf)[at]
    picture: Image.Image = page.render(scale=dpi / 72).to_pil().convert("L")
    return picture


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", DESIGNS)
def test_the_longest_names_fit_with_every_mark_and_note(design: str, language: str) -> None:
    names = specimen_names()[Tag(language)]
    assert max(map(len, names)) >= 58
    sheet = paper_of(design).certificates([
        certificate(language, name=name, qr=SIGNED, practice=True, specimen=True, sample=True)
        for name in names
    ])  # fmt: skip
    assert (sheet.pages, sheet.blank) == (len(names), ())
    written = "".join("".join(plain(sheet)).split())
    assert all("".join(name.split()) in written for name in names)


@pytest.mark.parametrize("design", DESIGNS)
def test_eighty_letters_without_a_space_are_set(design: str) -> None:
    solid = {tag: specimen_names()[Tag(tag)][2] for tag in LANGUAGES}
    assert not any(" " in name for name in solid.values())
    contents = [certificate(tag, name=(name * 2)[:80]) for tag, name in solid.items()]
    assert paper_of(design).certificates(contents).blank == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", DESIGNS)
def test_no_ink_of_one_frame_meets_that_of_another(
    design: str, language: str, tmp_path: Path
) -> None:
    """With a logo and a signature, too. The watermark alone is written over."""
    for name, box in (("logo", "0 0 60 16"), ("signature", "0 0 50 15")):
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"/>'
        (tmp_path / f"{name}.svg").write_text(drawing)
    words = load_words(RESOURCES)
    shelf = Shelf(RESOURCES / "templates", tmp_path, Typesetter(Fonts()), words)
    opened = shelf.open(shelf.path(design), "certificate")
    pages = Pages(opened)
    width, height = opened.template.width, opened.template.height
    names = specimen_names()[Tag(language)]
    for name in (names[0], names[2], names[-1]):
        content = certificate_page(
            certificate(language, name=name, qr=SIGNED, practice=True, sample=True),
            words[Tag(language)],
        )
        boxes = {}
        for frame in opened.template.frames:
            if frame.id == "watermark" or not frame.when.met(content.facts):
                continue
            layout = pages._layout(frame, content)
            slack = frame.height - 2 * frame.padding - layout.height
            assert slack >= -0.01
            free = {"top": 0.0, "middle": slack / 2, "bottom": slack}[frame.place]
            top = frame.y + frame.padding + free
            inks = [
                (one.x + one.line.ink_left, top + down - one.line.ascent,
                 one.x + one.line.ink_right, top + down + one.line.descent)
                if one.line is not None
                else (one.x, top + down - one.height, one.x + one.width, top + down)
                for down, one in layout.placed
            ]  # fmt: skip
            if inks:
                lefts, tops, rights, lows = zip(*inks, strict=True)
                boxes[frame.id] = min(lefts), min(tops), max(rights), max(lows)
        for left, top, right, low in boxes.values():
            assert 5 * MM < left < right < width - 5 * MM
            assert 4 * MM < top < low < height - 4 * MM
        for one, other in combinations(boxes, 2):
            a, b = boxes[one], boxes[other]
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (one, other, name)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_signed_statement_is_read_from_a_page_at_150_dpi(design: str) -> None:
    sheet = paper_of(design).certificates(
        [certificate(language, qr=SIGNED) for language in LANGUAGES]
    )
    rng = np.random.default_rng(7)
    for at in range(len(LANGUAGES)):
        whole = pictured(sheet, 150, at)
        foot = whole.crop((0, whole.height * 2 // 3, whole.width, whole.height))
        page = foot.rotate(3, fillcolor=255, resample=Image.Resampling.BICUBIC)
        dots = np.asarray(page).astype(np.float32) + rng.normal(0, 12, (page.height, page.width))
        noisy = Image.fromarray(np.clip(dots, 0, 255).astype(np.uint8))
        assert [found.text for found in symbols_in(noisy)] == [SIGNED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_badge_and_label_show_name_number_and_symbol(language: str) -> None:
    paper = paper_of("classic")
    for name in specimen_names()[Tag(language)][:3]:
        content = badge(language, name=name, organisation="Weavers' Society Ltd.", practice=True)
        for sheet in (paper.badge(content), paper.label(content)):
            texts = plain(sheet)
            assert sheet.blank == ()
            assert {"AP1-0057"} <= set(texts)
            assert "".join(name.split()) in "".join("".join(texts).split())
            assert "Weavers'" in " ".join(texts)
            found = symbols_in(pictured(sheet, 150))
            assert [one.text for one in found] == ["AP1-0057"]


def test_badges_are_a6_and_labels_62_mm_high() -> None:
    paper = paper_of("classic")
    for sheet, size in (
        (paper.badge(badge("en")), (105, 148)),
        (paper.label(badge("en")), (100, 62)),
    ):
        page = pypdfium2.PdfDocument(sheet.pdf)[0]
        assert (page.get_width() / MM, page.get_height() / MM) == pytest.approx(size, abs=0.01)


def test_a_badge_without_a_name_that_can_be_set_leaves_a_line() -> None:
    assert paper_of("classic").badge(badge("en", name="漢字")).blank == ("漢字",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_badges_labels_and_slips_are_printed_in_every_state(language: str) -> None:
    """Where Nastaliq stands high, as in the name of Jammu and Kashmir, type becomes smaller."""
    paper = paper_of("classic")
    places = tomllib.loads((CAMPAIGNS / "gem-samvad" / "places.toml").read_text(encoding="utf-8"))
    names = [one["label"] for one in places["place"]]
    assert len(names) > 36
    for name in names:
        event = {language: f"{CAMPAIGN[language]}، {name[language]}"}
        worn = badge(language, place=name, event=event, practice=True)
        handed = slip(language, event=event, practice=True)
        sheets = (paper.badge(worn), paper.label(worn), paper.slip(handed))
        assert [sheet.blank for sheet in sheets] == [(), (), ()]


LONG_OFFICE = "Directorate of Handlooms and Textiles, Department of Industries and Commerce " * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_fits_of_a_long_organisation_stands_on_badge_and_label(language: str) -> None:
    """A form takes 200 letters of it, and nobody goes without a badge for them."""
    paper, name = paper_of("classic"), specimen_names()[Tag(language)][0]
    for organisation in (LONG_OFFICE[:200], LONG_OFFICE[:100]):
        content = badge(language, name=name, organisation=organisation, practice=True)
        for sheet in (paper.badge(content), paper.label(content)):
            said = " ".join(plain(sheet))
            assert "Directorate of Handlooms" in said
            assert ("…" in said) != (organisation.strip() in said)
            assert "".join(name.split()) in "".join(said.split())


def test_what_is_left_out_of_a_latin_organisation_stands_at_its_end_in_an_urdu_line() -> None:
    sheet = paper_of("classic").label(badge("ur", organisation=LONG_OFFICE[:200]))
    assert any(text.endswith(" …\u200e") for text in actual_texts(sheet.pdf))


@pytest.mark.parametrize("organisation", ["漢字 Traders", "A" * 200])
def test_an_organisation_that_cannot_be_set_is_left_out(organisation: str) -> None:
    paper = paper_of("classic")
    content = badge("en", organisation=organisation)
    without = badge("en", organisation="")
    for make in (paper.badge, paper.label):
        assert make(content).blank == ()
        assert plain(make(content)) == plain(make(without))


def test_the_symbol_of_a_label_covers_no_letter_of_a_name() -> None:
    """Its white ground would cut them off."""
    words = load_words(RESOURCES)
    shelf = Shelf(RESOURCES / "templates", None, Typesetter(Fonts()), words)
    frames = {one.id: one for one in shelf.open(shelf.path("label-62"), "label").template.frames}
    name, symbol = frames["name"], frames["symbol"]
    assert name.y + name.height <= symbol.y


def test_a_latin_name_keeps_its_last_full_stop_at_its_end_in_an_urdu_line() -> None:
    sheet = paper_of("calm").certificate(certificate("ur", name="A. P. Rao (Retd.)"))
    assert "A. P. Rao (Retd.)" in plain(sheet)
    assert "\u200eA. P. Rao (Retd.)\u200e" in actual_texts(sheet.pdf)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_batch_has_its_ground_once_and_small_pages(design: str) -> None:
    few, many = (
        len(paper_of(design).certificates([
            certificate("hi", serial=f"AP1-C-{at:04}", qr=f"GEM {at}") for at in range(count)
        ]).pdf)
        for count in (10, 60)
    )  # fmt: skip
    assert (many - few) / 50 < 6000


def test_a_design_tells_everybody_apart_by_its_conditions(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8")
    paper = paper_of("classic")

    def texts(**changes: object) -> list[str]:
        content = certificate("en", name="Asha", **changes)
        return plain(paper.preview([content], path))

    assert "Welcome, Asha" not in texts()
    assert "Welcome, Asha" in texts(does="officer")
    assert "Welcome, Asha" in texts(kinds=("artisan", "women_led"))
    assert "Welcome, Asha" not in texts(does="officer", practice=True)


def test_what_certifies_nothing_says_so_in_every_design(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8")  # which has forgotten it
    paper = paper_of("classic")
    for marks, words in (({}, ""), ({"practice": True}, "PRACTICE"), ({"specimen": True}, "SPEC")):
        said = " ".join(plain(paper.preview([certificate("en", **marks)], path)))
        assert (words in said) if words else not {"PRACTICE", "SPECIMEN"} & set(said.split())
    for design in DESIGNS:
        sheet = paper_of(design).certificate(certificate("en", practice=True))
        assert plain(sheet).count("PRACTICE") == 2  # their own marks, and no third


def test_conditions_ask_for_all_any_and_none() -> None:
    inner = Condition(any=("is:msme", "is:shg"))
    condition = Condition(("does:seller", inner), (), ("practice",))
    assert condition.met(frozenset({"does:seller", "is:shg"}))
    assert not condition.met(frozenset({"does:seller"}))
    assert not condition.met(frozenset({"is:shg"}))
    assert not condition.met(frozenset({"does:seller", "is:shg", "practice"}))
    assert condition.facts() == {"does:seller", "is:msme", "is:shg", "practice"}


def test_how_many_sessions_were_attended_is_a_condition(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SMALL.replace('when = "guests"', 'when = "sessions:2"'), encoding="utf-8")
    paper = paper_of("classic")
    session = {"en": "Talk"}
    for count in range(4):
        content = certificate("en", name="Asha", sessions=(session,) * count)
        assert ("Welcome, Asha" in plain(paper.preview([content], path))) == (count >= 2)


def test_a_design_brings_its_own_font(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    source = next(Path("/usr/share/fonts/truetype/noto").glob("NotoSerif-Regular.ttf"))
    shutil.copy(source, tmp_path / "fonts" / "Own.ttf")
    path = tmp_path / "own.toml"
    text = SMALL.replace('field = "name"', 'field = "name"\nfont = "own"')
    fonts = '[fonts]\nown = ["fonts/Own.ttf", "NoSuchFamily"]\n[conditions]'
    path.write_text(text.replace("[conditions]", fonts), encoding="utf-8")
    faces = []
    for file in (path, tmp_path / "plain.toml"):
        (tmp_path / "plain.toml").write_text(SMALL, encoding="utf-8")
        pdf = tmp_path / "own.pdf"
        pdf.write_bytes(paper_of("classic").preview([certificate("en", name="Asha")], file).pdf)
        said = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
        faces.append("+Own" in said)
    assert faces == [True, False]


def test_a_design_of_some_languages_refuses_the_others(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = SMALL.replace('purpose = "cert', 'languages = ["en"]\npurpose = "cert')
    path.write_text(text.replace('kn = "ಸ್ವಾಗತ, {name}"', ""), encoding="utf-8")
    paper = paper_of("classic")
    assert paper.design_at(str(path)).languages == ("en",)
    paper.preview([certificate("en")], path)
    with pytest.raises(EnvironmentFault) as fault:
        paper.preview([certificate("kn")], path)
    assert fault.value.key == "template_language"
    with pytest.raises(EnvironmentFault) as fault:
        paper.use_design("slip-a6")
    assert (fault.value.key, fault.value.values["at"]) == ("template_one_of", "page.purpose")


def test_lines_are_justified_where_a_frame_says_so(tmp_path: Path) -> None:
    long = "This is a sentence that is long enough to be set in several lines of one frame. " * 3
    text = SMALL.replace('en = "Welcome, {name}"', f'en = "{long}"').replace(
        "size_pt = 10\ncolour", "size_pt = 10\nlines = 12\ncolour"
    ).replace('when = "guests"', 'when = "language:en"')  # fmt: skip
    edges = []
    for align in ("start", "justify"):
        path = tmp_path / f"{align}.toml"
        path.write_text(text.replace('align = "centre"', f'align = "{align}"'), encoding="utf-8")
        page = np.asarray(pictured(paper_of("classic").preview([certificate("en")], path), 100))
        inside = page[int(30 * 100 / 25.4) : int(68 * 100 / 25.4), int(7 * 100 / 25.4) : -30] < 128
        rows = np.flatnonzero(inside.any(axis=1))
        groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
        edges.append([np.flatnonzero(inside[one].any(axis=0)).max() for one in groups[-6:-1]])
    assert np.ptp(edges[1]) < np.ptp(edges[0])
    assert np.ptp(edges[1]) <= 3
