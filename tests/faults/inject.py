"""Faults between the client and its disk and clock, made inside the client's own process.

The calls of ``os`` that change or secure files are wrapped, and those files that Python itself would write to
without ``os.write`` are made to go through it. Only what lies below ``root`` is counted: neither imports nor
the line to the server. Installed by ``tests.faults.zygote`` in a child, never in the process of the tests.
"""

import builtins
import errno
import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

CALLS = ("open", "write", "fsync", "close", "rename", "replace", "link", "unlink", "mkdir", "rmdir", "chmod")
LYING = "LIE"
"""The disk keeps something else than what was written, and says nothing."""
_WRITES = os.O_WRONLY | os.O_RDWR


class _Watch:
    """Counts the calls, keeps a log of them, and lets the n-th one fail."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.root = os.path.realpath(spec["root"])
        self.spec = spec
        self.real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in CALLS}
        self.paths: dict[int, str] = {}
        self.count = 0
        self.written = 0
        self.lock = threading.Lock()  # several threads write into an archive
        self.log = -1
        if "log" in spec:
            self.log = self.real["open"](spec["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def path_of(self, target: object, dir_fd: int | None = None) -> str:
        """Where a call acts, "" for what is not below the root."""
        if isinstance(target, int):
            return self.paths.get(target, "")
        inside = self.paths.get(dir_fd, "") if dir_fd is not None else ""
        path = os.path.normpath(Path.cwd() / inside / os.fsdecode(target))  # type: ignore[arg-type]
        return path if (path + os.sep).startswith(self.root + os.sep) else ""

    def due(self, name: str, path: str, other: str = "", size: int = 0) -> bool:
        """Take note of a call that is about to be made; raises or kills when it is its turn. Whether the disk
        is to lie about this one.
        """
        with self.lock:
            number, self.count = self.count, self.count + 1
        if self.log >= 0:
            line = {"time": time.monotonic(), "call": name, "path": path, "to": other, "size": size}
            self.real["write"](self.log, (json.dumps(line) + "\n").encode())
        if number != self.spec.get("at"):
            return "lying" in self.spec and str(self.spec["lying"]) in path
        if self.spec["how"] != LYING:
            self.fail(str(self.spec["how"]), path)
        return True

    def fail(self, how: str, path: str) -> None:
        """KILL, or the error of that name."""
        if how == "KILL":
            os.kill(os.getpid(), signal.SIGKILL)
        code = getattr(errno, how)
        raise OSError(code, os.strerror(code), path)

    def room_for(self, size: int, path: str) -> int:
        """How many octets of a write still find room."""
        room = self.spec.get("room")
        if room is None or size == 0:
            return size
        left = int(room) - self.written
        if left <= 0:
            self.fail("ENOSPC", path)
        return min(left, size)


def install(spec: Mapping[str, Any]) -> None:
    """Wrap what ``spec`` asks for: ``root`` (with ``at`` and ``how``, ``room``, ``log`` or ``lying``, which
    is a part of a path), ``shift`` of the clock in days, ``pace`` of the monotonic one.
    """
    if "root" in spec:
        _wrap(_Watch(spec))
    if "shift" in spec:
        _shift_clock(timedelta(days=float(spec["shift"])))
    if "pace" in spec:
        _pace_clock(float(spec["pace"]))


def _wrap(watch: _Watch) -> None:
    real = watch.real

    def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where = watch.path_of(path, dir_fd)
        if where and flags & (_WRITES | os.O_CREAT):
            watch.due("open", where)
        handle: int = real["open"](path, flags, mode, dir_fd=dir_fd)
        watch.paths[handle] = where
        return handle

    def write(handle: int, data: Any) -> int:
        where = watch.path_of(handle)
        if not where:
            return int(real["write"](handle, data))
        lying = watch.due("write", where, size=len(data))
        octets = bytes([data[0] ^ 1, *data[1:]]) if lying else bytes(data)
        with watch.lock:
            done = int(real["write"](handle, octets[: watch.room_for(len(data), where)]))
            watch.written += done
        return done

    def on_handle(name: str) -> Callable[[int], None]:
        def call(handle: int) -> None:
            where = watch.path_of(handle)
            if name == "close":
                watch.paths.pop(handle, None)
                real[name](handle)
            if where:
                watch.due(name, where)
            if name != "close":
                real[name](handle)

        return call

    def on_path(name: str) -> Callable[..., None]:
        def call(path: Any, *rest: Any, dir_fd: int | None = None, **options: Any) -> None:
            if where := watch.path_of(path, dir_fd):
                watch.due(name, where)
            if dir_fd is not None:
                options["dir_fd"] = dir_fd
            real[name](path, *rest, **options)

        return call

    def on_two(name: str) -> Callable[..., None]:
        def call(
            source: Any,
            target: Any,
            *,
            src_dir_fd: int | None = None,
            dst_dir_fd: int | None = None,
            **o: Any,
        ) -> None:
            where = watch.path_of(source, src_dir_fd)
            if where:
                watch.due(name, where, watch.path_of(target, dst_dir_fd))
            real[name](source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd, **o)

        return call

    os.open, os.write = opened, write
    for name in ("fsync", "close"):
        setattr(os, name, on_handle(name))
    for name in ("unlink", "mkdir", "rmdir", "chmod"):
        setattr(os, name, on_path(name))
    for name in ("rename", "replace", "link"):
        setattr(os, name, on_two(name))
    os.supports_dir_fd.update((os.open, os.unlink, os.mkdir, os.rename, os.link, os.rmdir, os.chmod))
    _files_through(watch)


class _File(io.RawIOBase):
    """A file whose octets go through ``os.write``."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._handle

    def write(self, data: Any) -> int:
        return os.write(self._handle, data)

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._handle)


def _files_through(watch: _Watch) -> None:
    real = io.open

    def opened(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        ours = bool(watch.path_of(file)) if not isinstance(file, int) else watch.paths.get(file, "")
        if not ours or not set(mode) & set("wax") or "+" in mode:
            return real(file, mode, *rest, **options)
        if isinstance(file, int):
            handle = file
        else:
            kinds = {"w": os.O_TRUNC, "a": os.O_APPEND, "x": os.O_EXCL}
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | kinds[(set(mode) & set("wax")).pop()], 0o666)
        buffered = io.BufferedWriter(_File(handle))
        if "b" in mode:
            return buffered
        encoding = options.get("encoding") or "utf-8"
        return io.TextIOWrapper(buffered, encoding=encoding, newline=options.get("newline"))

    def of_handle(handle: int, mode: str = "r", *rest: Any, **options: Any) -> Any:
        return opened(handle, mode, *rest, **options)

    io.open = builtins.open = opened
    os.fdopen = of_handle  # type: ignore[assignment]


def _shift_clock(shift: timedelta) -> None:
    """balt asks the clock of the machine in one place."""
    from balt import clock

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    vars(clock)["datetime"] = Shifted
    seconds, real = shift.total_seconds(), time.time
    time.time = lambda: real() + seconds


def _pace_clock(pace: float) -> None:
    real, began = time.monotonic, time.monotonic()
    time.monotonic = lambda: began + (real() - began) * pace
