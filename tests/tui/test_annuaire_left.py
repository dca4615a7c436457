"""What view 2 shows of a BAL that left the directory, by its case or its holder's word, at both widths."""

from dataclasses import replace
from datetime import timedelta

import pytest

from balt.config import Account, Thresholds
from balt.directory.model import BalKind, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.holders import Holder
from balt.mailboxes.model import (
    Answer,
    Finding,
    Mailbox,
    MailboxStatus,
    Publication,
    Question,
    Verdict,
)
from balt.mailboxes.way_out import WayOut
from balt.mailboxes.wording import rest_words
from balt.tui.theme import DARK
from balt.tui.views.annuaire_detail import detail_lines, facts_of
from balt.tui.views.annuaire_rows import AnnuaireRows, Longest, kept, published_text
from tests.tui.annuaire_host import GHOST, HOSPITAL, NOW, RPPS, directory, mailboxes, reading

HOLDER = Holder(Origin.EXTRACTION, "Dr Camille EXEMPLE", RPPS, "CH fictif", "990000025", "Urgences", own=True)
GONE = Mailbox(
    GHOST,
    BalKind.PER,
    Publication.ABSENT,
    Finding(Verdict.TO_DELETE, "hors de l'annuaire, à supprimer"),
    situations=(HOSPITAL,),
    absent_from=(Origin.API,),
    former=(HOLDER,),
)


def facts(mailbox: Mailbox) -> dict[str, list[str]]:
    """What the detail says, by its labels."""
    shown = facts_of(mailbox, DirectoryView(), NOW)
    return {fact.label: [sentence for sentence, _hue in fact.said] for fact in shown}


def test_the_detail_says_whose_it_was_where_and_that_its_case_tells() -> None:
    told = facts(GONE)
    assert told["Titulaire"] == [f"Dr Camille EXEMPLE · RPPS {RPPS} · selon le dossier"]
    assert told["Structure"] == ["CH fictif · Urgences · FINESS 990000025 · selon le dossier"]
    assert told["Annuaire"][-1] == "de type PER quand elle était publiée, selon le dossier"
    assert told["Situations"] == ["CH fictif (salarié) · Essai-sur-Mer · praticien"]


def test_a_service_is_its_holder_where_no_person_was() -> None:
    desk = replace(HOLDER, name="", rpps="", own=False)
    told = facts(replace(GONE, former=(desk,)))
    assert told["Titulaire"] == ["Urgences · selon le dossier"]
    assert told["Structure"] == ["CH fictif · FINESS 990000025 · selon le dossier"]


def test_of_one_that_is_deleted_nothing_is_asked_and_nothing_is_waited_for() -> None:
    account = Account(GHOST, host="imap.ch-fictif.invalid")
    status = MailboxStatus(GHOST, reachable=False, taken_at=NOW, error="la connexion est refusée")
    deleted = replace(GONE, finding=Finding(Verdict.DELETED, "supprimée"), account=account, status=status)
    told = facts(replace(deleted, situations=()))
    assert {"Situations", "Réponses"}.isdisjoint(told)
    assert told["Compte"] == ["imap.ch-fictif.invalid", rest_words()]
    assert "Compte" not in facts(replace(deleted, account=None, status=None))


def test_messages_that_are_all_unread_in_a_row_are_counted_once() -> None:
    ghost = next(each for each in mailboxes() if each.address == GHOST)
    assert facts(ghost)["Reçu"][-1] == "212 messages non lus, tous depuis le 18 sept. 2025"
    status = replace(ghost.measured, unseen=300) if ghost.measured else None
    assert "300 messages non lus, dont 212 de suite" in facts(replace(ghost, status=status))["Reçu"][-1]


def test_a_step_on_two_lines_goes_on_below_its_words() -> None:
    step = "✔ BAL de remplacement : camille.exemple@medecin.mssante.fr la remplace"
    lines = detail_lines(replace(GONE, steps=(step,)), DirectoryView(), NOW, 70, DARK)
    shown = ["".join(text for text, _style in line) for line in lines]
    first = next(i for i, line in enumerate(shown) if "✔" in line)
    assert shown[first].index("BAL") == shown[first + 1].index("camille.exemple")


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_its_row_keeps_the_type_and_the_situation(size: tuple[int, int]) -> None:
    async with reading(size, found=[GONE], view=replace(directory(), api=None)) as person:
        row = person.line_of("à supprimer")
        assert "PER" in row
        assert "non" in row
        assert size[0] < 100 or "CH fictif" in row
        assert "selon le dossier" in person.screen()


def test_a_filter_finds_it_by_its_holder() -> None:
    assert kept([GONE], "camille urgences", NOW) == []
    assert kept([GONE], f"camille fictif {RPPS}", NOW) == [GONE]


UNTOLD = replace(GONE, publication=Publication.UNKNOWN, absent_from=())


def said(value: str, days: int = 1) -> tuple[Answer, ...]:
    return (Answer(Question.LISTED, value, NOW - timedelta(days=days)),)


@pytest.mark.parametrize(
    ("mailbox", "narrow", "wide"),
    [
        (UNTOLD, "?", "?"),
        (replace(UNTOLD, answers=said("no")), "dit non", "dit non"),
        (replace(UNTOLD, answers=said("yes")), "dit oui", "dit oui"),
        (replace(UNTOLD, answers=said("no", days=120)), "?", "?"),
        (replace(UNTOLD, way_out=WayOut(NOW, gone=NOW)), "non", "non, dossier"),
        (replace(GONE, answers=said("yes")), "non", "non"),
    ],
    ids=["nobody tells", "said no", "said yes", "said long ago", "seen before", "a source tells"],
)
def test_the_column_says_what_the_holder_or_the_case_knows(mailbox: Mailbox, narrow: str, wide: str) -> None:
    assert published_text(mailbox, NOW)[0] == narrow
    assert published_text(mailbox, NOW, origin=True)[0] == wide
    row = AnnuaireRows((mailbox,), NOW, Thresholds(), lambda: DARK, Longest(35)).line(0, 139)
    assert f" {wide} " in "".join(text for text, _style in row)
