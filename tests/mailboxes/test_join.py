"""Which BAL are the holder's, what is published of each, and which situations they serve."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.config import Account
from balt.directory.model import BalKind, DirectoryAnswer, DirectoryEntry, Origin
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.join import join
from balt.mailboxes.model import Departure, Finding, Mailbox, Publication, Verdict
from balt.mailboxes.situation_file import BookView
from tests.mailboxes.directory_cases import (
    API,
    CAMILLE,
    CH,
    DEAD,
    EXTRACTION,
    HOSPITAL,
    LILAS,
    NOW,
    OFFICE,
    OTHER_RPPS,
    READ,
    RPPS,
    YES,
    api,
    entry,
    extraction,
    settings,
    view,
)

PUBLISHED, ABSENT, UNKNOWN = Publication.PUBLISHED, Publication.ABSENT, Publication.UNKNOWN
ORG, PER, APP, CAB = BalKind.ORG, BalKind.PER, BalKind.APP, BalKind.CAB
NOBODY: dict[str, Any] = {"rpps": "", "family": "", "given": ""}


def joined(
    directory: DirectoryView, *accounts: Account | str, rpps: str = RPPS, book: BookView | None = None
) -> list[Mailbox]:
    return join(settings(*accounts, rpps=rpps), {}, directory, {}, book or BookView(), NOW)


def addresses(directory: DirectoryView, *accounts: Account | str, rpps: str = RPPS) -> list[str]:
    return [each.address for each in joined(directory, *accounts, rpps=rpps)]


def only(
    directory: DirectoryView, account: str = CAMILLE, rpps: str = RPPS, book: BookView | None = None
) -> Mailbox:
    (mailbox,) = joined(directory, account, rpps=rpps, book=book)
    return mailbox


def test_accounts_come_first_in_their_order_then_what_only_the_directory_knows() -> None:
    directory = view(api(entry("z@medecin.mssante.fr"), entry(HOSPITAL), entry(CAMILLE)))
    assert addresses(directory, OFFICE, CAMILLE) == [OFFICE, CAMILLE, HOSPITAL, "z@medecin.mssante.fr"]


@pytest.mark.parametrize(
    ("what", "found", "accounts", "rpps", "mine"),
    [
        ("my RPPS number", entry(HOSPITAL), (), RPPS, [HOSPITAL]),
        ("my number as an IDNPS", entry(HOSPITAL, rpps="8" + RPPS), (), RPPS, [HOSPITAL]),
        ("a homonym, another number", entry(HOSPITAL, rpps=OTHER_RPPS), (), RPPS, []),
        ("my name and no number", entry(HOSPITAL, rpps=""), (), RPPS, []),
        ("my name, and no number known here", entry(HOSPITAL), (), "", []),
        ("nobody's entry, no number known here", entry(OFFICE, kind=ORG, **NOBODY), (), "", []),
        ("a service of the hospital", entry(OFFICE, kind=ORG, **NOBODY), (), RPPS, []),
        ("an application of the hospital", entry(OFFICE, kind=APP, **NOBODY), (), RPPS, []),
        ("the practice, with an account", entry(OFFICE, kind=ORG, **NOBODY), (OFFICE,), "", [OFFICE]),
        ("my own cabinet's BAL", entry(OFFICE, kind=CAB), (), RPPS, [OFFICE]),
        ("another's BAL that I open", entry(HOSPITAL, rpps=OTHER_RPPS), (HOSPITAL,), RPPS, [HOSPITAL]),
    ],
)
def test_a_bal_is_mine_by_number_or_by_account_and_never_by_name(
    what: str, found: DirectoryEntry, accounts: tuple[str, ...], rpps: str, mine: list[str]
) -> None:
    assert addresses(view(api(found)), *accounts, rpps=rpps) == mine


def test_one_address_is_one_bal_whatever_its_case_its_source_and_its_situations() -> None:
    directory = view(
        api(entry(CAMILLE.upper(), situation="1-lilas"), entry(CAMILLE, situation="2-ch")),
        extraction(entry(CAMILLE, EXTRACTION), entry(CAMILLE, EXTRACTION, structure="CH fictif")),
    )
    mailbox = only(directory)
    assert mailbox.address == CAMILLE
    assert len(mailbox.entries) == 4


def test_statuses_answers_and_accounts_meet_whatever_the_case_of_the_address() -> None:
    typed = "Camille.Exemple@medecin.mssante.fr"
    (mailbox,) = join(settings(typed), {typed: DEAD}, view(api(entry())), {CAMILLE: (YES,)}, BookView(), NOW)
    assert (mailbox.address, mailbox.status, mailbox.answers) == (typed, DEAD, (YES,))
    assert mailbox.finding.verdict is Verdict.ACTIVE


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ([], BalKind.UNKNOWN),
        ([entry(kind=BalKind.UNKNOWN)], BalKind.UNKNOWN),
        ([entry(kind=BalKind.UNKNOWN), entry(origin=EXTRACTION)], PER),
        ([entry(kind=CAB), entry(origin=EXTRACTION, kind=PER)], CAB),
    ],
)
def test_a_known_type_counts_over_none_and_the_apis_over_the_files(
    entries: list[DirectoryEntry], kind: BalKind
) -> None:
    directory = view(
        api(*(each for each in entries if each.origin is API)),
        extraction(*(each for each in entries if each.origin is EXTRACTION)),
    )
    assert only(directory).kind is kind


FILE_ONLY = (
    "absente de l'extraction du 22 nov. 2026, qui ne liste que les types PER et ORG : à contrôler par l'API"
)


@pytest.mark.parametrize(
    ("what", "directory", "publication", "reasons"),
    [
        ("nothing read", view(), UNKNOWN, ["publication inconnue : annuaire pas encore lu"]),
        (
            "nothing could be read",
            view(problem="La clé est refusée."),
            UNKNOWN,
            ["publication inconnue : La clé est refusée."],
        ),
        ("the API lists it", view(api(entry())), PUBLISHED, ["dans l'annuaire : API du 23 nov. 2026"]),
        (
            "the file lists it",
            view(extraction(entry(origin=EXTRACTION))),
            PUBLISHED,
            ["dans l'annuaire : extraction du 22 nov. 2026"],
        ),
        (
            "both list it",
            view(api(entry()), extraction(entry(origin=EXTRACTION))),
            PUBLISHED,
            ["dans l'annuaire : API du 23 nov. 2026 et extraction du 22 nov. 2026"],
        ),
        (
            "the API only",
            view(api(entry()), extraction()),
            PUBLISHED,
            ["dans l'API du 23 nov. 2026, pas dans l'extraction du 22 nov. 2026"],
        ),
        (
            "the file only",
            view(api(), extraction(entry(origin=EXTRACTION))),
            PUBLISHED,
            ["dans l'extraction du 22 nov. 2026, pas dans l'API du 23 nov. 2026"],
        ),
        (
            "a type that the file never lists",
            view(api(entry(kind=APP)), extraction()),
            PUBLISHED,
            ["dans l'annuaire : API du 23 nov. 2026"],
        ),
        (
            "the API was not read whole",
            view(api(notes=("page perdue",), whole=False), extraction(entry(origin=EXTRACTION))),
            PUBLISHED,
            ["dans l'annuaire : extraction du 22 nov. 2026"],
        ),
        (
            "two types",
            view(api(entry(kind=CAB)), extraction(entry(origin=EXTRACTION))),
            PUBLISHED,
            [
                "dans l'annuaire : API du 23 nov. 2026 et extraction du 22 nov. 2026",
                "type CAB dans l'API, PER dans l'extraction",
            ],
        ),
        (
            "in neither",
            view(api(), extraction()),
            ABSENT,
            ["absente de l'annuaire : API du 23 nov. 2026"],
        ),
        ("not in the API", view(api()), ABSENT, ["absente de l'annuaire : API du 23 nov. 2026"]),
        (
            "an API not read whole",
            view(api(notes=("page perdue",), whole=False)),
            UNKNOWN,
            ["publication inconnue : annuaire lu en partie seulement"],
        ),
        ("not in the file, type unknown", view(extraction()), UNKNOWN, [FILE_ONLY]),
        (
            "a file not read whole",
            view(extraction(notes=("3 lignes illisibles",), whole=False)),
            UNKNOWN,
            ["publication inconnue : annuaire lu en partie seulement"],
        ),
        (
            "on the red list",
            view(api(entry(red_list=True)), extraction()),
            ABSENT,
            ["en liste rouge : invisible pour les autres"],
        ),
    ],
)
def test_a_bal_is_absent_only_when_a_source_that_would_list_it_was_read_whole(
    what: str, directory: DirectoryView, publication: Publication, reasons: list[str]
) -> None:
    mailbox = only(directory)
    assert mailbox.publication is publication
    listed = [each for each in mailbox.finding.reasons if "pas encore relevée" not in each]
    assert listed == reasons


def test_what_a_source_says_of_the_address_without_a_number_joins_the_holders_entry() -> None:
    directory = view(api(entry(HOSPITAL)), extraction(entry(HOSPITAL, EXTRACTION, **NOBODY)))
    (mailbox,) = joined(directory)
    assert [each.origin for each in mailbox.entries] == [API, EXTRACTION]


def test_the_holders_own_entries_come_first() -> None:
    shared = entry(CAMILLE, rpps=OTHER_RPPS, given="Lou")
    assert [each.given for each in only(view(api(shared, entry()))).entries] == ["Camille", "Lou"]


def test_a_bal_of_somebody_else_that_is_led_out_shows_what_the_directory_says_of_it() -> None:
    theirs = entry(OFFICE, rpps=OTHER_RPPS, given="Lou")
    leaving = {OFFICE: Departure(Finding(Verdict.LEAVING, "demande à écrire"))}
    directory = view(api(theirs), extraction(entry(OFFICE, EXTRACTION, rpps=OTHER_RPPS, given="Lou")))
    (mailbox,) = join(settings(rpps=RPPS), {}, directory, {}, BookView(), NOW, leaving)
    assert (mailbox.publication, [each.origin for each in mailbox.entries]) == (PUBLISHED, [API, EXTRACTION])


BOOK = BookView(situations=(LILAS, CH))


@pytest.mark.parametrize(
    ("what", "entries", "book", "served"),
    [
        ("nothing tells", (entry(),), BOOK, ()),
        ("the entry's situation", (entry(situation="1-lilas"),), BOOK, (LILAS,)),
        ("the entry's structure", (entry(finess="990000028"),), BOOK, (CH,)),
        ("two entries", (entry(situation="1-lilas"), entry(finess="990000028")), BOOK, (LILAS, CH)),
        ("tied by hand", (), replace(BOOK, links={"2-ch": (CAMILLE,)}), (CH,)),
        ("preferred there", (), replace(BOOK, preferred={"1-lilas": CAMILLE}), (LILAS,)),
        (
            "untied by hand, whatever the directory says",
            (entry(situation="1-lilas"),),
            replace(BOOK, unlinked={"1-lilas": (CAMILLE,)}),
            (),
        ),
        (
            "two situations in one structure, and the entry names one",
            (entry(situation="2-ch", finess="990000028"),),
            BookView(situations=(CH, replace(CH, id="3-ch", mode="L"))),
            (CH,),
        ),
        (
            "a structure left since",
            (entry(finess="990000028"),),
            BookView(situations=(replace(CH, active=False),)),
            (),
        ),
    ],
)
def test_the_situations_of_a_bal(
    what: str, entries: tuple[DirectoryEntry, ...], book: BookView, served: tuple[object, ...]
) -> None:
    assert only(view(api(*entries)), book=book).situations == served


def test_a_bal_of_the_directory_without_account_is_not_called_a_ghost() -> None:
    (mailbox,) = joined(view(api(entry(HOSPITAL))))
    assert mailbox.finding.verdict is Verdict.UNKNOWN
    assert mailbox.finding.reasons[0] == "publiée, aucun compte connu ici"


def test_the_directory_and_the_messages_meet_in_the_verdict() -> None:
    statuses = {CAMILLE: READ, HOSPITAL: replace(DEAD, address=HOSPITAL), OFFICE: replace(READ)}
    config = settings(CAMILLE, HOSPITAL, OFFICE)
    found = join(config, statuses, view(api(entry(), entry(HOSPITAL))), {}, BookView(), NOW)
    assert [each.finding.verdict for each in found] == [Verdict.ACTIVE, Verdict.GHOST, Verdict.UNLISTED]


names = st.sampled_from([CAMILLE, HOSPITAL, OFFICE, CAMILLE.upper(), "lou.essai@ch-fictif.mssante.fr"])
found_entries = st.lists(
    st.builds(
        entry,
        names,
        st.sampled_from(list(Origin)),
        rpps=st.sampled_from(["", RPPS, "8" + RPPS, OTHER_RPPS]),
        kind=st.sampled_from(list(BalKind)),
        red_list=st.sampled_from([None, True, False]),
    ),
    max_size=8,
)


@given(found_entries, st.lists(names, max_size=4, unique_by=str.lower), st.sampled_from(["", RPPS]))
def test_no_account_and_no_entry_of_the_holder_is_lost_and_no_stranger_let_in(
    entries: list[DirectoryEntry], accounts: list[str], rpps: str
) -> None:
    by_source = {
        origin: DirectoryAnswer(origin, NOW, tuple(each for each in entries if each.origin is origin))
        for origin in Origin
    }
    mailboxes = joined(view(*by_source.values()), *accounts, rpps=rpps)
    keys = [each.address.lower() for each in mailboxes]
    assert [each.address for each in mailboxes][: len(accounts)] == accounts
    assert len(keys) == len(set(keys))
    mine = {each.key for each in entries if rpps and each.rpps.endswith(rpps)}
    assert set(keys) == mine | {each.lower() for each in accounts}
    kept = {each for mailbox in mailboxes for each in mailbox.entries}
    assert kept == {each for each in entries if each.key in set(keys)}
