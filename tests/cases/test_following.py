"""What a look finds is noted in the case: news at once, the rest by the day of the last look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases import words
from balt.cases.autoreply.script import Installed, Way
from balt.cases.autoreply.state import OwnStand, Stand, State
from balt.cases.book import CaseBook
from balt.cases.following import (
    Advice,
    archive_looks,
    directory_looks,
    mailbox_looks,
    need_out,
    reply_looks,
    seen_now,
)
from balt.cases.model import Case, CaseKind, Event, Happened, Look, Reply
from balt.cases.replies import heard_of
from balt.cases.verdicts import departures
from balt.clock import FixedClock
from balt.config import Config
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.errors import StoppedError
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, Publication, Question
from balt.mailboxes.sightings import Sighting, Sightings

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PUBLISHED, ABSENT = Publication.PUBLISHED.value, Publication.ABSENT.value
KIND = Event(Happened.KIND, START, BalKind.PER.value)
PER = (Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, START), KIND)),)
"""The cases of a BAL whose type is known."""


def at(folder: Path, number: int) -> CaseBook:
    return CaseBook(folder, FixedClock(START + timedelta(days=number)), "Dr Camille EXEMPLE")


def opened(folder: Path, kind: CaseKind = CaseKind.DEPUBLICATION) -> Case:
    return at(folder, 0).open(kind, BAL, replacement=OTHER)


def told(case: Case, what: Happened) -> list[tuple[int, str]]:
    """On which days, and what."""
    return [((each.at - START).days, each.value) for each in case.events if each.what is what]


# The days of looks


def test_of_looks_that_found_the_same_the_first_and_the_latest_are_kept(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for number in (1, 1, 2, 5, 9):
        case = at(tmp_path, number).notice(case, Look(Happened.API, ABSENT))
    assert told(case, Happened.API) == [(1, ABSENT), (9, ABSENT)]
    case = at(tmp_path, 10).notice(case, Look(Happened.API, PUBLISHED))
    case = at(tmp_path, 11).notice(case, Look(Happened.API, ABSENT))
    assert told(case, Happened.API) == [(1, ABSENT), (9, ABSENT), (10, PUBLISHED), (11, ABSENT)]


def test_a_look_that_a_wrong_clock_dated_hides_no_later_one(tmp_path: Path) -> None:
    case = at(tmp_path, 20_000).notice(opened(tmp_path), Look(Happened.EXTRACTION, ABSENT))
    case = at(tmp_path, 2).notice(case, Look(Happened.EXTRACTION, ABSENT))
    assert told(case, Happened.EXTRACTION)[-1] == (2, ABSENT)


def test_the_story_tells_a_look_only_where_it_found_news(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for number in (1, 2, 5):
        case = at(tmp_path, number).notice(case, Look(Happened.API, PUBLISHED))
    case = at(tmp_path, 6).notice(case, Look(Happened.API, ABSENT))
    story = departures([case], START + timedelta(days=6))[BAL].story
    assert [each.split(" · ")[1] for each in story[1:]] == [
        "publiée par l'annuaire (API)",
        "absente de l'annuaire (API)",
    ]


def test_the_story_never_tells_two_extractions_of_one_day(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for value in (PUBLISHED, ABSENT):
        case = at(tmp_path, 1).notice(case, Look(Happened.EXTRACTION, value))
    lines = [words.event_line(each) for each in words.told_of(case, START)]
    assert lines[1:] == ["absente de l'annuaire (extraction)"]


def test_a_word_of_the_holder_is_told_each_time(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for number in (1, 60):
        case = at(tmp_path, number).tell(case, Happened.AUTO_REPLY, Reply.BY_HAND.value)
    assert [each.what for each in words.told_of(case, START)][1:] == [Happened.AUTO_REPLY] * 2


# Two cases


def test_the_end_of_a_bal_ends_both_of_its_cases(tmp_path: Path) -> None:
    leaving, deletion = opened(tmp_path), opened(tmp_path, CaseKind.DELETION)
    at(tmp_path, 3).tell(deletion, Happened.DELETED)
    first, second = at(tmp_path, 4).cases()
    assert (first.kind, first.is_open, second.is_open) == (leaving.kind, False, False)
    assert first.events[-1].what is Happened.CLOSED
    assert second.events[-1].what is Happened.DELETED


# The auto-reply


def looks(case: Case, state: State) -> list[Look]:
    """What a look at the server tells this case, which is the only one of its BAL."""
    return reply_looks(case, heard_of((), case, case.events[-1].at), state)


ABOUT = Installed(OTHER, None, Way.COMBINED, "Tri", "", sound=True)


@pytest.mark.parametrize(
    ("state", "noted"),
    [
        (State(Stand.ACTIVE), Reply.ACTIVE),
        (State(Stand.CHANGED), Reply.CHANGED),
        (State(Stand.ENDED), Reply.OFF),
        (State(Stand.IDLE), Reply.OFF),
        (State(Stand.REPLACED), Reply.OFF),
        (State(Stand.GONE), Reply.OFF),
        (State(Stand.ABSENT), Reply.OFF),
        (State(Stand.ACTIVE, OwnStand.SAME, about=ABOUT), Reply.ACTIVE),
        (State(Stand.ACTIVE, OwnStand.CHANGED, about=ABOUT), Reply.SCRIPT),
        (State(Stand.ACTIVE, OwnStand.MISSING, about=ABOUT), Reply.SCRIPT),
        (State(Stand.ACTIVE, OwnStand.IDLE, about=ABOUT), Reply.SCRIPT),
        (
            State(Stand.ACTIVE, OwnStand.SAME, about=replace(ABOUT, replacement="x@y.mssante.fr")),
            Reply.ELSEWHERE,
        ),
    ],
)
def test_how_the_server_has_the_auto_reply_reaches_the_case(
    tmp_path: Path, state: State, noted: Reply
) -> None:
    case = at(tmp_path, 1).notice(opened(tmp_path), Look(Happened.AUTO_REPLY, Reply.ACTIVE.value))
    found = at(tmp_path, 2).notice(case, *looks(case, state)).last(Happened.AUTO_REPLY)
    assert found is not None
    assert found.value == noted


def test_one_that_balt_never_installed_is_no_news(tmp_path: Path) -> None:
    case = opened(tmp_path)
    assert looks(case, State(Stand.ABSENT)) == []
    assert told(case, Happened.AUTO_REPLY) == []
    case = at(tmp_path, 1).tell(case, Happened.AUTO_REPLY, Reply.BY_HAND.value)
    assert at(tmp_path, 2).notice(case, *looks(case, State(Stand.ABSENT))) == case


def test_a_word_does_not_outweigh_that_balts_own_is_there_no_more(tmp_path: Path) -> None:
    case = opened(tmp_path)
    case = at(tmp_path, 1).notice(case, *looks(case, State(Stand.ACTIVE)))
    case = at(tmp_path, 2).tell(case, Happened.AUTO_REPLY, Reply.BY_HAND.value)
    case = at(tmp_path, 3).notice(case, *looks(case, State(Stand.GONE)))
    assert told(case, Happened.AUTO_REPLY)[-1] == (3, "off")
    case = at(tmp_path, 4).tell(case, Happened.AUTO_REPLY, Reply.BY_HAND.value)
    assert at(tmp_path, 5).notice(case, *looks(case, State(Stand.GONE))) == case, (
        "it was known, and said again"
    )


def test_what_balt_removes_itself_is_news_whatever_was_told_before(tmp_path: Path) -> None:
    case = at(tmp_path, 1).tell(opened(tmp_path), Happened.AUTO_REPLY, Reply.BY_HAND.value)
    case = at(tmp_path, 2).notice(case, *looks(case, State(Stand.ABSENT, removed=True)))
    assert told(case, Happened.AUTO_REPLY)[-1] == (2, "off")


def test_one_that_was_changed_or_is_over_does_not_count_as_answering(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for number, state in enumerate((State(Stand.ACTIVE), State(Stand.CHANGED), State(Stand.ENDED)), start=1):
        case = at(tmp_path, number).notice(case, *looks(case, state))
        way = departures([case], START + timedelta(days=number))[BAL].way_out
        assert way is not None
        assert way.reply is not None
        assert way.reply.active is (number == 1)


# The archive, and the BAL itself


def test_a_deletion_sees_whether_its_archive_is_still_there(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    case = at(tmp_path, 0).tell(opened(tmp_path, CaseKind.DELETION), Happened.KEPT, str(archive))
    case = at(tmp_path, 1).notice(case, *archive_looks(case, tmp_path))
    archive.rmdir()
    case = at(tmp_path, 2).notice(case, *archive_looks(case, tmp_path))
    assert told(case, Happened.ARCHIVE) == [(1, "there"), (2, "gone")]


def test_a_bal_is_only_asked_whether_it_answers_once_its_deletion_is(tmp_path: Path) -> None:
    case = opened(tmp_path, CaseKind.DELETION)
    assert at(tmp_path, 1).notice(case, *mailbox_looks(case, answers=False)) == case
    case = at(tmp_path, 2).tell(case, Happened.REQUESTED, "text")
    case = at(tmp_path, 3).notice(case, *mailbox_looks(case, answers=True))
    case = at(tmp_path, 4).notice(case, *mailbox_looks(case, answers=False))
    assert told(case, Happened.MAILBOX) == [(3, "there"), (4, "gone")]


# Whether it has left the directory, at the moment when its deletion is asked for

ADVICE = Advice("dépubliez", "recommencez")


def listed(value: str, days_ago: int) -> list[Answer]:
    return [Answer(Question.LISTED, value, START - timedelta(days=days_ago))]


@pytest.mark.parametrize(
    ("seen", "answers", "advice"),
    [
        (Publication.ABSENT, [], None),
        (Publication.PUBLISHED, [], "dépubliez"),
        (Publication.PUBLISHED, listed("no", 1), "dépubliez"),
        (Publication.UNKNOWN, [], "recommencez"),
        (Publication.UNKNOWN, listed("no", 1), None),
        (Publication.UNKNOWN, listed("no", 100), "recommencez"),
        (Publication.UNKNOWN, listed("yes", 1), "dépubliez"),
    ],
)
def test_only_one_that_has_left_or_that_its_holder_says_has_is_let_through(
    seen: Publication, answers: list[Answer], advice: str | None
) -> None:
    if advice is None:
        need_out(seen, answers, START, ADVICE, BAL)
        return
    with pytest.raises(StoppedError) as stopped:
        need_out(seen, answers, START, ADVICE, BAL)
    assert stopped.value.advice == advice


def seen(view: DirectoryView, *looks: Event, kind: BalKind = BalKind.UNKNOWN) -> Publication:
    """What is seen of the BAL, in whose case its type and these looks were noted."""
    known = [Event(Happened.KIND, START, kind.value)] if kind is not BalKind.UNKNOWN else []
    case = Case(CaseKind.DEPUBLICATION, BAL, (Event(Happened.OPENED, START), *known, *looks))
    return seen_now(BAL, Config(), view, START, [case])


def extraction(*entries: DirectoryEntry, day: int = 0) -> DirectoryAnswer:
    return DirectoryAnswer(Origin.EXTRACTION, START + timedelta(days=day), entries)


def test_a_type_known_before_tells_what_an_extraction_proves() -> None:
    view = DirectoryView(extraction=extraction())
    assert seen(view) is Publication.UNKNOWN
    assert seen(view, kind=BalKind.PER) is Publication.ABSENT
    entry = DirectoryEntry(BAL, BalKind.PER, Origin.API, START)
    both = DirectoryView(api=DirectoryAnswer(Origin.API, START, (entry,)), extraction=view.extraction)
    assert seen(both, kind=BalKind.PER) is Publication.PUBLISHED


def test_while_the_api_is_silent_an_extraction_proves_no_absence() -> None:
    silent = DirectoryView(extraction=extraction(), api_silent=True)
    assert seen(silent, kind=BalKind.PER) is Publication.UNKNOWN
    assert Happened.EXTRACTION not in [each.what for each in directory_looks(BAL, PER, (), silent, START)]
    shown = DirectoryEntry(BAL, BalKind.PER, Origin.EXTRACTION, START)
    showing = DirectoryView(extraction=extraction(shown), api_silent=True)
    assert seen(showing, kind=BalKind.PER) is Publication.PUBLISHED


# An extraction is dated by itself, not by the look


def test_an_extraction_older_than_one_that_was_read_proves_no_absence() -> None:
    older = DirectoryView(extraction=extraction(day=-25))
    later = Event(Happened.EXTRACTION, START, PUBLISHED, of=START - timedelta(days=1))
    earlier = Event(Happened.EXTRACTION, START, PUBLISHED, of=START - timedelta(days=26))
    assert seen(older, later, kind=BalKind.PER) is Publication.UNKNOWN
    assert seen(older, earlier, kind=BalKind.PER) is Publication.ABSENT


def test_nor_does_one_that_is_older_than_the_last_import() -> None:
    sightings = Sightings(taken_at=START - timedelta(days=1))
    older = DirectoryView(extraction=extraction(day=-25), sightings=sightings)
    assert seen(older, kind=BalKind.PER) is Publication.UNKNOWN


def test_a_bal_that_extractions_had_is_of_a_type_that_they_list() -> None:
    stood = Sighting(BAL, published=False, since=START, before=START - timedelta(days=8))
    view = DirectoryView(extraction=extraction(), sightings=Sightings(START, seen=(stood,)))
    assert seen(view) is Publication.ABSENT
    (look,) = directory_looks(BAL, (), (), view, START)
    assert (look.what, look.value) == (Happened.EXTRACTION, ABSENT)


def test_what_an_older_extraction_says_is_no_news(tmp_path: Path) -> None:
    def look(value: str, day: int) -> Look:
        return Look(Happened.EXTRACTION, value, of=START + timedelta(days=day))

    case = at(tmp_path, 2).notice(opened(tmp_path), look(PUBLISHED, 1))
    case = at(tmp_path, 3).notice(case, look(ABSENT, -20))
    assert told(case, Happened.EXTRACTION) == [(2, PUBLISHED)]
    case = at(tmp_path, 4).notice(case, look(ABSENT, 3))
    assert told(case, Happened.EXTRACTION) == [(2, PUBLISHED), (4, ABSENT)]
    (kept,) = at(tmp_path, 5).cases()
    days = [(each.of - START).days for each in kept.looks(Happened.EXTRACTION) if each.of is not None]
    assert days == [1, 3]


def test_the_look_carries_the_day_of_the_extraction() -> None:
    entry = DirectoryEntry(BAL, BalKind.PER, Origin.EXTRACTION, START)
    view = DirectoryView(extraction=extraction(entry, day=-3))
    (look,) = [
        each for each in directory_looks(BAL, PER, (entry,), view, START) if each.what is Happened.EXTRACTION
    ]
    assert (look.value, look.of) == (PUBLISHED, START - timedelta(days=3))
