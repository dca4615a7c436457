"""What a document is, in the words of its file: short words for LOINC types, safe endings."""

import re
from datetime import datetime

from balt.cleanup.handover.model import Kind
from balt.text import fold

_WORDS = {
    "11369-6": "vaccination",
    "11488-4": "consultation",
    "11490-0": "lettre-liaison",
    "11502-2": "biologie",
    "11504-8": "operation",
    "11506-3": "suivi",
    "11526-1": "anatomopathologie",
    "18748-4": "imagerie",
    "18761-7": "transfert",
    "18842-5": "sortie",
    "28570-0": "acte",
    "34105-7": "hospitalisation",
    "42348-3": "directives",
    "51851-4": "administratif",
    "57133-1": "orientation",
    "57833-6": "prescription",
    "60591-5": "synthese",
}
"""Codes of LOINC that documents of MSSanté bear; any other one is a ``document``."""
_BY_KIND = {Kind.METADATA: "metadonnees", Kind.IMAGE: "image", Kind.XML: "xml", Kind.OTHER: "piece"}
_LOINC = re.compile(r"[0-9]{1,7}-[0-9]")
_IMAGES = {"jpeg": "jpg", "jpg": "jpg", "png": "png", "tif": "tif", "tiff": "tif", "gif": "gif", "bmp": "bmp"}
_OTHERS = frozenset(
    (
        "doc",
        "docx",
        "odt",
        "ods",
        "rtf",
        "txt",
        "csv",
        "xls",
        "xlsx",
        "hpr",
        "hl7",
        "dcm",
        "zip",
        "ics",
        "vcf",
    )
)
_MOMENT = re.compile(r"(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?(?:\.\d{1,6})?)?([+-]\d\d)?(\d\d)?")


def type_word(kind: Kind, code: str) -> str:
    """The type of a document in one word, of ASCII letters: no name of anybody is in it."""
    return _WORDS.get(code) or _BY_KIND.get(kind, "document")


def loinc(text: str) -> str:
    """A code where it is one of LOINC, else ""."""
    return text if _LOINC.fullmatch(text) else ""


def ending_of(kind: Kind, content_type: str, filename: str) -> str:
    """The extension of a file: one of a few known ones, never what a mail wishes it to be run as."""
    claimed = fold(filename.rpartition(".")[2].strip()) if "." in filename else ""
    if kind in (Kind.CDA, Kind.METADATA, Kind.XML):
        return "xml"
    if kind is Kind.PDF:
        return "pdf"
    if kind is Kind.IMAGE:
        return _IMAGES.get(claimed) or _IMAGES.get(content_type.rpartition("/")[2], "img")
    return claimed if claimed in _OTHERS else "bin"


def date_of(text: str) -> str:
    """A moment as HL7 writes it (TS: ``YYYYMMDDHHMMSS+ZZZZ``, cut anywhere) in RFC 3339, cut alike: its day,
    and its hour only with a zone; "" where it is none.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, zone, zone_minutes = match.groups()
    if month is None or day is None:
        return year if month is None else f"{year}-{month}"
    told = f"{year}-{month}-{day}"
    if hour is not None and zone is not None:
        told += f"T{hour}:{minute}:{second or '00'}{zone}:{zone_minutes or '00'}"
    try:
        datetime.fromisoformat(told)
    except ValueError:
        return ""
    return told
