"""What is handed out so that others write to the right BAL."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from balt import i18n
from balt.config import Contact, ContactKind, Person
from balt.directory.model import BalKind, PracticeSituation
from balt.errors import UsageError
from balt.mailboxes.model import Answer, Finding, Mailbox, Publication, Question, Verdict
from balt.publish.fields import Language
from balt.publish.handouts import KINDS, Handout, Kind, handout
from balt.publish.signatory import Signatory, signatory
from tests.mailboxes.directory_cases import CAMILLE, LILAS, OTHER_RPPS, RPPS, entry
from tests.support.hostile import PAYLOADS, control_characters

CAMILLE_EXEMPLE = Signatory("Dr Camille EXEMPLE", "Médecin", "Cardiologie et maladies vasculaires (SM)")
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BAL = Mailbox(CAMILLE, BalKind.PER, Publication.PUBLISHED, Finding(Verdict.ACTIVE, "active"))


def signature(
    who: Signatory, situation: PracticeSituation | None, mailbox: Mailbox, language: Language = "fr"
) -> Handout:
    return handout("signature", who, situation, mailbox, language)


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


NOT_THERE = "Cette BAL n'est pas publiée dans l'annuaire : vos correspondants ne l'y trouveront pas."
NOT_IN_THE_FILE = "Cette BAL n'est plus dans l'extraction de l'annuaire : on ne l'y trouve peut-être plus."


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (replace(BAL, publication=Publication.ABSENT, vanished=NOW), NOT_THERE),
        (replace(BAL, publication=Publication.UNKNOWN, vanished=NOW), NOT_IN_THE_FILE),
        (
            replace(BAL, publication=Publication.UNKNOWN, answers=(Answer(Question.LISTED, "no", NOW),)),
            NOT_THERE,
        ),
    ],
    ids=["gone from the directory", "gone from the extraction", "not there, says its holder"],
)
def test_that_nobody_finds_it_is_said_whoever_tells(missing: Mailbox, said: str) -> None:
    assert handout("signature", CAMILLE_EXEMPLE, LILAS, missing, now=NOW).warnings == (said,)


def test_who_signs_is_known_by_number_and_never_by_name() -> None:
    homonym = entry(rpps=OTHER_RPPS, title="Dr", profession="Pharmacien")
    own = entry(rpps="8" + RPPS, title="Dr", profession="Médecin", speciality="Cardiologie")
    assert signatory(Person("", RPPS), [homonym, own]) == Signatory(
        "Dr Camille EXEMPLE", "Médecin", "Cardiologie", RPPS, "EXEMPLE", "Camille", "Dr"
    )
    assert signatory(Person("Camille E.", RPPS), [own]).name == "Camille E."
    assert signatory(Person("Camille E.", ""), [homonym, own]) == Signatory("Camille E.")


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("verdict", [Verdict.LEAVING, Verdict.TO_DELETE])
def test_a_bal_on_its_way_out_is_never_handed_out(kind: Kind, verdict: Verdict) -> None:
    leaving = replace(BAL, finding=Finding(verdict, ""))
    with pytest.raises(UsageError, match="quitte l'annuaire"):
        handout(kind, CAMILLE_EXEMPLE, LILAS, leaving)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["signature", "signature_html", "letter", "prescription", "post", "request"])
def test_every_text_says_the_address_and_leaves_no_field_open(kind: Kind, language: Language) -> None:
    found = handout(kind, CAMILLE_EXEMPLE, LILAS, BAL, language, day=DAY)
    assert CAMILLE in found.text
    assert not set(found.text) & set("{}")
    assert found.octets.decode() == found.text + "\n"


@pytest.mark.parametrize("kind", ["signature", "letter", "prescription", "post", "sheet", "vcard", "request"])
def test_a_hand_out_in_english_is_another_text_than_in_french(kind: Kind) -> None:
    french, english = (handout(kind, CAMILLE_EXEMPLE, LILAS, BAL, each, day=DAY) for each in ("fr", "en"))
    assert french.text != english.text
    assert (french.file_name[-6:-4], english.file_name[-6:-4]) == ("fr", "en")


def test_the_post_holds_the_professional_address_and_no_number() -> None:
    post = handout("post", replace(CAMILLE_EXEMPLE, rpps=RPPS), LILAS, BAL).text
    assert re.findall(r"[\w.]+@[\w.]+", post) == [CAMILLE]
    assert RPPS not in post


def test_the_request_goes_to_the_provider_of_the_bal_and_says_since_when() -> None:
    to = Contact(("mssante.fr",), ContactKind.GRADES, "Santé Fictive")
    text = handout("request", replace(CAMILLE_EXEMPLE, rpps=RPPS), LILAS, BAL, day=DAY, to=to).text
    assert text.startswith("À l'attention du support du GRADeS (Santé Fictive)\n")
    assert "Situation d'exercice : Cabinet des Lilas (libéral)" in text
    assert "Date de la demande : 23 novembre 2026" in text
    assert "telecom.rank" in text


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_file_is_named_after_the_structure_and_never_after_a_person(kind: Kind) -> None:
    name = handout(kind, CAMILLE_EXEMPLE, LILAS, BAL).file_name
    assert re.fullmatch(r"[a-z0-9-]+-cabinet-des-lilas-fr\.(txt|html|vcf|png|svg|pdf)", name)
    assert "exemple" not in handout(kind, CAMILLE_EXEMPLE, None, BAL).file_name


@pytest.mark.parametrize("name", ["../../etc/passwd", "/", "", "...", "日本語", "a" * 300, "CON\x00"])
def test_no_structure_makes_an_unsafe_file_name(name: str) -> None:
    found = handout("letter", CAMILLE_EXEMPLE, replace(LILAS, structure=name, town=""), BAL).file_name
    assert re.fullmatch(r"letter-[a-z0-9-]{1,40}-fr\.txt", found)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_come_out_inert_in_every_kind(kind: Kind, payload: str) -> None:
    who = Signatory(payload, payload, payload, RPPS, payload, payload, payload)
    place = replace(LILAS, structure=payload, town=payload)
    found = handout(kind, who, place, BAL, day=DAY)
    assert control_characters(found.text) == []
    assert CAMILLE in found.text or kind == "qr"
    assert found.octets
