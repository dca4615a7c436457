"""What speaks against a preferred BAL, by a table: each doubt, and the case beside it that raises none."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from balt.directory.model import DirectoryEntry, Professional
from balt.directory.trust import TrustSpace
from balt.directory.white_list import WhiteList
from balt.mail.model import Quota
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Departure, Finding, MailboxStatus, Verdict
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.preferences import Doubt, Judge, Warned, homonyms
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.saturation import Forecast
from balt.mailboxes.situation_file import BookView
from tests.mailboxes.directory_cases import (
    CAMILLE,
    DEAD,
    HOSPITAL,
    LILAS,
    NOW,
    READ,
    api,
    entry,
    settings,
    view,
)

LAB = PrescriptionKind("lab")
BOTH = view(api(entry(CAMILLE, situation=LILAS.id), entry(HOSPITAL, situation=LILAS.id)))
ALONE = view(api(entry(CAMILLE, situation=LILAS.id)))


def status(**figures: Any) -> MailboxStatus:
    """A BAL that is read every day."""
    return replace(READ, **figures)


def practice(
    directory: DirectoryView = ALONE,
    preferred: str = CAMILLE,
    figures: MailboxStatus | None = None,
    leaving: Mapping[str, Departure] | None = None,
    **book: Any,
) -> Practice:
    known = BookView((LILAS,), preferred={LILAS.id: preferred} if preferred else {}, **book)
    statuses = {CAMILLE: figures or status()}
    return practice_of(settings(CAMILLE), statuses, directory, {}, known, NOW, leaving or {})


def doubts(found: tuple[Warned, ...]) -> list[Doubt]:
    return [each.doubt for each in found]


def ranked(first: int | None, second: int | None, situation: str = LILAS.id) -> DirectoryView:
    """Two BAL of one situation, as the directory orders them."""

    def bal(address: str, rank: int | None) -> DirectoryEntry:
        return replace(entry(address, situation=LILAS.id), rank=rank, situation=situation)

    return view(api(bal(CAMILLE, first), bal(HOSPITAL, second)))


GOING = {CAMILLE: Departure(Finding(Verdict.LEAVING, "demande envoyée"))}
SOON = Forecast(NOW + timedelta(days=40))
FAR = Forecast(NOW + timedelta(days=400))
LISTED = TrustSpace(WhiteList(frozenset({"medecin.mssante.fr"})), NOW)
OTHERS = TrustSpace(WhiteList(frozenset({"autre.mssante.fr"})), NOW)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (practice(), []),
        (practice(BOTH), []),
        (practice(BOTH, ""), [Doubt.SEVERAL]),
        (practice(ALONE, ""), []),
        (practice(preferred="inconnue@x.mssante.fr"), [Doubt.STRANGER]),
        (practice(view(api())), [Doubt.UNPUBLISHED]),
        (practice(DirectoryView()), []),
        (practice(leaving=GOING), [Doubt.LEAVING]),
        (practice(view(api()), leaving=GOING), [Doubt.LEAVING]),
        (practice(figures=DEAD), [Doubt.UNREAD]),
        (practice(figures=status(quota=Quota(80, 100))), [Doubt.SATURATING]),
        (practice(figures=status(quota=Quota(79, 100))), []),
        (practice(figures=status(quota=Quota(10, 100), saturation=SOON)), [Doubt.SATURATING]),
        (practice(figures=status(quota=Quota(10, 100), saturation=FAR)), []),
        (practice(ranked(2, 1)), [Doubt.RANK]),
        (practice(ranked(None, 1)), [Doubt.RANK]),
        (practice(ranked(2, 1, situation="")), []),
        (practice(ranked(1, 2)), []),
        (practice(ranked(1, 1)), []),
        (practice(ranked(1, None)), []),
        (practice(ranked(None, None)), []),
        (practice(replace(ALONE, trust=OTHERS)), [Doubt.UNTRUSTED]),
        (practice(replace(ALONE, trust=LISTED)), []),
    ],
)
def test_each_doubt_about_the_default_is_told_and_nothing_else(
    known: Practice, expected: list[Doubt]
) -> None:
    assert doubts(Judge(known).cell(LILAS)) == expected


def test_a_kind_is_judged_by_the_bal_that_was_chosen_for_it() -> None:
    known = practice(BOTH, overrides={(LILAS.id, "lab"): "inconnue@x.mssante.fr"})
    assert doubts(Judge(known).cell(LILAS)) == []
    (told,) = Judge(known).everything()
    assert (told.doubt, told.kind) == (Doubt.STRANGER, LAB)
    assert told.sentence == ("Cabinet des Lilas (libéral), Biologie : la BAL choisie n'est plus connue ici")


def test_the_rank_of_the_directory_says_nothing_of_a_kind() -> None:
    known = practice(ranked(1, 2), overrides={(LILAS.id, "lab"): HOSPITAL})
    assert Judge(known).everything() == ()


def test_a_situation_that_ended_says_so_first() -> None:
    ended = replace(LILAS, active=False)
    assert doubts(Judge(practice()).cell(ended))[0] is Doubt.ENDED
    assert doubts(Judge(practice(preferred="")).cell(ended)) == [Doubt.ENDED]


def test_without_a_choice_the_rivals_are_named() -> None:
    (told,) = Judge(practice(BOTH, "")).cell(LILAS)
    assert told.said == f"2 BAL publiées, aucune privilégiée : {CAMILLE}, {HOSPITAL}"


# Homonyms


@pytest.mark.parametrize(("town", "count"), [("FICTIVE", 1), ("Ailleurs", 0)])
def test_a_namesake_in_the_same_town_is_told_with_what_tells_them_apart(town: str, count: int) -> None:
    other = Professional("10999990020", "EXEMPLE", "Camille", "Dr", "Infirmier", towns=(town,))
    lilas = replace(LILAS, town="Fictive")
    mine = replace(entry(CAMILLE, situation=LILAS.id), town="Fictive")
    directory = replace(view(api(mine)), rpps=mine.rpps, alike=(other,))
    known = practice_of(settings(CAMILLE), {}, directory, {}, BookView((lilas,)), NOW)
    found = homonyms(known)
    assert len(found) == count
    assert all("RPPS 10999990020" in each.sentence for each in found)
