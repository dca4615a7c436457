"""How the activity file bears its real size: ``python -m tests.bench.activities [--rows 540000]
[--activities 2200000]``.

A made-up activity file, of persons who have a BAL in a made-up extraction and of as many others, is imported
beside it, compared in the same run with a bare Python loop that reads and splits it; then searched as
somebody types, from the third letter on, before and after. The load of the machine is told beside.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from balt.clock import SystemClock
from balt.directory.workplaces import NAME as PLACES
from balt.directory.workplaces import build_workplaces
from tests.bench.extraction import NAME, Country, bare_read, build, search_times, typed, write_extraction
from tests.bench.memory import peak_mib
from tests.bench.report import Row, report
from tests.directory.extraction_data import ACTIVITY_COLUMNS, ACTIVITY_HEADER, ACTIVITY_NAME

HELD_TO = {"search_p95_ms": 30.0}
WITH_A_BAL = 0.35
"""How many of the rows are of persons of the extraction (domain 3: 330,000 of a million persons)."""

Person = tuple[str, str, str, str, str]
"""RPPS number, family name, given name, profession, speciality."""


def people_of(extraction: Path) -> list[Person]:
    """Everybody who has a BAL in an extraction."""
    found: dict[str, Person] = {}
    with extraction.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            fields = line.split("|")
            if fields[3]:
                found.setdefault(fields[3], (fields[3], fields[9], fields[10], fields[14], fields[16]))
    return list(found.values())


class Activities:
    """Rows of an activity file, those of one person together, of some 350 octets as the real ones."""

    def __init__(self, people: list[Person], seed: int = 3) -> None:
        self.chance = random.Random(seed)
        self._people = people
        self._country = Country(seed)
        self.towns = [place.split("|")[-4].partition(" ")[2] for _number, place in self._country.places]

    def rows(self, count: int) -> Iterator[str]:
        """``count`` rows."""
        made = number = 0
        known = iter(self._people)
        while made < count:
            number += 1
            person = next(known, None) if self.chance.random() < WITH_A_BAL else None
            for row in self._of(person or self._stranger(number))[: count - made]:
                made += 1
                yield row

    def _stranger(self, number: int) -> Person:
        chance, country = self.chance, self._country
        family, given = chance.choice(country.families), chance.choice(country.givens)
        return f"108{number:08d}", family, given, "Infirmier", ""

    def _of(self, person: Person) -> list[str]:
        return [self._row(person) for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 5)))]

    def _row(self, person: Person) -> str:
        rpps, family, given, trade, skill = person
        finess, place = self.chance.choice(self._country.places)
        name, *_rest, line, postcode, _department, _country = place.split("|")
        values = {
            "Type d'identifiant PP": "8",
            "Identifiant PP": rpps,
            "Identification nationale PP": f"8{rpps}",
            "Code civilité d'exercice": "DR",
            "Libellé civilité d'exercice": "Docteur",
            "Nom d'exercice": family,
            "Prénom d'exercice": given,
            "Code profession": "10",
            "Libellé profession": trade,
            "Code catégorie professionnelle": "C",
            "Libellé catégorie professionnelle": "Civil",
            "Libellé savoir-faire": skill,
            "Code mode exercice": "S",
            "Libellé mode exercice": "Salarié",
            "Numéro SIRET site": f"{finess}00017",
            "Numéro FINESS site": finess,
            "Numéro FINESS établissement juridique": finess,
            "Identifiant technique de la structure": f"F{finess}",
            "Raison sociale site": name,
            "Libellé Voie (coord. structure)": "DE LA FICTION",
            "Bureau cedex (coord. structure)": line,
            "Code postal (coord. structure)": postcode,
            "Libellé commune (coord. structure)": line.partition(" ")[2],
            "Téléphone (coord. structure)": "0199000001",
            "Autorité d'enregistrement": "CNOM/CNOM/CNOM",
            "Code secteur d'activité": "SA01",
            "Libellé secteur d'activité": "Etablissement public de santé",
            "Code rôle": "FON-AU",
            "Libellé rôle": "Autre",
            "Code genre activité": "GENR01",
            "Libellé genre activité": "Activité standard de soin ou de pharmacien",
        }
        return "|".join(values.get(column, "") for column in ACTIVITY_COLUMNS)


def write_activities(path: Path, people: list[Person], count: int) -> list[str]:
    """Write a made-up activity file of ``count`` rows; the towns that it names."""
    made = Activities(people)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(ACTIVITY_HEADER + "\n")
        for row in made.rows(count):
            file.write(row + "\n")
    return made.towns


def typed_places(people: list[Person], towns: list[str], words: int, seed: int = 4) -> list[str]:
    """What people type to find somebody where they work: a name with a town, a trade with a town, a town."""
    chance = random.Random(seed)
    questions = []
    for _ in range(words):
        _rpps, family, given, trade, _skill = chance.choice(people)
        town = chance.choice(towns)
        text = chance.choice((f"{family} {town}", f"{given} {family} {town}", f"{trade} {town}", town))
        questions += [text[:end] for end in range(3, len(text) + 1, 2)]
    return questions


def places(index: Path, source: Path, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds, by a clock, of an import of the activity file."""
    started = clock()
    build_workplaces(index, source, (), SystemClock(), confirmed=True)
    return clock() - started


