"""Faults on the disk while an archive is copied into its other forms: mbox, Maildir, a sealed copy.

No server takes part. The copy is judged from outside: by the readers of Python for mbox and Maildir, file by
file with the age library for a sealed one. The promises keep the numbers that ``docs/faults.md`` gives them.
"""

import json
import mailbox
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pyrage

from tests.cleanup.forms.conftest import ADDRESS, Archive
from tests.faults.client import Client, Ended
from tests.faults.durable import exposed
from tests.faults.inject import LYING
from tests.faults.local import ERRORS
from tests.faults.mailbox import PATIENT, hash_of, raw

FORMS = ("mbox", "maildir", "age")
FOLDERS = ("INBOX", "Sent", "Cabinet/2024")
_ROOM_STEPS = 8
_AT_ONCE = 2
_KEY = pyrage.x25519.Identity.generate()
Messages = Counter[str]
"""The hashes of messages, each as often as it is there."""


def letters() -> Iterator[tuple[str, bytes]]:
    """What is archived: folder and octets; among it what an mbox has to quote, no last line end, twins."""
    for number in range(1, 7):
        yield FOLDERS[number % 3], raw(number)
    yield FOLDERS[0], raw(1) + b"From the ward\r\n>From here\r\nno end"
    yield FOLDERS[1], raw(2)


@dataclass(frozen=True)
class Trouble:
    """One fault of a form: what ``inject`` is told, without its root."""

    form: str
    name: str
    inject: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.form} / {self.name}"


class Desk:
    """An archive, and the place where its copy goes."""

    def __init__(self, client: Client, folder: Path, form: str) -> None:
        self._client = client
        self._folder = folder
        self._form = form
        self.archive = Archive(folder / "archive")
        for box, octets in letters():
            self.archive.put(octets, box)
        self.out = folder / "copies"
        self.out.mkdir(mode=0o700)
        self.target, self.part = self.out / "copy", self.out / "copy.part"
        self.wanted = Counter(each.sha256 for each in self.archive.records)
        self._before = self._archived()

    def run(self, inject: Mapping[str, Any] | None = None) -> Ended:
        """``balt archive export``; only what is done to the copy counts as a call."""
        keys = ("--encrypt-to", str(_KEY.to_public())) if self._form == "age" else ()
        which = (str(self.archive.place), "--to", self._form, str(self.target), *keys, "--json")
        spec = {"root": str(self.out), **inject} if inject else None
        return self._client.run(("archive", "export", *which), self._folder, self._environ(), inject=spec)

    def calls(self) -> list[dict[str, Any]]:
        """The calls of a run without a fault, which leaves a whole copy."""
        log = self._folder / "calls.log"
        ended = self.run({"log": str(log)})
        if broken := self.check(ended):
            raise RuntimeError(f"{self._form}: {broken} {ended.err}")
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]

    def check(self, ended: Ended) -> list[str]:
        """The promise after a run, whatever happened to it."""
        broken = [] if self._archived() == self._before else ["I2 the archive is not what it was"]
        there = self.target.exists()
        if there and (found := self._messages()) != self.wanted:
            broken.append(
                f"I4 the copy holds {found.total()} messages, {(found & self.wanted).total()} whole"
            )
        if ended.code == 0 and not there:
            broken.append("I6 exit 0, and there is no copy")
        if ended.code == 0 and ended.report.get("exported") != self.wanted.total():
            broken.append(f"I6 told of {ended.report.get('exported')} messages")
        if ended.code and not ended.killed and (there or self.part.exists()):
            broken.append(f"I6 exit {ended.code}, and something is left")
        if ended.code is None:
            broken.append("I7 the client hangs")
        if PATIENT in ended.out + ended.err or "Traceback" in ended.err:
            broken.append("I8 on the screen")
        return broken + [f"I5 {each.name}" for each in self.out.rglob("*") if each.stat().st_mode & 0o077]

    def check_again(self) -> list[str]:
        """The same command once more; what a kill has left is not written over, a person takes it away."""
        if self.target.exists():
            return [] if self.run().code == 2 and self._messages() == self.wanted else ["I9 written over"]
        broken = []
        if self.part.exists():
            left = sorted(self.part.rglob("*"))
            if self.run().code != 2 or sorted(self.part.rglob("*")) != left:
                broken.append("I9 what was cut is written over")
            shutil.rmtree(self.part)
        ended = self.run()
        return [*broken, *self.check(ended), *([f"I9 exit {ended.code}"] if ended.code else [])]

    def _archived(self) -> dict[str, str]:
        place = self.archive.place
        kept = [*place.rglob("*.eml"), place / "manifest.jsonl"]
        return {str(each): hash_of(each.read_bytes()) for each in kept}

    def _messages(self) -> Messages:
        return READERS[self._form](self.target)

    def _environ(self) -> dict[str, str]:
        home = str(self._folder / "home")
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": home,
            "BALT_CONFIG": str(self._folder / "config.toml"),
            **{f"XDG_{name}_HOME": f"{home}/{name}" for name in ("STATE", "DATA", "CACHE")},
        }


