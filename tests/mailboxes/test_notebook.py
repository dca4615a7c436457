"""What the holder said: kept with its date, the latest counts, and nobody's answer is lost."""

import json
import threading
from datetime import datetime, timedelta
from pathlib import Path

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.errors import StoppedError, UsageError
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook, checked
from tests.mailboxes.directory_cases import CAMILLE, HOSPITAL, NOW


class SteppingClock:
    """Moves by a minute each time it is asked."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return Notebook(tmp_path, SteppingClock(), "Dr Camille EXEMPLE")


def test_an_answer_is_kept_with_its_date_and_author(notebook: Notebook, tmp_path: Path) -> None:
    given_ = notebook.answer(CAMILLE, Question.CONSULTED, "yes", "lue par le logiciel métier")
    again = Notebook(tmp_path, FixedClock(given_.given_at))
    assert again.answers() == {CAMILLE: (given_,)}
    assert (given_.author, given_.note) == ("Dr Camille EXEMPLE", "lue par le logiciel métier")
    assert given_.given_at == NOW + timedelta(minutes=1)


def test_the_latest_answer_to_each_question_counts_and_all_are_kept(notebook: Notebook) -> None:
    for question, value in [
        (Question.CONSULTED, "yes"),
        (Question.QUOTA, "40"),
        (Question.CONSULTED, "no"),
    ]:
        notebook.answer(CAMILLE, question, value)
    latest = {each.question: each.value for each in notebook.answers()[CAMILLE]}
    assert latest == {Question.CONSULTED: "no", Question.QUOTA: "40"}
    assert [each.value for each in notebook.history(CAMILLE)] == ["yes", "40", "no"]


def test_an_address_is_the_same_whatever_its_case(notebook: Notebook) -> None:
    notebook.answer("Camille.Exemple@Medecin.MSSANTE.fr", Question.CONSULTED, "no")
    assert list(notebook.answers()) == [CAMILLE]
    assert len(notebook.history(CAMILLE.upper())) == 1


@pytest.mark.parametrize(
    ("question", "value", "kept"),
    [
        (Question.QUOTA, "0", "0"),
        (Question.QUOTA, "100", "100"),
        (Question.QUOTA, " 91 % ", "91"),
        (Question.QUOTA, "007", "7"),
        (Question.CONSULTED, "yes", "yes"),
        (Question.TRASH, "no", "no"),
    ],
)
def test_a_value_that_answers_the_question_is_kept(question: Question, value: str, kept: str) -> None:
    assert checked(question, value) == kept


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (Question.QUOTA, "101"),
        (Question.QUOTA, "-1"),
        (Question.QUOTA, "12.5"),
        (Question.QUOTA, "yes"),
        (Question.QUOTA, "٣"),
        (Question.QUOTA, " "),
        (Question.CONSULTED, "oui"),
        (Question.CONSULTED, " "),
        (Question.LARGE, "91"),
    ],
)
def test_a_value_that_does_not_is_refused_and_nothing_is_written(
    notebook: Notebook, question: Question, value: str
) -> None:
    with pytest.raises(UsageError):
        notebook.answer(CAMILLE, question, value)
    assert not notebook.path.exists()


@pytest.mark.parametrize(("question", "value"), [(Question.CONSULTED, "no"), (Question.QUOTA, "40")])
def test_an_answer_that_is_taken_back_does_not_count_and_stays_in_the_history(
    notebook: Notebook, question: Question, value: str
) -> None:
    notebook.answer(CAMILLE, Question.TRASH, "yes")
    notebook.answer(CAMILLE, question, value)
    notebook.answer(CAMILLE, question, "", "une erreur")
    assert [each.question for each in notebook.answers()[CAMILLE]] == [Question.TRASH]
    assert [each.value for each in notebook.history(CAMILLE)] == ["yes", value, ""]
    notebook.answer(CAMILLE, question, value)
    assert [each.question for each in notebook.answers()[CAMILLE]] == [Question.TRASH, question]


def test_a_bal_whose_only_answer_is_taken_back_has_none(notebook: Notebook) -> None:
    notebook.answer(CAMILLE, Question.CONSULTED, "yes")
    notebook.answer(CAMILLE, Question.CONSULTED, "")
    assert notebook.answers() == {}


def test_an_answer_does_not_wait_longer_for_another_balt_than_it_may(
    tmp_path: Path, slept: list[float]
) -> None:
    hurried = Notebook(tmp_path, FixedClock(NOW), wait=0)
    with filelock.FileLock(f"{hurried.path}.lock"), pytest.raises(StoppedError, match="occupé"):
        hurried.answer(CAMILLE, Question.CONSULTED, "yes")
    assert slept == []


def test_an_answer_about_no_bal_is_refused(notebook: Notebook) -> None:
    with pytest.raises(UsageError, match="adresse"):
        notebook.answer("  ", Question.CONSULTED, "yes")


def test_a_note_is_one_harmless_line_of_500_characters(notebook: Notebook) -> None:
    given_ = notebook.answer(CAMILLE, Question.CONSULTED, "yes", "\x1b]0;x\x07 \n" + "é" * 600)
    assert given_.note.isprintable()
    assert len(given_.note) <= 500


def test_an_answer_dated_after_now_does_not_hide_those_given_since(tmp_path: Path) -> None:
    """The clock of the machine was a year ahead when it was written."""
    ahead = Notebook(tmp_path, FixedClock(NOW + timedelta(days=365)))
    ahead.answer(CAMILLE, Question.CONSULTED, "no")
    today = Notebook(tmp_path, FixedClock(NOW))
    today.answer(CAMILLE, Question.CONSULTED, "yes")
    assert [each.value for each in today.answers()[CAMILLE]] == ["yes"]


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "colour"},
        {"value": "oui"},
        {"value": " yes"},
        {"value": 3},
        {"given_at": "2026-11-23"},
        {"given_at": "9999-12-31T23:59:59-12:00"},
        {"given_at": "0001-01-01T00:00:00+14:00"},
        {"note": None},
        {"address": ["a"]},
    ],
)
def test_an_answer_that_makes_no_sense_makes_the_file_a_damaged_one(
    notebook: Notebook, changed: dict[str, object]
) -> None:
    notebook.answer(CAMILLE, Question.CONSULTED, "yes")
    document = json.loads(notebook.path.read_text(encoding="utf-8"))
    document["answers"][0].update(changed)
    notebook.path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoppedError, match="abîmé"):
        notebook.answers()


def test_two_balt_answering_at_once_lose_no_answer(tmp_path: Path) -> None:
    def answer(address: str) -> None:
        own = Notebook(tmp_path, SteppingClock())
        for number in range(15):
            own.answer(address, Question.QUOTA, str(number))

    threads = [threading.Thread(target=answer, args=(each,)) for each in (CAMILLE, HOSPITAL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notebook = Notebook(tmp_path, FixedClock(NOW + timedelta(days=1)))
    for address in (CAMILLE, HOSPITAL):
        assert [each.value for each in notebook.history(address)] == [str(n) for n in range(15)]


@given(st.text(max_size=600), st.text(max_size=40).filter(lambda text: text.strip()))
def test_any_note_about_any_name_is_read_back_as_it_was_kept(
    tmp_path_factory: pytest.TempPathFactory, note: str, address: str
) -> None:
    folder = tmp_path_factory.mktemp("notebook")
    notebook = Notebook(folder, FixedClock(NOW))
    given_ = notebook.answer(address, Question.CONSULTED, "yes", note)
    assert notebook.history(address) == (given_,)
