"""A BAL that the directory gives to a second person: read by its address, shown with both, and an anomaly
unless it is that of a practice. A real server, a real file.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from balt.clock import FixedClock
from balt.config import Config
from balt.demo.directory.model import Box, Directory
from balt.directory.model import BalKind
from balt.mailboxes.anomalies.asking import Found, SceneReader, Scope
from balt.mailboxes.anomalies.model import Severity
from balt.mailboxes.anomalies.own import remarks
from balt.mailboxes.anomalies.table import anomalies
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import holders, is_shared
from balt.mailboxes.join import join
from balt.mailboxes.model import Mailbox
from balt.mailboxes.situation_file import BookView
from balt.secrets import Secrets
from tests.directory.extraction_data import person
from tests.mailboxes.directory_cases import LILAS, api, entry, settings
from tests.mailboxes.directory_cases import view as view_of
from tests.mailboxes.reader_desk import RPPS, Desk
from tests.support.demo import NOW
from tests.support.directory import directory_server, practice_directory

CAMILLE, OFFICE = "camille.exemple@medecin.mssante.fr", "secretariat@cab-lilas.mssante.fr"
PRACTICE, TWIN = "cabinet@cab-lilas.mssante.fr", "10999990020"
ALERT = "Une adresse pour plusieurs personnes"


def with_box(box: Box, *numbers: str) -> Directory:
    """The demo's directory, with one BAL more for these persons."""
    known = practice_directory()
    changed = [
        replace(each, boxes=(*each.boxes, box)) if each.rpps in numbers else each for each in known.persons
    ]
    return replace(known, persons=tuple(changed))


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as running:
        server = running.enter_context(directory_server(directory=request.param))
        yield Desk(server, tmp_path / "data", running)


def mailbox(config: Config, view: DirectoryView, address: str) -> Mailbox:
    found = join(config, {}, view, {}, BookView(), NOW)
    return next(each for each in found if each.address == address)


def look(desk: Desk, config: Config, scope: Scope) -> Found:
    secrets = Secrets(environ=desk.environ)
    with closing(SceneReader(config, secrets, FixedClock(NOW), desk.folder)) as reader:
        return reader.look(scope)


def seen(found: Found) -> set[tuple[str, str]]:
    return {
        (each.rule.id, address) for each in anomalies(found.scene, found.within) for address in each.addresses
    }


STOLEN = with_box(Box(CAMILLE), TWIN)
SHARED = with_box(Box(PRACTICE, "CAB"), RPPS, TWIN)
PLAIN = practice_directory()


def also_of_another(extraction: Path) -> Path:
    row = person(CAMILLE, TWIN, "EXEMPLE", "CAMILLE", "60|Infirmier||")
    extraction.write_text(extraction.read_text("utf-8") + row + "\n", encoding="utf-8")
    return extraction


# The detail of view 2


@pytest.mark.parametrize("desk", [STOLEN], indirect=True)
def test_the_api_is_asked_who_else_holds_ones_own_bal(desk: Desk) -> None:
    config = desk.settings()
    view = desk.reader(config).read()
    own = mailbox(config, view, CAMILLE)
    assert list(holders(own.entries)) == [RPPS, TWIN]
    assert any(severity is Severity.ALERT and ALERT in words for severity, words in remarks(own, view, NOW))


@pytest.mark.parametrize("desk", [PLAIN], indirect=True)
def test_the_file_is_asked_who_else_holds_ones_own_bal(desk: Desk, extraction: Path) -> None:
    config = desk.settings(api=False, file=also_of_another(extraction))
    view = desk.reader(config).read()
    own = mailbox(config, view, CAMILLE)
    assert list(holders(own.entries)) == [RPPS, TWIN]
    assert any(ALERT in words for _severity, words in remarks(own, view, NOW))


