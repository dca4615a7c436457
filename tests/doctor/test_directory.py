"""The Annuaire Santé as the doctor sees it: the key, the answer, and the age of the local file."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from balt.clock import FixedClock, SystemClock
from balt.config import Config, DirectorySettings, Person
from balt.directory.extraction import COLUMNS
from balt.directory.index_build import build_index
from balt.directory.workplaces import NAME, build_workplaces
from balt.doctor.directory import look_at_directory
from balt.doctor.model import Check, Result
from balt.errors import ConfigError
from balt.mailboxes.directory_reader import index_file
from tests.directory.extraction_data import ACTIVITY_HEADER, salaried, text

KEY = "canari-cle-71c3"
CLOCK = SystemClock()
EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": []}


@contextmanager
def api(status: int, answer: object) -> Iterator[tuple[str, list[str]]]:
    """An API that gives one answer to every question: its address, and the keys that it was given."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers.get("ESANTE-API-KEY", ""))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - a long question comes as a form

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/fhir/v2", keys
    finally:
        server.shutdown()
        server.server_close()


def checks(settings: DirectorySettings, data: Path, key: str = KEY) -> dict[str, Check]:
    found = look_at_directory(Config(directory=settings), lambda: key, data, CLOCK)
    return {check.id: check for check in found}


