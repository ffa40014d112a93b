"""OpenRosa XPath: what expressions mean, checked against the specification and against Python."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms.xpath import Facts, Scope, Value, XPathError, compile_xpath
from kiosk.forms.xpath.syntax import MAX_DEPTH, MAX_LENGTH

TOWNS = (
    {"name": "mysuru", "state": "ka", "people": "920"},
    {"name": "hubballi", "state": "ka", "people": "943"},
    {"name": "guntur", "state": "ap", "people": "743", "port": "no"},
)
VALUES: dict[str, Value] = {
    "/data": "",
    "/data/age": 42,
    "/data/share": 0.5,
    "/data/name": "आशा Rani",
    "/data/blank": "",
    "/data/themes": "price search",
    "/data/seen": date(2019, 12, 19),
    "/data/g": "",
    "/data/g/inner": "x",
    "/data/truth": True,
}
SCOPE = Scope(
    "/data/age",
    frozenset(VALUES) | {"/data/gone"},
    {"town": TOWNS, "empty": ()},
)


def facts() -> Facts:
    return Facts(
        dict(VALUES),
        lambda: date(2020, 1, 1),
        lambda: datetime(2020, 1, 1, 12, 30, tzinfo=UTC),
        lambda path, code: f"{path}:{code}",
    )


def evaluate(source: str) -> Value:
    return compile_xpath(source, SCOPE).evaluate(facts())


@pytest.mark.parametrize(
    ("source", "value"),
    [
        # literals and arithmetic
        ("1 + 2 * 3 - 4 div 2", 5),
        ("(1 + 2) * 3", 9),
        ("- 3 mod 2", -1),
        ("--3", 3),
        ("5 mod -3", 2),
        ("7 div 0", math.inf),
        ("-7 div 0", -math.inf),
        (".5 + 5.", 5.5),
        ("'it''", None),
        ('"it\'s"', "it's"),
        ("/data/age+1", 43),
        ("'5' * '2'", 10),
        # paths
        (".", 42),
        ("../share", 0.5),
        ("./../g/inner", "x"),
        ("current()/../name", "आशा Rani"),
        ("current()", 42),
        ("/data/gone", ""),
        ("/data/g", ""),
        # comparison: truth values, then numbers, then texts
        ("/data/age = 42", True),
        ("/data/age = '42'", True),
        ("/data/age != 41", True),
        ("/data/blank = ''", True),
        ("/data/age = ''", False),
        ("/data/blank != 0", True),
        ("/data/blank >= 0", False),
        ("/data/blank < 0", False),
        ("'abc' < 'abd'", False),
        ("true() = 'anything'", True),
        ("/data/truth = true()", True),
        ("false() = ''", True),
        ("0.1 + 0.2 = 0.3", True),
        ("1 div 0 = 2 div 0", True),
        ("1 < 2 and 2 < 3 and 3 < 4", True),
        ("1 > 2 or 2 > 3 or '' or 'x'", True),
        ("1 = 1 or unknown-to-nobody() = 1", None),
        # dates
        ("/data/seen = '2019-12-19'", True),
        ("/data/seen < today()", True),
        ("today() > '2019-12-31'", True),
        ("today() - '2019-12-19'", 13),
        ("today() - 1 = date('2019-12-31')", True),
        ("'2019-12-19' <= '2019-12-20'", True),
        ("now() > today()", True),
        ("now() < '2020-01-01T13:00:00+05:30'", True),
        ("'2020-01-01T00:00:00Z' >= today()", True),
        ("number('2019-12-19')", math.nan),
        ("number(/data/seen)", 18249),
        ("date('')", ""),
        ("date('2019-02-30')", ""),
        ("date(18249) = /data/seen", True),
        ("date('18249') = /data/seen", True),
        ("string(date(now()))", "2020-01-01"),
        ("date(1 div 0)", ""),
        ("date(99999999999)", ""),
        ("string(date-time('2020-01-01T10:00:00'))", "2020-01-01T10:00:00"),
        ("date-time('soon')", ""),
        ("format-date(/data/seen, '%d-%m-%Y')", "19-12-2019"),
        ("format-date('2020-03-05', '%e/%n/%y %% %H:%M:%S.%3 %h')", "5/3/20 % 00:00:00.000 0"),
        ("format-date-time(now(), '%H:%M')", "12:30"),
        ("format-date('', '%Y')", ""),
        ("boolean(today())", True),
        # truth
        ("true() and not(false())", True),
        ("boolean('false')", True),
        ("boolean(0)", False),
        ("boolean(number('x'))", False),
        ("boolean-from-string('TRUE')", True),
        ("boolean-from-string('1')", True),
        ("boolean-from-string('yes')", False),
        ("if(/data/age > 18, 'grown', 'young')", "grown"),
        ("if('', 1, 2)", 2),
        ("coalesce(/data/blank, /data/age)", 42),
        ("coalesce(number('x'), '', '')", ""),
        ("once('again')", 42),
        # numbers
        ("number(' -7.50 ')", -7.5),
        ("number('1e3')", math.nan),
        ("number('1,000')", math.nan),
        ("number('४२')", math.nan),
        ("number(true())", 1),
        ("number()", 42),
        ("int(-2.7)", -2),
        ("int('x')", math.nan),
        ("round(2.5)", 3),
        ("round(-2.5)", -2),
        ("round(1.005, 2)", 1.01),
        ("round(1250, -2)", 1300),
        ("round('x')", math.nan),
        ("round(2, 'x')", math.nan),
        ("round(1 div 0)", math.inf),
        ("round(123456789012345678901234567890)", 123456789012345678901234567890.0),
        ("abs(-3)", 3),
        ("pow(2, 10)", 1024),
        ("pow(-8, 0.5)", math.nan),
        ("pow(10, 1000)", math.nan),
        # texts
        ("string(5)", "5"),
        ("string(0.5)", "0.5"),
        ("string(0.0000001)", "0.0000001"),
        ("string(1 div 3)", "0.3333333333333333"),
        ("string(0 div 0)", "NaN"),
        ("string(-1 div 0)", "-Infinity"),
        ("string(1 div 0)", "Infinity"),
        ("string(-0)", "0"),
        ("string(10000000000)", "10000000000"),
        ("string(true())", "true"),
        ("string(1 = 2)", "false"),
        ("string()", "42"),
        ("concat('a', 1, /data/blank, true())", "a1true"),
        ("concat(instance('town')/root/item/name)", "mysuruhubballiguntur"),
        ("join(', ', 'a', 'b')", "a, b"),
        ("join('-', instance('town')/root/item[state = 'ka']/name)", "mysuru-hubballi"),
        ("join(/data/gone)", ""),
        ("string-length('क्षमा')", 5),
        ("string-length()", 2),
        ("normalize-space('  a \n b ')", "a b"),
        ("contains(/data/name, 'Rani')", True),
        ("starts-with(/data/name, 'आ')", True),
        ("ends-with(/data/name, 'x')", False),
        ("substr('bengaluru', 2, 5)", "nga"),
        ("substr('bengaluru', -4)", "luru"),
        ("substr('bengaluru', 'x', 3)", "ben"),
        ("substr('bengaluru', 0, 1 div 0)", "bengaluru"),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-before('abc', '-')", ""),
        ("substring-before('abc', '')", ""),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-after('abc', '-')", ""),
        ("substring-after('abc', '')", "abc"),
        ("translate('bar', 'abr', 'AB')", "BA"),
        ("translate('aa', 'aa', 'xy')", "xx"),
        ("regex(/data/name, '.*Rani')", True),
        ("regex(/data/name, 'Rani')", False),
        ("regex('४', '\\d')", False),
        ("regex(/data/age, '[0-9]{2}')", True),
        # choices
        ("selected(/data/themes, 'price')", True),
        ("selected(/data/themes, 'pri')", False),
        ("selected(/data/blank, 'price')", False),
        ("count-selected(/data/themes)", 2),
        ("selected-at(/data/themes, 1)", "search"),
        ("selected-at(/data/themes, 7)", ""),
        ("selected-at(/data/themes, -1)", ""),
        ("selected-at(/data/themes, 'x')", ""),
        ("jr:choice-name(/data/themes, ' /data/themes ')", "/data/themes:price search"),
        # nodes
        ("count(/data/age)", 1),
        ("count(/data/gone)", 0),
        ("count(instance('town')/root/item)", 3),
        ("count(instance('town')/root/item[state = 'ka'][people > 930])", 1),
        ("count(instance('town')/root/item[/data/age = 42])", 3),
        ("count(instance('empty')/root/item/anything)", 0),
        ("count-non-empty(instance('town')/root/item/port)", 1),
        ("sum(instance('town')/root/item/people)", 2606),
        ("min(instance('town')/root/item/people)", 743),
        ("max(3, /data/age, '7')", 42),
        ("max(3, 'x')", math.nan),
        ("min(/data/gone)", math.nan),
        ("instance('town')/root/item[2]/name", "hubballi"),
        ("instance('town')/root/item[state = 'mh']/name", ""),
        ("instance('town')/root/item[name = 'guntur']/people + 1", 744),
        ("instance('town')/root/item[port]/name", "guntur"),
        ("string(instance('town')/root/item)", ""),
        ("instance('town')/root/item[people = max(instance('town')/root/item/people)]/name",
         "hubballi"),
    ],
)  # fmt: skip
def test_an_expression_means_what_openrosa_says(source: str, value: Value | None) -> None:
    if value is None:
        with pytest.raises(XPathError):
            evaluate(source)
        return
    result = evaluate(source)
    if isinstance(value, float) and math.isnan(value):
        assert isinstance(result, float)
        assert math.isnan(result)
    else:
        assert result == value
        assert isinstance(result, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "unfinished"),
        ("1 +", "unfinished"),
        ("1 + + 2", "unexpected"),
        ("(1", "expected"),
        ("concat('a' 'b')", "expected"),
        ("concat('a', )", "unexpected"),
        ("concat('a'", "expected"),
        ("1 2", "unexpected"),
        ("a[1", "expected"),
        ("'open", "unreadable"),
        ("/data/age ≥ 3", "unreadable"),
        ("“smart”", "unreadable"),
        ("/data/*", "unexpected"),
        ("//age", "unexpected"),
        ("/data/@id", "unreadable"),
        ("/data/age | /data/share", "unreadable"),
        ("/data/agee", "unknown_reference"),
        ("../..", "unknown_reference"),
        ("age", "unknown_reference"),
        ("/data/g[1]/inner", "unsupported_path"),
        ("concat('a')/b", "unsupported_path"),
        ("current(1)/..", "unsupported_path"),
        ("instance('village')/root/item/name", "unknown_list"),
        ("instance(/data/name)/root/item/name", "unknown_list"),
        ("instance()/root/item/name", "unknown_list"),
        ("instance('town')/root/item/pin", "unknown_column"),
        ("instance('town')/root/town", "unsupported_path"),
        ("instance('town')/root", "unsupported_path"),
        ("instance('town')/root[1]/item", "unsupported_path"),
        ("instance('town')/root/item/name/x", "unsupported_path"),
        ("instance('town')/root/item/name[1]", "unsupported_path"),
        ("instance('town')/root/item[./name = 1]/name", "unsupported_path"),
        ("instance('town')/root/item[. = 1]/name", "unsupported_path"),
        ("instance('town')", "unknown_function"),
        ("pulldata('a', 'b')", "unknown_function"),
        ("selected(/data/themes)", "arguments"),
        ("today(1)", "arguments"),
        ("count(1)", "not_a_path"),
        ("regex(/data/name, '(')", "pattern"),
        ("regex(/data/name, '\\p{L}')", "pattern"),
        ("regex(/data/name, concat('a', 'b'))", "pattern_not_fixed"),
        ("format-date(today(), '%Q')", "date_pattern"),
        ("format-date(today(), /data/name)", "date_pattern"),
        ("format-date(today(), 'done 100%')", "date_pattern"),
        ("jr:choice-name(/data/themes, '/data/x')", "unknown_reference"),
        ("(" * 500 + "1" + ")" * 500, "too_deep"),
        ("-" * 500 + "1", "too_deep"),
        ("not(" * 500 + "1" + ")" * 500, "too_deep"),
        ("+".join(["1"] * 500), "too_deep"),
        ("'" + "x" * MAX_LENGTH + "'", "too_long"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_word_for_it(source: str, code: str) -> None:
    with pytest.raises(XPathError) as wrong:
        evaluate(source)
    assert wrong.value.code == code
    assert 0 <= wrong.value.at <= max(len(source), MAX_LENGTH)


def test_long_rows_of_or_are_not_deep() -> None:
    source = " or ".join(f"/data/age = {number}" for number in range(500))
    assert evaluate(source) is True


def test_the_depth_that_is_allowed_is_evaluated() -> None:
    nested = "(" * (MAX_DEPTH - 1) + "1" + ")" * (MAX_DEPTH - 1)
    assert evaluate(nested) == 1
    long = "+".join(["1"] * (MAX_DEPTH - 1))
    assert evaluate(long) == MAX_DEPTH - 1


def test_references_are_noted_and_once_does_not_depend_on_itself() -> None:
    source = "once(/data/age + ../share) + count(instance('town')/root/item[people > /data/name])"
    assert compile_xpath(source, SCOPE).refs == {"/data/age", "/data/share", "/data/name"}
    assert compile_xpath("once(1)", SCOPE).refs == frozenset()


# Against a model in plain Python: the same tree written twice, once for each.

NUMBERS = st.integers(-50, 50).map(lambda n: (f"({n})" if n < 0 else str(n), float(n)))


def _both(pair: tuple[tuple[str, float], str, tuple[str, float]]) -> tuple[str, float]:
    (left, a), sign, (right, b) = pair
    if sign == "div":
        value = a / b if b else math.nan if not a or math.isnan(a) else math.copysign(math.inf, a)
    elif sign == "mod":
        value = math.fmod(a, b) if b and math.isfinite(a) else math.nan
    else:
        value = {"+": a + b, "-": a - b, "*": a * b}[sign]
    return f"({left} {sign} {right})", value


ARITHMETIC = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "div", "mod"]), inner).map(
        _both
    ),
    max_leaves=12,
)


@given(ARITHMETIC)
def test_arithmetic_is_that_of_floats(pair: tuple[str, float]) -> None:
    source, value = pair
    result = evaluate(source)
    assert isinstance(result, float)
    assert result == value or math.isnan(result) == math.isnan(value) is True or (
        math.isinf(result) and math.isinf(value)  # the sign of zero is not kept by the model
    )  # fmt: skip


def _compared(pair: tuple[tuple[str, float], str, tuple[str, float]]) -> tuple[str, bool]:
    (left, a), sign, (right, b) = pair
    equal = a == b or abs(a - b) < 1e-12
    value = {
        "=": equal, "!=": not equal, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b,
    }[sign]  # fmt: skip
    return f"{left} {sign} {right}", value


SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
COMPARISON = st.tuples(NUMBERS, SIGNS, NUMBERS).map(_compared)


def _joined(pair: tuple[str, list[tuple[str, bool]]]) -> tuple[str, bool]:
    sign, parts = pair
    value = (all if sign == "and" else any)(part for _, part in parts)
    return "(" + f" {sign} ".join(source for source, _ in parts) + ")", value


LOGIC = st.recursive(
    COMPARISON,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4)).map(
            _joined
        ),
        inner.map(lambda pair: (f"not({pair[0]})", not pair[1])),
    ),
    max_leaves=12,
)


@given(LOGIC)
def test_logic_is_that_of_truth_values(pair: tuple[str, bool]) -> None:
    assert evaluate(pair[0]) is pair[1]


@given(st.dates(), st.dates(), SIGNS)
def test_dates_compare_as_days(one: date, other: date, sign: str) -> None:
    value = _compared((("", one.toordinal()), sign, ("", other.toordinal())))[1]
    for left in (f"date('{one}')", f"'{one}'"):
        result = evaluate(f"{left} {sign} date('{other}')")
        assert result is value


@given(st.text(st.characters(exclude_characters="'", codec="utf-8"), max_size=30))
def test_a_text_is_what_it_says(text: str) -> None:
    assert evaluate(f"concat('{text}', '')") == text
    assert evaluate(f"string-length('{text}')") == len(text)


TOKENS = """( ) [ ] , . .. / + - * = != < <= and or div mod ' " $ { } | @ :: 1 1.5 .5 'x' "y"
/data/age ../share current() instance('town')/root/item instance('town') name today() if( concat(
not( count( sum( regex( selected( format-date( coalesce( jr:choice-name( once( position() é क ∞"""
PIECES = st.sampled_from([*TOKENS.split(), "\u200b", "\ud800", "\0"])


@given(st.one_of(st.lists(PIECES, max_size=25).map(" ".join), st.text(max_size=60)))
def test_garbage_is_a_value_or_an_error_of_ours(source: str) -> None:
    try:
        expression = compile_xpath(source, SCOPE)
    except XPathError:
        return
    assert isinstance(expression.evaluate(facts()), (str, int, float, date))


ANY_VALUE = st.one_of(
    st.text(max_size=12),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["0001-01-01", "9999-12-31", "-0", "1e999", "9" * 400, "2020-01-01T24:00:00"]),
)
CALLS = [
    "int({0})", "round({0}, {1})", "abs({0})", "pow({0}, {1})", "string({0})", "number({0})",
    "substr({0}, {1}, {0})", "selected-at({0}, {1})", "translate({0}, {1}, {0})", "date({0})",
    "date-time({0})", "format-date({0}, '%Y%n%3')", "{0} + {1}", "{0} - {1}", "{0} * {1}",
    "{0} div {1}", "{0} mod {1}", "{0} = {1}", "{0} < {1}", "-{0}", "boolean({0})",
    "max({0}, {1})", "concat({0}, {1})", "substring-before({0}, {1})", "selected({0}, {1})",
    "sum({0})", "join({0}, {1}, {0})", "if({0}, {1}, {0})", "coalesce({0}, {1})",
]  # fmt: skip


@given(st.sampled_from(CALLS), ANY_VALUE, ANY_VALUE)
def test_evaluating_never_raises(call: str, one: Value, other: Value) -> None:
    now = facts()
    now.values |= {"/data/age": one, "/data/share": other}
    expression = compile_xpath(call.format("/data/age", "/data/share"), SCOPE)
    result = expression.evaluate(now)
    assert isinstance(compile_xpath(f"string({'/data/age'})", SCOPE).evaluate(now), str)
    assert isinstance(result, (str, int, float, date))