@pytest.mark.parametrize("desk", [SHARED], indirect=True)
def test_the_bal_of_a_practice_is_shown_with_all_who_share_it_and_is_no_anomaly(desk: Desk) -> None:
    config = desk.settings()
    view = desk.reader(config).read()
    office = mailbox(config, view, PRACTICE)
    assert office.kind is BalKind.CAB
    assert list(holders(office.entries)) == [RPPS, TWIN]
    assert is_shared(office.entries)
    assert not any(ALERT in words for _severity, words in remarks(office, view, NOW))


@pytest.mark.parametrize("desk", [PLAIN], indirect=True)
def test_to_ask_about_ones_own_bal_takes_three_calls_more_and_doubles_nothing(desk: Desk) -> None:
    config = desk.settings(CAMILLE, OFFICE)
    view = desk.reader(config).read()
    by_address = [target for target in desk.asked() if "mailbox-mss" in target]
    assert len(by_address) == 3
    assert view.api is not None
    facts = [replace(each, seen_on=NOW) for each in view.api.entries]
    assert len(facts) == len(set(facts))


def test_a_colleague_under_the_same_address_does_not_tell_where_the_holder_works() -> None:
    colleague = entry(CAMILLE, rpps=TWIN, structure="Cabinet des Lilas", finess="990000010")
    book = BookView(situations=(LILAS,))
    alone = join(settings(), {}, view_of(api(entry())), {}, book, NOW)
    beside = join(settings(), {}, view_of(api(entry(), colleague)), {}, book, NOW)
    assert [each.situations for each in beside] == [each.situations for each in alone] == [()]


def test_an_address_of_two_types_is_not_taken_for_the_shared_one_of_a_practice() -> None:
    kinds = ((RPPS, BalKind.CAB), (TWIN, BalKind.PER))
    assert not is_shared([entry(kind=kind, rpps=rpps) for rpps, kind in kinds])


# The anomalies


@pytest.mark.parametrize("desk", [STOLEN], indirect=True)
def test_the_anomalies_of_a_person_tell_who_else_holds_a_bal_of_theirs(desk: Desk) -> None:
    assert ("several-holders", CAMILLE) in seen(look(desk, desk.settings(), Scope(rpps=RPPS)))


@pytest.mark.parametrize("desk", [PLAIN], indirect=True)
def test_so_does_the_file_alone(desk: Desk, extraction: Path) -> None:
    config = desk.settings(api=False, file=also_of_another(extraction))
    assert ("several-holders", CAMILLE) in seen(look(desk, config, Scope(rpps=RPPS)))


@pytest.mark.parametrize("desk", [SHARED], indirect=True)
def test_the_bal_of_a_practice_counts_neither_as_an_anomaly_nor_among_many(desk: Desk) -> None:
    found = look(desk, desk.settings(), Scope((PRACTICE,), RPPS))
    assert PRACTICE in found.within
    assert {rule for rule, address in seen(found) if address == PRACTICE} <= {"homonyms"}


# A line that cannot be read


@pytest.mark.parametrize("desk", [PLAIN], indirect=True)
@pytest.mark.parametrize(
    "scope", [Scope(finess="990000028"), Scope(domain="ch-fictif.mssante.fr")], ids=["finess", "domain"]
)
def test_what_stands_in_a_damaged_line_is_not_said_to_be_in_the_api_alone(
    desk: Desk, extraction: Path, scope: Scope
) -> None:
    hidden = "urgences@ch-fictif.mssante.fr"
    lines = extraction.read_text("utf-8").splitlines()
    spoilt = [f"{line}|de trop" if f"|{hidden}|" in line else line for line in lines]
    assert spoilt != lines
    extraction.write_text("\n".join(spoilt) + "\n", encoding="utf-8")
    found = look(desk, desk.settings(file=extraction), scope)
    assert hidden in found.within
    assert ("only-in-api", hidden) not in seen(found)
    assert any(f"{hidden} se trouve dans une ligne illisible" in note for note in found.notes)
