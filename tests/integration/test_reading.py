"""Reading a mailbox on both servers: folders, listing, details, preview; and looking leaves no trace."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from balt.config import Account
from balt.mail.model import Flag, FolderRole, Kind
from tests.integration.mails import HOSTILE_SUBJECTS, WHEN, document, nested, opened, text
from tests.support.servers import ImapServer


def flags_seen_by_another(server: ImapServer, account: Account) -> list[bytes]:
    with server.client(account) as other:
        other.select("INBOX", readonly=True)
        rows = other.fetch("1:*", "(UID FLAGS)")[1]
    return [re.sub(rb" ?\\Recent", b"", row) for row in rows if isinstance(row, bytes)]


def test_the_folders_come_with_their_roles_and_figures(imap_server: ImapServer) -> None:
    account = imap_server.account()
    imap_server.append(account, text(), flags=("\\Seen",))
    imap_server.append(account, text(size=5000))
    imap_server.append(account, text(), "Trash")
    with opened(account) as session:
        folders = session.folders()
    inbox, trash = folders[0], next(one for one in folders if one.role is FolderRole.TRASH)
    assert (inbox.name, inbox.label, inbox.role) == ("INBOX", "Réception", FolderRole.INBOX)
    assert (inbox.messages, inbox.unseen, trash.messages) == (2, 1, 1)
    assert inbox.size == len(text()) + len(text(size=5000))
    assert {one.role for one in folders} == set(FolderRole) - {FolderRole.OTHER}


@pytest.mark.parametrize(
    "name", ["Éléments classés", "R&D", 'a "b" c', "Labo/2024/été", "100 % d'accord", "{5}"]
)
def test_a_folder_of_any_name_is_listed_and_opened(imap_server: ImapServer, name: str) -> None:
    account = imap_server.account()
    imap_server.append(account, text(), name)
    with opened(account) as session:
        assert name in [folder.name for folder in session.folders()]
        assert len(session.scan(name)) == 1
        assert session.examine(name).messages == 1


def test_an_empty_mailbox_is_an_empty_listing(imap_server: ImapServer) -> None:
    with opened(imap_server.account()) as session:
        listing = session.scan("INBOX")
        assert len(listing) == 0
        assert list(session.details("INBOX", [])) == []
        session.select("INBOX")
        assert session.identities([1, 2]) == {}
        assert session.existing([1, 2]) == set()


def test_the_listing_tells_what_was_put_in(imap_server: ImapServer) -> None:
    account = imap_server.account()
    wanted = []
    for number in range(1, 31):
        raw = text(size=number * 311 % 4000)
        when = WHEN + timedelta(days=number * 7 % 31)
        flags = [name for bit, name in enumerate(("\\Seen", "\\Flagged", "$Integrated")) if number >> bit & 1]
        uid = imap_server.append(account, raw, date=when, flags=flags)
        wanted.append((uid, len(raw), when, flags))
    with opened(account) as session:
        listing = session.scan("INBOX")
    names = {"\\Seen": Flag.SEEN, "\\Flagged": Flag.FLAGGED, "$Integrated": Flag.INTEGRATED}
    for row, (uid, size, when, flags) in enumerate(wanted):
        message = listing.message(row)
        assert (message.uid, message.size, message.date) == (uid, size, when)
        assert message.flags == sum((names[flag] for flag in flags), Flag(0))


def test_sorting_by_size_and_by_age_both_ways(imap_server: ImapServer) -> None:
    account = imap_server.account()
    sizes = [300, 9000, 2000, 9000, 700]
    for number, size in enumerate(sizes):
        imap_server.append(account, text(size=size), date=WHEN - timedelta(days=number))
    with opened(account) as session:
        listing = session.scan("INBOX")
    assert list(listing.order("size")) == [1, 3, 2, 4, 0]
    assert list(listing.order("size", reverse=True)) == [0, 4, 2, 1, 3]
    assert list(listing.order("date")) == [4, 3, 2, 1, 0]
    assert list(listing.order("date", reverse=True)) == [0, 1, 2, 3, 4]


def test_a_date_before_all_electronic_mail_is_unknown(imap_server: ImapServer) -> None:
    account = imap_server.account()
    imap_server.append(account, text(), date=datetime(1975, 1, 1, tzinfo=UTC))
    with opened(account) as session:
        assert session.scan("INBOX").message(0).date is None


def test_details_say_who_what_and_how_large(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, document())
    with opened(account) as session:
        [(found, detail)] = session.details("INBOX", [uid])
    assert found == uid
    assert (detail.sender, detail.sender_name, detail.subject) == ("zoe@medecin.mssante.fr", "Dr Zoé", "CR")
    assert (detail.kind, detail.holds_document) == (Kind.DOCUMENT, True)
    [pdf] = detail.attachments
    assert (pdf.filename, pdf.content_type, pdf.part) == ("courrier.pdf", "application/pdf", "2")
    assert abs(pdf.size - 9000) < 100


def test_a_preview_is_text_without_anything_live(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, document())
    with opened(account) as session:
        preview = session.preview("INBOX", uid)
    assert preview.lines == ("Cher confrère",)
    assert dict(preview.headers) == {"De": "Dr Zoé <zoe@medecin.mssante.fr>", "Objet": "CR"}
    assert [one.filename for one in preview.attachments] == ["courrier.pdf"]
    assert not preview.truncated


def test_a_long_text_is_cut_and_says_so(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text(size=400_000))
    with opened(account) as session:
        preview = session.preview("INBOX", uid)
    assert preview.truncated
    assert 100_000 < sum(len(line) + 1 for line in preview.lines) <= 300_000


def test_looking_marks_nothing_as_read(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, raw) for raw in (text(), document(), text("encore"))]
    before = flags_seen_by_another(imap_server, account)
    with opened(account) as session:
        session.folders()
        session.quota()
        listing = session.scan("INBOX")
        list(session.details("INBOX", uids))
        for uid in uids:
            session.preview("INBOX", uid)
        session.examine("INBOX")
        session.identities(uids)
    assert flags_seen_by_another(imap_server, account) == before
    assert not any(Flag(flags) & Flag.SEEN for flags in listing.flags)


def test_hostile_subjects_change_no_row_and_no_neighbour(imap_server: ImapServer) -> None:
    account = imap_server.account()
    raws = [text(subject) for subject in HOSTILE_SUBJECTS]
    uids = [imap_server.append(account, raw) for raw in raws]
    with opened(account) as session:
        listing = session.scan("INBOX")
        details = dict(session.details("INBOX", uids))
        previews = [session.preview("INBOX", uid) for uid in uids]
    assert list(listing.uids) == uids
    assert list(listing.sizes) == [len(raw) for raw in raws]
    assert all(details[uid].readable for uid in uids)
    shown = [details[uid].subject for uid in uids] + [
        value for one in previews for _name, value in one.headers
    ]
    assert all(value.isprintable() for value in shown)
    assert details[uids[0]].subject == HOSTILE_SUBJECTS[0]


@pytest.mark.parametrize("levels", [10, 90])
def test_a_mail_of_parts_in_parts_hides_no_other(imap_server: ImapServer, levels: int) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, raw) for raw in (text(), nested(levels), text())]
    with opened(account) as session:
        assert len(session.scan("INBOX")) == 3
        details = dict(session.details("INBOX", uids))
        session.preview("INBOX", uids[1])
    assert list(details) == uids
    assert details[uids[0]].readable
    assert details[uids[2]].readable


def test_mail_that_comes_meanwhile_is_in_the_next_listing(imap_server: ImapServer) -> None:
    account = imap_server.account()
    first = imap_server.append(account, text())
    with opened(account) as session:
        assert list(session.scan("INBOX").uids) == [first]
        second = imap_server.append(account, text())
        assert list(session.scan("INBOX").uids) == [first, second]


def test_the_quota_is_in_octets(imap_server: ImapServer) -> None:
    account = imap_server.account(storage=1_048_576)
    imap_server.append(account, text(size=200_000))
    with opened(account) as session:
        quota = session.quota()
    assert quota is not None
    assert quota.limit == 1_048_576
    assert 200_000 <= quota.used <= 203_000
