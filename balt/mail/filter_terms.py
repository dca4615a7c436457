"""The terms of the filter language: what each key expects, what it tests, what it means in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from balt import units
from balt.i18n import N_, _, ngettext
from balt.mail.facts import Facts
from balt.mail.filter_tests import ColumnTest, FactsTest, FlagTest, FolderTest, Needs, TextTest, Threshold
from balt.mail.model import Content, Flag, Kind
from balt.mail.texts import Field
from balt.text import fold, plain

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AGE = re.compile(r"([0-9]{1,4})\s*([dwmyjsa])", re.IGNORECASE)


class ValueRefusedError(ValueError):
    """A value that its key cannot take."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A term ready to use: its test, and what it says as it is and negated."""

    test: ColumnTest | FactsTest | TextTest
    says: Callable[[bool], str]
    """Plain words in the language in use; the argument is whether the term is negated."""

    @property
    def needs(self) -> Needs:
        """What must be known of a message to decide."""
        if isinstance(self.test, FactsTest):
            return "facts"
        return "texts" if isinstance(self.test, TextTest) else "columns"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the language: its name, what it expects (to translate), values to offer, its compiler."""

    name: str
    expects: str
    values: tuple[str, ...]
    closed: bool
    compile: Callable[[str, datetime], Compiled]


def _age(newer: bool) -> Callable[[str, datetime], Compiled]:
    def compile_age(value: str, now: datetime) -> Compiled:
        match = _AGE.fullmatch(value)
        try:
            cutoff = _midnight(units.before(now, value).date(), now) if match else None
        except ValueError:
            cutoff = None
        if match is None or cutoff is None:
            raise ValueRefusedError(value)
        count, unit = int(match[1]), match[2].lower()

        def says(negated: bool) -> str:
            text = _("%(age)s au plus") if newer is not negated else _("plus de %(age)s")
            return text % {"age": _age_words(count, unit)}

        return Compiled(_received(since=newer, moment=cutoff), says)

    return compile_age


def _day(after: bool) -> Callable[[str, datetime], Compiled]:
    def compile_day(value: str, now: datetime) -> Compiled:
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
            moment = _midnight(day, now) if day else None
        except (ValueError, OverflowError):
            moment = day = None
        if day is None or moment is None:
            raise ValueRefusedError(value)

        def says(negated: bool) -> str:
            text = _("reçus depuis le %(day)s") if after is not negated else _("reçus avant le %(day)s")
            return text % {"day": units.format_date(day)}

        return Compiled(_received(since=after, moment=moment), says)

    return compile_day


def _midnight(day: date, now: datetime) -> datetime:
    """The start of a day in the zone of the clock: the language counts in whole days, as IMAP does."""
    return datetime.combine(day, time.min, tzinfo=now.tzinfo)


def _received(since: bool, moment: datetime) -> Threshold:
    return Threshold("dates", int(moment.timestamp()), above=since)


def _age_words(count: int, unit: str) -> str:
    if unit in "dj":
        return ngettext("%d jour", "%d jours", count) % count
    if unit in "ws":
        return ngettext("%d semaine", "%d semaines", count) % count
    if unit == "m":
        return ngettext("%d mois", "%d mois", count) % count
    return ngettext("%d an", "%d ans", count) % count


def _size(larger: bool) -> Callable[[str, datetime], Compiled]:
    def compile_size(value: str, _now: datetime) -> Compiled:
        try:
            limit = units.parse_size(value)
        except (ValueError, OverflowError):
            raise ValueRefusedError(value) from None
        # Strictly, as LARGER and SMALLER of RFC 3501 section 6.4.4.
        test = Threshold("sizes", limit + 1 if larger else limit, above=larger)

        def says(negated: bool) -> str:
            if larger:
                text = _("%(size)s au plus") if negated else _("plus de %(size)s")
            else:
                text = _("%(size)s au moins") if negated else _("moins de %(size)s")
            return text % {"size": _size_words(limit)}

        return Compiled(test, says)

    return compile_size


def _size_words(octets: int) -> str:
    """A size that loses nothing: "5 Mo", or every octet where rounding would lie."""
    rounded = units.format_size(octets)
    if units.parse_size(rounded) == octets:
        return rounded
    return ngettext("%(n)s octet", "%(n)s octets", octets) % {"n": units.format_count(octets)}


def _text(
    fields: tuple[Field, ...], with_words: str, without_words: str
) -> Callable[[str, datetime], Compiled]:
    def compile_text(value: str, _now: datetime) -> Compiled:
        needle = fold(value)
        if not needle.strip():
            raise ValueRefusedError(value)

        def says(negated: bool) -> str:
            return _(without_words if negated else with_words) % {"text": plain(value)}

        return Compiled(TextTest(needle, fields), says)

    return compile_text


def _in_folder(value: str, _now: datetime) -> Compiled:
    wanted = fold(value)
    if not wanted.strip():
        raise ValueRefusedError(value)

    def says(negated: bool) -> str:
        text = _("hors de « %(folder)s »") if negated else _("dans « %(folder)s »")
        return text % {"folder": plain(value)}

    return Compiled(FolderTest(wanted), says)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One value of a closed key: its words as it is and negated."""

    says: str
    says_not: str


