"""How the directory bears its real size: ``python -m tests.bench.extraction [--rows 540000] [--runs 3]``.

A made-up extraction of as many rows as the real one is imported, compared in the same run with a bare Python
loop that reads and splits the file; then searched as somebody types, from the third letter on, also in an
index of few rows: the memory of a process that searches is not to grow with the directory.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from balt.clock import SystemClock
from balt.directory.identifiers import luhn_holds
from balt.directory.index import DirectoryIndex
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report, take_turns
from tests.directory.extraction_data import HEADER, at, organisation, person

NAME = "Extraction_Correspondance_MSSante_202611220310.txt"
HELD_TO = {
    "import": 15.0,
    "memory_mib": 250,
    "index_to_file": 3.0,
    "search_p95_ms": 30.0,
    "searching_growth_mib": 10,
}
FEW_ROWS = 5_000
"""The small directory that the memory of searching is compared with."""
CONSONANTS, VOWELS = ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "z"), "aeioéu"
SYLLABLES = [a + b + c for a in CONSONANTS for b in VOWELS for c in ("", "", "", "n", "r")]
SPECIALITIES = 60
TRADES = (("60", "Infirmier"), ("21", "Pharmacien"), ("70", "Masseur-Kinésithérapeute"), ("50", "Sage-Femme"))
SERVICES = ("Cardiologie", "Urgences", "Secrétariat", "Équipe soignante", "Radiologie", "Pharmacie")
STRUCTURES = ("CENTRE HOSPITALIER", "LABORATOIRE", "EHPAD", "CLINIQUE", "PHARMACIE", "MAISON DE SANTÉ")
ORGANISATIONS = 0.15
IN_A_STRUCTURE = 0.15
NUMBERED = 0.15
"""Addresses with a number that tells homonyms apart."""


class Country:
    """Towns, structures, domains and names that repeat about as the real ones do (domain 3.1)."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.families = self._words(60_000, 4)
        self.givens = self._words(4_000, 3)
        towns = self._words(5_000, 4)
        self.domains = ["medecin.fictif.mssante.fr"] + [
            f"{self.chance.choice(('ch', 'labo', 'ehpad', 'chu'))}-{_mail(town)}.mssante.fr" for town in towns
        ]
        self.used: set[str] = set()
        self.places = []
        for number in range(20_000):
            town, kind = self.chance.choice(towns), self.chance.choice(STRUCTURES)
            place = at(f"{kind} FICTIF DE {town}", town=town, postcode=f"99{number % 1000:03d}")
            self.places.append((f"99{number:07d}", place))
        self.trades = [
            f"10|Médecin|SM{number:02d}|Spécialité {self.families[number].title()} (SM)"
            for number in range(SPECIALITIES)
        ] + [f"{code}|{label}||" for code, label in TRADES for _ in range(10)]

    def rows(self, count: int) -> Iterator[str]:
        """``count`` rows: persons with one to three BAL each, and organisations."""
        made = number = 0
        while made < count:
            number += 1
            fresh = (
                self._organisation(number) if self.chance.random() < ORGANISATIONS else self._person(number)
            )
            for row in fresh[: count - made]:
                made += 1
                yield row

    def _words(self, count: int, longest: int) -> list[str]:
        made = {
            "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, longest))).upper()
            for _ in range(count)
        }
        words = sorted(made)
        self.chance.shuffle(words)
        return words

    def _often(self, values: Sequence[str]) -> str:
        """A few values come very often, most of them rarely."""
        return values[int(min(self.chance.paretovariate(0.6), 1e9)) % len(values)]

    def _organisation(self, number: int) -> list[str]:
        finess, place = self.chance.choice(self.places)
        service = self.chance.choice(SERVICES)
        address = f"{_mail(service.split()[0])}.{number}@{self.chance.choice(self.domains)}"
        return [organisation(address, finess, service, place)]

    def _person(self, number: int) -> list[str]:
        family, given = self._often(self.families), self._often(self.givens)
        trade, rows = self.chance.choice(self.trades), []
        for _ in range(1 + (self.chance.random() < 0.3) + (self.chance.random() < 0.08)):
            where, place = "||", "|" * 12
            if self.chance.random() < IN_A_STRUCTURE:
                finess, place = self.chance.choice(self.places)
                where = f"1|{finess}|"
            address = f"{_mail(given)}.{_mail(family)}@{self._often(self.domains)}"
            if address in self.used or self.chance.random() < NUMBERED:
                address = address.replace("@", f"{number}@")
            self.used.add(address)
            rows.append(
                person(address, _rpps(number), family, given, trade, where=where, title="DR", place=place)
            )
        return rows


def _rpps(number: int) -> str:
    """A made-up RPPS number with a right key, beyond those in use (they begin with 100 and 101)."""
    digits = f"109{number:07d}"
    return next(digits + key for key in "0123456789" if luhn_holds(digits + key))


def _mail(text: str) -> str:
    return text.lower().replace("é", "e")


