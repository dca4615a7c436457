"""Which messages a plan may hold: the guards, and what lifts them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balt.cleanup.plan import (
    Act,
    CleanupPlan,
    FolderPart,
    Guard,
    PlannedMessage,
    Tally,
    checked_reason,
    guards_of,
    planned,
    select,
)
from balt.cleanup.uids import batches, from_ranges, to_ranges
from balt.errors import UsageError
from balt.mail.model import Flag, Identity, Message, MessageDetail

DATE = datetime(2019, 2, 1, 10, 0, tzinfo=UTC)
PLAIN = Message(1, 2048, DATE, Flag.SEEN, MessageDetail())


def identity(message: Message) -> Identity:
    return Identity(message.uid, message.size or 0, "01-Feb-2019 10:00:00 +0000", "", message.flags)


GUARDED = [
    (replace(PLAIN, flags=Flag.SEEN | Flag.FLAGGED), {Guard.FLAGGED}),
    (replace(PLAIN, flags=Flag(0)), {Guard.UNREAD}),
    (replace(PLAIN, date=None), {Guard.UNKNOWN_DATE}),
    (replace(PLAIN, detail=MessageDetail(failed=True)), {Guard.FAILED}),
    (replace(PLAIN, detail=MessageDetail(holds_document=True)), {Guard.DOCUMENT}),
    (replace(PLAIN, detail=MessageDetail(readable=False)), {Guard.UNREADABLE}),
    (replace(PLAIN, detail=None), {Guard.UNREADABLE}),
    (
        Message(1, 9, None, Flag.FLAGGED, MessageDetail(failed=True, holds_document=True, readable=False)),
        set(Guard),
    ),
]


def test_a_read_plain_message_may_be_touched() -> None:
    assert guards_of(PLAIN) == frozenset()


def test_a_document_marked_integrated_may_be_touched() -> None:
    detail = MessageDetail(holds_document=True)
    assert not guards_of(replace(PLAIN, flags=Flag.SEEN | Flag.INTEGRATED, detail=detail))


def test_the_integrated_mark_does_not_lift_a_failed_integration() -> None:
    detail = MessageDetail(holds_document=True, failed=True)
    message = replace(PLAIN, flags=Flag.SEEN | Flag.INTEGRATED, detail=detail)
    assert guards_of(message) == {Guard.FAILED}


@pytest.mark.parametrize(("message", "guards"), GUARDED)
def test_each_guard_keeps_its_message(message: Message, guards: set[Guard]) -> None:
    assert guards_of(message) == guards
    assert select([message]).chosen == ()


@pytest.mark.parametrize(("message", "guards"), GUARDED)
def test_a_guarded_message_enters_only_when_every_guard_is_lifted(
    message: Message, guards: set[Guard]
) -> None:
    assert select([message], frozenset(guards)).chosen == (message,)
    for guard in guards:
        assert select([message], frozenset(Guard) - {guard}).chosen == ()


def test_a_message_of_unknown_size_never_enters() -> None:
    unknown = replace(PLAIN, size=None)
    assert guards_of(unknown) == {Guard.UNREADABLE}
    selection = select([unknown], frozenset(Guard))
    assert (selection.chosen, selection.left_out) == ((), {Guard.UNREADABLE: Tally(1, 0)})


def test_a_message_with_two_guards_counts_under_each_and_once_in_all() -> None:
    twice = replace(PLAIN, flags=Flag.FLAGGED, size=10)
    selection = select([PLAIN, twice])
    assert selection.left_out == {Guard.FLAGGED: Tally(1, 10), Guard.UNREAD: Tally(1, 10)}
    assert selection.kept == Tally(1, 10)


def test_unread_messages_need_no_reason() -> None:
    assert checked_reason("", [replace(PLAIN, flags=Flag(0))]) == ""


def test_other_guards_need_a_reason() -> None:
    with pytest.raises(UsageError, match="raison"):
        checked_reason("  ", [replace(PLAIN, flags=Flag.SEEN | Flag.FLAGGED)])


def test_the_reason_is_made_safe_to_show() -> None:
    assert checked_reason("vu\x1b[31m\navec le Dr FICTIF ", [PLAIN]) == "vu·[31m avec le Dr FICTIF"


def a_plan(**changes: object) -> CleanupPlan:
    message = planned(PLAIN, identity(PLAIN))
    values: dict[str, object] = {
        "id": "p1",
        "act": Act.TRASH,
        "server": "imap.example:993",
        "user": "u",
        "address": "a@medecin.mssante.fr",
        "target": "Trash",
        "parts": (FolderPart("INBOX", 7, (message, replace(message, uid=2, size=10, date=None))),),
        "created": DATE,
    }
    return CleanupPlan(**(values | changes))  # type: ignore[arg-type]


def inbox(*messages: PlannedMessage) -> tuple[FolderPart, ...]:
    return (FolderPart("INBOX", 7, messages),)


def test_a_plan_tells_its_count_size_dates_and_largest() -> None:
    plan = a_plan()
    assert (plan.count, plan.size, plan.largest) == (2, 2058, 2048)
    assert plan.oldest == plan.newest == DATE


def test_an_empty_plan_has_no_dates_and_frees_nothing() -> None:
    plan = a_plan(parts=inbox())
    assert (plan.count, plan.size, plan.largest, plan.oldest, plan.newest) == (0, 0, 0, None, None)


def test_moving_to_the_trash_frees_nothing() -> None:
    assert a_plan().frees == 0
    assert a_plan(act=Act.EMPTY_TRASH, target="").frees == 2058
    assert a_plan(act=Act.DELETE, target="").frees == 2058
    assert a_plan(act=Act.KEEP, target="", archive="/archives").frees == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"target": ""},
        {"target": "INBOX"},
        {"act": Act.EMPTY_TRASH},
        {"act": Act.DELETE},
        {"act": Act.UNDO, "target": "", "undoes": "p0"},
        {"act": Act.UNDO},
        {"undoes": "p0"},
        {"act": Act.KEEP, "target": ""},
        {"parts": (FolderPart("INBOX", 7, ()), FolderPart("INBOX", 8, ()))},
        {"created": datetime(2019, 1, 1)},  # noqa: DTZ001 - a date without a zone is what is refused
        {"parts": inbox(PlannedMessage(1, 1, "", "", guards=frozenset({Guard.FLAGGED})))},
    ],
)
def test_a_plan_that_contradicts_itself_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        a_plan(**changes)


@pytest.mark.parametrize("uids", [(2, 1), (1, 1), (0,), (2**32,)], ids=str)
def test_messages_that_no_folder_can_hold_cannot_be_planned(uids: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        inbox(*(PlannedMessage(uid, 1, "", "") for uid in uids))


def test_a_part_names_its_folder() -> None:
    with pytest.raises(ValueError):
        FolderPart("", 7, ())


def test_messages_of_several_folders_count_together() -> None:
    parts = (*inbox(PlannedMessage(1, 30, "", "")), FolderPart("Sent", 8, (PlannedMessage(1, 12, "", ""),)))
    plan = a_plan(parts=parts)
    assert (plan.count, plan.size) == (2, 42)


def test_the_first_and_the_last_uid_there_can_be_are_taken() -> None:
    assert a_plan(parts=inbox(PlannedMessage(1, 1, "", ""), PlannedMessage(2**32 - 1, 1, "", ""))).count == 2
    assert a_plan(parts=inbox(PlannedMessage(2**32 - 1, 1, "", ""))).count == 1


def test_overridden_guards_are_told_with_their_counts() -> None:
    flagged = PlannedMessage(1, 30, "", "", guards=frozenset({Guard.FLAGGED, Guard.UNREAD}))
    plan = a_plan(parts=inbox(flagged), reason="vu avec le titulaire")
    assert plan.overridden == {Guard.FLAGGED: Tally(1, 30), Guard.UNREAD: Tally(1, 30)}


SAME = Identity(1, 2048, "01-Feb-2019 10:00:00 +0000", "ab")


@pytest.mark.parametrize(
    "found",
    [
        replace(SAME, uid=2),
        replace(SAME, size=2049),
        replace(SAME, internaldate="01-Feb-2019 10:00:01 +0000"),
        replace(SAME, message_id=""),
    ],
)
def test_any_difference_makes_it_another_message(found: Identity) -> None:
    message = PlannedMessage(1, 2048, "01-Feb-2019 10:00:00 +0000", "ab")
    assert message.is_same(SAME)
    assert message.is_same(replace(SAME, flags=Flag.ANSWERED))
    assert not message.is_same(found)


def test_flags_set_since_the_plan_raise_guards_again() -> None:
    message = PlannedMessage(1, 1, "", "", guards=frozenset({Guard.UNREAD}))
    assert message.new_guards(Flag(0)) == frozenset()
    assert message.new_guards(Flag.FLAGGED) == {Guard.FLAGGED}


messages = st.builds(
    Message,
    uid=st.integers(1, 10_000),
    size=st.none() | st.integers(0, 10**9),
    date=st.none() | st.just(DATE),
    flags=st.integers(0, 63).map(Flag),
    detail=st.none()
    | st.builds(MessageDetail, failed=st.booleans(), holds_document=st.booleans(), readable=st.booleans()),
)
includes = st.frozensets(st.sampled_from(Guard))


@given(st.lists(messages, max_size=30), includes)
def test_every_message_is_either_chosen_or_kept(rows: list[Message], include: frozenset[Guard]) -> None:
    selection = select(rows, include)
    assert len(selection.chosen) + selection.kept.messages == len(rows)
    assert all(guards_of(message) <= include for message in selection.chosen)
    assert all(selection.left_out[guard].messages <= selection.kept.messages for guard in selection.left_out)
    assert not set(selection.left_out) & (include - {Guard.UNREADABLE})


@given(st.lists(messages, max_size=30), includes, includes)
def test_lifting_more_guards_never_takes_a_message_out(
    rows: list[Message], include: frozenset[Guard], more: frozenset[Guard]
) -> None:
    fewer, larger = select(rows, include), select(rows, include | more)
    assert len(fewer.chosen) <= len(larger.chosen)
    assert fewer.kept.size >= larger.kept.size


@given(st.sets(st.integers(1, 2**32 - 1), max_size=60) | st.sets(st.integers(1, 80), max_size=60))
def test_uids_come_back_from_their_ranges(uids: set[int]) -> None:
    text = to_ranges(uids)
    assert from_ranges(text) == sorted(uids)
    assert not set(text) - set("0123456789:,")


def test_neighbours_are_joined() -> None:
    assert to_ranges([9, 2, 1, 3, 5, 3]) == "1:3,5,9"


@pytest.mark.parametrize(
    "text", ["0", "2:1", "3,3", "5,1:2", "1:4294967296", "*", "1:*", " 1", "1,,2", "1\n"]
)
def test_what_is_not_a_rising_set_of_uids_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        from_ranges(text)


@given(st.lists(st.integers(), max_size=50), st.integers(1, 9))
def test_batches_hold_everything_in_order(items: list[int], size: int) -> None:
    parts = list(batches(items, size))
    assert [item for part in parts for item in part] == items
    assert all(0 < len(part) <= size for part in parts)
