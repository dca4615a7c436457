"""Starts the real command line quickly: a process that has imported balt forks one for each run.

What is forked is a process of its own, with its own environment, output and umask, that runs
``balt.cli.program`` to its end or until it is killed. Only the imports (0.3 s) are not repeated. Requests and
answers are lines of JSON.
"""

import contextlib
import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def serve() -> int:
    """Read requests until the end of input. In the parent returns 0, in each child the exit code of balt."""
    importlib.import_module("balt.cli")
    importlib.import_module("tests.faults.inject")
    print(json.dumps({"balt": str(Path(sys.modules["balt"].__file__ or "").parent)}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        for name in request.get("modules", ()):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        gc.collect()
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            return _child(request)
        print(json.dumps({"pid": pid}), flush=True)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": status}), flush=True)
    return 0


def _child(request: dict[str, Any]) -> int:
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    os.umask(request["umask"])
    os.chdir(request["folder"])
    for descriptor, name, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, "out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, "err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        handle = os.open(name, mode, 0o600)
        os.dup2(handle, descriptor)
        os.close(handle)
    if request.get("inject"):
        from tests.faults import inject

        inject.install(request["inject"])
    from balt.cli import program

    code = program(request["arguments"])
    if "learn" in request:
        names = [name for name in sys.modules if not name.startswith(("tests.", "__"))]
        Path(request["learn"]).write_text(json.dumps(names), encoding="utf-8")
    return code
