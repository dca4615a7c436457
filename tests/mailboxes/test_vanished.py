"""A BAL of the holder that left the directory and that no account opens keeps its row, and counts nowhere."""

from datetime import UTC, datetime

from balt.config import Account, Config, Person
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Departure, Finding, Mailbox, Verdict
from balt.mailboxes.practice import practice_of
from balt.mailboxes.sightings import Sighting, Sightings
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.way_out import WayOut
from balt.sheets.model import StepState
from balt.sheets.rules import evaluate
from balt.sheets.scope import practice_scope

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEN, GONE = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC)
BAL, RPPS = "c.exemple@ch-fictif.mssante.fr", "10999990012"
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


def test_one_that_is_still_published_or_has_an_account_is_a_bal_as_any_other() -> None:
    entry = DirectoryEntry(BAL, BalKind.PER, Origin.API, NOW, rpps=RPPS)
    for (mailbox,) in (bals(VANISHED, api=(entry,)), bals(VANISHED, accounts=(Account(BAL, access="none"),))):
        assert mailbox.vanished is None
        assert mailbox.counts


def test_what_never_stood_there_or_is_not_the_holders_has_no_row() -> None:
    never = Sighting(BAL, published=False, since=GONE, own=True)
    others = Sighting(BAL, published=False, since=GONE, before=SEEN)
    assert bals(never) == bals(others) == ()
