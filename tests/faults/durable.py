"""What a power cut would leave of files: what was flushed, under names whose folders were flushed.

POSIX promises no more: the octets of a file that ``fsync`` was called on, and a name once it was called on
the folder. Read from the log that ``tests.faults.inject`` keeps.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

_NOT_KEPT = (".lock", ".holder", ".part", "README.txt")
"""What may be lost: a lock, an unfinished file, an explanation that is written again."""


def exposed(calls: Sequence[Mapping[str, object]], moment: float) -> list[str]:
    """What was made or changed before ``moment`` and could be taken by a power cut then."""
    octets: dict[str, bool] = {}
    names: dict[str, bool] = {}
    for call in calls:
        if float(str(call["time"])) > moment:
            break
        kind, path, to = str(call["call"]), str(call["path"]), str(call["to"])
        if kind == "write":
            octets[path] = False
        elif kind in ("open", "mkdir"):
            names.setdefault(path, False)
        elif kind == "fsync":
            if path in octets:
                octets[path] = True
            for name in names:
                if str(Path(name).parent) == path:
                    names[name] = True
        elif kind in ("rename", "replace"):
            octets[to] = octets.pop(path, True)
            names.pop(path, None)
            names[to] = False
        elif kind in ("unlink", "rmdir"):
            octets.pop(path, None)
            names.pop(path, None)
    lost = {path for path, kept in octets.items() if not kept} | {
        path for path, kept in names.items() if not kept
    }
    return sorted(path for path in lost if not path.endswith(_NOT_KEPT))
