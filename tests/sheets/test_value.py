"""VALORISER, by tables: what is chosen for each situation, the state, and the sentences."""

from dataclasses import replace
from typing import Any

import pytest

from balt.directory.model import DirectoryAnswer, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.situation_file import BookView
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ATTENTION,
    CABINET,
    DONE,
    HOSPITAL,
    LOU,
    NOW,
    RPPS,
    TODO,
    UNKNOWN,
    bal,
    inactive,
    one_bal,
    practice,
    published,
    seen,
    settings,
)

BOTH = (CABINET, HOSPITAL)
READ = published(ALIX, LOU)


@pytest.mark.parametrize(
    ("more", "state", "said"),
    [
        ({}, UNKNOWN, "situations pas encore enregistrées · à décider : une BAL pour chacune"),
        (
            {"directory": READ},
            TODO,
            "aucune situation d'exercice enregistrée · "
            "l'Annuaire Santé n'en donne pas pour vous : à écrire à la main",
        ),
        (
            {"directory": READ, "book": BookView(BOTH)},
            TODO,
            "0 situation sur 2 a sa BAL privilégiée",
        ),
        (
            {"directory": READ, "book": BookView(BOTH, preferred={"S1": ALIX})},
            TODO,
            "1 situation sur 2 a sa BAL privilégiée · reste : CH fictif (salarié)",
        ),
        (
            {"directory": READ, "book": BookView(BOTH, preferred={"S1": ALIX, "S2": ALIX})},
            DONE,
            "2 situations sur 2 ont leur BAL privilégiée",
        ),
        (
            {"directory": READ, "book": BookView(BOTH, preferred={"S1": ALIX, "S2": LOU})},
            ATTENTION,
            "2 situations sur 2 ont leur BAL privilégiée · "
            "CH fictif (salarié) : la BAL choisie n'est lue par personne",
        ),
        (
            {"book": BookView(BOTH, preferred={"S1": ALIX, "S2": ALIX})},
            UNKNOWN,
            "2 situations sur 2 ont leur BAL privilégiée · publication à contrôler dans l'Annuaire Santé",
        ),
        (
            {"directory": published(ALIX), "book": BookView(BOTH, preferred={"S1": ALIX, "S2": LOU})},
            ATTENTION,
            "2 situations sur 2 ont leur BAL privilégiée · "
            "CH fictif (salarié) : la BAL choisie n'est pas publiée",
        ),
        (
            {"directory": READ, "book": BookView((CABINET,), preferred={"S1": "gone@x.mssante.fr"})},
            ATTENTION,
            "1 situation sur 1 a sa BAL privilégiée · "
            "Cabinet des Lilas (libéral) : la BAL choisie n'est plus connue ici",
        ),
        (
            {
                "directory": READ,
                "book": BookView((CABINET, replace(HOSPITAL, active=False)), preferred={"S1": ALIX}),
            },
            DONE,
            "1 situation sur 1 a sa BAL privilégiée",
        ),
    ],
)
def test_valoriser_1_is_done_when_each_situation_has_a_published_bal(
    more: dict[str, Any], state: StepState, said: str
) -> None:
    assert seen(practice("valoriser.1", [bal(), inactive()], **more)) == (state, said)


def test_valoriser_1_of_one_bal_looks_at_the_situations_that_it_serves() -> None:
    book = BookView(BOTH, links={"S1": (ALIX,)}, preferred={"S1": ALIX})
    assert seen(one_bal("valoriser.1", bal(), directory=READ, book=book)) == (
        DONE,
        "1 situation sur 1 a sa BAL privilégiée",
    )
    assert seen(one_bal("valoriser.1", inactive(), directory=READ, book=book)) == (
        UNKNOWN,
        "aucune situation enregistrée pour cette BAL",
    )


@pytest.mark.parametrize(
    ("preferred", "said"),
    [
        ({}, "attend le choix des BAL privilégiées"),
        ({"S1": ALIX}, "signature de mail prête à copier"),
    ],
)
def test_valoriser_2_is_not_followed_yet_and_says_what_is_ready(preferred: dict[str, str], said: str) -> None:
    evidence = practice("valoriser.2", [bal()], book=BookView(BOTH, preferred=preferred))
    assert seen(evidence) == (UNKNOWN, said + " · à noter : lettres, signature, ordonnances, réseaux")


@pytest.mark.parametrize("step", ["valoriser.1", "valoriser.2"])
def test_enter_leads_to_view_4(step: str) -> None:
    assert practice(step, [bal()]).target == Target("", view="situations")


@pytest.mark.parametrize("step", ["valoriser.1", "valoriser.2"])
def test_without_any_bal_there_is_nothing_to_prefer(step: str) -> None:
    assert practice(step, []).state is UNKNOWN


def test_a_preferred_bal_of_which_nothing_is_known_is_not_enough() -> None:
    book = BookView((CABINET,), preferred={"S1": LOU})
    assert seen(practice("valoriser.1", [bal()], directory=READ, book=book)) == (
        UNKNOWN,
        f"1 situation sur 1 a sa BAL privilégiée · activité à préciser : {LOU}",
    )


@pytest.mark.parametrize(
    ("rpps", "directory", "said"),
    [
        ("", READ, "sans votre numéro RPPS, l'Annuaire Santé n'en donne pas : à écrire à la main"),
        (
            RPPS,
            DirectoryView(extraction=DirectoryAnswer(Origin.EXTRACTION, NOW)),
            "l'extraction n'en contient pas : importez le fichier d'activités, ou à écrire à la main",
        ),
        (RPPS, READ, "l'Annuaire Santé n'en donne pas pour vous : à écrire à la main"),
    ],
)
def test_it_says_why_the_directory_gave_no_situation(rpps: str, directory: DirectoryView, said: str) -> None:
    evidence = practice("valoriser.1", [bal()], settings(rpps=rpps), directory=directory)
    assert evidence.sentences == ("aucune situation d'exercice enregistrée", said)
