"""The journal as a person reads it: one line for each act, and a search among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from balt.cleanup import wording
from balt.cleanup.deeds import Deed, Entry, Phase, uids_of
from balt.errors import StoppedError
from balt.text import fold, plain

_ENDS = (Phase.AFTER, Phase.INTERRUPTED, Phase.SETTLED)
_ALONE = (Phase.SEGMENT, Phase.PRUNED, Phase.DAMAGED)


@dataclass(frozen=True, slots=True)
class Told:
    """An act, all its lines together, oldest first.

    ``phase`` is where it stands: ``BEFORE`` or ``INTERRUPTED`` while the end of one of its folders is not
    known. ``count`` and ``size`` (octets) are what it dealt with, or set out to while no end is known.
    ``answer`` is the first that says no, else the last. ``words`` is what a search looks at, folded.
    """

    entries: tuple[Entry, ...]
    phase: Phase
    folders: tuple[str, ...]
    count: int
    size: int
    answer: str
    failed: bool
    words: str

    @property
    def last(self) -> Entry:
        """Its last line."""
        return self.entries[-1]

    @property
    def deed(self) -> Deed:
        """What its last line says of the act as a whole: which, on which BAL, of which plan."""
        return self.last.deed

    @property
    def is_open(self) -> bool:
        """Whether its end is not known."""
        return self.phase in (Phase.BEFORE, Phase.INTERRUPTED)


def acts_of(entries: Sequence[Entry]) -> list[Told]:
    """The acts, the one last written of first. The first line of a shortened journal is no act."""
    gathered: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.deed.phase is Phase.ANCHOR:
            continue
        alone = not entry.deed.plan or entry.deed.phase in _ALONE
        gathered.setdefault(f"line {entry.line}" if alone else entry.deed.plan, []).append(entry)
    newest = sorted(gathered.values(), key=lambda lines: lines[-1].line, reverse=True)
    return [_told(lines) for lines in newest]


def matching(acts: Sequence[Told], text: str) -> list[Told]:
    """The acts that every word of ``text`` is found in, case and accents aside; a ``-`` before a word turns
    it round, ``in:`` looks at folders alone, ``is:failed`` and ``is:open`` at how the act went.
    """
    terms = fold(text).split()
    return [act for act in acts if all(_answers(act, term) for term in terms)]


def is_failure(entry: Entry) -> bool:
    """Whether a line tells of something that did not succeed."""
    answer = entry.deed.answer
    no = bool(answer) and not answer.startswith("OK")
    return no or entry.deed.phase in (Phase.DAMAGED, Phase.INTERRUPTED)


def _answers(act: Told, term: str) -> bool:
    if term.startswith("-") and len(term) > 1:
        return not _answers(act, term[1:])
    if term == "is:failed":
        return act.failed
    if term == "is:open":
        return act.is_open
    if term.startswith("in:"):
        return any(term[3:] in fold(folder) for folder in act.folders)
    return term in act.words


def _told(lines: list[Entry]) -> Told:
    folders: dict[str, list[Entry]] = {}
    for entry in lines:
        folders.setdefault(entry.deed.folder, []).append(entry)
    standing = [_standing(each) for each in folders.values()]
    phases = {entry.deed.phase for entry in standing}
    order = (Phase.INTERRUPTED, Phase.BEFORE, Phase.SETTLED, Phase.AFTER)
    phase = next((each for each in order if each in phases), standing[-1].deed.phase)
    figures = [_figures(each) for each in folders.values()]
    wrong = [entry for entry in standing if is_failure(entry)]
    return Told(
        entries=tuple(lines),
        phase=phase,
        folders=tuple(name for name in folders if name),
        count=sum(count for count, _size in figures),
        size=sum(size for _count, size in figures),
        answer=plain((wrong or standing)[0 if wrong else -1].deed.answer),
        failed=bool(wrong),
        words=_words(lines, phase, standing),
    )


def _standing(lines: Sequence[Entry]) -> Entry:
    """The line that says how the act stands in a folder: the last that is not of a single request."""
    return next((entry for entry in reversed(lines) if entry.deed.phase is not Phase.STEP), lines[-1])


def _figures(lines: Sequence[Entry]) -> tuple[int, int]:
    """Messages and octets of an act in one folder. Of several ends, as when it was interrupted and gone on
    with, each message counts once.
    """
    ends = [entry.deed for entry in lines if entry.deed.phase in _ENDS]
    if not ends:
        first = next((entry.deed for entry in lines if entry.deed.phase is Phase.BEFORE), None)
        steps = [entry.deed for entry in lines if entry.deed.answer]
        shown = [first] if first else steps or [lines[-1].deed]
        return sum(deed.count for deed in shown), sum(deed.size for deed in shown)
    size = sum(deed.size for deed in ends)
    try:
        named = {uid for deed in ends for uid in uids_of(deed)} if len(ends) > 1 else set()
    except StoppedError:  # a line that does not say which messages
        named = set()
    return len(named) or max(deed.count for deed in ends), size


def _words(lines: Sequence[Entry], phase: Phase, standing: Sequence[Entry]) -> str:
    first, last = lines[0], lines[-1]
    deed = last.deed
    parts = [f"{entry.time:%Y-%m-%d %H:%M}" for entry in (first, last) if entry.time]
    parts += [
        deed.action,
        wording.act_words(deed.action),
        wording.phase_words(phase),
        last.author,
        last.login,
    ]
    parts += [deed.mailbox, deed.user, deed.server, deed.target, deed.plan, deed.note]
    parts += [entry.deed.folder for entry in standing] + [entry.deed.answer for entry in standing]
    parts += [entry.deed.reason for entry in lines]
    return fold(plain(" ".join(dict.fromkeys(part for part in parts if part)), 100_000))
