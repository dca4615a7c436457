"""What only a real server proves: 10,000 messages against doveadm, certificates, profiles, odd separators."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from balt.clock import SystemClock
from balt.errors import ConfigError, RefusedError, TlsError
from balt.mail.model import Flag, FolderRole
from balt.mail.session import ImapSession
from tests.integration.mails import document, opened, text
from tests.support.dovecot import MASTER, PASSWORD, Dovecot
from tests.support.many import write_maildir
from tests.support.tls import Certificate, Certificates, TlsFront

pytestmark = pytest.mark.dovecot


def test_ten_thousand_messages_sort_by_size_as_doveadm_tells_and_none_is_read(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    write_maildir(dovecot, user, 10_000)
    before = dovecot.doveadm("-f", "flow", "fetch", "-u", user, "uid flags", "mailbox", "INBOX")
    with opened(dovecot.account(user)) as session:
        listing = session.scan("INBOX")
        order = listing.order("size")
        list(session.details("INBOX", [listing.uids[row] for row in order[:500]]))
        session.preview("INBOX", listing.uids[order[0]])
    told = dovecot.doveadm("-f", "tab", "fetch", "-u", user, "uid size.virtual", "mailbox", "INBOX")
    rows = [tuple(map(int, line.split())) for line in told.splitlines()[1:]]
    assert len(rows) == 10_000
    wanted = sorted(rows, key=lambda row: (-row[1], row[0]))
    assert [(listing.uids[row], listing.sizes[row]) for row in order] == wanted
    after = dovecot.doveadm("-f", "flow", "fetch", "-u", user, "uid flags", "mailbox", "INBOX")
    assert after.replace("\\Recent", "") == before.replace("\\Recent", "")
    assert "\\Seen" not in after


# Protected lines


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_protected_line_is_opened(dovecot: Dovecot, security: str) -> None:
    with opened(dovecot.account(security=security)) as session:
        assert session.folders()


@pytest.mark.parametrize(
    ("choose", "words"),
    [
        (lambda made: made.expired, "expiré"),
        (lambda made: made.wrong_name, "au nom du serveur"),
        (lambda made: made.unknown_authority, "autorité inconnue"),
        (lambda made: made.self_signed, "autorité inconnue"),
    ],
    ids=["expired", "wrong name", "unknown authority", "self-signed"],
)
def test_a_certificate_that_is_not_right_ends_the_attempt(
    dovecot: Dovecot, choose: Callable[[Certificates], Certificate], words: str
) -> None:
    user = dovecot.new_user()
    asked: list[str] = []

    def password() -> str:
        asked.append("once")
        return PASSWORD

    with TlsFront(dovecot.port, choose(dovecot.certificates)) as front:
        account = dovecot.account(user, security="tls", port=front.port)
        session = ImapSession(account, password, SystemClock())
        with pytest.raises(TlsError, match=words) as caught:
            session.open()
    assert caught.value.advice
    assert asked == []


def test_without_a_ca_file_the_authority_of_the_test_is_unknown(dovecot: Dovecot) -> None:
    with (
        pytest.raises(TlsError, match="autorité inconnue") as caught,
        opened(dovecot.account(security="tls", ca_file=None)),
    ):
        pass
    assert "ca_file" in caught.value.advice


def test_a_certificate_for_another_host_is_refused_by_starttls_too(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = dovecot.account(security="starttls", host="autre.example")
    there = socket.create_connection(("127.0.0.1", dovecot.port))
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kw: there)
    with pytest.raises(TlsError, match="au nom du serveur"), opened(account):
        pass


def test_a_client_certificate_is_loaded(dovecot: Dovecot) -> None:
    client = dovecot.certificates.client
    account = dovecot.account(security="tls", client_certificate=client.chain, client_key=client.key)
    with opened(account) as session:
        assert session.folders()


# Who enters


@pytest.mark.parametrize("way", ["identity", "star"])
def test_a_master_user_opens_another_mailbox(dovecot: Dovecot, way: str) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, text())
    if way == "identity":
        account = dovecot.account(user, username=MASTER[0], authorization_identity=user)
    else:
        account = dovecot.account(user, username=f"{user}*{MASTER[0]}")
    with opened(account, MASTER[1]) as session:
        assert len(session.scan("INBOX")) == 1


# Poorer servers


EXCHANGE = (
    "SORT", "SORT=DISPLAY", "ESORT", "ESEARCH", "CONDSTORE", "QRESYNC", "QUOTA", "STATUS=SIZE",
    "SPECIAL-USE", "LIST-STATUS", "LIST-EXTENDED", "CONTEXT=SEARCH",
)  # fmt: skip


def test_a_server_without_extensions_is_read_all_the_same(start_dovecot: Callable[..., Dovecot]) -> None:
    server = start_dovecot(hide=EXCHANGE, folders={"Éléments supprimés": "", "Envoyés": ""})
    user = server.new_user()
    server.deliver(user, document())
    server.deliver(user, text(), folder="Éléments supprimés")
    with opened(server.account(user, quota=1_000_000)) as session:
        folders = {folder.role: folder for folder in session.folders()}
        assert folders[FolderRole.TRASH].name == "Éléments supprimés"
        assert folders[FolderRole.INBOX].messages == 1
        assert folders[FolderRole.INBOX].size is None
        assert session.quota() is None
        listing = session.scan("INBOX")
        assert [detail.readable for _uid, detail in session.details("INBOX", listing.uids)] == [True]
        session.select("INBOX")
        assert session.move(listing.uids, "Éléments supprimés") is not None
        assert len(session.scan("Éléments supprimés")) == 2


@pytest.mark.parametrize(("hidden", "act"), [("UIDPLUS", "expunge"), ("MOVE", "move")])
def test_without_the_exact_command_nothing_is_done(
    start_dovecot: Callable[..., Dovecot], hidden: str, act: str
) -> None:
    server = start_dovecot(hide=(hidden,))
    user = server.new_user()
    uid = server.deliver(user, text(), flags=("\\Deleted",))
    with opened(server.account(user)) as session:
        session.select("INBOX")
        with pytest.raises(RefusedError, match=hidden):
            session.expunge([uid]) if act == "expunge" else session.move([uid], "Trash")
        assert session.existing([uid]) == {uid}


@pytest.mark.parametrize(("configured", "separator"), [(".", "."), ('"\\\\"', "\\"), ("^", "^")])
def test_folders_with_another_separator(
    start_dovecot: Callable[..., Dovecot], configured: str, separator: str
) -> None:
    server = start_dovecot(separator=configured)
    user = server.new_user()
    name = f"Labo{separator}Été 2024"
    server.deliver(user, text(), folder=name)
    with opened(server.account(user)) as session:
        found = next(folder for folder in session.folders() if folder.name == name)
        assert found.label == "Labo/Été 2024"
        assert len(session.scan(name)) == 1


def test_folders_below_inbox_play_their_part(start_dovecot: Callable[..., Dovecot]) -> None:
    server = start_dovecot(separator=".", folders={})
    user = server.new_user()
    server.deliver(user, text(), folder="INBOX.Corbeille")
    with opened(server.account(user)) as session:
        found = next(folder for folder in session.folders() if folder.role is FolderRole.TRASH)
    assert (found.name, found.label) == ("INBOX.Corbeille", "Corbeille")


def test_a_keyword_shows_as_integrated(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, text(), flags=("$Integrated",))
    with opened(dovecot.account(user)) as session:
        assert session.scan("INBOX").message(0).flags is Flag.INTEGRATED
        assert session.select("INBOX").keywords_allowed


def test_only_uid_commands_and_peeks_go_over_the_wire(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    uids = [dovecot.deliver(user, document()) for _turn in range(3)]
    sent = dovecot.record(user)
    with opened(dovecot.account(user)) as session:
        session.folders()
        session.scan("INBOX")
        list(session.details("INBOX", uids))
        session.preview("INBOX", uids[0])
        session.select("INBOX")
        session.identities(uids)
        session.move(uids[:1], "Trash")
        session.mark_deleted(uids[1:2])
        session.expunge(uids[1:2])
        session.existing(uids)
    commands = [line.partition(b" ")[2] for line in sent().splitlines()]
    harmless = (b"CAPABILITY", b"ENABLE QRESYNC", b"LIST", b"EXAMINE", b"SELECT", b"LOGOUT", b"UID ")
    assert commands
    assert [line for line in commands if line and not line.startswith(harmless)] == []
    assert not any(b"BODY[" in line for line in commands)


def test_a_ca_file_that_is_missing_is_named(dovecot: Dovecot, tmp_path: Path) -> None:
    account = dovecot.account(security="tls", ca_file=tmp_path / "missing.pem")
    with pytest.raises(ConfigError, match="ca_file"), opened(account):
        pass
