"""The results of a search in the directory: one line for each person and BAL, homonyms next to each other."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from rich.style import Style

from balt.directory.model import DirectoryAnswer, DirectoryEntry, Origin, Professional
from balt.i18n import _, ngettext
from balt.mailboxes.work_words import ELSEWHERE, towns_of, where_words, work_words
from balt.text import fold, name_key, plain
from balt.tui.paint import Line, fit, fit_address, width_of, wrap
from balt.tui.theme import Look
from balt.tui.views.annuaire_rows import origins_text
from balt.units import format_date

TAIL = 4
"""How many of the last digits of an RPPS number are raised: they are what tells two numbers apart."""

WITH_KIND, WITH_STRUCTURE = 104, 150


@dataclass(frozen=True, slots=True)
class Result:
    """A person or a service, and one of its BAL; ``address`` "" says that none is published.

    ``name_key`` is the same for two results of one name; ``homonym`` says that another person (another RPPS
    number) has this family and given name. ``work`` says where the person works by the activity file.
    ``town`` and ``structure`` are those of the BAL, ``towns`` all those of the person.
    """

    name: str
    name_key: str
    rpps: str = ""
    profession: str = ""
    speciality: str = ""
    town: str = ""
    active: bool = True
    address: str = ""
    kind: str = ""
    entries: tuple[DirectoryEntry, ...] = ()
    homonym: bool = False
    structure: str = ""
    work: str = ""
    towns: str = ""

    @property
    def origins(self) -> list[Origin]:
        """The sources that publish this BAL."""
        return [entry.origin for entry in self.entries]


def results_of(answer: DirectoryAnswer) -> list[Result]:
    """The lines of an answer, in its order, those of one name together, those of one person together."""
    people = {person.rpps: person for person in answer.professionals if person.rpps}
    by_bal: dict[tuple[str, str], list[DirectoryEntry]] = {}
    for entry in answer.entries:
        by_bal.setdefault((entry.rpps or fold(entry.holder), entry.key), []).append(entry)
    found = [_with_address(entries, people) for entries in by_bal.values()]
    seen = {each.rpps for each in found if each.rpps}
    found += [_without_address(person) for person in answer.professionals if person.rpps not in seen]
    return _grouped(found)


def _with_address(entries: Sequence[DirectoryEntry], people: dict[str, Professional]) -> Result:
    first = entries[0]
    person = people.get(first.rpps) if first.rpps else None
    name, key = _name(first.family, first.given)
    if not name:
        name = first.service or first.description or first.structure or first.holder
        key = "service " + fold(name)
    town, structure = where_words(entries, person)
    return Result(
        name,
        key,
        first.rpps,
        _first(entry.profession for entry in entries) or (person.profession if person else ""),
        _first(entry.speciality for entry in entries) or (person.speciality if person else ""),
        town,
        person.active if person else True,
        first.address,
        _first(entry.kind.value for entry in entries),
        tuple(entries),
        structure=structure,
        work=work_words(person, entries) if person else "",
        towns=towns_of(entries, person),
    )


def _without_address(person: Professional) -> Result:
    name, key = _name(person.family, person.given)
    return Result(
        name,
        key,
        person.rpps,
        person.profession,
        person.speciality,
        towns_of((), person),
        person.active,
        work=work_words(person),
        towns=towns_of((), person),
    )


def _name(family: str, given: str) -> tuple[str, str]:
    """A name as a list writes it, and what makes two of them the same."""
    return f"{family} {given}".strip(), f"{name_key(family)}|{name_key(given)}"


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")


def _grouped(found: Sequence[Result]) -> list[Result]:
    """Those of one name stand where the first of them stood; several RPPS numbers make them homonyms."""
    order: dict[str, int] = {}
    persons: dict[tuple[str, str], int] = {}
    numbers: dict[str, set[str]] = {}
    for result in found:
        order.setdefault(result.name_key, len(order))
        persons.setdefault((result.name_key, result.rpps), len(persons))
        if result.rpps:
            numbers.setdefault(result.name_key, set()).add(result.rpps)
    arranged = sorted(found, key=lambda each: (order[each.name_key], persons[each.name_key, each.rpps]))
    return [replace(each, homonym=len(numbers.get(each.name_key, ())) > 1) for each in arranged]


@dataclass(frozen=True, slots=True)
class Widths:
    """The widths of the columns, gaps included; 0 where one is left out."""

    mark: int
    name: int
    work: int
    town: int
    rpps: int
    address: int
    kind: int
    origin: int
    structure: int


def widths(width: int) -> Widths:
    """The columns of a row of ``width`` cells."""
    mark = 10 if width >= WITH_KIND else 2
    kind, origin = (5, 11) if width >= WITH_KIND else (0, 0)
    rpps = 12
    room = max(width - 1 - mark - rpps - kind - origin, 30)
    structure = room // 5 if width >= WITH_STRUCTURE else 0
    rest = room - structure
    name, work, town = rest * 28 // 100, rest * 21 // 100, rest * 16 // 100
    return Widths(mark, name, work, town, rpps, rest - name - work - town, kind, origin, structure)


def head(width: int) -> str:
    """The names of the columns."""
    room = widths(width)
    return (
        " " * (1 + room.mark)
        + _cell(_("Nom"), room.name)
        + _cell(_("Profession"), room.work)
        + _cell(_("Commune"), room.town)
        + _cell(_("RPPS"), room.rpps)
        + _cell(_("Structure"), room.structure)
        + _cell(_("Adresse"), room.address)
        + _cell(_("Type"), room.kind)
        + _cell(_("Origine"), room.origin)
    )


def _cell(text: str, width: int) -> str:
    return fit(plain(text), width - 1) + " " if width > 1 else ""


@dataclass(frozen=True)
class ResultRows:
    """The source of the table of results. ``own`` are the addresses of the user, in lower case."""

    results: Sequence[Result]
    own: AbstractSet[str]
    look: Callable[[], Look]

    def __len__(self) -> int:
        return len(self.results)

    def line(self, row: int, width: int) -> Line:
        look, result = self.look(), self.results[row]
        room = widths(width)
        text, muted = look.style("text"), look.style("muted")
        work = result.profession
        if result.speciality and room.kind:
            work = f"{work} · {result.speciality}" if work else result.speciality
        mark = (_("homonyme") if room.mark > 2 else "≠") if result.homonym else ""
        line: Line = [
            (" ", text),
            (_cell(mark, room.mark), look.style("attention")),
            (_cell(result.name, room.name), look.style("strong") if result.active else muted),
            (_cell(work, room.work), text),
            (_cell(result.town, room.town), muted if result.town.startswith(ELSEWHERE) else text),
            *rpps_pieces(result.rpps, room.rpps, look),
            (_cell(result.structure, room.structure), muted),
        ]
        if not result.address:
            words = _("aucune BAL publiée") if result.active else _("inactif, sans BAL")
            line.append((_cell(words, room.address + room.kind + room.origin), muted))
            return line
        hue = "identifier" if result.address.lower() in self.own else "text"
        line.append((fit_address(plain(result.address), room.address - 1) + " ", look.style(hue)))
        line.append((_cell(result.kind or "—", room.kind), muted))
        line.append((_cell(origins_text(result.origins), room.origin), muted))
        return line


def rpps_pieces(rpps: str, width: int, look: Look) -> Line:
    """An RPPS number with its last digits raised."""
    shown = fit(plain(rpps), 11).rstrip()
    if not shown:
        return [(fit("—", width), look.style("muted"))]
    head_part, tail = shown[:-TAIL], shown[-TAIL:]
    rest = " " * max(width - len(shown), 0)
    return [(head_part, look.style("muted")), (tail + rest, look.style("strong"))]


def result_lines(
    result: Result, results: Sequence[Result], own: AbstractSet[str], width: int, look: Look
) -> list[Line]:
    """Everything known of one result, and who else has this name."""
    text, muted = look.style("text"), look.style("muted")
    title: Line = [(plain(result.name), look.style("identifier") + Style(bold=True))]
    if result.homonym:
        title.append(("  ≠ " + _("homonyme"), look.style("attention")))
    if result.address.lower() in own and result.address:
        title.append(("  ✔ " + _("dans vos BAL"), look.style("entretenir")))
    lines: list[Line] = [title]
    who = [result.profession, result.speciality, result.towns, "" if result.active else _("inactif")]
    described = " · ".join(plain(part) for part in who if part)
    if result.rpps:
        lines += _numbered_lines(result.rpps, described, width, look)
    elif described:
        lines += [[(part, text)] for part in wrap(described, width)]
    if result.address:
        for part in wrap(plain(" · ".join(x for x in (result.address, result.kind) if x)), width):
            lines.append([(part, text)])
    else:
        lines.append([(_("aucune BAL publiée à ce nom"), look.style("attention"))])
    for words in dict.fromkeys(_entry_words(entry) for entry in result.entries):
        lines += [[(part, muted)] for part in wrap(plain(words), width)]
    lines += [[(part, muted)] for part in wrap(plain(result.work), width)] if result.work else []
    return lines + (_twin_lines(result, results, width, look) if result.homonym else [])


def _entry_words(entry: DirectoryEntry) -> str:
    place = " ".join(part for part in (entry.postcode, entry.town) if part)
    source = _("API (%s)") if entry.origin is Origin.API else _("extraction (%s)")
    parts = [source % format_date(entry.seen_on.date()), entry.structure, entry.service]
    parts += [_("FINESS %s") % entry.finess if entry.finess else "", place]
    parts += [_("en liste rouge") if entry.red_list else ""]
    return " · ".join(part for part in parts if part)


def _twin_lines(result: Result, results: Sequence[Result], width: int, look: Look) -> list[Line]:
    """The other persons of this name: RPPS, profession, town, how many BAL."""
    others: dict[str, list[Result]] = {}
    for each in results:
        if each.name_key == result.name_key and each.rpps and each.rpps != result.rpps:
            others.setdefault(each.rpps, []).append(each)
    lines: list[Line] = [[(_("Même nom, autre personne :"), look.style("attention"))]]
    for rpps, rows in others.items():
        count = sum(1 for each in rows if each.address)
        bal = ngettext("%d BAL", "%d BAL", count) % count if count else _("aucune BAL publiée")
        parts = [rows[0].profession, rows[0].speciality, rows[0].towns, bal]
        lines += _numbered_lines(rpps, " · ".join(plain(part) for part in parts if part), width, look)
    return lines


def _numbered_lines(rpps: str, words: str, width: int, look: Look) -> list[Line]:
    """An RPPS number, and beside it, on as many lines as it takes, who that is."""
    head_part: Line = [(_("RPPS") + " ", look.style("muted")), *rpps_pieces(rpps, 13, look)]
    indent = width_of(head_part)
    first, *rest = wrap(words, max(width - indent, 10))
    text = look.style("text")
    return [[*head_part, (first, text)], *([(" " * indent, text), (part, text)] for part in rest)]
