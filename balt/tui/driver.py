"""The terminal driver, made to survive the end of its terminal.

When a window is closed, the kernel wakes the process (SIGCONT) as it tells it (SIGHUP); Textual then starts
to write again, on a terminal that is gone: its writer dies of EIO and the program waits for it for ever.
"""

import os
from typing import IO, Any, cast

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
        """Textual's driver on a stream that does not mind the end of the terminal."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file = _Deaf(cast(IO[str], self._file))  # type: ignore[assignment]

    DRIVER: type[LinuxDriver] | None = TerminalDriver
else:
    DRIVER = None
