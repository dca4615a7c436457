"""What holds of every step, and VALORISER, which nothing measures yet."""

from itertools import product

import pytest

from balt.i18n import set_language
from balt.mailboxes.model import MailboxStatus
from balt.sheets.rules import RULES, checklist, evaluate, evaluate_mailbox
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    DONE,
    LOU,
    MIB,
    NEARLY_FULL,
    NOW,
    UNKNOWN,
    WEBMAIL,
    Statuses,
    bal,
    inactive,
    one_bal,
    practice,
    seen,
    settings,
    silent,
)


@pytest.mark.parametrize("step", ["valoriser.1", "valoriser.2"])
def test_valoriser_cannot_be_judged_yet_and_says_how_it_will_be(step: str) -> None:
    said = {
        "valoriser.1": "situations pas encore enregistrées · à décider : une BAL pour chacune",
        "valoriser.2": "pas encore suivi ici · à noter : lettres, signature, ordonnances, réseaux",
    }
    assert seen(practice(step, [bal(), inactive()])) == (UNKNOWN, said[step])
    assert one_bal(step, bal()).state is UNKNOWN
    assert practice(step, []).state is UNKNOWN


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
        "3 BAL : 3 à préciser · Annuaire Santé et situations : pas encore lus · "
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
    assert all(each.state is not DONE for each in evaluate(statuses, settings(), NOW))


def test_a_bal_that_says_nothing_of_itself_leaves_every_step_unknown() -> None:
    [*evidence] = evaluate_mailbox(MailboxStatus(ALIX, reachable=True, taken_at=NOW), settings(), NOW)
    assert {each.state for each in evidence} == {UNKNOWN}


@pytest.mark.parametrize(
    ("language", "statuses"), list(product(["fr", "en"], [*AWKWARD, [bal(), inactive()]]))
)
def test_every_step_says_something_in_both_languages(language: str, statuses: Statuses) -> None:
    set_language(language)
    for each in checklist(statuses, settings(ALIX, WEBMAIL), NOW):
        assert each.sentences
        assert all(sentence.strip() for sentence in each.sentences)
        assert "%" not in "".join(each.sentences)


def test_the_checklist_is_the_practice_then_each_bal_in_the_order_of_the_configuration() -> None:
    listed = checklist([bal(LOU), bal(), bal(ANOTHER)], settings(ALIX, WEBMAIL, LOU), NOW)
    assert [each.id for each in listed] == list(RULES) * 5
    assert [each.address for each in listed[:: len(RULES)]] == [None, ALIX, WEBMAIL.address, LOU, ANOTHER]


def test_a_bal_of_its_own_needs_no_name_in_its_sentences() -> None:
    full = bal(trash_messages=4, trash_size=MIB, old_messages=3, large_messages=2, quota=NEARLY_FULL)
    for status in (full, silent(ALIX), inactive(ALIX), bal()):
        for each in evaluate_mailbox(status, settings(ALIX), NOW):
            assert each.address == ALIX
            assert ALIX not in " ".join(each.sentences)
