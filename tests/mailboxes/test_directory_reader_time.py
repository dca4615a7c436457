"""A reading that takes its time: what comes first, how long it may last, what counts when it ends early."""

from pathlib import Path

import pytest

from balt.demo.directory.faults import DirectoryFaultKind
from balt.directory import index_ensured
from balt.directory.index import DirectoryIndex
from balt.directory.model import DirectoryAnswer
from balt.errors import CancelledError
from balt.mailboxes import directory_reader
from balt.mailboxes.directory_reader import READ_SECONDS
from tests.mailboxes.reader_desk import Desk

CAMILLE, OFFICE = "camille.exemple@medecin.mssante.fr", "secretariat@cab-lilas.mssante.fr"
UNLISTED = "camille@msp-lilas.mssante.fr"


def addresses(answer: DirectoryAnswer | None) -> set[str]:
    return {entry.key for entry in answer.entries} if answer else set()


class Ticks:
    """Seconds that grow when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def run_out(self) -> None:
        self.seconds += READ_SECONDS


def test_the_extraction_answers_before_the_api_is_asked(desk: Desk, extraction: Path) -> None:
    views = desk.reader(desk.settings(CAMILLE, file=extraction)).readings()
    first = next(views)
    assert CAMILLE in addresses(first.extraction)
    assert first.api is None
    assert desk.asked() == []
    (last,) = views
    assert last.extraction == first.extraction
    assert CAMILLE in addresses(last.api)


@pytest.mark.parametrize("api", [True, False])
def test_one_source_answers_once(desk: Desk, extraction: Path, api: bool) -> None:
    settings = desk.settings(CAMILLE, api=api, file=None if api else extraction)
    (view,) = desk.reader(settings).readings()
    assert CAMILLE in addresses(view.answers[0])


def test_an_extraction_that_fails_is_told_before_the_api_is_asked(desk: Desk, tmp_path: Path) -> None:
    first, last = desk.reader(desk.settings(CAMILLE, file=tmp_path / "absente.txt")).readings()
    assert "absente.txt" in first.problem
    assert last.problem == first.problem
    assert CAMILLE in addresses(last.api)


def test_what_the_api_said_before_its_time_was_over_counts(desk: Desk) -> None:
    ticks = Ticks()
    reader = desk.reader(desk.settings(CAMILLE, OFFICE), ticks)
    desk.server.faults.add(DirectoryFaultKind.CALL, target="mailbox-mss", action=ticks.run_out)
    view = reader.read()
    assert view.api is not None
    assert CAMILLE in addresses(view.api)
    assert OFFICE not in addresses(view.api)
    assert not view.api.whole
    assert "n'a pas tout dit en 180 secondes" in view.problem
    assert reader.failed


def test_a_reading_that_is_given_up_when_its_time_is_over_is_given_up(desk: Desk) -> None:
    ticks = Ticks()
    desk.server.faults.add(DirectoryFaultKind.CALL, action=ticks.run_out)
    with pytest.raises(CancelledError):
        desk.reader(desk.settings(CAMILLE), ticks).read(lambda: ticks.seconds > 0)


def test_each_reading_has_its_own_time(desk: Desk) -> None:
    ticks = Ticks()
    reader = desk.reader(desk.settings(CAMILLE), ticks)
    reader.read()
    ticks.run_out()
    assert reader.read().problem == ""


def test_what_the_api_said_before_it_failed_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_reader, "AT_ONCE", 1)
    reader = desk.reader(desk.settings(OFFICE, UNLISTED, rpps=""))
    desk.server.faults.add(DirectoryFaultKind.HTML, target="msp-lilas", times=-1)
    view = reader.read()
    assert view.api is not None
    assert addresses(view.api) == {OFFICE}
    assert not view.api.whole
    assert view.problem
    assert reader.failed


def test_all_accounts_are_asked_about_together(desk: Desk) -> None:
    reader = desk.reader(desk.settings(OFFICE, CAMILLE, UNLISTED, rpps=""))
    assert addresses(reader.read().api) == {OFFICE, CAMILLE}
    together = [each for each in desk.asked() if "cab-lilas" in each and "msp-lilas" in each]
    assert together


def test_an_index_that_closed_itself_is_opened_anew(
    desk: Desk, extraction: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[DirectoryIndex] = []
    ensure = index_ensured.ensure_index

    def kept(*given: object, **more: object) -> DirectoryIndex:
        opened.append(ensure(*given, **more))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(index_ensured, "ensure_index", kept)
    reader = desk.reader(desk.settings(CAMILLE, api=False, file=extraction))
    before = reader.read().extraction
    opened[0].close()
    assert reader.read().extraction == before
    assert len(opened) == 2
