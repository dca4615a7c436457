"""Finding messages: what is asked of the server, and what comes out."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from balt.clock import FixedClock
from balt.config import Account
from balt.errors import UsageError
from balt.mail.detail_store import MOST_READ
from balt.mail.filters import parse_filter
from balt.mail.listing import UNKNOWN_SIZE
from balt.mail.model import Content, MessageDetail
from balt.mailboxes.search import BATCH, Found, Search, find
from tests.mailboxes.fake_mail import FakeMail

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLOCK = FixedClock(NOW)
ACCOUNT = Account("camille.exemple@medecin.mssante.fr", host="imap.example", username="camille")


@pytest.fixture
def mail() -> FakeMail:
    return FakeMail(NOW)


def search(text: str = "", **options: object) -> Search:
    return Search(parse_filter(text, CLOCK), **options)  # type: ignore[arg-type]


def uids(found: Iterator[Found]) -> list[int]:
    return [each.message.uid for each in found]


def test_all_folders_come_in_one_order(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=30)
    mail.add("INBOX", 2, size=10)
    mail.add("Trash", 3, size=20)
    found = list(find(mail, ACCOUNT, search(sort="size")))
    assert [(each.folder.name, each.message.uid) for each in found] == [
        ("INBOX", 1),
        ("Trash", 3),
        ("INBOX", 2),
    ]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ["size", "date"])
def test_what_is_unknown_comes_last_either_way(mail: FakeMail, sort: str, reverse: bool) -> None:
    mail.add("INBOX", 1, size=UNKNOWN_SIZE, age=None)
    mail.add("INBOX", 2)
    mail.add("Trash", 3)
    assert uids(find(mail, ACCOUNT, search(sort=sort, reverse=reverse)))[-1] == 1


def test_details_are_read_only_for_what_comes_out(mail: FakeMail) -> None:
    for uid in range(1, 50):
        mail.add("INBOX", uid, size=uid)
    assert uids(find(mail, ACCOUNT, search(sort="size", limit=3))) == [49, 48, 47]
    assert sorted(mail.asked[0][1]) == [47, 48, 49]
    assert len(mail.asked) == 1


def test_sizes_and_dates_narrow_before_details_are_read(mail: FakeMail) -> None:
    pdf = MessageDetail(sender="a@b.fr", content=Content.PDF)
    mail.add("INBOX", 1, age=2000, detail=pdf)
    mail.add("INBOX", 2, age=5, detail=pdf)
    mail.add("INBOX", 3, age=2000)
    assert uids(find(mail, ACCOUNT, search("older:2y has:pdf"))) == [1]
    assert mail.asked == [("INBOX", [1, 3])]


def test_many_messages_come_in_order_by_batches(mail: FakeMail) -> None:
    for uid in range(1, 2 * BATCH + 10):
        mail.add("INBOX" if uid % 2 else "Sent", uid, age=uid)
    found = find(mail, ACCOUNT, search(reverse=True))
    assert next(found).message.uid == 1
    assert sum(len(each) for _folder, each in mail.asked) == BATCH
    assert uids(found) == list(range(2, 2 * BATCH + 10))


MANY = MOST_READ + 1500
SENDERS = ["zoe@x.fr", "Élise@x.fr", "albert@x.fr", ""]


@pytest.fixture
def many(mail: FakeMail) -> FakeMail:
    """More messages than details are kept of, in two folders."""
    for uid in range(1, MANY + 1):
        detail = MessageDetail(
            sender=SENDERS[uid % 4],
            subject=f"Bilan {uid % 7}",
            content=Content.PDF if uid % 3 == 0 else Content.NONE,
        )
        mail.add("INBOX" if uid % 5 else "Sent", uid, size=uid * 7919 % 10_000, age=uid % 1000, detail=detail)
    return mail


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ["size", "date", "from"])
def test_more_messages_than_are_kept_come_in_the_order_asked(
    many: FakeMail, sort: str, reverse: bool
) -> None:
    sign = -1 if reverse else 1

    def place(uid: int) -> tuple[object, ...]:
        sender = sorted(SENDERS[:3], key=lambda each: each.replace("É", "e")).index
        in_listing = (uid % 5 == 0, uid)
        if sort == "size":
            return (-sign * (uid * 7919 % 10_000), *in_listing)
        if sort == "date":
            return (-sign * (uid % 1000), *in_listing)
        return (uid % 4 == 3, sign * sender(SENDERS[uid % 4]) if uid % 4 < 3 else 0, *in_listing)

    expected = sorted((uid for uid in range(1, MANY + 1) if uid % 7 == 2), key=place)
    assert uids(find(many, ACCOUNT, search('subject:"bilan 2"', sort=sort, reverse=reverse))) == expected
    first = search('subject:"bilan 2"', sort=sort, reverse=reverse, limit=9)
    assert uids(find(many, ACCOUNT, first)) == expected[:9]


def test_all_of_more_messages_than_are_kept_come_by_sender(many: FakeMail) -> None:
    found = [each.message for each in find(many, ACCOUNT, search(sort="from"))]
    assert len(found) == MANY
    assert [message.detail.sender for message in found if message.detail] == (
        ["albert@x.fr"] * (MANY // 4)
        + ["Élise@x.fr"] * (MANY // 4)
        + ["zoe@x.fr"] * (MANY // 4)
        + [""] * (MANY // 4)
    )


def test_few_details_are_kept_and_few_are_asked_for_at_a_time(many: FakeMail) -> None:
    found = find(many, ACCOUNT, search("-bilan"))
    assert list(found) == []
    assert sum(len(each) for _folder, each in many.asked) == MANY
    assert max(len(each) for _folder, each in many.asked) == BATCH
    assert all(len(many.scan(folder).details) <= MOST_READ for folder in ("INBOX", "Sent"))


def test_what_the_facts_tell_is_not_read_to_filter(many: FakeMail) -> None:
    assert uids(find(many, ACCOUNT, search("has:pdf"))) != []
    many.asked.clear()
    largest = sorted(range(3, MANY + 1, 3), key=lambda uid: uid * 7919 % 10_000)[-4:]
    assert set(uids(find(many, ACCOUNT, search("has:pdf", sort="size", limit=4)))) == set(largest)
    assert sum(len(each) for _folder, each in many.asked) <= 4


def test_a_message_that_goes_away_meanwhile_is_left_out(mail: FakeMail) -> None:
    mail.add("INBOX", 1)
    mail.add("INBOX", 2)
    mail.gone = {1}
    assert uids(find(mail, ACCOUNT, search())) == [2]


def test_an_unreadable_message_is_listed(mail: FakeMail) -> None:
    mail.add("INBOX", 1, detail=MessageDetail(readable=False))
    (found,) = find(mail, ACCOUNT, search())
    assert found.message.detail is not None
    assert not found.message.detail.readable


def test_senders_are_compared_without_case_and_accents(mail: FakeMail) -> None:
    for uid, sender in enumerate(["zoe@x.fr", "Élise@x.fr", "albert@x.fr"], start=1):
        mail.add("INBOX", uid, detail=MessageDetail(sender=sender))
    assert uids(find(mail, ACCOUNT, search(sort="from"))) == [3, 2, 1]


def test_progress_names_the_folder(mail: FakeMail) -> None:
    mail.add("INBOX", 1)
    told: list[tuple[str, int, int]] = []
    list(find(mail, ACCOUNT, search(), lambda *each: told.append(each)))
    assert told == [("INBOX", 1, 1)]


@pytest.mark.parametrize("name", ["Été 2019", "ete 2019", "ÉTÉ 2019"])
def test_one_folder_may_be_named_as_one_types_it(mail: FakeMail, name: str) -> None:
    mail.add("INBOX", 1)
    mail.add("Été 2019", 2)
    assert uids(find(mail, ACCOUNT, search(folder=name))) == [2]


def test_the_exact_name_goes_before_a_similar_one(mail: FakeMail) -> None:
    mail.add("ete", 1)
    mail.add("Été", 2)
    assert uids(find(mail, ACCOUNT, search(folder="Été"))) == [2]


def test_a_folder_that_is_not_there_names_those_that_are(mail: FakeMail) -> None:
    mail.add("INBOX", 1)
    with pytest.raises(UsageError, match=r"Perdu.*INBOX"):
        list(find(mail, ACCOUNT, search(folder="Perdu")))


@pytest.mark.parametrize("text", ["from:a", "to:a", "subject:a", "mot", "-mot", 'larger:1k "mot"'])
def test_a_discreet_access_may_not_ask_about_the_mail(mail: FakeMail, text: str) -> None:
    mail.add("INBOX", 1)
    other = Account("camille.exemple@medecin.mssante.fr", username="camille*master")
    with pytest.raises(UsageError, match="discret"):
        list(find(mail, other, search(text)))


def test_a_discreet_access_may_ask_about_sizes_dates_and_kinds(mail: FakeMail) -> None:
    mail.add("INBOX", 1, size=9000)
    other = Account("camille.exemple@medecin.mssante.fr", username="camille*master")
    assert uids(find(mail, other, search("larger:5k -older:2y kind:other in:INBOX"))) == [1]
