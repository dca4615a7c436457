"""The documentation says what balt does: its keys, commands, configuration and filters exist, its links lead
somewhere, and both languages have the same pages.
"""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt import i18n
from balt.cli.parser import build_parser
from balt.clock import FixedClock
from balt.config import (
    Account,
    ArchiveSettings,
    Config,
    Contact,
    DirectorySettings,
    ExportSettings,
    IndexSettings,
    JournalSettings,
    Person,
    PublishSettings,
    Thresholds,
    parse_config,
)
from balt.config.followed import KEYS as FOLLOWED
from balt.mail.filter_terms import KEYS
from balt.mail.filters import parse_filter
from scripts.keys_page import PAGES, page
from tests.support.source import ROOT

DOCS = ROOT / "docs"
README = ROOT / "README.md"
USER_PAGES = sorted([README, *DOCS.glob("*/[a-z]*.md")], key=str)
USER_PAGES = [path for path in USER_PAGES if path.parent.name != "decisions"]
LANGUAGES = {"fr": "en", "en": "fr"}
REFERENCES = {"fr": "commandes.md", "en": "commands.md"}
FILTERS = {"fr": "filtres.md", "en": "filters.md"}
CLOCK = FixedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
TABLES = {
    "[person]": Person,
    "[[mailbox]]": Account,
    "[thresholds]": Thresholds,
    "[directory]": DirectorySettings,
    "[index]": IndexSettings,
    "[archive]": ArchiveSettings,
    "[export]": ExportSettings,
    "[journal]": JournalSettings,
    "[publish]": PublishSettings,
    "[[provider]]": Contact,
}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CALL = re.compile(r"(?:^|[\s/])balt((?: [^\s|>]+)*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language of code."""
    return [content for kind, content in _FENCE.findall(text_of(path)) if kind == language]


def spans(path: Path) -> list[str]:
    """The inline code of a page."""
    return _SPAN.findall(_FENCE.sub("", text_of(path)))


def calls(path: Path) -> Iterator[list[str]]:
    """The words after ``balt`` wherever a page shows a command."""
    lines = [line.split("#")[0] for block in blocks(path, "sh") for line in block.splitlines()]
    for line in [*lines, *(span for span in spans(path) if span.startswith("balt "))]:
        for found in _CALL.finditer(line):
            try:
                yield shlex.split(found[1])
            except ValueError:  # a quote that a pipe or a redirection cut in two
                yield found[1].split()


def commands() -> dict[str, argparse.ArgumentParser]:
    """The commands of balt with their parsers."""
    actions = build_parser()._actions
    return next(dict(each.choices) for each in actions if isinstance(each, argparse._SubParsersAction))


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings if option[:2] == "--"}


