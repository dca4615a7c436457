"""Taking an act back: what goes home, what stays in the trash, and what is said of it before."""

from dataclasses import replace

import pytest

from balt.cleanup.apply import apply_plan
from balt.cleanup.deeds import Phase
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, PlannedMessage
from balt.cleanup.plan_file import load_plan, plan_path
from balt.cleanup.ports import Advance
from balt.cleanup.result import ApplyResult
from balt.cleanup.settle import settle
from balt.cleanup.undo import Undoing, apply_undo, plan_undo
from balt.cleanup.undo_search import Wanted, paired
from balt.cleanup.undoable import Undoable, act_to_undo, undoable
from balt.errors import CancelledError, ConnectionFailedError, RefusedError, StoppedError
from balt.mail.model import Flag, Folder, FolderRole, Identity
from tests.cleanup.fake import (
    CLOCK,
    FULL,
    UIDPLUS,
    Box,
    Crash,
    FakeSession,
    Mail,
    Owner,
    Script,
    Server,
    make_plan,
)


class Session(FakeSession):
    """A session that tells of every folder of its server."""

    def folders(self) -> list[Folder]:
        roles = {"INBOX": FolderRole.INBOX, "Trash": FolderRole.TRASH}
        return [Folder(name, name, roles.get(name, FolderRole.OTHER)) for name in self.server.boxes]


@pytest.fixture
def server() -> Server:
    server = Server()
    server.boxes["Sent"] = Box(uidvalidity=5)
    server.fill("INBOX", 4)
    server.fill("Sent", 2, "s")
    server.fill("Trash", 3, "t")
    return server


def trashing(
    server: Server, plan_id: str = "p1", uids: list[int] | None = None, folder: str = "INBOX"
) -> CleanupPlan:
    """A plan that moves messages of a folder to the trash."""
    server.boxes["INBOX"], inbox = server.boxes[folder], server.boxes["INBOX"]
    plan = make_plan(server, uids=uids, plan_id=plan_id)
    server.boxes["INBOX"] = inbox
    (part,) = plan.parts
    return replace(plan, parts=(replace(part, folder=folder),))


def trash(server: Server, journal: Journal, *plans: CleanupPlan) -> None:
    """Carry out plans that move to the trash."""
    for plan in plans:
        result = apply_plan(plan, Session(server), journal)
        assert (result.moved, result.stopped) == (plan.count, None)


def act(journal: Journal, name: str = "p1") -> Undoable:
    return next(each for each in undoable(journal) if each.id == name)


def drafted(server: Server, journal: Journal, name: str = "p1") -> Undoing:
    session = Session(server)
    session.ensure_open()
    return plan_undo(session, journal, act(journal, name), CLOCK)


def undone(server: Server, journal: Journal, name: str = "p1") -> ApplyResult:
    return apply_undo(drafted(server, journal, name), Session(server), journal)


# What goes home


@pytest.mark.parametrize("offers", [FULL, UIDPLUS], ids=["by MOVE", "by COPY"])
@pytest.mark.parametrize("copyuid", [True, False])
def test_the_messages_of_the_act_go_home_and_no_other_moves(
    server: Server, journal: Journal, offers: frozenset[str], copyuid: bool
) -> None:
    apply_plan(trashing(server, uids=[1, 3]), Session(server, None, offers, copyuid), journal)
    server.put("Trash", "by another client")
    undoing = drafted(server, journal)
    result = apply_undo(undoing, Session(server, None, offers, copyuid), journal)
    assert (result.moved, result.skipped, result.stopped) == (2, (), None)
    assert server.names("INBOX") == ["m0", "m1", "m2", "m3"]
    assert server.names("Trash") == ["by another client", "t0", "t1", "t2"]
    assert server.expunged == ([] if offers is FULL else ["m0", "m2"] * 2)


