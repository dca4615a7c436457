"""Making a plan from what the user marked, without touching anything."""

import inspect
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from types import ModuleType

import pytest

from balt.cleanup import prepare
from balt.cleanup.plan import Act, CleanupPlan, Guard, Tally
from balt.cleanup.plan_file import from_json, to_json
from balt.cleanup.prepare import Choice, Terms, make_plan, plan_empty_trash, plan_trash
from balt.errors import CancelledError, RefusedError, StoppedError, UsageError
from balt.mail.listing import Listing as Columns
from balt.mail.model import Flag, Folder, FolderRole, MessageDetail
from balt.mail.receipts import NO_KEY, MessageName, Outcome, Receipt, key_of
from balt.mailboxes import integration
from balt.mailboxes.integration import ReceiptBook
from tests.cleanup.fake import CLOCK, FOLDERS, NOW, Box, FakeSession, Listing, Mail, Owner, Server

UNREAD = frozenset({Guard.UNREAD})


@pytest.fixture
def server() -> Server:
    server = Server()
    server.fill("INBOX", 6)
    return server


def session_on(server: Server) -> FakeSession:
    session = FakeSession(server)
    session.ensure_open()
    return session


def trash(
    server: Server,
    uids: Iterable[int],
    folders: list[Folder] = FOLDERS,
    *,
    folder: str = "INBOX",
    include: frozenset[Guard] = frozenset(),
    reason: str = "",
) -> CleanupPlan:
    listing = Listing(folder, server.boxes[folder], details=True)
    return plan_trash(session_on(server), listing, uids, folders, CLOCK, Terms(include, reason))


def uids(plan: CleanupPlan) -> list[int]:
    return [message.uid for message in plan.messages]


def test_the_marked_messages_go_to_the_trash_of_this_mailbox(server: Server) -> None:
    plan = trash(server, [3, 1, 3])
    assert (plan.act, plan.parts[0].folder, plan.target, uids(plan)) == (Act.TRASH, "INBOX", "Trash", [1, 3])
    assert (plan.server, plan.user, plan.parts[0].uidvalidity) == ("imap.example:993", "camille.exemple", 7)
    assert plan.address == Owner().address
    assert plan.created == NOW
    assert plan.size == 1000 + 1002


def test_two_plans_of_the_same_second_have_different_names(server: Server) -> None:
    assert trash(server, [1]).id != trash(server, [1]).id


def test_a_prepared_plan_survives_its_file(server: Server) -> None:
    plan = trash(server, [1, 2])
    assert from_json(to_json(plan)) == plan


def test_preparing_touches_nothing(server: Server) -> None:
    session = session_on(server)
    plan_trash(session, Listing("INBOX", server.boxes["INBOX"], details=False), [1, 2], FOLDERS, CLOCK)
    plan_empty_trash(session, FOLDERS, CLOCK)
    assert set(session.script.calls) <= {"ensure_open", "examine", "identities"}


def test_messages_marked_in_the_trash_itself_are_removed_for_good(server: Server) -> None:
    server.fill("Trash", 3, "t")
    plan = trash(server, [41], folder="Trash")
    assert (plan.act, plan.target, uids(plan)) == (Act.EMPTY_TRASH, "", [41])


def test_emptying_takes_what_is_in_the_trash_now(server: Server) -> None:
    server.fill("Trash", 3, "t")
    plan = plan_empty_trash(session_on(server), FOLDERS, CLOCK)
    server.put("Trash", "later")
    assert uids(plan) == [40, 41, 42]
    assert plan.frees == plan.size == 1000 + 1001 + 1002


def test_emptying_leaves_out_what_is_guarded_and_counts_it(server: Server) -> None:
    server.fill("Trash", 2, "t")
    flagged = server.put("Trash", "flagged", 300, Flag.SEEN | Flag.FLAGGED)
    document = server.put("Trash", "document", 500)
    server.boxes["Trash"].mails[document].detail = MessageDetail(holds_document=True)
    plan = plan_empty_trash(session_on(server), FOLDERS, CLOCK)
    assert not {flagged, document} & set(uids(plan))
    assert plan.left_out == {Guard.FLAGGED: Tally(1, 300), Guard.DOCUMENT: Tally(1, 500)}
    assert plan.kept == Tally(2, 800)


