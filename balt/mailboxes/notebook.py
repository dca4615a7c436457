"""What the person said of each BAL: answers to the few questions that nothing can measure, dated and kept.

No patient data belongs here: the values are fixed, and a note is a line of the person's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from balt.clock import Clock
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Answer, Question
from balt.mailboxes.order import after, rank
from balt.mailboxes.store import LOCK_SECONDS, Shape, Store, key_of, moment, rows, words
from balt.text import plain

NOTE_LENGTH = 500
"""Characters of a note that are kept."""

_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer about one BAL (``address`` in lower case), as it was given."""

    address: str
    answer: Answer


class Notebook:
    """The answers in ``folder`` / ``answers.json``, all of them kept: the latest of each question counts.

    ``author`` is who answers from here, as it is written beside each answer; ``wait`` is how many seconds an
    answer waits for another balt that writes.
    """

    def __init__(self, folder: Path, clock: Clock, author: str = "", wait: float = LOCK_SECONDS) -> None:
        self._store = Store(folder / "answers.json", SHAPE, wait)
        self._clock = clock
        self._author = plain(author, 200)

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    def answers(self) -> Mapping[str, tuple[Answer, ...]]:
        """The latest answer to each question, by address in lower case; none to a question whose latest one
        was taken back. Raises StoppedError.
        """
        latest: dict[str, dict[Question, Answer]] = {}
        for each in self._by_date():
            latest.setdefault(each.address, {})[each.answer.question] = each.answer
        standing = {
            address: tuple(each for each in found.values() if each.value) for address, found in latest.items()
        }
        return {address: found for address, found in standing.items() if found}

    def history(self, address: str) -> tuple[Answer, ...]:
        """Every answer about one BAL, oldest first, those taken back too. Raises StoppedError."""
        key = key_of(address)
        return tuple(each.answer for each in self._by_date() if each.address == key)

    def answer(self, address: str, question: Question, value: str, note: str = "") -> Answer:
        """Write an answer down, dated now; the value "" takes the one before back. Raises UsageError for a
        value that does not answer the question, StoppedError when it cannot be kept.
        """
        key = key_of(address)
        if not key:
            raise UsageError(_("Il manque l'adresse de la BAL."))
        kept = checked(question, value) if value else ""
        now, author, line = self._clock.now(), self._author, _line(note)

        def alter(said: tuple[Said, ...]) -> tuple[Said, ...]:
            told = (each.answer.given_at for each in said if each.address == key)
            return (*said, Said(key, Answer(question, kept, after(now, told), author, line)))

        return self._store.change(alter)[-1].answer

    def _by_date(self) -> list[Said]:
        """Oldest first; of two given at the same moment, the one written last counts."""
        now = self._clock.now()
        return sorted(self._store.read(), key=lambda each: rank(each.answer.given_at, now))


def checked(question: Question, value: str) -> str:
    """``value`` as it is kept; UsageError when it does not answer the question."""
    value = value.strip()
    if question is Question.QUOTA:
        figure = value.removesuffix("%").strip()
        if figure.isascii() and figure.isdigit() and len(figure) <= 3 and int(figure) <= 100:
            return str(int(figure))
        raise UsageError(
            _("« %s » n'est pas un pourcentage d'occupation.") % plain(value, 40),
            advice=_("Répondez par un nombre entier de 0 à 100."),
        )
    if value in _YES_NO:
        return value
    raise UsageError(
        _("« %s » ne répond pas à cette question.") % plain(value, 40),
        advice=_("Répondez par oui ou par non (yes, no)."),
    )


def _line(note: str) -> str:
    return plain(note, NOTE_LENGTH).strip()


def _decode(document: Mapping[str, object]) -> tuple[Said, ...]:
    said = []
    for row in rows(document["answers"]):
        question = Question(words(row["question"]))
        value = words(row["value"])
        try:
            if value and checked(question, value) != value:
                raise ValueError(value)
        except UsageError as error:
            raise ValueError(value) from error
        answer = Answer(
            question, value, moment(row["given_at"]), words(row["author"]), words(row["note"], NOTE_LENGTH)
        )
        said.append(Said(key_of(words(row["address"])), answer))
    return tuple(said)


def _encode(said: tuple[Said, ...]) -> Mapping[str, object]:
    return {
        "answers": [
            {
                "address": each.address,
                "question": each.answer.question.value,
                "value": each.answer.value,
                "given_at": each.answer.given_at.isoformat(),
                "author": each.answer.author,
                "note": each.answer.note,
            }
            for each in said
        ]
    }


SHAPE: Shape[tuple[Said, ...]] = Shape("balt answers", 1, (), _decode, _encode)