def test_the_plan_says_what_it_takes_back_and_the_journal_too(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    (plan,) = drafted(server, journal).plans
    assert (plan.act, plan.undoes, plan.target) == (Act.UNDO, "p1", "INBOX")
    assert plan.reason == "annulation de p1"
    (part,) = plan.parts
    assert (part.folder, part.uidvalidity) == ("Trash", 9)
    apply_plan(plan, Session(server), journal)
    written = [entry.deed for entry in journal.entries() if entry.deed.action == "undo"]
    assert {deed.note for deed in written} == {"p1"}
    assert written[0].reason == "annulation de p1"
    assert (written[-1].phase, written[-1].figures["moved"]) == (Phase.AFTER, 4)
    assert load_plan(plan_path(journal.folder, plan.id)) == plan


def test_unread_and_flagged_messages_go_home_as_they_are(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    flags = [Flag(0), Flag.FLAGGED, Flag.SEEN | Flag.FLAGGED, Flag.SEEN]
    for mail, now in zip(list(server.boxes["Trash"].mails.values())[3:], flags, strict=True):
        mail.flags = now
    assert undone(server, journal).moved == 4
    assert [mail.flags for mail in server.boxes["INBOX"].mails.values()] == flags


def test_each_folder_gets_its_own_back(server: Server, journal: Journal) -> None:
    both = trashing(server)
    both = replace(both, parts=(*both.parts, *trashing(server, folder="Sent").parts))
    trash(server, journal, both)
    undoing = drafted(server, journal)
    assert [plan.target for plan in undoing.plans] == ["INBOX", "Sent"]
    seen: list[Advance] = []
    result = apply_undo(undoing, Session(server), journal, seen.append)
    assert result.moved == 6
    assert (server.names("INBOX"), server.names("Sent")) == (["m0", "m1", "m2", "m3"], ["s0", "s1"])
    assert seen[-1] == Advance(6, 6, undoing.size, undoing.size)
    assert [advance.messages for advance in seen] == [4, 6]


def test_making_the_plan_touches_nothing(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    session, before = Session(server), len(journal.entries())
    session.ensure_open()
    plan_undo(session, journal, act(journal), CLOCK)
    assert set(session.script.calls) <= {"ensure_open", "examine", "identities", "existing"}
    assert len(journal.entries()) == before


# What stays in the trash


def test_what_is_no_longer_in_the_trash_is_counted(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    del server.boxes["Trash"].mails[44]
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.missing, undoing.is_whole) == (3, 1, False)
    assert apply_undo(undoing, Session(server), journal).moved == 3


def test_a_message_that_is_not_the_same_any_more_stays(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    mails = server.boxes["Trash"].mails
    mails[43].size += 1
    mails[44].internaldate = "02-Feb-2019 10:00:00 +0100"
    mails[45].message_id = "ff" * 32
    assert (drafted(server, journal).count, drafted(server, journal).missing) == (1, 3)


def test_an_equal_message_that_lay_there_before_stays(server: Server, journal: Journal) -> None:
    server.put("Trash", "twin", 1000, same_as="m0")
    trash(server, journal, trashing(server, uids=[1]))
    assert undone(server, journal).moved == 1
    assert "twin" in server.names("Trash")
    assert "m0" in server.names("INBOX")


def test_of_two_equal_ones_none_moves_when_nobody_can_say_which_is_which(
    server: Server, journal: Journal
) -> None:
    trash(server, journal, trashing(server, uids=[1]))
    server.put("Trash", "twin", 1000, same_as="m0")
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.unsure, undoing.missing) == (0, 1, 0)
    assert apply_undo(undoing, Session(server), journal) == ApplyResult()
    assert {"twin", "m0"} <= set(server.names("Trash"))


def test_equal_ones_that_the_act_brought_all_go_home_in_their_order(server: Server, journal: Journal) -> None:
    twin = server.put("Sent", "twin", 1000, same_as="m0")
    both = trashing(server, uids=[1])
    both = replace(both, parts=(*both.parts, *trashing(server, uids=[twin], folder="Sent").parts))
    trash(server, journal, both)
    assert undone(server, journal).moved == 2
    assert ("m0" in server.names("INBOX"), "twin" in server.names("Sent")) == (True, True)


def test_one_of_two_equal_ones_from_two_folders_stays(server: Server, journal: Journal) -> None:
    twin = server.put("Sent", "twin", 1000, same_as="m0")
    both = trashing(server, uids=[1])
    both = replace(both, parts=(*both.parts, *trashing(server, uids=[twin], folder="Sent").parts))
    trash(server, journal, both)
    del server.boxes["Trash"].mails[43]
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.unsure, undoing.missing) == (0, 1, 1)


def like(name: str, uid: int) -> Identity:
    """What the server says of a message in the trash."""
    return Identity(uid, 1000, "01-Feb-2019 10:00:00 +0100", name)


def wanted(name: str, since: int) -> Wanted:
    return Wanted(PlannedMessage(1, 1000, "01-Feb-2019 10:00:00 +0100", name), "INBOX", since)


def places(wanted: list[Wanted], *found: Identity) -> list[int]:
    """Where in the trash the messages are surely found."""
    there = {each.mark: [item for item in found if item.message_id == each.mark[0]] for each in wanted}
    return [identity.uid for _each, identity in paired(wanted, there, [each.since for each in wanted])[0]]


def test_what_lay_there_before_a_message_was_moved_is_not_that_message() -> None:
    early, late = wanted("a", 40), wanted("b", 60)
    assert places([early, late], like("a", 40), like("b", 45), like("b", 60)) == [40, 60]


def test_what_came_before_the_second_of_two_equal_ones_was_moved_leaves_both_in_doubt() -> None:
    twins = [wanted("a", 40), wanted("a", 60)]
    assert places(twins, like("a", 40), like("a", 45)) == []
    assert places(twins, like("a", 40), like("a", 60)) == [40, 60]


def test_a_folder_that_is_gone_is_said_and_its_messages_stay(server: Server, journal: Journal) -> None:
    both = trashing(server)
    both = replace(both, parts=(*both.parts, *trashing(server, folder="Sent").parts))
    trash(server, journal, both)
    del server.boxes["Sent"]
    undoing = drafted(server, journal)
    assert (undoing.homeless, undoing.count, undoing.missing) == ({"Sent": 2}, 4, 0)
    assert apply_undo(undoing, Session(server), journal).moved == 4
    assert {"s0", "s1"} <= set(server.names("Trash"))
    server.boxes["Sent"] = Box(uidvalidity=77)
    assert undone(server, journal).moved == 2
    assert server.names("Sent") == ["s0", "s1"]


def test_a_folder_made_anew_gets_its_messages_by_its_name(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    server.boxes["INBOX"] = Box(uidvalidity=8)
    assert undone(server, journal).moved == 4


def test_a_message_that_changes_after_the_plan_stays(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    undoing = drafted(server, journal)
    server.boxes["Trash"].mails[43].size += 1
    result = apply_undo(undoing, Session(server), journal)
    assert (result.moved, [skipped.uid for skipped in result.skipped]) == (3, [43])


# What cannot be undone


def test_a_trash_made_anew_or_gone_is_said(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    box = server.boxes["Trash"]
    server.boxes["Trash"] = Box(uidvalidity=10, uidnext=60, mails=box.mails)
    with pytest.raises(StoppedError, match="recréée"):
        drafted(server, journal)
    del server.boxes["Trash"]
    with pytest.raises(StoppedError, match="n'existe plus"):
        drafted(server, journal)


def test_a_trash_that_is_only_refused_now_is_not_said_to_be_gone(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    session = Session(server, Script().on("examine", "NO INUSE"))
    session.ensure_open()
    with pytest.raises(RefusedError, match="refusé"):
        plan_undo(session, journal, act(journal), CLOCK)


def test_an_act_of_another_mailbox_is_refused(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    others = (
        Owner(username="other"),
        Owner(host="other.example"),
        Owner(address="cabinet@medecin.mssante.fr"),
    )
    for owner in (*others, Owner(read_only=True)):
        session = Session(server)
        session.account = owner
        with pytest.raises(StoppedError):
            plan_undo(session, journal, act(journal), CLOCK)
        assert session.script.calls == []


def test_the_newest_act_is_that_of_this_bal_though_one_user_opens_several(
    server: Server, journal: Journal
) -> None:
    trash(server, journal, trashing(server, uids=[1]))
    session, shared = Session(Server()), Owner(address="cabinet@medecin.mssante.fr")
    session.account = shared
    session.server.fill("INBOX", 2)
    plan = replace(make_plan(session.server, plan_id="p2"), address=shared.address)
    assert apply_plan(plan, session, journal).moved == 2
    assert act_to_undo(journal, Owner()).id == "p1"
    assert act_to_undo(journal, shared).id == "p2"


def test_a_plan_file_that_tells_another_story_is_not_believed(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    path = plan_path(journal.folder, "p1")
    path.write_text(path.read_text("ascii").replace("camille.exemple", "other"), encoding="ascii")
    with pytest.raises(StoppedError, match="journal"):
        drafted(server, journal)
    path.write_text("{", encoding="ascii")
    with pytest.raises(StoppedError, match="abîmé"):
        drafted(server, journal)


def test_too_much_to_look_through_is_said(
    server: Server, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balt.cleanup.undo_search.MAX_SPAN", 10)
    trash(server, journal, trashing(server))
    server.fill("Trash", 7, "later")
    with pytest.raises(StoppedError, match="trop de messages"):
        drafted(server, journal)


def test_looking_through_the_trash_can_be_cancelled(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    session = Session(server)
    session.ensure_open()
    with pytest.raises(CancelledError):
        plan_undo(session, journal, act(journal), CLOCK, cancelled=lambda: True)


def why_not(journal: Journal, name: str = "p1") -> str:
    found = act(journal, name)
    assert not found.can
    return str(found.refusal())


def test_what_was_deleted_without_archive_is_gone_for_good(server: Server, journal: Journal) -> None:
    apply_plan(make_plan(server, Act.EMPTY_TRASH), Session(server), journal)
    assert "sans archive" in why_not(journal)
    assert "opérateur" in why_not(journal)
    with pytest.raises(StoppedError, match="sans archive"):
        drafted(server, journal)


def test_an_act_that_moved_nothing_has_nothing_to_take_back(server: Server, journal: Journal) -> None:
    plan = trashing(server)
    server.boxes["INBOX"].mails.clear()
    apply_plan(plan, Session(server), journal)
    assert "rien déplacé" in why_not(journal)


def test_without_its_plan_file_an_act_cannot_be_taken_back(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    plan_path(journal.folder, "p1").unlink()
    assert "plus le détail" in why_not(journal)


def test_an_act_is_undone_once_and_an_undo_is_not_undone(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    undone(server, journal)
    assert "déjà annulé" in why_not(journal)
    newest, oldest = undoable(journal)
    assert (newest.action, oldest.id) == ("undo", "p1")
    assert "déjà une annulation" in str(newest.refusal())


# Interruptions


def test_an_undo_that_was_interrupted_goes_on_where_it_was(server: Server, journal: Journal) -> None:
    plan = trashing(server)
    trash(server, journal, plan)
    (back,) = drafted(server, journal).plans
    cut = Session(server, Script().on("move", "crash after"))
    with pytest.raises(Crash):
        apply_plan(back, cut, journal, batch_size=2)
    assert server.names("INBOX") == ["m0", "m1"]
    settle(journal, Session(server))
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.missing) == (2, 0)
    assert apply_undo(undoing, Session(server), journal).moved == 2
    assert server.names("INBOX") == ["m0", "m1", "m2", "m3"]
    assert "déjà annulé" in why_not(journal)


def test_what_was_put_back_and_thrown_away_again_stays_in_the_trash(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    del server.boxes["Trash"].mails[46]
    assert undone(server, journal).moved == 3
    trash(server, journal, trashing(server, "p2"))
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.missing) == (0, 1)


def test_an_act_that_a_crash_left_open_is_looked_into(server: Server, journal: Journal) -> None:
    with pytest.raises(Crash):
        apply_plan(
            trashing(server), Session(server, Script().on("move", "crash after")), journal, batch_size=3
        )
    assert server.names("INBOX") == ["m3"]
    found = act(journal)
    assert (found.is_open, found.count, found.can) == (True, 3, True)
    assert (drafted(server, journal).count, drafted(server, journal).missing) == (3, 0)
    assert undone(server, journal).moved == 3
    assert server.names("INBOX") == ["m0", "m1", "m2", "m3"]


def test_a_copy_whose_original_was_not_removed_is_not_brought_home_twice(
    server: Server, journal: Journal
) -> None:
    with pytest.raises(Crash):
        apply_plan(trashing(server), Session(server, Script().on("copy", "crash after"), UIDPLUS), journal)
    assert len(server.names("Trash")) == 3 + 4
    assert drafted(server, journal).count == 0
    assert server.names("INBOX") == ["m0", "m1", "m2", "m3"]


def test_a_second_folder_that_fails_does_not_hide_what_the_first_got(
    server: Server, journal: Journal
) -> None:
    both = trashing(server)
    both = replace(both, parts=(*both.parts, *trashing(server, folder="Sent").parts))
    trash(server, journal, both)
    undoing = drafted(server, journal)
    del server.boxes["Sent"]
    result = apply_undo(undoing, Session(server), journal)
    assert (result.moved, result.remaining) == (4, 2)
    assert isinstance(result.stopped, RefusedError)
    assert result.exit_code == 3


def test_an_undo_that_cannot_begin_raises(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    undoing = drafted(server, journal)
    with pytest.raises(ConnectionFailedError):
        apply_undo(undoing, Session(server, Script().on("ensure_open", "cut before")), journal)
    with mailbox_lock(journal.folder, Owner()), pytest.raises(StoppedError):
        apply_undo(undoing, Session(server), journal)
    assert server.names("INBOX") == []


def test_an_undo_stops_when_it_is_asked_to(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    result = apply_undo(drafted(server, journal), Session(server), journal, cancelled=lambda: True)
    assert isinstance(result.stopped, CancelledError)
    assert (result.moved, result.remaining) == (0, 4)


def test_a_full_mailbox_says_so_in_its_own_words(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server))
    result = apply_undo(
        drafted(server, journal), Session(server, Script().on("move", "NO OVERQUOTA")), journal
    )
    assert isinstance(result.stopped, RefusedError)
    assert "corbeille" not in str(result.stopped)


# Two acts


def test_acts_come_newest_first_with_their_figures(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server, "p1", [1, 2]), trashing(server, "p2", [3]))
    newest, oldest = undoable(journal)
    assert (newest.id, newest.count, newest.size) == ("p2", 1, 1002)
    assert (oldest.id, oldest.count, oldest.folders) == ("p1", 2, ("INBOX",))
    assert (oldest.when, oldest.mailbox) == (CLOCK.now(), Owner().address)
    assert newest.can
    assert oldest.can


def test_the_older_of_two_acts_goes_home_alone(server: Server, journal: Journal) -> None:
    trash(server, journal, trashing(server, "p1", [1, 2]), trashing(server, "p2", [3]))
    assert undone(server, journal).moved == 2
    assert server.names("INBOX") == ["m0", "m1", "m3"]


def test_a_message_without_a_message_id_is_known_by_its_date_and_size(
    server: Server, journal: Journal
) -> None:
    server.boxes["INBOX"].add(Mail("nameless", 77))
    trash(server, journal, trashing(server))
    assert undone(server, journal).moved == 5


def test_an_empty_part_is_no_trouble(server: Server, journal: Journal) -> None:
    plan = trashing(server)
    trash(server, journal, replace(plan, parts=(*plan.parts, FolderPart("Sent", 5, ()))))
    assert undone(server, journal).moved == 4


def test_an_equal_message_that_a_later_act_brought_stays(server: Server, journal: Journal) -> None:
    twin = server.put("Sent", "twin", 1000, same_as="m0")
    trash(server, journal, trashing(server, "p1", [1]), trashing(server, "p2", [twin], "Sent"))
    undoing = drafted(server, journal)
    assert (undoing.count, undoing.unsure) == (1, 0)
    assert apply_undo(undoing, Session(server), journal).moved == 1
    assert "m0" in server.names("INBOX")
    assert "twin" in server.names("Trash")
