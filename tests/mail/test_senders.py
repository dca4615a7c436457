"""The column of senders goes along with its messages, from one listing to the next, and is never kept."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from balt.mail.index_schema import COLUMNS
from balt.mail.listing import Listing
from balt.mail.model import MessageDetail
from balt.mail.senders import UNREAD_SENDER, Addresses, SenderColumn
from balt.mail.whole import whole

SENDERS = st.lists(st.one_of(st.none(), st.sampled_from(["a@b.fr", "c@d.fr", ""])), max_size=8)


def listing(senders: "list[str | None]", folder: str = "INBOX", first: int = 1) -> Listing:
    made = Listing(folder, 1, first + len(senders))
    for uid in range(first, first + len(senders)):
        made.uids.append(uid)
        made.sizes.append(1)
        made.dates.append(1)
        made.flags.append(0)
    made.learn({uid: MessageDetail(sender=s) for uid, s in enumerate(senders, first) if s is not None})
    made.expected = len(made)
    return made


def senders_of(made: Listing) -> "list[str | None]":
    numbers = made.senders.numbers(range(len(made)))
    return [None if n == UNREAD_SENDER else made.senders.addresses.text(n) for n in numbers]


@given(SENDERS)
def test_what_is_learnt_is_known_row_by_row(senders: "list[str | None]") -> None:
    made = listing(senders)
    assert senders_of(made) == senders
    assert [made.senders.number(row) for row in range(len(made))] == made.senders.numbers(range(len(made)))


@given(SENDERS, st.data())
def test_a_part_keeps_the_senders_of_its_rows(senders: "list[str | None]", data: st.DataObject) -> None:
    a, b = sorted(data.draw(st.tuples(st.integers(0, len(senders)), st.integers(0, len(senders)))))
    made = listing(senders).part(range(a), range(b, len(senders)))
    assert senders_of(made) == senders[:a] + senders[b:]


@given(SENDERS, SENDERS)
def test_rows_that_come_after_bring_their_senders(
    senders: "list[str | None]", more: "list[str | None]"
) -> None:
    made = listing(senders)
    made.extend(listing(more, first=100))
    assert senders_of(made) == senders + more


@given(SENDERS, st.sets(st.integers(1, 8)))
def test_a_listing_anew_inherits_what_was_known(senders: "list[str | None]", gone: set[int]) -> None:
    known = listing(senders)
    fresh = Listing("INBOX", 1, known.uidnext)
    for uid in (uid for uid in known.uids if uid not in gone):
        fresh.uids.append(uid)
    fresh.inherit(known)
    assert senders_of(fresh) == [sender for uid, sender in enumerate(senders, 1) if uid not in gone]


@given(SENDERS, SENDERS)
def test_all_folders_at_once_have_the_senders_of_each(
    senders: "list[str | None]", more: "list[str | None]"
) -> None:
    assert senders_of(whole([listing(senders), listing(more, "Sent")], {})) == senders + more


def test_an_address_is_kept_once_whatever_its_case() -> None:
    addresses = Addresses()
    assert addresses.number("Labo@BIO.fr") == addresses.number("labo@bio.fr") > UNREAD_SENDER
    assert addresses.number("") > UNREAD_SENDER
    assert len(addresses) == 2


def test_threads_never_give_one_number_to_two_addresses() -> None:
    addresses, column = Addresses(), SenderColumn()

    def learn(thread: int) -> None:
        for row in range(2000):
            addresses.number(f"{thread}-{row}@b.fr")
            column.learn(row * 4 + thread, f"{thread}@b.fr")

    threads = [threading.Thread(target=learn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({addresses.number(f"{t}-{r}@b.fr") for t in range(4) for r in range(2000)}) == 8000
    told = [column.addresses.text(column.number(row)) for row in range(8000)]
    assert told == [f"{row % 4}@b.fr" for row in range(8000)]


def test_the_index_has_no_place_for_senders() -> None:
    made = listing(["a@b.fr"])
    assert len(made.columns()) == len(COLUMNS)
    assert "senders" not in COLUMNS
