"""Tables as operators export them, and as nobody should: what is read, told, left aside or refused."""

import string
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.errors import UsageError
from balt.mailboxes.operator.cells import (
    Amount,
    Day,
    MonthFirstError,
    UnitMissingError,
    read_amount,
    read_day,
)
from balt.mailboxes.operator.columns import Column, Part, chosen, guess, read_map
from balt.mailboxes.operator.figures import OperatorFigure
from balt.mailboxes.operator.reading import Fault, Reading, day_of, read_figures
from balt.mailboxes.operator.table import LONGEST_LINE, MOST_LINES, Table
from tests.mailboxes.directory_cases import CAMILLE, NOW, OFFICE
from tests.support.hostile import PAYLOADS, control_characters

PARIS = ZoneInfo("Europe/Paris")
TAKEN = date(2026, 10, 12)
HEAD = "Adresse;Dernière connexion;Espace utilisé (Mo);Quota (Mo)"
MIB = 1024**2
FIGURE = OperatorFigure(TAKEN, date(2026, 9, 23), used=512 * MIB, quota=2048 * MIB)


def read(
    file: Path, content: bytes | str, own: Sequence[str] = (CAMILLE, OFFICE), asked: str = ""
) -> Reading:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with Table(file) as table:
        columns = chosen(table.headers, read_map(asked, table.headers), None)
        return read_figures(table, columns, own, TAKEN, PARIS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bal.csv"


# What is a table


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_delimiter_encoding_and_line_end_gives_the_same(
    file: Path, delimiter: str, encoding: str, end: str
) -> None:
    lines = [HEAD, f"{CAMILLE};23/09/2026;512;2048", ""]
    content = end.join(line.replace(";", delimiter) for line in lines).encode(encoding)
    assert read(file, content).figures == {CAMILLE: FIGURE}


def test_a_spreadsheet_may_name_its_delimiter_and_leave_blank_lines(file: Path) -> None:
    content = f"sep=;\n\n{HEAD}\n;;;\n{CAMILLE};23/09/2026;512;2048\n\n"
    found = read(file, content)
    assert (found.figures, found.rows, found.faults) == ({CAMILLE: FIGURE}, 1, {})


def test_quoted_cells_hold_delimiters_and_line_ends(file: Path) -> None:
    content = f'{HEAD};Note\n{CAMILLE};23/09/2026;512;2048;"a;b\n{OFFICE};01/01/2020;1;1;x"\n'
    assert read(file, content).figures == {CAMILLE: FIGURE}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est vide"),
        (b"\n;;\n", "est vide"),
        (b"PK\x03\x04rest", "n'est pas un tableau CSV (xlsx"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (f'{HEAD}\n{CAMILLE};"23/09/2026;512;2048\nx;1;2;3\n'.encode(), "ligne 2, un guillemet s'ouvre"),
        (f'{HEAD}\nx;"{"a" * 50}\n'.encode() + b"b\n" * (MOST_LINES + 5), "ligne 2, un guillemet s'ouvre"),
        (HEAD.encode() + b"\n" + b"x" * (LONGEST_LINE + 1), "ligne 2 est trop longue"),
        (b"x" * 10_000_000, "ligne 1 est trop longue"),
        (b'"Adresse;Quota\n', "ne donne pas les titres"),
    ],
    ids=["empty", "blank", "xlsx", "utf-16", "open", "open-long", "long", "ten-megabytes", "open-head"],
)
def test_what_could_mislead_is_refused_whole(file: Path, content: bytes, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(file, content)
    assert words in str(refused.value)


def test_a_folder_or_nothing_at_all_is_no_table(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(UsageError):
            Table(path)


def test_headers_tell_columns_apart_and_are_safe_to_show(file: Path) -> None:
    file.write_text("Quota;Quota;;Adresse\x1b[31m\n", encoding="utf-8")
    with Table(file) as table:
        assert table.headers == ("Quota", "Quota (2)", "colonne 3", "Adresse·[31m")


# Columns


@pytest.mark.parametrize(
    ("header", "part", "unit"),
    [
        ("Adresse", Part.ADDRESS, ""),
        ("Adresse de la BAL", Part.ADDRESS, ""),
        ("BAL", Part.ADDRESS, ""),
        ("BOÎTE AUX LETTRES MSSANTÉ", Part.ADDRESS, ""),
        ("E-mail", Part.ADDRESS, ""),
        ("PrimarySmtpAddress", Part.ADDRESS, ""),
        ("Dernière connexion", Part.LAST_LOGIN, ""),
        ("Date de dernière connexion", Part.LAST_LOGIN, ""),
        ("LastLogonTime", Part.LAST_LOGIN, ""),
        ("last_login", Part.LAST_LOGIN, ""),
        ("Espace utilisé", Part.USED, ""),
        ("Taille de la boîte (Go)", Part.USED, "go"),
        ("used_mb", Part.USED, "mb"),
        ("Mailbox size in bytes", Part.USED, "bytes"),
        ("Quota (Mo)", Part.QUOTA, "mo"),
        ("quota en Go", Part.QUOTA, "go"),
        ("% utilisé", Part.PERCENT, "%"),
        ("Quota (%)", Part.PERCENT, "%"),
        ("Taux d'occupation", Part.PERCENT, "%"),
        ("Dernier message reçu le", Part.LAST_RECEIVED, ""),
        ("Last received", Part.LAST_RECEIVED, ""),
    ],
)
def test_a_header_is_known_by_its_words(header: str, part: Part, unit: str) -> None:
    assert guess([header]).columns == {part: Column(header, unit)}


@pytest.mark.parametrize(
    "header", ["Nom", "Dernier envoi", "Création", "Statut", "Contestation", "", "Mo", "%"]
)
def test_a_header_that_says_something_else_is_left_aside(header: str) -> None:
    assert guess([header]).columns == {}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (("Nom", "Quota (Mo)"), "Aucune colonne ne donne l'adresse"),
        (("Adresse", "Nom"), "Aucune colonne ne donne de connexion"),
        (("Adresse", "E-mail", "Quota (Mo)"), "Plusieurs colonnes pourraient être « address »"),
    ],
)
def test_a_table_that_does_not_explain_itself_is_refused_with_its_columns_and_an_example(
    headers: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(headers, {}, None)
    told = str(refused.value)
    assert words in told
    assert all(f"« {header} »" in told for header in headers)
    assert f"--map 'address={headers[0]},last_login=" in told


def test_columns_are_mapped_by_name_and_the_rest_is_guessed() -> None:
    headers = ("Boîte, identifiant", "Vu le", "Taille : réelle", "Quota (Mo)")
    columns = chosen(
        headers,
        read_map("address=boite, IDENTIFIANT,last_login=Vu le,used=Taille : réelle:Go", headers),
        None,
    )
    assert columns == {
        Part.ADDRESS: Column(headers[0]),
        Part.LAST_LOGIN: Column("Vu le"),
        Part.USED: Column(headers[2], "go"),
        Part.QUOTA: Column("Quota (Mo)", "mo"),
    }


@pytest.mark.parametrize(
    "asked",
    ["Adresse", "name=Nom", "address=Absente", "address=", "used=Nom:litres", "address=Nom,address=Adresse",
     "address=Nom,used=Nom"],
)  # fmt: skip
def test_a_map_that_names_no_column_is_refused(asked: str) -> None:
    with pytest.raises(UsageError, match="Colonnes du fichier : « Adresse », « Nom »"):
        read_map(asked, ("Adresse", "Nom"))


# Cells


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("03/10/2026", date(2026, 10, 3)),
        ("3/10/2026 8h05", date(2026, 10, 3)),
        ("03-10-2026 08:15:30", date(2026, 10, 3)),
        ("03.10.2026", date(2026, 10, 3)),
        ("2026-10-03", date(2026, 10, 3)),
        ("2026/10/03 23:59", date(2026, 10, 3)),
        ("2026-10-03T22:30:00Z", date(2026, 10, 4)),
        ("2026-10-03T22:30:00.123+02:00", date(2026, 10, 3)),
        ("1791007200", date(2026, 10, 3)),
        ("", None),
        (" — ", None),
        ("N/A", None),
    ],
)
def test_a_day_is_read_in_the_ways_that_operators_write_it(cell: str, day: date | None) -> None:
    assert read_day(cell, PARIS) == Day(day)


