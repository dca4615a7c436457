"""Opening the app from the command line, and what is left on the terminal when it breaks."""

import os
import sys
from pathlib import Path

from balt.clock import Clock
from balt.config import Config
from balt.mailboxes.head_start import HeadStart
from balt.secrets import Secrets
from balt.tui.app import WANTS_DEMO, BaltApp
from balt.tui.usual import USUAL_FOLDER

__all__ = ["WANTS_DEMO", "run_app"]


def run_app(
    config: Config,
    secrets: Secrets,
    clock: Clock,
    *,
    badge: str = "",
    state_dir: Path,
    data_dir: Path | None = None,
    head_start: HeadStart | None = None,
    usual_folder: str = USUAL_FOLDER,
) -> int:
    """Open the app and stay until it is left; the exit code, or WANTS_DEMO. ``badge`` is a word for the
    header. Answers, situations and the directory's index are in ``data_dir``, by default ``state_dir``;
    what people take away is proposed to go to ``usual_folder``.
    """
    ansi = "NO_COLOR" in os.environ or os.environ.get("TERM") == "linux"
    app = BaltApp(
        config,
        secrets,
        clock,
        badge=badge,
        state_dir=state_dir,
        data_dir=data_dir,
        ansi=ansi,
        head_start=head_start,
        usual_folder=usual_folder,
    )
    result = app.run()
    if app.crash is not None:
        sys.stderr.write("\n".join(app.crash.lines()) + "\n")
        return 1
    return result or 0
