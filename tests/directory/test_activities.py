"""The file of activities: situations and identity of the persons asked for."""

from pathlib import Path

import pytest

from balt.directory.activities import read_activities
from balt.directory.model import Origin, PracticeSituation, Professional
from balt.errors import CancelledError, DirectoryError
from tests.directory.extraction_data import (
    ACTIVITY_COLUMNS,
    ACTIVITY_HEADER,
    ACTIVITY_NAME,
    ALIX,
    CARDIOLOGY,
    HOSPITAL,
    NOE,
    liberal,
    salaried,
    text,
)


def write(folder: Path, *rows: str, header: str = ACTIVITY_HEADER) -> Path:
    path = folder / ACTIVITY_NAME
    path.write_bytes(text(rows, header).encode())
    return path


def test_a_salaried_and_a_liberal_activity_are_two_situations(tmp_path: Path) -> None:
    found = read_activities(write(tmp_path, salaried(), liberal(), salaried(NOE)), {ALIX})
    at_hospital, in_practice = found.situations
    assert at_hospital == PracticeSituation(
        id=at_hospital.id, rpps=ALIX, structure="CH FICTIF D'ESSAIVILLE - SITE SUD", finess=HOSPITAL,
        town="Essaiville", mode="S", origin=Origin.EXTRACTION,
    )  # fmt: skip
    assert (in_practice.structure, in_practice.finess, in_practice.town, in_practice.mode) == (
        "CABINET DU DR ESSAI", "", "MODÈLEBOURG", "L",
    )  # fmt: skip


def test_the_person_is_told_with_every_town(tmp_path: Path) -> None:
    found = read_activities(write(tmp_path, salaried(), liberal()), {ALIX})
    assert found.professionals == (
        Professional(ALIX, "ESSAI", "ALIX", "DR", "Médecin", CARDIOLOGY, ("Essaiville", "MODÈLEBOURG")),
    )


def test_two_specialities_of_one_activity_are_one_situation(tmp_path: Path) -> None:
    rows = (salaried(), salaried(**{"Libellé savoir-faire": "Médecine générale (SM)"}))
    assert len(read_activities(write(tmp_path, *rows), {ALIX}).situations) == 1


def test_a_situation_has_the_same_name_in_the_next_file(tmp_path: Path) -> None:
    first = read_activities(write(tmp_path, salaried()), {ALIX}).situations
    again = read_activities(write(tmp_path, liberal(), salaried()), {ALIX}).situations
    assert first[0].id in {each.id for each in again}


def test_a_person_without_activity_is_known_all_the_same(tmp_path: Path) -> None:
    row = salaried(**dict.fromkeys(ACTIVITY_COLUMNS[17:25], ""))
    found = read_activities(write(tmp_path, row), {ALIX})
    assert (found.situations, found.professionals[0].family) == ((), "ESSAI")


def test_a_role_that_says_something_is_kept(tmp_path: Path) -> None:
    row = salaried(**{"Code rôle": "FON-01", "Libellé rôle": "Titulaire\x1b[31m"})
    assert read_activities(write(tmp_path, row), {ALIX}).situations[0].function == "Titulaire·[31m"


def test_a_separator_at_the_end_of_lines_does_no_harm(tmp_path: Path) -> None:
    both = read_activities(write(tmp_path, salaried() + "|", header=ACTIVITY_HEADER + "|"), {ALIX})
    rows_only = read_activities(write(tmp_path, salaried() + "|"), {ALIX})
    assert (
        (len(both.situations), both.bad_lines) == (len(rows_only.situations), rows_only.bad_lines) == (1, 0)
    )


def test_bad_lines_and_absent_columns_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, salaried(), "8|coupée")
    assert read_activities(path, {ALIX}).bad_lines == 1
    path.write_text(
        "Identifiant PP|Nom d'exercice|Code mode exercice\n" + f"{ALIX}|ESSAI|L\n", encoding="utf-8"
    )
    found = read_activities(path, {ALIX})
    assert found.situations[0].mode == "L"
    assert "Libellé rôle" in found.notes[0]


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="n'est pas un fichier d'extraction"):
        read_activities(write(tmp_path, header="a|b"), {ALIX})


def test_reading_tells_its_progress_and_can_be_interrupted(tmp_path: Path) -> None:
    path = write(tmp_path, salaried())
    told: list[tuple[int, int]] = []
    read_activities(path, {ALIX}, lambda done, total: told.append((done, total)))
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    with pytest.raises(CancelledError):
        read_activities(path, {ALIX}, cancelled=lambda: True)
