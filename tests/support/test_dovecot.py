"""The servers that other tests trust are themselves worth a look."""

import imaplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.dovecot import MASTER, PASSWORD, Dovecot
from tests.support.tls import TlsFront


def test_a_delivered_message_keeps_its_date_and_its_flags(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    when = datetime(2020, 1, 2, 8, 30, tzinfo=UTC)
    uid = dovecot.deliver(user, b"Subject: essai\r\n\r\nx\r\n", date=when, flags=(r"\Seen", "$Integrated"))
    shown = dovecot.doveadm("fetch", "-u", user, "uid flags date.received", "mailbox", "INBOX")
    assert f"uid: {uid}" in shown
    assert "$Integrated" in shown
    assert "2020-01-02" in shown


def test_a_folder_with_accents_is_made_when_mail_comes(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, b"Subject: essai\r\n\r\nx\r\n", folder='Été & "co"/Réçu')
    assert 'Été & "co"/Réçu' in dovecot.doveadm("mailbox", "list", "-u", user)


def test_a_user_may_have_a_small_quota(dovecot: Dovecot) -> None:
    user = dovecot.new_user(quota="10K")
    with pytest.raises(AssertionError, match="OVERQUOTA"):
        dovecot.deliver(user, b"Subject: essai\r\n\r\n" + b"x" * 20_000)


def test_the_master_user_opens_any_mailbox(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as connection:
        authorization = "\0".join((user, *MASTER)).encode()
        assert connection.authenticate("PLAIN", lambda _challenge: authorization)[0] == "OK"
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as connection:
        assert connection.login(f"{user}*{MASTER[0]}", MASTER[1])[0] == "OK"


def test_hidden_capabilities_are_not_announced(start_dovecot: Callable[..., Dovecot]) -> None:
    server = start_dovecot(hide=("SORT", "QUOTA"))
    with server.client(server.new_user()) as connection:
        announced = connection.capability()[1][0].split()
    assert b"SORT" not in announced
    assert b"QUOTA" not in announced
    assert b"UIDPLUS" in announced


def test_what_a_client_sends_can_be_read_back(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    sent = dovecot.record(user)
    with dovecot.client(user) as connection:
        connection.select("INBOX", readonly=True)
    assert b"EXAMINE INBOX" in sent()


def test_tls_and_starttls_present_a_certificate_of_the_authority(dovecot: Dovecot) -> None:
    context = ssl.create_default_context(cafile=dovecot.ca_file)
    user = dovecot.new_user()
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=context) as connection:
        assert connection.login(user, PASSWORD)[0] == "OK"
    with imaplib.IMAP4("localhost", dovecot.port) as connection:
        connection.starttls(context)
        assert connection.login(user, PASSWORD)[0] == "OK"


@pytest.mark.parametrize("name", ["expired", "wrong_name", "unknown_authority", "self_signed"])
def test_a_bad_certificate_is_refused(dovecot: Dovecot, name: str) -> None:
    context = ssl.create_default_context(cafile=dovecot.ca_file)
    with (
        TlsFront(dovecot.port, getattr(dovecot.certificates, name)) as front,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        imaplib.IMAP4_SSL("localhost", front.port, ssl_context=context)


def test_a_good_certificate_lets_the_mail_through(dovecot: Dovecot) -> None:
    context = ssl.create_default_context(cafile=dovecot.ca_file)
    with (
        TlsFront(dovecot.port, dovecot.certificates.good) as front,
        imaplib.IMAP4_SSL("localhost", front.port, ssl_context=context) as connection,
    ):
        assert connection.login(dovecot.new_user(), PASSWORD)[0] == "OK"


@pytest.mark.dovecot
def test_a_stopped_server_leaves_nothing() -> None:
    with Dovecot() as server:
        folder: Path = server.folder
        assert folder.exists()
    assert not folder.exists()
