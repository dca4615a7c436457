"""The thread that asks the directory: newer questions first, every failure an answer, and no holding on."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.message import Message

from balt.clock import FixedClock
from balt.config import Account, Config, DirectorySettings
from balt.config.model import Person
from balt.demo.directory import DirectoryServer, extraction_of
from balt.demo.directory.faults import DirectoryFault, DirectoryFaultKind
from balt.mailboxes.directory_reader import DirectoryReader
from balt.mailboxes.sightings import Look, SightingBook, followed_of
from balt.secrets import Secrets
from balt.tui import events
from balt.tui.desk import DirectoryDesk
from tests.doctor.conftest import server_saying
from tests.support.demo import NOW
from tests.support.directory import KEY, directory_server, practice_directory

RPPS = "10999990012"
CAMILLE, OFFICE = "camille.exemple@medecin.mssante.fr", "secretariat@cab-lilas.mssante.fr"
VARIABLE = "BALT_TEST_API_KEY"


def config_for(base_url: str, *addresses: str, rpps: str = RPPS, key: str = VARIABLE) -> Config:
    return Config(
        person=Person("Dr Camille EXEMPLE", rpps),
        accounts=tuple(Account(each, access="none") for each in addresses),
        directory=DirectorySettings(base_url=base_url, api_key_env=key),
    )


class Heard:
    """What a desk posted, in order."""

    def __init__(self) -> None:
        self._posted: queue.Queue[Message] = queue.Queue()

    def post(self, message: Message) -> bool:
        self._posted.put(message)
        return True

    def next(self) -> Message:
        return self._posted.get(timeout=60)

    def found(self) -> events.DirectoryFound:
        message = self.next()
        assert isinstance(message, events.DirectoryFound)
        return message

    def read(self) -> events.DirectoryRead:
        message = self.next()
        assert isinstance(message, events.DirectoryRead)
        return message

    def nothing_more(self) -> bool:
        return self._posted.empty()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def server() -> Iterator[DirectoryServer]:
    with directory_server() as running:
        yield running


MakeDesk = Callable[[Config], DirectoryDesk]


@pytest.fixture
def desk_for(heard: Heard, tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes desks; they are stopped at the end of the test."""
    with ExitStack() as running:

        def make(config: Config) -> DirectoryDesk:
            secrets = Secrets(environ={VARIABLE: KEY})
            desk = DirectoryDesk(config, secrets, FixedClock(NOW), tmp_path, heard.post)
            running.callback(desk.stop)
            return desk

        yield make


def extraction_file(folder: Path) -> Path:
    name, text = extraction_of(practice_directory(), NOW)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def settled(desk: DirectoryDesk) -> None:
    """Wait until every question has its answer."""
    deadline = time.monotonic() + 60
    while not desk.idle:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_reading_tells_what_is_published_of_the_holder(
    server: DirectoryServer, heard: Heard, desk_for: MakeDesk
) -> None:
    desk_for(config_for(server.base_url, CAMILLE)).read()
    view = heard.read().view
    assert view.api is not None
    assert CAMILLE in {entry.key for entry in view.api.entries}
    assert view.problem == ""


def test_a_search_is_answered_under_its_number(
    server: DirectoryServer, heard: Heard, desk_for: MakeDesk
) -> None:
    desk_for(config_for(server.base_url)).search(OFFICE, 7)
    found = heard.found()
    assert (found.number, found.error, found.more) == (7, "", False)
    assert found.answer is not None
    assert {entry.key for entry in found.answer.entries} == {OFFICE}


def test_a_newer_search_takes_the_place_of_those_before_it(heard: Heard, desk_for: MakeDesk) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        go_on.wait(20)

    fault = DirectoryFault(DirectoryFaultKind.CALL, action=hold)
    with directory_server(faults=[fault]) as server:
        desk = desk_for(config_for(server.base_url))
        desk.search("exemple", 1)
        assert asked.wait(20)
        desk.search("exempl", 2)
        desk.search(OFFICE, 3)
        go_on.set()
        assert heard.found().number == 3
        settled(desk)
        assert heard.nothing_more()
        assert not any("exempl&" in request.target for request in server.requests)


def test_a_reading_does_not_take_the_place_of_a_search(
    server: DirectoryServer, heard: Heard, desk_for: MakeDesk
) -> None:
    desk = desk_for(config_for(server.base_url))
    desk.search(OFFICE, 1)
    desk.read()
    assert heard.found().number == 1
    assert heard.read().view.api is not None


