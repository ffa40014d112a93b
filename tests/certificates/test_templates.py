"""Templates: whatever is wrong in one is refused with its file and key."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.campaign.languages import load_words
from kiosk.certificates.certificate import FIELDS
from kiosk.certificates.page import Pages
from kiosk.certificates.reading import LARGEST_FILE, read_template
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES

SMALL = """
schema = 1
[page]
width_mm = 100
height_mm = 80
title = "paper.certificate.document"
[colours]
ink = "#1C2333"
[[ornament]]
kind = "frame"
colour = "ink"
inset_mm = 5
[[column]]
id = "main"
x_mm = 10
y_mm = 10
width_mm = 80
height_mm = 60
align = "centre"
[[column.item]]
text = "paper.certificate.title"
size_pt = 20
min_size_pt = 10
colour = "ink"
[[column.item]]
field = "name"
size_pt = 20
colour = "ink"
[[column.item]]
kind = "rule"
width_mm = 20
colour = "ink"
"""

WRONG = [
    ("schema = 1", "schema = 2", "schema"),
    ("width_mm = 100", "width_mm = 100000", "page.width_mm"),
    ("height_mm = 80", "height_mm = -1", "page.height_mm"),
    ("height_mm = 80", "height_mm = nan", "page.height_mm"),
    ("height_mm = 80", 'height_mm = "80"', "page.height_mm"),
    ("height_mm = 80", "height_mm = true", "page.height_mm"),
    ("height_mm = 80", "", "page.height_mm"),
    ("#1C2333", "red", "colours.ink"),
    ('kind = "frame"', 'kind = "dragon"', "ornament[0].kind"),
    ("inset_mm = 5", "insert_mm = 5", "ornament[0].insert_mm"),
    ('colour = "ink"\ninset_mm', 'colour = "none"\ninset_mm', "ornament[0].colour"),
    ('id = "main"', 'id = "Main Column"', "column[0].id"),
    ("x_mm = 10", "x_mm = 40", "column[0].width_mm"),
    ("height_mm = 60", "height_mm = 75", "column[0].height_mm"),
    ('align = "centre"', 'align = "middle"', "column[0].align"),
    ('align = "centre"', "align = 3", "column[0].align"),
    ('align = "centre"', 'when = "raining"', "column[0].when"),
    ('align = "centre"', 'hug = "yes"', "column[0].hug"),
    ("size_pt = 20\nmin", "size_pt = 4000\nmin", "column[0].item[0].size_pt"),
    ("min_size_pt = 10", "min_size_pt = 30", "column[0].item[0].min_size_pt"),
    ("min_size_pt = 10", "lines = 2.5", "column[0].item[0].lines"),
    ("min_size_pt = 10", 'field = "name"', "column[0].item[0].text"),
    ('text = "paper.certificate.title"', "", "column[0].item[0].text"),
    ("paper.certificate.title", "paper.certificate.missing", "column[0].item[0].text"),
    ("paper.certificate.title", "paper.summary.chain", "column[0].item[0].text"),
    ('field = "name"', 'field = "mobile"', "column[0].item[1].field"),
    ("width_mm = 20", "width_mm = 0", "column[0].item[2].width_mm"),
    ('[[ornament]]\nkind = "frame"', '[ornament]\nkind = "frame"', "ornament"),
    ("[[column]]", "[[column]]\ncolumns = 3", "column[0].columns"),
    ('title = "paper.certificate.document"', "grows = 1", "page.grows"),
    ('title = "paper.certificate.document"', 'title = "paper.none"', "page.title"),
    ("[[ornament]]", "[[ornament]]\nkind = 1\n" * 50 + "[[ornament]]", "ornament"),
]


def read(folder: Path, text: str) -> Pages:
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    words = load_words(RESOURCES).values()
    return Pages(read_template(path), Typesetter(Fonts()), words, FIELDS)


def test_a_right_template_is_read(tmp_path: Path) -> None:
    read(tmp_path, SMALL)


@pytest.mark.parametrize(("right", "wrong", "key"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_wrong_is_named(tmp_path: Path, right: str, wrong: str, key: str) -> None:
    assert right in SMALL
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, SMALL.replace(right, wrong, 1))
    assert fault.value.key == "template_wrong"
    assert fault.value.values["file"] == "small.toml"
    assert fault.value.values["at"] == key
    assert fault.value.values["expected"]


@pytest.mark.parametrize("text", ["= broken", "a = 1\n" * (LARGEST_FILE // 4), "x = " + "[" * 5000])
def test_what_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, text)
    assert fault.value.key == "template_unreadable"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xff\xfe\x00")
    for wanted in (path, tmp_path / "none.toml"):
        with pytest.raises(EnvironmentFault) as fault:
            read_template(wanted)
        assert fault.value.key == "template_unreadable"


@given(st.data())
def test_a_template_with_any_line_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = SMALL.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    value = st.one_of(st.text(max_size=30), st.floats().map(str), st.just("{}"), st.just("[[1]]"))
    lines[at] = lines[at].split("=")[0] + "= " + data.draw(value)
    path = tmp_path_factory.mktemp("fuzz") / "small.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    with contextlib.suppress(EnvironmentFault):
        read_template(path)
