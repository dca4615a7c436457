"""Work that waits for the network on behalf of a window, in a thread that holds back neither it nor balt."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

from textual.message_pump import MessagePump

from balt.errors import BaltError, CancelledError
from balt.i18n import _


class Errand:
    """One run of ``work``, which is given the errand itself. What it tells a window is dropped once the
    errand was stopped; the thread is a daemon, so a silent server cannot keep balt from ending.
    """

    def __init__(self, window: MessagePump, work: Callable[["Errand"], None]) -> None:
        self.running = True
        self._window = window
        self._work = work
        self._stopped = threading.Event()

    def start(self, failed: Callable[[BaltError], object]) -> None:
        """Begin; ``failed`` is called on the window's side with the error that ended the work, if any."""
        context = contextvars.copy_context()
        run = threading.Thread(target=context.run, args=(self._run, failed), name="balt errand", daemon=True)
        run.start()

    def stop(self) -> None:
        """Nothing of it is wanted any more; it ends as soon as it looks up."""
        self._stopped.set()
        self.running = False

    def stopped(self) -> bool:
        return self._stopped.is_set()

    def tell(self, hear: Callable[..., object], *what: Any) -> None:
        """Call ``hear`` on the window's side, in the order of telling, unless the errand was stopped."""

        def told() -> None:
            if not self.stopped():
                hear(*what)

        self._window.call_later(told)

    def _run(self, failed: Callable[[BaltError], object]) -> None:
        try:
            self._work(self)
        except CancelledError:
            pass
        except BaltError as error:
            self.tell(failed, error)
        except Exception as error:  # of it only its kind is shown: its values may hold anything
            kind = type(error).__name__
            message = _("l'essai n'a pas pu aller au bout : erreur inattendue (%s).") % kind
            self.tell(failed, BaltError(message, advice=_("Recommencez.")))
        finally:
            self.running = False