def _closed(
    choices: dict[str, _Choice], test_of: Callable[[str], FlagTest | FactsTest]
) -> Callable[[str, datetime], Compiled]:
    def compile_choice(value: str, _now: datetime) -> Compiled:
        name = fold(value)
        choice = choices.get(name)
        if choice is None:
            raise ValueRefusedError(value)

        def says(negated: bool) -> str:
            return _(choice.says_not if negated else choice.says)

        return Compiled(test_of(name), says)

    return compile_choice


_IS = {
    "read": _Choice(N_("lus"), N_("non lus")),
    "unread": _Choice(N_("non lus"), N_("lus")),
    "flagged": _Choice(N_("marqués importants"), N_("non marqués importants")),
    "answered": _Choice(N_("répondus"), N_("non répondus")),
    "integrated": _Choice(N_("intégrés au logiciel métier"), N_("non intégrés au logiciel métier")),
}
_FLAGS = {
    "read": Flag.SEEN,
    "unread": Flag.SEEN,
    "flagged": Flag.FLAGGED,
    "answered": Flag.ANSWERED,
    "integrated": Flag.INTEGRATED,
}


def _is(name: str) -> FlagTest:
    return FlagTest(_FLAGS[name], present=name != "unread")


_HAS = {
    "attachment": _Choice(N_("avec pièce jointe"), N_("sans pièce jointe")),
    "pdf": _Choice(N_("avec un PDF"), N_("sans PDF")),
    "image": _Choice(N_("avec une image"), N_("sans image")),
    "xdm": _Choice(N_("avec un document XDM"), N_("sans document XDM")),
    "cda": _Choice(N_("avec un document CDA"), N_("sans document CDA")),
}


_HOLDS: dict[str, Callable[[Facts], bool]] = {
    "attachment": lambda facts: facts.attachments,
    "pdf": lambda facts: facts.pdf,
    "image": lambda facts: facts.image,
    "xdm": lambda facts: facts.content is Content.XDM,
    "cda": lambda facts: facts.has_cda,
}


def _has(name: str) -> FactsTest:
    return FactsTest(_HOLDS[name])


_KIND = {
    Kind.DOCUMENT.value: _Choice(N_("documents"), N_("sauf documents")),
    Kind.RECEIPT.value: _Choice(N_("accusés de réception"), N_("sauf accusés de réception")),
    Kind.BOUNCE.value: _Choice(N_("avis de non-remise"), N_("sauf avis de non-remise")),
    Kind.AUTOREPLY.value: _Choice(N_("réponses automatiques"), N_("sauf réponses automatiques")),
    Kind.NOTIFICATION.value: _Choice(N_("notifications"), N_("sauf notifications")),
    Kind.PATIENT.value: _Choice(N_("messages de patients"), N_("sauf messages de patients")),
    Kind.OTHER.value: _Choice(N_("autres messages"), N_("sauf autres messages")),
}


def _kind(name: str) -> FactsTest:
    kind = Kind(name)
    return FactsTest(lambda facts: facts.kind is kind)


_AGE_EXPECTED = N_("un âge, comme 90d, 3w, 6m ou 2y (jours, semaines, mois, années)")
_DAY_EXPECTED = N_("une date, comme 2024-01-31")
_SIZE_EXPECTED = N_("une taille, comme 5M ou 100k")
_TEXT_EXPECTED = N_("un texte, entre guillemets s'il contient des espaces")
_CHOICE_EXPECTED = N_("l'un de ces mots : %(values)s")
_AGES = ("90d", "6m", "1y", "2y", "3y", "5y")
_SIZES = ("100k", "1M", "5M", "10M")

KEYS: dict[str, Key] = {
    key.name: key
    for key in (
        Key("older", _AGE_EXPECTED, _AGES, False, _age(newer=False)),
        Key("newer", _AGE_EXPECTED, _AGES, False, _age(newer=True)),
        Key("before", _DAY_EXPECTED, (), False, _day(after=False)),
        Key("after", _DAY_EXPECTED, (), False, _day(after=True)),
        Key("larger", _SIZE_EXPECTED, _SIZES, False, _size(larger=True)),
        Key("smaller", _SIZE_EXPECTED, _SIZES, False, _size(larger=False)),
        Key(
            "from",
            _TEXT_EXPECTED,
            (),
            False,
            _text(("from",), N_("expéditeur avec « %(text)s »"), N_("expéditeur sans « %(text)s »")),
        ),
        Key(
            "to",
            _TEXT_EXPECTED,
            (),
            False,
            _text(("to",), N_("destinataire avec « %(text)s »"), N_("destinataire sans « %(text)s »")),
        ),
        Key(
            "subject",
            _TEXT_EXPECTED,
            (),
            False,
            _text(("subject",), N_("objet avec « %(text)s »"), N_("objet sans « %(text)s »")),
        ),
        Key("in", N_("le nom d'un dossier"), (), False, _in_folder),
        Key("has", _CHOICE_EXPECTED, tuple(_HAS), True, _closed(_HAS, _has)),
        Key("is", _CHOICE_EXPECTED, tuple(_IS), True, _closed(_IS, _is)),
        Key("kind", _CHOICE_EXPECTED, tuple(_KIND), True, _closed(_KIND, _kind)),
    )
}

WORD = _text(
    ("from", "subject"),
    N_("« %(text)s » dans l'expéditeur ou l'objet"),
    N_("sans « %(text)s » dans l'expéditeur ni l'objet"),
)
"""A bare word: from or subject."""
