"""Folders: names, attributes, figures, quotas."""

from collections.abc import Callable

import pytest

from balt.demo.names import decode_name, encode_name
from balt.demo.server import DemoServer
from balt.demo.wire import NoError
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("Envoyés", b"Envoy&AOk-s"),
        ("A&B", b"A&-B"),
        ("Courriers/Été 2019", b"Courriers/&AMk-t&AOk- 2019"),
        ("日本 👩", b"&ZeVnLA- &2D3caQ-"),
    ],
)
def test_names_travel_in_modified_utf7(name: str, wire: bytes) -> None:
    assert encode_name(name) == wire
    assert decode_name(wire) == name


@pytest.mark.parametrize("wire", [b"&AGE-", b"&AOk", b"\xc3\xa9", b"&A-", b"a\x1bb", b"&AOk-&AOk-"])
def test_names_that_are_not_modified_utf7_are_refused(wire: bytes) -> None:
    with pytest.raises(NoError):
        decode_name(wire)


def test_folders_tell_their_use_and_their_children(client: RawClient) -> None:
    client.ok("CREATE Courriers/2019")
    lines = client.ok('LIST "" *')
    assert b'* LIST (\\HasChildren) "/" Courriers' in lines
    assert b'* LIST (\\HasNoChildren) "/" Courriers/2019' in lines
    assert b'* LIST (\\HasNoChildren \\Trash) "/" Trash' in lines
    assert client.ok('LIST "" %2019') == []
    assert client.ok("LIST Courriers/ %") == [b'* LIST (\\HasNoChildren) "/" Courriers/2019']
    assert client.ok('LIST "" ""') == [b'* LIST (\\Noselect) "/" ""']


def test_one_list_tells_the_figures_of_all_folders(client: RawClient) -> None:
    client.append(mail())
    lines = client.ok('LIST "" (INBOX Trash) RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN SIZE))')
    size = len(mail())
    assert lines == [
        b'* LIST (\\HasNoChildren) "/" INBOX',
        b"* STATUS INBOX (MESSAGES 1 UNSEEN 1 SIZE %d)" % size,
        b'* LIST (\\HasNoChildren \\Trash) "/" Trash',
        b"* STATUS Trash (MESSAGES 0 UNSEEN 0 SIZE 0)",
    ]


def test_only_special_folders_or_subscribed_ones_can_be_listed(client: RawClient) -> None:
    client.ok("CREATE Autre")
    client.ok("UNSUBSCRIBE Trash")
    special = b"".join(client.ok('LIST (SPECIAL-USE) "" *'))
    assert b"Autre" not in special
    assert b"Trash" in special
    subscribed = b"".join(client.ok('LIST (SUBSCRIBED) "" *'))
    assert b"Trash" not in subscribed
    assert b"\\Subscribed" in subscribed
    assert b"Trash" not in b"".join(client.ok('LSUB "" *'))


def test_a_folder_made_again_has_another_uidvalidity(client: RawClient) -> None:
    client.ok("CREATE Essai")
    before = client.ok("STATUS Essai (UIDVALIDITY)")
    client.ok("DELETE Essai")
    client.ok("CREATE Essai")
    assert client.ok("STATUS Essai (UIDVALIDITY)") != before


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("CREATE INBOX", b"ALREADYEXISTS"),
        ("CREATE a//b", b"CANNOT"),
        ("CREATE &AGE-", b"CANNOT"),
        ("DELETE INBOX", b"CANNOT"),
        ("DELETE Absent", b"NONEXISTENT"),
        ("RENAME Absent Autre", b"NONEXISTENT"),
        ("RENAME Trash Trash/a", b"CANNOT"),
        ("SELECT Absent", b"NONEXISTENT"),
        ("STATUS Absent (MESSAGES)", b"NONEXISTENT"),
        ("SUBSCRIBE Absent", b"NONEXISTENT"),
    ],
)
def test_what_cannot_be_is_refused(client: RawClient, command: str, code: bytes) -> None:
    client.command(command)
    assert client.last.startswith(b"NO [" + code + b"]")


def test_deleting_a_parent_leaves_its_children(client: RawClient) -> None:
    client.ok("CREATE a/b")
    client.ok("DELETE a")
    assert client.ok('LIST "" a*') == [
        b'* LIST (\\Noselect \\HasChildren) "/" a',
        b'* LIST (\\HasNoChildren) "/" a/b',
    ]


def test_renaming_takes_children_and_messages_along(client: RawClient) -> None:
    client.ok("CREATE a/b")
    client.append(mail(), "a/b")
    client.ok("RENAME a Nouveau")
    assert client.ok("STATUS Nouveau/b (MESSAGES)") == [b"* STATUS Nouveau/b (MESSAGES 1)"]
    client.append(mail())
    client.ok("RENAME INBOX Ancien")
    assert client.ok("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 0)"]
    assert client.ok("STATUS Ancien (MESSAGES)") == [b"* STATUS Ancien (MESSAGES 1)"]


def test_whoever_has_a_deleted_folder_open_is_told(connect: Callable[[], RawClient]) -> None:
    one, other = connect(), connect()
    one.ok("CREATE Essai")
    one.ok("SELECT Essai")
    other.ok("DELETE Essai")
    assert one.command("NOOP")[0].startswith(b"* BYE")


def test_another_separator(server: DemoServer) -> None:
    with DemoServer(password="pass", separator=".") as dotted:
        dotted.add_account("essai")
        with RawClient(dotted.port, "essai") as client:
            client.ok("CREATE Courriers.2019")
            assert client.ok('LIST "" %')[0] == b'* LIST (\\HasNoChildren) "." INBOX'
            assert client.ok("NAMESPACE") == [b'* NAMESPACE (("" ".")) NIL NIL']


def test_quota_counts_what_is_there_and_falls_when_messages_are_expunged(server: DemoServer) -> None:
    server.add_account("plein", quota=10 * 1024)
    server.append("plein", mail(body="x" * 9000))
    with RawClient(server.port, "plein") as client:
        assert client.ok("GETQUOTAROOT INBOX") == [b'* QUOTAROOT INBOX ""', b'* QUOTA "" (STORAGE 9 10)']
        client.ok("SELECT INBOX")
        client.ok("UID MOVE 1 Trash")
        assert client.ok('GETQUOTA ""') == [b'* QUOTA "" (STORAGE 9 10)']
        client.ok("SELECT Trash")
        client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        client.ok("EXPUNGE")
        assert client.ok('GETQUOTA ""') == [b'* QUOTA "" (STORAGE 0 10)']


def test_a_full_mailbox_takes_nothing_more_but_lets_messages_move(server: DemoServer) -> None:
    server.add_account("plein", quota=10 * 1024)
    server.append("plein", mail(body="x" * 9000))
    with RawClient(server.port, "plein") as client:
        raw = mail(body="x" * 2000)
        client.command(b"APPEND INBOX {%d+}\r\n" % len(raw) + raw)
        assert client.last.startswith(b"NO [OVERQUOTA]")
        client.ok("SELECT INBOX")
        client.command("UID COPY 1 Trash")
        assert client.last.startswith(b"NO [OVERQUOTA]")
        client.ok("UID MOVE 1 Trash")


def test_without_a_quota_there_is_no_root(client: RawClient) -> None:
    assert client.ok("GETQUOTAROOT INBOX") == [b"* QUOTAROOT INBOX"]
