"""The walls and habits of the house, as sentences that run."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TOP_LEVEL = {
    "kiosk", "ui", "resources", "tests", "pyproject.toml", "README.md", "LICENSE",
    "CHANGELOG.md", "requirements.lock", ".ci", ".gitignore",
}  # fmt: skip
LANGUAGES = ("en", "hi", "ur", "kn", "te")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
SAYING = {"say", "VisitorError", "EnvironmentFault"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--quiet"),
        ("ruff", "format", "--check", "--quiet"),
        ("mypy", "--no-error-summary"),
        ("lint-imports",),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    result = run(str(BIN / command[0]), *command[1:])
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_top_level_holds_nothing_else() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    ignored += [".git", ".pytest_cache"]
    names = {path.name for path in ROOT.iterdir()}
    strange = {
        name
        for name in names - TOP_LEVEL
        if not any(fnmatch(name, pattern.rstrip("/")) for pattern in ignored)
    }
    assert not strange


def test_screens_do_not_import_screens() -> None:
    made_of = {
        "ui.screens.screen", "ui.screens.visitor", "ui.screens.big_card", "ui.screens.paper",
        "ui.screens.staff.frame", "ui.screens.staff.running", "ui.screens.staff.about",
        "ui.screens.staff.asking", "ui.screens.staff.stack", "ui.screens.staff.finding",
        "ui.screens.staff.sheet", "ui.screens.staff.typed",
    }  # fmt: skip
    for path, tree in modules("ui/screens"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ui.screens."):
                assert node.module in made_of, f"{path}: {node.module}"


def test_no_module_says_what_it_is_not() -> None:
    for path, _ in modules("kiosk", "ui"):
        assert not set(path.stem.split("_")) & {"manager", "helper", "utils", "controller", "base"}


def test_errors_are_never_swallowed() -> None:
    for path, tree in modules("kiosk", "ui"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}:{node.lineno}"
                only_passes = all(isinstance(step, ast.Pass) for step in node.body)
                broad = isinstance(node.type, ast.Name) and node.type.id == "Exception"
                assert not (only_passes and broad), f"{path}:{node.lineno}"


def sentences(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / "resources/languages" / tag).glob("*.toml")):
        for key, value in flat(tomllib.loads(path.read_text("utf-8")), ""):
            assert key not in found, f"{tag}: {key} stands twice ({path.name})"
            found[key] = value
    return found


def flat(table: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)


def placeholders(sentence: str) -> set[str]:
    """The values of a sentence. English does not repeat its own name of the campaign."""
    return set(re.findall(r"\{(\w+)", sentence)) - {"campaign_en"}


def test_every_sentence_stands_in_every_language() -> None:
    english = sentences("en")
    for tag in LANGUAGES[1:]:
        words = sentences(tag)
        assert words.keys() == english.keys(), tag
        assert all(words.values()), tag


def test_every_sentence_keeps_its_values_in_every_language() -> None:
    english = sentences("en")
    for tag in LANGUAGES[1:]:
        for key, sentence in sentences(tag).items():
            assert placeholders(sentence) == placeholders(english[key]), f"{tag}: {key}"


def said_keys() -> Iterator[tuple[str, str]]:
    prefixes = {"VisitorError": "error.", "EnvironmentFault": "fault."}
    for path, tree in modules("kiosk", "ui"):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            if name in SAYING and isinstance(first, ast.Constant) and isinstance(first.value, str):
                key = prefixes.get(name, "") + first.value
                if KEY.fullmatch(key):
                    yield f"{path}:{node.lineno}", key


def test_every_key_that_the_code_says_has_its_sentence() -> None:
    english = sentences("en")
    missing = [f"{where} {key}" for where, key in said_keys() if key not in english]
    assert not missing, "\n".join(missing)


def test_scripts_of_the_languages_are_their_own() -> None:
    own = {"hi": "ऀ-ॿ", "kn": "ಀ-೿", "te": "ఀ-౿", "ur": "؀-ۿ"}
    for tag, letters in own.items():
        for key, sentence in sentences(tag).items():
            bare = re.sub(r"\{\w+\}", "", sentence)
            words = re.findall(r"[A-Za-z]{2,}", bare)
            if len(words) > 2 and len(bare) > 24:
                assert re.search(f"[{letters}]", bare), f"{tag}: {key} is not translated"


def test_the_lock_names_no_index() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")


def test_continuous_integration_runs_the_readmes_own_command() -> None:
    command = "sh resources/setup.sh --test && .venv/bin/pytest"
    assert command in (ROOT / "README.md").read_text("utf-8")
    assert (ROOT / ".ci/run").read_text("utf-8").rstrip().endswith(command)
