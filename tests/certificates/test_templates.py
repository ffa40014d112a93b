"""Templates: whatever is wrong in one is refused with its file, line and key."""

from __future__ import annotations

import contextlib
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kiosk.campaign.languages import load_words
from kiosk.certificates.design import Design, open_design
from kiosk.certificates.package import LARGEST_TEMPLATE, open_package
from kiosk.certificates.reading import read_template
from kiosk.certificates.shelf import FIELDS
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES

SMALL = """\
schema = 1
[page]
purpose = "certificate"
name.en = "Small"
width_mm = 100
height_mm = 80
title = "paper.certificate.document"
[colours]
ink = "#1C2333"
[conditions]
guests = { any = ["does:officer", "is:artisan"], not = ["practice"] }
[[ornament]]
kind = "border"
colour = "ink"
inset_mm = 5
[[frame]]
id = "main"
x_mm = 10
y_mm = 10
width_mm = 80
height_mm = 60
align = "centre"
[[frame.item]]
text = "paper.certificate.title"
size_pt = 20
min_size_pt = 10
colour = "ink"
[[frame.item]]
field = "name"
size_pt = 20
colour = "ink"
[[frame.item]]
kind = "rule"
width_mm = 20
colour = "ink"
[[frame.item]]
when = "guests"
size_pt = 10
colour = "ink"
[frame.item.text]
hi = "स्वागत, {name}"
en = "Welcome, {name}"
ur = "خوش آمدید، {name}"
kn = "ಸ್ವಾಗತ, {name}"
te = "స్వాగతం, {name}"
"""

