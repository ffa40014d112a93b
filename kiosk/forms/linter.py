"""Reviews a form before an event: what is wrong, what is missing, what will surprise somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import VisitorError
from kiosk.forms.answers import read_answer
from kiosk.forms.columns import Columns, Place
from kiosk.forms.fault import Fault, Read
from kiosk.forms.itext import UNDETERMINED
from kiosk.forms.model import Form, Question
from kiosk.forms.problems import ERROR, WARNING, FormProblem, Review
from kiosk.forms.sheet_rules import sheet_problems
from kiosk.forms.source import Source, read_source
from kiosk.forms.traps import blank_traps, clocks
from kiosk.forms.xform import examine, read_form
from kiosk.forms.xlsform import convert
from kiosk.forms.xpath import MISWRITTEN, Expression

_CODES = dict.fromkeys(MISWRITTEN, "broken_xpath") | {
    "too_long": "xpath_too_large",
    "too_deep": "xpath_too_large",
    "unknown_function": "unsupported_function",
    "pattern_not_fixed": "pattern",
    "unknown_list": "unknown_reference",
    "unknown_column": "unknown_filter_column",
}
_PRIMARY = re.compile(r"<(?:[\w.-]+:)?instance(?:\s[^<>]*)?>\s*<[^\s<>/!?]+[^<>]*?(?=\s*/?>)")
_NO_VERSION = re.compile(r"\sversion=(?:\"\s*\"|'\s*')")
_ROW = re.compile(r"\[row : ([0-9]+)\]")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet")
_COLUMN = re.compile(r"the '([^']+)' value")


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form ready to be installed: the XForm with its version, and the hash of its file."""

    xform: str
    form: Form
    version: str
    sha256: str
    title: str


class FormRefused(VisitorError):  # noqa: N818 - the house says what happened
    """A form with errors; ``review`` has all of them."""

    def __init__(self, review: Review) -> None:
        first = next(problem for problem in review.problems if problem.severity == ERROR)
        place = " ".join(str(part) for part in (first.sheet, first.row, first.column) if part)
        super().__init__("form_refused", code="malformed", fault=first.code, path=place)
        self.review = review


def review(path: Path) -> Review:
    """Reads an XLSForm or XForm and says everything that is to be said of it.

    Raises VisitorError for a file that is no form at all, EnvironmentFault if it is not there.
    """
    return _reviewed(read_source(path))[0]


def compile_form(path: Path) -> FormSource:
    """The form for installing. A form without a version gets one from its file's hash.

    Raises FormRefused if it has errors, else as ``review``.
    """
    source = read_source(path)
    found, xform, form = _reviewed(source)
    if form is None or not found.ok:
        raise FormRefused(found)
    if not form.version:
        xform = _with_version(xform, source.sha256[:12])
        form = read_form(xform)
    if not form.version:
        raise VisitorError("form_no_xform", code="malformed")
    return FormSource(xform, form, form.version, source.sha256, form.title)


def _reviewed(source: Source) -> tuple[Review, str, Form | None]:
    if source.kind == ".xml":
        xform = _decoded(source.data)
        read = examine(xform)
        problems = [_of_fault(fault, None) for fault in read.faults]
        problems += _form_problems(read, None)
        return _summary(read, problems), xform, read.form
    converted = convert(source)
    columns = Columns(converted.workbook)
    problems = list(sheet_problems(columns))
    if converted.refusal:
        refusal = _of_refusal(converted.refusal)
        if not any(p.severity == ERROR and p.row == refusal.row for p in problems):
            problems.append(refusal)
        return _summary(Read(None, (), "", "", (), 0), problems), "", None
    read = examine(converted.xform)
    told = {(problem.code, problem.place) for problem in problems}
    faults = [_of_fault(fault, columns) for fault in read.faults]
    problems += [fault for fault in faults if (fault.code, fault.place) not in told]
    problems += _form_problems(read, columns)
    return _summary(read, problems), converted.xform, read.form


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise VisitorError("form_no_xform", code="malformed") from wrong


