"""Changing mailboxes: flags, copies, moves, expunges; and what other sessions are told of it."""

from collections.abc import Callable

import pytest

from balt.demo.server import DemoServer
from tests.demo.mails_of_tests import mail
from tests.demo.raw_client import RawClient


@pytest.fixture
def three(client: RawClient) -> RawClient:
    """A folder with three messages, open."""
    for number in range(3):
        client.append(mail(f"objet{number}"))
    client.ok("SELECT INBOX")
    return client


def test_store_adds_removes_and_replaces(three: RawClient) -> None:
    assert three.ok("STORE 1 +FLAGS (\\Seen \\flagged)") == [b"* 1 FETCH (FLAGS (\\Flagged \\Seen))"]
    assert three.ok("UID STORE 1 -FLAGS \\Seen") == [b"* 1 FETCH (UID 1 FLAGS (\\Flagged))"]
    assert three.ok("STORE 1:2 FLAGS.SILENT (\\Answered)") == []
    assert three.ok("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS (\\Answered))"]
    assert three.ok("UID STORE 99 +FLAGS (\\Seen)") == []


def test_a_new_keyword_is_announced(three: RawClient) -> None:
    lines = three.ok("STORE 1 +FLAGS ($Integrated)")
    assert lines[0].startswith(b"* FLAGS (")
    assert b"$Integrated" in lines[0]
    assert b"$Integrated \\*" in lines[1]
    assert lines[2] == b"* 1 FETCH (FLAGS ($Integrated))"
    assert three.ok("STORE 2 +FLAGS.SILENT ($integrated)") == []
    assert three.ok("FETCH 2 FLAGS") == [b"* 2 FETCH (FLAGS ($Integrated))"]


def test_append_and_copy_tell_where_messages_went(server: DemoServer, three: RawClient) -> None:
    trash = server.accounts["essai"].folders["Trash"].uidvalidity
    three.append(mail("quatre"), "Trash")
    assert three.last.startswith(b"OK [APPENDUID %d 1]" % trash)
    three.ok("UID COPY 3,1 Trash")
    assert three.last.startswith(b"OK [COPYUID %d 1,3 2:3]" % trash)
    three.ok("UID COPY 99 Trash")
    assert three.last.startswith(b"OK Copy")


def test_copies_keep_their_date_and_flags(three: RawClient) -> None:
    three.ok("STORE 2 +FLAGS.SILENT (\\Flagged $Integrated)")
    three.ok("COPY 2 Trash")
    date = three.ok("FETCH 2 INTERNALDATE")[0].partition(b"INTERNALDATE ")[2]
    three.ok("SELECT Trash")
    assert three.ok("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS ($Integrated \\Flagged))"]
    assert three.ok("FETCH 1 INTERNALDATE")[0].endswith(date)


def test_move_is_copy_and_expunge_at_once(server: DemoServer, three: RawClient) -> None:
    trash = server.accounts["essai"].folders["Trash"].uidvalidity
    assert three.ok("UID MOVE 1,3 Trash") == [
        b"* OK [COPYUID %d 1,3 1:2] Moved UIDs." % trash,
        b"* 1 EXPUNGE",
        b"* 2 EXPUNGE",
    ]
    assert three.ok("UID SEARCH ALL") == [b"* SEARCH 2"]
    assert three.ok("STATUS Trash (MESSAGES)") == [b"* STATUS Trash (MESSAGES 2)"]


def test_a_missing_target_asks_to_be_created(three: RawClient) -> None:
    for command in ("UID COPY 1 Absent", "UID MOVE 1 Absent", "APPEND Absent {1+}\r\nx"):
        three.command(command)
        assert three.last.startswith(b"NO [TRYCREATE]")
    assert three.ok("UID SEARCH ALL") == [b"* SEARCH 1 2 3"]


def test_uid_expunge_removes_only_what_it_names(three: RawClient) -> None:
    three.ok("STORE 1:2 +FLAGS.SILENT (\\Deleted)")
    assert three.ok("UID EXPUNGE 2:3") == [b"* 2 EXPUNGE"]
    assert three.ok("UID SEARCH ALL") == [b"* SEARCH 1 3"]
    assert three.ok("EXPUNGE") == [b"* 1 EXPUNGE"]


def test_close_expunges_and_unselect_does_not(three: RawClient) -> None:
    three.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    three.ok("UNSELECT")
    assert three.ok("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 3)"]
    three.ok("EXAMINE INBOX")
    three.ok("CLOSE")
    assert three.ok("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 3)"]
    three.ok("SELECT INBOX")
    three.ok("CLOSE")
    assert three.ok("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 2)"]


