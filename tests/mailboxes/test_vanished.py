"""A BAL of the holder that left the directory and that no account opens keeps its row, and counts nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balt.config import Account, Config, Person
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import (
    Answer,
    Departure,
    Finding,
    Mailbox,
    MailboxStatus,
    Publication,
    Question,
    Verdict,
)
from balt.mailboxes.practice import Practice, practice_of
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.way_out import WayOut
from balt.sheets.due import due
from balt.sheets.model import Evidence, StepState
from balt.sheets.rules import evaluate
from balt.sheets.scope import practice_scope
from balt.sheets.ticks import Tick, given, tick_of
from tests.sheets.cases import CABINET

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEN, GONE = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC)
BAL, RPPS = "c.exemple@ch-fictif.mssante.fr", "10999990012"
READ = Account("camille.exemple@medecin.mssante.fr")
VANISHED = Sighting(BAL, published=False, since=GONE, before=SEEN, own=True)


def bals(
    *seen: Sighting, accounts: tuple[Account, ...] = (), api: tuple[DirectoryEntry, ...] = ()
) -> tuple[Mailbox, ...]:
    view = DirectoryView(
        api=DirectoryAnswer(Origin.API, NOW, api), sightings=Sightings(GONE, RPPS, tuple(seen))
    )
    config = Config(person=Person(rpps=RPPS), accounts=accounts)
    practice = practice_of(config, {}, view, {}, BookView(), NOW)
    assert [each.address for each in practice_scope(practice).bals] == [
        each.address for each in practice.mailboxes if each.counts
    ]
    return practice.mailboxes


def test_it_has_a_row_with_the_day_on_which_it_was_no_longer_there() -> None:
    (mailbox,) = bals(VANISHED)
    assert mailbox.address == BAL
    assert mailbox.vanished == GONE
    assert not mailbox.counts
    assert mailbox.finding.headline == "hors de l'annuaire depuis le 9 févr. 2026"
    assert "5 janv. 2026" in mailbox.finding.reasons[0]


def test_while_the_api_is_silent_it_has_left_the_extraction_only() -> None:
    gone = DirectoryAnswer(Origin.EXTRACTION, GONE)
    view = DirectoryView(extraction=gone, sightings=Sightings(GONE, RPPS, (VANISHED,)))
    config = Config(person=Person(rpps=RPPS))
    for silent, headline in ((False, "hors de l'annuaire"), (True, "hors de l'extraction")):
        practice = practice_of(config, {}, replace(view, api_silent=silent), {}, BookView(), NOW)
        (mailbox,) = practice.mailboxes
        assert mailbox.finding.headline == f"{headline} depuis le 9 févr. 2026"
        assert (mailbox.publication is Publication.ABSENT) is not silent
        assert any("l'API n'a pas encore répondu" in each for each in mailbox.finding.reasons) is silent
        sentences = [each for step in evaluate(practice) for each in step.sentences]
        assert any(each.startswith(ADRIFT) for each in sentences) is not silent
        assert any("n'est plus dans l'extraction" in each for each in sentences) is silent


def test_one_on_its_way_out_counts_until_it_is_deleted() -> None:
    way = WayOut(SEEN, replacement="camille.exemple@medecin.mssante.fr", gone=GONE)
    leaving = {BAL: Departure(Finding(Verdict.LEAVING, "demande envoyée"), way_out=way)}
    view = DirectoryView(
        api=DirectoryAnswer(Origin.API, NOW, ()), sightings=Sightings(GONE, RPPS, (VANISHED,))
    )
    practice = practice_of(Config(person=Person(rpps=RPPS)), {}, view, {}, BookView(), NOW, leaving)
    assert [each.address for each in practice_scope(practice).bals] == [BAL]
    states = {each.id: each.state for each in evaluate(practice)}
    assert StepState.DONE not in (states["identifier.2"], states["identifier.3"])


ADRIFT = "c.exemple@ch-fictif.mssante.fr n'est plus dans l'annuaire, sans compte ni dossier ici"


def said(value: str, days: int = 3) -> Mapping[str, Sequence[Answer]]:
    return {BAL: (Answer(Question.CONSULTED, value, NOW - timedelta(days=days)),)}


def steps(answers: Mapping[str, Sequence[Answer]], *accounts: Account) -> dict[str, Evidence]:
    """The steps for a practice with this BAL, and others that are read each day in the cabinet."""
    entries = tuple(
        DirectoryEntry(each.address, BalKind.PER, Origin.API, NOW, rpps=RPPS) for each in accounts
    )
    view = DirectoryView(
        api=DirectoryAnswer(Origin.API, NOW, entries), sightings=Sightings(GONE, RPPS, (VANISHED,))
    )
    config = Config(person=Person(rpps=RPPS), accounts=accounts)
    read = {
        each.address: MailboxStatus(each.address, reachable=True, taken_at=NOW, messages=1, last_seen=NOW)
        for each in accounts
    }
    book = BookView(situations=(CABINET,), links={CABINET.id: (READ.address,)})
    return {each.id: each for each in evaluate(practice_of(config, read, view, answers, book, NOW))}


@pytest.mark.parametrize("answers", [{}, said("yes", 100), said("no", 100)])
@pytest.mark.parametrize("accounts", [(), (READ,)])
def test_until_the_holder_says_what_became_of_it_nothing_is_done(
    answers: Mapping[str, Sequence[Answer]], accounts: tuple[Account, ...]
) -> None:
    found = steps(answers, *accounts)
    for step in ("identifier.1", "identifier.2", "identifier.3"):
        assert found[step].state is StepState.UNKNOWN
        assert any(each.startswith(ADRIFT) for each in found[step].sentences)


def test_one_that_the_holder_says_to_read_is_no_matter_of_the_steps() -> None:
    found = steps(said("yes"), READ)
    assert {each.state for each in found.values() if each.sheet == "identifier"} == {StepState.DONE}


def test_one_that_the_holder_says_not_to_read_is_to_be_left_as_any_other() -> None:
    found = steps(said("no"), READ)
    assert found["identifier.1"].state is StepState.ATTENTION
    assert found["identifier.1"].sentences[0] == "2 BAL : 1 non consultée"
    assert found["identifier.2"].state is StepState.TODO
    assert found["identifier.2"].sentences[:2] == (BAL, "hors de l'annuaire, réponse automatique à poser")
    assert found["identifier.3"].state is StepState.BLOCKED


def test_it_can_be_ticked_as_read_and_is_asked_about() -> None:
    view = DirectoryView(
        api=DirectoryAnswer(Origin.API, NOW, ()), sightings=Sightings(GONE, RPPS, (VANISHED,))
    )

    def practice(answers: Mapping[str, Sequence[Answer]]) -> Practice:
        return practice_of(Config(person=Person(rpps=RPPS)), {}, view, answers, BookView(), NOW)

    assert tick_of(practice({}), "identifier.1", BAL) == Tick("identifier.1", BAL, Question.CONSULTED)
    assert [each.tick.address for each in given(practice(said("yes")))] == [BAL]
    asked = [each for each in due(practice({}), []) if each.address == BAL]
    assert [each.said.split(" : ")[0] for each in asked] == ["à répondre"]
    again = [each for each in due(practice(said("yes", 80)), []) if each.address == BAL]
    assert [each.said.split(" : ")[0] for each in again] == ["à redire"]


def test_what_the_holder_says_of_it_is_its_verdict() -> None:
    view = DirectoryView(
        api=DirectoryAnswer(Origin.API, NOW, ()), sightings=Sightings(GONE, RPPS, (VANISHED,))
    )
    config = Config(person=Person(rpps=RPPS))
    (mailbox,) = practice_of(config, {}, view, said("no"), BookView(), NOW).mailboxes
    assert mailbox.finding.verdict is Verdict.INACTIVE
    assert "5 janv. 2026" in mailbox.finding.reasons[-1]


def test_one_that_is_still_published_or_has_an_account_is_a_bal_as_any_other() -> None:
    entry = DirectoryEntry(BAL, BalKind.PER, Origin.API, NOW, rpps=RPPS)
    for (mailbox,) in (bals(VANISHED, api=(entry,)), bals(VANISHED, accounts=(Account(BAL, access="none"),))):
        assert mailbox.vanished is None
        assert mailbox.counts


def test_what_never_stood_there_or_is_not_the_holders_has_no_row() -> None:
    never = Sighting(BAL, published=False, since=GONE, own=True)
    others = Sighting(BAL, published=False, since=GONE, before=SEEN)
    assert bals(never) == bals(others) == ()
