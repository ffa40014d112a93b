"""XForms that other tools wrote: read as they are, refused where they ask for what is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import VisitorError
from kiosk.forms.model import Template
from kiosk.forms.xform import MAX_BYTES, examine, read_form
from tests.forms.form_workbooks import begin, build

HEAD = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
<h:head>"""
BY_HAND = f"""{HEAD}<h:title> By hand </h:title><model>
<itext><translation lang="hi"><text id="t"><value form="long">लंबा</value><value>पाठ</value></text>
<text id="none"/></translation><translation lang="Kashmiri (ks-Arab)"/></itext>
<instance><f id="hand" version=" 3 "><a/><hidden><b/><c/></hidden><d> x </d><when/><meta/></f>
</instance>
<instance id="list"><root><item><code>1</code><text>One</text></item>
<item><code>2</code><text>jr:itext('t')</text></item></root></instance>
<instance><ignored/></instance>
<bind nodeset="/f/a" type="xsd:int" jr:constraintMsg="too small" constraint=". &gt; 1"/>
<bind nodeset="/f/hidden" relevant="/f/a = 3"/>
<bind nodeset="/f/hidden/c" calculate="2 * /f/a"/>
<bind nodeset="/f/d" readonly="true()"/>
<setvalue event="odk-instance-first-load" bind="/f/when">soon</setvalue>
</model></h:head><h:body>
<input ref="/f/a"><label>Number</label><hint ref="jr:itext('none')"/><help>!</help></input>
<group><label>-</label><input ref="/f/hidden/b"><label>of <output value="/f/a"/> or
<output value="1 +"/>more</label></input></group>
<input ref="/f/d"><label ref="jr:itext('t')"/></input>
<input ref="/f/when"/>
</h:body></h:html>""".replace('\n<output value="1 +"/>', "\n")


def test_a_form_by_hand_is_read(tmp_path: Path) -> None:
    form = read_form(BY_HAND)
    assert (form.id, form.title, form.version) == ("hand", "By hand", "3")
    assert form.languages == ("hi", "ks-Arab")
    assert form.default_language == "hi"
    session = begin(form, "hi")
    assert [shown.name for shown in session.questions()] == ["a", "d", "when"]
    problem = session.answer("a", 1)
    assert problem is not None
    assert problem.text == "too small"
    session.answer("a", 3)
    assert session.shown("b").label == "of 3 or\nmore"
    assert isinstance(session.shown("b").question.label["hi"], Template)
    assert session.shown("b").question.label["hi"] == "of ${a} or\nmore"
    assert session.shown("d").label == "पाठ"
    assert session.shown("a").hint == ""
    assert session.finish().record == {"a": 3, "c": 6, "d": "x", "when": "soon"}
    session.answer("a", 4)
    assert session.finish().record == {"a": 4, "d": "x", "when": "soon"}


SELECTS = f"""{HEAD}<h:title/><model>
<instance><f id="s"><a/><b/><c/></f></instance>
<instance id="list"><root><item><code>1</code><text>One</text></item></root></instance>
</model></h:head><h:body>
<select1 ref="/f/a"><itemset nodeset="instance('list')/root/item"><value ref="code"/>
<label ref="text"/></itemset></select1>
<select ref="/f/b"><item><label>Two</label><value>2</value></item>
<item><label>Blank</label></item></select>
<select1 ref="/f/c"><itemset nodeset="instance('list')/root/item"/></select1>
</h:body></h:html>"""


def test_choices_come_from_a_list_or_stand_in_the_question() -> None:
    session = begin(read_form(SELECTS))
    shown = {one.name: [(c.value, c.label) for c in one.choices] for one in session.questions()}
    assert shown == {"a": [("1", "One")], "b": [("2", "Two"), ("", "Blank")], "c": [("", "")]}
    assert session.answer("b", "2") is None
    assert session.finish().record == {"b": ["2"]}


