"""The real program in a real terminal: tmux on a socket of its own, looked at as a person would.

Nothing here sleeps for a fixed time: what is waited for is looked for until a deadline.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_ESCAPE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, moves, modes
    rb"|\x1b[()][0-9A-B]|\x1b[=>78M]"  # character sets, keypad, saved cursor
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    rb"|\x1bP[0-9;$+q=]*[0-9A-Za-z]*\x1b\\"  # the questions a program asks its terminal
)

# The exit code goes to a file: tmux itself sometimes never tells it.
_KEEP_STATUS = ("/bin/sh", "-c", '"$@"; echo $? > "$0"')


class Terminal:
    """``with Terminal(["balt", "demo"], columns=80, rows=24) as terminal:`` the program runs while it lasts.

    ``environ`` is added to that of the tests. The terminal stays after the program has ended, so that what
    it left on the screen can be seen.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command)
        self._size = (columns, rows)
        self._environ = {
            **os.environ,
            "TERM": "tmux-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            **(environ or {}),
        }
        for name in ("TMUX", "COLUMNS", "LINES"):  # the last two would hide the size of the terminal
            self._environ.pop(name, None)

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="balt-term-"))
        self._raw = self._folder / "output"
        self._ended = self._folder / "ended"
        for file in (self._raw, self._ended):
            file.touch()
        columns, rows = self._size
        # One invocation: the pipe is there before the program has written its first octet.
        self._tmux(
            *(
                "new-session",
                "-d",
                "-x",
                str(columns),
                "-y",
                str(rows),
                *_KEEP_STATUS,
                str(self._ended),
                *self._command,
                ";",
            ),
            *("set-option", "-g", "remain-on-exit", "on", ";"),
            *("set-option", "-g", "status", "off", ";"),
            *("set-option", "-s", "escape-time", "0", ";"),
            *("resize-window", "-x", str(columns), "-y", str(rows), ";"),
            *("pipe-pane", f"cat >> '{self._raw}'"),
        )
        self._leader = int(self._tmux("display-message", "-p", "-t", ":", "#{pane_pid}"))
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        _end_group(self._leader)
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Close the window, as a person does who clicks its cross: the program gets a SIGHUP."""
        if self._open:
            self._tmux("kill-server")
            self._open = False

    def keys(self, *names: str) -> None:
        """Press keys, as tmux names them: "j", "Enter", "Escape", "Space", "C-p", "PageDown"."""
        self._tmux("send-keys", "-t", ":", *names)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-t", ":", "-l", "--", re.sub(r";$", r"\;", text))  # tmux's own separator

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def text(self) -> str:
        """What is on the screen now, without colours, one line per row."""
        return self._tmux("capture-pane", "-p", "-t", ":")

    def wait_for(self, *texts: str, timeout: float = 60) -> str:
        """Wait until all these texts stand on the screen together, and return the screen."""
        return self.wait_until(
            lambda screen: all(text in screen for text in texts), f"{texts!r} to show", timeout
        )

    def wait_until_gone(self, *texts: str, timeout: float = 60) -> str:
        """Wait until none of these texts stands on the screen."""
        return self.wait_until(
            lambda screen: not any(text in screen for text in texts), f"{texts!r} to go", timeout
        )

    def wait_until(self, satisfied: Callable[[str], bool], what: str, timeout: float = 60) -> str:
        """Wait until the screen satisfies a condition; ``what`` tells it when it fails."""
        deadline = time.monotonic() + timeout
        while not satisfied(screen := self.text()):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s for {what}; the screen:\n{screen}")
            time.sleep(0.02)
        return screen

    def wait_for_end(self, timeout: float = 60) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + timeout
        while True:
            if (told := self._ended.read_text(encoding="ascii")).endswith("\n"):
                return int(told)
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {timeout} s; the screen:\n{self.text()}")
            time.sleep(0.02)

    def raw(self) -> bytes:
        """Every octet that the program has sent to the terminal so far."""
        return self._raw.read_bytes()

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self._folder / "socket"), "-f", os.devnull, *arguments],
            env=self._environ,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def _end_group(leader: int, patience: float = 2) -> None:
    """See to it that nothing of a program outlives its test, even one that does not heed a closed window."""
    deadline = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(leader, 0)
            time.sleep(0.02)
        os.killpg(leader, signal.SIGKILL)


def foreign_controls(raw: bytes) -> list[str]:
    """What a program that draws never sends, and a hostile subject would; each character once.

    Titles, clipboard and other strings (OSC, APC), bells, C1 controls, bidirectional and other invisible
    characters. Colours, moves and modes are the program's own.
    """
    text = _ESCAPE.sub(b"", raw).decode("utf-8", errors="backslashreplace")
    return sorted(
        {
            repr(char)
            for char in text
            if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\r\n\b"
        }
    )


def processes_with(mark: str) -> list[int]:
    """The processes whose environment holds ``mark`` (an empty list where the system has no ``/proc``)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in entry.read_bytes():
                found.append(int(entry.parent.name))
        except OSError:  # it has just ended, or is somebody else's
            continue
    return found
