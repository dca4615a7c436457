"""An archive's other forms under faults of the disk: the copy is whole, or it is not there."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.faults.client import Client
from tests.faults.forms import FORMS, Trouble, desk, troubles, try_trouble
from tests.faults.inject import LYING
from tests.faults.planting import planted

_SAMPLE = 3


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as made:
        yield made


@cache
def calls_of(client: Client, form: str) -> list[dict[str, Any]]:
    """The calls of a run without a fault."""
    with desk(client, form) as one:
        return one.calls()


@pytest.mark.parametrize("form", FORMS)
def test_under_faults_a_copy_is_whole_or_not_there_and_the_archive_is_as_it_was(
    client: Client, form: str
) -> None:
    every = list(troubles(form, calls_of(client, form)))
    some = [every[len(every) * (2 * turn + 1) // (2 * _SAMPLE)] for turn in range(_SAMPLE)]
    some += [each for each in every if "power" in each.name or "EIO at fsync copies" in each.name]
    assert [f"{each}: {rule}" for each in some for rule in try_trouble(client, each)] == []


@dataclass(frozen=True)
class Defect:
    """``old`` in a file of balt becomes ``new``; at the first such call on such a file, ``how`` shows it."""

    name: str
    file: str
    old: str
    new: str
    form: str
    how: str
    call: str
    ending: str
    breaks: str

    def __str__(self) -> str:
        return self.name

    def trouble(self, calls: list[dict[str, Any]]) -> Trouble:
        if not self.call:
            return Trouble(self.form, "a power cut at the end", {"log": "power.log"})
        if self.how == LYING:  # a defect changes the number of the calls that come later
            return Trouble(self.form, self.name, {"lying": self.ending})
        at = next(
            number
            for number, each in enumerate(calls)
            if each["call"] == self.call and str(each["path"]).endswith(self.ending)
        )
        return Trouble(self.form, self.name, {"at": at, "how": self.how})


_FORMS = "cleanup/forms"
DEFECTS = (
    Defect(
        "a copy without a temporary name",
        f"{_FORMS}/target.py",
        'part = place.with_name(f"{place.name}.part")\n    _check_free(place, part)',
        "part = place\n    _check_free(place, part)",
        *("mbox", "KILL", "write", ".mbox", "I4"),
    ),
    Defect(
        "an mbox not read again",
        f"{_FORMS}/mbox.py",
        "if list(self._digests()) != self._written:",
        "if not self._written:",
        *("mbox", LYING, "write", ".mbox", "I4"),
    ),
    Defect(
        "a message of a Maildir not read again",
        f"{_FORMS}/maildir.py",
        "if self._tmp.digest(name) != (record.sha256, record.size):",
        "if not record.size:",
        *("maildir", LYING, "write", "tmp/2.1", "I4"),
    ),
    Defect(
        "a sealed file not read again",
        f"{_FORMS}/sealed.py",
        "if folder.digest(name) != (file.sha256, file.size):",
        "if not file.size:",
        *("age", LYING, "write", "000001.eml.age", "I4"),
    ),
    Defect(
        "the copy's name not on the disk",
        f"{_FORMS}/target.py",
        "            sync_dir(place.parent)\n",
        "            pass\n",
        *("maildir", "", "", "", "I3"),
    ),
    Defect(
        "what failed half-way stays",
        f"{_FORMS}/target.py",
        "            shutil.rmtree(part, ignore_errors=True)\n",
        "",
        *("age", "ENOSPC", "write", "000001.eml.age", "I6"),
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_each_planted_defect_of_a_copy_is_caught(defect: Defect, client: Client, tmp_path: Path) -> None:
    trouble = defect.trouble(calls_of(client, defect.form))
    assert try_trouble(client, trouble) == []
    with planted(defect, tmp_path) as package, Client(package) as patched:
        broken = try_trouble(patched, trouble)
    assert defect.breaks in {rule.split(" ", 1)[0] for rule in broken}
