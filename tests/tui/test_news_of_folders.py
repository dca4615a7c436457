"""What the engine tells while the app is busy: the latest of each folder is enough, and each is heard."""

import pytest
from textual.app import App
from textual.message import Message

from balt.tui.events import FolderChanged, Progress

BAL, OTHER = "c.exemple@ch-fictif.mssante.fr", "camille.exemple@medecin.mssante.fr"
Heard = list[tuple[str, ...]]


class Listener(App[None]):
    """An app that is told all of this at once, and what it heard of it."""

    def __init__(self, *told: Message) -> None:
        super().__init__()
        self._told = told
        self.heard: Heard = []

    def on_mount(self) -> None:
        for each in self._told:
            self.post_message(each)

    def on_folder_changed(self, event: FolderChanged) -> None:
        self.heard.append((event.address, event.folder))

    def on_progress(self, event: Progress) -> None:
        self.heard.append((event.address, event.folder, str(event.done)))


async def heard(*told: Message) -> Heard:
    app = Listener(*told)
    async with app.run_test() as pilot:
        await pilot.pause()
    return app.heard


@pytest.mark.parametrize("other", [(BAL, "Sent"), (OTHER, "INBOX")])
async def test_of_two_folders_that_change_at_once_both_are_heard(other: tuple[str, str]) -> None:
    told = [FolderChanged(BAL, "INBOX"), FolderChanged(*other)]
    assert await heard(*told) == [(BAL, "INBOX"), other]


async def test_of_one_folder_that_changes_again_and_again_it_is_heard_once() -> None:
    assert await heard(*(FolderChanged(BAL, "INBOX") for _each in range(3))) == [(BAL, "INBOX")]


@pytest.mark.parametrize("other", [(BAL, "Sent"), (OTHER, "INBOX")])
async def test_how_far_each_reading_is_is_heard_and_the_latest_of_one_is_enough(
    other: tuple[str, str],
) -> None:
    told = [Progress(BAL, "INBOX", 1, 9), Progress(BAL, "INBOX", 2, 9), Progress(*other, 5, 9)]
    assert await heard(*told) == [(BAL, "INBOX", "2"), (*other, "5")]


async def test_news_of_one_kind_do_not_take_the_place_of_another() -> None:
    told = [FolderChanged(BAL, "INBOX"), Progress(BAL, "INBOX", 1, 9)]
    assert await heard(*told) == [(BAL, "INBOX"), (BAL, "INBOX", "1")]
