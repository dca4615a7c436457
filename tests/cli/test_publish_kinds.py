"""``balt publish``: every kind, for one situation or all of them, into files; and the templates."""

import json
from pathlib import Path

import pypdfium2
import pytest
import vobject

from balt.mailboxes.situations import SituationBook
from tests.cli.conftest import Balt
from tests.cli.test_publish import CAMILLE, HOSPITAL, LILAS, OFFICE, UNLISTED, all_preferred, book

__all__ = ["all_preferred", "book"]

pytestmark = pytest.mark.usefixtures("all_preferred")


@pytest.mark.parametrize("kind", ["signature", "letter", "prescription", "post", "vcard", "sheet", "request"])
def test_every_text_is_printed_with_the_address(balt: Balt, kind: str) -> None:
    result = balt("publish", kind, "--situation", "CH")
    assert (result.code, result.err) == (0, "")
    assert HOSPITAL in result.out


def test_a_code_is_printed_as_blocks_without_any_control_of_the_terminal(balt: Balt) -> None:
    out = balt("publish", "qr", "--situation", "CH", "--of", "mailto").out
    assert set(out) == set(" ▀▄█\n")


@pytest.mark.parametrize(
    ("kind", "name", "begins"),
    [
        ("signature", "s.html", b"<table"),
        ("signature", "s.txt", b"Dr Camille"),
        ("vcard", "c.vcf", b"BEGIN:VCARD\r\nVERSION:4.0"),
        ("qr", "q.png", b"\x89PNG"),
        ("qr", "q.svg", b"<?xml"),
        ("qr", "q.txt", b"  "),
        ("sheet", "p.pdf", b"%PDF"),
        ("sheet", "p.txt", b"Pour m'\xc3\xa9crire"),
    ],
)
def test_the_form_follows_the_end_of_the_name(
    tmp_path: Path, balt: Balt, kind: str, name: str, begins: bytes
) -> None:
    file = tmp_path / name
    assert balt("publish", kind, "--situation", "CH", "--output", str(file)).code == 0
    assert file.read_bytes().startswith(begins)


def test_the_format_outranks_the_end_of_the_name(tmp_path: Path, balt: Balt) -> None:
    file = tmp_path / "carte.vcf"
    balt("publish", "vcard", "--situation", "CH", "--format", "3.0", "--output", str(file))
    assert vobject.readOne(file.read_text("utf-8")).version.value == "3.0"


@pytest.mark.parametrize("arguments", [["qr", "--format", "png"], ["sheet", "--format", "pdf"]])
def test_what_is_no_text_is_not_printed(balt: Balt, arguments: list[str]) -> None:
    result = balt("publish", *arguments, "--situation", "CH")
    assert (result.code, result.out) == (2, "")
    assert "--output" in result.err


def test_a_folder_receives_a_file_that_names_the_structure(tmp_path: Path, balt: Balt) -> None:
    assert balt("publish", "letter", "--situation", "CH", "--output", str(tmp_path)).code == 0
    assert [each.name for each in tmp_path.glob("letter*")] == ["letter-ch-fictif-de-valbrume-fr.txt"]


def test_a_bal_brings_the_situation_where_it_is_preferred(balt: Balt) -> None:
    assert "Cabinet des Lilas" in balt("publish", "letter", CAMILLE).out


def test_the_bal_of_a_kind_of_prescription_is_handed_out(all_preferred: SituationBook, balt: Balt) -> None:
    kind = all_preferred.view().kinds[1]
    all_preferred.prefer(LILAS, OFFICE, kind.id)
    arguments = ("publish", "prescription", "--situation", "Cabinet")
    assert OFFICE in balt(*arguments, "--for", kind.label).out
    assert CAMILLE in balt(*arguments).out


def test_all_of_them_go_into_a_folder_each_under_a_name_of_its_own(tmp_path: Path, balt: Balt) -> None:
    folder = tmp_path / "a" / "b"
    result = balt("publish", "kit", "--all", "--output", str(folder))
    assert result.code == 0
    files = sorted(folder.iterdir())
    assert len(files) == 3 * 11
    assert all("exemple" not in each.name for each in files)
    texts = "".join(each.read_text("utf-8") for each in folder.glob("signature-*.txt"))
    assert all(address in texts for address in (CAMILLE, HOSPITAL, UNLISTED))
    assert all(len(pypdfium2.PdfDocument(each)) == 1 for each in folder.glob("*.pdf"))


