"""How a command ends, however it ends: an exit code, at most a sentence, and nothing left behind."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType

from balt.crash import crash_of
from balt.errors import BaltError, UsageError
from balt.i18n import _
from balt.text import plain

INTERRUPTED = 130
READER_GONE = 141  # as the shell says of SIGPIPE: the output was not read to its end
CRASHED = 70  # EX_SOFTWARE of sysexits.h: none of the answers that a script waits for
_ENDING = ("SIGTERM", "SIGHUP")


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
    """Say what went wrong and what to do next; an advice may show lines to copy."""
    for line in (_("balt : %s") % error).split("\n"):
        tell(line)


def report_crash(error: BaseException) -> None:
    """Say where balt broke; what it was working on stays untold."""
    for line in crash_of(error).lines():
        tell(line)


def flush_output() -> None:
    """Hand over all that was printed; raises UsageError when it cannot be taken (a full disk).

    A reader that has gone (``head``) is nobody's mistake: the command has done its work.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_output()
    except OSError as error:
        give_up_output()
        raise cannot_write(error) from None


def cannot_write(error: OSError) -> UsageError:
    """The output could not be written: nothing that was printed may be relied on."""
    return UsageError(
        _("la sortie n'a pas pu être écrite en entier (%s).") % plain(error.strerror or type(error).__name__)
    )


def give_up_output() -> None:
    """Send what is still to be printed nowhere: Python would complain about it at the very end."""
    with suppress(OSError, ValueError):  # a stream of a test has no number
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


@contextmanager
def undisturbed() -> Iterator[None]:
    """No signal interrupts what is done here: cleaning up, which is short and must be whole."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _signals("SIGINT", *_ENDING)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def ignore_signals() -> None:
    """From now on no signal interrupts this process: it has nothing left to do but to end."""
    if threading.current_thread() is threading.main_thread():
        for number in _signals("SIGINT", *_ENDING):
            signal.signal(number, signal.SIG_IGN)


def _signals(*names: str) -> list[signal.Signals]:
    """Those that this system knows: Windows has no SIGHUP."""
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


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
    before = {number: signal.getsignal(number) for number in _signals(*_ENDING)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _on_signal)

    def restore() -> None:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)

    return restore


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise SignalledError
