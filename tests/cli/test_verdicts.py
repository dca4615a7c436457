"""What ``balt status`` and ``balt checklist`` make of the directory and of the holder's answers."""

from pathlib import Path
from typing import Any

import pytest

from balt import paths
from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer
from balt.demo.directory.faults import DirectoryFaultKind
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.situations import SituationBook
from tests.cli.conftest import Balt, Places
from tests.support.directory import KEY

CAMILLE, HOSPITAL = "camille.exemple@medecin.mssante.fr", "c.exemple@ch-fictif.mssante.fr"
OFFICE, UNLISTED = "secretariat@cab-lilas.mssante.fr", "camille@msp-lilas.mssante.fr"
FORGOTTEN = "dr.exemple@ancien-reseau.mssante.fr"
VARIABLE = "BALT_TEST_API_KEY"


def say(address: str, question: Question, value: str) -> None:
    """What the holder answers in the app."""
    Notebook(paths.data_dir(), SystemClock()).answer(address, question, value)


def verdicts(rows: list[dict[str, Any]]) -> dict[str, str | None]:
    return {row["address"]: row["verdict"] for row in rows}


def states(rows: list[dict[str, Any]], address: str | None) -> dict[tuple[str, int], str]:
    return {(row["sheet"], row["step"]): row["state"] for row in rows if row["address"] == address}


def evidence(rows: list[dict[str, Any]], address: str | None, sheet: str, step: int) -> str:
    (found,) = [row for row in rows if (row["address"], row["sheet"], row["step"]) == (address, sheet, step)]
    return " ".join(found["evidence"])


@pytest.fixture
def webmails(
    directory_server: DirectoryServer, config_file: Path, monkeypatch: pytest.MonkeyPatch
) -> DirectoryServer:
    """Three BAL without IMAP, which only the directory and the holder tell about; the directory's server."""
    monkeypatch.setenv(VARIABLE, KEY)
    lines = ["[person]", 'name = "Dr Camille EXEMPLE"', 'rpps = "10999990012"', "[directory]"]
    lines += [f'base_url = "{directory_server.base_url}"', f'api_key_env = "{VARIABLE}"']
    for address in (CAMILLE, HOSPITAL, UNLISTED):
        lines += ["[[mailbox]]", f'address = "{address}"', 'access = "none"']
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory_server


# Status


@pytest.mark.usefixtures("practice")
def test_the_directory_and_the_messages_give_the_verdicts(balt: Balt) -> None:
    result = balt("status", "--json")
    assert result.code == 0
    assert verdicts(result.json) == {
        CAMILLE: "watch",
        OFFICE: "active",
        HOSPITAL: "ghost",
        UNLISTED: "unlisted",
    }


@pytest.mark.usefixtures("practice")
def test_the_table_says_the_verdicts_in_words(balt: Balt) -> None:
    head, *lines = balt("status").out.splitlines()
    assert head.endswith("Constat")
    for line, words in zip(lines, ("à surveiller", "active", "fantôme", "hors annuaire"), strict=True):
        assert line.endswith(words)


@pytest.mark.usefixtures("practice")
def test_a_bal_that_is_asked_alone_has_the_same_verdict(balt: Balt) -> None:
    assert verdicts(balt("status", "c.ex", "--json").json) == {HOSPITAL: "ghost"}


@pytest.mark.usefixtures("practice")
def test_the_word_of_the_holder_outranks_the_messages(balt: Balt) -> None:
    say(HOSPITAL, Question.CONSULTED, "yes")
    say(OFFICE, Question.CONSULTED, "no")
    found = verdicts(balt("status", "--json").json)
    assert (found[HOSPITAL], found[OFFICE]) == ("active", "ghost")


@pytest.mark.usefixtures("webmails")
def test_a_bal_without_imap_is_judged_by_the_directory_and_the_holder(balt: Balt) -> None:
    assert verdicts(balt("status", "--json").json) == dict.fromkeys((CAMILLE, HOSPITAL, UNLISTED), "unknown")
    say(CAMILLE, Question.CONSULTED, "yes")
    say(HOSPITAL, Question.CONSULTED, "no")
    say(UNLISTED, Question.CONSULTED, "yes")
    result = balt("status", "--json")
    assert result.code == 0
    assert verdicts(result.json) == {CAMILLE: "active", HOSPITAL: "ghost", UNLISTED: "unlisted"}
    say(CAMILLE, Question.QUOTA, "96")
    assert verdicts(balt("status", "--json").json)[CAMILLE] == "watch"


