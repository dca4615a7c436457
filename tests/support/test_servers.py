"""Both servers can be asked for a mailbox and given mail in the same way."""

from datetime import UTC, datetime

from tests.support.servers import ImapServer


def test_a_new_account_is_an_empty_mailbox_of_its_own(imap_server: ImapServer) -> None:
    one, other = imap_server.account(), imap_server.account()
    imap_server.append(one, b"Subject: essai\r\n\r\nx\r\n")
    with imap_server.client(one) as first, imap_server.client(other) as second:
        assert first.select("INBOX", readonly=True)[1] == [b"1"]
        assert second.select("INBOX", readonly=True)[1] == [b"0"]


def test_mail_arrives_with_its_date_flags_and_folder(imap_server: ImapServer) -> None:
    account = imap_server.account()
    when = datetime(2020, 1, 2, 8, 30, tzinfo=UTC)
    uid = imap_server.append(
        account, b"Subject: essai\r\n\r\nx\r\n", "Été & co", when, (r"\Seen", "$Integrated")
    )
    with imap_server.client(account) as client:
        client.select('"&AMk-t&AOk- &- co"', readonly=True)
        answer = bytes(client.uid("FETCH", str(uid), "(FLAGS INTERNALDATE)")[1][0])
    assert b"$Integrated" in answer
    assert b"2-Jan-2020" in answer  # a space or a nought before it: both are right (RFC 3501)


def test_an_account_may_have_little_room(imap_server: ImapServer) -> None:
    account = imap_server.account(storage=20 * 1024)
    with imap_server.client(account) as client:
        assert client.getquota('"User quota"')[0] == "OK" or client.getquotaroot("INBOX")[0] == "OK"
        answer = client.append("INBOX", "", "", b"Subject: essai\r\n\r\n" + b"x" * 40_000)
    assert answer[0] == "NO"
    assert b"OVERQUOTA" in answer[1][0]