def test_one_file_that_is_there_stops_all_of_them_before_the_first(tmp_path: Path, balt: Balt) -> None:
    mine = tmp_path / "post-msp-des-lilas-fr.txt"
    mine.write_text("le mien", "utf-8")
    before = sorted(tmp_path.iterdir())
    result = balt("publish", "kit", "--all", "--output", str(tmp_path))
    assert result.code == 2
    assert "existe déjà" in result.err
    assert sorted(tmp_path.iterdir()) == before
    assert mine.read_text("utf-8") == "le mien"


def test_a_bal_on_its_way_out_is_refused_and_left_out_of_all(tmp_path: Path, balt: Balt) -> None:
    assert balt("case", "depublish", HOSPITAL, "--to", CAMILLE).code == 0
    result = balt("publish", "letter", HOSPITAL)
    assert (result.code, result.out) == (2, "")
    assert "quitte l'annuaire" in result.err
    result = balt("publish", "letter", "--all", "--output", str(tmp_path / "tout"))
    assert result.code == 1
    assert HOSPITAL in result.err
    assert len(list((tmp_path / "tout").iterdir())) == 2


@pytest.mark.parametrize("arguments", [["--all"], ["--all", "camille", "--output", "x"]])
def test_all_needs_a_folder_and_no_address(balt: Balt, arguments: list[str]) -> None:
    assert balt("publish", "letter", *arguments).code == 2


def test_the_request_is_for_the_provider_of_the_configuration(config_file: Path, balt: Balt) -> None:
    with config_file.open("a", encoding="utf-8") as file:
        file.write('[[provider]]\ndomains = ["ch-fictif.mssante.fr"]\nkind = "dsi"\nname = "CH"\n')
    out = balt("publish", "request", "--situation", "CH").out
    assert out.startswith("À l'attention de la DSI, administration de la messagerie (CH)\n")


# Templates


def test_a_template_is_copied_changed_and_used(config_file: Path, balt: Balt) -> None:
    path = Path(balt("publish", "template", "copy", "letter").out.strip())
    assert path == config_file.parent / "templates" / "letter.fr.txt"
    path.write_text("Bonjour\n{address}\n", "utf-8")
    assert balt("publish", "letter", "--situation", "CH").out == f"Bonjour\n{HOSPITAL}\n"
    listed = json.loads(balt("publish", "template", "list", "--json").out)
    assert [row["template"] for row in listed if row["file"]] == ["letter"]
    assert balt("publish", "template", "copy", "letter").code == 2
    assert "Dr Camille EXEMPLE" not in balt("publish", "template", "show", "letter").out


def test_a_faulty_template_stops_with_its_line_and_is_never_replaced(config_file: Path, balt: Balt) -> None:
    folder = config_file.parent / "templates"
    folder.mkdir()
    (folder / "letter.fr.txt").write_text("{address}\n{patient}\n", "utf-8")
    result = balt("publish", "letter", "--situation", "CH")
    assert (result.code, result.out) == (2, "")
    assert "letter.fr.txt, ligne 2" in result.err
    checked = balt("publish", "template", "check")
    assert checked.code == 1
    assert "ligne 2" in checked.out
    assert balt("publish", "post", "--situation", "CH").code == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_template_is_shown_filled_for_an_invented_person(balt: Balt, language: str) -> None:
    shown = balt("publish", "template", "show", "sheet", "--filled", "--lang", language)
    assert "Dr Camille EXEMPLE" in shown.out
    assert not set(shown.out) & set("{}#")


def test_without_templates_of_ones_own_there_is_no_fault(balt: Balt) -> None:
    assert balt("publish", "template", "check").code == 0
    assert len(balt("publish", "template", "list").out.splitlines()) == 1 + 7 * 2


# The filled sheets


@pytest.mark.parametrize(
    ("name", "begins"), [("f.md", "# "), ("f.html", "<!DOCTYPE html>"), ("f.pdf", "%PDF")]
)
def test_the_filled_sheets_are_written_to_a_new_file(
    tmp_path: Path, balt: Balt, name: str, begins: str
) -> None:
    file = tmp_path / name
    assert balt("checklist", "--export", str(file)).code == 0
    assert file.read_bytes().startswith(begins.encode())
    again = balt("checklist", "--export", str(file))
    assert again.code == 2
    assert "existe déjà" in again.err


def test_a_form_that_is_not_known_is_told(tmp_path: Path, balt: Balt) -> None:
    result = balt("checklist", "--export", str(tmp_path / "f.docx"))
    assert result.code == 2
    assert ".pdf" in result.err
