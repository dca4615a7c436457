"""How groups are drawn: what each column says, how much of each is marked, and what a long name leaves."""

import pytest

from balt.clock import FixedClock
from balt.config import Config
from balt.mail.dates import UNKNOWN_DATE
from balt.mail.listing import UNKNOWN_SIZE, Listing
from balt.mail.model import MessageDetail
from balt.mail.senders import SenderColumn
from balt.mailboxes.grouping import Way, group_rows
from balt.mailboxes.grouping_words import key_name
from balt.tui.paint import bar_text, width_of
from balt.tui.theme import DARK
from balt.tui.views.browse import Browse
from balt.tui.views.group_rows import GroupOrder, GroupRows, head
from balt.tui.views.marks import Marks
from tests.tui.driver import NOW

DAY = 86_400
MESSAGES = [
    ("labo@bio.fr", 3 * 1024**2, 0),
    ("labo@bio.fr", 1024**2, 400),
    ("日本語@" + "x" * 90 + ".fr", 500, 1),
    ("", UNKNOWN_SIZE, 2),
]


def listing() -> Listing:
    made = Listing("INBOX", 1, 10)
    for uid, (sender, size, days) in enumerate(MESSAGES, 1):
        made.uids.append(uid)
        made.sizes.append(size)
        made.dates.append(int(NOW.timestamp()) - days * DAY if sender else UNKNOWN_DATE)
        made.flags.append(0)
        made.learn({uid: MessageDetail(sender=sender)})
    return made


def rows(marks: Marks, made: Listing, order: GroupOrder) -> GroupRows:
    grouping = group_rows(made, range(len(made)), Way.SENDER, FixedClock(NOW))
    return GroupRows(grouping, order, marks, lambda: DARK, lambda key: key_name(Way.SENDER, key))


@pytest.fixture
def shown() -> GroupRows:
    return rows(Marks(), listing(), GroupOrder())


def drawn(source: GroupRows, row: int, width: int = 79) -> str:
    return "".join(text for text, _style in source.line(row, width))


@pytest.mark.parametrize("width", [60, 79, 105, 139, 200])
def test_a_row_and_its_head_fill_the_width_exactly(shown: GroupRows, width: int) -> None:
    assert width_of(head(width, DARK, Way.SENDER)) == width
    assert [width_of(shown.line(row, width)) for row in range(len(shown))] == [width] * 3


def test_a_row_says_name_size_part_and_number_under_their_headings(shown: GroupRows) -> None:
    line, names = drawn(shown, 0), "".join(text for text, _style in head(79, DARK, Way.SENDER))
    assert line.split() == ["labo@bio.fr", "██████████████", "4,0", "Mo", "99", "%", "2"]
    assert names.index("Expéditeur") == line.index("labo")
    assert names.rstrip().rindex("Messages") + len("Messages") == line.rindex("2") + 1


def test_what_is_unknown_is_told_and_comes_last_by_name(shown: GroupRows) -> None:
    assert drawn(shown, 2).split()[:2] == ["(sans", "expéditeur)"]
    assert "? 0 o" in drawn(shown, 2)
    for reverse in (False, True):
        shown.sort(GroupOrder("name", reverse))
        assert shown.groups[-1].key is None
    assert dict(shown.facts(2))["Messages"].endswith("1 de taille inconnue")
    assert dict(shown.facts(2))["Reçus"] == "date inconnue"


def test_a_group_is_told_in_full_below(shown: GroupRows) -> None:
    facts = dict(shown.facts(0))
    assert facts["Expéditeur"] == "labo@bio.fr"
    assert facts["Messages"] == "2 messages · 2 non lus"
    assert facts["Reçus"] == "du 18 oct. 2025 au 22 nov. 2026"


def test_the_sign_tells_whether_all_some_or_none_is_marked() -> None:
    made, marks = listing(), Marks()
    marks.begin(made)
    source = rows(marks, made, GroupOrder())
    assert [source.sign(row) for row in range(3)] == [" ", " ", " "]
    marks.toggle(0)
    assert [source.sign(row) for row in range(3)] == ["◐", " ", " "]
    marks.set([1, 3], True)
    assert [source.sign(row) for row in range(3)] == ["●", " ", "●"]
    assert source.marked_in(0) == 2
    marks.begin(made)
    assert source.sign(0) == " "


def test_the_same_key_turns_an_order_round() -> None:
    order = GroupOrder().turned("size")
    assert order.reverse
    assert not order.turned("count").reverse
    assert GroupOrder("count").label(Way.YEAR) == "par nombre ▼"
    assert GroupOrder("name").label(Way.YEAR) == "par date ▲"


def test_the_largest_group_has_the_whole_bar_and_the_others_their_share(shown: GroupRows) -> None:
    assert drawn(shown, 0).count("█") == 14
    assert drawn(shown, 2).count("█") == 0
    assert [bar_text(part, 4) for part in (0.0, 0.5, 0.53125, 1.0, 2.0)] == ["", "██", "██▏", "████", "████"]


def test_messages_that_are_in_no_group_yet_are_not_shown() -> None:
    made = listing()
    made.senders = SenderColumn()  # nothing is read of them yet
    made.learn_senders({1: "labo@bio.fr"})
    browse = Browse(Config(), listing=made, way=Way.SENDER)
    assert browse.hidden(range(4)) == 4
    browse.groups = rows(browse.marks, made, GroupOrder())
    assert browse.hidden(range(4)) == 3
