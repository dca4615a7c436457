"""``balt publish signature``: the right BAL for the right situation, or a sentence that says why not."""

import os
import stat
from pathlib import Path

import pytest

from balt import paths
from balt.clock import SystemClock
from balt.demo.directory import DirectoryServer
from balt.mailboxes.model import Question
from balt.mailboxes.notebook import Notebook
from balt.mailboxes.situations import SituationBook
from tests.cli.conftest import Balt
from tests.support.directory import KEY

CAMILLE, HOSPITAL = "camille.exemple@medecin.mssante.fr", "c.exemple@ch-fictif.mssante.fr"
OFFICE, UNLISTED = "secretariat@cab-lilas.mssante.fr", "camille@msp-lilas.mssante.fr"
FORGOTTEN = "dr.exemple@ancien-reseau.mssante.fr"
LILAS, CH, MSP = "1099000011", "1099000012", "1099000013"
VARIABLE = "BALT_TEST_API_KEY"
FRENCH = """\
Dr Camille EXEMPLE
Médecine générale · CH Fictif de Valbrume

Messagerie sécurisée de santé (MSSanté) :
c.exemple@ch-fictif.mssante.fr
Merci d'y adresser comptes rendus et courriers.
"""


@pytest.fixture
def book(
    directory_server: DirectoryServer, config_file: Path, monkeypatch: pytest.MonkeyPatch, balt: Balt
) -> SituationBook:
    """The situations of Camille EXEMPLE as the directory gives them; no BAL is preferred yet."""
    monkeypatch.setenv(VARIABLE, KEY)
    lines = ["[person]", 'name = "Dr Camille EXEMPLE"', 'rpps = "10999990012"', "[directory]"]
    lines += [f'base_url = "{directory_server.base_url}"', f'api_key_env = "{VARIABLE}"']
    for address in (CAMILLE, OFFICE, HOSPITAL, UNLISTED):
        lines += ["[[mailbox]]", f'address = "{address}"', 'access = "none"']
    config_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert balt("checklist").code == 0
    found = SituationBook(paths.data_dir(), SystemClock())
    assert [each.id for each in found.situations()] == [LILAS, CH, MSP]
    return found


@pytest.fixture
def all_preferred(book: SituationBook) -> SituationBook:
    """Each situation has its BAL."""
    for situation, address in ((LILAS, CAMILLE), (CH, HOSPITAL), (MSP, UNLISTED)):
        book.prefer(situation, address)
    return book


# Which signature


def test_the_one_situation_with_a_preferred_bal_needs_no_name(book: SituationBook, balt: Balt) -> None:
    book.prefer(CH, HOSPITAL)
    result = balt("publish", "signature")
    assert (result.code, result.out, result.err) == (0, FRENCH, "")


@pytest.mark.usefixtures("all_preferred")
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CH Fictif de Valbrume (salarié)", HOSPITAL),
        ("ch fictif", HOSPITAL),
        ("CH", HOSPITAL),
        ("Cabinet des Lilas", CAMILLE),
        ("CABINET", CAMILLE),
        ("msp des lilas (liberal)", UNLISTED),
    ],
)
def test_a_situation_is_named_by_its_beginning(balt: Balt, name: str, address: str) -> None:
    result = balt("publish", "signature", "--situation", name)
    assert result.code == 0
    assert address in result.out.splitlines()


def test_the_whole_name_of_a_structure_wins_over_a_longer_one(book: SituationBook, balt: Balt) -> None:
    longer = book.add("Cabinet des Lilas annexe")
    book.prefer(LILAS, CAMILLE)
    book.prefer(longer.id, OFFICE)
    assert CAMILLE in balt("publish", "signature", "--situation", "Cabinet des Lilas").out
    assert OFFICE in balt("publish", "signature", "--situation", "cabinet des lilas a").out


@pytest.mark.usefixtures("all_preferred")
@pytest.mark.parametrize("name", [OFFICE, OFFICE.upper(), "secr"])
def test_another_address_may_be_given_by_its_beginning(balt: Balt, name: str) -> None:
    result = balt("publish", "signature", "--situation", "Cab", name)
    assert result.code == 0
    assert OFFICE in result.out
    assert "Cabinet des Lilas" in result.out
    assert CAMILLE not in result.out


@pytest.mark.usefixtures("book")
def test_an_address_alone_needs_no_situation(balt: Balt) -> None:
    result = balt("publish", "signature", CAMILLE)
    assert (result.code, result.out.splitlines()[:2]) == (0, ["Dr Camille EXEMPLE", "Médecine générale"])


@pytest.mark.usefixtures("book")
def test_a_bal_that_only_the_directory_knows_can_be_named(balt: Balt) -> None:
    assert FORGOTTEN in balt("publish", "signature", "dr.ex").out


@pytest.mark.usefixtures("all_preferred")
def test_the_signature_is_in_the_language_that_was_asked(balt: Balt) -> None:
    out = balt("publish", "signature", "--situation", "CH", "--lang", "en").out
    assert "Secure health mail (MSSanté):\nc.exemple@ch-fictif.mssante.fr\nPlease send" in out


# Where it goes


