"""The terminal driver, made to survive the end of its terminal and to spare the line to it.

When a window is closed, the kernel wakes the process (SIGCONT) as it tells it (SIGHUP); Textual then starts
to write again, on a terminal that is gone: its writer dies of EIO and the program waits for it for ever.

What Textual writes says every colour of every piece again: ``balt.tui.sgr`` takes out what changes nothing,
which a slow line (SSH) and the terminal feel.
"""

import os
from typing import IO, Any, cast

from balt.tui.sgr import Minimiser

if os.name == "posix":
    from textual.drivers.linux_driver import LinuxDriver

    class _Deaf:
        """A stream that goes on as if nothing were wrong when nobody is there to read."""

        def __init__(self, stream: IO[str]) -> None:
            self._stream = stream

        def write(self, text: str) -> int:
            try:
                return self._stream.write(text)
            except OSError:
                return len(text)

        def flush(self) -> None:
            try:
                self._stream.flush()
            except OSError:
                return

        def __getattr__(self, name: str) -> Any:
            return getattr(self._stream, name)

    class TerminalDriver(LinuxDriver):
        """Textual's driver on a stream that does not mind the end of the terminal, with fewer octets."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file = _Deaf(cast(IO[str], self._file))  # type: ignore[assignment]
            self._minimiser = Minimiser()

        def write(self, data: str) -> None:
            super().write(self._minimiser.feed(data))

    DRIVER: type[LinuxDriver] | None = TerminalDriver
else:
    DRIVER = None
