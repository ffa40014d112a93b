"""An XForm becomes a Form: what is not supported or wrong is named, all of it, not the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from kiosk.domain.language import Text
from kiosk.errors import VisitorError
from kiosk.forms.fault import Fault, Read
from kiosk.forms.itext import XF, Texts
from kiosk.forms.lists import ListReader
from kiosk.forms.model import Choice, Form, Question
from kiosk.forms.order import computing_order
from kiosk.forms.xpath import MISWRITTEN, Expression, Scope, XPathError, compile_xpath

XHTML = "{http://www.w3.org/1999/xhtml}"
JR = "{http://openrosa.org/javarosa}"
MAX_BYTES = 10_000_000
MAX_DEPTH = 20
MAX_QUESTIONS = 2000

_INPUTS = {
    "string": "text", "int": "integer", "integer": "integer", "decimal": "decimal",
    "date": "date", "": "text", "text": "text",
}  # fmt: skip
_RULES = ("relevant", "required", "readonly", "constraint", "calculate")
_MODEL = {"itext", "instance", "bind", "setvalue", "submission"}
_HARMLESS = {"label", "hint", "help", "value"}


def read_form(xform: str) -> Form:
    """The form of a stored XForm; raises VisitorError ``form_refused`` with its first fault."""
    read = examine(xform)
    if read.form is None:
        fault = read.faults[0]
        raise VisitorError("form_refused", code="malformed", fault=fault.code, path=fault.path)
    return read.form


def examine(xform: str) -> Read:
    """Reads an XForm and names everything that keeps it from being used.

    Raises VisitorError ``form_too_large`` and ``form_no_xform`` for what is no XForm at all.
    """
    if len(xform) > MAX_BYTES:
        raise VisitorError("form_too_large", code="too_long", limit=MAX_BYTES // 1_000_000)
    try:
        root = fromstring(xform, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise VisitorError("form_no_xform", code="malformed") from wrong
    model = root.find(f"{XHTML}head/{XF}model")
    body = root.find(f"{XHTML}body")
    primary = None if model is None else model.find(f"{XF}instance[1]/*")
    if model is None or body is None or primary is None:
        raise VisitorError("form_no_xform", code="malformed")
    return _Reader(root, model, body, primary).read()


@dataclass(slots=True)
class _Reader:
    root: Element
    model: Element
    body: Element
    primary: Element
    faults: list[Fault] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    nodes: dict[str, Element] = field(default_factory=dict)
    binds: dict[str, Element] = field(default_factory=dict)
    defaults: dict[str, Element] = field(default_factory=dict)
    texts: Texts = field(init=False)
    lists: ListReader = field(init=False)
    scope: Scope = field(init=False)

    def read(self) -> Read:
        self._walk_instance(self.primary, f"/{_local(self.primary)}", 0)
        self.lists = ListReader(self.model)
        self.scope = Scope("", frozenset(self.nodes), self.lists.rows)
        self.faults += [Fault("external_list", "", "choices", name) for name in self.lists.external]
        self._read_model()
        self.texts = Texts(self.model.find(f"{XF}itext"), self._output)
        self._read_controls(self.body, 0)
        self._read_calculates()
        questions = tuple(self.questions.values())
        self._check_names(questions)
        order, circle = computing_order(questions)
        if circle:
            part = "relevant" if self.questions[circle[0]].calculate is None else "calculate"
            self._fault("circle", circle[0], part, " → ".join(_name(p) for p in circle))
        title = (self.root.findtext(f"{XHTML}head/{XHTML}title") or "").strip()
        version = (self.primary.get("version") or "").strip()
        form = Form(
            id=self.primary.get("id") or "",
            title=title,
            version=version,
            languages=self.texts.languages,
            default_language=self.texts.default,
            questions=questions,
            order=order,
            by_path=self.questions,
        )
        asked = sum(question.asked for question in questions)
        return Read(
            None if self.faults else form, tuple(self.faults), title, version, form.languages, asked
        )

    def _fault(self, code: str, path: str, part: str, what: str = "", at: int = 0) -> None:
        self.faults.append(Fault(code, path, part, what, at))

    def _walk_instance(self, element: Element, path: str, depth: int) -> None:
        if depth > MAX_DEPTH or len(self.nodes) > MAX_QUESTIONS:
            raise VisitorError("form_too_large", code="too_long", limit=MAX_BYTES // 1_000_000)
        self.nodes[path] = element
        for child in element:
            if child.get(f"{JR}template") is None:
                self._walk_instance(child, f"{path}/{_local(child)}", depth + 1)

    def _read_model(self) -> None:
        for bind in self.model.findall(f"{XF}bind"):
            self.binds[self._path(bind.get("nodeset") or "")] = bind
        for action in self.model.findall(f"{XF}setvalue"):
            path = self._path(action.get("ref") or action.get("bind") or "")
            if action.get("event") == "odk-instance-first-load":
                self.defaults[path] = action
            else:
                self._refuse_action(action)
        for element in self.model:
            if _local(element) not in _MODEL:
                self._refuse_action(element)
        for path in self.binds.keys() | self.defaults.keys():
            if path not in self.nodes:
                self._fault("unknown_reference", path, "type", path)

    def _refuse_action(self, action: Element) -> None:
        what = action.get("event") or _local(action)
        self._fault("unsupported_action", self._path(action.get("ref") or ""), "trigger", what)

    @staticmethod
    def _path(nodeset: str) -> str:
        return nodeset.strip()

    def _read_controls(self, parent: Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise VisitorError("form_too_large", code="too_long", limit=MAX_BYTES // 1_000_000)
        for control in parent:
            tag = _local(control)
            path = self._path(control.get("ref") or control.get("nodeset") or "")
            if tag == "group":
                if path:
                    self._add(path, control, "group")
                self._read_controls(control, depth + 1)
            elif tag in {"input", "select1", "select"}:
                self._add(path, control, self._kind(tag, path))
                for action in control.findall(f"{XF}setvalue"):
                    self._refuse_action(action)
            elif tag not in _HARMLESS:
                self._fault("unsupported_type", path, "type", tag)

    def _kind(self, tag: str, path: str) -> str:
        if tag != "input":
            return "select_one" if tag == "select1" else "select_multiple"
        bind = self.binds.get(path)
        data_type = "" if bind is None else (bind.get("type") or "").removeprefix("xsd:")
        kind = _INPUTS.get(data_type)
        if kind is None:
            self._fault("unsupported_type", path, "type", data_type)
        if kind == "text" and bind is not None and self._is_note(path, bind):
            return "note"
        return kind or "text"

    def _is_note(self, path: str, bind: Element) -> bool:
        filled = (self.nodes[path].text or "").strip() if path in self.nodes else ""
        return (
            (bind.get("readonly") or "").strip() == "true()"
            and bind.get("calculate") is None
            and path not in self.defaults
            and not filled
        )

    def _read_calculates(self) -> None:
        """What nobody sees: calculated values, and groups that the page does not show."""
        for path, bind in self.binds.items():
            if path in self.nodes and path not in self.questions and bind.get("calculate"):
                self._add(path, None, "calculate")
        root = f"/{_local(self.primary)}"
        for path in tuple(self.questions):
            parent = path.rpartition("/")[0]
            while parent not in {root, ""} and parent not in self.questions:
                self._add(parent, None, "group")
                parent = parent.rpartition("/")[0]

    def _add(self, path: str, control: Element | None, kind: str) -> None:
        if path not in self.nodes:
            self._fault("unknown_reference", path, "type", path)
            return
        bind = self.binds.get(path, Element("bind"))
        rules = {rule: self._compile(bind.get(rule), path, rule) for rule in _RULES}
        question = Question(
            path=path,
            name=_name(path),
            kind=kind,
            required_message=self.texts.referred(bind.get(f"{JR}requiredMsg") or ""),
            constraint_message=self.texts.referred(bind.get(f"{JR}constraintMsg") or ""),
            default=self._default(path),
            relevant=rules["relevant"],
            required=rules["required"],
            readonly=rules["readonly"],
            constraint=rules["constraint"],
            calculate=rules["calculate"],
        )
        self.questions[path] = question if control is None else self._worded(question, control)

    def _worded(self, question: Question, control: Element) -> Question:
        label = self.texts.inside(control.find(f"{XF}label"), self._output)
        hint = self.texts.inside(control.find(f"{XF}hint"), self._output)
        choices, filtered, column = self._choices(question.path, control)
        return replace(
            question,
            label=label,
            hint=hint,
            choices=choices,
            filter=filtered,
            value_column=column,
            appearance=tuple((control.get("appearance") or "").split()),
        )

    def _choices(
        self, path: str, control: Element
    ) -> tuple[tuple[Choice, ...], Expression | None, str]:
        itemset = control.find(f"{XF}itemset")
        if itemset is None:
            return self._written_choices(control), None, "name"
        source = itemset.get("nodeset") or ""
        compiled = self._compile(source, path, "choice_filter")
        if compiled is None or compiled.items is None:
            if compiled is not None:
                self._fault("unsupported_path", path, "choice_filter", source)
            return (), None, "name"
        value = _reference(itemset, "value", "name")
        label = _reference(itemset, "label", "label")
        rows = self.lists.rows_of(source)
        choices = tuple(Choice(row.get(value, ""), self._label(row, label), row) for row in rows)
        return choices, compiled if "[" in source else None, value

    def _label(self, row: Mapping[str, str], label: str) -> Text:
        if label.startswith("jr:itext("):
            return self.texts.of(row.get(label[9:].rstrip(")").strip(), ""))
        return self.texts.referred(row.get(label, ""))

    def _written_choices(self, control: Element) -> tuple[Choice, ...]:
        found = []
        for item in control.findall(f"{XF}item"):
            value = (item.findtext(f"{XF}value") or "").strip()
            found.append(Choice(value, self.texts.inside(item.find(f"{XF}label"), self._output)))
        return tuple(found)

    def _default(self, path: str) -> str | Expression:
        action = self.defaults.get(path)
        if action is not None and action.get("value"):
            return self._compile(action.get("value"), path, "default") or ""
        source = self.nodes[path] if action is None else action
        return "" if len(source) else (source.text or "").strip()

    def _output(self, source: str) -> Expression | None:
        return self._compile(source, "", "label")

    def _compile(self, source: str | None, path: str, part: str) -> Expression | None:
        if source is None or not source.strip():
            return None
        try:
            return compile_xpath(source, replace(self.scope, here=path))
        except XPathError as wrong:
            what = source.strip()[:100] if wrong.code in MISWRITTEN else wrong.what
            self._fault(wrong.code, path, part, what, wrong.at)
            return None

    def _check_names(self, questions: tuple[Question, ...]) -> None:
        names: set[str] = set()
        for question in questions:
            if question.kind != "group" and question.name in names:
                self._fault("duplicate_name", question.path, "name", question.name)
            names |= {question.name} if question.kind != "group" else set()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _reference(itemset: Element, tag: str, otherwise: str) -> str:
    found = itemset.find(f"{XF}{tag}")
    return otherwise if found is None else (found.get("ref") or otherwise).strip()
