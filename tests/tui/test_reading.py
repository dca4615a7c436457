"""What is read when it is asked for: each answer is taken for what it answers."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.config import Config
from balt.mail.listing import Listing
from balt.mail.model import Preview
from balt.tui.events import PreviewRead
from balt.tui.views import reading
from balt.tui.views.browse import Browse
from balt.tui.views.reading import Reading
from tests.tui.driver import sitting


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
