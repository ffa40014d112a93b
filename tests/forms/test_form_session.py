"""One visitor's session: what is asked, what is wrong, what is recorded."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import VisitorError
from kiosk.forms.model import Form, Question
from tests.forms.form_workbooks import EN, HI, TODAY, begin, build

YES_NO = [{"list_name": "yn", "name": "yes"}, {"list_name": "yn", "name": "no"}]


@pytest.fixture
def feedback(tmp_path: Path) -> Form:
    """A form with every kind of question."""
    return build(
        tmp_path,
        [
            {"type": "text", "name": "name", HI: "नाम", EN: "Your name", "required": "yes",
             "required_message::Hindi (hi)": "नाम लिखिए",
             "required_message::English (en)": "A name, please",
             "hint::English (en)": "as on the certificate", "appearance": "name multiline"},
            {"type": "begin_group", "name": "about", HI: "आप", EN: "You",
             "relevant": "${name} != ''"},
            {"type": "integer", "name": "age", HI: "${name}, आयु", EN: "Age of ${name}",
             "constraint": ". >= 5 and . < 120",
             "constraint_message::Hindi (hi)": "5 से 119",
             "constraint_message::English (en)": "From 5 to 119"},
            {"type": "decimal", "name": "share", HI: "भाग", EN: "Share"},
            {"type": "end_group"},
            {"type": "select_one yn", "name": "helped", HI: "मदद", EN: "Did it help?"},
            {"type": "note", "name": "sorry", HI: "क्षमा", EN: "We are sorry, ${name}",
             "relevant": "${helped} = 'no'"},
            {"type": "select_multiple theme", "name": "themes", HI: "विषय", EN: "Themes"},
            {"type": "date", "name": "seen", HI: "कब", EN: "When",
             "constraint": ". <= today()"},
            {"type": "calculate", "name": "word", HI: "", EN: "",
             "calculation": "if(${age} = '', '', if(${age} < 18, 'young', 'grown'))"},
            {"type": "calculate", "name": "doubled", HI: "", EN: "",
             "calculation": "${age} * 2"},
        ],
        [
            {"list_name": "yn", "name": "yes", HI: "हाँ", EN: "Yes"},
            {"list_name": "yn", "name": "no", HI: "नहीं", EN: "No"},
            {"list_name": "theme", "name": "price", HI: "मूल्य", EN: "Prices"},
            {"list_name": "theme", "name": "search", HI: "खोज", EN: "Search"},
        ],
    )  # fmt: skip


def test_a_session_from_the_first_question_to_the_record(feedback: Form) -> None:
    session = begin(feedback)
    asked = [shown.name for shown in session.questions()]
    assert asked == ["name", "helped", "themes", "seen"]
    assert session.answer("name", "  Asha ") is None
    assert session.answer("age", "४२") is None
    assert session.answer("share", "٠٫٥") is None
    assert session.answer("helped", "no") is None
    assert session.answer("themes", ["search", "price"]) is None
    assert session.answer("seen", "18-12-2019") is None
    asked = [shown.name for shown in session.questions()]
    assert asked == ["name", "age", "share", "helped", "sorry", "themes", "seen"]
    finished = session.finish()
    assert finished.problems == ()
    assert finished.record == {
        "name": "Asha",
        "age": 42,
        "share": 0.5,
        "helped": "no",
        "themes": ["price", "search"],
        "seen": "2019-12-18",
        "word": "grown",
        "doubled": 84,
    }
    assert json.loads(json.dumps(finished.record)) == finished.record


def test_the_language_changes_and_the_answers_stay(feedback: Form) -> None:
    session = begin(feedback)
    session.answer("name", "Asha")
    session.answer("age", 3)
    age = session.shown("age")
    assert age.label == "Age of Asha"
    assert age.problem is not None
    assert age.problem.text == "From 5 to 119"
    assert session.language == "en"
    session.language = "hi"  # type: ignore[assignment]
    age = session.shown("/data/about/age")
    assert (age.label, age.raw, age.value) == ("Asha, आयु", 3, 3)
    assert age.problem is not None
    assert age.problem.text == "5 से 119"
    assert [choice.label for choice in session.shown("helped").choices] == ["हाँ", "नहीं"]
    assert session.shown("name").hint == "as on the certificate"  # there is no Hindi one


def test_what_is_required_is_missed_only_once_somebody_passed_by(feedback: Form) -> None:
    session = begin(feedback)
    assert session.shown("name").required
    assert session.shown("name").problem is None
    assert session.states()["/data/name"].problem is not None
    problem = session.answer("name", " ")
    assert problem is not None
    assert (problem.code, problem.key, problem.text) == ("required", "required", "A name, please")
    assert session.shown("name").problem == problem
    assert begin(feedback).finish().problems == (problem,)


def test_finishing_shows_every_problem_from_then_on(feedback: Form) -> None:
    session = begin(feedback)
    session.finish()
    shown = {one.name: one.problem for one in session.questions()}
    assert shown["name"] is not None
    assert shown["helped"] is None


def test_states_are_of_every_node_relevant_or_not(feedback: Form) -> None:
    states = begin(feedback).states()
    assert states["/data/about"].question.kind == "group"
    assert not states["/data/about"].relevant
    assert not states["/data/about/age"].relevant
    assert states["/data/word"].readonly
    assert states["/data/word"].value == ""
    assert states["/data/themes"].value == []
    assert len(states) == 10


def test_irrelevant_answers_wait_and_are_dropped_at_the_end(feedback: Form) -> None:
    session = begin(feedback, answers={"name": "Asha", "age": 42})
    session.answer("name", "")
    assert not session.shown("age").relevant
    assert session.shown("age").raw == 42
    assert session.answers()["age"] == 42
    assert "age" not in session.finish().record
    assert session.answer("age", "x") is None  # nobody asks now, so nothing is wrong
    session.answer("age", 43)
    session.answer("name", "Asha")
    assert session.finish().record["age"] == 43


def test_a_form_tells_what_it_asks(feedback: Form) -> None:
    kinds = feedback.asked_kinds()
    assert list(kinds) == [one.name for one in feedback.questions if one.asked]
    assert (kinds["name"], kinds["age"], kinds["themes"]) == ("text", "integer", "select_multiple")
    assert not {"calculate", "note", "group"} & set(kinds.values())


@pytest.mark.parametrize("length", [121, 10_001, 10_000_000])
def test_the_field_s_own_bound_is_told_however_long_the_answer(feedback: Form, length: int) -> None:
    lengths = []

    def at_most_120(_: Question, text: str) -> str:
        lengths.append(len(text))
        if len(text) > 120:
            raise VisitorError("too_long_name", code="too_long", limit=120)
        return text

    problem = begin(feedback, check=at_most_120).answer("name", "x" * length)
    assert problem is not None
    assert (problem.code, problem.key, problem.values) == (
        "too_long", "too_long_name", {"limit": 120},
    )  # fmt: skip
    assert max(lengths) <= 10_000
    lenient = begin(feedback, check=lambda _, text: text.strip()).answer("name", " " * 10_001)
    assert lenient is not None
    assert (lenient.key, lenient.values) == ("too_long", {"limit": 10_000})


@pytest.mark.parametrize(
    ("name", "raw", "code", "key"),
    [
        ("age", "forty", "invalid", "integer"),
        ("age", "4.5", "invalid", "integer"),
        ("age", 4.5, "invalid", "integer"),
        ("age", "1,000", "invalid", "integer"),
        ("age", True, "invalid", "not_text"),
        ("age", "9" * 16, "invalid", "integer"),
        ("age", "9" * 41, "too_long", "too_long"),
        ("age", 10**60, "too_long", "too_long"),
        ("share", "one", "invalid", "number"),
        ("share", float("nan"), "invalid", "number"),
        ("share", float("inf"), "invalid", "number"),
        ("share", "1e3", "invalid", "number"),
        ("share", "1_000", "invalid", "number"),
        ("share", 1e300, "too_long", "too_long"),
        ("seen", "31-02-2019", "invalid", "date"),
        ("seen", "2019-13-01", "invalid", "date"),
        ("seen", "2019-12-19T10:00", "invalid", "date"),
        ("seen", "yesterday", "invalid", "date"),
        ("seen", "20-12-2019", "constraint", "constraint"),
        ("helped", "maybe", "unknown_choice", "unknown_choice"),
        ("helped", ["yes"], "unknown_choice", "unknown_choice"),
        ("helped", True, "unknown_choice", "unknown_choice"),
        ("helped", 10**400, "unknown_choice", "unknown_choice"),
        ("helped", "x" * 10_001, "too_long", "too_long"),
        ("themes", "price weather", "unknown_choice", "unknown_choice"),
        ("themes", [["price"]], "unknown_choice", "unknown_choice"),
        ("themes", {"price": True}, "unknown_choice", "unknown_choice"),
        ("themes", "x" * 10_001, "too_long", "too_long"),
        ("themes", ["price"] * 2001, "too_long", "too_long"),
        ("name", "x" * 10_000_000, "too_long", "too_long"),
        ("name", "a\0b", "characters", "unwritable"),
        ("name", "a\ud800b", "characters", "unwritable"),
        ("name", {"first": "Asha"}, "invalid", "not_text"),
        ("name", 1.5, "invalid", "not_text"),
    ],
)
def test_a_wrong_answer_has_a_code_and_a_sentence(
    feedback: Form, name: str, raw: object, code: str, key: str
) -> None:
    session = begin(feedback, answers={"name": "Asha"})
    problem = session.answer(name, raw)
    assert problem is not None
    assert (problem.field, problem.code, problem.key) == (name, code, key)
    assert session.finish().problems == (problem,)
    assert len(str(session.answers())) < 40_000
    json.dumps(session.answers()).encode()


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("name", 9876543210, "9876543210"),
        ("name", "पहला\r\nदूसरा\rतीसरा", "पहला\nदूसरा\nतीसरा"),
        ("name", "e\u0301", "é"),
        ("name", "క్\u200cష", "క్\u200cష"),
        ("age", "+42", 42),
        ("age", 42.0, 42),
        ("age", "۴۲", 42),
        ("share", "−0.5", -0.5),
        ("share", 3, 3.0),
        ("share", ".5", 0.5),
        ("share", 0.25, 0.25),
        ("seen", "1850-01-01", "1850-01-01"),
        ("seen", "1/2/1850", "1850-02-01"),
        ("seen", "೧೮.೧೨.೨೦೧೯", "2019-12-18"),
        ("seen", date(2019, 12, 1), "2019-12-01"),
        ("helped", " yes ", "yes"),
        ("helped", None, ""),
        ("themes", "search", ["search"]),
        ("themes", ("search", "price", "search"), ["price", "search"]),
        ("themes", [], []),
        ("themes", "", []),
    ],
)
def test_an_answer_is_read_in_every_usual_way(
    feedback: Form, name: str, raw: object, value: object
) -> None:
    session = begin(feedback, answers={"name": "Asha"})
    assert session.answer(name, raw) is None or name == "age"
    assert session.shown(name).value == value


def test_choices_may_be_numbers(tmp_path: Path) -> None:
    stars = [{"list_name": "stars", "name": str(star)} for star in range(1, 6)]
    form = build(
        tmp_path,
        [
            {"type": "select_one stars", "name": "rating"},
            {"type": "select_multiple stars", "name": "which"},
            {"type": "text", "name": "why", "relevant": "${rating} <= 2"},
        ],
        stars,
    )
    session = begin(form)
    assert session.answer("rating", 2) is None
    assert session.answer("which", 3) is None
    assert session.shown("why").relevant
    assert session.finish().record == {"rating": "2", "which": ["3"]}


def test_unknown_names_are_told_and_change_nothing(feedback: Form) -> None:
    long, odd = "x" * 5000, "a\0b"
    session = begin(feedback, answers={"nmae": "Asha", "word": "young", "about": 1, "sorry": ""})
    for name in ("nmae", long, odd, "\0"):
        problem = session.answer(name, "Asha")
        assert problem is not None
        assert problem.code == "unknown_question"
        assert len(problem.field) <= 100
    told = {problem.field for problem in session.finish().problems}
    assert told == {"nmae", "word", "about", "sorry", "name", "x" * 100, "ab", "?"}
    assert session.answers() == {}
    with pytest.raises(KeyError):
        session.shown("nmae")


def test_readonly_questions_take_no_answer(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [
            {"type": "text", "name": "place", "default": "Bengaluru", "readonly": "yes"},
            {"type": "integer", "name": "sum", "calculation": "2 + 3"},
            {"type": "text", "name": "number", "calculation": "2 + 3"},
            {"type": "text", "name": "free", "readonly": "${place} = ''"},
        ],
    )
    session = begin(form)
    problem = session.answer("place", "Mysuru")
    assert problem is not None
    assert (problem.code, problem.key) == ("invalid", "readonly")
    assert session.answer("sum", 7) is not None
    assert session.answer("free", "yes") is None
    assert session.answers() == {"free": "yes"}
    record = session.finish().record
    assert record == {"place": "Bengaluru", "sum": 5, "number": "5", "free": "yes"}
    assert isinstance(record["sum"], int)
    assert session.shown("place").readonly


def test_defaults_are_written_or_computed_once(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [
            {"type": "integer", "name": "people", "default": "5"},
            {"type": "date", "name": "day", "default": "today()"},
            {"type": "text", "name": "echo", "default": "concat('n', ${people})"},
            {"type": "integer", "name": "none", "default": "number('x')"},
        ],
    )
    session = begin(form)
    assert session.finish().record == {"people": 5, "day": TODAY.isoformat(), "echo": "n5"}
    session.answer("people", "")
    session.answer("day", "")
    again = begin(form, answers=session.answers())
    assert again.finish().record == {"echo": "n5"}


def test_a_filtered_list_follows_what_it_is_filtered_by(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [
            {"type": "select_one state", "name": "state"},
            {"type": "select_one town", "name": "town", "choice_filter": "state = ${state}"},
            {"type": "select_multiple town", "name": "known",
             "choice_filter": "state = ${state} or position = 'all'"},
        ],
        [
            {"list_name": "state", "name": "ka"},
            {"list_name": "state", "name": "ap"},
            {"list_name": "town", "name": "mysuru", "state": "ka", "position": "one"},
            {"list_name": "town", "name": "hubballi", "state": "ka", "position": "one"},
            {"list_name": "town", "name": "guntur", "state": "ap", "position": "all"},
        ],
    )  # fmt: skip
    session = begin(form)
    assert session.shown("town").choices == ()
    refused = session.answer("town", "mysuru")
    assert refused is not None
    assert refused.code == "unknown_choice"
    assert session.finish().problems == (refused,)
    session.answer("state", "ka")
    assert session.finish().problems == ()  # it is on offer now
    session.answer("known", "mysuru guntur")
    assert [choice.value for choice in session.shown("town").choices] == ["mysuru", "hubballi"]
    session.answer("state", "ap")
    assert session.finish().record == {"state": "ap", "known": ["guntur"]}
    assert session.finish().problems == ()  # what was withdrawn is not the visitor's mistake
    session.answer("state", "ka")
    assert session.finish().record["town"] == "mysuru"
    line = begin(form, answers={"town": "mysuru", "state": "ka"})
    assert line.finish().record == {"state": "ka", "town": "mysuru"}
    line = begin(form, answers={"town": "guntur", "state": "ka"})
    assert [problem.code for problem in line.finish().problems] == ["unknown_choice"]


def test_choice_names_in_labels_and_values_of_selects(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [
            {"type": "select_one yn", "name": "helped"},
            {"type": "note", "name": "said",
             EN: "You said ${shown} on ${day}, ${helped}"},
            {"type": "calculate", "name": "shown",
             "calculation": "jr:choice-name(${helped}, '${helped}')"},
            {"type": "calculate", "name": "day", "calculation": "today()"},
            {"type": "calculate", "name": "moment", "calculation": "now()"},
            {"type": "calculate", "name": "half", "calculation": "1 div 2"},
            {"type": "calculate", "name": "truth", "calculation": "${helped} = 'yes'"},
            {"type": "calculate", "name": "nothing", "calculation": "0 div 0"},
            {"type": "calculate", "name": "first", "calculation": "once(${helped})"},
        ],
        YES_NO,
    )  # fmt: skip
    session = begin(form)
    assert session.shown("said").label == "You said  on 2019-12-19,"
    session.answer("helped", "yes")
    assert session.shown("said").label == "You said Choice yes on 2019-12-19, yes"
    session.answer("helped", "no")
    assert session.finish().record == {
        "helped": "no",
        "shown": "Choice no",
        "day": "2019-12-19",
        "moment": "2019-12-19T05:30:00+00:00",
        "half": 0.5,
        "truth": False,
        "first": "yes",
    }


def test_typed_answers_are_cleaned_by_the_check(tmp_path: Path) -> None:
    def check(question: Question, text: str) -> str:
        if "12" in text:
            raise VisitorError("aadhaar", code="aadhaar", digits=2)
        return text.upper() if "name" in question.appearance else text

    form = build(
        tmp_path,
        [
            {"type": "text", "name": "name", "appearance": "name"},
            {"type": "integer", "name": "count"},
            {"type": "date", "name": "day"},
        ],
    )
    session = begin(form, check=check)
    assert session.answer("name", "asha") is None
    assert session.answer("count", 3) is None
    assert session.answer("day", "12-12-2012") is None
    assert session.finish().record == {"name": "ASHA", "count": 3, "day": "2012-12-12"}
    for name in ("name", "count"):
        problem = session.answer(name, "12")
        assert problem is not None
        assert (problem.code, problem.key, problem.values) == ("aadhaar", "aadhaar", {"digits": 2})
    assert session.answers()["name"] == "12"


def test_a_draft_brings_everything_back(feedback: Form) -> None:
    session = begin(feedback)
    for name, raw in {"name": "Asha", "age": "x", "themes": ["search"], "seen": "1-1-1850"}.items():
        session.answer(name, raw)
    again = begin(feedback, "hi", answers=session.answers())
    assert again.answers() == session.answers()
    assert again.finish() == session.finish()
    assert [one.problem for one in again.questions()] == [o.problem for o in session.questions()]


def test_two_choices_may_share_a_code(tmp_path: Path) -> None:
    form = build(
        tmp_path,
        [
            {"type": "select_one state", "name": "state"},
            {"type": "select_one town", "name": "town", "choice_filter": "state = ${state}"},
            {"type": "note", "name": "said", EN: "${shown}"},
            {"type": "calculate", "name": "shown",
             "calculation": "jr:choice-name(${town}, '${town}')"},
        ],
        [
            {"list_name": "state", "name": "ka"},
            {"list_name": "state", "name": "ap"},
            {"list_name": "town", "name": "other", "state": "ka", EN: "Elsewhere in Karnataka"},
            {"list_name": "town", "name": "other", "state": "ap", EN: "Elsewhere in Andhra"},
        ],
        allow_choice_duplicates="yes",
    )  # fmt: skip
    session = begin(form, answers={"state": "ka", "town": "other"})
    assert [choice.label for choice in session.shown("town").choices] == ["Elsewhere in Karnataka"]
    assert session.shown("said").label == "Elsewhere in Karnataka"
    session.answer("state", "ap")
    assert session.shown("said").label == "Elsewhere in Andhra"


@pytest.fixture(scope="module")
def any_form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return build(
        tmp_path_factory.mktemp("any"),
        [
            {"type": "text", "name": "name", "required": "yes"},
            {
                "type": "integer",
                "name": "age",
                "constraint": ". < 100",
                "relevant": "${name} != ''",
            },
            {"type": "decimal", "name": "share", "relevant": "${age} > 3 or ${helped} = 'no'"},
            {"type": "date", "name": "seen", "constraint": ". <= today()"},
            {"type": "select_one yn", "name": "helped"},
            {"type": "select_multiple yn", "name": "themes", "choice_filter": "name = ${helped}"},
            {"type": "calculate", "name": "sum", "calculation": "${age} + ${share}"},
        ],
        YES_NO,
    )


RAW = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(),
    st.sampled_from(["yes", "no", "5", "99", "100", "0.5", "2019-12-19", "31-02-2020", "yes no"]),
    st.lists(st.one_of(st.sampled_from(["yes", "no"]), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.text(max_size=2), st.text(max_size=2), max_size=1),
)  # fmt: skip
NAMES = ["name", "age", "share", "seen", "helped", "themes", "sum", "nobody", "/data/age", ""]


@given(st.lists(st.tuples(st.sampled_from(NAMES), RAW), max_size=12))
def test_any_answers_leave_a_session_that_holds_together(
    any_form: Form, given_answers: list[tuple[str, object]]
) -> None:
    session = begin(any_form)
    for name, raw in given_answers:
        session.answer(name, raw)
    finished = session.finish()
    states = session.states().values()
    shown = {one.name: one.value for one in states if one.relevant and one.value not in ("", [])}
    assert finished.record == shown
    json.dumps(finished.record, allow_nan=False).encode()
    asked = {one.question.name for one in states if one.question.asked}
    wrong = {problem.field for problem in finished.problems}
    good = {name: finished.record[name] for name in asked - wrong if name in finished.record}
    again = begin(any_form, answers=good).finish()
    assert {name: again.record.get(name) for name in good} == good
    draft = begin(any_form, answers=session.answers())
    assert draft.answers() == session.answers()
