"""The heads of windows and lists on a narrow screen: what does not fit is cut, and the cut is shown."""

from pathlib import Path

import pytest

from balt.cli.demo import Demo
from balt.tui.dialogs.pager import Pager
from tests.tui.driver import SMALL, sitting


async def test_the_title_of_a_window_gives_way_to_its_keys(shared_demo: Demo, tmp_path: Path) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        person.app.push_screen(Pager("Un titre " * 12, lambda _width, _look: []))
        await person.quiet()
        (head,) = [line for line in person.screen().splitlines() if "Un titre" in line]
        assert head.split("Un titre", 1)[1].rstrip().endswith("Échap Fermer")
        assert "…" in head


@pytest.mark.parametrize("note", ["lecture… 12 %", "le serveur n'a pas répondu, " * 4])
async def test_what_goes_on_is_told_before_how_the_list_is_sorted(
    shared_demo: Demo, tmp_path: Path, note: str
) -> None:
    async with sitting(shared_demo.config, shared_demo.secrets, tmp_path, size=SMALL) as person:
        await person.press("3")
        person.app.messages.browse.note = note
        person.app.messages.repaint()
        await person.quiet()
        title = person.screen().splitlines()[1].rstrip()
        assert note in title or title.endswith("…")
        assert ("par taille" in title) is (note in title)