@pytest.mark.parametrize(
    "command",
    ["STORE 1 +FLAGS (\\Seen)", "UID MOVE 1 Trash", "EXPUNGE", "UID EXPUNGE 1", "UID STORE 1 FLAGS ()"],
)
def test_examine_is_read_only(three: RawClient, command: str) -> None:
    lines = three.ok("EXAMINE INBOX")
    assert three.last.startswith(b"OK [READ-ONLY]")
    assert b"* OK [PERMANENTFLAGS ()] Flags permitted." in lines
    three.command(command)
    assert three.last.startswith(b"NO")
    three.ok("UID COPY 1 Trash")


def test_another_session_is_told_at_its_next_command(
    three: RawClient, connect: Callable[[], RawClient]
) -> None:
    other = connect()
    other.ok("SELECT INBOX")
    other.ok("UID STORE 3 +FLAGS.SILENT (\\Flagged)")
    other.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("UID EXPUNGE 1")
    other.append(mail("nouveau"))
    told = three.ok("NOOP")
    assert told[0] == b"* 1 EXPUNGE"
    assert b"* 2 FETCH (FLAGS (\\Flagged))" in told
    assert b"* 3 EXISTS" in told
    assert three.ok("NOOP") == []


def test_numbers_stay_while_fetch_store_or_search_use_them(
    three: RawClient, connect: Callable[[], RawClient]
) -> None:
    other = connect()
    other.ok("SELECT INBOX")
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    other.ok("EXPUNGE")
    assert not any(b"EXPUNGE" in line for line in three.ok("SEARCH ALL"))
    assert b"objet0" in three.ok("FETCH 1 BODY.PEEK[HEADER]")[0]
    assert b"* 3 FETCH (FLAGS (\\Flagged))" in three.ok("STORE 3 +FLAGS (\\Flagged)")
    three.command("STORE 1 +FLAGS (\\Flagged)")
    assert three.last.startswith(b"NO [EXPUNGEISSUED]")
    three.command("COPY 1 Trash")
    assert three.last.startswith(b"NO [EXPUNGEISSUED]")
    assert b"* 1 EXPUNGE" not in three.ok("UID SEARCH 1")  # told with the COPY
    assert three.ok("FETCH 1:* UID") == [b"* 1 FETCH (UID 2)", b"* 2 FETCH (UID 3)"]


def test_one_is_not_told_of_ones_own_changes_twice(three: RawClient) -> None:
    three.ok("STORE 1:3 +FLAGS (\\Seen)")
    three.ok("FETCH 1 BODY[]")
    assert three.ok("NOOP") == []


def test_idle_tells_at_once(three: RawClient, connect: Callable[[], RawClient]) -> None:
    tag = three.send("IDLE")
    assert three.answer() == b"+ idling"
    connect().append(mail("nouveau"))
    assert three.answer() == b"* 4 EXISTS"
    three.socket.sendall(b"DONE\r\n")
    three.finish(tag)
    assert three.last.startswith(b"OK")


def test_condstore_counts_changes(three: RawClient) -> None:
    lines = three.ok("SELECT INBOX (CONDSTORE)")
    highest = next(line for line in lines if b"HIGHESTMODSEQ" in line)
    before = int(highest.split()[3].strip(b"]"))
    answer = three.ok("STORE 2 +FLAGS (\\Seen)")[0]
    assert answer == b"* 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (%d))" % (before + 1)
    changed = three.ok(f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {before})")
    assert changed == [b"* 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (%d))" % (before + 1)]
    assert three.ok(f"SEARCH MODSEQ {before + 1}") == [b"* SEARCH 2 (MODSEQ %d)" % (before + 1)]
    assert three.ok("STATUS INBOX (HIGHESTMODSEQ)") == [b"* STATUS INBOX (HIGHESTMODSEQ %d)" % (before + 1)]


def test_a_conditional_store_leaves_what_changed_since(three: RawClient) -> None:
    three.ok("ENABLE CONDSTORE")
    before = int(three.ok("STATUS INBOX (HIGHESTMODSEQ)")[0].split()[-1].strip(b")"))
    three.ok("STORE 2 +FLAGS.SILENT (\\Seen)")
    three.ok(f"UID STORE 1:3 (UNCHANGEDSINCE {before}) +FLAGS.SILENT (\\Deleted)")
    assert three.last.startswith(b"OK [MODIFIED 2]")
    assert three.ok("SEARCH DELETED") == [b"* SEARCH 1 3"]


def test_changes_from_the_test_itself_are_told_too(server: DemoServer, three: RawClient) -> None:
    server.append("essai", mail("nouveau"))
    folder = server.accounts["essai"].folder("INBOX")
    server.run(lambda: folder.remove(folder.messages[:1]))
    assert three.ok("NOOP") == [b"* 1 EXPUNGE", b"* 3 EXISTS", b"* 0 RECENT"]
    assert [message.uid for message in server.messages("essai")] == [2, 3, 4]
