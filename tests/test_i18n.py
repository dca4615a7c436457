"""Every sentence of balt has its English, and no sentence reaches the screen without translation."""

import ast
import re
from collections.abc import Iterator

import pytest

from balt import i18n
from balt.text import cell_width
from scripts.catalogues import ENGLISH, extract, placeholders, problems, read_english, updated
from tests.support.source import TRANSLATORS, docstrings, literals, modules, name_called

SHOWN_BY_CALL = {"Static", "Label", "Button", "notify", "print", "update", "write", "input", "getpass"}
SHOWN_BY_KEYWORD = {"help", "description", "epilog", "placeholder", "title", "tooltip", "label", "prompt"}
FOOTER_LABEL = 14  # cells

OF_ONE_LANGUAGE = {
    "balt/cases/request.py": "a letter to a French provider",
    "balt/demo/provider.py": "the answer to it",
    "balt/directory/index_search.py": "the query language of the index",
    "balt/mail/documents/layout.py": "a document as it was written",
}

_SPACED = re.compile(r"[\w)%»”\"][ \u00a0\u202f][:;?!](?=\s|$)")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ACCENT = re.compile(r"[À-ÖØ-öø-ÿœŒ]")


def test_every_french_sentence_has_its_english() -> None:
    assert problems() == []


def test_the_catalogue_is_written_as_the_tool_writes_it() -> None:
    assert ENGLISH.read_text(encoding="utf-8") == updated(), "run scripts/i18n"


def test_the_catalogue_in_use_is_the_one_in_the_source() -> None:
    i18n.set_language("en")
    for message in read_english():
        if isinstance(message.id, str) and message.id:
            assert i18n._(message.id) == message.string, "run python scripts/compile_catalogues.py"


def test_the_extraction_finds_sentences() -> None:
    assert len([message for message in extract() if message.id]) > 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%(n)s messages, %(size)s", ["%(n)s", "%(size)s"]),
        ("%(size)s in %(n)s messages", ["%(n)s", "%(size)s"]),
        ("%s de %d", ["%s", "%d"]),
        ("91 %% de %s", ["%s"]),
        ("rien", []),
    ],
)
def test_placeholders_are_read_as_python_reads_them(text: str, expected: list[str]) -> None:
    assert placeholders(text) == expected


def test_no_sentence_is_put_together_before_it_is_translated() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in modules("balt")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_called(node) in TRANSLATORS
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args[:2])
    ]
    assert wrong == []


def test_nothing_is_shown_without_translation() -> None:
    wrong = [
        f"{path}:{text.lineno}: {text.value!r}"
        for path, tree in modules("balt/tui", "balt/cli")
        for text in _shown(tree)
        if _WORDS.search(str(text.value)) and (" " in str(text.value) or _ACCENT.search(str(text.value)))
    ]
    assert wrong == []


def test_no_french_stands_outside_a_translation() -> None:
    """Screens paint text in other ways than by a widget's argument: an accent always tells French."""
    wrong = [
        f"{path}:{node.lineno}: {node.value!r}"
        for path, tree in modules("balt/tui", "balt/cli")
        for allowed in [docstrings(tree) | _translated(tree)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in allowed
        if _ACCENT.search(node.value)
    ]
    assert wrong == []


def test_the_english_has_no_space_before_a_colon() -> None:
    """Nor before a semicolon, a question mark, an exclamation mark: that is how French is written."""
    said = [each for message in read_english() for each in _strings(message.string)]
    assert [each for each in said if _SPACED.search(each)] == []


def test_no_sentence_gets_its_colon_from_the_code() -> None:
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in modules("balt")
        if path not in OF_ONE_LANGUAGE
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        if any(_SPACED.search("x" + str(each.value)) for each in literals(node))
    ]
    assert wrong == [], "say it by i18n.labelled, or by a pattern that is translated"


def test_footer_labels_leave_room_for_each_other() -> None:
    from balt.tui.actions import ACTIONS

    english = read_english()
    for action in ACTIONS:
        if action.footer:
            translated = english.get(action.label)
            assert cell_width(action.label) <= FOOTER_LABEL, action.id
            assert translated is not None, action.id
            assert cell_width(str(translated.string)) <= FOOTER_LABEL, action.id


def _strings(string: object) -> list[str]:
    return [string] if isinstance(string, str) else [str(each) for each in string or ()]  # type: ignore[attr-defined]


def _shown(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or name_called(node) in TRANSLATORS:
            continue
        if name_called(node) in SHOWN_BY_CALL:
            for argument in node.args:
                yield from literals(argument)
        for keyword in node.keywords:
            if keyword.arg in SHOWN_BY_KEYWORD:
                yield from literals(keyword.value)


def _translated(tree: ast.AST) -> set[int]:
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_called(node) in TRANSLATORS
        for argument in node.args
        for inner in ast.walk(argument)
    }
