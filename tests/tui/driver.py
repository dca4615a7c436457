"""A person at the keyboard of the app: presses keys, waits until all is quiet, reads the screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from balt.clock import FixedClock
from balt.config import Config
from balt.secrets import Secrets
from balt.tui import receipts, shell
from balt.tui.app import BaltApp
from balt.tui.dialogs.confirm import ConfirmDialog
from balt.tui.views import reading

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SMALL, WIDE = (80, 24), (140, 45)
SECONDS = 20.0


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

    async def quiet(self) -> None:
        """Wait until every BAL has answered and no job or worker is at work."""
        for _ in range(int(SECONDS / 0.02)):
            await self._pilot.pause(0.02)
            answered = len(self.app.statuses) >= len(self.app.engine.accounts)
            busy = any(worker.is_running for worker in self.app.workers)
            if answered and self.app.engine.idle and self.app.desk.idle and not busy:
                await self._pilot.pause(0.03)
                return
        raise TimeoutError("the app did not come to rest")

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

    def statics(self) -> list[str]:
        """The plain texts of Textual's own labels on the top screen."""
        return [str(widget.render()) for widget in self.app.screen.query(Static)]


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
) -> AsyncIterator[Person]:
    """The app on these BAL, until the block is left; quiet at the beginning."""
    ConfirmDialog.READING_SECONDS = 0.01
    shell.NOTICE_SECONDS = 60.0  # a busy machine must not take away what a test is about to read
    reading.AHEAD = 0  # what nobody looks at is fetched in the tests that are about it
    receipts.UNASKED = with_receipts
    app = BaltApp(config, secrets, FixedClock(now), badge=badge, state_dir=state_dir, ansi=False)
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