@pytest.mark.usefixtures("all_preferred")
def test_a_signature_is_written_to_a_new_file_that_others_may_read(tmp_path: Path, balt: Balt) -> None:
    file = tmp_path / "signature.txt"
    before = os.umask(0o022)
    try:
        result = balt("publish", "signature", "--situation", "CH", "--output", str(file))
    finally:
        os.umask(before)
    assert (result.code, result.out) == (0, "")
    assert file.read_text(encoding="utf-8") == FRENCH
    assert stat.S_IMODE(file.stat().st_mode) == 0o644  # it is made to be handed out


@pytest.mark.usefixtures("all_preferred")
def test_a_file_that_is_there_is_not_touched(tmp_path: Path, balt: Balt) -> None:
    file = tmp_path / "signature.txt"
    file.write_text("la mienne", encoding="utf-8")
    result = balt("publish", "signature", "--situation", "CH", "--output", str(file))
    assert (result.code, result.out) == (2, "")
    assert "existe déjà" in result.err
    assert "Rien n'a été écrit" in result.err
    assert file.read_text(encoding="utf-8") == "la mienne"


@pytest.mark.usefixtures("all_preferred")
def test_a_link_is_not_written_through(tmp_path: Path, balt: Balt) -> None:
    target, link = tmp_path / "ailleurs", tmp_path / "lien.txt"
    link.symlink_to(target)
    assert balt("publish", "signature", "--situation", "CH", "--output", str(link)).code == 2
    assert not target.exists()


@pytest.mark.usefixtures("all_preferred")
@pytest.mark.parametrize("where", ["absent/signature.txt"])
def test_a_place_that_cannot_be_written_is_told(
    tmp_path: Path, balt: Balt, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = balt("publish", "signature", "--situation", "CH", "--output", where)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("balt : le fichier")


# What speaks against it


def test_a_bal_that_nobody_reads_is_handed_out_with_a_warning(book: SituationBook, balt: Balt) -> None:
    Notebook(paths.data_dir(), SystemClock()).answer(HOSPITAL, Question.CONSULTED, "no")
    book.prefer(CH, HOSPITAL)
    result = balt("publish", "signature")
    assert (result.code, result.out) == (0, FRENCH)
    assert "n'est pas consultée" in result.err


def test_a_bal_that_the_directory_does_not_list_is_handed_out_with_a_warning(
    book: SituationBook, balt: Balt
) -> None:
    book.prefer(MSP, UNLISTED)
    result = balt("publish", "signature")
    assert result.code == 0
    assert UNLISTED in result.out
    assert "pas publiée" in result.err


def test_a_directory_that_fails_is_told_and_the_signature_comes_all_the_same(
    book: SituationBook, directory_server: DirectoryServer, balt: Balt
) -> None:
    book.prefer(CH, HOSPITAL)
    directory_server.stop()
    result = balt("publish", "signature")
    assert result.code == 3
    assert HOSPITAL in result.out
    assert "Annuaire Santé" in result.err


# What cannot be done


@pytest.mark.usefixtures("book")
@pytest.mark.parametrize("arguments", [[], ["--situation", "CH"]])
def test_without_a_preferred_bal_the_advice_says_how_to_choose_one(balt: Balt, arguments: list[str]) -> None:
    result = balt("publish", "signature", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "aucune BAL privilégiée" in result.err
    assert "nommez une BAL" in result.err


@pytest.mark.usefixtures("all_preferred")
@pytest.mark.parametrize(
    ("arguments", "told", "named"),
    [
        ([], "plusieurs situations", ["Cabinet des Lilas", "CH Fictif", "MSP des Lilas"]),
        (["--situation", "C"], "plusieurs situations", ["Cabinet des Lilas", "CH Fictif"]),
        (["--situation", "Clinique"], "« Clinique »", ["Cabinet des Lilas", "MSP des Lilas"]),
        (["--situation", "CH", "inconnue"], "« inconnue »", [CAMILLE, FORGOTTEN]),
        (["--situation", "CH", "c"], "« c »", [CAMILLE, HOSPITAL]),
    ],
)
def test_a_name_that_does_not_tell_which_comes_back_with_those_to_choose_from(
    balt: Balt, arguments: list[str], told: str, named: list[str]
) -> None:
    result = balt("publish", "signature", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert all(name in result.err for name in named)


def test_a_situation_that_has_ended_cannot_be_named(
    all_preferred: SituationBook, directory_server: DirectoryServer, balt: Balt
) -> None:
    kept = [each for each in all_preferred.situations() if each.id != MSP]
    all_preferred.merge(kept)
    directory_server.stop()
    result = balt("publish", "signature", "--situation", "MSP")
    assert result.code == 2
    assert "« MSP »" in result.err


def test_no_situation_at_all_is_said(config_file: Path, balt: Balt) -> None:
    config_file.write_text(f'[[mailbox]]\naddress = "{CAMILLE}"\naccess = "none"\n', encoding="utf-8")
    result = balt("publish", "signature", "--situation", "CH")
    assert result.code == 2
    assert "Aucune situation n'est enregistrée" in result.err


@pytest.mark.usefixtures("book")
def test_a_hostile_name_is_told_inert(balt: Balt) -> None:
    result = balt("publish", "signature", "--situation", "\x1b[31m\u202eX")
    assert result.code == 2
    assert "\x1b" not in result.err
    assert "\u202e" not in result.err