def actions_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """What a command does further on (``search`` of ``balt directory``) with their parsers."""
    found = (each.choices for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return {name: each for choices in found for name, each in choices.items()}


def all_options_of(parser: argparse.ArgumentParser) -> set[str]:
    return options_of(parser).union(*map(options_of, actions_of(parser).values()))


def first_cells(path: Path, heading: str) -> set[str]:
    """The code in the first column of the tables below a heading of a page."""
    parts = re.split(r"^## ", text_of(path), flags=re.MULTILINE)
    below = [part for part in parts if part.startswith(heading)]
    rows = [line for part in below for line in part.splitlines() if line.startswith("| `")]
    return {cell for row in rows for cell in _SPAN.findall(row.split(" | ")[0])}


@pytest.fixture(autouse=True)
def _french_again() -> Iterator[None]:
    yield
    i18n.set_language("fr")


def test_the_page_of_keys_is_the_table_of_actions() -> None:
    assert text_of(PAGES["fr"]) == page("fr"), "run scripts/keys"


def test_the_english_page_of_keys_is_the_table_of_actions() -> None:
    i18n.set_language("en")
    if i18n._("Ligne suivante") == "Ligne suivante":
        pytest.skip("the English catalogue is not there")
    assert text_of(PAGES["en"]) == page("en"), "run scripts/keys"


@pytest.mark.parametrize("path", USER_PAGES, ids=named)
def test_every_command_that_is_shown_exists(path: Path) -> None:
    known = commands()
    for words in calls(path):
        names = [word for word in words if word.isascii() and word.isalpha() and word.islower()]
        command = next((word for word in names if word in known), None)
        if names and command is None and words[0] in names:
            pytest.fail(f"balt {' '.join(words)}")
        parser = known[command] if command else build_parser()
        if command and (actions := actions_of(parser)):
            action = next((word for word in names if word in actions), None)
            assert action or names == [command], f"balt {' '.join(words)}"
            parser = actions[action] if action else parser
        allowed = options_of(parser)
        assert {word.split("=")[0] for word in words if word.startswith("--")} <= allowed, words


@pytest.mark.parametrize("language", sorted(REFERENCES))
def test_the_reference_describes_every_command_and_every_option(language: str) -> None:
    text = text_of(DOCS / language / REFERENCES[language])
    shown = {words[0] for words in calls(DOCS / language / REFERENCES[language]) if words}
    assert set(commands()) <= shown
    existing = {option for parser in commands().values() for option in all_options_of(parser)}
    assert set(_OPTION.findall(text)) == existing


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("heading", sorted(TABLES))
def test_the_configuration_page_has_every_key_and_no_other(language: str, heading: str) -> None:
    path = DOCS / language / "configuration.md"
    keys = {field.name for field in fields(TABLES[heading])} - {"mistyped"}  # what stood under "rpps"
    assert first_cells(path, f"`{heading}`") == keys


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_configuration_page_has_every_key_of_a_bal_that_is_followed(language: str) -> None:
    assert first_cells(DOCS / language / "configuration.md", "`[[followed]]`") == set(FOLLOWED)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_keys_at_the_top_of_the_configuration_are_told(language: str) -> None:
    heading = {"fr": "En tête", "en": "At the top"}[language]
    tables = {
        "accounts",
        "providers",
        "followed",
        "person",
        "directory",
        "thresholds",
        "index",
        "archive",
        "export",
    }
    top = {field.name for field in fields(Config)} - tables - {"journal", "publish", "file"}
    assert first_cells(DOCS / language / "configuration.md", heading) == top


@pytest.mark.parametrize("path", USER_PAGES, ids=named)
def test_every_configuration_that_is_shown_is_accepted(path: Path) -> None:
    for block in blocks(path, "toml"):
        assert parse_config(block, Path("config.toml")).named


@pytest.mark.parametrize("path", USER_PAGES, ids=named)
def test_every_json_that_is_shown_can_be_read(path: Path) -> None:
    assert all(isinstance(json.loads(block), list | dict) for block in blocks(path, "json"))


@pytest.mark.parametrize("language", sorted(FILTERS))
def test_every_filter_that_is_shown_can_be_read_and_every_term_is_told(language: str) -> None:
    path = DOCS / language / FILTERS[language]
    shown = [line for block in blocks(path, "text") for line in block.splitlines()]
    shown += sorted(first_cells(path, ""))
    shown += [span for span in spans(path) if re.fullmatch(r"-?[a-z]+:\S+", span)]
    told = {term.key for text in shown for term in parse_filter(text, CLOCK).terms}
    assert told >= set(KEYS)
    closed = {f"{key.name}:{value}" for key in KEYS.values() if key.closed for value in key.values}
    assert closed <= set(spans(path))


@pytest.mark.parametrize("path", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")], key=str), ids=named)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    links = [link for link in _LINK.findall(text_of(path)) if "://" not in link and link[0] != "#"]
    assert [link for link in links if not (path.parent / link.split("#")[0]).exists()] == []


def test_every_page_has_its_twin_in_the_other_language() -> None:
    for language, other in LANGUAGES.items():
        for path in (DOCS / language).iterdir():
            twins = re.findall(rf"\]\(\.\./{other}/([\w-]+\.md)\)", text_of(path))
            assert len(twins) == 1, named(path)
            assert f"](../{language}/{path.name})" in text_of(DOCS / other / twins[0])


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_index_and_the_readme_lead_to_every_page(language: str) -> None:
    names = {path.name for path in (DOCS / language).iterdir()}
    assert {name for name in names if f"]({language}/{name})" in text_of(DOCS / "README.md")} == names
    assert {name for name in names if f"](docs/{language}/{name})" in text_of(README)} == names
