"""Acts on both servers: exactly the chosen messages, and the truth about them before and after."""

import pytest

from balt.errors import ConnectionFailedError, LoginError, RefusedError, StoppedError
from balt.mail.model import Flag
from tests.integration.mails import opened, text
from tests.support.servers import ImapServer


def test_moving_takes_the_chosen_messages_and_says_where_they_went(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, text(number=number)) for number in range(1, 6)]
    chosen = [uids[0], uids[2], uids[3]]
    with opened(account) as session:
        session.select("INBOX")
        before = session.identities(chosen)
        went = session.move(chosen, "Trash")
        assert session.existing(uids) == {uids[1], uids[4]}
        assert went is not None
        session.examine("Trash")
        after = session.identities(went.values())
    assert {before[uid].message_id for uid in chosen} == {one.message_id for one in after.values()}
    assert all(before[old].internaldate == after[new].internaldate for old, new in went.items())


def test_a_folder_with_accents_takes_what_is_moved_to_it(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    imap_server.append(account, text(number=2), "Éléments supprimés")
    with opened(account) as session:
        session.select("INBOX")
        session.move([uid], "Éléments supprimés")
        assert len(session.scan("Éléments supprimés")) == 2


def test_moving_to_a_folder_that_is_missing_leaves_everything_in_place(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    with opened(account) as session:
        session.select("INBOX")
        with pytest.raises(RefusedError) as caught:
            session.move([uid], "Nulle part")
        assert caught.value.code == "TRYCREATE"
        assert session.existing([uid]) == {uid}


def test_expunging_removes_only_the_chosen_among_the_marked(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, text(number=number)) for number in range(1, 5)]
    with imap_server.client(account) as other:
        other.select("INBOX")
        other.uid("STORE", str(uids[3]), "+FLAGS.SILENT", "(\\Deleted)")
        other.unselect()
    with opened(account) as session:
        session.select("INBOX")
        session.mark_deleted(uids[:2])
        session.unmark_deleted([uids[1]])
        session.expunge(uids[:2])
        assert session.existing(uids) == set(uids[1:])
        assert session.identities(uids)[uids[3]].flags & Flag.DELETED


def test_closing_removes_nothing_that_is_marked(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    with opened(account) as session:
        session.select("INBOX")
        session.mark_deleted([uid])
    with opened(account) as session:
        assert len(session.scan("INBOX")) == 1


def test_copying_into_a_full_mailbox_is_refused_and_said_so(imap_server: ImapServer) -> None:
    account = imap_server.account(storage=102_400)
    uid = imap_server.append(account, text(size=70_000))
    with opened(account) as session:
        session.select("INBOX")
        with pytest.raises(RefusedError, match="pleine") as caught:
            session.copy([uid], "Trash")
        assert caught.value.code == "OVERQUOTA"
        assert session.existing([uid]) == {uid}


def test_a_copy_says_its_new_uids(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    with opened(account) as session:
        session.select("INBOX")
        went = session.copy([uid], "Archive")
        identity = session.identities([uid])[uid]
        assert went is not None
        session.examine("Archive")
        assert session.identities([went[uid]])[went[uid]].message_id == identity.message_id


def test_identities_tell_one_message_from_another(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uids = [imap_server.append(account, text(number=number)) for number in (1, 2, 1)]
    with opened(account) as session:
        session.examine("INBOX")
        found = session.identities(uids)
    assert found[uids[0]].message_id != found[uids[1]].message_id
    assert found[uids[0]].message_id == found[uids[2]].message_id
    assert all(one.size == len(text()) for one in found.values())


def test_a_wrong_password_is_said_in_words_without_the_password(imap_server: ImapServer) -> None:
    with (
        pytest.raises(LoginError, match="mot de passe refusé") as caught,
        opened(imap_server.account(), "faux-secret"),
    ):
        pass
    assert "faux-secret" not in str(caught.value)


def test_a_line_cut_at_rest_is_opened_again_for_reading_and_not_for_acts(imap_server: ImapServer) -> None:
    account = imap_server.account()
    uid = imap_server.append(account, text())
    with opened(account) as session:
        session.select("INBOX")
        assert session._wire is not None
        session._wire.line.close()
        with pytest.raises(ConnectionFailedError):
            session.mark_deleted([uid])
        assert len(session.scan("INBOX")) == 1
        with pytest.raises(StoppedError):
            session.mark_deleted([uid])
        assert session.identities([uid])[uid].flags == Flag(0)


def test_many_scattered_messages_are_acted_on_in_commands_that_fit(imap_server: ImapServer) -> None:
    account = imap_server.account()
    with imap_server.client(account) as other:
        for number in range(60):
            other.append("INBOX", "", None, text(number=number))
    with opened(account) as session:
        uids = list(session.scan("INBOX").uids)
        session.select("INBOX")
        went = session.move(uids[::2], "Trash")
        assert went is not None
        assert sorted(went) == uids[::2]
        assert session.existing(uids) == set(uids[1::2])


def test_a_session_that_is_shut_never_connects_again(imap_server: ImapServer) -> None:
    account = imap_server.account()
    with opened(account) as session:
        session.shut()
        with pytest.raises(ConnectionFailedError):
            session.ensure_open()
        with pytest.raises(ConnectionFailedError):
            session.folders()
