"""How a command ends, however it ends: an exit code, at most a sentence, and nothing left behind."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from balt.crash import crash_of
from balt.errors import BaltError
from balt.i18n import _
from balt.text import plain

INTERRUPTED = 130
CRASHED = 70  # EX_SOFTWARE of sysexits.h: none of the answers that a script waits for


class SignalledError(BaseException):
    """SIGTERM or SIGHUP came: raised in the main thread, so that every ``finally`` does its work."""


def worst(*codes: int) -> int:
    """The exit code that tells most: 4, else 3, else wrong use, else findings."""
    return max(codes, key=(0, 1, 2, 3, 4, INTERRUPTED).index)


def tell(text: str) -> None:
    """Say a sentence on standard error, on one line."""
    if sys.stderr is not None:
        sys.stderr.write(plain(text) + "\n")


def fail(error: BaltError) -> None:
    """Say what went wrong and what to do next."""
    tell(_("balt : %s") % error)


def report_crash(error: BaseException) -> None:
    """Say where balt broke; what it was working on stays untold."""
    for line in crash_of(error).lines():
        tell(line)


def reader_gone() -> int:
    """Whoever read the output (``head``) has had enough: nothing is wrong, and nothing more can be said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


@contextmanager
def safe_ending() -> Iterator[None]:
    """While a command runs: no traceback from anywhere, no core file, and signals that end it in order."""
    _give_missing_streams()
    _no_core_file()
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = _on_exception
    threading.excepthook = lambda failed: _in_thread(failed.exc_value)
    sys.unraisablehook = lambda failed: _in_thread(failed.exc_value)
    restore = _catch_signals()
    try:
        yield
    finally:
        restore()
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _on_exception(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    report_crash(error)


def _in_thread(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        report_crash(error)


def _give_missing_streams() -> None:
    """Started with a closed stream (``>&-``), Python has None there: what is written goes nowhere instead."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def _no_core_file() -> None:
    """A core file would hold passwords and mail."""
    if os.name == "posix":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _catch_signals() -> Callable[[], None]:
    """SIGTERM and SIGHUP raise in the main thread; one that was ignored (``nohup``) stays so."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    numbers = [n for name in ("SIGTERM", "SIGHUP") if (n := getattr(signal, name, None)) is not None]
    before = {n: signal.getsignal(n) for n in numbers}
    for number in numbers:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, _on_signal)

    def restore() -> None:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)

    return restore


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise SignalledError
