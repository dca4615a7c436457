"""What one cell leaves open, another one of the same table decides; what none decides is asked for."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from balt.errors import UsageError
from balt.mailboxes.operator.columns import chosen, read_map
from balt.mailboxes.operator.reading import Fault, Reading, read_figures
from balt.mailboxes.operator.table import Table
from tests.mailboxes.directory_cases import CAMILLE, OFFICE

TAKEN = date(2026, 12, 12)
MIB = 1024**2
OTHER = "autre@ch-fictif.mssante.fr"
DAYS = "Adresse;Dernière connexion"
ROOM = "Adresse;Espace utilisé;Quota"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bal.csv"


def read(file: Path, *lines: str, asked: str = "", own: Sequence[str] = (CAMILLE, OFFICE)) -> Reading:
    file.write_text("\n".join(lines), encoding="utf-8")
    with Table(file) as table:
        columns = chosen(table.headers, read_map(asked, table.headers), None)
        return read_figures(table, columns, own, TAKEN, ZoneInfo("Europe/Paris"))


# Days


@pytest.mark.parametrize("proof", ["12/31/2025", "1/25/2026 08:15", "03/04/2026 8:05 PM"])
@pytest.mark.parametrize("first", [True, False])
def test_a_day_of_another_bal_proves_that_months_come_first(file: Path, proof: str, first: bool) -> None:
    lines = [f"{CAMILLE};12/10/2025", f"{OTHER};{proof}"]
    with pytest.raises(UsageError, match="une date est écrite le mois d'abord"):
        read(file, DAYS, *(reversed(lines) if first else lines))


@pytest.mark.parametrize("proof", ["31/12/2025", "25-1-2026", "03.04.2026"])
def test_a_day_of_another_bal_proves_that_days_come_first(file: Path, proof: str) -> None:
    found = read(file, DAYS, f"{CAMILLE};12/10/2025", f"{OTHER};{proof}")
    assert found.figures[CAMILLE].last_login == date(2025, 10, 12)


def test_another_column_proves_it_as_well(file: Path) -> None:
    found = read(file, f"{DAYS};Dernier message reçu", f"{CAMILLE};12/10/2025;jamais", f"{OTHER};;31/12/2025")
    assert found.figures[CAMILLE].last_login == date(2025, 10, 12)


def test_a_line_that_is_no_bal_proves_it_as_well(file: Path) -> None:
    with pytest.raises(UsageError, match="le mois d'abord"):
        read(file, DAYS, f"{CAMILLE};12/10/2025", "Total;12/31/2025")


def test_days_that_nothing_proves_are_asked_for(file: Path) -> None:
    lines = (DAYS, f"{CAMILLE};12/10/2025", f"{OTHER};jamais")
    with pytest.raises(UsageError, match="rien ne dit si le jour est écrit avant le mois") as asked:
        read(file, *lines)
    assert "--map 'last_login=Dernière connexion:jj/mm'" in str(asked.value)
    for order in ("jj/mm", "dd/mm", "JJ/MM/AAAA"):
        found = read(file, *lines, asked=f"last_login=Dernière connexion:{order}")
        assert found.figures[CAMILLE].last_login == date(2025, 10, 12)


def test_what_is_said_of_days_does_not_hide_that_months_come_first(file: Path) -> None:
    with pytest.raises(UsageError, match="le mois d'abord"):
        read(
            file,
            DAYS,
            f"{CAMILLE};12/10/2025",
            f"{OTHER};12/31/2025",
            asked="last_login=Dernière connexion:jj/mm",
        )


@pytest.mark.parametrize("cell", ["2026-10-03", "10/10/2026", "1791007200", "jamais", ""])
def test_a_day_that_can_be_no_other_needs_no_proof(file: Path, cell: str) -> None:
    assert CAMILLE in read(file, DAYS, f"{CAMILLE};{cell}", f"{OTHER};03/04/2026").figures


@pytest.mark.parametrize("unit", ["Mo", "%", "mm/jj"])
def test_a_day_has_no_other_unit(file: Path, unit: str) -> None:
    with pytest.raises(UsageError, match="n'est pas une colonne"):
        read(file, DAYS, asked=f"last_login=Dernière connexion:{unit}")


# Sizes


@pytest.mark.parametrize(
    ("used", "quota", "read_as"),
    [
        ("950 MB", "2,000 MB", None),
        ("950 Mo", "2.000 Mo", None),
        ("950.5 MB", "2,000 MB", (950.5, 2000)),
        ("950,5 Mo", "2.000 Mo", (950.5, 2000)),
        ("1,200.5 MB", "2,000 MB", (1200.5, 2000)),
        ("0.9 GB (943,718,400 bytes)", "1.953 GB", (0.9 * 1024, 1.953 * 1024)),
        ("1,250 Go", "2,5 Go", (1280, 2560)),
        ("1 024 Mo", "2 048 Mo", (1024, 2048)),
    ],
)
def test_a_sign_before_three_digits_is_read_as_the_table_proves(
    file: Path, used: str, quota: str, read_as: tuple[float, float] | None
) -> None:
    lines = (ROOM, f"{CAMILLE};{used};{quota}")
    if read_as is None:
        with pytest.raises(UsageError, match="deux, ou deux mille"):
            read(file, *lines)
    else:
        figure = read(file, *lines).figures[CAMILLE]
        assert (figure.used, figure.quota) == tuple(int(each * MIB) for each in read_as)


def test_the_number_of_another_bal_proves_it_as_well(file: Path) -> None:
    found = read(file, ROOM, f"{CAMILLE};950 MB;2,000 MB", f"{OTHER};10.5 MB;2,000 MB")
    assert found.figures[CAMILLE].fullness == 47


def test_a_table_that_uses_both_signs_proves_nothing(file: Path) -> None:
    with pytest.raises(UsageError, match="deux, ou deux mille"):
        read(file, ROOM, f"{CAMILLE};950 MB;2,000 MB", f"{OTHER};10.5 MB;2000,5 MB")


def test_doubtful_numbers_of_other_bal_harm_nobody(file: Path) -> None:
    assert read(file, ROOM, f"{CAMILLE};950 MB;2000 MB", f"{OTHER};1;2,000").figures[CAMILLE].fullness == 47


def test_a_bal_that_holds_many_times_its_quota_is_a_number_read_wrongly(file: Path) -> None:
    found = read(file, ROOM, f"{CAMILLE};4097 Mo;2 Go", f"{OFFICE};4096 Mo;2 Go")
    assert [(bad.number, bad.fault, bad.header) for bad in found.bad] == [(2, Fault.BEYOND, "Quota")]
    assert found.figures[OFFICE].fullness == 200


# Percents


@pytest.mark.parametrize(("first", "second"), [("0,85", "0,1"), ("0.97", "1"), ("0,850", "0")])
def test_a_column_of_parts_of_one_is_refused(file: Path, first: str, second: str) -> None:
    with pytest.raises(UsageError, match="des parts de 1, et non des pourcentages"):
        read(file, "Adresse;Taux d'occupation", f"{CAMILLE};{first}", f"{OTHER};{second}")


@pytest.mark.parametrize(
    ("cell", "other", "percent"),
    [("0,85", "12", 0), ("0,85 %", "0,1 %", 0), ("1", "0", 1), ("85,125", "3", 85), ("85,1", "x", 85)],
)
def test_percents_are_read_as_they_stand(file: Path, cell: str, other: str, percent: int) -> None:
    found = read(file, "Adresse;Taux d'occupation", f"{CAMILLE};{cell}", f"{OTHER};{other}")
    assert found.figures[CAMILLE].percent == percent
