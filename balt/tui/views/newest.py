"""Work in a thread of which only the newest matters: however many wishes come, one is worked at."""

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.widget import Widget
from textual.worker import get_current_worker

W = TypeVar("W")
R = TypeVar("R")


class Newest(Generic[W, R]):
    """``work`` is called in a thread with a wish and with what says that it should stop: a newer one has
    come. What it tells for the newest goes to ``show``; None is not shown. Used by the thread of the screen.
    """

    def __init__(
        self,
        owner: Widget,
        work: Callable[[W, Callable[[], bool]], R | None],
        show: Callable[[R], object],
    ) -> None:
        self._owner = owner
        self._work = work
        self._show = show
        self._wish: W | None = None
        self._at_work = False

    def want(self, wish: W) -> None:
        """Work for this wish, and for no older one any more."""
        self._wish = wish
        if not self._at_work:
            self._begin(wish)

    def _begin(self, wish: W) -> None:
        self._at_work = True
        self._owner.run_worker(lambda: self._run(wish), thread=True, group="newest", exit_on_error=False)

    def _run(self, wish: W) -> None:
        worker, result = get_current_worker(), None
        try:
            result = self._work(wish, lambda: worker.is_cancelled or self._wish is not wish)
        finally:
            if not worker.is_cancelled:
                self._owner.app.call_from_thread(self._done, wish, result)

    def _done(self, wish: W, result: R | None) -> None:
        self._at_work = False
        if self._wish is not wish and self._wish is not None:
            self._begin(self._wish)
        elif result is not None:
            self._show(result)
