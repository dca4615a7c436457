"""The promise of a hand-over of documents, checked from outside: the documents arrive whole, once, and the
mailbox does not know of it. The numbers are those of ``checker``.
"""

import json
from collections import Counter
from pathlib import Path

from tests.faults.client import Ended
from tests.faults.handed import Handed
from tests.faults.mailbox import State
from tests.faults.scenario import World
from tests.faults.units import verb_of

_LEDGER = "handed-over.jsonl"
_READING = frozenset(
    b"CAPABILITY,ID,LOGIN,AUTHENTICATE,ENABLE,NAMESPACE,LIST,STATUS,EXAMINE,GETQUOTAROOT,"
    b"UID SEARCH,UID FETCH,NOOP,UNSELECT,LOGOUT".split(b",")
)
"""Commands that change nothing, SELECT not among them: it takes ``\\Recent`` away."""


def unread_still(command: bytes) -> list[str]:
    """Whether a command may change the mailbox: anything but looking, and whatever marks as read."""
    verb = verb_of(command)
    if verb not in _READING:
        return [f"I2 {verb.decode()}"] if verb else []
    if b"BODY[" in command.upper() or b"RFC822 " in command.upper():
        return [f"I2 {verb.decode()} marks as read"]
    return []


def check_handed(world: World, ended: Ended, *, hides: bool) -> list[str]:
    """Whatever has happened: nothing cut under a final name, true indexes, no mark, figures that are true.

    ``hides``: the server may have denied that a message is there.
    """
    handed = world.handed()
    known = world.scenario.letters.documents_by_message()
    every = {document for documents in known.values() for document in documents}
    broken = [*handed.broken]
    broken += [
        f"I4 a file of no document: {name}" for name, hashed in handed.files.items() if hashed not in every
    ]
    broken += _rows_true(world, handed, known)
    broken += [f"I9 {times} times: a document of {key[0][:8]}" for key, times in _twice(handed)]
    if any((world.own / "data").rglob("marks/*")):
        broken.append("I2 marks of balt's own")
    if ended.code == 0 and not hides and (missing := _needed(world, world.state()) - handed.documents()):
        broken.append(f"I6 exit 0, and {missing.total()} documents have not been handed over")
    return broken + _true_figures(handed, ended)


def check_all_handed(world: World, state: State) -> list[str]:
    """After the last clean re-run: each document of each message once, and nothing left of what was cut."""
    handed = world.handed()
    broken = []
    if missing := _needed(world, state) - handed.documents():
        broken.append(f"I9 {missing.total()} documents have not been handed over")
    if handed.unfinished:
        broken.append(f"I9 unfinished files stay: {handed.unfinished}")
    if left_open := _open_runs(world):
        broken.append(f"I9 {left_open} runs are open in the ledger")
    return broken


def _needed(world: World, state: State) -> Counter[tuple[str, str]]:
    """Each document of each message that is in the folder, by the hashes of both."""
    known = world.scenario.letters.documents_by_message()
    here = state.hashes(world.scenario.source)
    return Counter({(message, document) for message in here for document in known.get(message, ())})


def _rows_true(world: World, handed: Handed, known: dict[str, tuple[str, ...]]) -> list[str]:
    """I4: what the index says of a document is so: its message, its hash, where the message lies."""
    broken = []
    validity = world.validity
    for row in handed.rows:
        if row["sha256"] not in known.get(row["message"], ()):
            broken.append(f"I4 {row['file']} is no document of the message that is told")
        if row["folder"] != world.scenario.source:
            broken.append(f"I2 a document of {row['folder']}")
        elif str(row["uidvalidity"]) == validity and world.uids.get(row["uid"], ("",))[0] != row["message"]:
            broken.append(f"I4 {row['file']} is told to be of UID {row['uid']}")
    return broken


def _twice(handed: Handed) -> list[tuple[tuple[str, str], int]]:
    return [(key, times) for key, times in handed.documents().items() if times > 1]


def _true_figures(handed: Handed, ended: Ended) -> list[str]:
    """I6: as many documents as are in the folder of the run."""
    if ended.killed or ended.code is None or not ended.report.get("run"):
        return []
    run = str(ended.report["run"]).rpartition("/")[2]
    here = [name for name in handed.files if name.startswith(f"{run}/")]
    told = ended.report["documents"]
    return [] if told == len(here) else [f"I6 documents: {told}, and {len(here)} are in the folder"]


def _open_runs(world: World) -> int:
    """Folders of runs that were begun, of which the ledger does not say that they are over."""
    ledger = world.own / "state" / "balt" / _LEDGER
    runs: set[str] = set()
    for line in ledger.read_text("utf-8").splitlines() if ledger.exists() else ():
        told = json.loads(line) if line.endswith("}") else {}
        runs |= {told["open"]} if "open" in told else set()
        runs -= {told.get("closed", "")}
    return sum(1 for run in runs if Path(run).exists())
