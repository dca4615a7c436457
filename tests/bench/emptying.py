"""A great many messages archived and removed by one plan: ``python -m tests.bench.emptying [--count 50000]``.

The plan is made and applied by balt's own commands on a Dovecot. The process that applies it is killed
(SIGKILL) three times, at a quarter, half and three quarters; each time the same plan is applied again. At the
end every message must be in the archive, octet for octet, each once, and none on the server. Printed: seconds
of each step, messages a second, and the highest memory of the process.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.mailboxes import ADDRESS, BIG, served, write_config
from tests.bench.make_mailbox import make_mail, write_maildir
from tests.bench.memory import peak_mib

KILLS = (0.25, 0.5, 0.75)


def balt(environ: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """A command of balt, started."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "balt", *arguments],
        env=os.environ | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finished(process: "subprocess.Popen[str]") -> str:
    """What a command printed; it must end well."""
    out, err = process.communicate()
    if process.returncode:
        raise SystemExit(f"balt: {process.returncode}\n{err}")
    return out


def archived(place: Path) -> int:
    """How many messages the archive says it holds."""
    manifest = place / "manifest.jsonl"
    return manifest.read_bytes().count(b"\n") if manifest.exists() else 0


def kill_at(process: "subprocess.Popen[str]", place: Path, count: int) -> None:
    """Kill the process as soon as so many messages are archived."""
    while archived(place) < count:
        if process.poll() is not None:
            raise SystemExit(f"it ended before it could be killed\n{process.communicate()[1]}")
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def watched(process: "subprocess.Popen[str]") -> tuple[str, float]:
    """What a command printed, and the most memory that it took, in MiB."""
    most = 0.0
    while process.poll() is None:
        most = max(most, peak_mib(process.pid))
        time.sleep(0.2)
    return finished(process), most


def main() -> None:
    """Measure, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="balt-bench-") as folder:
        report(options.count, Path(folder))


def report(count: int, folder: Path) -> None:
    """Fill a mailbox, empty it, check, print."""
    mailbox, place, plan = folder / "maildir", folder / "archives", folder / "plan.json"
    write_maildir(mailbox, make_mail(count))
    folder.chmod(0o755)
    wanted = sorted(hashlib.sha256(f.read_bytes()).hexdigest() for f in (mailbox / "cur").iterdir())
    seconds: dict[str, float] = {}
    with served(mailbox) as server:
        environ = write_config(folder / "home" / "config.toml", server, BIG)
        began = time.perf_counter()
        why = ("--override", "mesure", "--include-unread", "--then", "delete", "--archive", str(place))
        finished(balt(environ, "plan", ADDRESS, "--filter", "in:INBOX", *why, "--output", str(plan)))
        seconds["plan"] = time.perf_counter() - began
        for share in KILLS:
            began = time.perf_counter()
            kill_at(balt(environ, "apply", str(plan), "--yes", "--json"), place, int(count * share))
            seconds[f"up to {share:.0%}"] = time.perf_counter() - began
        began = time.perf_counter()
        out, most = watched(balt(environ, "apply", str(plan), "--yes", "--json"))
        seconds["to the end"] = time.perf_counter() - began
        told = json.loads(out)
        left = len(list((mailbox / "cur").iterdir()))
    found = sorted(hashlib.sha256(f.read_bytes()).hexdigest() for f in place.rglob("*.eml"))
    acts = sum(value for name, value in seconds.items() if name != "plan")
    print(
        json.dumps(
            {
                "messages": count,
                "octets": sum(f.stat().st_size for f in place.rglob("*.eml")),
                "seconds": {name: round(value, 1) for name, value in seconds.items()},
                "messages_a_second": round(count / acts),
                "peak_mib": round(most),
                "account": {key: told[key] for key in ("archived", "deleted", "earlier")},
                "skipped": len(told["skipped"]),
                "left_on_server": left,
                "all_archived_alike": found == sorted(set(wanted)),
            },
            indent=2,
        )
    )
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
