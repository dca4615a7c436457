"""Who wrote messages is asked for by itself, and is what their details say; what it cannot tell, those do."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.demo.faults import Fault, FaultKind
from balt.mail.envelope import parse_envelope, parse_sender
from balt.mail.fetch import read_row
from balt.mail.frames import response_in
from tests.integration.mails import nested, opened, text
from tests.support.servers import DemoImapServer, ImapServer

FROM = (
    b"labo@bio-fictive.mssante.fr",
    b'"EXEMPLE, Camille" <Camille.EXEMPLE@Medecin.mssante.fr>',
    b"=?utf-8?q?=C3=89lise_FICTIF?= <elise@ch-fictif.mssante.fr>",
    b"Groupe: a@b.fr, c@d.fr;",
    b"Service sans adresse",
    b"",
)


def letter(sender: bytes) -> bytes:
    return b"From: " + sender + b"\r\nSubject: essai\r\nMIME-Version: 1.0\r\n\r\nBonjour\r\n"


def test_senders_are_those_of_the_details(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, letter(sender)) for sender in FROM]
    uids += [imap_server.append(account, text()), imap_server.append(account, nested(60))]
    with opened(account) as session:
        wanted = {uid: detail.sender for uid, detail in session.details("INBOX", uids)}
        assert session.senders("INBOX", [*uids, 999_999]) == wanted
    assert len(set(wanted.values())) >= 4


def test_nothing_is_marked_as_read(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    with opened(account) as session:
        session.senders("INBOX", [uid])
    with imap_server.client(account) as client:
        client.select("INBOX", readonly=True)
        assert b"\\Seen" not in b"".join(client.fetch("1:*", "(FLAGS)")[1])  # type: ignore[arg-type]


@pytest.fixture
def faulty(demo_imap: ImapServer) -> Iterator[DemoImapServer]:
    """The demo's server, where something may go wrong."""
    assert isinstance(demo_imap, DemoImapServer)
    yield demo_imap
    demo_imap.demo.faults.clear()


def test_where_it_is_refused_the_details_are_read(faulty: DemoImapServer) -> None:
    account = faulty.account()
    uids = [faulty.append(account, letter(sender)) for sender in FROM]
    with opened(account) as session:
        wanted = {uid: detail.sender for uid, detail in session.details("INBOX", uids)}
        faulty.demo.faults.add(Fault(FaultKind.NO, "UID FETCH"))
        assert session.senders("INBOX", uids) == wanted


ENVELOPES = st.recursive(
    st.one_of(st.none(), st.binary(max_size=8)), lambda inner: st.lists(inner, max_size=11), max_leaves=40
)


@given(ENVELOPES)
def test_a_sender_alone_is_the_sender_of_the_envelope(value: object) -> None:
    envelope = parse_envelope(value)  # type: ignore[arg-type]
    alone = parse_sender(value)  # type: ignore[arg-type]
    assert alone == (None if envelope is None else envelope.sender)


def test_a_frame_of_an_envelope_alone_is_read_as_the_whole_one_is() -> None:
    frame = b'* 1 FETCH (UID 7 ENVELOPE (NIL "x" (("A" NIL "a" "b.fr")) NIL NIL NIL NIL NIL NIL NIL))\r\n'
    row = read_row(response_in(frame))
    assert row is not None
    assert parse_sender(row.items[b"ENVELOPE"]) == "a@b.fr"
