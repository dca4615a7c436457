"""What commands that act on a mailbox share: how far they are, and how they are asked to stop."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from balt.cleanup.pace import Pace
from balt.cleanup.ports import Advance
from balt.cli.output import Progress
from balt.i18n import _
from balt.units import format_count


class ActNarration:
    """Tells how far the act is, how fast, and how long still."""

    def __init__(self) -> None:
        self.progress = Progress()
        self._pace = Pace()

    def advance(self, advance: Advance) -> None:
        """Some more is done."""
        self._pace.at(time.monotonic(), advance)
        told = {"done": format_count(advance.messages), "total": format_count(advance.of_messages)}
        sentence = _("%(done)s messages sur %(total)s") % told
        pace = self._pace.words(advance)
        self.progress.show(f"{sentence} · {pace}" if pace else sentence)


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM has come: the act then ends after the batch under way, with a true account.
    A second one interrupts at once, and the next start settles what was left open.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        handler = before[signal.Signals(number)]
        if asked.is_set() and callable(handler):
            handler(number, frame)
        asked.set()

    for number in before:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
