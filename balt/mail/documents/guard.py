"""What the worker process gives up before it looks at anything foreign: memory, time, files, network.

The kernel keeps the limits (``setrlimit``). Where it has none to give (Windows; macOS does not enforce the
one on memory), a thread looks at the memory, and the audit hook of the interpreter refuses the rest.
"""

import codecs
import os
import sys
import threading
import time
from collections.abc import Callable

MOST_MEMORY = 350 * 1024 * 1024
"""Octets of address space, the interpreter included. The promise is 400."""
MOST_SECONDS = 8
"""Of processor; the parent waits ten by the clock."""
OUT_OF_MEMORY = 3
"""The exit code of a worker that ended itself for its memory."""
_LOOK_EVERY = 0.02
_FORBIDDEN = ("socket.", "subprocess.", "os.", "shutil.", "ctypes.", "open", "pty.", "webbrowser.", "mmap.")
_CODECS = ("ascii", "utf-8", "utf-16", "latin-1", "iso8859-15", "cp1252", "cp437", "mac-roman")


def lock(charset: str) -> None:
    """From here on nothing can be opened, started or connected, and memory and time are counted."""
    for name in (*_CODECS, charset):
        _load_codec(name)
    if not _limit():
        threading.Thread(target=watch_memory, args=(MOST_MEMORY, memory_reader()), daemon=True).start()
    sys.addaudithook(_refuse)


def _load_codec(name: str) -> None:
    """Its code is read from disk now, while that is still possible."""
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return  # the reader of the text meets the same, and takes another


def _limit() -> bool:
    """Set the limits that the kernel keeps; whether it keeps the one on memory."""
    try:
        import resource
    except ImportError:
        return False
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_NOFILE, 3),  # the three that are open: no file and no socket can be opened any more
    ):
        _lower(limit, value)
    if not sys.platform.startswith("linux"):
        return False
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_AS, MOST_MEMORY)
    return True


def _lower(limit: int, value: int) -> None:
    """Set a limit, or leave the lower one that is there. At its first second too many a process is told; one
    later it is killed.
    """
    import resource

    _soft, hard = resource.getrlimit(limit)
    most = value + 1 if limit == resource.RLIMIT_CPU else value
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(limit, (min(value, most), most))


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


def watch_memory(most: int, held: Callable[[], int]) -> None:
    """End the process at once when it ``held`` more than ``most`` octets."""
    while held() <= most:
        time.sleep(_LOOK_EVERY)
    os._exit(OUT_OF_MEMORY)


def memory_reader() -> Callable[[], int]:
    """What tells the most octets that this process ever held in memory; 0 where nothing can tell."""
    if sys.platform == "win32":
        return _windows_memory_reader()
    import resource

    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): octets on macOS, Ko elsewhere
    return lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _windows_memory_reader() -> Callable[[], int]:
    import ctypes
    from ctypes import wintypes

    sizes = ("peak", "now", *(f"quota{i}" for i in range(4)), "pagefile", "peak_pagefile")

    class Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS
        _fields_ = [
            ("size", wintypes.DWORD),
            ("faults", wintypes.DWORD),
            *((name, ctypes.c_size_t) for name in sizes),
        ]

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    ask = kernel.K32GetProcessMemoryInfo
    ask.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    counters, this = Counters(), kernel.GetCurrentProcess()

    def peak() -> int:
        told = ask(this, ctypes.byref(counters), ctypes.sizeof(counters))
        return int(counters.peak_pagefile) if told else 0

    return peak