def memory_of_import(index: Path, source: Path) -> float:
    """The most memory that a process of its own takes for an import, in MiB."""
    command = [sys.executable, "-m", "tests.bench.activities", "--import-only", str(index), str(source)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def told(name: str, index: Path, questions: list[str]) -> dict[str, float]:
    """The median and the p95 of searches, by the wall and by the processor."""
    figures = {}
    for clock, taken in (
        ("wall", search_times(index, questions)),
        ("processor", search_times(index, questions, time.process_time)),
    ):
        figures[f"{name}_{clock}_median_ms"] = round(statistics.median(taken) * 1e3, 2)
        figures[f"{name}_{clock}_p95_ms"] = round(statistics.quantiles(taken, n=20)[-1] * 1e3, 2)
        figures[f"{name}_{clock}_worst_ms"] = round(max(taken) * 1e3, 2)
    return figures


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=540_000)
    parser.add_argument("--activities", type=int, default=2_200_000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--import-only", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.import_only:
        places(*options.import_only)
        print(peak_mib())
        return
    with tempfile.TemporaryDirectory() as folder:
        extraction, source = Path(folder) / NAME, Path(folder) / ACTIVITY_NAME
        index = Path(folder) / "index" / "extraction.sqlite"
        write_extraction(extraction, options.rows)
        build(index, extraction)
        people = people_of(extraction)
        towns = write_activities(source, people, options.activities)
        questions = typed(extraction, options.words) + typed_places(people, towns, options.words)
        before = told("before", index, questions)
        bare, worked = bare_read(source), bare_read(source, time.process_time)
        imported = places(index, source)
        notes = {
            "rows": options.rows,
            "activities": options.activities,
            "file_octets": source.stat().st_size,
            "octets_a_row": round(source.stat().st_size / options.activities),
            "import_processor_ratio": round(places(index, source, time.process_time) / worked, 1),
            "memory_mib": round(memory_of_import(index, source)),
            "index_octets": index.with_name(PLACES).stat().st_size,
            "searches": len(questions),
            **before,
            **told("after", index, questions),
            "load": [round(each, 1) for each in os.getloadavg()],
            "held_to": HELD_TO,
        }
    report(
        [Row("bare: read and split", [bare]), Row("balt: import", [imported], "bare: read and split")], notes
    )
    print(f"after_wall_p95_ms {notes['after_wall_p95_ms']} (≤ {HELD_TO['search_p95_ms']})", file=sys.stderr)


if __name__ == "__main__":
    main()
