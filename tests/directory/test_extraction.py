"""The extraction of BAL: every shape of a good file read, bad lines counted, other files refused."""

import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balt.directory.extraction import generated_at, open_extraction, read_extraction, yes_or_no
from balt.directory.model import BalKind, DirectoryEntry, Origin
from balt.directory.rows import LONGEST_LINE, BadLine
from balt.errors import CancelledError, DirectoryError
from tests.directory.extraction_data import (
    ALIX,
    AT_HOSPITAL,
    CLOCK,
    COLUMNS,
    GENERATED,
    HEADER,
    HOSPITAL,
    NAME,
    ROWS,
    extraction,
    organisation,
    text,
)


def entries(path: Path) -> list[DirectoryEntry]:
    return list(read_extraction(path, CLOCK))


def write(folder: Path, content: bytes, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def bad_lines(path: Path) -> dict[BadLine, int]:
    with open_extraction(path) as rows:
        for _batch in rows.batches():
            pass
        return {reason: count for reason, count in rows.bad.items() if count}


def test_every_row_becomes_an_entry(tmp_path: Path) -> None:
    found = entries(extraction(tmp_path))
    assert len(found) == len(ROWS)
    assert found[2] == DirectoryEntry(
        address="alix.essai@ch-essai.mssante.fr", kind=BalKind.PER, origin=Origin.EXTRACTION,
        seen_on=GENERATED, family="ESSAI", given="Alix", title="Dr", rpps=ALIX, profession="Médecin",
        speciality="Cardiologie et maladies vasculaires",
        structure="CH FICTIF D'ESSAIVILLE - SITE SUD", finess=HOSPITAL,
        service="Cardiologie", town="ESSAIVILLE", postcode="99200", digitization=False,
    )  # fmt: skip


def test_a_row_without_structure_and_one_without_holder_are_entries(tmp_path: Path) -> None:
    found = entries(extraction(tmp_path))
    assert (found[0].structure, found[0].town, found[0].digitization) == ("", "", True)
    team = next(entry for entry in found if entry.kind is BalKind.ORG)
    assert (team.rpps, team.family, team.service) == ("", "", "Cardiologie")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("closing", [True, False])
def test_any_end_of_line_and_a_byte_order_mark_are_read(
    tmp_path: Path, end: str, mark: str, closing: bool
) -> None:
    content = (mark + text(end=end)).encode()
    path = write(tmp_path, content if closing else content.removesuffix(end.encode()))
    assert entries(path) == entries(extraction(tmp_path))
    assert bad_lines(path) == {}


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    turned = ["|".join(reversed([*line.split("|"), "de plus"])) for line in (HEADER, *ROWS)]
    path = write(tmp_path, "\n".join(turned).encode())
    assert entries(path) == entries(extraction(tmp_path, name=f"b-{NAME}"))


def test_an_optional_column_may_be_absent_and_is_named(tmp_path: Path) -> None:
    lines = ["|".join(line.split("|")[:-4]) for line in (HEADER, *ROWS)]
    with open_extraction(write(tmp_path, "\n".join(lines).encode())) as rows:
        assert rows.missing == ("L6LIGNEACHEMINEMENT structure BAL", "Code postal structure BAL")
    found = entries(tmp_path / NAME)
    assert (found[2].town, found[2].structure) == ("", "CH FICTIF D'ESSAIVILLE - SITE SUD")


def test_vital_columns_that_are_absent_are_named(tmp_path: Path) -> None:
    content = text().replace("Adresse BAL", "Adresse").replace("Type de BAL", "Type")
    with pytest.raises(DirectoryError, match="Type de BAL, Adresse BAL"):
        entries(write(tmp_path, content.encode()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "est vide"),
        (b"<!DOCTYPE html><html><body>503 | Service</body></html>", "extraction de l'Annuaire"),
        (b"\x7fELF\x02\x01\0\0|" * 100, "extraction de l'Annuaire"),
        (b"nom;prenom;adresse\na;b;c\n", "extraction de l'Annuaire"),
        (b"nom|prenom|adresse\na|b|c\n", "extraction de l'Annuaire"),
        (text().encode("utf-16"), "UTF-8"),
        (text().encode("utf-16-be"), "extraction de l'Annuaire"),
        (b"|" * (LONGEST_LINE + 1) + b"\n", "extraction de l'Annuaire"),
        (text().encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04 coupe", "abîmé ou incomplet"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(DirectoryError, match=reason):
        entries(write(tmp_path, content))


def test_a_folder_a_pipe_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="n'existe pas"):
        entries(tmp_path / "absente.txt")
    with pytest.raises(DirectoryError, match="n'est pas un fichier"):
        entries(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "tube")
        with pytest.raises(DirectoryError, match="n'est pas un fichier"):
            entries(tmp_path / "tube")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = extraction(tmp_path)
    path.chmod(0)
    with pytest.raises(DirectoryError, match="ne peut pas être lu"):
        entries(path)


GOOD = ROWS[0].encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"PER|trop@court.fr", BadLine.FIELDS),
        (GOOD + b"|de|trop", BadLine.FIELDS),
        (GOOD.replace(b"ALIX", b"AL\0IX"), BadLine.NUL),
        (GOOD.replace(b"ALIX", b"AL\xc9X"), BadLine.ENCODING),
        (GOOD.replace(b"ALIX", b"A" * (LONGEST_LINE + 1)), BadLine.LENGTH),
        (GOOD.replace(b"ALIX", b"A" * 10_000_000), BadLine.LENGTH),
        (GOOD.replace(b"alix.essai@medecin.fictif.mssante.fr", b""), BadLine.ADDRESS),
        (GOOD.replace(b"alix.essai@medecin.fictif.mssante.fr", b"sans arobase"), BadLine.ADDRESS),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_bad_line_is_counted_and_the_others_read(
    tmp_path: Path, line: bytes, reason: BadLine, end: bytes
) -> None:
    others = [row.encode() for row in ROWS[:3]]
    path = write(tmp_path, end.join([HEADER.encode(), others[0], line, *others[1:], line, b""]))
    assert len(entries(path)) == 3
    if reason is not BadLine.ADDRESS:
        assert bad_lines(path) == {reason: 2}


def test_quotes_and_control_characters_are_only_characters(tmp_path: Path) -> None:
    row = ROWS[0].replace("ESSAI", '"ESS\x1b[2J\u202eAI').replace("ALIX", "'AL\x0bI\u2028X\x85")
    found = entries(extraction(tmp_path, [row, ROWS[1]]))
    assert (found[0].family, found[0].given) == ('"ESS·[2J·AI', "'Al I X")
    assert len(found) == 2


def test_a_last_line_cut_short_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path, text().encode()[:-60])
    assert bad_lines(path) == {BadLine.FIELDS: 1}


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, text(["", ROWS[0], "   ", ""]).encode())
    assert (len(entries(path)), bad_lines(path)) == (1, {})