@pytest.mark.parametrize("cell", ["jamais", "Jamais", "NEVER", "jamais connecté"])
def test_never_is_not_unknown(cell: str) -> None:
    assert read_day(cell, PARIS) == Day(never=True)


@pytest.mark.parametrize(
    "cell",
    ["31/02/2026", "12/10/26", "hier", "46000", "1/1/1601", "2026-13-01", "=1+1", "03/10/2026;x",
     "٠٣/١٠/٢٠٢٦", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-10-03T99:99Z"],
)  # fmt: skip
def test_a_day_that_cannot_be_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError):
        read_day(cell, PARIS)


@pytest.mark.parametrize("cell", ["10/25/2026", "10/03/2026 8:05 PM"])
def test_months_first_are_never_taken_for_days(cell: str) -> None:
    with pytest.raises(MonthFirstError):
        read_day(cell, PARIS)


@pytest.mark.parametrize(
    ("cell", "unit", "amount"),
    [
        ("512", "mo", Amount(512 * MIB)),
        ("1 234,5 Mo", "", Amount(int(1234.5 * MIB))),
        ("1\u202f024", "ko", Amount(MIB)),
        ("1.5 GB", "mo", Amount(1536 * MIB)),
        ("1.2 GB (1,288,490,189 bytes)", "", Amount(int(1.2 * 1024 * MIB))),
        ("1,048,576 octets", "", Amount(MIB)),
        ("1.048.576", "o", Amount(MIB)),
        ("85 %", "", Amount(percent=85)),
        ("85,9", "%", Amount(percent=85)),
        ("0", "", Amount(0)),
        ("", "mo", Amount()),
        ("illimité", "mo", Amount()),
    ],
)
def test_a_size_is_read_with_its_unit(cell: str, unit: str, amount: Amount) -> None:
    assert read_amount(cell, unit) == amount


