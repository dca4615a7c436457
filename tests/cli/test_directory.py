"""``balt directory``: search, show, import, against a real server and real files."""

import csv
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from balt.demo.directory import DirectoryServer, extraction_of
from balt.demo.directory.faults import DirectoryFaultKind
from tests.cli.conftest import Balt, balt_process
from tests.directory.extraction_data import organisation, person, text
from tests.support.demo import NOW
from tests.support.directory import KEY, practice_directory
from tests.support.hostile import PAYLOADS, control_characters

WORK = ["works_at", "works_on"]
KEYS = [
    *("address", "kind", "holder", "rpps", "finess", "structure", "service", "profession", "speciality"),
    *("town", "origin", "seen_on"),
]
CAMILLE = "camille.exemple@medecin.mssante.fr"
NURSE = "camille.exemple@infirmier.mssante.fr"
VARIABLE = "BALT_TEST_API_KEY"
NAME = "Extraction_Correspondance_MSSante_202611220310"


class Desk:
    """The ``[directory]`` of the configuration of the test, which has no BAL unless one is added."""

    def __init__(self, server: DirectoryServer, file: Path) -> None:
        self.server = server
        self.file = file

    def configure(self, **values: str) -> None:
        lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
        self.file.write_text("\n".join(["[directory]", *lines]) + "\n", encoding="utf-8")

    def use_api(self, **more: str) -> None:
        self.configure(base_url=self.server.base_url, api_key_env=VARIABLE, **more)