def test_a_line_without_an_end_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.write(f"{HEADER}\n{ROWS[0]}\n".encode())
        file.seek(1 << 30, os.SEEK_CUR)  # a hole: one line of a thousand million NUL
        file.write(f"\n{ROWS[1]}\n".encode())
    tracemalloc.start()
    try:
        assert bad_lines(path) == {BadLine.LENGTH: 1}
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("O", True),
        ("True", True),
        ("1", True),
        ("N", False),
        ("false", False),
        ("0", False),
        ("", None),
        ("?", None),
    ],
)
def test_dematerialisation_is_read_in_all_of_its_spellings(said: str, meant: bool | None) -> None:
    assert yes_or_no(said) is meant


def test_types_of_identifiers_may_be_words(tmp_path: Path) -> None:
    row = ROWS[2].replace("|8|", "|RPPS|").replace("|1|", "|FINESS|", 1)
    (found,) = entries(extraction(tmp_path, [row]))
    assert (found.rpps, found.finess) == (ALIX, HOSPITAL)


def test_a_structure_without_finess_keeps_its_name(tmp_path: Path) -> None:
    row = organisation("x@y.mssante.fr", "99000010100017", "", AT_HOSPITAL).replace("|1|", "|SIRET|", 1)
    (found,) = entries(extraction(tmp_path, [row]))
    assert (found.finess, found.structure) == ("", "CH FICTIF D'ESSAIVILLE - SITE SUD")


def test_an_unknown_type_of_bal_is_an_entry(tmp_path: Path) -> None:
    (found,) = entries(extraction(tmp_path, ["NEW" + ROWS[0][3:]]))
    assert found.kind is BalKind.UNKNOWN


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        (NAME, GENERATED),
        ("copie de extraction_202611010215 (1).txt", datetime(2026, 11, 1, 2, 15, tzinfo=UTC)),
        ("extraction-correspondance-mssante.txt", datetime(2026, 11, 20, 4, 0, tzinfo=UTC)),
        ("x_202699990000.txt", datetime(2026, 11, 20, 4, 0, tzinfo=UTC)),
        ("x_202611250300.txt", CLOCK.now()),
        ("x_209901010000.txt", datetime(2026, 11, 20, 4, 0, tzinfo=UTC)),
    ],
)
def test_the_date_is_that_of_the_name_else_that_of_the_file(
    tmp_path: Path, name: str, moment: datetime
) -> None:
    path = extraction(tmp_path, name=name)
    written = datetime(2026, 11, 20, 4, 0, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    with open_extraction(path) as rows:
        assert generated_at(rows, CLOCK) == moment


def test_reading_tells_its_progress_and_can_be_interrupted(tmp_path: Path) -> None:
    path = extraction(tmp_path, ROWS * 1000)
    told: list[tuple[int, int]] = []
    assert sum(1 for _ in read_extraction(path, CLOCK, lambda *at: told.append(at))) == len(ROWS) * 1000
    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert told == sorted(told)
    with pytest.raises(CancelledError):
        list(read_extraction(path, CLOCK, cancelled=lambda: True))


def test_the_columns_are_those_of_the_published_file() -> None:
    assert len(COLUMNS) == 31
