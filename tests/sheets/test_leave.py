"""IDENTIFIER, step 2, followed to its end, by tables: the case of one BAL that nobody reads, what the
directory shows, the state, the sentences, since when.
"""

import time
from dataclasses import replace
from typing import Any

import pytest

from balt.cases.model import Case, Happened, Reply
from balt.directory.model import DirectoryAnswer, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import MailboxStatus, Question
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from balt.sheets.leave import delete, depublish
from balt.sheets.model import StepState, Target
from balt.sheets.scope import practice_scope
from tests.sheets.cases import (
    ALIX,
    ANOTHER,
    ANSWERED,
    ATTENTION,
    BLOCKED,
    CABINET,
    DONE,
    GONE,
    LONG_AGO,
    LOU,
    NOT_THERE,
    OUT,
    REMIND,
    REPLIES,
    RPPS,
    SENT,
    SENT_ON,
    THERE,
    TODO,
    UNKNOWN,
    WRITTEN,
    answer,
    bal,
    days_ago,
    deleting,
    entry,
    inactive,
    known,
    leaving,
    one_bal,
    practice,
    published,
    seen,
    silent,
)


@pytest.mark.parametrize(
    ("case", "state", "said", "since"),
    [
        (leaving(), TODO, "en cours depuis le 23 sept. 2026 : demande au fournisseur à écrire", 60),
        (leaving(WRITTEN), TODO, "en cours : demande écrite le 16 nov. 2026, à envoyer", 6),
        (
            leaving((Happened.REQUESTED, 6, "draft")),
            TODO,
            "en cours : demande mise dans les brouillons le 16 nov. 2026, à envoyer",
            6,
        ),
        (
            leaving((Happened.REQUESTED, 20, "text")),
            ATTENTION,
            "en cours : demande écrite le 2 nov. 2026, à envoyer ; si elle est partie, notez-le",
            13,
        ),
        (leaving(WRITTEN, SENT), TODO, f"en cours : demande {SENT_ON} ; attend le fournisseur, {REMIND}", 6),
        (
            leaving(*LONG_AGO),
            ATTENTION,
            "en cours : demande envoyée le 2 nov. 2026, selon le titulaire ; fournisseur à relancer depuis "
            "le 16 nov. 2026",
            6,
        ),
        (
            leaving(WRITTEN, ANSWERED),
            TODO,
            "en cours : demande écrite le 16 nov. 2026 ; réponse du fournisseur le 20 nov. 2026, relance le "
            "4 déc. 2026",
            6,
        ),
        (
            leaving(*LONG_AGO, ANSWERED),
            TODO,
            "en cours : demande envoyée le 2 nov. 2026, selon le titulaire ; réponse du fournisseur le "
            "20 nov. 2026, relance le 4 déc. 2026",
            21,
        ),
        (
            leaving(WRITTEN, (Happened.REPLACED, 3, ANOTHER)),
            ATTENTION,
            "en cours : demande écrite le 16 nov. 2026, mais elle nomme l'ancienne BAL de remplacement : à "
            "récrire",
            6,
        ),
        (
            leaving(WRITTEN, SENT, (Happened.CLOSED, 1)),
            TODO,
            f"en cours : demande {SENT_ON} ; attend le fournisseur",
            6,
        ),
        (
            leaving(WRITTEN, (Happened.ABANDONED, 1)),
            ATTENTION,
            "rien de lu depuis 14 mois, 212 non lus · seuil choisi ici : 1 an",
            430,
        ),
    ],
)
def test_while_the_directory_shows_it_step_2_tells_where_the_request_stands(
    case: Case, state: StepState, said: str, since: int
) -> None:
    evidence = practice("identifier.2", [bal(), inactive()], directory=THERE, cases=[case])
    assert (*seen(evidence), evidence.since) == (state, f"{LOU} · {said}", days_ago(since))
    assert evidence.target == Target(LOU, view="annuaire")


