"""The client under test: balt's own command line, as a process that can be killed."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.source import ROOT

_START = "import sys; sys.path[:0] = sys.argv[1:3]; from tests.faults.zygote import serve; sys.exit(serve())"
_LEARNT: dict[str, list[str]] = {}
"""What a run of each command imports: the next run has it imported before the fork."""
UMASK = 0o022
"""What most people have; a client that relies on it leaves patients' mail readable for all."""


@dataclass(frozen=True)
class Ended:
    """How a run of the client ended: its exit code, minus the signal that killed it; None when it hung."""

    code: int | None
    out: str
    err: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether it was killed, as some faults do."""
        return self.code is not None and self.code < 0

    @property
    def report(self) -> dict[str, Any]:
        """What it printed as JSON, of the first BAL where it is a list; {} when it did not get so far."""
        with suppress(ValueError, IndexError):
            found = json.loads(self.out)
            found = found[0] if isinstance(found, list) else found
            if isinstance(found, dict):
                return found
        return {}


class Client:
    """Runs the balt whose package is in ``package``; a context manager."""

    def __init__(self, package: Path = ROOT) -> None:
        self._package = package

    def __enter__(self) -> "Client":
        environ = {**os.environ, "PYTHONUTF8": "1"}
        self._zygote = subprocess.Popen(
            [sys.executable, "-c", _START, str(self._package), str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=environ,
            cwd=self._package,
        )
        where = Path(self._answer(30)["balt"])
        if where.parent.resolve() != self._package.resolve():
            raise RuntimeError(f"another balt was started: {where}")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._zygote.stdin and self._zygote.stdout:
            self._zygote.stdin.close()
            self._zygote.wait(30)
            self._zygote.stdout.close()

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        *,
        deadline: float = 60.0,
        inject: Mapping[str, object] | None = None,
        started: Callable[[int], None] | None = None,
    ) -> Ended:
        """One run of the command line in ``folder``; ``started`` is told its process id at once."""
        request = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environ": dict(environ),
            "umask": UMASK,
            "inject": dict(inject) if inject else None,
            "modules": sorted({name for names in _LEARNT.values() for name in names}),
        }
        learnt = folder / "modules.json"
        if arguments[0] not in _LEARNT:
            request["learn"] = str(learnt)
        began = time.monotonic()
        assert self._zygote.stdin
        self._zygote.stdin.write(json.dumps(request) + "\n")
        self._zygote.stdin.flush()
        pid = int(self._answer(30)["pid"])
        if started:
            started(pid)
        code = self._wait(pid, deadline)
        if learnt.exists():
            _LEARNT[arguments[0]] = json.loads(learnt.read_text(encoding="utf-8"))
            learnt.unlink()
        out, err = ((folder / name).read_text("utf-8", "replace") for name in ("out", "err"))
        return Ended(code, out, err, time.monotonic() - began)

    def _wait(self, pid: int, deadline: float) -> int | None:
        try:
            return int(self._answer(deadline)["code"])
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._answer(10)
            return None

    def _answer(self, seconds: float) -> dict[str, Any]:
        out = self._zygote.stdout
        assert out
        if not select.select([out], [], [], seconds)[0]:
            raise TimeoutError
        answer = json.loads(out.readline())
        assert isinstance(answer, dict)
        return answer
