"""The real session against a real server, with a fault at every command of the act.

The demo's own server plays the faults: a cut before or after the command is done, a refusal, a lie.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act, CleanupPlan
from balt.cleanup.prepare import plan_empty_trash, plan_trash
from balt.cleanup.result import ApplyResult, SkipReason
from balt.cleanup.settle import settle
from balt.config import Account
from balt.demo import DemoServer
from balt.demo.faults import Fault, FaultKind
from balt.errors import BaltError
from balt.mail.session import ImapSession
from tests.cleanup.fake import CLOCK
from tests.cleanup.test_real_servers import DATE, raw

pytestmark = pytest.mark.usefixtures("no_fsync")

KINDS = [
    FaultKind.CUT,
    FaultKind.CUT_AFTER,
    FaultKind.NO,
    FaultKind.OVERQUOTA,
    FaultKind.LYING_OK,
    FaultKind.BYE,
]
PLANNED = ["p0", "p1", "p2", "p3"]
OFFERS = {
    "move": (Act.TRASH, set[str]()),
    "copy": (Act.TRASH, {"MOVE"}),
    "move-blind": (Act.TRASH, {"UIDPLUS"}),
    "empty": (Act.EMPTY_TRASH, set[str]()),
}


@pytest.fixture(params=OFFERS)
def way(request: pytest.FixtureRequest) -> Iterator["Way"]:
    act, hidden = OFFERS[request.param]
    with DemoServer(hide=hidden, password="pass") as server:
        yield Way(server, act)


class Way:
    """An act on a server; ``mailbox`` makes a fresh one with four messages to plan among others."""

    def __init__(self, server: DemoServer, act: Act) -> None:
        self.server = server
        self.act = act
        self.source = "INBOX" if act is Act.TRASH else "Trash"
        self._count = 0

    def mailbox(self) -> Account:
        self._count += 1
        user = f"u{self._count}@medecin.mssante.fr"
        self.server.add_account(user, "pass", quota=10**8)
        for folder, names in (("INBOX", ["i0", "i1"]), ("Trash", ["t0"]), (self.source, PLANNED)):
            for name in names:
                flags = ["\\Seen"] if name in PLANNED else ["\\Seen", "\\Flagged"]
                self.server.append(user, raw(name, 300), folder, DATE, flags)
        self.server.append(user, raw("theirs", 300), self.source, DATE, ["\\Flagged", "\\Deleted"])
        return Account(user, "127.0.0.1", self.server.port, security="none", username=user, timeout=20.0)

    def plan(self, session: ImapSession) -> CleanupPlan:
        if self.act is Act.EMPTY_TRASH:
            return plan_empty_trash(session, session.folders(), CLOCK)
        listing = session.scan("INBOX")
        return plan_trash(session, listing, listing.uids, session.folders(), CLOCK)

    def names(self, account: Account, folder: str) -> list[str]:
        found = self.server.messages(account.username, folder)
        return sorted(
            m.source.outline().flat.split(b"Message-ID: <")[1].split(b"@")[0].decode() for m in found
        )

    def marked(self, account: Account) -> int:
        found = self.server.messages(account.username, self.source)
        return sum("\\Deleted" in message.flags for message in found)

    def check_promise(self, account: Account) -> None:
        inbox, trash = self.names(account, "INBOX"), self.names(account, "Trash")
        assert {"i0", "i1", "t0", "theirs"} <= {*inbox, *trash}
        if self.act is Act.TRASH:
            assert set(PLANNED) <= {*inbox, *trash}
        assert "theirs" in (inbox if self.act is Act.TRASH else trash)

    def check_account(self, account: Account, result: ApplyResult) -> None:
        here = set(self.names(account, self.source)) & set(PLANNED)
        done = result.moved + result.deleted
        doubtful = (SkipReason.UNKNOWN, SkipReason.NOT_FOUND)  # a trash that lies about itself proves nothing
        unknown = sum(result.skipped_by_reason.get(reason, 0) for reason in doubtful)
        assert done + len(result.skipped) + result.remaining == len(PLANNED)
        assert done <= len(PLANNED) - len(here) <= done + unknown


def opened(account: Account) -> ImapSession:
    session = ImapSession(account, lambda: "pass", CLOCK)
    session.ensure_open()
    return session


def run(way: Way, journal: Journal, fault: Fault | None) -> tuple[Account, CleanupPlan, ApplyResult | None]:
    account = way.mailbox()
    session = opened(account)
    plan = way.plan(session)
    if fault:
        way.server.faults.add(fault)
    try:
        result = apply_plan(plan, session, journal, batch_size=3)
    except BaltError:
        result = None
    way.server.faults.clear()
    session.close()
    return account, plan, result


def commands_of(way: Way, folder: Path) -> int:
    """How many commands the act sends when nothing goes wrong."""
    way.server.commands.clear()
    account = way.mailbox()
    session = opened(account)
    plan = way.plan(session)
    before = len(way.server.commands)
    apply_plan(plan, session, Journal(folder / "journal.jsonl", CLOCK, "x"), batch_size=3)
    count = len(way.server.commands) - before
    session.close()
    return count


def test_a_fault_at_any_command_loses_nothing_and_the_next_start_finishes(way: Way, tmp_path: Path) -> None:
    for after in range(commands_of(way, tmp_path / "first")):
        for kind in KINDS:
            journal = Journal(tmp_path / f"{after}-{kind}" / "journal.jsonl", CLOCK, "x")
            account, plan, result = run(way, journal, Fault(kind, after=after))
            try:
                way.check_promise(account)
                if result:
                    way.check_account(account, result)
                session = opened(account)
                settle(journal, session)
                assert way.marked(account) == 1
                apply_plan(plan, session, journal, batch_size=3)
                session.close()
                way.check_promise(account)
                assert not set(way.names(account, way.source)) & set(PLANNED)
                assert way.marked(account) == 1
                assert journal.unsettled() == []
                assert journal.verify().ok
            except AssertionError as error:
                raise AssertionError(
                    f"{kind} at command {after}: {list(way.server.commands)[-25:]}"
                ) from error


def test_the_commands_of_an_act_never_include_plain_expunge_or_close(way: Way, tmp_path: Path) -> None:
    commands_of(way, tmp_path)
    words = [line.split()[0].upper() for line in way.server.commands]
    assert not {"EXPUNGE", "CLOSE", "STORE", "MOVE", "COPY", "FETCH"} & set(words)


def test_a_uidvalidity_that_changes_at_any_command_touches_nothing_more(way: Way, tmp_path: Path) -> None:
    for after in range(commands_of(way, tmp_path / "first")):
        journal = Journal(tmp_path / str(after) / "journal.jsonl", CLOCK, "x")
        fault = Fault(FaultKind.UIDVALIDITY, folder=way.source, after=after)
        account, _plan, result = run(way, journal, fault)
        way.check_promise(account)
        if result:
            way.check_account(account, result)
