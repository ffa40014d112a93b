"""Speed of forms: run with --benchmark-only. The aim is about 9 µs an evaluation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kiosk.forms.linter import FormSource, compile_form
from kiosk.forms.xform import read_form
from kiosk.forms.xpath import Facts, Scope, Value, compile_xpath
from tests.forms.form_workbooks import begin, write_xlsx

SCOPE = Scope("/data/age", frozenset({"/data/age", "/data/themes", "/data/seen"}), {})
EXPRESSIONS = [
    "/data/age >= 9 and /data/age <= 120",
    "selected(/data/themes, 'price') or /data/age = ''",
    "if(/data/age = '', '', if(/data/age >= 18, concat('a', /data/age), 'young'))",
    "regex(., '[0-9]{2}')",
    "/data/seen <= today() and format-date(/data/seen, '%Y') = '2019'",
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_one_evaluation(benchmark: BenchmarkFixture, source: str) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC)
    values: dict[str, Value] = {
        "/data/age": 42,
        "/data/themes": "price search",
        "/data/seen": date(2019, 12, 19),
    }
    facts = Facts(values, now.date, lambda: now, lambda _, code: code)
    evaluate = compile_xpath(source, SCOPE).evaluate
    assert evaluate(facts) is not None
    benchmark(evaluate, facts)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> FormSource:
    """Thirty questions, each relevant by the one before, with constraints and a filtered list."""
    survey = [{"type": "integer", "name": "q0", "label": "Q0", "constraint": ". < 100"}]
    for at in range(1, 28):
        relevant = f"${{q{at - 1}}} != ''"
        line = {"type": "integer", "name": f"q{at}", "label": f"After ${{q{at - 1}}}"}
        survey.append({**line, "relevant": relevant, "constraint": ". >= 0 and . < 100"})
    survey.append({"type": "select_one kind", "name": "kind", "label": "Kind"})
    filtered = {"type": "select_one town", "name": "town", "label": "Town"}
    survey.append({**filtered, "choice_filter": "kind = ${kind}"})
    choices = [{"list_name": "kind", "name": f"k{at}", "label": f"K{at}"} for at in range(7)]
    choices += [
        {"list_name": "town", "name": f"t{at}", "label": f"T{at}", "kind": f"k{at % 7}"}
        for at in range(700)
    ]
    path = write_xlsx(tmp_path_factory.mktemp("thirty") / "form.xlsx", survey, choices)
    return compile_form(path)


def test_one_answer_of_thirty(benchmark: BenchmarkFixture, thirty: FormSource) -> None:
    session = begin(thirty.form, answers={f"q{at}": at for at in range(28)} | {"kind": "k3"})
    assert len(session.questions()) == 30
    benchmark(session.answer, "q5", "7")
    assert session.finish().problems == ()


def test_all_thirty_shown(benchmark: BenchmarkFixture, thirty: FormSource) -> None:
    session = begin(thirty.form, answers={f"q{at}": at for at in range(28)} | {"kind": "k3"})
    assert len(benchmark(session.questions)) == 30


def test_reading_a_stored_form(benchmark: BenchmarkFixture, thirty: FormSource) -> None:
    assert benchmark(read_form, thirty.xform).version == "1"


def test_beginning_a_session(benchmark: BenchmarkFixture, thirty: FormSource) -> None:
    assert benchmark(begin, thirty.form).form is thirty.form


def test_importing_a_workbook(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [{"type": "text", "name": "a", "label": "A"}])
    assert benchmark(compile_form, path).version == "1"
