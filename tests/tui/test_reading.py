"""What is read when it is asked for: each answer is taken for what it answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from balt.cli.demo import Demo
from balt.clock import FixedClock
from balt.config import Config
from balt.mail.documents.part import PartContent
from balt.mail.listing import Listing
from balt.mail.model import Preview
from balt.mail.structure import Part
from balt.mailboxes.grouping import Way, group_rows
from balt.mailboxes.worker import Ticket
from balt.tui.documents import Documents, MessagePlace
from balt.tui.events import PreviewRead
from balt.tui.theme import DARK
from balt.tui.views import reading
from balt.tui.views.browse import Browse
from balt.tui.views.group_rows import GroupOrder, GroupRows, Scope
from balt.tui.views.reading import Reading
from tests.tui.driver import NOW, sitting


class Asked:
    """Remembers what an engine was asked for."""

    def __init__(self) -> None:
        self.batches: list[Sequence[int]] = []

    def read_senders(self, _address: str, _listing: Listing, keys: Sequence[int]) -> None:
        self.batches.append(keys)


def listing() -> Listing:
    made = Listing("INBOX", 1, 7)
    for uid in range(1, 7):
        made.uids.append(uid)
        for column in made.columns()[1:4]:
            column.append(0)
    return made


def test_an_answer_to_an_older_listing_is_not_taken_for_that_of_the_batch_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    asked, older, newer = Asked(), listing(), listing()
    browse = Browse(Config(), listing=older)
    background = Reading(asked, browse)  # type: ignore[arg-type]
    background.begin(older, ())
    background.need(older, range(6), senders=True)
    background.more()
    browse.listing = newer
    background.begin(newer, ())
    background.need(newer, range(2, 6), senders=True)
    background.more()
    assert [list(batch) for batch in asked.batches] == [[1, 2], [3, 4]]
    background.answered(asked.batches[0], {1, 2})
    assert len(asked.batches) == 2
    background.answered(asked.batches[1], {3})
    assert list(asked.batches[2]) == [5, 6]
    background.need(newer, [2, 3, 4, 5], senders=True)
    background.answered(asked.batches[2], set())
    assert [list(batch) for batch in asked.batches[3:]] == [[3]]


async def test_a_message_of_a_folder_made_anew_meanwhile_is_not_shown(
    shared_demo: Demo, tmp_path: Path
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path) as person:
        await person.press("3")
        browse = person.app.messages.browse
        listing = browse.listing
        assert listing is not None
        for older, windows in ((1, 1), (0, 2)):
            preview = Preview((), ("Bonjour",), ())
            told = PreviewRead(
                browse.address, browse.folder, listing.uidvalidity - older, listing.uids[0], preview
            )
            person.app.post_message(told)
            await person.quiet()
            assert len(person.app.screen_stack) == windows


def test_a_part_of_a_folder_made_anew_meanwhile_is_not_shown() -> None:
    class Session:
        def part(self, *_asked: object) -> PartContent:
            return PartContent(Part("2", "text/plain", size=7), b"SECRET!")

        def validity(self, _folder: str) -> int:
            return 8

    def at_once(_address: str, job: Any, done: Any, *_rest: object) -> Ticket:
        done(job(Session(), lambda: False))
        return Ticket(1)

    told: list[object] = []
    Documents(at_once, lambda _address: False).read(MessagePlace("a@x", "INBOX", 7, 5), "2", told.append)
    assert told == ["Ce dossier a été recréé sur le serveur entre-temps : relisez-le."]


def test_groups_behind_an_open_one_do_not_outlive_their_filter() -> None:
    made = listing()
    browse = Browse(Config(), listing=made, way=Way.YEAR, scope=Scope(Way.YEAR, "1970"))
    grouping = group_rows(made, range(6), Way.YEAR, FixedClock(NOW))
    browse.groups = GroupRows(grouping, GroupOrder(), browse.marks, lambda: DARK, str)
    browse.set_filter("larger:1M", FixedClock(NOW))
    assert browse.groups is None
