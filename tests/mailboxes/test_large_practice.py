"""A practice with thousands of BAL and situations: judged while someone looks at the screen."""

import time
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from balt.clock import FixedClock
from balt.directory.model import DirectoryEntry, PracticeSituation
from balt.mailboxes.join import Service, join
from balt.mailboxes.situation_file import BookView
from balt.mailboxes.situations import SituationBook
from balt.text import fold
from tests.mailboxes.directory_cases import (
    API,
    CAMILLE,
    EXTRACTION,
    HOSPITAL,
    LILAS,
    NOW,
    OFFICE,
    api,
    entry,
    settings,
    view,
)

MANY = 3000
SITUATIONS = tuple(
    replace(LILAS, id=str(number), structure=f"Cabinet {number}", finess="") for number in range(MANY)
)


def test_thousands_of_bal_and_situations_are_joined_at_once() -> None:
    entries = [
        entry(f"u{number}@medecin.mssante.fr", structure=f"Cabinet {number}", town="Fictive")
        for number in range(MANY)
    ]
    links = {str(number): (f"u{number + 1}@medecin.mssante.fr",) for number in range(MANY)}
    began = time.process_time()
    found = join(settings(), {}, view(api(*entries)), {}, BookView(SITUATIONS, links), NOW)
    assert time.process_time() - began < 1.5
    by_address = {each.address: [situation.id for situation in each.situations] for each in found}
    assert by_address["u7@medecin.mssante.fr"] == ["6", "7"]


def test_thousands_of_situations_of_both_sources_are_told_apart_at_once(tmp_path: Path) -> None:
    twins = [replace(each, id=f"file:{each.id}", origin=EXTRACTION) for each in SITUATIONS]
    book = SituationBook(tmp_path, FixedClock(NOW))
    began = time.process_time()
    kept = book.merge([*SITUATIONS, *twins], [API, EXTRACTION])
    assert time.process_time() - began < 1.5
    assert kept == SITUATIONS


# The same, as it is said in words

places = st.sampled_from(
    [("", "", ""), ("Cabinet des Lilas", "", "Fictive"), ("CABINET DES LILAS", "", "FICTIVE"), ("", "99", "")]
)
ids = st.sampled_from(["", "1", "2", "3", "4"])
situations = st.lists(st.tuples(places, st.booleans()), max_size=4)
addresses = st.sampled_from([CAMILLE, HOSPITAL, OFFICE])
groups = st.dictionaries(ids, st.lists(addresses, max_size=2).map(tuple), max_size=3)


def place_of(where: DirectoryEntry | PracticeSituation) -> tuple[str, ...]:
    return (where.finess,) if where.finess else (fold(where.structure), fold(where.town))


def serves(situation: PracticeSituation, entries: list[DirectoryEntry], book: BookView) -> bool:
    """Whether Camille's BAL serves a situation."""
    if CAMILLE in book.unlinked.get(situation.id, ()):
        return False
    if CAMILLE in book.links.get(situation.id, ()) or book.preferred.get(situation.id) == CAMILLE:
        return True
    borne = {each.situation for each in entries if each.situation}
    if situation.id in borne:
        return True
    decided = {place_of(each) for each in book.situations if each.id in borne}
    named = {place_of(each) for each in entries if each.finess or each.structure} - decided
    return situation.active and place_of(situation) in named


@given(
    situations,
    st.lists(st.tuples(ids, places), max_size=3),
    groups,
    groups,
    st.dictionaries(ids, addresses, max_size=2),
)
def test_what_a_bal_serves_is_found_as_if_each_situation_was_looked_at(
    known: list[tuple[tuple[str, str, str], bool]],
    published: list[tuple[str, tuple[str, str, str]]],
    links: dict[str, tuple[str, ...]],
    unlinked: dict[str, tuple[str, ...]],
    preferred: dict[str, str],
) -> None:
    there = tuple(
        replace(LILAS, id=str(number), structure=name, finess=finess, town=town, active=active)
        for number, ((name, finess, town), active) in enumerate(known, start=1)
    )
    entries = [
        entry(situation=situation, structure=name, finess=finess, town=town)
        for situation, (name, finess, town) in published
    ]
    book = BookView(there, links, unlinked, preferred)
    expected = tuple(each for each in there if serves(each, entries, book))
    assert Service(book).of(CAMILLE, entries) == expected