def extraction(folder: Path, days_ago: int, bal: int = 1) -> Path:
    """An extraction of one BAL or several, made so many days ago."""
    moment = CLOCK.now() - timedelta(days=days_ago)
    file = folder / f"Extraction_Correspondance_MSSante_{moment:%Y%m%d%H%M}.txt"
    rows = [["PER", f"essai{at}@medecin.mssante.fr", *[""] * (len(COLUMNS) - 2)] for at in range(bal)]
    lines = ["|".join(row) for row in (COLUMNS.values(), *rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_nothing_indicated_is_no_fault_and_asks_nobody(tmp_path: Path) -> None:
    found = checks(DirectorySettings(base_url="https://serveur-fictif.invalid"), tmp_path)
    assert {check.result for check in found.values()} == {Result.SKIPPED}


def test_a_key_that_is_accepted(tmp_path: Path) -> None:
    with api(200, EMPTY) as (url, keys):
        found = checks(DirectorySettings(base_url=url, api_key_env="CLE"), tmp_path)
    assert (found["directory.key"].result, found["directory.answer"].result) == (Result.OK, Result.OK)
    assert keys == [KEY]


@pytest.mark.parametrize(("status", "answer"), [(401, {}), (403, {}), (429, {}), (500, {}), (200, {"a": 1})])
def test_an_api_that_refuses_or_answers_nonsense(tmp_path: Path, status: int, answer: object) -> None:
    with api(status, answer) as (url, _keys):
        check = checks(DirectorySettings(base_url=url, api_key_env="CLE"), tmp_path)["directory.answer"]
    assert (check.result, bool(check.sentence)) == (Result.FAILURE, True)


def test_the_key_is_in_no_check(tmp_path: Path) -> None:
    for status in (200, 401):
        with api(status, EMPTY) as (url, _keys):
            found = checks(DirectorySettings(base_url=url, api_key_env="CLE"), tmp_path)
        assert KEY not in "".join(map(str, found.values()))


def test_a_key_that_cannot_be_had_asks_nobody(tmp_path: Path) -> None:
    def none() -> str:
        raise ConfigError("la variable est vide.", advice="Définissez-la.")

    with api(200, EMPTY) as (url, keys):
        settings = DirectorySettings(base_url=url, api_key_env="CLE")
        found = list(look_at_directory(Config(directory=settings), none, tmp_path, CLOCK))
    assert (found[0].id, found[0].result, found[0].advice) == (
        "directory.key",
        Result.FAILURE,
        "Définissez-la.",
    )
    assert (keys, [check.id for check in found]) == ([], ["directory.key", "directory.extraction"])


@pytest.mark.parametrize(("days", "result"), [(0, Result.OK), (29, Result.OK), (45, Result.WARNING)])
def test_the_age_of_the_file(tmp_path: Path, days: int, result: Result) -> None:
    file = extraction(tmp_path, days)
    check = checks(DirectorySettings(extraction=file), tmp_path)["directory.extraction"]
    assert (check.result, file.name in check.sentence) == (result, True)


@pytest.mark.parametrize("content", [None, b"", b"a|b|c\n", b"\x00" * 100])
def test_a_file_that_is_no_extraction(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "extraction.txt"
    if content is not None:
        file.write_bytes(content)
    check = checks(DirectorySettings(extraction=file), tmp_path)["directory.extraction"]
    assert (check.result, bool(check.sentence)) == (Result.FAILURE, True)


def test_an_extraction_imported_before_is_found(tmp_path: Path) -> None:
    file = extraction(tmp_path, 3)
    build_index(index_file(tmp_path), file, CLOCK)
    file.unlink()
    check = checks(DirectorySettings(), tmp_path)["directory.extraction"]
    assert (check.result, "3 jours" in check.sentence) == (Result.OK, True)


def test_one_imported_while_the_clock_ran_ahead_is_told(tmp_path: Path) -> None:
    ahead = FixedClock(CLOCK.now() + timedelta(days=400))
    build_index(index_file(tmp_path), extraction(tmp_path, -399), ahead)
    check = checks(DirectorySettings(), tmp_path)["directory.extraction"]
    assert check.result is Result.WARNING
    assert "à venir" in check.advice


def test_one_that_may_have_been_cut_is_told_with_what_settles_it(tmp_path: Path) -> None:
    for days_ago, bal in ((2, 4_000), (1, 3_000)):
        build_index(index_file(tmp_path), extraction(tmp_path, days_ago, bal), CLOCK)
    check = checks(DirectorySettings(), tmp_path)["directory.extraction"]
    assert (check.result, "--whole" in check.advice) == (Result.WARNING, True)


def test_an_index_that_is_damaged_is_told(tmp_path: Path) -> None:
    index_file(tmp_path).parent.mkdir()
    index_file(tmp_path).write_bytes(b"rien")
    check = checks(DirectorySettings(), tmp_path)["directory.extraction"]
    assert (check.result, "balt directory import" in check.advice) == (Result.FAILURE, True)


@pytest.mark.parametrize(
    ("person", "result", "told"),
    [
        (Person(rpps="10999990012"), Result.OK, "10999990012"),
        (Person(rpps="10999990013"), Result.WARNING, "la clé de ce numéro ne correspond pas"),
        (Person(mistyped="1099"), Result.WARNING, "n'est pas un numéro RPPS"),
    ],
)
def test_the_number_of_the_holder_is_looked_at(
    tmp_path: Path, person: Person, result: Result, told: str
) -> None:
    found = {check.id: check for check in look_at_directory(Config(person=person), str, tmp_path, CLOCK)}
    assert (found["directory.rpps"].result, told in found["directory.rpps"].sentence) == (result, True)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("spoilt", "result"),
    [("PER|une colonne\n", Result.OK), ("PER|coupée@medecin.mssante.fr|8", Result.WARNING)],
    ids=["a bad line", "cut"],
)
def test_what_of_the_extraction_could_not_be_read_is_told(
    tmp_path: Path, spoilt: str, result: Result, named: bool
) -> None:
    file = extraction(tmp_path, 1)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(spoilt)
    build_index(index_file(tmp_path), file, CLOCK)
    settings = DirectorySettings(extraction=file if named else None)
    check = checks(settings, tmp_path)["directory.extraction"]
    assert check.result is result
    assert "1 ligne illisible de l'extraction" in check.sentence
    assert ("n'a pas pu être lue en entier" in check.advice) is (result is Result.WARNING)


def test_of_an_extraction_that_was_replaced_nothing_read_before_is_told(tmp_path: Path) -> None:
    file = extraction(tmp_path, 1)
    file.write_text(file.read_text(encoding="utf-8") + "PER|une colonne\n", encoding="utf-8")
    build_index(index_file(tmp_path), file, CLOCK)
    newer = extraction(tmp_path, 0, 2)
    check = checks(DirectorySettings(extraction=newer), tmp_path)["directory.extraction"]
    assert "illisible" not in check.sentence


def test_activities_of_a_day_to_come_are_told_by_their_own_file(tmp_path: Path) -> None:
    build_index(index_file(tmp_path), extraction(tmp_path, 1), CLOCK)
    ahead = FixedClock(CLOCK.now() + timedelta(days=20))
    file = tmp_path / f"PS_LibreAcces_Personne_activite_{ahead.now():%Y%m%d%H%M}.txt"
    file.write_text(text([salaried()], ACTIVITY_HEADER), encoding="utf-8")
    build_workplaces(index_file(tmp_path), file, (), ahead)
    check = checks(DirectorySettings(), tmp_path)["directory.activities"]
    assert (check.result, "importez ce fichier de nouveau" in check.advice) == (Result.WARNING, True)


@pytest.mark.parametrize(("days", "result"), [(3, Result.OK), (45, Result.WARNING)])
def test_the_age_of_the_activities_is_told_where_they_were_imported(
    tmp_path: Path, days: int, result: Result
) -> None:
    build_index(index_file(tmp_path), extraction(tmp_path, 1), CLOCK)
    assert "directory.activities" not in checks(DirectorySettings(), tmp_path)
    moment = CLOCK.now() - timedelta(days=days)
    file = tmp_path / f"PS_LibreAcces_Personne_activite_{moment:%Y%m%d%H%M}.txt"
    file.write_text(text([salaried()], ACTIVITY_HEADER), encoding="utf-8")
    build_workplaces(index_file(tmp_path), file, (), CLOCK)
    check = checks(DirectorySettings(), tmp_path)["directory.activities"]
    assert check.result is result
    assert f"{file.name}, du " in check.sentence
    index_file(tmp_path).with_name(NAME).write_bytes(b"rien")
    assert checks(DirectorySettings(), tmp_path)["directory.activities"].result is Result.WARNING
