"""Leaving when the terminal goes away, so that no process is left behind."""

import asyncio
import contextlib
import os
import signal
from typing import Any

from textual.app import App


def exit_on_signals(app: App[Any]) -> None:
    """Leave when the terminal goes away, even where a wrapper ignores SIGHUP: no process is left spinning."""
    if os.name != "posix":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGHUP, signal.SIGTERM):
        # Only the main thread may; a test runs the app wherever it likes.
        with contextlib.suppress(RuntimeError, ValueError):
            loop.add_signal_handler(number, app.exit, 128 + number)