@pytest.mark.parametrize(
    ("events", "state", "said", "since"),
    [
        ([], TODO, "réponse automatique à poser", 40),
        ([REPLIES], DONE, "réponse automatique en service depuis le 23 oct. 2026", 30),
        (
            [REPLIES, (Happened.AUTO_REPLY, 3, "active")],
            DONE,
            "réponse automatique en service depuis le 23 oct. 2026",
            30,
        ),
        (
            [(Happened.AUTO_REPLY, 50, "active")],
            DONE,
            "réponse automatique en service depuis le 3 oct. 2026",
            40,
        ),
        (
            [REPLIES, (Happened.AUTO_REPLY, 3, "off")],
            ATTENTION,
            "réponse automatique hors service : à réinstaller",
            3,
        ),
        (
            [REPLIES, (Happened.AUTO_REPLY, 3, "changed")],
            ATTENTION,
            "réponse automatique en service avec un texte qu'un autre programme a changé "
            "(vu le 19 nov. 2026) : à revoir",
            3,
        ),
        (
            [(Happened.AUTO_REPLY, 50, "active"), (Happened.AUTO_REPLY, 3, "elsewhere")],
            ATTENTION,
            "réponse automatique en service (vu le 19 nov. 2026), mais elle nomme une autre BAL "
            "que le dossier : à réinstaller",
            3,
        ),
        (
            [(Happened.AUTO_REPLY, 90, "active")],
            TODO,
            "réponse automatique à vérifier : vue en service le 24 août 2026 pour la dernière fois",
            90,
        ),
        (
            [(Happened.AUTO_REPLY, 89, "by_hand")],
            DONE,
            "réponse automatique en service depuis le 25 août 2026",
            40,
        ),
        (
            [(Happened.AUTO_REPLY, 90, "by_hand")],
            TODO,
            "réponse automatique à vérifier : notée le 24 août 2026",
            90,
        ),
        (
            [(Happened.AUTO_REPLY, 200, "by_hand"), (Happened.AUTO_REPLY, 4, "by_hand")],
            DONE,
            "réponse automatique en service depuis le 6 mai 2026",
            40,
        ),
    ],
)
def test_out_of_the_directory_step_2_still_asks_for_the_auto_reply(
    events: list[tuple[Happened, int, str]], state: StepState, said: str, since: int
) -> None:
    case = leaving(GONE, *events)
    evidence = one_bal("identifier.2", inactive(), beside=[bal()], directory=NOT_THERE, cases=[case])
    expected = f"hors de l'annuaire depuis le 13 oct. 2026, {said}"
    assert (*seen(evidence), evidence.since) == (state, expected, days_ago(since))


def test_step_2_is_done_when_the_inactive_bal_is_out_and_answers_and_the_others_are_read() -> None:
    evidence = practice("identifier.2", [bal(), inactive()], directory=NOT_THERE, cases=[OUT])
    assert seen(evidence) == (
        DONE,
        f"{LOU} · hors de l'annuaire depuis le 13 oct. 2026, réponse automatique en service depuis le "
        "23 oct. 2026 · 1 BAL n'est pas inactive",
    )


def test_a_bal_on_its_way_out_counts_although_it_is_still_read() -> None:
    evidence = practice("identifier.2", [bal(), bal(LOU)], directory=THERE, cases=[leaving(WRITTEN)])
    assert (evidence.state, evidence.sentences[0]) == (TODO, LOU)


def test_the_most_pressing_bal_comes_first() -> None:
    evidence = practice(
        "identifier.2",
        [inactive(days=900), inactive(ANOTHER, days=400)],
        directory=published(LOU, ANOTHER),
        cases=[leaving(WRITTEN)],
    )
    assert evidence.state is ATTENTION
    assert evidence.sentences[0] == ANOTHER
    assert evidence.sentences[2] == LOU


def test_a_directory_that_cannot_be_asked_today_does_not_bring_a_bal_back() -> None:
    evidence = practice("identifier.2", [bal(), inactive()], cases=[OUT])
    assert evidence.state is UNKNOWN
    assert "hors de l'annuaire depuis le 13 oct. 2026" in evidence.sentences[1]
    assert evidence.sentences[-1] == "publication à contrôler dans l'Annuaire Santé"


