"""A slow and simple reader of what a filter says of itself, in French or English: the oracle of its tests.

It shares no code with the filter: it reads the sentence as a person would and looks at the message. What the
message does not tell fits no sentence.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

from balt.mail.model import Content, Flag, Folder, Kind, Message, MessageDetail

MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
UNITS = {"o": 1, "Ko": 1024, "Mo": 1024**2, "Go": 1024**3, "octet": 1, "octets": 1}
AGE = r"(\d+) (jours?|semaines?|mois|ans?)"
SIZE = r"([\d ,]+?) (octets?|[KMG]?o)"
DAY = r"(\d+|1er) (\S+) (\d{4})"
FLAGS = {
    "lus": (Flag.SEEN, True),
    "non lus": (Flag.SEEN, False),
    "marqués importants": (Flag.FLAGGED, True),
    "non marqués importants": (Flag.FLAGGED, False),
    "répondus": (Flag.ANSWERED, True),
    "non répondus": (Flag.ANSWERED, False),
    "intégrés au logiciel métier": (Flag.INTEGRATED, True),
    "non intégrés au logiciel métier": (Flag.INTEGRATED, False),
}
KINDS = {
    "documents": Kind.DOCUMENT,
    "accusés de réception": Kind.RECEIPT,
    "avis de non-remise": Kind.BOUNCE,
    "réponses automatiques": Kind.AUTOREPLY,
    "messages de patients": Kind.PATIENT,
    "autres messages": Kind.OTHER,
    "notifications": Kind.NOTIFICATION,
}
ENGLISH_WORDS = {
    "read": "lus",
    "unread": "non lus",
    "flagged": "marqués importants",
    "not flagged": "non marqués importants",
    "answered": "répondus",
    "not answered": "non répondus",
    "filed in the business software": "intégrés au logiciel métier",
    "not filed in the business software": "non intégrés au logiciel métier",
    "documents": "documents",
    "receipts": "accusés de réception",
    "bounce": "avis de non-remise",
    "bounces": "avis de non-remise",
    "automatic replies": "réponses automatiques",
    "notifications": "notifications",
    "messages from patients": "messages de patients",
    "other messages": "autres messages",
    "attachment": "pièce jointe",
    "PDF": "PDF",
    "image": "image",
    "XDM document": "document XDM",
    "CDA document": "document CDA",
    "all messages": "tous les messages",
}
ENGLISH_UNITS = {"day": "jours", "week": "semaines", "month": "mois", "year": "ans"}
ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def plainly_fits(said: str, message: Message, folder: Folder, now: datetime) -> bool:
    """Whether the message fits one phrase of a filter's plain reading."""
    said = in_french(said)
    if said == "tous les messages":
        return True
    if said in FLAGS:
        flag, wanted = FLAGS[said]
        return (flag in message.flags) == wanted
    if match := re.fullmatch(r"(dans|hors de) « (.+) »", said):
        here = bare(match[2]) in (bare(folder.name), bare(folder.label))
        return here == (match[1] == "dans")
    for read in (_date, _size):
        fits = read(said, message, now)
        if fits is not None:
            return fits
    return message.detail is not None and message.detail.readable and _detail(said, message.detail)


def in_french(said: str) -> str:
    """An English phrase as a person would put it in French; a French one as it is."""
    for pattern, french in _ENGLISH.items():
        if match := re.fullmatch(pattern, said):
            return french(match)
    return said


def _sized(match: re.Match[str]) -> str:
    number, unit = match[2].replace(",", " ").replace(".", ","), match[3]
    size = f"{number} {unit if unit.startswith('octet') else unit.replace('B', 'o').replace('ko', 'Ko')}"
    ends = {"more than": "plus de %s", "less than": "moins de %s", "at most": "%s au plus"}
    return ends.get(match[1], "%s au moins") % size


def _aged(match: re.Match[str]) -> str:
    age = f"{match[2]} {ENGLISH_UNITS[match[3]]}"
    return f"plus de {age}" if match[1] == "more than" else f"{age} au plus"


def _dated(match: re.Match[str]) -> str:
    when = "avant" if match[1] == "before" else "depuis"
    return f"reçus {when} le {match[2]} {MONTHS[ENGLISH_MONTHS.index(match[3])]} {match[4]}"


def _worded(match: re.Match[str]) -> str:
    field = {"sender": "expéditeur", "recipient": "destinataire", "subject": "objet"}[match[1]]
    return f"{field} {'avec' if match[2] == 'with' else 'sans'} « {match[3]} »"


