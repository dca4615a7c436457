"""The rules of the house that a reader would otherwise have to check by eye."""

import ast
import re
from pathlib import Path

from tests.support.source import ROOT, modules, name_called

LONGEST_FILE = 400
UNFINISHED = re.compile(
    r"#.*\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|raise NotImpl" "emented|pragma: no" " cover"
)
WIDGETS = {"Static", "Label", "notify"}
TEXT_FILES = {".py", ".md", ".toml", ".txt", ".sh", ".tcss", ".po", ".json", ""}


def _own_files() -> list[Path]:
    places = [ROOT / name for name in ("balt", "tests", "scripts", "docs", ".ci", "screenshots")]
    found = [path for place in places for path in place.rglob("*")] + list(ROOT.glob("[!.]*"))
    return [
        path
        for path in found
        if path.is_file() and path.suffix in TEXT_FILES and "__pycache__" not in path.parts
    ]


def test_no_file_is_too_long_to_read() -> None:
    too_long = {
        path.relative_to(ROOT).as_posix(): count
        for path in (ROOT / "balt").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert too_long == {}


def test_nothing_is_left_unfinished() -> None:
    marks = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _own_files()
        if path.suffix in {".py", ".sh", ""}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


def test_no_text_is_pasted_into_markup() -> None:
    """A subject in an f-string given to a widget would be read as markup."""
    pasted = []
    for path, tree in modules("balt/tui"):
        for node in ast.walk(tree):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call) and name_called(node) in WIDGETS:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
            elif isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr in {"border_title", "border_subtitle"}
                for target in node.targets
            ):
                given = [node.value]
            if any(isinstance(inner, ast.JoinedStr) for value in given for inner in ast.walk(value)):
                pasted.append(f"{path}:{node.lineno}")  # type: ignore[attr-defined]
    assert pasted == []


def test_no_error_is_swallowed_whole() -> None:
    broad = []
    for path, tree in modules("balt"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and _does_nothing(node.body):
                broad.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Call) and name_called(node) == "suppress":
                broad += [f"{path}:{node.lineno}" for argument in node.args if _is_broad(argument)]
    assert broad == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    places = [re.compile(rf"(?<![\w./-]){re.escape(str(place))}/") for place in {ROOT, Path.home()}]
    named = [
        path.relative_to(ROOT).as_posix()
        for path in _own_files()
        if any(place.search(path.read_text(encoding="utf-8")) for place in places)
    ]
    assert named == []


def _is_broad(kind: ast.expr | None) -> bool:
    return kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(statement, ast.Pass | ast.Continue)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in body
    )