def test_a_bal_that_is_published_no_more_is_no_ghost(webmails: DirectoryServer, balt: Balt) -> None:
    say(HOSPITAL, Question.CONSULTED, "no")
    webmails.depublish(HOSPITAL)
    assert verdicts(balt("status", "--json").json)[HOSPITAL] == "inactive"


def test_a_directory_that_fails_is_told_and_the_figures_come(webmails: DirectoryServer, balt: Balt) -> None:
    say(HOSPITAL, Question.CONSULTED, "no")
    webmails.faults.add(DirectoryFaultKind.HTML, times=-1)
    result = balt("status", "--json")
    assert result.code == 3
    assert verdicts(result.json)[HOSPITAL] == "inactive"
    assert result.err.startswith("Annuaire Santé : ")


@pytest.mark.usefixtures("webmails")
def test_a_key_that_is_refused_is_told_without_it(balt: Balt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "canari-c40d77")
    for command in ("status", "checklist"):
        result = balt(command, "--json")
        assert result.code == 3
        assert "n'accepte pas la clé" in result.err
        assert "canari" not in result.out + result.err


def test_without_a_directory_nothing_is_said_of_it(demo_places: Places, balt: Balt) -> None:
    demo_places.add()
    result = balt("status", "--json")
    assert (result.code, result.err) == (0, "")


@pytest.mark.usefixtures("webmails")
def test_a_notebook_that_is_damaged_stops_with_its_name_and_is_left_as_it_is(balt: Balt) -> None:
    say(CAMILLE, Question.CONSULTED, "yes")
    file = Notebook(paths.data_dir(), SystemClock()).path
    file.write_text("{abîmé", encoding="utf-8")
    result = balt("status")
    assert (result.code, result.out) == (4, "")
    assert "answers.json" in result.err
    assert file.read_text(encoding="utf-8") == "{abîmé"


# The checklist


@pytest.mark.usefixtures("practice")
def test_the_checklist_knows_the_bal_that_has_no_account(balt: Balt) -> None:
    rows = balt("checklist", "--json").json
    assert list(dict.fromkeys(row["address"] for row in rows)) == [
        None,
        CAMILLE,
        OFFICE,
        HOSPITAL,
        UNLISTED,
        FORGOTTEN,
    ]


@pytest.mark.usefixtures("practice")
def test_named_bal_come_without_those_that_only_the_directory_knows(balt: Balt) -> None:
    rows = balt("checklist", "secr", "--json").json
    assert {row["address"] for row in rows} == {OFFICE}


@pytest.mark.usefixtures("practice")
def test_the_first_step_says_how_the_bal_are_known(balt: Balt) -> None:
    rows = balt("checklist", "--json").json
    said = evidence(rows, None, "identifier", 1)
    assert "5 BAL" in said
    assert "API du" in said
    assert "extraction du" in said


@pytest.mark.usefixtures("practice")
def test_each_situation_wants_its_preferred_bal(balt: Balt) -> None:
    rows = balt("checklist", "--json").json
    assert states(rows, None)["valoriser", 1] == "todo"
    assert "0 situation sur 3" in evidence(rows, None, "valoriser", 1)
    book = SituationBook(paths.data_dir(), SystemClock())
    for situation, address in zip(book.situations(), (OFFICE, CAMILLE, CAMILLE), strict=True):
        book.prefer(situation.id, address)
    assert states(balt("checklist", "--json").json, None)["valoriser", 1] == "done"
    book.prefer(book.situations()[2].id, UNLISTED)
    rows = balt("checklist", "--json").json
    assert states(rows, None)["valoriser", 1] == "attention"
    assert "pas publiée" in evidence(rows, None, "valoriser", 1)


@pytest.mark.usefixtures("webmails")
def test_the_steps_of_a_bal_without_imap_are_answered_by_hand(balt: Balt) -> None:
    assert states(balt("checklist", "--json").json, CAMILLE)["entretenir", 1] == "unknown"
    for question in (Question.TRASH, Question.OLD):
        say(CAMILLE, question, "yes")
    say(CAMILLE, Question.LARGE, "no")
    found = states(balt("checklist", "--json").json, CAMILLE)
    assert [found["entretenir", step] for step in (1, 2, 3)] == ["done", "done", "todo"]


@pytest.mark.usefixtures("webmails")
def test_strict_tells_of_a_ghost(balt: Balt) -> None:
    say(HOSPITAL, Question.CONSULTED, "no")
    result = balt("checklist", "c.ex", "--strict", "--json")
    assert result.code == 1
    assert states(result.json, HOSPITAL)["identifier", 2] in {"todo", "attention"}
