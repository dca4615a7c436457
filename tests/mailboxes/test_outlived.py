"""A BAL on its way out, or noted as deleted, of which its server or the directory says something else."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from balt.config import Account, Config, Thresholds
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Departure, Finding, Mailbox, MailboxStatus, Question, Verdict
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.situations import may_prefer
from balt.mailboxes.verdicts import questions_due
from balt.mailboxes.way_out import WayOut

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTED = NOW - timedelta(days=3)
BAL = "c.exemple@ch-fictif.mssante.fr"
DELETED = Departure(
    Finding(Verdict.DELETED, "supprimée le 27 févr. 2026"), way_out=WayOut(NOTED, deleted=NOTED)
)


def practice(
    taken_at: datetime,
    departure: Departure = DELETED,
    *,
    access: Literal["imap", "files"] = "imap",
    published: bool = False,
) -> Practice:
    status = MailboxStatus(
        BAL, reachable=True, taken_at=taken_at, messages=3, last_seen=NOW, last_received=NOW
    )
    entries = (DirectoryEntry(BAL, BalKind.PER, Origin.API, NOW),) if published else ()
    view = DirectoryView(api=DirectoryAnswer(Origin.API, NOW, entries))
    config = Config(accounts=(Account(BAL, access=access),))
    return practice_of(config, {BAL: status}, view, {}, BookView(), NOW, {BAL: departure})


def only(of: Practice) -> Mailbox:
    (mailbox,) = of.mailboxes
    return mailbox


def test_the_figures_from_before_the_note_count_no_more() -> None:
    before = practice(NOTED)
    assert only(before).deleted
    assert before.measured == []


@pytest.mark.parametrize("published", [False, True])
def test_one_that_answers_after_the_note_counts_and_says_so(published: bool) -> None:
    after = practice(NOTED + timedelta(seconds=1), published=published)
    finding = only(after).finding
    assert finding.headline == finding.reasons[0] == "notée supprimée, et pourtant elle répond"
    assert finding.verdict not in (Verdict.DELETED, Verdict.ACTIVE)
    assert [each.messages for each in after.measured] == [3]
    assert may_prefer(only(after))


def test_exported_files_are_no_answer_of_a_server() -> None:
    assert only(practice(NOW, access="files")).deleted


def test_one_that_the_directory_shows_again_is_to_leave_it_first() -> None:
    out = Departure(Finding(Verdict.TO_DELETE, "hors de l'annuaire, à supprimer"), way_out=WayOut(NOTED))
    assert only(practice(NOW, out)).finding.headline == "hors de l'annuaire, à supprimer"
    again = only(practice(NOW, out, published=True)).finding
    assert (again.verdict, again.headline) == (Verdict.LEAVING, "de nouveau publiée, à dépublier")


LEAVING = Departure(Finding(Verdict.LEAVING, "demande à écrire"), way_out=WayOut(NOTED))


@pytest.mark.parametrize(("departure", "asked"), [(LEAVING, False), (DELETED, True)])
def test_whether_a_bal_on_its_way_out_is_read_is_asked_no_more(departure: Departure, *, asked: bool) -> None:
    entries = (DirectoryEntry(BAL, BalKind.PER, Origin.API, NOW),)
    view = DirectoryView(api=DirectoryAnswer(Origin.API, NOW, entries))
    config = Config(accounts=(Account(BAL, access="none"),))
    mailbox = only(practice_of(config, {}, view, {}, BookView(), NOW, {BAL: departure}))
    assert (Question.CONSULTED in questions_due(mailbox, Thresholds(), NOW)) is asked
    assert any("à répondre" in each for each in mailbox.finding.reasons) is asked
