"""What is handed out so that others write to the right BAL."""

from dataclasses import replace

import pytest

from balt import i18n
from balt.config import Person
from balt.directory.model import BalKind
from balt.mailboxes.model import Finding, Mailbox, Publication, Verdict
from balt.publish.signature import Signatory, signatory, signature
from tests.mailboxes.directory_cases import CAMILLE, LILAS, OTHER_RPPS, RPPS, entry

CAMILLE_EXEMPLE = Signatory("Dr Camille EXEMPLE", "Médecin", "Cardiologie et maladies vasculaires (SM)")
BAL = Mailbox(CAMILLE, BalKind.PER, Publication.PUBLISHED, Finding(Verdict.ACTIVE, "active"))


def test_a_signature_in_french() -> None:
    assert signature(CAMILLE_EXEMPLE, LILAS, BAL).text == (
        "Dr Camille EXEMPLE\n"
        "Cardiologie et maladies vasculaires · Cabinet des Lilas\n"
        "\n"
        "Messagerie sécurisée de santé (MSSanté) :\n"
        "camille.exemple@medecin.mssante.fr\n"
        "Merci d'y adresser comptes rendus et courriers."
    )


@pytest.mark.parametrize("screen", i18n.LANGUAGES)
def test_its_language_is_the_one_asked_for_and_not_the_screens(screen: str) -> None:
    i18n.set_language(screen)
    assert signature(CAMILLE_EXEMPLE, LILAS, BAL, "en").text.endswith(
        "Secure health mail (MSSanté):\n"
        "camille.exemple@medecin.mssante.fr\n"
        "Please send reports and letters to this address."
    )


@pytest.mark.parametrize(
    ("who", "first_lines"),
    [
        (Signatory("Lou ESSAI", "Infirmier"), "Lou ESSAI\nInfirmier · Cabinet des Lilas\n\n"),
        (Signatory("Lou ESSAI"), "Lou ESSAI\nCabinet des Lilas\n\n"),
        (Signatory(""), "Cabinet des Lilas\n\n"),
    ],
)
def test_what_is_not_known_leaves_no_hole(who: Signatory, first_lines: str) -> None:
    assert signature(who, LILAS, BAL).text.startswith(first_lines + "Messagerie")


def test_without_name_nor_situation_the_address_still_stands() -> None:
    text = signature(Signatory(""), None, BAL).text
    assert text.startswith("Messagerie sécurisée de santé (MSSanté) :\n" + CAMILLE)


def test_nothing_of_the_directory_can_break_a_line_or_drive_a_terminal() -> None:
    who = Signatory("Dr Camille\x1b[31m EXEMPLE\r\nBcc: x", "a\u202eb", "")
    place = replace(LILAS, structure="Cabinet\x00\n\ndes Lilas")
    text = signature(who, place, replace(BAL, address=CAMILLE + "\n")).text
    assert len(text.splitlines()) == 6
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("mailbox", "active", "warned"),
    [
        (BAL, True, ()),
        (replace(BAL, publication=Publication.UNKNOWN), True, ()),
        (
            replace(BAL, publication=Publication.ABSENT),
            True,
            ("Cette BAL n'est pas publiée dans l'annuaire : vos correspondants ne l'y trouveront pas.",),
        ),
        (
            replace(BAL, finding=Finding(Verdict.LEAVING, "")),
            True,
            ("Cette BAL quitte l'annuaire : elle ne peut pas être privilégiée.",),
        ),
        (
            replace(BAL, finding=Finding(Verdict.GHOST, "")),
            True,
            ("Cette BAL n'est pas consultée : ce qui y serait adressé ne serait pas lu.",),
        ),
        (BAL, False, ("Cette situation n'est plus dans l'annuaire.",)),
    ],
)
def test_what_speaks_against_handing_it_out_is_said(
    mailbox: Mailbox, active: bool, warned: tuple[str, ...]
) -> None:
    assert signature(CAMILLE_EXEMPLE, replace(LILAS, active=active), mailbox).warnings == warned


def test_who_signs_is_known_by_number_and_never_by_name() -> None:
    homonym = entry(rpps=OTHER_RPPS, title="Dr", profession="Pharmacien")
    own = entry(rpps="8" + RPPS, title="Dr", profession="Médecin", speciality="Cardiologie")
    assert signatory(Person("", RPPS), [homonym, own]) == Signatory(
        "Dr Camille EXEMPLE", "Médecin", "Cardiologie", RPPS, "EXEMPLE", "Camille", "Dr"
    )
    assert signatory(Person("Camille E.", RPPS), [own]).name == "Camille E."
    assert signatory(Person("Camille E.", ""), [homonym, own]) == Signatory("Camille E.")
