"""A program on a pseudo-terminal, for what needs every octet and its moment: first paint, latency."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

_ESCAPE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<=>][0-?]*[ -/]*[@-~]|\x1b\[[0-?]*[ -/]+[@-~]|\x1bP[^\x1b]*\x1b\\")


class PseudoTerminal:
    """The program runs while the ``with`` block lasts; ``output`` is what it has written so far."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command)
        self._size = (columns, rows)
        self._environ = {
            **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            **(environ or {}),
        }
        self.output = bytearray()

    def __enter__(self) -> Self:
        columns, rows = self._size
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environ,
            start_new_session=True,
        )
        os.close(slave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            deadline = time.monotonic() + 5
            while self._process.poll() is None and time.monotonic() < deadline:
                self._read(0.05)  # a program that still writes must not wait for its reader
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._master)

    def send(self, octets: bytes) -> None:
        """Send octets as the keyboard would."""
        os.write(self._master, octets)

    def read_until(self, text: str, timeout: float = 20, since: int = 0) -> float:
        """Read until ``text`` was written (colours and moves aside); seconds from the start to that octet."""
        wanted = text.encode()
        deadline = time.monotonic() + timeout
        while wanted not in _ESCAPE.sub(b"", bytes(self.output[since:])):
            if time.monotonic() > deadline or not self._read(deadline - time.monotonic()):
                raise AssertionError(f"{text!r} was not written:\n" + "\n".join(self.screen()))
        return time.perf_counter() - self.started

    def read_until_quiet(self, quiet: float = 0.15, timeout: float = 20) -> None:
        """Read until nothing was written for ``quiet`` seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            before = len(self.output)
            self._read(quiet)
            if len(self.output) == before:
                return

    def wait(self, timeout: float = 20) -> int:
        """Read until the program ends; its exit code."""
        deadline = time.monotonic() + timeout
        while self._process.poll() is None:
            assert time.monotonic() < deadline, "still running:\n" + "\n".join(self.screen())
            self._read(0.05)
        return self._process.returncode

    def screen(self) -> list[str]:
        """The rows of the screen as a terminal would show them now."""
        screen = pyte.Screen(*self._size)
        pyte.ByteStream(screen).feed(_NOT_FOR_PYTE.sub(b"", bytes(self.output)))
        return [line.rstrip() for line in screen.display]

    def _read(self, timeout: float) -> bool:
        """Take what was written within ``timeout`` seconds; False when the program has closed its side."""
        ready, _, _ = select.select([self._master], [], [], max(timeout, 0))
        if not ready:
            return True
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the last writer has gone
            return False
        self.output += piece
        return bool(piece)
