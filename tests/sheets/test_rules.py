"""What holds of every step."""

from itertools import product

import pytest

from balt.config import Account
from balt.i18n import set_language
from balt.mailboxes.model import Answer, MailboxStatus, Question
from balt.sheets.model import StepState
from balt.sheets.rules import RULES, checklist, evaluate, evaluate_mailbox
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    DONE,
    LOU,
    MIB,
    NEARLY_FULL,
    NOW,
    TODO,
    UNKNOWN,
    WEBMAIL,
    Statuses,
    answer,
    bal,
    inactive,
    known,
    practice,
    seen,
    settings,
    silent,
)


def test_a_bal_without_imap_is_named_and_keeps_every_step_from_being_done() -> None:
    said = " · ".join(practice("entretenir.1", [bal()], settings(ALIX, WEBMAIL)).sentences)
    assert said == (
        "corbeille vide dans 1 BAL sur 2 · "
        "webmail@medecin.mssante.fr est sans accès IMAP : à voir dans son webmail"
    )


def test_a_bal_of_the_configuration_not_measured_yet_is_not_taken_for_tidy() -> None:
    assert seen(practice("entretenir.1", [bal()], settings(ALIX, LOU))) == (
        UNKNOWN,
        f"corbeille vide dans 1 BAL sur 2 · {LOU} n'est pas encore relevée",
    )
    assert seen(practice("identifier.1", [], settings(ALIX, LOU, ANOTHER))) == (
        UNKNOWN,
        "3 BAL : 3 à préciser · Annuaire Santé : pas encore lu · "
        f"{ALIX} et 2 autres ne sont pas encore relevées",
    )


AWKWARD = [
    [],
    [silent()],
    [silent(), silent(ALIX)],
    [bal(), silent()],
    [inactive(), silent(ALIX)],
    [MailboxStatus(ALIX, reachable=True, taken_at=NOW)],
    [bal(), bal(LOU, trash_messages=None, old_messages=None, large_messages=None, last_seen=None)],
]


@pytest.mark.parametrize("statuses", AWKWARD)
def test_nothing_is_done_for_lack_of_data(statuses: Statuses) -> None:
    assert all(each.state is not DONE for each in evaluate(known(statuses)))


def test_a_bal_that_says_nothing_of_itself_leaves_every_step_unknown() -> None:
    [*evidence] = evaluate_mailbox(known([MailboxStatus(ALIX, reachable=True, taken_at=NOW)]), ALIX)
    assert {each.state for each in evidence} == {UNKNOWN}


@pytest.mark.parametrize(
    ("language", "statuses"), list(product(["fr", "en"], [*AWKWARD, [bal(), inactive()]]))
)
def test_every_step_says_something_in_both_languages(language: str, statuses: Statuses) -> None:
    set_language(language)
    for each in checklist(known(statuses, settings(ALIX, WEBMAIL))):
        assert each.sentences
        assert all(sentence.strip() for sentence in each.sentences)
        assert "%" not in "".join(each.sentences)


def test_the_checklist_is_the_practice_then_each_bal_in_the_order_of_the_configuration() -> None:
    listed = checklist(known([bal(LOU), bal(), bal(ANOTHER)], settings(ALIX, WEBMAIL, LOU)))
    assert [each.id for each in listed] == list(RULES) * 5
    assert [each.address for each in listed[:: len(RULES)]] == [None, ALIX, WEBMAIL.address, LOU, ANOTHER]


def test_a_bal_of_its_own_needs_no_name_in_its_sentences() -> None:
    full = bal(trash_messages=4, trash_size=MIB, old_messages=3, large_messages=2, quota=NEARLY_FULL)
    for status in (full, silent(ALIX), inactive(ALIX), bal()):
        for each in evaluate_mailbox(known([status], settings(ALIX)), ALIX):
            assert each.address == ALIX
            assert ALIX not in " ".join(each.sentences)


@pytest.mark.parametrize(
    ("answers", "state", "said"),
    [
        (
            [answer(Question.TRASH, "yes")],
            DONE,
            "corbeille vide dans 1 BAL sur 2 · fait d'après vous, le 19 nov. 2026 : {0}",
        ),
        (
            [answer(Question.TRASH, "no")],
            TODO,
            "reste à faire d'après vous, le 19 nov. 2026 : {0}",
        ),
        (
            [answer(Question.TRASH, "yes", days=91)],
            UNKNOWN,
            "corbeille vide dans 1 BAL sur 2 · {0} est sans accès IMAP : à voir dans son webmail"
            " · {0} : réponse du 23 août 2026, à redonner",
        ),
        (
            [answer(Question.OLD, "yes")],
            UNKNOWN,
            "corbeille vide dans 1 BAL sur 2 · {0} est sans accès IMAP : à voir dans son webmail",
        ),
    ],
)
def test_a_fresh_answer_stands_for_what_cannot_be_measured(
    answers: list[Answer], state: StepState, said: str
) -> None:
    evidence = practice("entretenir.1", [bal()], settings(ALIX, WEBMAIL), answers={WEBMAIL.address: answers})
    assert seen(evidence) == (state, said.format(WEBMAIL.address))


def test_an_answer_never_hides_what_was_measured() -> None:
    said = {ALIX: [answer(Question.TRASH, "yes")]}
    full = bal(trash_messages=4, trash_size=MIB)
    assert seen(practice("entretenir.1", [full], answers=said)) == (TODO, "4 messages, 1 Mo")


def test_exported_files_are_a_copy_and_do_not_tell_how_the_bal_stands() -> None:
    files = Account(ALIX, access="files")
    full = bal(trash_messages=4, trash_size=MIB)
    assert seen(practice("entretenir.1", [full], settings(files))) == (
        UNKNOWN,
        f"{ALIX} : des fichiers exportés ne disent pas où elle en est ; à voir dans son webmail",
    )
    said = {ALIX: [answer(Question.TRASH, "yes")]}
    evidence = practice("entretenir.1", [full], settings(files), answers=said)
    assert seen(evidence) == (DONE, f"fait d'après vous, le 19 nov. 2026 : {ALIX}")