@pytest.mark.parametrize(
    "cell", ["-5", "1e9", "12 px", "0x10", "1.2.3", "=2+3", "9" * 30, "5000 %", "NaN", "inf"]
)
def test_what_is_no_size_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError):
        read_amount(cell, "mo")


def test_a_number_without_a_unit_is_not_guessed(file: Path) -> None:
    with pytest.raises(UnitMissingError):
        read_amount("512", "")
    content = f"Adresse;Taille\n{CAMILLE};512\n"
    with pytest.raises(UsageError, match="--map 'used=Taille:Mo'"):
        read(file, content)
    assert read(file, content, asked="used=Taille:Mo").figures[CAMILLE].used == 512 * MIB


# Rows


def test_only_the_bal_that_are_followed_are_kept_the_others_counted(file: Path) -> None:
    content = (
        f"{HEAD}\n{CAMILLE.upper()};23/09/2026;512;2048\nautre@ch-fictif.mssante.fr;n'importe quoi;x;y\n"
    )
    found = read(file, content)
    assert (found.figures, found.rows, found.others, found.bad) == ({CAMILLE: FIGURE}, 2, 1, [])


def test_a_bad_line_is_told_by_its_number_and_its_column_and_harms_no_other(file: Path) -> None:
    lines = [
        HEAD,
        f"{OFFICE};hier;1;2",
        f"{OFFICE};01/10/2026;beaucoup;2",
        f"{OFFICE};14/10/2026;1;2",
        "Total;;12;14",
        f"{OFFICE};01/10/2026",
        f"{OFFICE};01/10/2026;1;2;3",
        f'{OFFICE};"01/10"/2026;1;2',
        f"{OFFICE};01/10/2026\0;1;2",
        f"{CAMILLE};23/09/2026;512;2048",
        f'{OFFICE};"01/10/2026;1;2',
    ]
    found = read(file, "\n".join(lines))
    assert found.figures == {CAMILLE: FIGURE}
    assert [(bad.number, bad.fault, bad.header) for bad in found.bad] == [
        (2, Fault.VALUE, "Dernière connexion"),
        (3, Fault.VALUE, "Espace utilisé (Mo)"),
        (4, Fault.LATER, "Dernière connexion"),
        (5, Fault.ADDRESS, ""),
        (6, Fault.CELLS, ""),
        (7, Fault.CELLS, ""),
        (8, Fault.CELLS, ""),
        (9, Fault.VALUE, "Dernière connexion"),
        (11, Fault.CELLS, ""),
    ]


