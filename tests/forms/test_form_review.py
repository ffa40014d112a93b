"""Reviewing and installing forms: every problem with its cell, and no traceback for any file."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.language import Tag, Words
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.forms.linter import FormRefused, FormSource, compile_form, review
from kiosk.forms.problems import FormProblem, Review
from kiosk.forms.source import MAX_BYTES
from kiosk.forms.xform import read_form
from tests.forms.form_workbooks import EN, HI, SETTINGS, Rows, begin, grid, write_xls, write_xlsx

LANGUAGES = Path(__file__).parents[2] / "resources" / "languages"
GOOD = [{"type": "text", "name": "a", HI: "अ", EN: "A"}]
YES_NO = [
    {"list_name": "yn", "name": "yes", HI: "हाँ", EN: "Yes"},
    {"list_name": "yn", "name": "no", HI: "नहीं", EN: "No"},
]


def both(name: str, kind: str = "text", **more: str) -> dict[str, str]:
    return {"type": kind, "name": name, HI: name, EN: name, **more}


def look(folder: Path, survey: Rows, choices: Rows = (), **settings: str) -> Review:
    return review(write_xlsx(folder / "f.xlsx", survey, choices, {**SETTINGS, **settings}))


def found(given: Review, code: str) -> FormProblem:
    return next(problem for problem in given.problems if problem.code == code)


def place(problem: FormProblem) -> tuple[str, int, str]:
    return problem.sheet, problem.row, problem.column


def test_a_good_form_has_nothing_to_be_said_of_it(tmp_path: Path) -> None:
    given = look(tmp_path, [*GOOD, both("b", "select_one yn")], YES_NO, version="2019-12-17")
    assert given == Review(
        ok=True, title="Form", version="2019-12-17", questions=2, languages=("hi", "en"),
        problems=(),
    )  # fmt: skip


ERRORS: list[tuple[str, list[dict[str, str]], tuple[str, int, str]]] = [
    ("unsupported_type", [both("a", "geopoint")], ("survey", 2, "type")),
    ("unsupported_type", [both("a", "time")], ("survey", 2, "type")),
    ("unsupported_type", [both("r", "begin_repeat"), both("t"), {"type": "end_repeat"}],
     ("survey", 2, "type")),
    ("unsupported_type", [both("a", "acknowledge")], ("survey", 2, "type")),
    ("unknown_reference", [both("a"), both("b", relevant="${c} = 1")], ("survey", 3, "relevant")),
    ("unknown_reference", [both("a", constraint="/data/x = 1", constraint_message="?")],
     ("survey", 2, "constraint")),
    ("broken_xpath", [both("a", relevance="1 +")], ("survey", 2, "relevance")),
    ("broken_xpath", [both("a", "calculate", calculation="concat('a' 'b')")],
     ("survey", 2, "calculation")),
    ("xpath_too_large", [both("a", "calculate", calculation="(" * 99 + "1" + ")" * 99)],
     ("survey", 2, "calculation")),
    ("unsupported_function", [both("a", required="pulldata('a') = 1")], ("survey", 2, "required")),
    ("pattern", [both("a", constraint="regex(., '(')", constraint_message="?")],
     ("survey", 2, "constraint")),
    ("pattern", [both("a", constraint="regex(., ${a})", constraint_message="?")],
     ("survey", 2, "constraint")),
    ("date_pattern", [both("a", "calculate", calculation="format-date(today(), '%b')")],
     ("survey", 2, "calculation")),
    ("unknown_filter_column",
     [both("a", "calculate", calculation="instance('yn')/root/item[1]/pin"),
      both("b", "select_one yn")],
     ("survey", 2, "calculation")),
    ("unsupported_path",
     [both("b", "select_one yn", choice_filter="../x = 1")], ("survey", 2, "choice_filter")),
    ("circle",
     [both("a", "calculate", calculation="${b} + 1"),
      both("b", "calculate", calculation="${a} + 1")],
     ("survey", 2, "calculation")),
    ("circle", [both("a", relevant="${a} = 1")], ("survey", 2, "relevant")),
    ("circle", [both("g", "begin_group", relevant="${a} = 1"), both("a"), {"type": "end_group"}],
     ("survey", 2, "relevant")),
    ("default", [both("a"), both("b", "integer", default="many")], ("survey", 3, "default")),
    ("default", [both("b", "select_one yn", default="maybe")], ("survey", 2, "default")),
    ("duplicate_name",
     [both("a"), both("g", "begin_group"), both("a"), {"type": "end_group"}],
     ("survey", 4, "name")),
    ("unsupported_action", [both("a"), both("b", trigger="${a}", calculation="today()")],
     ("survey", 3, "trigger")),
    ("external_list", [both("b", "select_one_from_file towns.csv")], ("survey", 0, "")),
    ("pyxform", [both("b", "select_one absent")], ("survey", 2, "")),
    ("unknown_reference", [both("a", notes="as in ${old}")], ("survey", 2, "notes")),
    ("pyxform", [both("a"), both("a")], ("survey", 3, "name")),
    ("pyxform", [both("a b")], ("survey", 2, "name")),
    ("pyxform", [both("a"), {"type": "end_group"}], ("survey", 3, "")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "survey", "where"), ERRORS)
def test_an_error_names_its_cell(
    tmp_path: Path, code: str, survey: list[dict[str, str]], where: tuple[str, int, str]
) -> None:
    given = look(tmp_path, survey, YES_NO)
    assert not given.ok
    errors = [problem for problem in given.problems if problem.severity == "error"]
    assert place(found(given, code)) == where, [(p.code, p.place, p.values) for p in errors]
    assert given.problems[0].severity == "error"
    with pytest.raises(FormRefused) as refused:
        compile_form(tmp_path / "f.xlsx")
    assert refused.value.review == given
    assert refused.value.values["fault"] == errors[0].code


WARNINGS: list[tuple[str, dict[str, str], tuple[str, int, str]]] = [
    ("missing_translation", {"type": "text", "name": "a", EN: "A"}, ("survey", 3, HI)),
    ("missing_translation", both("a", **{"hint::English (en)": "h"}),
     ("survey", 3, "hint::Hindi (hi)")),
    ("no_constraint_message", both("a", "integer", constraint=". > 1"),
     ("survey", 3, "constraint")),
    ("unsupported_appearance", both("a", appearance="multiline sparkling"),
     ("survey", 3, "appearance")),
    ("metadata_left_out", {"type": "deviceid", "name": "deviceid"}, ("survey", 3, "type")),
    ("anonymous_trace", {"type": "deviceid", "name": "deviceid"}, ("survey", 3, "type")),
    ("anonymous_trace", {"type": "start", "name": "start"}, ("survey", 3, "type")),
    ("anonymous_trace", both("a", "calculate", calculation="concat(${nps}, 'T', now())"),
     ("survey", 3, "calculation")),
    ("anonymous_trace", both("a", "date", default="today()"), ("survey", 3, "default")),
    ("unsupported_media", both("a", **{"media::image::Hindi (hi)": "a.png"}),
     ("survey", 1, "media::image::Hindi (hi)")),
    ("unknown_column", both("a", relevent="1 = 1"), ("survey", 1, "relevent")),
    ("language_without_tag", both("a", **{"label::Tulu": "a"}), ("survey", 1, "")),
    ("blank_trap",
     both("a", "calculate", calculation="if(${nps} >= 9, 'promoter', 'detractor')"),
     ("survey", 3, "calculation")),
    ("blank_trap", both("a", relevant="if(${nps} < 7, 1, 2) = 2"), ("survey", 3, "relevant")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "line", "where"), WARNINGS)
def test_a_warning_names_its_cell_and_keeps_the_form(
    tmp_path: Path, code: str, line: dict[str, str], where: tuple[str, int, str]
) -> None:
    given = look(tmp_path, [both("nps", "integer"), line])
    assert given.ok
    problem = found(given, code)
    assert problem.severity == "warning"
    assert place(problem) == where


@pytest.mark.parametrize(
    ("calculation", "relevant"),
    [
        ("if(${nps} = '', '', if(${nps} >= 9, 'promoter', 'detractor'))", ""),
        ("if(string-length(${nps}) > 0 and -${nps} < -8, 'promoter', 'other')", ""),
        ("if(${nps} >= 9, 'promoter', '')", ""),
        ("if(${nps} = 9, 'promoter', 'other')", ""),
        ("if(9 > 8, 'promoter', 'other')", ""),
        ("if(${nps} >= 9, 'promoter', 'detractor')", "${nps} != ''"),
        ("instance('yn')/root/item[name = 'yes']/name", ""),
    ],
)
def test_what_looks_whether_there_is_an_answer_is_no_trap(
    tmp_path: Path, calculation: str, relevant: str
) -> None:
    line = both("a", "calculate", calculation=calculation, relevant=relevant)
    given = look(tmp_path, [both("nps", "integer"), both("yn", "select_one yn"), line], YES_NO)
    assert given.problems == ()


def test_a_clock_that_leaves_nothing_in_the_record_is_no_trace(tmp_path: Path) -> None:
    line = both("a", "date", constraint=". <= today()", constraint_message="?", default="now")
    given = look(tmp_path, [line])
    assert "anonymous_trace" not in {problem.code for problem in given.problems}


def test_a_trace_is_told_of_an_xform_too(tmp_path: Path) -> None:
    survey = [*GOOD, both("b", "calculate", calculation="if(${a} = '', today(), now())")]
    file = tmp_path / "a.xml"
    file.write_text(compile_form(write_xlsx(tmp_path / "a.xlsx", survey)).xform)
    traces = [one.values for one in review(file).problems if one.code == "anonymous_trace"]
    assert traces == [{"what": "today()"}, {"what": "now()"}]


def test_settings_and_languages_are_reviewed(tmp_path: Path) -> None:
    given = look(tmp_path, GOOD, version="", default_language="")
    assert [problem.code for problem in given.problems] == ["no_version", "no_default_language"]
    given = look(tmp_path, GOOD, default_language="Tamil (ta)")
    assert [problem.code for problem in given.problems][-1] == "no_default_language"
    plain = [{"type": "text", "name": "a", "label": "A"}]
    given = review(write_xlsx(tmp_path / "p.xlsx", plain, (), {}))
    assert {problem.code for problem in given.problems} == {"no_version", "no_language"}
    assert given.languages == ()
    assert begin(compile_form(tmp_path / "p.xlsx").form).shown("a").label == "A"
    given = look(tmp_path, GOOD, style="pages")
    assert place(found(given, "unknown_column")) == ("settings", 1, "style")


def test_rows_without_a_type_are_passed_over(tmp_path: Path) -> None:
    given = look(tmp_path, [*GOOD, {"notes": "about b"}, both("b", relevant="${c}")])
    assert place(found(given, "unknown_reference")) == ("survey", 4, "relevant")


def test_groups_without_end_are_refused(tmp_path: Path) -> None:
    def nested(depth: int) -> Rows:
        opening = [both(f"g{level}", "begin_group") for level in range(depth)]
        return [*opening, *GOOD, *[{"type": "end_group"}] * depth]

    with pytest.raises(VisitorError) as wrong:
        look(tmp_path, nested(30))
    assert wrong.value.key == "form_too_large"
    assert not look(tmp_path, nested(2000)).ok


def test_choices_given_twice_are_an_error_unless_they_are_meant(tmp_path: Path) -> None:
    survey, twice = [both("b", "select_one yn")], [*YES_NO, YES_NO[0]]
    given = look(tmp_path, survey, twice)
    assert place(found(given, "duplicate_choice")) == ("choices", 4, "name")
    assert [problem.severity for problem in given.problems] == ["error"]
    assert look(tmp_path, survey, twice, allow_choice_duplicates="yes").ok
    missing = [*YES_NO, {"list_name": "yn", "name": "maybe", EN: "Maybe"}]
    assert place(found(look(tmp_path, survey, missing), "missing_translation")) == (
        "choices", 4, HI,
    )  # fmt: skip


def test_installing_gives_a_version_and_the_hash_of_the_file(tmp_path: Path) -> None:
    made = compile_form(write_xlsx(tmp_path / "a.xlsx", GOOD, (), {**SETTINGS, "version": "7"}))
    assert (made.version, made.title, made.form.id) == ("7", "Form", "form")
    unnamed = {"form_title": "T"}
    made = compile_form(write_xlsx(tmp_path / "feedback.xlsx", GOOD, (), unnamed))
    assert isinstance(made, FormSource)
    assert made.form.id == "feedback"
    assert made.version == made.sha256[:12] == made.form.version
    assert read_form(made.xform).version == made.version
    for old in ("", ' version=""', " version=' '"):
        file = tmp_path / "feedback.xml"
        file.write_text(made.xform.replace(f' version="{made.version}"', old))
        again = compile_form(file)
        assert again.version == again.sha256[:12] == read_form(again.xform).version
    file.write_text(file.read_text().replace("<instance>", "<instance><?odd?>"))
    with pytest.raises(VisitorError) as wrong:
        compile_form(file)
    assert wrong.value.key == "form_no_xform"


def test_an_xform_is_reviewed_without_sheets(tmp_path: Path) -> None:
    survey = [
        {"type": "text", "name": "a", EN: "A", "constraint": ". != 'x'"},
        both("b", "select_one yn"),
    ]
    made = compile_form(write_xlsx(tmp_path / "a.xlsx", survey, YES_NO))
    file = tmp_path / "a.xml"
    file.write_text("\ufeff" + made.xform.replace(' version="1"', ""))
    codes = [problem.code for problem in review(file).problems]
    assert codes == ["no_version", "no_constraint_message", "missing_translation"]
    file.write_text(made.xform.replace("!= 'x'", "!="))
    assert [p.code for p in review(file).problems if p.severity == "error"] == ["broken_xpath"]
    plain = [{"type": "text", "name": "a", "label": "A"}]
    made = compile_form(write_xlsx(tmp_path / "p.xlsx", plain))
    file.write_text(made.xform)
    assert [problem.code for problem in review(file).problems] == ["no_language"]


def test_an_old_workbook_is_read_too(tmp_path: Path) -> None:
    survey = grid([both("a", "integer", constraint=". > 1", constraint_message="?")])
    sheets = {"survey": survey, "settings": grid([SETTINGS])}
    form = compile_form(write_xls(tmp_path / "a.xls", sheets)).form
    assert form.title == "Form"
    session = begin(form, "hi")
    assert session.answer("a", "१") is not None
    assert session.answer("a", "२") is None


def _key(path: Path) -> str:
    with pytest.raises(VisitorError) as wrong:
        review(path)
    with pytest.raises(VisitorError) as again:
        compile_form(path)
    assert again.value.key == wrong.value.key
    return wrong.value.key


def test_files_that_are_no_forms_are_refused_in_words(tmp_path: Path) -> None:
    old = write_xls(tmp_path / "a.xls", {"survey": grid(GOOD)})
    new = write_xlsx(tmp_path / "a.xlsx", GOOD)

    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    assert _key(written("old.xlsx", old.read_bytes())) == "form_old_workbook"
    assert _key(written("new.xls", new.read_bytes())) == "form_no_workbook"
    assert _key(written("text.xlsx", b"type,name\n")) == "form_no_workbook"
    assert _key(written("text.xls", b"type,name\n")) == "form_no_workbook"
    assert _key(written("empty.xlsx", b"")) == "form_no_workbook"
    assert _key(written("empty.xls", b"")) == "form_no_workbook"
    locked = old.read_bytes() + "EncryptedPackage".encode("utf-16-le")
    assert _key(written("locked.xlsx", locked)) == "form_locked_workbook"
    assert _key(written("form.csv", b"")) == "form_file_kind"
    assert _key(written("big.xlsx", bytes(MAX_BYTES + 1))) == "form_too_large"
    assert _key(written("a.xml", b"<a/>")) == "form_no_xform"
    assert _key(written("b.xml", b"\xff\xfe\xff")) == "form_no_xform"
    assert _key(written("c.xml", b"<a>")) == "form_no_xform"
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    assert _key(written("d.xml", bomb)) == "form_no_xform"
    with pytest.raises(EnvironmentFault):
        review(tmp_path / "absent.xlsx")


def test_a_workbook_whose_parts_are_encrypted_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", GOOD)
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    path.write_bytes(data)
    assert _key(path) == "form_no_workbook"


def test_libraries_say_nothing_on_standard_output(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "odd.xls", {"survey": grid(GOOD)})
    data = bytearray(path.read_bytes())
    data[32:34] = b"\xff\0"  # a short sector of 2**255 bytes, which xlrd remarks upon
    path.write_bytes(data)
    program = (
        "from pathlib import Path; from kiosk.forms.linter import review; "
        f"print(review(Path({str(path)!r})).questions)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"1\n"


def _zip(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_zip_bombs_are_refused_by_what_they_declare_or_hold(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(_zip({"xl/workbook.xml": bytes(41_000_000)}))
    assert path.stat().st_size < 100_000
    assert _key(path) == "form_too_large"
    path.write_bytes(_zip({f"part{number}": b"" for number in range(1001)}))
    assert _key(path) == "form_too_large"
    path.write_bytes(_zip({"readme.txt": b"no workbook"}))
    assert _key(path) == "form_no_workbook"
    good = write_xlsx(tmp_path / "good.xlsx", GOOD)
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    honest = _zip(parts | {"xl/worksheets/sheet1.xml": bytes(41_000_000)})
    lying = honest.replace(struct.pack("<I", 41_000_000), struct.pack("<I", 1_000))
    assert lying != honest
    path.write_bytes(lying)
    assert _key(path) == "form_no_workbook"


def test_a_far_cell_costs_nothing(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [*GOOD]
    path = write_xlsx(tmp_path / "far.xlsx", rows)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", far + "</sheetData>").encode()
    path.write_bytes(_zip(parts))
    assert review(path).questions == 1


@pytest.mark.parametrize("kind", [".xlsx", ".xls", ".xml"])
def test_damaged_files_never_end_in_a_traceback(tmp_path: Path, kind: str) -> None:
    survey = [both("nps", "integer", relevant="1 = 1"), both("b", "select_one yn")]
    good = write_xlsx(tmp_path / "good.xlsx", survey, YES_NO)
    data = {
        ".xlsx": good.read_bytes(),
        ".xls": write_xls(
            tmp_path / "good.xls", {"survey": grid(survey), "choices": grid(YES_NO)}
        ).read_bytes(),
        ".xml": compile_form(good).xform.encode(),
    }[kind]
    chance = random.Random(7)
    path = tmp_path / f"damaged{kind}"
    refused = 0
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        path.write_bytes(damaged)
        try:
            compile_form(path)
        except VisitorError:
            refused += 1
    assert refused > 8


def _damage_inside(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    for _ in range(chance.randint(1, 4)):
        parts[name][chance.randrange(len(parts[name]))] = chance.randrange(32, 127)
    return _zip({name: bytes(part) for name, part in parts.items()})


def test_workbooks_that_are_damaged_inside_never_end_in_a_traceback(tmp_path: Path) -> None:
    survey = [both("nps", "integer", relevant="1 = 1"), both("b", "select_one yn")]
    data = write_xlsx(tmp_path / "good.xlsx", survey, YES_NO).read_bytes()
    chance = random.Random(11)
    path = tmp_path / "damaged.xlsx"
    refused = 0
    for _ in range(60):
        path.write_bytes(_damage_inside(data, chance))
        try:
            compile_form(path)
        except VisitorError:
            refused += 1
    assert refused > 8


def _words(tag: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((LANGUAGES / tag / "forms.toml").read_text())


@pytest.fixture(scope="module")
def every_problem(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FormProblem]:
    """One problem of every code that the tests above provoke."""
    folder = tmp_path_factory.mktemp("reviews")
    reviews = [look(folder, survey, YES_NO) for _, survey, _ in ERRORS]
    reviews += [look(folder, [both("nps", "integer"), line]) for _, line, _ in WARNINGS]
    reviews += [look(folder, GOOD, version="", default_language="")]
    reviews += [look(folder, [both("b", "select_one yn")], [*YES_NO, YES_NO[0]])]
    reviews += [look(folder, [{"type": "text", "name": "a", "label": "A"}])]
    return {problem.code: problem for given in reviews for problem in given.problems}


@pytest.mark.parametrize("tag", ["hi", "en", "ur", "kn", "te"])
def test_every_problem_has_its_sentence_in_five_languages(
    every_problem: Mapping[str, FormProblem], tag: str
) -> None:
    own, english = _words(tag), _words("en")
    assert {table: set(rows) for table, rows in own.items()} == {
        table: set(rows) for table, rows in english.items()
    }
    assert set(every_problem) == set(own["form"])
    words = Words(Tag(tag), {f"form.{code}": text for code, text in own["form"].items()})
    for problem in every_problem.values():
        sentence = problem.message(words).replace("${", "")
        assert "{" not in sentence
        assert tag == "en" or problem.message(words) != english["form"][problem.code]
