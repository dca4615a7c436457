"""Make the pictures of the README from the demo: SVG, and PNG where rsvg-convert is installed.

    scripts/screenshots            every picture
    scripts/screenshots fiches     those whose name begins so

The demo runs with a fixed seed and a fixed day, so the pictures change only when balt does.
"""

import asyncio
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from textual.pilot import Pilot

from balt import i18n
from balt.cli.demo import running_demo
from balt.clock import FixedClock
from balt.config import ArchiveSettings
from balt.tui.app import BaltApp
from balt.tui.dialogs.confirm import ConfirmDialog

HERE = Path(__file__).parent
TODAY = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
WIDE, SMALL = (140, 40), (80, 24)


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the size in cells, the language, the theme, and the keys that lead there."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    language: str = "fr"
    look: str = "balt-sombre"


CHOSEN = ("enter", "5", "t", "3", "enter", "3", "t", "1", "l", "l", "enter", "2", "h", "h", "w")
"""Letters that bear the preferred BAL, prescriptions that bear the one before, another BAL for lab tests."""
SHOTS = (
    Shot("fiches-140x40", WIDE),
    Shot("fiches-80x24", SMALL),
    Shot("fiches-140x40-en", WIDE, language="en"),
    Shot("fiches-140x40-clair", WIDE, look="balt-clair"),
    Shot("annuaire-140x40", WIDE, ("2", "j", "j")),
    Shot("annuaire-80x24", SMALL, ("2", "j", "j")),
    Shot("annuaire-140x40-en", WIDE, ("2",), language="en"),
    Shot("annuaire-recherche-140x40", WIDE, ("2", "f", *"exemple camille")),
    Shot("annuaire-reponse-80x24", SMALL, ("2", "G", "c")),
    Shot("situations-140x40", WIDE, ("4", *CHOSEN)),
    Shot("situations-80x24", SMALL, ("4", *CHOSEN)),
    Shot("situations-140x40-en", WIDE, ("4", *CHOSEN), language="en", look="balt-clair"),
    Shot("situations-qr-80x24", SMALL, ("4", *CHOSEN, "Q")),
    Shot("premiere-bal-80x24", SMALL, ("plus",)),
    Shot("premiere-bal-80x24-en", SMALL, ("plus",), language="en"),
    Shot("messages-140x40", WIDE, ("3", "space", "j", "space", "space")),
    Shot("messages-80x24", SMALL, ("3", "space", "space")),
    Shot("messages-filtre-140x40", WIDE, ("3", "slash", *"older:2y larger:5M", "enter", "asterisk")),
    Shot("messages-masque-140x40", WIDE, ("3", "m")),
    Shot("messages-140x40-contraste", WIDE, ("3",), look="balt-contraste"),
    Shot("message-140x40", WIDE, ("3", "p")),
    Shot("pieces-140x40", WIDE, ("3", "w", "2", "j", "space")),
    Shot("pieces-80x24-en", SMALL, ("3", "w", "2"), language="en"),
    Shot("expediteurs-140x40", WIDE, ("3", "w", "3", "space")),
    Shot("genres-80x24", SMALL, ("3", "w", "6", "j")),
    Shot("genres-140x40-en", WIDE, ("3", "w", "6"), language="en"),
    Shot("tous-140x40", WIDE, ("3", "h", "j", "enter", "D")),
    Shot("plan-140x40", WIDE, ("3", "E")),
    Shot("plan-80x24", SMALL, ("3", "E")),
    Shot("liberer-140x40", WIDE, ("3", "L", "enter")),
    Shot("liberer-80x24", SMALL, ("3", "L")),
    Shot("liberer-80x24-en", SMALL, ("3", "L", "enter"), language="en"),
    Shot("journal-140x40", WIDE, ("3", "E", "o", "enter", "5")),
    Shot("aide-80x24", SMALL, ("question_mark",)),
    Shot("risques-140x40", WIDE, ("l", "r")),
)


ARCHIVES = Path("/home/camille/archives")
"""Where the pictures say that messages are archived; none is."""


async def settle(app: BaltApp, pilot: Pilot[int]) -> None:
    """Wait until every BAL has answered and no worker is at work, for at most 20 seconds."""
    for _ in range(400):
        await pilot.pause(0.05)
        waiting = len(app.statuses) < len(app.engine.accounts)
        quiet = app.engine.idle and app.desk.idle and not any(w.is_running for w in app.workers)
        if not waiting and quiet:
            await pilot.pause(0.3)
            if app.desk.idle:
                return
    raise TimeoutError("the demo did not come to rest")


async def take(shot: Shot, folder: Path) -> Path:
    """One picture, from a demo of its own."""
    i18n.set_language(shot.language)
    ConfirmDialog.READING_SECONDS = 0.01
    with running_demo(seed=1, today=TODAY.date()) as demo:
        config = replace(demo.config, archive=ArchiveSettings(ARCHIVES))
        app = BaltApp(
            config, demo.secrets, FixedClock(TODAY), badge=i18n._("DÉMO"), state_dir=demo.state_dir, ansi=False
        )
        async with app.run_test(size=shot.size) as pilot:
            await settle(app, pilot)
            while app.look.name != shot.look:
                app.action_look()
            for key in shot.keys:
                await pilot.press(key)
                await settle(app, pilot)
            path = folder / f"{shot.name}.svg"
            path.write_text(steady(app.export_screenshot(title="balt")), encoding="utf-8")
    return path


def steady(svg: str) -> str:
    """The picture with a stable id, and with leading blanks turned into positions: some renderers drop them."""
    svg = re.sub(r"terminal-\d+", "balt", svg)

    def whole(found: re.Match[str]) -> str:
        head, x, middle, width, tail, blanks, rest = found.groups()
        count = blanks.count("&#160;")
        cells = count + len(re.sub(r"&#?\w+;", "x", rest))
        cell = float(width) / cells if cells else 0.0
        return f'{head}x="{float(x) + count * cell:.2f}"{middle}textLength="{float(width) - count * cell:.2f}"{tail}{rest}'

    return re.sub(
        r'(<text [^>]*?)x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*>)((?:&#160;)+)([^<]*)', whole, svg
    )


def to_png(svg: Path) -> None:
    """A PNG beside the SVG; says nothing where rsvg-convert is missing."""
    tool = shutil.which("rsvg-convert")
    if tool:
        subprocess.run([tool, "-w", "1600", str(svg), "-o", str(svg.with_suffix(".png"))], check=True)


def main() -> None:
    """Make the pictures whose names begin with the first argument, or all."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for shot in SHOTS:
        if shot.name.startswith(wanted):
            to_png(asyncio.run(take(shot, HERE)))
            sys.stderr.write(shot.name + "\n")


if __name__ == "__main__":
    main()
