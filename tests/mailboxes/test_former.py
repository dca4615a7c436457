"""A BAL that left the directory keeps what its case knows: its type, whose it was, its situation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import Holder
from balt.mailboxes.join import join
from balt.mailboxes.model import Answer, Departure, Finding, Mailbox, Publication, Question, Verdict
from balt.mailboxes.publication import publication_now
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.way_out import WayOut
from tests.mailboxes.directory_cases import (
    CAMILLE,
    CH,
    LILAS,
    NOW,
    OTHER_RPPS,
    RPPS,
    api,
    entry,
    extraction,
    settings,
    view,
)

BOOK = BookView(situations=(LILAS, CH))
HOLDER = Holder(Origin.EXTRACTION, "Dr Camille EXEMPLE", RPPS, CH.structure, CH.finess, "Urgences", own=True)
OUT = WayOut(NOW - timedelta(days=20), gone=NOW - timedelta(days=2))
SAID_NO = Answer(Question.LISTED, "no", NOW - timedelta(days=1))


def left(
    *holders: Holder,
    now_published: tuple[DirectoryEntry, ...] = (),
    book: BookView = BOOK,
    directory: DirectoryView | None = None,
    answers: tuple[Answer, ...] = (),
    kind: BalKind = BalKind.PER,
    way: WayOut = OUT,
) -> Mailbox:
    """A BAL of these former holders, with what is published of it now."""
    finding = Finding(Verdict.TO_DELETE, "hors de l'annuaire, à supprimer")
    leaving = {CAMILLE: Departure(finding, way_out=way, kind=kind, holders=holders)}
    seen = view(api(*now_published)) if directory is None else directory
    (mailbox,) = join(settings(CAMILLE, rpps=RPPS), {}, seen, {CAMILLE: answers}, book, NOW, leaving)
    return mailbox


def test_its_type_its_holder_and_its_situation_stay_known() -> None:
    mailbox = left(HOLDER)
    assert (mailbox.kind, mailbox.former, mailbox.situations) == (BalKind.PER, (HOLDER,), (CH,))


def test_one_that_is_deleted_serves_no_situation_any_more() -> None:
    mailbox = left(HOLDER, way=replace(OUT, deleted=NOW))
    assert (mailbox.former, mailbox.situations) == ((HOLDER,), ())


def test_what_is_published_now_says_better() -> None:
    mailbox = left(HOLDER, now_published=(entry(kind=BalKind.CAB, situation="1-lilas"),))
    assert (mailbox.kind, mailbox.former, mailbox.situations) == (BalKind.CAB, (), (LILAS,))


def test_a_colleague_who_shared_it_tells_nothing_of_where_the_holder_works() -> None:
    colleague = replace(HOLDER, rpps=OTHER_RPPS, finess=LILAS.finess, structure=LILAS.structure, own=False)
    assert left(HOLDER, colleague).situations == (CH,)


TWICE = BookView(situations=(CH, replace(CH, id="3-ch", finess="", town="Ailleurs-en-Fiction")))


@pytest.mark.parametrize(
    ("book", "served"),
    [
        (BookView(situations=(replace(CH, finess=""),)), (replace(CH, finess=""),)),
        (BookView(situations=tuple(replace(each, finess="") for each in TWICE.situations)), ()),
        (BookView(situations=(replace(CH, finess="", active=False),)), ()),
        (replace(BOOK, unlinked={"2-ch": (CAMILLE,)}), ()),
    ],
    ids=["one place of that name", "two of them", "left since", "untied by hand"],
)
def test_a_structure_without_a_number_is_known_by_its_name_alone(
    book: BookView, served: tuple[object, ...]
) -> None:
    assert left(replace(HOLDER, finess=""), book=book).situations == served


def test_the_holders_word_stands_where_no_source_tells() -> None:
    directory, still = view(extraction()), replace(OUT, gone=None)  # an extraction lists PER and ORG alone
    unsure = left(directory=directory, kind=BalKind.APP, way=still)
    assert any("à contrôler par l'API" in reason for reason in unsure.finding.reasons)
    told = left(directory=directory, kind=BalKind.APP, way=still, answers=(SAID_NO,))
    assert told.publication is Publication.UNKNOWN
    assert publication_now(told, NOW) is Publication.ABSENT
    assert "absente, selon vous, le 22 nov. 2026" in told.finding.reasons
    assert not any("à contrôler" in reason for reason in told.finding.reasons)


def test_a_source_that_tells_outweighs_the_holders_word() -> None:
    told = left(now_published=(entry(),), answers=(SAID_NO,))
    assert told.publication is Publication.PUBLISHED
    assert not any("selon vous" in reason for reason in told.finding.reasons)
