"""The situations d'exercice: from the directory or by hand, the BAL tied to them, and the preferred one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.directory.model import BalKind, PracticeSituation
from balt.errors import StoppedError, UsageError
from balt.mailboxes.model import Finding, Mailbox, Publication, Verdict
from balt.mailboxes.situations import SituationBook, may_prefer
from tests.mailboxes.directory_cases import API, CAMILLE, CH, EXTRACTION, HOSPITAL, LILAS, NOW

FILE_LILAS = replace(LILAS, id="file:lilas", origin=EXTRACTION)


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def book(tmp_path: Path, clock: SetClock) -> SituationBook:
    return SituationBook(tmp_path, clock)


def seen(book: SituationBook) -> list[tuple[str, bool]]:
    return [(each.id, each.active) for each in book.situations()]


def test_what_the_directory_gives_is_kept_and_read_back(book: SituationBook, tmp_path: Path) -> None:
    book.merge([LILAS, CH])
    assert SituationBook(tmp_path, FixedClock(NOW)).situations() == (LILAS, CH)


def test_a_situation_that_vanished_is_kept_and_no_longer_active(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    book.merge([LILAS])
    assert seen(book) == [("1-lilas", True), ("2-ch", False)]


def test_one_that_comes_back_is_active_again_with_what_is_said_of_it_now(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    book.merge([LILAS])
    book.merge([LILAS, replace(CH, town="Modèle")])
    assert book.situations()[1] == replace(CH, town="Modèle")


def test_a_source_that_was_not_read_takes_nothing_away(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    book.merge([], read=())
    book.merge([replace(CH, id="file:other", finess="990000036", origin=EXTRACTION)], read=[EXTRACTION])
    assert [active for _id, active in seen(book)] == [True, True, True]


def test_a_source_that_was_read_and_gives_nothing_more_takes_all_its_own_away(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    by_hand = book.add("MSP des Lilas")
    book.merge([], read=[API])
    assert seen(book) == [("1-lilas", False), ("2-ch", False), (by_hand.id, True)]


def test_one_activity_told_twice_joins_the_one_of_the_same_function(book: SituationBook) -> None:
    chief = replace(LILAS, id="3-lilas", function="Chef de service")
    book.merge([replace(FILE_LILAS, function="Chef de service")])
    book.serve(CAMILLE, FILE_LILAS.id, True)
    book.merge([LILAS, chief])
    assert book.links() == {"3-lilas": (CAMILLE,)}


@pytest.mark.parametrize(
    "twin",
    [
        FILE_LILAS,
        replace(FILE_LILAS, mode=""),
        replace(FILE_LILAS, structure="SELARL LILAS"),
        replace(FILE_LILAS, finess="", structure="CABINET DES LILAS", town="FICTIVE"),
    ],
)
def test_one_activity_in_both_sources_is_one_situation(book: SituationBook, twin: PracticeSituation) -> None:
    book.merge([twin, LILAS])
    assert seen(book) == [("1-lilas", True)]


@pytest.mark.parametrize(
    "other",
    [
        replace(FILE_LILAS, mode="S"),
        replace(FILE_LILAS, finess="990000028"),
        replace(FILE_LILAS, rpps="10999990020"),
        replace(FILE_LILAS, finess="", structure=""),
    ],
)
def test_two_activities_stay_two(book: SituationBook, other: PracticeSituation) -> None:
    book.merge([LILAS, other])
    assert len(book.situations()) == 2


@pytest.mark.parametrize("found", [[LILAS], [LILAS, FILE_LILAS]])
def test_what_was_tied_to_the_files_name_follows_to_the_apis(
    book: SituationBook, found: list[PracticeSituation]
) -> None:
    book.merge([FILE_LILAS])
    book.serve(HOSPITAL, FILE_LILAS.id, True)
    book.prefer(FILE_LILAS.id, CAMILLE)
    book.merge(found)
    assert seen(book) == [("1-lilas", True)]
    assert (book.links(), book.preferred()) == ({"1-lilas": (HOSPITAL,)}, {"1-lilas": CAMILLE})


def test_the_file_confirms_what_the_api_once_gave(book: SituationBook) -> None:
    """The API loses roles at times that the file still has."""
    book.merge([LILAS])
    book.merge([FILE_LILAS], read=[API, EXTRACTION])
    assert seen(book) == [("1-lilas", True)]


def test_what_the_file_calls_ended_confirms_nothing(book: SituationBook) -> None:
    book.merge([LILAS])
    book.merge([replace(FILE_LILAS, active=False)], read=[API, EXTRACTION])
    assert seen(book) == [("1-lilas", False)]


def test_what_was_written_by_hand_comes_last(book: SituationBook) -> None:
    by_hand = book.add("MSP des Lilas")
    book.merge([LILAS])
    assert book.situations() == (LILAS, by_hand)


def test_a_situation_by_hand_has_a_name_of_its_own(book: SituationBook) -> None:
    first, second = book.add("Cabinet des Lilas", "Fictive", "L"), book.add("Cabinet des Lilas", "Essai", "L")
    assert first.id != second.id
    assert first.id.startswith("hand:")
    assert book.situations() == (first, second)


@pytest.mark.parametrize(
    ("structure", "mode", "why"),
    [(" ", "L", "structure"), ("Cabinet", "X", "mode"), ("CABINET des lilas", "", "existe déjà")],
)
def test_what_is_no_situation_is_refused(book: SituationBook, structure: str, mode: str, why: str) -> None:
    book.add("Cabinet des Lilas")
    with pytest.raises(UsageError, match=why):
        book.add(structure, "", mode)
    assert len(book.situations()) == 1


def test_only_a_situation_by_hand_can_be_removed_with_what_was_tied_to_it(book: SituationBook) -> None:
    book.merge([LILAS])
    by_hand = book.add("MSP des Lilas")
    book.serve(CAMILLE, by_hand.id, True)
    book.prefer(by_hand.id, CAMILLE)
    book.remove(by_hand.id)
    with pytest.raises(UsageError, match="vient de l'annuaire"):
        book.remove(LILAS.id)
    assert (book.situations(), book.links(), book.preferred()) == ((LILAS,), {}, {})


def test_a_removed_situation_can_be_written_again(book: SituationBook) -> None:
    book.remove(book.add("MSP des Lilas").id)
    again = book.add("MSP des Lilas")
    assert book.situations() == (again,)


@pytest.mark.parametrize("act", ["serve", "prefer", "remove"])
def test_a_situation_that_is_not_there_is_told(book: SituationBook, act: str) -> None:
    acts = {
        "serve": lambda: book.serve(CAMILLE, "hand:none", True),
        "prefer": lambda: book.prefer("hand:none", CAMILLE),
        "remove": lambda: book.remove("hand:none"),
    }
    with pytest.raises(UsageError, match="n'existe pas"):
        acts[act]()
    assert not book.path.exists()


def test_a_link_is_made_and_unmade_whatever_the_case_of_the_address(book: SituationBook) -> None:
    book.merge([LILAS])
    book.serve(CAMILLE.upper(), LILAS.id, True)
    assert (book.links(), book.unlinked()) == ({LILAS.id: (CAMILLE,)}, {})
    book.serve(CAMILLE, LILAS.id, False)
    assert (book.links(), book.unlinked()) == ({}, {LILAS.id: (CAMILLE,)})


def test_a_bal_that_no_longer_serves_a_situation_is_no_longer_preferred_there(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    for situation in (LILAS, CH):
        book.prefer(situation.id, CAMILLE)
    book.serve(CAMILLE, CH.id, True)
    book.serve(HOSPITAL, CH.id, False)
    book.serve(CAMILLE, LILAS.id, False)
    assert book.preferred() == {CH.id: CAMILLE}


def test_the_same_thing_said_twice_is_written_once(book: SituationBook) -> None:
    book.merge([LILAS])
    book.serve(CAMILLE, LILAS.id, True)
    before = book.path.read_bytes()
    book.serve(CAMILLE, LILAS.id, True)
    assert book.path.read_bytes() == before


def test_a_preferred_bal_serves_again_where_it_was_untied(book: SituationBook) -> None:
    book.merge([LILAS])
    book.serve(CAMILLE, LILAS.id, False)
    book.prefer(LILAS.id, CAMILLE)
    assert (book.unlinked(), book.preferred()) == ({}, {LILAS.id: CAMILLE})


def test_every_preference_is_kept_with_its_date(book: SituationBook, clock: SetClock) -> None:
    book.merge([LILAS])
    for address in (CAMILLE, CAMILLE, HOSPITAL, None):
        book.prefer(LILAS.id, address)
        clock.moment += timedelta(days=1)
    kept = [(each.address, (each.since - NOW).days) for each in book.preferences(LILAS.id)]
    assert kept == [(CAMILLE, 0), (HOSPITAL, 2), (None, 3)]
    assert book.preferred() == {}


def test_a_choice_made_after_a_wrong_clock_was_set_right_counts(book: SituationBook, clock: SetClock) -> None:
    book.merge([LILAS])
    clock.moment = NOW + timedelta(days=365)
    book.prefer(LILAS.id, HOSPITAL)
    clock.moment = NOW
    book.prefer(LILAS.id, CAMILLE)
    assert book.preferred() == {LILAS.id: CAMILLE}


def test_no_address_is_no_preference(book: SituationBook) -> None:
    book.merge([LILAS])
    with pytest.raises(UsageError, match="adresse"):
        book.prefer(LILAS.id, " ")


GOING = (Verdict.LEAVING, Verdict.TO_DELETE, Verdict.DELETED)


@pytest.mark.parametrize(
    ("verdict", "allowed"),
    [(each, each not in GOING) for each in Verdict],
)
def test_a_bal_on_its_way_out_cannot_be_preferred(verdict: Verdict, allowed: bool) -> None:
    mailbox = Mailbox(CAMILLE, BalKind.PER, Publication.PUBLISHED, Finding(verdict, ""))
    assert (may_prefer(mailbox) == "") is allowed


@pytest.mark.parametrize(
    ("list_", "changed"),
    [
        ("situations", {"active": "yes"}),
        ("situations", {"origin": "guess"}),
        ("situations", {"seen": "yesterday"}),
        ("links", {"serves": 1}),
        ("links", {"address": None}),
        ("preferred", {"address": 3}),
    ],
)
def test_a_line_that_makes_no_sense_makes_the_file_a_damaged_one(
    book: SituationBook, list_: str, changed: dict[str, object]
) -> None:
    book.merge([LILAS])
    book.serve(CAMILLE, LILAS.id, True)
    book.prefer(LILAS.id, CAMILLE)
    document = json.loads(book.path.read_text(encoding="utf-8"))
    document[list_][0].update(changed)
    book.path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoppedError, match="abîmé"):
        book.situations()


# Kinds of prescription


def kinds(book: SituationBook) -> list[str]:
    return [each.label for each in book.view().kinds]


def test_a_kind_has_its_own_bal_beside_that_of_the_situation(book: SituationBook) -> None:
    book.merge([LILAS])
    book.prefer(LILAS.id, CAMILLE)
    book.prefer(LILAS.id, HOSPITAL, "lab")
    assert book.preferred() == {LILAS.id: CAMILLE}
    assert book.view().overrides == {(LILAS.id, "lab"): HOSPITAL}
    book.prefer(LILAS.id, None, "lab")
    assert (book.preferred(), book.view().overrides) == ({LILAS.id: CAMILLE}, {})


def test_since_when_a_bal_is_preferred_is_the_day_of_the_choice(book: SituationBook, clock: SetClock) -> None:
    book.merge([LILAS])
    book.prefer(LILAS.id, CAMILLE)
    clock.moment += timedelta(days=3)
    book.prefer(LILAS.id, CAMILLE)
    book.prefer(LILAS.id, HOSPITAL, "lab")
    assert book.view().chosen == {LILAS.id: NOW}
    assert [each.address for each in book.preferences(LILAS.id)] == [CAMILLE]


def test_a_bal_that_no_longer_serves_is_preferred_for_no_kind(book: SituationBook) -> None:
    book.merge([LILAS])
    book.prefer(LILAS.id, CAMILLE)
    book.prefer(LILAS.id, HOSPITAL, "lab")
    book.serve(HOSPITAL, LILAS.id, False)
    assert (book.preferred(), book.view().overrides) == ({LILAS.id: CAMILLE}, {})


def test_the_list_of_kinds_is_added_to_renamed_and_shortened(book: SituationBook) -> None:
    given = kinds(book)
    added = book.add_kind("  Certificat  ")
    book.rename_kind("lab", "Analyses")
    book.remove_kind("imaging")
    assert kinds(book) == [
        "Analyses" if each == "Biologie" else each for each in given if each != "Imagerie"
    ] + ["Certificat"]
    book.rename_kind("lab", "")
    book.remove_kind(added.id)
    assert book.add_kind("imagerie").id == "imaging"
    assert kinds(book) == given


def test_what_was_chosen_for_a_kind_that_left_the_list_does_not_count(book: SituationBook) -> None:
    book.merge([LILAS])
    book.prefer(LILAS.id, CAMILLE, "lab")
    book.remove_kind("lab")
    assert book.view().overrides == {}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda book: book.add_kind(" "), "Il manque le nom"),
        (lambda book: book.add_kind("BIOLOGIE"), "existe déjà"),
        (lambda book: book.rename_kind("lab", "imagerie"), "existe déjà"),
        (lambda book: book.rename_kind("none", "x"), "n'est pas dans la liste"),
        (lambda book: book.remove_kind("none"), "n'est pas dans la liste"),
        (lambda book: book.prefer(LILAS.id, CAMILLE, "none"), "n'est pas dans la liste"),
    ],
)
def test_what_makes_no_list_of_kinds_is_refused(
    book: SituationBook, act: Callable[[SituationBook], object], why: str
) -> None:
    book.merge([LILAS])
    before = book.path.read_bytes()
    with pytest.raises(UsageError, match=why):
        act(book)
    assert book.path.read_bytes() == before


def test_a_file_of_the_version_before_is_read_and_loses_no_line(book: SituationBook) -> None:
    book.merge([LILAS, CH])
    for address in (CAMILLE, HOSPITAL):
        book.prefer(LILAS.id, address)
    document = json.loads(book.path.read_text(encoding="utf-8"))
    old = {key: value for key, value in document.items() if key != "kinds"} | {"version": 1}
    for row in old["preferred"]:
        del row["kind"]
    book.path.write_text(json.dumps(old), encoding="utf-8")
    assert book.preferred() == {LILAS.id: HOSPITAL}
    book.prefer(CH.id, CAMILLE, "lab")
    written = json.loads(book.path.read_text(encoding="utf-8"))
    assert written["version"] == 2
    assert written["situations"] == old["situations"]
    kept = [(row["situation"], row["kind"], row["address"]) for row in written["preferred"]]
    assert kept == [(LILAS.id, "", CAMILLE), (LILAS.id, "", HOSPITAL), (CH.id, "lab", CAMILLE)]
