"""Running the commands that give a secret: what they say first, and an end to all that they started."""

import atexit
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

_LONGEST = 64 * 1024
_LAST_WORDS_SECONDS = 0.5
"""How long the output of a command that has ended may still be on its way."""


def first_line(command: tuple[str, ...], seconds: float) -> tuple[int | None, bytes]:
    """Run ``command`` without a shell: its exit code (None when it took too long) and its first line.

    What follows the first line is read and dropped, and what goes to its error output is not kept. A program
    that the command left behind (an agent) lives on, and is not waited for.
    """
    with _RUNNING.started(command) as process:
        output = _Output(process)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None, b""
        return code, output.first_line()


class _Output:
    """What a command says, read in a thread: it may say much, and another program may hold the pipe open."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._said = bytearray()
        self._enough = threading.Event()
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def first_line(self) -> bytes:
        """The first line, once the command has ended; without its end where another program might go on."""
        self._enough.wait(_LAST_WORDS_SECONDS)
        return bytes(self._said).partition(b"\n")[0]

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while part := os.read(pipe.fileno(), _LONGEST):
                if not self._enough.is_set():
                    self._said += part
                    if b"\n" in self._said or len(self._said) >= _LONGEST:
                        self._enough.set()
        self._enough.set()


class _Commands:
    """The commands that run: each in a session of its own, so that it ends with all that it started, when it
    takes too long or when balt ends (a shell's child would outlive the shell alone).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[subprocess.Popen[bytes]] = set()
        self._over = False

    @contextmanager
    def started(self, command: tuple[str, ...]) -> Iterator["subprocess.Popen[bytes]"]:
        """The command; it has ended, or is made to end, when the block is left. Raises OSError."""
        with self._lock:
            if self._over:
                raise ProcessLookupError
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._all.add(process)
        try:
            yield process
        finally:
            with self._lock:
                self._all.discard(process)
                _end(process)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LAST_WORDS_SECONDS)

    def end_all(self) -> None:
        """balt ends: nothing that it started stays behind, and nothing more is started."""
        with self._lock:
            self._over = True
            for process in self._all:
                _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a command that still runs, with its children. Of one that was waited for, the number may be
    another program's by now.
    """
    if process.returncode is not None:
        return
    if os.name == "posix":
        with suppress(OSError):  # none of them is left, or they are another user's
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


_RUNNING = _Commands()
atexit.register(_RUNNING.end_all)
