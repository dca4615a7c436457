"""A person at the keyboard of the app: presses keys, waits until all is quiet, reads the screen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Static

from balt.clock import FixedClock
from balt.config import Config
from balt.secrets import Secrets
from balt.tui import receipts, shell
from balt.tui.app import BaltApp
from balt.tui.dialogs.confirm import ConfirmDialog
from balt.tui.usual import USUAL_FOLDER
from balt.tui.views import reading

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SMALL, WIDE = (80, 24), (140, 45)
SECONDS = 60.0
"""How long a test waits for what is to come, on a machine that does much else."""


class Person:
    """Drives one running app."""

    def __init__(self, app: BaltApp, pilot: "Pilot[int]") -> None:
        self.app = app
        self._pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each once the app is quiet again."""
        for key in keys:
            await self._pilot.press(key)
            await self.quiet()

    async def type(self, text: str) -> None:
        """Type a text without waiting between its letters."""
        await self._pilot.press(*(_key(char) for char in text))
        await self.quiet()

    async def paste(self, text: str) -> None:
        """Paste a text where the cursor is."""
        self.app.post_message(Paste(text))
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until every BAL has answered and no job or worker is at work."""
        await settled(self.app)
        for _ in range(int(SECONDS / 0.01)):
            if not self.app.is_running:  # it has ended, and what was going on with it
                return
            if not self._busy():
                await settled(self.app)  # every answer is taken in: what it sets a clock for begins
                await asyncio.sleep(0.01)
                await settled(self.app)
                if not self._busy():
                    return
            await asyncio.sleep(0.01)
        raise TimeoutError("the app did not come to rest")

    def _busy(self) -> bool:
        if not self.app.furnished or len(self.app.statuses) < len(self.app.engine.accounts):
            return True
        if not self.app.engine.idle or not self.app.desk.idle:
            return True
        if self.app._batch_count:  # nothing is drawn for a moment, as when the palette closes
            return True
        return any(worker.is_running for worker in self.app.workers)

    async def until(self, text: str) -> None:
        """Wait for a text on the screen."""
        for _ in range(int(SECONDS / 0.02)):
            if text in self.screen():
                return
            await self._pilot.pause(0.02)
        raise AssertionError(f"never on screen: {text!r}\n{self.screen()}")

    def screen(self) -> str:
        """What the screen shows, line by line, without colours."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def said(self) -> list[str]:
        """The notices that were shown, oldest first."""
        return [str(notice.message) for notice in self.app._notifications]

    async def hears(self, text: str) -> None:
        """Wait for a notice that says so."""
        for _ in range(int(SECONDS / 0.02)):
            if any(text in said for said in self.said()):
                return
            await self._pilot.pause(0.02)
        raise AssertionError(f"never told: {text!r}; told: {self.said()}")

    def statics(self) -> list[str]:
        """The plain texts of Textual's own labels on the top screen."""
        return [str(widget.render()) for widget in self.app.screen.query(Static)]


async def settled(app: "App[Any]") -> bool:
    """Wait until the app has nothing left to run, but what waits for a clock, a thread or a line.

    False where it ended meanwhile.
    """
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    while app.is_running and app.screen_stack:
        await asyncio.sleep(0)
        if ready:
            continue
        app.screen._on_timer_update()  # what is due for the screen is drawn now
        await app.animator.wait_for_idle()  # a scroll takes a tick even without animations
        await asyncio.sleep(0)
        if not ready:
            return True
    return False


@asynccontextmanager
async def sitting(
    config: Config,
    secrets: Secrets,
    state_dir: Path,
    *,
    size: tuple[int, int] = WIDE,
    badge: str = "DÉMO",
    now: datetime = NOW,
    with_receipts: bool = False,
    usual_folder: str = USUAL_FOLDER,
) -> AsyncIterator[Person]:
    """The app on these BAL, until the block is left; quiet at the beginning."""
    ConfirmDialog.READING_SECONDS = 0.001
    shell.NOTICE_SECONDS = 60.0  # a busy machine must not take away what a test is about to read
    reading.AHEAD = 0  # what nobody looks at is fetched in the tests that are about it
    receipts.UNASKED = with_receipts
    app = BaltApp(
        config,
        secrets,
        FixedClock(now),
        badge=badge,
        state_dir=state_dir,
        ansi=False,
        usual_folder=usual_folder,
    )
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await person.quiet()
        yield person


def _key(char: str) -> str:
    names = {
        " ": "space",
        ":": "colon",
        "-": "minus",
        "/": "slash",
        ".": "full_stop",
        "@": "at",
        "_": "underscore",
    }
    return names.get(char, char)
