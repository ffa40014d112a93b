"""kiosk form check, fill, add."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.cli.reading import json_file
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.forms.linter import FormRefused, compile_form, review
from kiosk.forms.problems import FormProblem, Review
from kiosk.forms.session import Session, Shown
from kiosk.services.desk import Desk
from kiosk.services.forms import check_text
from kiosk.services.installing import install_form


def check(options: argparse.Namespace, out: Output) -> int:
    """Reads a form and says everything that is to be said of it."""
    try:
        found = review(options.file)
    except VisitorError as error:
        message = out.words.say(f"error.{error.key}", **error.values)
        problem = {
            "severity": "error", "code": error.key, "sheet": "", "row": 0, "column": "",
            "message": message,
        }  # fmt: skip
        out.document({**_EMPTY, "problems": [problem]}, [message])
        return DATA_WRONG
    out.document(_told(found, out), _lines(found, out))
    return OK if found.ok else DATA_WRONG


def fill(options: argparse.Namespace, out: Output) -> int:
    """Runs one session: answers in order, then the state of every question."""
    form = compile_form(options.file).form
    answers = json_file(options.answers)
    language = options.language or form.default_language
    if options.language and options.language not in form.languages:
        raise WrongUse(f"{options.language}: {', '.join(form.languages)}")
    session = Session(
        form,
        Tag(language),
        today=lambda: datetime.now().astimezone().date(),
        now=lambda: datetime.now().astimezone(),
        check=check_text,
        answers=answers,
    )
    finished = session.finish()
    value = {
        "valid": not finished.problems,
        "questions": {path: _state(shown, out) for path, shown in session.states().items()},
        "problems": [
            {"field": one.field, "code": one.code, "message": one.message(out.words)}
            for one in finished.problems
        ],
        "record": finished.record,
    }
    lines = [f"{name}: {one}" for name, one in finished.record.items()]
    lines += [f"✗ {one.field}: {one.message(out.words)}" for one in finished.problems]
    out.document(value, lines)
    return OK if not finished.problems else DATA_WRONG


def add(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Checks a form and installs it for the event; a newer version takes the older one's place."""
    try:
        source = compile_form(options.file)
    except FormRefused as refused:
        out.document({"id": None, "version": None, "hash": None, **_told(refused.review, out)})
        for line in _lines(refused.review, out):
            out.tell(line)
        out.say("command.form_not_installed")
        return DATA_WRONG
    installed = install_form(desk, source)
    value = {"id": installed.id, "version": installed.version, "hash": installed.hash}
    out.document(value, [f"{installed.id} {installed.version}"])
    return OK


_EMPTY: dict[str, Any] = {
    "ok": False, "title": "", "version": "", "questions": 0, "languages": [],
}  # fmt: skip


def _told(found: Review, out: Output) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "title": found.title,
        "version": found.version,
        "questions": found.questions,
        "languages": list(found.languages),
        "problems": [
            {
                "severity": one.severity,
                "code": one.code,
                "sheet": one.sheet,
                "row": one.row,
                "column": one.column,
                "message": one.message(out.words),
            }
            for one in found.problems
        ],
    }


def _lines(found: Review, out: Output) -> list[str]:
    def line(one: FormProblem) -> str:
        sign = "✗" if one.severity == "error" else "!"
        place = " ".join(str(part) for part in (one.sheet, one.row, one.column) if part)
        return f"{sign} {place}: {one.message(out.words)}"

    return [f"{found.title} {found.version}", *(line(one) for one in found.problems)]


def _state(shown: Shown, out: Output) -> dict[str, Any]:
    problem = shown.problem
    return {
        "relevant": shown.relevant,
        "required": shown.required,
        "readonly": shown.readonly,
        "value": shown.value,
        "label": shown.label,
        "problem": None
        if problem is None
        else {"code": problem.code, "message": problem.message(out.words)},
    }