_ENGLISH: dict[str, Callable[[re.Match[str]], str]] = {
    r"(more than|at most) (\d+) (day|week|month|year)s? old": _aged,
    r"(more than|less than|at most|at least) ([\d,.]+) (octets?|[kKMG]?B)": _sized,
    r"received (before|since) (\d+) (\w+) (\d{4})": _dated,
    r"(sender|recipient|subject) (with|without) “(.+)”": _worded,
    r"in “(.+)”": lambda match: f"dans « {match[1]} »",
    r"outside “(.+)”": lambda match: f"hors de « {match[1]} »",
    r"“(.+)” in the sender or the subject": lambda match: f"« {match[1]} » dans l'expéditeur ou l'objet",
    r"“(.+)” neither in the sender nor in the subject": lambda match: (
        f"sans « {match[1]} » dans l'expéditeur ni l'objet"
    ),
    r"(?:all but|except) (.+)": lambda match: f"sauf {ENGLISH_WORDS[match[1]]}",
    r"with (?:an? )?(.+)": lambda match: f"avec {ENGLISH_WORDS[match[1]]}",
    r"without (?:an? )?(.+)": lambda match: f"sans {ENGLISH_WORDS[match[1]]}",
    "|".join(ENGLISH_WORDS): lambda match: ENGLISH_WORDS[match[0]],
}


def bare(text: str) -> str:
    """Without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn").lower()


def _date(said: str, message: Message, now: datetime) -> bool | None:
    received = message.date.astimezone(now.tzinfo).date() if message.date else None
    if match := re.fullmatch(rf"reçus (avant|depuis) le {DAY}", said):
        day = date(int(match[4]), MONTHS.index(match[3]) + 1, int(match[2].removesuffix("er")))
        if received is None:
            return False
        return received < day if match[1] == "avant" else received >= day
    if match := re.fullmatch(rf"plus de {AGE}", said):
        return received is not None and received < _back(now.date(), int(match[1]), match[2])
    if match := re.fullmatch(rf"{AGE} au plus", said):
        return received is not None and received >= _back(now.date(), int(match[1]), match[2])
    return None


def _back(day: date, count: int, unit: str) -> date:
    if unit.startswith("jour"):
        return day - timedelta(count)
    if unit.startswith("semaine"):
        return day - timedelta(7 * count)
    wanted = day.day
    for _ in range(count * (12 if unit.startswith("an") else 1)):
        day = day.replace(day=1) - timedelta(1)
    return day.replace(day=min(wanted, calendar.monthrange(day.year, day.month)[1]))


def _size(said: str, message: Message, _now: datetime) -> bool | None:
    compare: dict[str, Callable[[int, float], bool]] = {
        rf"plus de {SIZE}": lambda size, limit: size > limit,
        rf"{SIZE} au plus": lambda size, limit: size <= limit,
        rf"moins de {SIZE}": lambda size, limit: size < limit,
        rf"{SIZE} au moins": lambda size, limit: size >= limit,
    }
    for pattern, fits in compare.items():
        if match := re.fullmatch(pattern, said):
            limit = float(match[1].replace(" ", "").replace(",", ".")) * UNITS[match[2]]
            return message.size is not None and fits(message.size, limit)
    return None


def _detail(said: str, detail: MessageDetail) -> bool:
    sender = bare(f"{detail.sender}\n{detail.sender_name}")
    subject = bare(detail.subject)
    if match := re.fullmatch(r"expéditeur (avec|sans) « (.+) »", said):
        return (bare(match[2]) in sender) == (match[1] == "avec")
    if match := re.fullmatch(r"objet (avec|sans) « (.+) »", said):
        return (bare(match[2]) in subject) == (match[1] == "avec")
    if match := re.fullmatch(r"destinataire (avec|sans) « (.+) »", said):
        return any(bare(match[2]) in bare(each) for each in detail.recipients) == (match[1] == "avec")
    if match := re.fullmatch(r"« (.+) » dans l'expéditeur ou l'objet", said):
        return bare(match[1]) in sender or bare(match[1]) in subject
    if match := re.fullmatch(r"sans « (.+) » dans l'expéditeur ni l'objet", said):
        return bare(match[1]) not in sender and bare(match[1]) not in subject
    if said.removeprefix("sauf ") in KINDS:
        return (detail.kind == KINDS[said.removeprefix("sauf ")]) != said.startswith("sauf ")
    match = re.fullmatch(r"(avec|sans) (?:une? )?(.+)", said)
    assert match, said
    return _carries(match[2], detail) == (match[1] == "avec")


def _carries(what: str, detail: MessageDetail) -> bool:
    types = [each.content_type for each in detail.attachments]
    if what == "pièce jointe":
        return len(detail.attachments) > 0
    if what == "PDF":
        named = any(each.filename.lower().endswith(".pdf") for each in detail.attachments)
        return detail.content == Content.PDF or "application/pdf" in types or named
    if what == "image":
        return detail.content == Content.IMAGE or any(kind.startswith("image/") for kind in types)
    if what == "document XDM":
        return detail.content == Content.XDM
    assert what == "document CDA", what
    return detail.has_cda
