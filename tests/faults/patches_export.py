"""Defects planted into the handing over of documents."""

from tests.faults.local import Lying
from tests.faults.planting import Patch, failing, flipped, no_fault, powerless
from tests.faults.scenario import EXPORT

_RUN, _FOLDER = "cleanup/handover/run.py", "cleanup/handover/folder.py"
EXPORT_PATCHES = (
    Patch(
        "a document without a temporary name",
        _FOLDER,
        'name = f"{secrets.token_hex(8)}{_PART}"',
        'name = f"{secrets.token_hex(8)}.pdf"',
        EXPORT,
        failing("write", ".part", "KILL"),
        ("I4",),
    ),
    Patch(
        "noted as handed over before it is there",
        _RUN,
        "            self._opened().keep(account, parts)\n",
        "            self._remember(account.documents)\n            self._opened().keep(account, parts)\n",
        EXPORT,
        failing("replace", ".part", "KILL"),
        ("I9",),
    ),
    Patch(
        "not noted as handed over where that failed once",
        _RUN,
        "            self._remember(self._folder.index.documents)",
        "            pass",
        EXPORT,
        failing("write", "handed-over.jsonl", "EIO", 1),
        ("I9",),
    ),
    Patch(
        "a run that was cut is not finished",
        _RUN,
        "settled = self._finish_cut_runs(ledger)",
        "settled: list[Path] = []",
        EXPORT,
        failing("replace", ".part", "KILL"),
        ("I9",),
    ),
    Patch(
        "what was handed over is not remembered",
        "cleanup/handover/taking.py",
        "elif here or (not self.wanted.again and self.ledger.has(message, part.sha256)):",
        "elif here:",
        EXPORT,
        no_fault,
        ("I9",),
    ),
    Patch(
        "marked as integrated unasked",
        "cli/export.py",
        "            rows.append(done.to_json(account.address))\n",
        "            rows.append(done.to_json(account.address))\n"
        "            session.select(letters[0].folder)\n"
        "            session.set_integrated([each.uid for each in letters], on=True)\n",
        EXPORT,
        no_fault,
        ("I2",),
    ),
    Patch(
        "reading marks as read",
        "mail/raw_fetch.py",
        'whole = _section(wire, uid, b"BODY.PEEK[]", b"BODY[]")',
        'whole = _section(wire, uid, b"BODY[]", b"BODY[]")',
        EXPORT,
        no_fault,
        ("I2",),
    ),
    Patch(
        "documents not read again from the disk",
        _FOLDER,
        "alike = self._folder.holds(name, hasher.hexdigest(), size)",
        "alike = True",
        EXPORT,
        lambda _reference, _world: Lying(".part"),
        ("I4",),
    ),
    Patch(
        "a document's name not on the disk before it is noted",
        _FOLDER,
        "                    self._parts.discard(part)\n                self._folder.sync()\n",
        "                    self._parts.discard(part)\n",
        EXPORT,
        powerless,
        ("I3",),
    ),
    Patch(
        "documents of a message that was not named whole stay",
        _FOLDER,
        "                self._parts.update(names)  # the index will not tell of them: they go\n",
        "",
        EXPORT,
        failing("replace", ".part", "EIO", 2),
        ("I4",),
    ),
    Patch(
        "read once on a bare line",
        "cleanup/handover/sources.py",
        'if self._session.account.security != "none":',
        "if self._session.account.security:",
        EXPORT,
        flipped(b"JVBERi0xLjQg"),
        ("I4",),
    ),
    Patch(
        "exit 0 whatever is not handed over",
        "cli/export.py",
        "            code = worst(code, done.exit_code)\n",
        "",
        EXPORT,
        failing("write", ".part", "ENOSPC"),
        ("I6",),
    ),
)
"""Each caught under a fault that does no harm to balt without it."""