def test_many_bad_lines_are_all_counted_and_some_named(file: Path) -> None:
    found = read(file, HEAD + "\n" + "x;;;\n" * 500)
    assert (found.faults[Fault.ADDRESS], len(found.bad)) == (500, 20)


def test_two_lines_of_one_bal_give_its_latest_days_and_no_doubtful_room(file: Path) -> None:
    rows = [
        f"{CAMILLE};23/09/2026;512;2048",
        f"{CAMILLE.title()};25/09/2026;600;2048",
        f"{OFFICE};jamais;1;2",
    ]
    found = read(file, "\n".join([HEAD, *rows, rows[2]]))
    assert found.figures[CAMILLE] == OperatorFigure(TAKEN, date(2026, 9, 25))
    assert found.figures[OFFICE] == OperatorFigure(TAKEN, never=True, used=MIB, quota=2 * MIB)
    assert list(found.repeated) == [CAMILLE, OFFICE]


def test_a_month_first_table_is_refused_before_a_day_is_taken_wrongly(file: Path) -> None:
    content = f"{HEAD}\n{OFFICE};10/03/2026;1;2\n{CAMILLE};09/25/2026;512;2048\n"
    with pytest.raises(UsageError, match="ligne 3, une date est écrite le mois d'abord"):
        read(file, content)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_cells_are_told_harmlessly(file: Path, payload: str) -> None:
    text = payload.replace("\n", " ").encode("utf-8", "surrogatepass")
    line = CAMILLE.encode() + b";" + text[:300].replace(b'"', b"'").replace(b";", b",") + b";1;2\n"
    found = read(file, HEAD.encode() + b"\n" + line + f"{OFFICE};23/09/2026;512;2048\n".encode())
    assert found.figures == {OFFICE: FIGURE}
    assert found.bad[0].header == "Dernière connexion"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_headers_are_refused_harmlessly(file: Path, payload: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(file, (f"Adresse;{payload}\n").encode("utf-8", "surrogatepass"))
    assert not control_characters(str(refused.value).replace("\n", ""))


def test_the_day_of_a_statistic_is_in_its_name_else_that_of_the_file() -> None:
    written = (NOW - timedelta(days=3)).timestamp()
    for name, day, by_name in (
        ("bal_20261012.csv", date(2026, 10, 12), True),
        ("bal-2026-10-12.csv", date(2026, 10, 12), True),
        ("bal_20260101_20261012.csv", date(2026, 11, 20), False),
        ("bal_20271012.csv", date(2026, 11, 20), False),
        ("bal_20261399.csv", date(2026, 11, 20), False),
        ("bal.csv", date(2026, 11, 20), False),
    ):
        assert day_of(Path(name), written, NOW) == (day, by_name)
    assert day_of(Path("bal.csv"), (NOW + timedelta(days=9)).timestamp(), NOW) == (NOW.date(), False)


# Whatever comes


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_a_day_means_the_same_in_every_form(day: date) -> None:
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d 12:30", "%d-%m-%Y 07:00:59"):
        assert read_day(day.strftime(form), PARIS) == Day(day)


@given(st.integers(0, 10**9), st.sampled_from(["o", "ko", "Mo", "GB"]))
def test_a_size_means_the_same_with_thousands_apart(number: int, unit: str) -> None:
    plain_form = read_amount(f"{number} {unit}", "") if number < 2**23 else None
    if plain_form is not None:
        assert read_amount(f"{number:,} {unit}".replace(",", " "), "") == plain_form
        assert read_amount(str(number), unit.lower()) == plain_form


@given(st.text(max_size=40), st.sampled_from(["", "mo", "%"]))
def test_any_cell_gives_a_value_or_a_value_error(cell: str, unit: str) -> None:
    for attempt in (lambda: read_day(cell, PARIS), lambda: read_amount(cell, unit)):
        try:
            attempt()
        except ValueError:
            continue


@given(st.lists(st.text(string.printable + "éœ\x00\x1b", max_size=60), max_size=12))
def test_any_file_gives_an_account_of_every_row_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    try:
        found = read(file, "\n".join([HEAD, *lines]))
    except UsageError:
        return
    assert found.rows == len(found.figures) + found.others + found.faults.total()
