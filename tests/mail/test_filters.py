"""The filter language: what each term selects, how errors point, and what it says in plain words."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from balt.clock import FixedClock
from balt.mail.filters import MOST_TERMS, FilterError, complete, parse_filter, term_start
from balt.mail.model import (
    Attachment,
    Content,
    Flag,
    Folder,
    FolderRole,
    Kind,
    Message,
    MessageDetail,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=PARIS)
CLOCK = FixedClock(NOW)
INBOX = Folder("INBOX", "Réception", FolderRole.INBOX)
LABS = Folder("Labos/Été 2026", "Labos/Été 2026", FolderRole.OTHER)
MEBI = 1024 * 1024

DETAIL = MessageDetail(
    sender="imagerie@chu-fictif.mssante.fr",
    sender_name="Imagerie ÉPAULE",
    subject="Échographie de contrôle",
    kind=Kind.DOCUMENT,
    content=Content.XDM,
    has_cda=True,
    holds_document=True,
    attachments=(
        Attachment("2", "IHE_XDM.zip", "application/zip", 5000, "base64"),
        Attachment("3", "CR.PDF", "application/octet-stream", 5000, "base64"),
    ),
)
MESSAGE = Message(7, 6 * MEBI, datetime(2024, 1, 31, 23, 30, tzinfo=PARIS), Flag.SEEN | Flag.FLAGGED, DETAIL)


def selects(text: str, message: Message = MESSAGE, folder: Folder | str = INBOX) -> bool:
    return parse_filter(text, CLOCK).matches(message, folder)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "older:2y",
        "OLDER:2Y",
        "older:90d",
        "older:100w",
        "older:33m",
        "newer:3y",
        "before:2024-02-01",
        "after:2024-01-31",
        "larger:5M",
        "larger:6291455",
        "smaller:7M",
        "smaller:0,1G",
        "from:imagerie",
        "from:epaule",
        "from:ÉPAULE",
        'from:"imagerie épaule"',
        "subject:echographie",
        'subject:"de contrôle"',
        "in:inbox",
        "in:reception",
        "in:Réception",
        "has:attachment",
        "has:pdf",
        "has:xdm",
        "has:cda",
        "is:read",
        "is:flagged",
        "kind:document",
        "CHU-fictif",
        "epaule",
        '"graphie de"',
        "-is:answered",
        "-is:unread",
        "-is:integrated",
        "-in:Corbeille",
        "-has:image",
        "-kind:receipt",
        "-labo",
        '-"deux mots"',
        "older:2y larger:5M from:imagerie has:xdm is:read in:INBOX",
    ],
)
def test_the_message_is_selected(text: str) -> None:
    assert selects(text)


@pytest.mark.parametrize(
    "text",
    [
        "older:3y",
        "newer:2y",
        "before:2024-01-31",
        "after:2024-02-01",
        "larger:6M",
        "smaller:6M",
        "from:labo",
        "subject:imagerie",
        "in:INBOX.Archive",
        "in:INB",
        "has:image",
        "is:unread",
        "is:answered",
        "is:integrated",
        "kind:receipt",
        "scanner",
        "-older:2y",
        "-is:read",
        "-in:INBOX",
        "-from:chu",
        "older:2y larger:7M",
    ],
)
def test_the_message_is_not_selected(text: str) -> None:
    assert not selects(text)


@pytest.mark.parametrize(
    ("kind", "content"),
    [(Kind.OTHER, Content.IMAGE), (Kind.PATIENT, Content.NONE), (Kind.BOUNCE, Content.PDF)],
)
def test_kinds_and_contents_are_told_apart(kind: Kind, content: Content) -> None:
    message = replace(MESSAGE, detail=replace(DETAIL, kind=kind, content=content, attachments=()))
    assert selects(f"kind:{kind.value}", message)
    assert not selects("has:attachment", message)
    assert selects("has:image", message) is (content is Content.IMAGE)
    assert selects("has:pdf", message) is (content is Content.PDF)


def test_a_folder_may_be_given_by_its_name_alone() -> None:
    assert selects('in:"labos/ete 2026"', folder="Labos/Été 2026")
    assert selects('in:"labos/ete 2026"', folder=LABS)


def test_the_day_itself_is_not_before_and_is_after() -> None:
    first_moment = replace(MESSAGE, date=datetime(2024, 1, 31, 0, 0, tzinfo=PARIS))
    assert not selects("before:2024-01-31", first_moment)
    assert selects("after:2024-01-31", first_moment)


def test_days_are_those_of_the_clock_not_of_the_server() -> None:
    late = replace(MESSAGE, date=datetime(2024, 1, 30, 23, 30, tzinfo=UTC))  # 0:30 on the 31st in Paris
    assert selects("after:2024-01-31", late)


def test_an_age_counts_whole_days() -> None:
    same_day = replace(MESSAGE, date=datetime(2024, 11, 22, 0, 0, tzinfo=PARIS))
    day_before = replace(MESSAGE, date=datetime(2024, 11, 21, 23, 59, tzinfo=PARIS))
    assert selects("newer:2y", same_day)
    assert not selects("older:2y", same_day)
    assert selects("older:2y", day_before)


@pytest.mark.parametrize("term", ["older:1d", "newer:9y", "before:2030-01-01", "after:1990-01-01"])
def test_an_unknown_date_is_never_selected(term: str) -> None:
    undated = replace(MESSAGE, date=None)
    assert not selects(term, undated)
    assert not selects("-" + term, undated)


@pytest.mark.parametrize("term", ["larger:1k", "smaller:9G"])
def test_an_unknown_size_is_never_selected(term: str) -> None:
    unsized = replace(MESSAGE, size=None)
    assert not selects(term, unsized)
    assert not selects("-" + term, unsized)


@pytest.mark.parametrize("detail", [None, replace(DETAIL, readable=False)])
@pytest.mark.parametrize("term", ["from:chu", "subject:x", "to:x", "has:pdf", "kind:document", "chu"])
def test_unknown_details_are_never_selected(term: str, detail: MessageDetail | None) -> None:
    unread = replace(MESSAGE, detail=detail)
    assert not selects(term, unread)
    assert not selects("-" + term, unread)


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("older:2y larger:5M -is:flagged in:INBOX", False),
        ("is:read labo", True),
        ("has:pdf", True),
        ("", False),
    ],
)
def test_a_filter_says_whether_it_needs_the_details(text: str, needed: bool) -> None:
    assert parse_filter(text, CLOCK).needs_details is needed


def test_terms_know_their_place() -> None:
    terms = parse_filter('  -from:"Dr X"  labo', CLOCK).terms
    assert [(term.key, term.value, term.negated, term.start, term.end) for term in terms] == [
        ("from", "Dr X", True, 2, 14),
        ("", "labo", False, 16, 20),
    ]


def test_quotes_may_hold_quotes_and_colons() -> None:
    [term] = parse_filter(r'"a: \"b\" \\ c"', CLOCK).terms
    assert (term.key, term.value) == ("", r'a: "b" \ c')


@pytest.mark.parametrize(
    ("text", "term", "start", "end", "expected", "suggestion"),
    [
        ("olde:2y", "olde:2y", 0, 7, "older", "older:2y"),
        ("is:read -objet:x", "-objet:x", 8, 16, "subject", "-subject:x"),
        ('de:"Dr X"', 'de:"Dr X"', 0, 9, "from", 'from:"Dr X"'),
        ("10:30", "10:30", 0, 5, "guillemets", ""),
        (":x", ":x", 0, 2, "older", ""),
        ("larger:5X", "larger:5X", 0, 9, "5M", ""),
        ("larger:", "larger:", 0, 7, "5M", ""),
        ("smaller:" + "9" * 400, "smaller:" + "9" * 52, 0, 408, "5M", ""),
        ("older:2", "older:2", 0, 7, "2y", ""),
        ("older:9999y", "older:9999y", 0, 11, "2y", ""),
        ("newer:-2y", "newer:-2y", 0, 9, "2y", ""),
        ("before:31/01/2024", "before:31/01/2024", 0, 17, "2024-01-31", ""),
        ("after:2024-02-30", "after:2024-02-30", 0, 16, "2024-01-31", ""),
        ("is:rea", "is:rea", 0, 6, "read, unread", "is:read"),
        ("-has:pfd", "-has:pfd", 0, 8, "pdf", "-has:pdf"),
        ("kind:", "kind:", 0, 5, "receipt", ""),
        ("from:", "from:", 0, 5, "texte", ""),
        ('from:" "', 'from:" "', 0, 8, "texte", ""),
        ("in:", "in:", 0, 3, "dossier", ""),
        ('""', '""', 0, 2, "texte", ""),
        ("a -", "-", 2, 3, "signe -", ""),
        ("- a", "-", 0, 1, "signe -", ""),
        ("--a", "--", 0, 2, "signe -", ""),
        ('a from:"b c', '"b c', 7, 11, "guillemet fermant", ""),
    ],
)
def test_an_error_names_the_term_its_place_and_what_was_expected(
    text: str, term: str, start: int, end: int, expected: str, suggestion: str
) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, CLOCK)
    error = caught.value
    assert (error.term, error.start, error.end, error.suggestion) == (term, start, end, suggestion)
    assert expected in error.expected
    assert error.term in str(error)
    assert error.exit_code == 2


def test_an_error_holds_no_control_character() -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter("is:\x1b[31m\u202e", CLOCK)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("older:2y larger:5M -is:flagged", "plus de 2 ans, plus de 5 Mo, non marqués importants"),
        ("", "tous les messages"),
        ("newer:90d", "90 jours au plus"),
        ("-newer:1d", "plus de 1 jour"),
        ("-older:3w", "3 semaines au plus"),
        ("older:6m", "plus de 6 mois"),
        ("before:2024-01-31", "reçus avant le 31 janv. 2024"),
        ("-before:2024-01-31", "reçus depuis le 31 janv. 2024"),
        ("after:2023-03-01", "reçus depuis le 1er mars 2023"),
        ("-after:2023-03-01", "reçus avant le 1er mars 2023"),
        ("smaller:100k", "moins de 100 Ko"),
        ("-smaller:100k", "100 Ko au moins"),
        ("-larger:1234567", "1 234 567 octets au plus"),
        ("from:labo -subject:ko", "expéditeur avec « labo », objet sans « ko »"),
        ("to:x -to:y", "destinataire avec « x », destinataire sans « y »"),
        ("in:INBOX -in:Envoyés", "dans « INBOX », hors de « Envoyés »"),
        ("has:pdf -has:attachment", "avec un PDF, sans pièce jointe"),
        ("is:read -is:integrated", "lus, non intégrés au logiciel métier"),
        ("kind:bounce -kind:patient", "avis de non-remise, sauf messages de patients"),
        ("labo", "« labo » dans l'expéditeur ou l'objet"),
        ("-labo", "sans « labo » dans l'expéditeur ni l'objet"),
    ],
)
def test_a_filter_reads_in_plain_words(text: str, reading: str) -> None:
    assert parse_filter(text, CLOCK).describe() == reading


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_term_has_plain_words_in_english(sign: str) -> None:
    text = "older:2y after:2024-01-31 larger:5M from:a subject:b in:c has:pdf is:read kind:bounce d"
    for term in parse_filter(" ".join(sign + each for each in text.split()), CLOCK).terms:
        assert term.describe()


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("ol", ["older:"]),
        ("is:read -s", ["-smaller:", "-subject:"]),
        ("is:", ["is:read", "is:unread", "is:flagged", "is:answered", "is:integrated"]),
        ("-IS:F", ["-is:flagged"]),
        ("larger:5", ["larger:5M"]),
        ("before:", []),
        ("nothing:x", []),
        ("in:e", ["in:Envoyés", 'in:"Été 2026"']),
        ('in:"été', ['in:"Été 2026"']),
    ],
)
def test_a_term_can_be_completed(text: str, proposed: list[str]) -> None:
    assert complete(text, len(text), ["INBOX", "Envoyés", "Été 2026"]) == proposed


def test_completion_looks_at_the_term_under_the_cursor() -> None:
    text = 'from:"Dr X" ha is:read'
    assert complete(text, 14) == ["has:"]
    assert term_start(text, 14) == 12
    assert term_start(text, 10) == 0


def test_every_completed_value_can_be_read() -> None:
    for key in complete("", 0):
        for term in complete(key, len(key), ['a "b" \\']):
            parse_filter(term, CLOCK)


def test_more_terms_than_anybody_types_are_an_error_at_the_first_too_many() -> None:
    most = " ".join(["x"] * MOST_TERMS)
    assert len(parse_filter(most, CLOCK).terms) == MOST_TERMS
    with pytest.raises(FilterError, match="200 termes au plus") as caught:
        parse_filter(most + "  from:y" + " z" * 10_000, CLOCK)
    assert (caught.value.term, caught.value.start) == ("from:y", len(most) + 2)


def test_a_very_long_text_is_one_term() -> None:
    assert not selects("é" * 200_000)
    assert selects("-" + "é" * 200_000)