@pytest.fixture
def desk(directory_server: DirectoryServer, config_file: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A directory that the configuration of the test may name; it names nothing yet."""
    monkeypatch.setenv(VARIABLE, KEY)
    config_file.write_text("", encoding="utf-8")
    return Desk(directory_server, config_file)


@pytest.fixture
def extraction(tmp_path: Path) -> Path:
    """The demo's extraction, copied here by hand."""
    name, rows = extraction_of(practice_directory(), NOW)
    file = tmp_path / name
    file.write_text(rows, encoding="utf-8")
    return file


@pytest.fixture
def no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where balt was never used."""
    monkeypatch.delenv("BALT_CONFIG", raising=False)
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    return tmp_path / "home"


def index_of(balt_home: Path) -> Path:
    return balt_home / "data" / "balt" / "directory" / "extraction.sqlite"


# Searching


def test_every_entry_has_the_keys_of_the_contract(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    result = balt("directory", "search", "Camille EXEMPLE", "--json")
    assert result.code == 0
    assert all(list(row) == [*KEYS, *WORK] for row in result.json)
    found = {row["address"]: row for row in result.json}
    doctor = found[CAMILLE]
    assert (doctor["kind"], doctor["rpps"], doctor["origin"]) == ("PER", "10999990012", "api")
    assert (doctor["holder"], doctor["profession"]) == ("Dr Camille EXEMPLE", "Médecin")
    assert datetime.fromisoformat(doctor["seen_on"]).utcoffset() is not None
    hospital = found["c.exemple@ch-fictif.mssante.fr"]
    assert (hospital["structure"], hospital["finess"]) == ("CH Fictif de Valbrume", "990000028")


def test_both_sources_come_with_their_origin(desk: Desk, extraction: Path, balt: Balt) -> None:
    desk.use_api(extraction=str(extraction))
    rows = balt("directory", "search", "10999990012", "--json").json
    assert {row["origin"] for row in rows if row["address"] == CAMILLE} == {"api", "extraction"}


def test_the_csv_has_the_same_columns(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    rows = list(csv.DictReader(io.StringIO(balt("directory", "search", "Camille EXEMPLE", "--csv").out)))
    assert list(rows[0]) == [*KEYS, *WORK]
    assert {CAMILLE, NURSE} <= {row["address"] for row in rows}


def test_the_table_tells_namesakes_apart(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    head, *lines = balt("directory", "search", "Camille EXEMPLE").out.splitlines()
    assert head.split()[:2] == ["Adresse", "Type"]
    by_address = {line.split()[0]: line for line in lines}
    assert "Médecin" in by_address[CAMILLE]
    assert "Infirmier" in by_address[NURSE]
    assert "10999990020" in by_address[NURSE]


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=["table", "json", "csv"])
def test_a_namesake_without_a_published_bal_is_told_beside_the_data(
    desk: Desk, balt: Balt, form: list[str]
) -> None:
    desk.use_api()
    result = balt("directory", "search", "Camille EXEMPLE", *form)
    assert result.code == 0
    (told,) = [line for line in result.err.splitlines() if "Sans BAL publiée" in line]
    for fact in ("Camille EXEMPLE", "kinésithérapeute", "PORT-MODÈLE", "10999990038"):
        assert fact in told
    assert "Sans BAL publiée" not in result.out


def test_a_person_without_a_bal_is_not_nothing(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    result = balt("directory", "search", "10999990038")
    assert (result.code, result.out) == (0, "")
    assert "Sans BAL publiée" in result.err
    assert "Rien de tel" not in result.err


def test_nothing_found_is_said_and_is_no_failure(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    result = balt("directory", "search", "Personnenomméainsi")
    assert (result.code, result.out) == (0, "")
    assert "Rien de tel dans l'Annuaire Santé" in result.err
    assert balt("directory", "search", "Personnenomméainsi", "--json").json == []


@pytest.mark.parametrize("words", ["", " ", "e", " e "])
def test_a_search_too_short_to_mean_anything_is_wrong_use(desk: Desk, balt: Balt, words: str) -> None:
    desk.use_api()
    result = balt("directory", "search", words)
    assert (result.code, result.out) == (2, "")
    assert "deux caractères" in result.err
    assert not desk.server.requests


# One address


def test_an_address_is_shown_as_each_source_publishes_it(desk: Desk, extraction: Path, balt: Balt) -> None:
    desk.use_api(extraction=str(extraction))
    result = balt("directory", "show", CAMILLE.upper(), "--json")
    assert result.code == 0
    assert [(row["address"], row["origin"]) for row in result.json] == [
        (CAMILLE, "api"),
        (CAMILLE, "extraction"),
    ]


@pytest.mark.parametrize("words", ["camille", "camille@", "camille exemple@medecin.mssante.fr", ""])
def test_what_is_not_an_address_is_wrong_use(desk: Desk, balt: Balt, words: str) -> None:
    desk.use_api()
    result = balt("directory", "show", words)
    assert (result.code, result.out) == (2, "")
    assert "nom@domaine.mssante.fr" in result.err
    assert not desk.server.requests


# What fails


def test_without_a_source_the_advice_comes_with_the_code_2(desk: Desk, balt: Balt) -> None:
    result = balt("directory", "search", "exemple", "--json")
    assert (result.code, result.out) == (2, "")
    assert "balt directory import" in result.err
    assert "api_key_command" in result.err


def test_an_api_out_of_service_has_the_code_3(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    desk.server.stop()
    result = balt("directory", "search", "exemple", "--json")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("balt : ")


@pytest.mark.parametrize("question", [("search", "Camille EXEMPLE"), ("show", CAMILLE)])
def test_what_one_source_has_comes_though_the_other_fails(
    desk: Desk, extraction: Path, balt: Balt, question: tuple[str, str]
) -> None:
    desk.use_api(extraction=str(extraction))
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    result = balt("directory", *question, "--json")
    assert result.code == 3
    assert CAMILLE in {row["address"] for row in result.json}
    assert "Annuaire Santé" in result.err


@pytest.mark.parametrize("question", [("search", "Personnenomméainsi"), ("show", "nul@nulle.part.fr")])
def test_what_one_source_lacks_is_nowhere_only_where_the_other_answered_too(
    desk: Desk, extraction: Path, balt: Balt, question: tuple[str, str]
) -> None:
    desk.use_api(extraction=str(extraction))
    assert "Rien de tel dans l'Annuaire Santé" in balt("directory", *question).err
    desk.server.faults.add(DirectoryFaultKind.HTML, times=-1)
    result = balt("directory", *question)
    assert (result.code, result.out) == (3, "")
    assert "Rien de tel dans ce qui a pu être lu" in result.err


def test_the_key_is_in_no_output_whatever_happens(
    desk: Desk, balt: Balt, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.use_api()
    monkeypatch.setenv(VARIABLE, "canari-3f9a17")
    desk.server.faults.add(DirectoryFaultKind.REPLACED, text='{"message": "canari-3f9a17"}', status=400)
    for question in (("search", "exemple"), ("show", CAMILLE), ("search", "10999990012")):
        result = balt("directory", *question)
        assert result.code == 3
        assert "canari" not in result.out + result.err


# Importing


def zipped(folder: Path, rows: str, name: str = NAME) -> Path:
    file = folder / f"{name}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.txt", rows)
    return file


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("packed", [False, True], ids=["txt", "zip"])
def test_an_extraction_is_imported_then_searched(tmp_path: Path, balt: Balt, packed: bool) -> None:
    file = zipped(tmp_path, text()) if packed else tmp_path / f"{NAME}.txt"
    if not packed:
        file.write_text(text(), encoding="utf-8")
    result = balt("directory", "import", str(file))
    assert (result.code, result.out) == (0, "")
    assert "20 lignes lues, extraction du 22 nov. 2026." in result.err
    rows = balt("directory", "search", "alix essai", "--json").json
    assert {row["origin"] for row in rows} == {"extraction"}
    assert "alix.essai@medecin.fictif.mssante.fr" in {row["address"] for row in rows}
    assert {row["seen_on"] for row in rows} == {"2026-11-22T03:10:00+01:00"}


@pytest.mark.usefixtures("desk")
def test_the_index_is_the_owners_alone(tmp_path: Path, extraction: Path, balt: Balt) -> None:
    balt("directory", "import", str(extraction))
    assert index_of(tmp_path).stat().st_mode & 0o777 == 0o600
    assert index_of(tmp_path).parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "n'existe pas"),
        (b"", "est vide"),
        (b"PK\x03\x04 abime", "abîmé"),
        ("Nom|Prénom\nEXEMPLE|Camille\n".encode(), "Sa première ligne"),
        (text(()).encode(), "aucune BAL"),
        (text().encode("latin-1"), "UTF-8"),
    ],
    ids=["missing", "empty", "broken zip", "another table", "no row", "Latin-1"],
)
def test_a_file_that_does_not_fit_leaves_the_former_index(
    tmp_path: Path, extraction: Path, balt: Balt, content: bytes | None, told: str
) -> None:
    balt("directory", "import", str(extraction))
    before = index_of(tmp_path).read_bytes()
    bad = tmp_path / "mauvais.txt"
    if content is not None:
        bad.write_bytes(content)
    result = balt("directory", "import", str(bad))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("balt : ")
    assert "mauvais" in result.err
    assert told in result.err
    assert index_of(tmp_path).read_bytes() == before
    assert [file.name for file in index_of(tmp_path).parent.glob("*.part*")] == []


@pytest.mark.usefixtures("desk")
def test_an_import_of_a_file_that_may_have_been_cut_is_done_and_told(tmp_path: Path, balt: Balt) -> None:
    file = tmp_path / f"{NAME}.txt"
    told = "elle a pu être coupée"
    whole = text()
    file.write_text(whole, encoding="utf-8")
    assert told not in balt("directory", "import", str(file)).err
    assert told not in balt("directory", "import", str(file)).err
    file.write_text(whole[: len(whole) // 3], encoding="utf-8")
    cut = balt("directory", "import", str(file))
    assert cut.code == 0
    assert told in cut.err
    assert "contre 18" in cut.err


def test_an_import_says_when_the_configuration_names_another_file(
    desk: Desk, tmp_path: Path, extraction: Path, balt: Balt
) -> None:
    other = tmp_path / f"{NAME}-2.txt"
    other.write_text(text(), encoding="utf-8")
    desk.configure(extraction=str(extraction))
    said = "La configuration nomme une autre extraction"
    assert said in balt("directory", "import", str(other)).err
    assert said not in balt("directory", "import", str(extraction)).err


def test_where_balt_was_never_used_an_extraction_is_imported_and_searched(
    no_configuration: Path, extraction: Path, balt: Balt
) -> None:
    assert balt("directory", "import", str(extraction)).code == 0
    result = balt("directory", "search", "Camille EXEMPLE", "--json")
    assert result.code == 0
    assert {CAMILLE, NURSE} <= {row["address"] for row in result.json}
    assert balt("directory", "show", CAMILLE, "--json").json[0]["address"] == CAMILLE
    assert not (no_configuration / "config").exists()


@pytest.mark.usefixtures("no_configuration")
def test_where_balt_was_never_used_a_search_says_what_is_missing(balt: Balt) -> None:
    result = balt("directory", "search", "exemple")
    assert (result.code, result.out) == (2, "")
    assert "balt directory import" in result.err


@pytest.mark.usefixtures("no_configuration")
def test_a_configuration_that_was_asked_for_must_exist_here_too(tmp_path: Path, balt: Balt) -> None:
    missing = str(tmp_path / "absente.toml")
    result = balt("directory", "search", "exemple", "--config", missing)
    assert result.code == 2
    assert missing in result.err


# Hostile texts


@pytest.mark.usefixtures("desk")
def test_what_a_file_says_cannot_drive_a_terminal_nor_a_spreadsheet(tmp_path: Path, balt: Balt) -> None:
    bait = [each.replace("|", "/").replace("\n", " ") for each in PAYLOADS.values()]
    rows = [
        person(
            f"piege{i}@essai.mssante.fr", "10999991010", f"APPÂT {word}"[:3000], word[:3000], "10|Médecin||"
        )
        for i, word in enumerate(bait)
    ]
    rows.append(organisation("formule@essai.mssante.fr", "990000101", "=1+1", "=2+2||||||||||||"))
    file = tmp_path / f"{NAME}.txt"
    file.write_text(text(rows), encoding="utf-8", errors="surrogatepass")
    imported = balt("directory", "import", str(file))
    assert imported.code == 0
    for form in ([], ["--json"], ["--csv"]):
        result = balt("directory", "search", "mssante essai", *form)
        assert result.out
        assert control_characters(result.out + result.err + imported.err) == []
    (row,) = csv.DictReader(io.StringIO(balt("directory", "search", "formule", "--csv").out))
    assert (row["service"], row["structure"]) == ("'=1+1", "'=2+2")


def test_a_hostile_question_is_told_inert(desk: Desk, balt: Balt) -> None:
    desk.use_api()
    for words in PAYLOADS.values():
        result = balt("directory", "search", words)
        assert control_characters(result.out + result.err) == []
        assert "Traceback" not in result.err


def test_the_program_itself_does_it_too(extraction: Path, tmp_path: Path) -> None:
    places = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    done = balt_process("directory", "import", str(extraction), **places)
    assert (done.returncode, done.stdout) == (0, "")
    done = balt_process("directory", "search", "Camille EXEMPLE", "--json", **places)
    assert done.returncode == 0
    assert CAMILLE in {row["address"] for row in json.loads(done.stdout)}
