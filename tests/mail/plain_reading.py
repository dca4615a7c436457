"""A slow and simple reader of what a filter says of itself in French: the oracle of the filter's tests.

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
}


def plainly_fits(said: str, message: Message, folder: Folder, now: datetime) -> bool:
    """Whether the message fits one phrase of a filter's plain reading."""
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