def test_guards_are_lifted_with_a_reason_that_the_plan_keeps(server: Server) -> None:
    flagged = server.put("Trash", "flagged", 300, Flag.SEEN | Flag.FLAGGED)
    include = frozenset({Guard.FLAGGED})
    plan = plan_empty_trash(session_on(server), FOLDERS, CLOCK, Terms(include, "déjà intégré"))
    assert uids(plan) == [flagged]
    assert plan.messages[0].guards == {Guard.FLAGGED}
    assert plan.reason == "déjà intégré"


def test_guards_are_not_lifted_without_a_reason(server: Server) -> None:
    server.put("Trash", "flagged", 300, Flag.SEEN | Flag.FLAGGED)
    with pytest.raises(UsageError, match="raison"):
        plan_empty_trash(session_on(server), FOLDERS, CLOCK, Terms(frozenset({Guard.FLAGGED})))


def test_unread_messages_enter_only_when_they_are_included(server: Server) -> None:
    unread = server.put("INBOX", "unread", flags=Flag(0))
    assert uids(trash(server, [1, unread])) == [1]
    assert uids(trash(server, [1, unread], include=UNREAD)) == [1, unread]


def test_a_flag_set_since_the_listing_guards_its_message(server: Server) -> None:
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    server.boxes["INBOX"].mails[2].flags |= Flag.FLAGGED
    plan = plan_trash(session_on(server), listing, [1, 2], FOLDERS, CLOCK)
    assert uids(plan) == [1]


def test_details_that_were_not_read_yet_are_read_first(server: Server) -> None:
    listing = Listing("INBOX", server.boxes["INBOX"], details=False)
    server.boxes["INBOX"].mails[2].detail = MessageDetail(holds_document=True)
    plan = plan_trash(session_on(server), listing, [1, 2], FOLDERS, CLOCK)
    assert uids(plan) == [1]
    assert plan.left_out == {Guard.DOCUMENT: Tally(1, 1001)}


def test_a_message_whose_size_changed_is_not_known_any_more(server: Server) -> None:
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    server.boxes["INBOX"].mails[2].size = 7
    plan = plan_trash(session_on(server), listing, [1, 2], FOLDERS, CLOCK)
    assert uids(plan) == [1]
    assert plan.left_out == {Guard.UNREADABLE: Tally(1, 0)}


def test_messages_gone_or_never_seen_are_simply_not_in_the_plan(server: Server) -> None:
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    del server.boxes["INBOX"].mails[2]
    late = server.put("INBOX", "late")
    plan = plan_trash(session_on(server), listing, [1, 2, late, 999], FOLDERS, CLOCK)
    assert uids(plan) == [1]


def test_nothing_marked_gives_an_empty_plan(server: Server) -> None:
    assert trash(server, []).count == 0


def test_a_folder_made_anew_since_the_listing_stops_the_plan(server: Server) -> None:
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    server.boxes["INBOX"] = Box(uidvalidity=8)
    with pytest.raises(StoppedError, match="recréé"):
        plan_trash(session_on(server), listing, [1], FOLDERS, CLOCK)


NO_TRASH = [
    FOLDERS[:1],
    [FOLDERS[0], replace(FOLDERS[1], selectable=False)],
    [FOLDERS[0], replace(FOLDERS[1], role=FolderRole.OTHER)],
]


@pytest.mark.parametrize("folders", NO_TRASH)
def test_without_a_known_trash_the_user_is_told_to_make_one(server: Server, folders: list[Folder]) -> None:
    with pytest.raises(StoppedError, match="Créez un dossier « Corbeille »"):
        trash(server, [1], folders)
    with pytest.raises(StoppedError, match="aucune corbeille"):
        plan_empty_trash(session_on(server), folders, CLOCK)


