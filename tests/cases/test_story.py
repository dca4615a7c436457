"""The story of a BAL reads as what happened: in order, each thing once, without what goes without saying."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balt.cases.book import CaseBook
from balt.cases.model import CaseKind, Happened, Look, Reply
from balt.cases.story import story_lines

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
NEW = "secretariat@cab-lilas.mssante.fr"


class Seconds:
    """A clock that goes on by a second each time it is looked at."""

    def __init__(self) -> None:
        self._told = 0

    def now(self) -> datetime:
        self._told += 1
        return NOW + timedelta(seconds=self._told)


class Tale:
    """The cases of one BAL, told on one day."""

    def __init__(self, folder: Path) -> None:
        self.book = CaseBook(folder, Seconds())
        self.book.open(CaseKind.DEPUBLICATION, BAL, replacement=OTHER)

    def tell(self, kind: CaseKind, what: Happened, value: str = "") -> None:
        self.book.tell(next(each for each in self.book.cases() if each.kind is kind), what, value)

    def look(self, kind: CaseKind, *looks: tuple[Happened, str]) -> None:
        case = next(each for each in self.book.cases() if each.kind is kind)
        self.book.notice(case, *(Look(what, value) for what, value in looks))

    def delete(self) -> None:
        kept = self.book.event(Happened.KEPT, "/archive")
        self.book.open(CaseKind.DELETION, BAL, kept, replacement=OTHER)

    @property
    def lines(self) -> list[str]:
        told = story_lines(self.book.cases(), NOW)
        assert all(each.startswith("2 mars 2026 · ") for each in told)
        return [each.removeprefix("2 mars 2026 · ") for each in told]


@pytest.fixture
def tale(tmp_path: Path) -> Tale:
    return Tale(tmp_path)


LEAVING, DELETION = CaseKind.DEPUBLICATION, CaseKind.DELETION
GONE = ((Happened.API, "absent"), (Happened.EXTRACTION, "absent"))


def test_both_sources_of_the_directory_are_one_line_where_they_say_the_same(tale: Tale) -> None:
    tale.look(LEAVING, (Happened.API, "published"), (Happened.EXTRACTION, "published"))
    tale.look(LEAVING, (Happened.API, "absent"))
    assert tale.lines[1:] == [
        "publiée par l'annuaire (API, extraction)",
        "absente de l'annuaire (API)",
    ]


def test_the_type_of_the_bal_is_told_only_where_it_changes(tale: Tale) -> None:
    tale.look(LEAVING, (Happened.KIND, "PER"))
    assert len(tale.lines) == 1
    tale.look(LEAVING, (Happened.KIND, "ORG"))
    assert tale.lines[1:] == ["BAL de type ORG"]


def test_what_is_done_again_on_the_same_day_is_told_again(tale: Tale) -> None:
    tale.look(LEAVING, (Happened.AUTO_REPLY, Reply.ACTIVE))
    tale.tell(LEAVING, Happened.REQUESTED, "draft")
    tale.book.replace(BAL, NEW)
    tale.look(LEAVING, (Happened.AUTO_REPLY, Reply.ACTIVE))
    tale.tell(LEAVING, Happened.REQUESTED, "draft")
    assert tale.lines[1:] == [
        "réponse automatique en service",
        "demande mise dans les brouillons",
        f"remplacée par {NEW}",
        "réponse automatique en service",
        "demande mise dans les brouillons",
    ]


def test_of_two_cases_each_thing_says_whose_it_is_and_what_both_saw_is_told_once(tale: Tale) -> None:
    tale.tell(LEAVING, Happened.REQUESTED, "text")
    tale.look(LEAVING, *GONE)
    tale.delete()
    tale.look(DELETION, *GONE, (Happened.ARCHIVE, "there"))
    tale.book.replace(BAL, NEW)
    tale.tell(DELETION, Happened.REQUESTED, "text")
    tale.look(DELETION, (Happened.MAILBOX, "gone"))
    tale.tell(DELETION, Happened.DELETED)
    assert tale.lines == [
        f"dépublication : dossier ouvert ; remplacée par {OTHER}",
        "dépublication : demande écrite (texte)",
        "absente de l'annuaire (API, extraction)",
        f"suppression : dossier ouvert ; remplacée par {OTHER}",
        "contenu récupéré : toute la BAL est dans une archive vérifiée",
        f"remplacée par {NEW}",
        "suppression : demande écrite (texte)",
        "la BAL n'a pas répondu",
        "BAL supprimée, selon le titulaire",
        "dépublication : dossier clos",
    ]


def test_an_archive_that_is_found_no_more_and_again_is_told(tale: Tale) -> None:
    tale.delete()
    for value in ("there", "gone", "there"):
        tale.look(DELETION, (Happened.ARCHIVE, value))
    assert tale.lines[-2:] == ["archive introuvable", "archive présente"]


@pytest.mark.usefixtures("in_english")
def test_it_reads_well_in_english_too(tale: Tale) -> None:
    tale.look(LEAVING, *GONE)
    tale.delete()
    told = [each.split(" · ")[1] for each in story_lines(tale.book.cases(), NOW + timedelta(days=1))]
    assert told == [
        f"depublication: case opened; replaced by {OTHER}",
        "absent from the directory (API, extraction)",
        f"deletion: case opened; replaced by {OTHER}",
        "content recovered: the whole mailbox is in a verified archive",
    ]
