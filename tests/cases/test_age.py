"""What the API published of a BAL is gone from the cases after thirty days; since when it has left is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from balt.cases.book import CaseBook
from balt.cases.following import directory_looks
from balt.cases.model import Case, CaseKind, Happened, Look, kind_known
from balt.cases.presence import is_gone
from balt.clock import FixedClock
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Publication

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
PUBLISHED, ABSENT = Publication.PUBLISHED.value, Publication.ABSENT.value


def at(folder: Path, number: int) -> CaseBook:
    return CaseBook(folder, FixedClock(START + timedelta(days=number)), "Dr Camille EXEMPLE")


def opened(folder: Path) -> Case:
    return at(folder, 0).open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)


def told(case: Case, what: Happened) -> list[tuple[int, str]]:
    """On which days, and what."""
    return [((each.at - START).days, each.value) for each in case.events if each.what is what]


def test_after_thirty_days_what_the_api_published_is_in_the_file_no_more(tmp_path: Path) -> None:
    case = at(tmp_path, 1).notice(opened(tmp_path), Look(Happened.API, PUBLISHED))
    at(tmp_path, 1).notice(case, Look(Happened.KIND, "CAB", Origin.API.value))
    (kept,) = at(tmp_path, 30).cases()
    assert (told(kept, Happened.API), told(kept, Happened.KIND)) == ([(1, PUBLISHED)], [(1, "CAB")])
    (later,) = at(tmp_path, 32).cases()
    assert [each.what for each in later.events] == [Happened.OPENED]
    text = (tmp_path / "cases.json").read_text(encoding="utf-8")
    assert PUBLISHED not in text
    assert "CAB" not in text


def test_what_the_api_published_and_nobody_saw_since_does_not_leave_by_being_forgotten(
    tmp_path: Path,
) -> None:
    case = at(tmp_path, 1).notice(opened(tmp_path), Look(Happened.API, PUBLISHED))
    at(tmp_path, 2).notice(case, Look(Happened.EXTRACTION, ABSENT))
    (known,) = at(tmp_path, 5).cases()
    assert not is_gone(known)
    (forgotten,) = at(tmp_path, 40).cases()
    assert not is_gone(forgotten)


def test_what_the_extraction_gave_is_kept(tmp_path: Path) -> None:
    case = at(tmp_path, 1).notice(opened(tmp_path), Look(Happened.EXTRACTION, PUBLISHED))
    at(tmp_path, 1).notice(case, Look(Happened.KIND, "PER", Origin.EXTRACTION.value))
    (later,) = at(tmp_path, 300).cases()
    assert told(later, Happened.EXTRACTION) == [(1, PUBLISHED)]
    assert kind_known([later], BAL.upper()) is BalKind.PER


def test_since_when_a_bal_has_left_outlives_what_was_published_before(tmp_path: Path) -> None:
    case = opened(tmp_path)
    for number, value in (
        (1, PUBLISHED),
        (5, ABSENT),
        (6, ABSENT),
        (9, PUBLISHED),
        (12, ABSENT),
        (20, ABSENT),
    ):
        case = at(tmp_path, number).notice(case, Look(Happened.API, value))
    (later,) = at(tmp_path, 200).cases()
    assert told(later, Happened.API) == [(12, ABSENT)]
    assert is_gone(later)


def test_the_type_is_the_extractions_where_both_give_it(tmp_path: Path) -> None:
    def entry(origin: Origin) -> DirectoryEntry:
        return DirectoryEntry(BAL, BalKind.PER, origin, START)

    case = opened(tmp_path)
    entries = [entry(Origin.API), entry(Origin.EXTRACTION)]
    view = DirectoryView(api=DirectoryAnswer(Origin.API, START, (entries[0],)))
    case = at(tmp_path, 0).notice(case, *directory_looks(BAL, (), entries, view, START))
    kind = case.last(Happened.KIND)
    assert kind is not None
    assert (kind.value, kind.note) == ("PER", Origin.EXTRACTION)