def _summary(read: Read, problems: Iterable[FormProblem]) -> Review:
    """Errors first; one problem for one cell and code."""
    unique = {(p.severity, p.code, p.place, str(p.values)): p for p in problems}
    ordered = sorted(unique.values(), key=lambda problem: problem.severity)
    return Review(
        ok=read.form is not None and not any(p.severity == ERROR for p in ordered),
        title=read.title,
        version=read.version,
        questions=read.asked,
        languages=read.languages,
        problems=tuple(ordered),
    )


def _of_refusal(reason: str) -> FormProblem:
    row, sheet, column = _ROW.search(reason), _SHEET.search(reason), _COLUMN.search(reason)
    place = Place(
        sheet.group(1) if sheet else "survey" if row else "",
        int(row.group(1)) if row else 0,
        column.group(1) if column else "",
    )
    return FormProblem(ERROR, "pyxform", place, {"reason": reason[:500]})


def _of_fault(fault: Fault, columns: Columns | None) -> FormProblem:
    place = Place()
    if columns is not None:
        place = columns.place(fault.path, fault.part)
    values = {"what": fault.what or fault.path, "path": fault.path, "at": fault.at + 1}
    code = _CODES.get(fault.code, fault.code)
    if code == "unsupported_type":
        values = {"type": fault.what}
    return FormProblem(ERROR, code, place, values)


def _form_problems(read: Read, columns: Columns | None) -> Iterator[FormProblem]:
    form = read.form
    if form is None:
        return
    for question in form.questions:
        yield from _question_problems(question, columns)
    if columns is None:
        yield from _form_without_sheet(form)


def _question_problems(question: Question, columns: Columns | None) -> Iterator[FormProblem]:
    def place(column: str) -> Place:
        return Place() if columns is None else columns.place(question.path, column)

    relevant = _source(question.relevant)
    for rule, column in ((question.calculate, "calculate"), (question.relevant, "relevant")):
        guard = relevant if column == "calculate" else ""
        for path in blank_traps(_source(rule), guard) if rule else ():
            values = {"name": path.rpartition("/")[2]}
            yield FormProblem(WARNING, "blank_trap", place(column), values)
    computed = question.default if isinstance(question.default, Expression) else None
    for rule, column in ((question.calculate, "calculate"), (computed, "default")):
        for clock in clocks(rule.source) if rule else ():
            yield FormProblem(WARNING, "anonymous_trace", place(column), {"what": clock})
    if question.asked and isinstance(question.default, str) and question.default:
        codes = {choice.value: choice for choice in question.choices}
        try:
            read_answer(question, question.default, codes, None)
        except VisitorError:
            yield FormProblem(ERROR, "default", place("default"), {"what": question.default[:100]})


def _source(rule: Expression | None) -> str:
    return "" if rule is None else rule.source


def _form_without_sheet(form: Form) -> Iterator[FormProblem]:
    """What the sheets would have told, for a form that comes as XML."""
    if not form.version:
        yield FormProblem(WARNING, "no_version")
    if form.default_language == UNDETERMINED:
        yield FormProblem(WARNING, "no_language")
    for question in form.questions:
        if question.constraint is not None and not question.constraint_message:
            yield FormProblem(WARNING, "no_constraint_message", values={"name": question.name})
        for text in (question.label, question.hint, *(c.label for c in question.choices)):
            for language in form.languages if text else ():
                if language not in text:
                    yield FormProblem(
                        WARNING, "missing_translation", Place(column=question.path),
                        {"language": language},
                    )  # fmt: skip


def _with_version(xform: str, version: str) -> str:
    """The XForm with a version at its primary instance."""
    return _PRIMARY.sub(
        lambda found: f'{_NO_VERSION.sub("", found.group())} version="{version}"', xform, count=1
    )
