"""What the user writes down, and the directory's answers, as the screen takes them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import filelock
import pytest

from balt.cases.model import Happened
from balt.clock import FixedClock
from balt.config import Account
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus, Question
from balt.secrets import Secrets
from balt.tui import events, signals
from balt.tui.ledger import Ledger
from tests.mailboxes.directory_cases import CAMILLE, LILAS, NOW, api, entry, extraction, settings, view
from tests.tui.driver import sitting


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(settings(CAMILLE), FixedClock(NOW), tmp_path)
    made.load(lambda sentence: pytest.fail(sentence))
    return made


def test_an_answer_never_waits_for_another_balt(ledger: Ledger, tmp_path: Path, slept: list[float]) -> None:
    told: list[str] = []
    with filelock.FileLock(tmp_path / "answers.json.lock"):
        kept = ledger.write(signals.AnswerGiven(CAMILLE, Question.CONSULTED, "yes", ""), told.append)
    assert sum(slept) < 0.3
    assert not kept
    assert "occupé par un autre balt" in told[0]
    assert "recommencez" in told[0]


def test_the_situations_of_the_directory_never_wait_for_another_balt(
    ledger: Ledger, tmp_path: Path, slept: list[float]
) -> None:
    told: list[str] = []
    ledger.directory = view(api(entry(), situations=(LILAS,)))
    with filelock.FileLock(tmp_path / "situations.json.lock"):
        ledger.learn(told.append)
    assert sum(slept) < 0.3
    assert "occupé par un autre balt" in told[0]


@pytest.mark.parametrize(
    ("reachable", "seen"),
    [((True, True), "there"), ((False, True), "gone"), ((False, False), None)],
)
def test_a_bal_to_be_deleted_is_silent_only_while_another_one_answers(
    ledger: Ledger, reachable: tuple[bool, bool], seen: str | None
) -> None:
    assert ledger.delete(CAMILLE, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
    (case,) = ledger.cases_of(CAMILLE)
    assert ledger.tell_case(case, Happened.REQUESTED, "text", pytest.fail)
    for address, answers in zip((CAMILLE, "autre@medecin.mssante.fr"), reachable, strict=True):
        taken = NOW + timedelta(minutes=5)
        ledger.statuses[address] = MailboxStatus(address, reachable=answers, taken_at=taken)
    ledger.learn(pytest.fail)
    found = ledger.cases_of(CAMILLE)[0].last(Happened.MAILBOX)
    assert (found.value if found is not None else None) == seen


@pytest.mark.parametrize("of", [CAMILLE, "autre@medecin.mssante.fr"])
def test_exported_files_do_not_tell_whether_a_bal_answers(tmp_path: Path, of: str) -> None:
    """Neither those of the BAL itself, nor those of another one while no server answers."""
    files = Account(of, access="files", path=tmp_path / "export")
    ledger = Ledger(settings(files, *({CAMILLE} - {of})), FixedClock(NOW), tmp_path)
    ledger.load(pytest.fail)
    assert ledger.delete(CAMILLE, Happened.NOTHING_TO_KEEP, "", "rien", pytest.fail)
    (case,) = ledger.cases_of(CAMILLE)
    assert ledger.tell_case(case, Happened.REQUESTED, "text", pytest.fail)
    for address in {CAMILLE, of}:
        taken = NOW + timedelta(minutes=5)
        ledger.statuses[address] = MailboxStatus(address, reachable=address == of, taken_at=taken)
    ledger.learn(pytest.fail)
    assert ledger.cases_of(CAMILLE)[0].last(Happened.MAILBOX) is None


def test_an_answer_that_is_taken_back_is_no_answer_any_more(ledger: Ledger) -> None:
    def heard(value: str) -> list[str]:
        given = signals.AnswerGiven(CAMILLE, Question.CONSULTED, value, "")
        assert ledger.write(given, lambda sentence: pytest.fail(sentence))
        (mailbox,) = ledger.practice().mailboxes
        return [each.value for each in mailbox.answers]

    assert heard("yes") == ["yes"]
    assert heard("") == []


async def test_half_an_answer_is_shown_until_the_api_answers_and_hides_no_whole_one(tmp_path: Path) -> None:
    config = replace(settings(CAMILLE), accounts=(replace(settings(CAMILLE).accounts[0], access="none"),))
    half = DirectoryView(extraction=extraction(entry()))
    whole = view(api(entry()), extraction(entry()))
    async with sitting(config, Secrets(environ={}), tmp_path) as person:
        for told, more, shown in ((half, True, half), (whole, False, whole), (half, True, whole)):
            person.app.post_message(events.DirectoryRead(told, more=more))
            await person.quiet()
            assert person.app.ledger.directory is shown