# what to change, into what, which key is told, which line, which fault
WRONG = [
    ("schema = 1", "schema = 2", "schema", 1, "one_of"),
    ("schema = 1", "schema = true", "schema", 1, "number"),
    ('purpose = "certificate"', 'purpose = "poster"', "page.purpose", 3, "one_of"),
    ('purpose = "certificate"', "", "page.purpose", 2, "missing_key"),
    ('name.en = "Small"', 'name.en = ""', "page.name.en", 4, "sentence_form"),
    ('name.en = "Small"', 'name = "Small"', "page.name", 4, "table"),
    ('name.en = "Small"', 'name.en = "a\\u0007b"', "page.name.en", 4, "sentence_form"),
    ("width_mm = 100", "width_mm = 100000", "page.width_mm", 5, "number"),
    ("height_mm = 80", "height_mm = -1", "page.height_mm", 6, "number"),
    ("height_mm = 80", "height_mm = nan", "page.height_mm", 6, "number"),
    ("height_mm = 80", 'height_mm = "80"', "page.height_mm", 6, "number"),
    ("height_mm = 80", "height_mm = true", "page.height_mm", 6, "number"),
    ("height_mm = 80", "", "page.height_mm", 2, "missing_key"),
    ("#1C2333", "red", "colours.ink", 9, "form"),
    ('ink = "#1C2333"', 'Ink = "#1C2333"', "colours.Ink", 9, "form"),
    ('"does:officer"', '"raining"', "conditions.guests.any", 11, "condition"),
    ('"does:officer"', "7", "conditions.guests.any", 11, "form"),
    ("guests = {", "practice = {", "conditions.practice", 11, "form"),
    ("any = [", "some = [", "conditions.guests.some", 11, "unknown_key"),
    ('kind = "border"', 'kind = "dragon"', "ornament[0].kind", 13, "one_of"),
    ("inset_mm = 5", "insert_mm = 5", "ornament[0].insert_mm", 15, "unknown_key"),
    ('colour = "ink"\ninset', 'colour = "no"\ninset', "ornament[0].colour", 14, "one_of"),
    ('id = "main"', 'id = "Main Frame"', "frame[0].id", 17, "form"),
    ("x_mm = 10", "x_mm = 40", "frame[0].width_mm", 20, "outside"),
    ("height_mm = 60", "height_mm = 75", "frame[0].height_mm", 21, "outside"),
    ('align = "centre"', "padding_mm = 30", "frame[0].padding_mm", 22, "outside"),
    ('align = "centre"', 'align = "middle"', "frame[0].align", 22, "one_of"),
    ('align = "centre"', "align = 3", "frame[0].align", 22, "one_of"),
    ('align = "centre"', 'when = "raining"', "frame[0].when", 22, "condition"),
    ('align = "centre"', "when = {}", "frame[0].when", 22, "condition"),
    ('align = "centre"', 'hug = "yes"', "frame[0].hug", 22, "yes_no"),
    ("size_pt = 20\nmin", "size_pt = 4000\nmin", "frame[0].item[0].size_pt", 25, "number"),
    ("min_size_pt = 10", "min_size_pt = 30", "frame[0].item[0].min_size_pt", 26, "number"),
    ("min_size_pt = 10", "lines = 2.5", "frame[0].item[0].lines", 26, "whole"),
    ("min_size_pt = 10", 'field = "name"', "frame[0].item[0].text", 24, "text_or_field"),
    ("min_size_pt = 10", 'font = "serif"', "frame[0].item[0].font", 26, "one_of"),
    ('text = "paper.certificate.title"', "", "frame[0].item[0].text", 23, "text_or_field"),
    ("paper.certificate.title", "paper.no", "frame[0].item[0].text", 24, "no_sentence"),
    ("paper.certificate.title", "paper.summary.chain", "frame[0].item[0].text", 24, "placeholder"),
    ('field = "name"', 'field = "mobile"', "frame[0].item[1].field", 29, "one_of"),
    ("width_mm = 20", "width_mm = 0", "frame[0].item[2].width_mm", 34, "number"),
    ('kind = "rule"', 'kind = "image"\nfile = "../x.png"\nheight_mm = 5',
     "frame[0].item[2].file", 34, "form"),
    ('te = "స్వాగతం, {name}"', "", "frame[0].item[3].text", 40, "no_translation"),
    ("Welcome, {name}", "Welcome, {mobile}", "frame[0].item[3].text.en", 42, "placeholder"),
    ("Welcome, {name}", "Welcome, {name.real}", "frame[0].item[3].text.en", 42, "placeholder"),
    ("Welcome, {name}", "Welcome, {name!r}", "frame[0].item[3].text.en", 42, "placeholder"),
    ("Welcome, {name}", "Welcome, {name", "frame[0].item[3].text.en", 42, "placeholder"),
    ('[[ornament]]\nkind = "border"', '[ornament]\nkind = "border"', "ornament", 12, "tables"),
    ("[[frame]]", "[[frame]]\nframes = 3", "frame[0].frames", 17, "unknown_key"),
    ('title = "paper.certificate.document"', "grows = 1", "page.title", 2, "missing_key"),
    ("height_mm = 80", "height_mm = 80\ngrows = 1", "page.grows", 7, "yes_no"),
    ("paper.certificate.document", "paper.none", "page.title", 7, "no_sentence"),
    ("[[ornament]]", "[[ornament]]\nkind = 1\n" * 50 + "[[ornament]]", "ornament", 12, "list"),
    ("[conditions]", '[fonts]\nown = ["fonts/My.ttf"]\n[conditions]', "fonts.own", 11, "font"),
    ("[conditions]", '[background]\nfile = "C:x.png"\n[conditions]', "background.file", 11, "form"),
]  # fmt: skip
# what only the reader can see: names that lead nowhere, places on the page, sentences, files (and
# JSON has no NaN)
UNSEEN = {"outside", "no_sentence", "no_translation", "placeholder", "condition", "font"}
SCHEMA = json.loads((RESOURCES / "templates/template.schema.json").read_text(encoding="utf-8"))


def design(path: Path) -> Design:
    return open_design(path, Typesetter(Fonts()), load_words(RESOURCES).values(), FIELDS)


def read(folder: Path, text: str, name: str = "small.toml") -> Design:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return design(path)