@pytest.mark.parametrize(
    ("old", "new", "code", "part"),
    [
        ('<input ref="/f/when"/>', '<input ref="/f/gone"/>', "unknown_reference", "type"),
        ('nodeset="/f/d"', 'nodeset="/f/gone"', "unknown_reference", "type"),
        ('bind="/f/when"', 'bind="/f/gone"', "unknown_reference", "type"),
        ('type="xsd:int"', 'type="geotrace"', "unsupported_type", "type"),
        ('<input ref="/f/when"/>', '<upload ref="/f/when"/>', "unsupported_type", "type"),
        ('<input ref="/f/when"/>', '<input ref="/f/when"><setvalue event="x"/></input>',
         "unsupported_action", "trigger"),
        ('event="odk-instance-first-load"', 'event="odk-new-repeat"', "unsupported_action",
         "trigger"),
        ("</model>", "<odk:recordaudio/></model>", "unsupported_action", "trigger"),
        ('<output value="/f/a"/>', '<output value="/f/"/>', "unfinished", "label"),
        ("<instance><ignored/>", '<instance id="far" src="jr://file/far.csv"><ignored/>',
         "external_list", "choices"),
        ('<input ref="/f/when"/>',
         '<select ref="/f/when"><itemset nodeset="/f/a"/></select>', "unsupported_path",
         "choice_filter"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(old: str, new: str, code: str, part: str) -> None:
    assert old in BY_HAND
    read = examine(BY_HAND.replace(old, new))
    assert read.form is None
    assert [(fault.code, fault.part) for fault in read.faults][:1] == [(code, part)]
    assert (read.title, read.version, read.languages) == ("By hand", "3", ("hi", "ks-Arab"))
    with pytest.raises(VisitorError) as wrong:
        read_form(BY_HAND.replace(old, new))
    assert wrong.value.key == "form_refused"


MANY = "".join(f"<q{number}/>" for number in range(2100))


def _nested(depth: int) -> str:
    inside = "<g>" * depth + "</g>" * depth
    return f"{HEAD}<model><instance><f>{inside}</f></instance></model></h:head><h:body/></h:html>"


def _deep_page(depth: int) -> str:
    page = "<group>" * depth + "</group>" * depth
    return (
        f"{HEAD}<model><instance><f/></instance></model></h:head><h:body>{page}</h:body></h:html>"
    )


@pytest.mark.parametrize(
    ("xform", "key"),
    [
        ("x" * (MAX_BYTES + 1), "form_too_large"),
        (_nested(100), "form_too_large"),
        (_nested(100_000), "form_too_large"),
        (_deep_page(100), "form_too_large"),
        (_nested(0).replace("<f>", f"<f>{MANY}"), "form_too_large"),
        ("", "form_no_xform"),
        ("<a/>", "form_no_xform"),
        (_nested(0).replace("<instance>", "<itext>").replace("</instance>", "</itext>"),
         "form_no_xform"),
        (_nested(0).replace("<h:body/>", ""), "form_no_xform"),
        (_nested(0).replace("<f></f>", ""), "form_no_xform"),
        ("\ud800", "form_no_xform"),
    ],
)  # fmt: skip
def test_what_is_no_xform_is_refused(xform: str, key: str) -> None:
    with pytest.raises(VisitorError) as wrong:
        examine(xform)
    assert wrong.value.key == key


def test_a_language_without_translations_falls_back(tmp_path: Path) -> None:
    session = begin(read_form(BY_HAND), "ur")
    assert session.shown("d").label == "पाठ"


def test_or_other_asks_for_the_other(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [{"type": "select_one yn or_other", "name": "b", "label": "B"}],
        [{"list_name": "yn", "name": "yes", "label": "Yes"}],
    )
    session = begin(form)
    session.answer("b", "other")
    assert session.answer("b_other", "perhaps") is None
    assert session.finish().record == {"b": "other", "b_other": "perhaps"}


def test_a_stored_form_is_read_without_pyxform(tmp_path: Path) -> None:
    stored = tmp_path / "stored.xml"
    stored.write_text(SELECTS)
    program = (
        "import sys; from kiosk.forms.session import Session; from kiosk.forms.xform import "
        f"read_form; read_form(open({str(stored)!r}).read()); "
        "print([m for m in ('pyxform', 'openpyxl', 'xlrd') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