@pytest.mark.parametrize(
    ("cases", "shown", "state", "said"),
    [
        ([], THERE, ATTENTION, "2 BAL : 1 non consultée"),
        ([leaving(WRITTEN)], THERE, TODO, "2 BAL : 1 sur le départ"),
        ([OUT], NOT_THERE, DONE, "2 BAL : 1 sur le départ"),
    ],
)
def test_step_1_needs_no_reader_for_a_bal_that_leaves_once_the_directory_has_it_no_more(
    cases: list[Case], shown: object, state: StepState, said: str
) -> None:
    book = BookView(situations=(CABINET,), links={"S1": (ALIX, *(() if cases else (LOU,)))})
    evidence = practice("identifier.1", [bal(), inactive()], directory=shown, book=book, cases=cases)
    assert (evidence.state, evidence.sentences[0]) == (state, said)


SEEN_AGAIN, CLOSED = (Happened.API, 2, "published"), (Happened.CLOSED, 3)
BACK = "de nouveau dans l'annuaire : dépublication à redemander au fournisseur"


@pytest.mark.parametrize(
    ("cases", "state", "said"),
    [
        ([OUT], ATTENTION, BACK),
        ([OUT, deleting()], ATTENTION, BACK),
        ([leaving(WRITTEN, SENT, (Happened.API, 4, "absent"), SEEN_AGAIN)], ATTENTION, BACK),
        ([leaving(WRITTEN, (Happened.API, 4, "absent"), CLOSED, SEEN_AGAIN)], ATTENTION, BACK),
        (
            [leaving((Happened.API, 9, "absent"), SEEN_AGAIN, (Happened.REQUESTED, 1, "text"))],
            TODO,
            "en cours : demande écrite le 21 nov. 2026, à envoyer",
        ),
        ([leaving((Happened.REQUESTED, 45, "text"), GONE, REPLIES), deleting(WRITTEN)], ATTENTION, BACK),
        (
            [leaving(GONE, REPLIES, WRITTEN, SENT), deleting()],
            TODO,
            f"en cours : demande {SENT_ON} ; attend le fournisseur, {REMIND}",
        ),
    ],
)
def test_a_bal_that_the_directory_shows_again_is_to_be_depublished_again(
    cases: list[Case], state: StepState, said: str
) -> None:
    evidence = practice("identifier.2", [bal(), inactive()], directory=THERE, cases=cases)
    assert seen(evidence) == (state, f"{LOU} · {said}")


CAB = BookView(situations=(CABINET,), links={"S1": (ALIX,)})


@pytest.mark.parametrize(
    ("seen", "state", "said"),
    [
        (89, DONE, "en service depuis le 25 août 2026"),
        (90, TODO, "à vérifier : vue en service le 24 août 2026 pour la dernière fois"),
    ],
)
def test_the_auto_reply_of_a_depublication_that_was_closed_does_not_stay_good_for_ever(
    seen: int, state: StepState, said: str
) -> None:
    closed = leaving(GONE, (Happened.AUTO_REPLY, seen, Reply.ACTIVE.value), (Happened.CLOSED, 39))
    evidence = one_bal("identifier.2", inactive(), beside=[bal()], directory=NOT_THERE, cases=[closed])
    assert evidence.state is state
    assert evidence.sentences[0].endswith(f"réponse automatique {said}")


@pytest.mark.parametrize("step", ["identifier.1", "identifier.2", "identifier.3"])
@pytest.mark.parametrize(
    "partly", [{"problem": "l'API n'a pas tout dit."}, {"api_silent": True}, {"whole": False}]
)
def test_a_directory_that_was_read_in_part_settles_nothing(step: str, partly: dict[str, Any]) -> None:
    tied: dict[str, Any] = {"book": CAB, "directory": published(ALIX)}
    assert practice(step, [bal()], **tied).state is DONE
    view = published(ALIX)
    assert view.api is not None
    others = {name: value for name, value in partly.items() if name != "whole"}
    read = replace(view, api=replace(view.api, whole=partly.get("whole", True)), **others)
    assert practice(step, [bal()], **{**tied, "directory": read}).state is UNKNOWN