def test_a_search_goes_before_a_reading_that_is_slow_and_the_reading_is_taken_up_again(
    heard: Heard, desk_for: MakeDesk
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        go_on.wait(20)

    with directory_server(faults=[DirectoryFault(DirectoryFaultKind.CALL, action=hold)]) as server:
        desk = desk_for(config_for(server.base_url, CAMILLE))
        desk.read()
        assert asked.wait(20)
        desk.search(OFFICE, 1)
        desk.search("exemple", 2)
        last = heard.found()
        while last.number != 2:
            last = heard.found()
        assert last.answer is not None
        assert heard.read().view.api is not None
        settled(desk)
        assert heard.nothing_more()
        go_on.set()


def test_with_both_sources_a_reading_tells_the_extraction_first(
    heard: Heard, desk_for: MakeDesk, tmp_path: Path
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        go_on.wait(20)

    with directory_server(faults=[DirectoryFault(DirectoryFaultKind.CALL, action=hold)]) as server:
        config = config_for(server.base_url, CAMILLE)
        both = replace(config.directory, extraction=extraction_file(tmp_path))
        desk_for(replace(config, directory=both)).read()
        assert asked.wait(20)
        first = heard.read()
        assert (first.view.api, first.more) == (None, True)
        assert first.view.extraction is not None
        go_on.set()
        last = heard.read()
    assert last.view.api is not None
    assert last.view.extraction == first.view.extraction
    assert not last.more


def test_a_reading_of_the_extraction_tells_what_appeared_since_the_one_before(
    heard: Heard, desk_for: MakeDesk, tmp_path: Path
) -> None:
    config = replace(config_for("", CAMILLE, OFFICE), directory=DirectorySettings())
    before = Look(NOW - timedelta(days=30), ())
    SightingBook(tmp_path).learn(before, followed_of(config), NOW)
    file = replace(config, directory=DirectorySettings(extraction=extraction_file(tmp_path)))
    desk_for(file).read()
    news = heard.read().view.sightings.news
    assert {CAMILLE, OFFICE} <= {each.address for each in news if each.published}
    assert {each.before for each in news} == {before.taken_at}


def test_a_failed_search_comes_back_as_its_sentence(heard: Heard, desk_for: MakeDesk) -> None:
    fault = DirectoryFault(DirectoryFaultKind.HTML, times=-1)
    with directory_server(faults=[fault]) as server:
        desk_for(config_for(server.base_url)).search(OFFICE, 4)
        found = heard.found()
    assert (found.number, found.answer, found.more) == (4, None, False)
    assert found.error.endswith(".")


def test_a_failed_reading_comes_back_as_its_sentence(heard: Heard, desk_for: MakeDesk) -> None:
    fault = DirectoryFault(DirectoryFaultKind.HTML, times=-1)
    with directory_server(faults=[fault]) as server:
        desk_for(config_for(server.base_url, CAMILLE)).read()
        view = heard.read().view
    assert view.api is None
    assert view.problem


def test_without_any_source_a_search_says_how_to_get_one(heard: Heard, desk_for: MakeDesk) -> None:
    desk_for(config_for("https://annuaire.exemple.invalid/fhir", key="")).search("exemple", 1)
    assert "aucune source" in heard.found().error


@pytest.mark.parametrize("question", ["read", "search"])
def test_stopping_never_waits_for_a_silent_server(
    heard: Heard, desk_for: MakeDesk, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float | None] = []
    join = threading.Thread.join

    def note(thread: threading.Thread, timeout: float | None = None) -> None:
        waits.append(timeout)
        join(thread, timeout)

    with server_saying(b"") as port:
        desk = desk_for(config_for(f"http://127.0.0.1:{port}/fhir/v2", CAMILLE))
        if question == "read":
            desk.read()
        else:
            desk.search("exemple", 1)
        time.sleep(0.3)  # long enough to be waiting for an answer
        monkeypatch.setattr(threading.Thread, "join", note)
        desk.stop()
        assert waits == [pytest.approx(0.3)]
        desk.search("exemple", 2)
        desk.read()
    assert heard.nothing_more()


def test_a_desk_that_was_asked_nothing_stops_at_once(desk_for: MakeDesk) -> None:
    desk = desk_for(config_for("https://annuaire.exemple.invalid/fhir"))
    desk.stop()
    assert "balt directory" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("question", ["read", "search"])
def test_an_unexpected_fault_is_a_sentence_and_the_next_question_is_answered(
    server: DirectoryServer,
    heard: Heard,
    desk_for: MakeDesk,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("une valeur que personne ne doit voir")

    desk = desk_for(config_for(server.base_url, CAMILLE))
    with monkeypatch.context() as patch:
        patch.setattr(DirectoryReader, {"read": "readings"}.get(question, question), broken)
        if question == "read":
            desk.read()
            told = heard.read().view.problem
        else:
            desk.search("exemple", 1)
            found = heard.found()
            assert (found.number, found.answer) == (1, None)
            told = found.error
    assert "erreur inattendue (RuntimeError)" in told
    assert "personne ne doit voir" not in told
    desk.search(OFFICE, 2)
    assert heard.found().number == 2


def test_after_a_change_of_configuration_the_new_one_is_asked_for(
    server: DirectoryServer, heard: Heard, desk_for: MakeDesk
) -> None:
    desk = desk_for(config_for(server.base_url, rpps=""))
    desk.read()
    first = heard.read().view.api
    assert first is not None
    assert first.entries == ()
    desk.adopt(config_for(server.base_url, OFFICE, rpps=""))
    desk.read()
    second = heard.read().view.api
    assert second is not None
    assert {entry.key for entry in second.entries} == {OFFICE}


def test_a_configuration_that_comes_before_the_first_question_counts(
    server: DirectoryServer, heard: Heard, desk_for: MakeDesk
) -> None:
    desk = desk_for(config_for("https://annuaire.exemple.invalid/fhir", key=""))
    desk.adopt(config_for(server.base_url))
    desk.search(OFFICE, 1)
    assert heard.found().error == ""