def test_a_read_only_mailbox_gets_no_plan(server: Server) -> None:
    session = session_on(server)
    session.account = Owner(read_only=True)
    with pytest.raises(StoppedError, match="lecture seule"):
        plan_empty_trash(session, FOLDERS, CLOCK)


def test_progress_is_told_and_cancelling_stops_before_the_next_batch(server: Server) -> None:
    server.fill("Trash", 2_500, "t")
    told: list[tuple[int, int]] = []
    terms = Terms(on_progress=lambda done, total: told.append((done, total)))
    plan_empty_trash(session_on(server), FOLDERS, CLOCK, terms)
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]
    with pytest.raises(CancelledError):
        plan_empty_trash(session_on(server), FOLDERS, CLOCK, Terms(cancelled=lambda: True))


def failure(of: str) -> Receipt:
    return Receipt(Outcome.FAILED, key_of(of.encode()), code=902)


def success(of: str) -> Receipt:
    return Receipt(Outcome.INTEGRATED, key_of(of.encode()))


def sent(server: Server, receipt: Receipt, internaldate: str = "02-Feb-2019 10:00:00 +0100") -> int:
    """What the holder's own software wrote."""
    box = server.boxes.setdefault("Sent", Box(uidvalidity=11))
    return box.add(Mail("receipt", internaldate=internaldate, receipt=receipt))


def test_a_message_that_could_not_be_integrated_is_left_out_even_when_it_is_marked_integrated(
    server: Server,
) -> None:
    server.boxes["INBOX"].mails[2].flags |= Flag.INTEGRATED
    sent(server, failure("m1"))
    plan = trash(server, [1, 2, 3])
    assert uids(plan) == [1, 3]
    assert plan.left_out == {Guard.FAILED: Tally(1, 1001)}


def test_a_failure_counts_wherever_it_lies_and_guards_itself_and_what_it_names(server: Server) -> None:
    told = replace(failure("elsewhere"), references=(key_of(b"m0"), key_of(b"m4")))
    receipt = server.boxes["INBOX"].add(Mail("told", receipt=told))
    plan = trash(server, [1, 2, 5, receipt])
    assert uids(plan) == [2]


def test_emptying_the_trash_leaves_what_could_not_be_integrated(server: Server) -> None:
    server.fill("Trash", 2, "t")
    sent(server, failure("t0"))
    assert uids(plan_empty_trash(session_on(server), FOLDERS, CLOCK)) == [41]


def test_a_later_success_of_the_own_software_takes_its_failure_back(server: Server) -> None:
    sent(server, failure("m1"))
    sent(server, success("m1"), "03-Feb-2019 10:00:00 +0100")
    assert uids(trash(server, [1, 2])) == [1, 2]


def test_an_earlier_success_takes_nothing_back(server: Server) -> None:
    sent(server, success("m1"), "01-Feb-2019 10:00:00 +0100")
    sent(server, failure("m1"))
    assert uids(trash(server, [1, 2])) == [1]


def test_a_success_that_somebody_sent_takes_nothing_back(server: Server) -> None:
    sent(server, failure("m1"))
    forged = Mail("forged", internaldate="03-Feb-2019 10:00:00 +0100", receipt=success("m1"))
    server.boxes["INBOX"].add(forged)
    assert uids(trash(server, [1, 2])) == [1]


def test_a_success_lifts_no_other_guard(server: Server) -> None:
    server.boxes["INBOX"].mails[2].detail = MessageDetail(holds_document=True)
    sent(server, success("m1"))
    assert uids(trash(server, [1, 2])) == [1]


def test_a_success_of_an_id_that_two_messages_bear_takes_nothing_back(server: Server) -> None:
    """Which of the two the software integrated cannot be told."""
    sent(server, failure("m1"))
    sent(server, success("m1"), "03-Feb-2019 10:00:00 +0100")
    twin = server.boxes["INBOX"].add(Mail("m1"))
    assert uids(trash(server, [1, 2, twin])) == [1]


