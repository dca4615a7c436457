"""Messages come back from an archive with their date and flags, each once, and are read again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.restore import Chosen, Restored, Restoring, accounts_in, by_target, chosen_records
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.wanted import read_named
from balt.errors import CancelledError, ConnectionFailedError, UsageError
from balt.mail.session import ImapSession
from tests.cleanup.archive.conftest import DATE, Mailbox, archive, lines, raw, sha256
from tests.cleanup.fake import CLOCK
from tests.integration.mails import opened


def restore(
    session: ImapSession,
    place: Path,
    journal: Journal,
    *named: str,
    folder: str = "",
    origin: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Restored:
    """What ``balt archive restore --yes`` does."""
    account = Restored()
    with reading(place, CLOCK) as root:
        chosen = Chosen(origin or session.account.address, [read_named(text) for text in named])
        records = chosen_records(root, chosen)
        restoring = Restoring(root, session, journal, "restore-1")
        targets = by_target(records, session, folder)
        missing = {target: restoring.missing(target, each) for target, each in targets.items()}
        account.there = len(records) - sum(map(len, missing.values()))
        account.remaining = sum(map(len, missing.values()))
        for target, each in missing.items():
            if account.stopped is None:
                restoring.add(target, each, account, lambda _account: None, cancelled)
    return account


def contents(session: ImapSession, folder: str = "INBOX") -> list[str]:
    """The SHA-256 of every message of a folder."""
    state = session.select(folder)
    found = session.identities(range(1, state.uidnext)) if state.uidnext > 1 else {}
    return sorted(sha256(b"".join(session.octets(uid, each.size))) for uid, each in found.items())


def remove(session: ImapSession, uids: list[int], folder: str = "INBOX") -> None:
    session.select(folder)
    session.mark_deleted(uids)
    session.expunge(uids)


@pytest.mark.parametrize("size", [2_000, 2_500_000])
def test_what_was_removed_comes_back_as_it_was(
    mailbox: Mailbox, place: Path, journal: Journal, size: int
) -> None:
    uids = mailbox.put("a", "b", size=size, flags=("\\Seen", "\\Flagged", "$Integrated"))
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        before = session.identities(uids)[uids[0]]
        remove(session, uids)
        account = restore(session, place, journal)
        assert (account.added, account.there, account.exit_code) == (2, 0, 0)
        assert account.size == 2 * len(raw("a", size))
        assert contents(session) == sorted(sha256(raw(name, size)) for name in "ab")
        state = session.select("INBOX")
        after = session.identities(range(1, state.uidnext))
        assert {each.internaldate for each in after.values()} == {before.internaldate}
        flags = session.flags_of(list(after))
        assert all({"\\Seen", "\\Flagged", "$Integrated"} <= set(each) for each in flags.values())


def test_what_is_there_already_is_not_added(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a", "b", "c")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids[:1])
        assert (restore(session, place, journal).added, len(contents(session))) == (1, 3)
        again = restore(session, place, journal)
        assert (again.added, again.there, again.exit_code) == (0, 3, 0)
        assert len(contents(session)) == 3


def test_a_message_that_looks_the_same_but_is_not_does_not_count_as_there(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        other = raw("a")[:-3] + b"?\r\n"
        mailbox.server.append(mailbox.account, other, "INBOX", DATE)
        assert restore(session, place, journal).added == 1
        assert contents(session) == sorted([sha256(other), sha256(raw("a"))])


def test_the_marks_of_removal_do_not_come_back(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a", flags=("\\Seen", "\\Deleted"))
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        session.expunge(uids)
        restore(session, place, journal)
        state = session.select("INBOX")
        assert "\\Deleted" not in session.flags_of([state.uidnext - 1])[state.uidnext - 1]


def test_only_the_messages_that_are_named_come_back(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a", "b", "c")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        assert restore(session, place, journal, f"INBOX:{uids[0]},{uids[2]}", "Sent:1-99").added == 2
        assert contents(session) == sorted([sha256(raw("a")), sha256(raw("c"))])


def test_each_goes_to_its_own_folder_or_all_to_one(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids, sent = mailbox.put("a"), mailbox.put("b", folder="Sent")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        archive(session, place, sent, "Sent")
        remove(session, uids)
        remove(session, sent, "Sent")
        restore(session, place, journal)
        assert (contents(session), contents(session, "Sent")) == ([sha256(raw("a"))], [sha256(raw("b"))])
        assert restore(session, place, journal, folder="Trash").added == 2
        assert len(contents(session, "Trash")) == 2


def test_a_folder_that_is_not_there_is_not_made(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        with pytest.raises(UsageError, match="n'existe pas"):
            restore(session, place, journal, folder="Nowhere")
        assert "Nowhere" not in {folder.name for folder in session.folders()}


def test_messages_of_another_mailbox_come_only_when_it_is_named(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    other = Mailbox(mailbox.server)
    with opened(other.account) as session:
        archive(session, place, other.put("b"))
    with opened(mailbox.account) as session:
        assert restore(session, place, journal).added == 0
        assert restore(session, place, journal, origin=other.account.address.upper()).added == 1
    with reading(place, CLOCK) as root:
        assert accounts_in(root) == [other.account.address]


def test_a_damaged_file_is_not_put_back(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a", "b")
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids)
        remove(session, uids)
        file = place / kept[uids[0]].file
        file.write_bytes(b"?" + file.read_bytes()[1:])
        account = restore(session, place, journal)
        assert (account.added, account.damaged, account.exit_code) == (1, [kept[uids[0]].file], 1)
        assert contents(session) == [sha256(raw("b"))]


def test_the_same_message_in_two_places_of_the_archive_comes_back_once_a_folder(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a") + mailbox.put("a", date=DATE + timedelta(days=1))
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        account = restore(session, place, journal)
        assert (account.added, account.there) == (1, 1)
        assert contents(session) == [sha256(raw("a"))]


def test_the_journal_says_what_was_asked_and_what_came_of_it(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a", "b")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        restore(session, place, journal)
        uidnext = session.select("INBOX").uidnext
    before, after = [entry.deed for entry in journal.entries()]
    assert (before.phase, before.action, before.request, before.answer) == (
        Phase.STEP,
        "restore",
        "APPEND",
        "",
    )
    assert (before.count, before.folder) == (2, "INBOX")
    assert (after.answer, after.count, after.uids) == ("OK", 2, f"{uidnext - 2}:{uidnext - 1}")
    assert journal.unsettled() == []


def test_one_who_stops_gets_a_true_account(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a", "b", "c")
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        account = restore(session, place, journal, cancelled=cancelled)
        assert isinstance(account.stopped, CancelledError)
        assert (account.added, account.remaining, account.exit_code) == (2, 1, 130)
        assert journal.entries()[-1].deed.answer == "cancelled"
        assert restore(session, place, journal).added == 1


def test_a_cut_is_told_and_a_second_run_adds_only_what_is_missing(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a", "b", "c")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        append, calls = session.append, []

        def cut(*arguments: object) -> int | None:
            calls.append(1)
            if len(calls) == 2:
                append(*arguments)  # type: ignore[arg-type]
                session.close()
                raise ConnectionFailedError("cut")
            return append(*arguments)  # type: ignore[arg-type]

        session.append = cut  # type: ignore[method-assign, assignment]
        account = restore(session, place, journal)
        assert (account.added, account.remaining, account.exit_code) == (1, 2, 3)
        session.ensure_open()
        again = restore(session, place, journal)
        assert (again.added, again.there) == (1, 2)
        assert len(contents(session)) == 3


def test_what_the_server_gives_back_otherwise_is_told(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a")
    with opened(mailbox.account) as session:
        kept = archive(session, place, uids)
        remove(session, uids)
        session.octets = lambda uid, size: iter([b"otherwise"])  # type: ignore[method-assign]
        account = restore(session, place, journal)
        assert (account.added, account.unverified, account.exit_code) == (0, [kept[uids[0]].file], 4)


def test_a_server_that_does_not_tell_uids_is_asked_what_arrived(
    mailbox: Mailbox, place: Path, journal: Journal
) -> None:
    uids = mailbox.put("a", "b")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        append = session.append
        session.append = lambda *given: append(*given) and None  # type: ignore[method-assign]
        assert restore(session, place, journal).added == 2


def test_a_hostile_line_puts_nothing_on_the_wire(mailbox: Mailbox, place: Path, journal: Journal) -> None:
    uids = mailbox.put("a")
    with opened(mailbox.account) as session:
        archive(session, place, uids)
        remove(session, uids)
        [line] = lines(place)
        manifest = place / "manifest.jsonl"
        text = manifest.read_text("ascii")
        text = text.replace(str(line["internaldate"]), "x\\r\\nA LOGOUT").replace(
            '"flags":[', '"flags":["a) {5}\\r\\n",'
        )
        manifest.write_text(text, "ascii")
        assert restore(session, place, journal).added == 1
        assert contents(session) == [sha256(raw("a"))]