@pytest.mark.parametrize(
    ("other", "more", "why"),
    [
        (inactive(ANOTHER), {"directory": published(ALIX, ANOTHER)}, "n'est pas consultée"),
        (bal(ANOTHER), {"directory": NOT_THERE}, "n'est pas dans l'annuaire"),
        (
            bal(ANOTHER),
            {"directory": published(ALIX, ANOTHER), "cases": [leaving(address=ANOTHER)]},
            "est elle-même sur le départ",
        ),
        (
            replace(bal(ANOTHER), taken_at=days_ago(9)),
            {"directory": NOT_THERE, "cases": [deleting((Happened.DELETED, 8), address=ANOTHER)]},
            "est supprimée",
        ),
    ],
)
def test_an_auto_reply_that_sends_people_to_a_bal_that_should_not_be_used_is_not_done(
    other: MailboxStatus, more: dict[str, Any], why: str
) -> None:
    named = leaving((Happened.REPLACED, 50, ANOTHER), GONE, REPLIES)
    given = {**more, "cases": [named, *more.get("cases", ())]}
    evidence = practice("identifier.2", [bal(), inactive(), other], **given)
    said = (
        f"hors de l'annuaire depuis le 13 oct. 2026, réponse automatique en service, mais {ANOTHER}, qu'elle "
    )
    assert evidence.state is ATTENTION
    assert f"{said}nomme, {why}" in evidence.sentences
    usable = practice(
        "identifier.2",
        [bal(), inactive(), bal(ANOTHER)],
        directory=published(ALIX, ANOTHER),
        cases=[named],
    )
    assert usable.state is DONE


UNCLEAR = bal(ANOTHER, last_seen=days_ago(430), unread_since=days_ago(5))
NAMED = leaving((Happened.REPLACED, 50, ANOTHER), GONE, REPLIES)


@pytest.mark.parametrize(
    ("other", "state", "said"),
    [
        (UNCLEAR, TODO, f"à préciser : {ANOTHER}, qu'elle nomme, est-elle consultée ?"),
        (silent(ANOTHER), UNKNOWN, f"on ne sait pas encore si {ANOTHER}, qu'elle nomme, est consultée"),
    ],
)
def test_an_auto_reply_that_names_a_bal_of_which_nobody_knows_whether_it_is_read_is_not_done(
    other: MailboxStatus, state: StepState, said: str
) -> None:
    there = published(ALIX, ANOTHER)
    evidence = one_bal("identifier.2", inactive(), beside=[other], directory=there, cases=[NAMED])
    assert (evidence.state, evidence.sentences[0].endswith(said)) == (state, True)
    told = {ANOTHER: [answer(Question.CONSULTED, "yes")]}
    evidence = one_bal(
        "identifier.2", inactive(), beside=[other], directory=there, cases=[NAMED], answers=told
    )
    assert evidence.state is DONE


def test_one_that_has_left_the_extraction_is_doubted_while_the_api_is_silent() -> None:
    left = Sighting(ANOTHER, published=False, since=days_ago(9), before=days_ago(40), own=True)
    file = DirectoryAnswer(Origin.EXTRACTION, days_ago(9), (entry(ALIX, Origin.EXTRACTION),))
    view = DirectoryView(
        extraction=file, api_silent=True, sightings=Sightings(days_ago(9), RPPS, (left,)), rpps=RPPS
    )
    evidence = one_bal("identifier.2", inactive(), directory=view, cases=[NAMED])
    assert evidence.state is ATTENTION
    assert evidence.sentences[0].endswith(
        f"{ANOTHER}, qu'elle nomme, n'est plus dans l'extraction de l'annuaire"
    )


def test_of_a_bal_of_ones_own_without_an_account_its_use_is_to_be_made_clear_too() -> None:
    evidence = one_bal("identifier.2", inactive(), directory=published(ALIX, ANOTHER), cases=[NAMED])
    assert (evidence.state, "à préciser" in evidence.sentences[0]) == (TODO, True)
    colleague = one_bal("identifier.2", inactive(), directory=published(ALIX), cases=[NAMED])
    assert colleague.state is DONE, "nobody here can say it of a colleague's"


def test_thousands_of_bal_are_judged_at_once() -> None:
    addresses = [f"u{number}@medecin.mssante.fr" for number in range(3000)]
    read = [inactive(each) if number % 2 else bal(each) for number, each in enumerate(addresses)]
    cases = [leaving(GONE, REPLIES, address=each) for each in addresses[1::2]]
    scope = practice_scope(known(read, directory=published(*addresses[::2]), cases=cases))
    began = time.process_time()
    assert (depublish(scope).state, delete(scope).state) == (DONE, BLOCKED)
    assert time.process_time() - began < 1.5