class Silent(FakeSession):
    """Its server does not tell of some receipts; ``refused`` are folders that it does not open."""

    untold: frozenset[int] = frozenset()
    refused: Mapping[str, str] = {}

    def scan_steps(self, folder: str) -> Generator[tuple[int, int], None, Columns]:
        if folder in self.refused:
            raise RefusedError("occupé", code=self.refused[folder])
        return (yield from super().scan_steps(folder))

    def receipts(self, folder: str, uids: Sequence[int]) -> dict[int, Receipt]:
        if folder == "Sent" and self.untold.intersection(uids):
            raise RefusedError("illisible")
        return super().receipts(folder, uids)


def planned_on(session: FakeSession, wanted: Iterable[int], terms: Terms | None = None) -> list[int]:
    session.ensure_open()
    listing = Listing("INBOX", session.server.boxes["INBOX"], details=True)
    return uids(plan_trash(session, listing, wanted, FOLDERS, CLOCK, terms))


OVERRIDDEN = Terms(frozenset({Guard.FAILED}), "vérifié dans le logiciel")


def test_a_receipt_that_the_server_refuses_to_tell_stops_the_plan(server: Server) -> None:
    sent(server, failure("m1"))
    session = Silent(server)
    session.untold = frozenset({sent(server, success("m4"))})
    sent(server, failure("m2"))
    with pytest.raises(StoppedError, match="1 accusé de « Sent » n'a pas pu être lu"):
        planned_on(session, [1, 2, 3, 4])


def test_a_folder_of_receipts_that_is_refused_stops_the_plan(server: Server) -> None:
    sent(server, failure("m1"))
    session = Silent(server)
    session.refused = {"Sent": "INUSE"}
    with pytest.raises(StoppedError, match="les accusés de « Sent » n'ont pas pu être lus : occupé"):
        planned_on(session, [1, 2])
    session.refused = {"Sent": "NOPERM"}
    with pytest.raises(StoppedError, match="Sent"):
        planned_on(session, [1, 2])
    assert planned_on(session, [1, 2], OVERRIDDEN) == [1, 2]
    session.refused = {}
    assert planned_on(session, [1, 2]) == [1]


def test_a_folder_that_this_account_may_never_read_stops_no_plan(server: Server) -> None:
    sent(server, failure("m1"))
    session = Silent(server)
    session.refused = {"Trash": "NOPERM"}
    assert planned_on(session, [1, 2]) == [1]


@pytest.mark.parametrize("later", [(), (success("m1"),)], ids=["failed", "integrated later"])
def test_a_message_with_two_ids_is_guarded_by_what_is_said_of_either(
    server: Server, later: Sequence[Receipt]
) -> None:
    class Two(FakeSession):
        def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]:
            names = super().message_names(folder, uids)
            two = MessageName(NO_KEY, (), frozenset({key_of(b"m1"), key_of(b"x")}))
            return names | ({2: two} if folder == "INBOX" and 2 in names else {})

    sent(server, failure("m1"))
    for each in later:
        sent(server, each, "03-Feb-2019 10:00:00 +0100")
    assert planned_on(Two(server), [1, 2]) == [1]


def test_a_message_that_the_server_does_not_name_may_be_the_one_that_failed(server: Server) -> None:
    class Nameless(FakeSession):
        def message_names(self, folder: str, uids: Sequence[int]) -> dict[int, MessageName]:
            return {uid: name for uid, name in super().message_names(folder, uids).items() if uid != 3}

    sent(server, failure("m1"))
    assert planned_on(Nameless(server), [1, 2, 3]) == [1]


def test_a_failure_that_gives_a_large_document_back_guards_it_all_the_same(server: Server) -> None:
    server.boxes["Sent"] = Box(uidvalidity=11)
    server.boxes["Sent"].add(Mail("receipt", size=3_000_000, receipt=failure("m1")))
    assert uids(trash(server, [1, 2])) == [1]


