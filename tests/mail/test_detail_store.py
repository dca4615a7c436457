"""What is kept of messages that were read, and how much of it at most."""

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from balt.mail.detail_store import DetailStore, _octets
from balt.mail.details import MOST_ATTACHMENTS, UNREADABLE, detail_in
from balt.mail.model import Attachment, MessageDetail
from tests.mail.session_answers import detail_row
from tests.mail.test_frames import answer


def subjects(store: DetailStore, uids: range) -> list[str | None]:
    return [detail.subject if (detail := store.get(uid)) else None for uid in uids]


def test_an_answer_is_read_when_it_is_asked_for_and_once() -> None:
    store = DetailStore()
    store.add_frames({7: answer(7), 8: b""})
    assert (7 in store, 9 in store, len(store)) == (True, False, 2)
    first = store.get(7)
    assert first is not None
    assert first.subject == "Bilan"
    assert store.get(7) is first
    assert store.get(8) == UNREADABLE
    assert store.get(9) is None
    assert len(store) == 2


def test_what_is_known_already_is_not_replaced_by_an_answer() -> None:
    store = DetailStore()
    store[7] = MessageDetail(subject="lu")
    store.add_frames({7: answer(7), 8: answer(8)})
    store.add_frames({8: answer(8, b'"autre"')})
    assert subjects(store, range(7, 9)) == ["lu", "Bilan"]


def test_what_is_read_anew_takes_the_place_of_what_was_kept() -> None:
    store = DetailStore()
    store.add_frames({7: answer(7)})
    store.update({7: MessageDetail(subject="neuf")})
    assert subjects(store, range(7, 8)) == ["neuf"]
    assert len(store) == 1


def test_the_oldest_answers_go_when_there_is_no_more_room() -> None:
    room = 3 * len(answer(1))
    store = DetailStore(most_octets=room)
    store.add_frames({uid: answer(uid) for uid in range(1, 6)})
    assert subjects(store, range(1, 6)) == [None, None, "Bilan", "Bilan", "Bilan"]
    store.add_frames({uid: answer(uid) for uid in range(6, 9)})
    assert subjects(store, range(6, 9)) == ["Bilan"] * 3
    store.add_frames({9: b"x" * (room + 1)})
    assert 9 not in store


def test_the_oldest_details_go_when_there_are_too_many() -> None:
    store = DetailStore(most_read=3)
    store.update({uid: MessageDetail(subject=str(uid)) for uid in range(1, 5)})
    store[2] = MessageDetail(subject="encore")
    store[5] = MessageDetail(subject="5")
    assert subjects(store, range(1, 6)) == [None, "encore", None, "4", "5"]


def attached(count: int) -> MessageDetail:
    return MessageDetail(
        subject=str(count), attachments=(Attachment("2", "courrier.pdf", "application/pdf", 9),) * count
    )


def test_the_oldest_details_go_when_they_take_too_much_memory() -> None:
    store = DetailStore(most_read_octets=100_000)
    store.update({uid: attached(100) for uid in range(1, 6)})
    assert subjects(store, range(1, 6)) == [None, None, None, "100", "100"]
    store[4] = attached(1)
    store.update({uid: attached(1) for uid in range(6, 40)})
    assert subjects(store, range(4, 7)) == ["1", "100", "1"]
    store[50] = attached(500)
    assert len(store) == 0


def test_a_message_with_more_attachments_than_people_send_is_unreadable() -> None:
    part = b'("APPLICATION" "PDF" NIL NIL NIL "BASE64" 9 NIL NIL NIL NIL)'
    for count, readable in ((MOST_ATTACHMENTS, True), (MOST_ATTACHMENTS + 1, False)):
        row = detail_row(7, b"(" + part * count + b' "MIXED" NIL NIL NIL NIL)')
        detail = detail_in(row, 7)
        assert (detail.readable, detail.subject) == (readable, "Bilan")
        assert len(detail.attachments) == (count if readable else 0)


def test_a_store_takes_over_what_another_one_knows() -> None:
    mine, other = DetailStore(), DetailStore()
    other.add_frames({1: answer(1)})
    other[2] = MessageDetail(subject="lu")
    mine.take_over(other)
    mine.take_over(mine)
    assert subjects(mine, range(1, 3)) == ["Bilan", "lu"]
    assert subjects(other, range(1, 3)) == ["Bilan", "lu"]


steps = st.lists(
    st.tuples(st.sampled_from(["frame", "detail", "get"]), st.integers(1, 6), st.integers(0, 40)), max_size=40
)


@settings(deadline=None)
@given(steps, st.integers(0, 100), st.integers(1, 4))
def test_bounds_hold_whatever_is_put_in_and_asked(
    done: list[tuple[str, int, int]], most_octets: int, most_read: int
) -> None:
    store = DetailStore(most_octets, most_read)
    for what, uid, octets in done:
        if what == "frame":
            store.add_frames({uid: b"x" * octets})
        elif what == "detail":
            store[uid] = MessageDetail(subject="lu")
        else:
            assert (uid in store) == (store.get(uid) is not None)
        assert len(store) == sum(uid in store for uid in range(1, 7))
        assert store._octets == sum(map(len, store._frames.values())) <= most_octets
        assert len(store._read) <= most_read
        assert store._read_octets == sum(map(_octets, store._read.values()))


def test_one_thread_fills_while_another_one_looks() -> None:
    store = DetailStore(most_octets=20_000, most_read=20)
    failures: list[BaseException] = []

    def fill() -> None:
        try:
            for uid in range(1, 2000):
                store.add_frames({uid: answer(uid)})
        except BaseException as error:
            failures.append(error)

    filling = threading.Thread(target=fill)
    filling.start()
    looks = 0
    while filling.is_alive() or not looks:
        looks += 1
        for uid in range(1, 2000, 97):
            detail = store.get(uid)
            assert detail is None or detail.subject == "Bilan"
        assert len(store) < 2000
    filling.join(30)
    assert failures == []
