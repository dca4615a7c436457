"""A case outranks what the messages of its BAL say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balt.cases.model import Case, CaseKind, Event, Happened
from balt.cases.verdicts import departures
from balt.config import Account, Config
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import MailboxStatus, Verdict
from balt.mailboxes.practice import practice_of
from balt.mailboxes.situation_file import BookView

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"


def case(kind: CaseKind, *events: Happened | tuple[Happened, str], at: datetime = NOW) -> Case:
    told = [each if isinstance(each, tuple) else (each, "") for each in events]
    return Case(
        kind,
        BAL,
        (Event(Happened.OPENED, at, OTHER), *(Event(what, at, value) for what, value in told)),
    )


LEAVING, DELETION = CaseKind.DEPUBLICATION, CaseKind.DELETION
GONE = (Happened.API, "absent")


@pytest.mark.parametrize(
    ("cases", "verdict"),
    [
        ([case(LEAVING)], Verdict.LEAVING),
        ([case(LEAVING, Happened.REQUESTED)], Verdict.LEAVING),
        ([case(LEAVING, GONE)], Verdict.TO_DELETE),
        ([case(LEAVING, GONE, Happened.CLOSED)], Verdict.TO_DELETE),
        ([case(LEAVING, Happened.ABANDONED)], None),
        ([case(LEAVING, GONE, Happened.CLOSED), case(DELETION, Happened.KEPT)], Verdict.TO_DELETE),
        ([case(LEAVING, GONE), case(DELETION, Happened.DELETED)], Verdict.DELETED),
        ([case(LEAVING, GONE), case(DELETION, Happened.DELETED, Happened.CLOSED)], Verdict.DELETED),
        ([case(LEAVING), case(DELETION, Happened.ABANDONED)], Verdict.LEAVING),
        ([case(DELETION, Happened.DELETED), case(LEAVING, at=LATER)], Verdict.LEAVING),
        ([case(LEAVING, GONE), case(DELETION, Happened.KEPT, (Happened.API, "published"))], Verdict.LEAVING),
    ],
)
def test_the_latest_case_of_a_bal_decides(cases: list[Case], verdict: Verdict | None) -> None:
    found = departures(cases, NOW).get(BAL)
    assert (found.finding.verdict if found is not None else None) is verdict


def test_what_is_still_to_do_comes_before_what_the_messages_say() -> None:
    config = Config(accounts=(Account(BAL.upper(), access="none"), Account(OTHER, access="none")))
    leaving = departures([case(LEAVING, Happened.REQUESTED)], NOW)
    practice = practice_of(config, {}, DirectoryView(), {}, BookView(), NOW, leaving)
    first, other = practice.mailboxes
    assert (first.finding.verdict, other.finding.verdict) == (Verdict.LEAVING, Verdict.UNKNOWN)
    assert first.finding.headline == "demande écrite le 2 mars 2026, à envoyer"
    assert [each.split(" · ")[1] for each in first.story] == [
        f"dossier ouvert ; remplacée par {OTHER}",
        "demande écrite",
    ]
    assert [each.split(" : ")[0] for each in first.steps] == [
        "✔ BAL de remplacement",
        "○ réponse automatique",
        "○ demande au fournisseur",
        "? sortie de l'annuaire",
    ]
    assert (other.story, other.steps) == ((), ())
    assert first.finding.reasons[0].startswith("réponse automatique : à installer")
    asked = {each for each in other.finding.reasons if each.startswith("à répondre : ")}
    assert asked, "whether it is read is asked of a BAL that stays"
    assert set(other.finding.reasons) - set(first.finding.reasons) == asked


GONE_FOR_GOOD = [case(LEAVING, GONE), case(DELETION, Happened.KEPT, Happened.DELETED)]


def test_a_deleted_bal_says_since_when_and_what_is_to_go_from_the_configuration_and_nothing_else() -> None:
    config = Config(accounts=(Account(BAL, access="none"),))
    practice = practice_of(config, {}, DirectoryView(), {}, BookView(), NOW, departures(GONE_FOR_GOOD, NOW))
    mailbox = practice.mailboxes[0]
    assert mailbox.deleted
    assert mailbox.finding.headline == "supprimée le 2 mars 2026"
    assert [each.partition(" : ")[0] for each in mailbox.finding.reasons] == [
        "retirez-la de la configuration"
    ]
    assert mailbox.story[-1].endswith("BAL supprimée, selon le titulaire")


def test_what_the_directory_said_of_it_last_stays_with_it() -> None:
    holder = Holder(Origin.EXTRACTION, "Dr Camille EXEMPLE", "10999990012", "CH fictif", "990000028")
    seen = case(LEAVING, (Happened.KIND, "PER"), GONE)
    seen = replace(seen, events=(*seen.events, Event(Happened.HOLDERS, NOW, holders=(holder,))))
    config = Config(accounts=(Account(BAL, access="none"),))
    practice = practice_of(config, {}, DirectoryView(), {}, BookView(), NOW, departures([seen], NOW))
    mailbox = practice.mailboxes[0]
    assert (mailbox.kind, mailbox.former) == (BalKind.PER, (holder,))


def test_a_deleted_bal_that_answers_still_has_no_figures_that_count() -> None:
    config = Config(accounts=(Account(BAL, host="imap.exemple.fr"),))
    statuses = {BAL: MailboxStatus(BAL, reachable=True, taken_at=NOW, messages=3)}
    leaving = departures(GONE_FOR_GOOD, NOW)
    practice = practice_of(config, statuses, DirectoryView(), {}, BookView(), NOW, leaving)
    assert practice.measured == []


def test_one_noted_as_deleted_that_the_directory_shows_counts_as_any_other() -> None:
    config = Config(accounts=(Account(BAL, access="none"),))
    entry = DirectoryEntry(BAL, BalKind.PER, Origin.API, NOW)
    view = DirectoryView(api=DirectoryAnswer(Origin.API, NOW, (entry,)))
    practice = practice_of(config, {}, view, {}, BookView(), NOW, departures(GONE_FOR_GOOD, NOW))
    mailbox = practice.mailboxes[0]
    assert not mailbox.deleted
    assert mailbox.finding.reasons[0] == "notée supprimée, et pourtant publiée"
