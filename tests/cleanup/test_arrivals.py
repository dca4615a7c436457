"""What counts as proof that a message has arrived in the trash."""

from dataclasses import replace

import pytest

from balt.cleanup import arrivals as module
from balt.cleanup.arrivals import arrivals, copied, landed, surely_landed, trusted
from balt.cleanup.plan import PlannedMessage
from balt.mail.model import Identity
from tests.cleanup.fake import FakeSession, Server

DATE = "01-Feb-2019 10:00:00 +0100"
ID = "ab" * 32
MESSAGE = PlannedMessage(3, 1000, DATE, ID)
COPY = Identity(40, 1000, DATE, ID)


def in_trash(count: int = 3) -> FakeSession:
    server = Server()
    server.fill("Trash", count)
    session = FakeSession(server)
    session.ensure_open()
    session.examine("Trash")
    return session


@pytest.mark.parametrize(
    ("since", "uidnext", "found"),
    [
        (40, 43, [40, 41, 42]),
        (41, 43, [41, 42]),
        (42, 43, [42]),
        (43, 43, []),
        (1, 41, [40]),
        (44, 43, []),
        (0, 43, []),
    ],
)
def test_new_messages_are_those_from_the_first_new_uid_on(since: int, uidnext: int, found: list[int]) -> None:
    assert [one.uid for one in arrivals(in_trash(), since, uidnext)] == found


def test_too_wide_a_gap_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SPAN", 3)
    session = in_trash()
    assert len(arrivals(session, 40, 43)) == 3
    session.script.calls.clear()
    assert arrivals(session, 39, 43) == []
    assert session.script.calls == []


@pytest.mark.parametrize("difference", [{"size": 1001}, {"message_id": "cd" * 32}, {"message_id": ""}])
def test_another_message_is_not_the_one_that_left(difference: dict[str, object]) -> None:
    assert landed([MESSAGE], [COPY]) == {3}
    assert landed([MESSAGE], [replace(COPY, **difference)]) == set()  # type: ignore[arg-type]


def test_a_server_may_change_the_date_of_what_it_moves() -> None:
    assert landed([MESSAGE], [replace(COPY, internaldate="other")]) == {3}


def test_without_a_message_id_the_date_must_agree() -> None:
    nameless, copy = replace(MESSAGE, message_id=""), replace(COPY, message_id="")
    assert landed([nameless], [copy]) == {3}
    assert landed([nameless], [replace(copy, internaldate="other")]) == set()


def test_each_arrival_stands_for_one_message_only() -> None:
    twin = replace(MESSAGE, uid=4)
    assert landed([MESSAGE, twin], [COPY]) == {3}
    assert landed([MESSAGE, twin], [COPY, replace(COPY, uid=41)]) == {3, 4}


def test_a_copy_that_nobody_vouches_for_must_agree_in_everything_and_be_alone() -> None:
    twin = replace(MESSAGE, uid=4)
    assert surely_landed([MESSAGE], [COPY]) == {3}
    assert surely_landed([MESSAGE], [replace(COPY, internaldate="other")]) == set()
    assert surely_landed([MESSAGE], [COPY, replace(COPY, uid=41)]) == set()
    assert surely_landed([MESSAGE, twin], [COPY]) == set()
    assert surely_landed([replace(MESSAGE, message_id="")], [replace(COPY, message_id="")]) == set()


@pytest.mark.parametrize(
    ("copies", "believed"),
    [
        ({3: 40, 4: 41}, True),
        ({3: 41, 4: 40}, True),
        ({3: 40}, False),
        ({3: 40, 4: 41, 5: 42}, False),
        ({3: 40, 4: 40}, False),
        ({3: 39, 4: 41}, False),
        (None, False),
    ],
)
def test_a_copyuid_is_believed_when_it_names_every_message_once_and_all_new(
    copies: dict[int, int] | None, believed: bool
) -> None:
    assert trusted(copies, [3, 4], since=40) == (copies if believed else None)


def test_the_copy_that_copyuid_names_must_be_there_and_whole() -> None:
    assert copied([MESSAGE], {3: 40}, {40: COPY}) == {3}
    assert copied([MESSAGE], {3: 40}, {}) == set()
    assert copied([MESSAGE], {3: 40}, {40: replace(COPY, size=1)}) == set()
    assert copied([MESSAGE], {3: 40}, {40: replace(COPY, message_id="")}) == set()
