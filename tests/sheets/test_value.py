"""VALORISER, by tables: what is chosen for each situation, the state, and the sentences."""

from dataclasses import replace
from typing import Any

import pytest

from balt.directory.model import DirectoryAnswer, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Question
from balt.mailboxes.prescriptions import GIVEN_KINDS, PrescriptionKind
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.supports import GIVEN_SUPPORTS, Carried, Support, SupportView
from balt.sheets.model import StepState, Target
from tests.sheets.cases import (
    ALIX,
    ATTENTION,
    BLOCKED,
    CABINET,
    DONE,
    HOSPITAL,
    LOU,
    NEARLY_FULL,
    NOW,
    RPPS,
    TODO,
    UNKNOWN,
    answer,
    bal,
    days_ago,
    entry,
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


def test_an_override_must_hold_as_the_default_does() -> None:
    book = BookView(BOTH, preferred={"S1": ALIX, "S2": ALIX}, overrides={("S1", "lab"): LOU})
    assert seen(practice("valoriser.1", [bal(), inactive()], directory=READ, book=book)) == (
        ATTENTION,
        "2 situations sur 2 ont leur BAL privilégiée · "
        "Cabinet des Lilas (libéral), Biologie : la BAL choisie n'est lue par personne",
    )


def test_valoriser_1_is_done_since_the_last_choice() -> None:
    chosen = {"S1": days_ago(40), "S2": days_ago(9)}
    book = BookView(BOTH, preferred={"S1": ALIX, "S2": ALIX}, chosen=chosen)
    evidence = practice("valoriser.1", [bal()], directory=READ, book=book)
    assert (evidence.state, evidence.since) == (DONE, days_ago(9))


@pytest.mark.parametrize(
    ("seen_there", "days", "state", "said"),
    [
        ("yes", 3, DONE, ""),
        ("no", 3, ATTENTION, " · Cabinet des Lilas (libéral) : la BAL choisie n'est pas publiée"),
        ("yes", 400, UNKNOWN, " · publication à contrôler dans l'Annuaire Santé"),
    ],
)
def test_where_no_directory_answers_the_holders_word_counts_while_it_is_fresh(
    seen_there: str, days: int, state: StepState, said: str
) -> None:
    """The sheet: "dans l'Annuaire Santé ou via votre opérateur MSSanté"."""
    book = BookView((CABINET,), preferred={"S1": ALIX})
    told = {ALIX: [answer(Question.LISTED, seen_there, days)]}
    assert seen(practice("valoriser.1", [bal()], book=book, answers=told)) == (
        state,
        f"1 situation sur 1 a sa BAL privilégiée{said}",
    )


def test_a_preferred_bal_that_is_nearly_full_must_be_known_to_be_read_too() -> None:
    full = bal(quota=NEARLY_FULL, last_seen=days_ago(430), unread_since=None)
    book = BookView((CABINET,), preferred={"S1": ALIX})
    assert seen(practice("valoriser.1", [full], directory=READ, book=book)) == (
        UNKNOWN,
        f"1 situation sur 1 a sa BAL privilégiée · activité à préciser : {ALIX} · "
        "Cabinet des Lilas (libéral) : la BAL choisie est remplie à 91 %",
    )


def test_a_preferred_bal_that_left_the_directory_is_not_published() -> None:
    left = Sightings(NOW, RPPS, (Sighting(LOU, False, days_ago(1), days_ago(2), True),))
    extraction = DirectoryAnswer(Origin.EXTRACTION, NOW, (entry(ALIX, Origin.EXTRACTION),))
    directory = DirectoryView(extraction=extraction, sightings=left, rpps=RPPS)
    book = BookView((CABINET,), preferred={"S1": LOU})
    assert seen(practice("valoriser.1", [bal()], directory=directory, book=book)) == (
        ATTENTION,
        "1 situation sur 1 a sa BAL privilégiée · "
        "Cabinet des Lilas (libéral) : la BAL choisie n'est pas publiée",
    )


def test_a_doubt_is_told_and_does_not_undo_the_step() -> None:
    full = bal(quota=NEARLY_FULL)
    book = BookView((CABINET,), preferred={"S1": ALIX})
    assert seen(practice("valoriser.1", [full], directory=READ, book=book)) == (
        DONE,
        "1 situation sur 1 a sa BAL privilégiée · "
        "Cabinet des Lilas (libéral) : la BAL choisie est remplie à 91 %",
    )


# Making it known


FOUR = ("letters", "signature", "prescriptions", "networks")
CHOSEN = BookView(BOTH, preferred={"S1": ALIX, "S2": LOU})


def noted(support: str, address: str, days: int = 20) -> Carried:
    return Carried(support, address, days_ago(days).date(), days_ago(days))


def borne(*addresses: str, days: int = 20, without: str = "") -> SupportView:
    """The four supports, each bearing these BAL."""
    carried = [noted(each, address, days) for each in FOUR for address in addresses if each != without]
    return SupportView(carried=tuple(carried))


@pytest.mark.parametrize(
    ("book", "supports", "state", "said"),
    [
        (BookView(), SupportView(), UNKNOWN, "attend le choix des BAL privilégiées"),
        (BookView(BOTH), SupportView(), BLOCKED, "attend le choix des BAL privilégiées"),
        (
            CHOSEN,
            SupportView(),
            TODO,
            "0 support sur 4 porte vos BAL privilégiées · à noter : lettres, signature, ordonnances, réseaux",
        ),
        (CHOSEN, borne(ALIX, LOU), DONE, "4 supports sur 4 portent vos BAL privilégiées"),
        (
            CHOSEN,
            borne(ALIX, LOU, without="networks"),
            TODO,
            "3 supports sur 4 portent vos BAL privilégiées · à noter : réseaux",
        ),
        (
            CHOSEN,
            SupportView(carried=(*borne(ALIX).carried, noted("letters", LOU))),
            TODO,
            "1 support sur 4 porte vos BAL privilégiées · à noter : signature, ordonnances, réseaux",
        ),
        (
            CHOSEN,
            SupportView(carried=(*borne(ALIX, LOU).carried, noted("prescriptions", "old@x.mssante.fr"))),
            ATTENTION,
            "3 supports sur 4 portent vos BAL privilégiées · "
            "vos ordonnances portent encore l'ancienne adresse",
        ),
        (
            CHOSEN,
            borne(ALIX, LOU, days=365),
            UNKNOWN,
            "0 support sur 4 porte vos BAL privilégiées · à confirmer : lettres, "
            "signature, ordonnances, réseaux (noté le 22 nov. 2025)",
        ),
        (
            CHOSEN,
            SupportView(carried=borne("old@x.mssante.fr").carried[:2]),
            ATTENTION,
            "0 support sur 4 porte vos BAL privilégiées · "
            "encore l'ancienne adresse : lettres, signature · à noter : ordonnances, réseaux",
        ),
        (CHOSEN, borne(ALIX, LOU, days=364), DONE, "4 supports sur 4 portent vos BAL privilégiées"),
        (
            BookView(BOTH, preferred={"S1": ALIX}),
            borne(ALIX),
            TODO,
            "4 supports sur 4 portent vos BAL privilégiées · 1 situation attend encore sa BAL privilégiée",
        ),
        (
            BookView(BOTH, preferred={"S1": ALIX, "S2": ALIX}, overrides={("S1", "lab"): LOU}),
            SupportView(carried=(*borne(ALIX).carried, noted("prescriptions", LOU))),
            DONE,
            "4 supports sur 4 portent vos BAL privilégiées",
        ),
    ],
)
def test_valoriser_2_is_done_when_the_four_supports_bear_each_preferred_bal(
    book: BookView, supports: SupportView, state: StepState, said: str
) -> None:
    assert seen(practice("valoriser.2", [bal(), bal(LOU)], directory=READ, book=book, supports=supports)) == (
        state,
        said,
    )


ENDED = replace(HOSPITAL, active=False)


@pytest.mark.parametrize(
    ("kind", "wanting"),
    [
        ("letter", "letters"),
        ("report", "letters"),
        ("tele", "letters"),
        ("prescription", "prescriptions"),
        ("lab", "prescriptions"),
        ("imaging", "prescriptions"),
        ("hand:1", "prescriptions"),
    ],
)
def test_a_bal_preferred_for_one_kind_is_asked_of_the_support_where_that_kind_is_written(
    kind: str, wanting: str
) -> None:
    kinds = (*GIVEN_KINDS, PrescriptionKind("hand:1", "Rééducation"))
    book = BookView((CABINET,), preferred={"S1": ALIX}, overrides={("S1", kind): LOU}, kinds=kinds)
    word = {"letters": "lettres", "prescriptions": "ordonnances"}[wanting]
    evidence = practice("valoriser.2", [bal(), bal(LOU)], directory=READ, book=book, supports=borne(ALIX))
    assert seen(evidence) == (TODO, f"3 supports sur 4 portent vos BAL privilégiées · à noter : {word}")
    both = SupportView(carried=(*borne(ALIX).carried, noted(wanting, LOU)))
    assert practice("valoriser.2", [bal(), bal(LOU)], directory=READ, book=book, supports=both).state is DONE


@pytest.mark.parametrize(("support", "kind"), [("letters", "letter"), ("prescriptions", "prescription")])
def test_a_support_need_not_bear_the_default_where_what_is_written_on_it_has_its_own_bal(
    support: str, kind: str
) -> None:
    book = BookView((CABINET,), preferred={"S1": ALIX}, overrides={("S1", kind): LOU})
    supports = SupportView(carried=(*borne(ALIX, without=support).carried, noted(support, LOU)))
    evidence = practice("valoriser.2", [bal(), bal(LOU)], directory=READ, book=book, supports=supports)
    assert seen(evidence) == (DONE, "4 supports sur 4 portent vos BAL privilégiées")


def test_what_was_preferred_where_one_no_longer_works_is_an_old_address() -> None:
    book = BookView((CABINET, ENDED), preferred={"S1": ALIX, "S2": LOU})
    supports = SupportView(carried=(*borne(ALIX).carried, noted("prescriptions", LOU)))
    assert seen(practice("valoriser.2", [bal(), bal(LOU)], directory=READ, book=book, supports=supports)) == (
        ATTENTION,
        "3 supports sur 4 portent vos BAL privilégiées · vos ordonnances portent encore l'ancienne adresse",
    )


def test_a_preferred_bal_that_reaches_nobody_is_not_made_known() -> None:
    evidence = practice(
        "valoriser.2", [bal(), inactive()], directory=READ, book=CHOSEN, supports=borne(ALIX, LOU)
    )
    assert seen(evidence) == (
        BLOCKED,
        "4 supports sur 4 portent vos BAL privilégiées · "
        "attend l'étape 1 : une BAL privilégiée ne convient plus",
    )


def test_a_preferred_bal_that_step_1_does_not_know_enough_of_holds_up_the_last_step() -> None:
    book = BookView((CABINET,), preferred={"S1": ALIX})
    assert seen(practice("valoriser.2", [bal()], book=book, supports=borne(ALIX))) == (
        UNKNOWN,
        "4 supports sur 4 portent vos BAL privilégiées · publication à contrôler dans l'Annuaire Santé",
    )


def test_many_doubts_are_three_and_a_count() -> None:
    places = [replace(CABINET, id=f"S{number}", structure=f"Cabinet {number}") for number in range(6)]
    book = BookView(tuple(places), preferred={each.id: "gone@x.mssante.fr" for each in places})
    said = practice("valoriser.1", [bal()], directory=READ, book=book).sentences
    assert len(said) == 5
    assert said[-1] == "et 3 autres remarques"


def test_valoriser_2_is_done_since_the_last_support_bore_it() -> None:
    supports = SupportView(carried=(*borne(ALIX, without="letters", days=60).carried, noted("letters", ALIX)))
    book = BookView((CABINET,), preferred={"S1": ALIX})
    evidence = practice("valoriser.2", [bal()], directory=READ, book=book, supports=supports)
    assert evidence.since is not None
    assert evidence.since.date() == days_ago(20).date()


def test_a_support_of_ones_own_is_not_asked_but_must_not_bear_what_is_left() -> None:
    own = Support("own:1", "Plaque du cabinet")
    known = SupportView((*GIVEN_SUPPORTS, own), borne(ALIX).carried)
    book = BookView((CABINET,), preferred={"S1": ALIX})
    assert practice("valoriser.2", [bal()], directory=READ, book=book, supports=known).state is DONE
    wrong = replace(known, carried=(*known.carried, noted(own.id, LOU)))
    assert seen(practice("valoriser.2", [bal()], directory=READ, book=book, supports=wrong)) == (
        ATTENTION,
        "4 supports sur 4 portent vos BAL privilégiées · Plaque du cabinet : encore l'ancienne adresse",
    )


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