def write_extraction(path: Path, count: int, seed: int = 1) -> None:
    """Write a made-up extraction of ``count`` rows, always the same for the same seed."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER + "\n")
        for row in Country(seed).rows(count):
            file.write(row + "\n")


def bare_read(source: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds, by a clock, that a Python loop takes to read every line and split it."""
    started = clock()
    with source.open(encoding="utf-8-sig") as file:
        for line in file:
            line.split("|")
    return clock() - started


def build(index: Path, source: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds, by a clock, of an import."""
    started = clock()
    DirectoryIndex.build(index, source, SystemClock())
    return clock() - started


def memory_of_build(index: Path, source: Path) -> float:
    """The most memory that a process of its own takes for an import, in MiB."""
    return _memory_of("--import-only", str(index), str(source))


def memory_of_searches(index: Path, questions: Sequence[str]) -> float:
    """The most memory that a process of its own takes for these searches, in MiB."""
    return _memory_of("--search-only", str(index), given=json.dumps(questions))


def _memory_of(*arguments: str, given: str = "") -> float:
    command = [sys.executable, "-m", "tests.bench.extraction", *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, input=given).stdout)


def memory_of_few_rows(folder: Path, questions: Sequence[str]) -> float:
    """As ``memory_of_searches``, in a directory of few rows."""
    source, index = folder / NAME, folder / "index" / "extraction.sqlite"
    folder.mkdir()
    write_extraction(source, FEW_ROWS)
    build(index, source)
    return memory_of_searches(index, questions)


def typed(source: Path, words: int, seed: int = 2) -> list[str]:
    """What people type: names, towns, services, addresses, numbers; each from its third letter on."""
    chance = random.Random(seed)
    with source.open(encoding="utf-8") as file:
        lines = [line.split("|") for number, line in enumerate(file) if number and number % 997 == 0]
    questions = []
    for fields in chance.choices(lines, k=words):
        given_and_family = f"{fields[10][:3]} {fields[9]}"
        whole = [
            fields[9],
            given_and_family,
            fields[1],
            fields[3],
            fields[16],
            fields[18],
            fields[27],
            fields[7],
        ]
        text = chance.choice([text for text in whole if len(text.strip()) >= 3])
        questions += [text[:end] for end in (3, 4, 5, 6, 8, 12, len(text)) if end <= len(text)]
    return questions


def search_times(
    index: Path, questions: Sequence[str], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Seconds of each search by a clock: ``time.process_time`` tells those of the processor alone."""
    opened = DirectoryIndex(index)
    taken = []
    for text in questions:
        started = clock()
        opened.search(text)
        taken.append(clock() - started)
    opened.close()
    return taken


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=540_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--import-only", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--search-only", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.import_only:
        build(*options.import_only)
        print(peak_mib())
        return
    if options.search_only:
        search_times(options.search_only, json.load(sys.stdin))
        print(peak_mib())
        return
    with tempfile.TemporaryDirectory() as folder:
        source, index = Path(folder) / NAME, Path(folder) / "index" / "extraction.sqlite"
        write_extraction(source, options.rows)
        taken = take_turns(
            {"bare: read and split": lambda: bare_read(source), "balt: import": lambda: build(index, source)},
            options.runs,
        )
        worked_in = {"bare": bare_read(source, time.process_time)}
        worked_in["import"] = build(index, source, time.process_time)
        questions = typed(source, options.words)
        searches = search_times(index, questions)
        worked = search_times(index, questions, time.process_time)
        searching = memory_of_searches(index, questions)
        few = memory_of_few_rows(Path(folder) / "few", questions)
        notes = {
            "rows": options.rows,
            "bad_lines": DirectoryIndex(index).about().bad_lines,
            "file_octets": source.stat().st_size,
            "import_processor_ratio": round(worked_in["import"] / worked_in["bare"], 1),
            "index_to_file": round(index.stat().st_size / source.stat().st_size, 2),
            "memory_mib": round(memory_of_build(index, source)),
            "searches": len(searches),
            "search_median_ms": round(statistics.median(searches) * 1e3, 2),
            "search_p95_ms": round(statistics.quantiles(searches, n=20)[-1] * 1e3, 2),
            "search_worst_ms": round(max(searches) * 1e3, 2),
            "search_processor_median_ms": round(statistics.median(worked) * 1e3, 2),
            "search_processor_p95_ms": round(statistics.quantiles(worked, n=20)[-1] * 1e3, 2),
            "searching_mib": round(searching, 1),
            "searching_few_rows_mib": round(few, 1),
            "searching_growth_mib": round(searching - few, 1),
            "held_to": HELD_TO,
        }
    report(
        [
            Row("bare: read and split", taken["bare: read and split"]),
            Row("balt: import", taken["balt: import"], "bare: read and split", HELD_TO["import"]),
        ],
        notes,
    )
    for name in ("memory_mib", "index_to_file", "search_p95_ms", "searching_growth_mib"):
        print(f"{name:34} {notes[name]!s:>9}{'':13} (≤ {HELD_TO[name]})", file=sys.stderr)


if __name__ == "__main__":
    main()