def test_receipts_that_are_known_are_not_read_again_but_new_ones_are(server: Server) -> None:
    book, session = ReceiptBook(), session_on(server)
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    sent(server, failure("m1"))
    assert uids(plan_trash(session, listing, [1, 2, 3], FOLDERS, CLOCK, Terms(receipts=book))) == [1, 3]
    sent(server, failure("m2"))
    assert uids(plan_trash(session, listing, [1, 2, 3], FOLDERS, CLOCK, Terms(receipts=book))) == [1]


OVERSIGHTS = [
    (prepare, "detail is not None and failed", "detail is not None and not failed"),
    (prepare, "receipts.find(session, terms.cancelled, ", "dict("),
    (
        integration,
        "for place, receipt in own:\n            lifts",
        "for place, receipt in (*own, *self._incoming()):\n            lifts",
    ),
    (integration, "self._date(place) > failed.get(", "self._date(place) < failed.get("),
    (integration, "for key in (receipt.about, *receipt.references, *passed)", "for key in (receipt.about,)"),
]
CHECKS = [
    test_a_message_that_could_not_be_integrated_is_left_out_even_when_it_is_marked_integrated,
    test_a_failure_counts_wherever_it_lies_and_guards_itself_and_what_it_names,
    test_an_earlier_success_takes_nothing_back,
    test_a_success_that_somebody_sent_takes_nothing_back,
    test_receipts_that_are_known_are_not_read_again_but_new_ones_are,
]


@pytest.mark.parametrize(("module", "old", "new"), OVERSIGHTS, ids=[old[:40] for _m, old, _n in OVERSIGHTS])
def test_an_oversight_in_the_guard_of_failures_would_be_seen(
    module: ModuleType, old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inspect.getsource(module)
    assert source.count(old) == 1
    changed = ModuleType(module.__name__)
    monkeypatch.setitem(sys.modules, module.__name__, changed)  # dataclasses look their module up
    exec(compile(source.replace(old, new), module.__file__ or "", "exec"), vars(changed))  # noqa: S102
    book = changed if module is integration else integration
    monkeypatch.setattr(prepare, "ReceiptBook", book.ReceiptBook)
    plan = changed if module is prepare else prepare
    for name in ("plan_trash", "plan_empty_trash"):
        monkeypatch.setitem(globals(), name, getattr(plan, name))
    monkeypatch.setitem(globals(), "ReceiptBook", book.ReceiptBook)
    with pytest.raises(AssertionError):
        _check_all()


def _check_all() -> None:
    for check in CHECKS:
        server = Server()
        server.fill("INBOX", 6)
        check(server)


def test_a_discreet_access_archives_no_content(server: Server) -> None:
    session = session_on(server)
    session.account = Owner(discreet=True)
    listing = Listing("INBOX", server.boxes["INBOX"], details=True)
    for act in (Act.KEEP, Act.DELETE):
        with pytest.raises(StoppedError, match="accès discret"):
            make_plan(session, [Choice(listing, [1])], act, FOLDERS, CLOCK, Terms(archive="/a"))
    assert make_plan(session, [Choice(listing, [1])], Act.DELETE, FOLDERS, CLOCK, Terms()).count == 1


def test_archiving_alone_leaves_nothing_out_and_reads_nothing_but_identities(server: Server) -> None:
    flagged = server.put("INBOX", "flagged", 300, Flag.FLAGGED)
    session = session_on(server)
    listing = Listing("INBOX", server.boxes["INBOX"], details=False)
    plan = make_plan(session, [Choice(listing, [1, flagged])], Act.KEEP, FOLDERS, CLOCK, Terms(archive="/a"))
    assert (uids(plan), plan.left_out, plan.reason) == ([1, flagged], {}, "")
    assert set(session.script.calls) == {"ensure_open", "examine", "identities"}