def in_mbox(place: Path) -> Messages:
    """As Python's own reader cuts them, unquoted as mboxrd says; a line says which have no last line end."""
    found = Messages()
    for path in place.rglob("*.mbox"):
        box = mailbox.mbox(path, create=False)
        for key in box.keys():  # noqa: SIM118 - a mailbox gives messages where it is looped over
            octets = b"".join(
                line[1:] if line.lstrip(b">").startswith(b"From ") and line.startswith(b">") else line
                for line in box.get_bytes(key).splitlines(keepends=True)
            )
            ended = "noend" not in box.get_message(key).get_from()
            found[hash_of(octets if ended else octets.removesuffix(b"\n"))] += 1
        box.close()
    return found


def in_maildir(place: Path) -> Messages:
    """As Python's own reader finds them."""
    root = mailbox.Maildir(place, create=False)
    boxes = [root, *map(root.get_folder, root.list_folders())]
    return Messages(hash_of(box.get_bytes(key)) for box in boxes for key in box.keys())  # noqa: SIM118


def in_sealed(place: Path) -> Messages:
    """As the age library opens each file; one that it cannot open is none."""
    found = Messages()
    for path in (place / "messages").glob("*.eml.age"):
        try:
            found[hash_of(pyrage.decrypt(path.read_bytes(), [_KEY]))] += 1
        except pyrage.DecryptError:
            found["cannot be opened"] += 1
    if {"README.txt", "contents.jsonl.age", "sealed.jsonl"} - {each.name for each in place.iterdir()}:
        found["a list is missing"] += 1
    return found


READERS: dict[str, Callable[[Path], Messages]] = {"mbox": in_mbox, "maildir": in_maildir, "age": in_sealed}


@contextmanager
def desk(client: Client, form: str) -> Iterator[Desk]:
    """A fresh one, gone at the end."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="balt-forms-", dir=place) as folder:
        Path(folder, "config.toml").write_text(f"# {ADDRESS}\n")
        yield Desk(client, Path(folder), form)


def troubles(form: str, calls: list[dict[str, Any]]) -> Iterator[Trouble]:
    """Each call killed and failing, each write kept otherwise by the disk, too little room, the power cut."""
    for number, call in enumerate(calls):
        name = f"{call['call']} {Path(str(call['path'])).name} ({number})"
        for how in (*ERRORS, *([LYING] if call["call"] == "write" else [])):
            yield Trouble(form, f"{how} at {name}", {"at": number, "how": how})
    written = sum(int(call["size"]) for call in calls)
    for step in range(_ROOM_STEPS):
        room = written * step // _ROOM_STEPS
        yield Trouble(form, f"room for {room} octets", {"room": room})
    yield Trouble(form, "a power cut at the end", {"log": "power.log"})


def try_trouble(client: Client, trouble: Trouble) -> list[str]:
    """What of the promise was broken under a fault, and by the run after it."""
    with desk(client, trouble.form) as one:
        inject = dict(trouble.inject)
        log = one.out.parent / str(inject.get("log", ""))
        if "log" in inject:
            inject["log"] = str(log)
        broken = one.check(one.run(inject))
        if "log" in inject:
            calls = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
            broken += [
                f"I3 a power cut would take {Path(name).name}" for name in exposed(calls, float("inf"))
            ]
        return broken + one.check_again()


def main() -> int:
    """``python -m tests.faults.forms``: every fault of every form; 0 when every promise held."""
    began, tried, wrong = time.monotonic(), 0, 0
    with ExitStack() as stack:
        free: SimpleQueue[Client] = SimpleQueue()
        for _ in range(_AT_ONCE):
            free.put(stack.enter_context(Client()))

        def one(trouble: Trouble) -> list[str]:
            client = free.get()
            try:
                return try_trouble(client, trouble)
            finally:
                free.put(client)

        for form in FORMS:
            with desk(first := free.get(), form) as whole:
                every = list(troubles(form, whole.calls()))
            free.put(first)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                verdicts = list(pool.map(one, every))
            for trouble, broken in zip(every, verdicts, strict=True):
                for rule in broken:
                    print(f"BROKEN {trouble}: {rule}", flush=True)
            lost = sum(map(bool, verdicts))
            print(f"{form}: {len(every)} faults, {len(every) - lost} held, {lost} broken", flush=True)
            tried, wrong = tried + len(every), wrong + lost
    print(f"{tried} faults, {wrong} broken, {time.monotonic() - began:.0f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