def shipped() -> list[Path]:
    folder = RESOURCES / "templates"
    return sorted([*folder.glob("*.toml"), *folder.glob("*/template.toml")])


def test_a_right_template_is_read(tmp_path: Path) -> None:
    template = read(tmp_path, SMALL).template
    assert template.name == {"en": "Small"}
    assert [item.kind for item in template.frames[0].items] == ["text", "text", "rule", "text"]


def test_json_of_the_same_shape_is_read_as_well_and_told_by_its_lines(tmp_path: Path) -> None:
    values = tomllib.loads(SMALL)
    assert read(tmp_path, json.dumps(values), "small.json").template.name == {"en": "Small"}
    values["frame"][0]["item"][2]["width_mm"] = 0
    text = json.dumps(values, indent=1, ensure_ascii=False)
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, text, "small.json")
    line = next(at for at, one in enumerate(text.splitlines(), 1) if '"width_mm": 0' in one)
    assert (fault.value.values["line"], fault.value.values["at"]) == (
        line,
        "frame[0].item[2].width_mm",
    )


@pytest.mark.parametrize(
    ("right", "wrong", "key", "line", "what"), WRONG, ids=[f"{case[2]}-{case[4]}" for case in WRONG]
)
def test_what_is_wrong_is_named(
    tmp_path: Path, right: str, wrong: str, key: str, line: int, what: str
) -> None:
    assert right in SMALL
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, SMALL.replace(right, wrong, 1))
    assert fault.value.key == f"template_{what}"
    assert fault.value.values["file"] == "small.toml"
    assert (fault.value.values["at"], fault.value.values["line"]) == (key, line)


@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shipped_templates_meet_their_schema_and_are_read(path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    errors = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(values)]
    assert errors == []
    design(path if path.name != "template.toml" else path.parent)


def test_the_example_of_the_readme_is_a_template(tmp_path: Path) -> None:
    text = (RESOURCES / "README.md").read_text(encoding="utf-8")
    example = text.partition("```toml\n")[2].partition("```")[0]
    assert Draft202012Validator(SCHEMA).is_valid(tomllib.loads(example))
    assert read(tmp_path, example).template.languages == ("hi", "en")


@pytest.mark.parametrize("case", WRONG, ids=[f"{case[2]}-{case[4]}" for case in WRONG])
def test_the_schema_refuses_what_the_reader_refuses(case: tuple[str, str, str, int, str]) -> None:
    values = tomllib.loads(SMALL.replace(case[0], case[1], 1))
    names_only = case[2].endswith((".colour", ".font", ".field")) or "min_size" in case[2]
    seen = case[1] == "when = {}" or not (case[4] in UNSEEN or names_only or "nan" in case[1])
    assert Draft202012Validator(SCHEMA).is_valid(values) != seen


def test_the_schema_takes_the_small_template() -> None:
    assert Draft202012Validator(SCHEMA).is_valid(tomllib.loads(SMALL))


@pytest.mark.parametrize(
    ("text", "line"),
    [("schema = 1\n= broken", 2), ("x = " + "[" * 5000, 1), ("a = 1\nb = [1,\n", 3)],
)
def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        read(tmp_path, text)
    assert fault.value.key == "template_syntax"
    assert fault.value.values["line"] == line


def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path) -> None:
    for text, line in (('{"schema": 1,\n "page": }', 2), ("[1]", 1), ("[" * 100_000, 1)):
        with pytest.raises(EnvironmentFault) as fault:
            read(tmp_path, text, "small.json")
        assert (fault.value.key, fault.value.values["line"]) == ("template_syntax", line)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xff\xfe\x00")
    for wanted in (path, tmp_path / "none.toml", tmp_path):
        with pytest.raises(EnvironmentFault) as fault:
            open_package(wanted)
        assert fault.value.key == "template_unreadable"
    path.write_bytes(b"#" * (LARGEST_TEMPLATE + 1))
    with pytest.raises(EnvironmentFault) as fault:
        open_package(path)
    assert fault.value.key == "template_too_large"


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
        read_template(open_package(path))
