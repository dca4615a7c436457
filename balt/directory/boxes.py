"""One BAL as a ``telecom`` of the directory describes it (domain 2.5).

Two generations of the metadata extension are met, with the type as a CodeableConcept, a Coding or a code;
some entries lack the metadata and some lack the kind of mail, so either one proves a BAL. What tells of a
person behind a shared BAL (``responsible``, ``phone``) is not kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from balt.directory.model import BalKind
from balt.directory.shapes import flag, items, members, objects, raw, text, whole
from balt.text import plain

_EMAIL_TYPE = "fr-core-contact-point-email-type"
_METADATA = "mailboxmss"
_SECURE = "MSSANTE"
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_MOST_RANK = 9999


@dataclass(frozen=True, slots=True)
class Box:
    """A BAL as published. ``inferred`` says that its kind is not stated, but taken from what carries it."""

    address: str
    kind: BalKind
    inferred: bool = False
    service: str = ""
    description: str = ""
    rank: int | None = None
    red_list: bool | None = None
    digitization: bool | None = None


def read_boxes(telecom: object, usual: BalKind) -> tuple[Box, ...]:
    """The BAL among the ``telecom`` of a resource, each address once; ``usual`` is the kind of one that
    states none. Telephones, faxes and ordinary addresses are left out.
    """
    found: dict[str, Box] = {}
    for point in objects(telecom):
        box = _read_box(point, usual)
        if box is not None:
            found.setdefault(box.address.lower(), box)
    return tuple(found.values())


def is_address(value: str) -> bool:
    """Whether a text can be an e-mail address that is safe to show and to compare."""
    return _ADDRESS.fullmatch(value) is not None and plain(value) == value


def coding(value: object, system: str) -> tuple[str, str]:
    """Code and words of the first coding of a CodeableConcept whose system names ``system``; "" if none."""
    for each in objects(members(value).get("coding")):
        if system in raw(each.get("system")):
            return text(each.get("code")), text(each.get("display"))
    return "", ""


def _read_box(point: Mapping[str, object], usual: BalKind) -> Box | None:
    address = raw(point.get("value")).strip()
    if raw(point.get("system")) != "email" or not is_address(address):
        return None
    secure, details = _extensions(point)
    if not secure and details is None:
        return None
    facts = details or {}
    kind = _kind(_code(facts.get("type", {})))
    return Box(
        address,
        kind or usual,
        inferred=not kind,
        service=text(facts.get("service", {}).get("valueString")),
        description=text(facts.get("description", {}).get("valueString")),
        rank=whole(point.get("rank"), 1, _MOST_RANK),
        red_list=_flag(facts.get("listeRouge", {})),
        digitization=_flag(facts.get("digitization", {})),
    )


def _extensions(point: Mapping[str, object]) -> tuple[bool, dict[str, Mapping[str, object]] | None]:
    """Whether the mail is said to be MSSanté, and the metadata by name; None where there are none."""
    secure = False
    details: dict[str, Mapping[str, object]] | None = None
    for extension in objects(point.get("extension")):
        name = raw(extension.get("url")).rstrip("/").rpartition("/")[2]
        if name == _EMAIL_TYPE:
            secure = secure or _code(extension) == _SECURE
        elif _METADATA in name.lower().replace("-", ""):
            details = {} if details is None else details
            for part in objects(extension.get("extension")):
                details.setdefault(raw(part.get("url")), part)
    return secure, details


def _codes(extension: Mapping[str, object]) -> Iterator[str]:
    yield raw(extension.get("valueCode"))
    yield raw(members(extension.get("valueCoding")).get("code"))
    for each in items(members(extension.get("valueCodeableConcept")).get("coding")):
        yield raw(members(each).get("code"))


def _code(extension: Mapping[str, object]) -> str:
    return next((code.strip().upper() for code in _codes(extension) if code.strip()), "")


def _kind(code: str) -> BalKind:
    try:
        return BalKind(code)
    except ValueError:
        return BalKind.UNKNOWN


def _flag(extension: Mapping[str, object]) -> bool | None:
    """A truth value, under whichever name it is written."""
    given = (extension.get(name) for name in ("valueBoolean", "valueCode", "valueString"))
    return next((value for value in map(flag, given) if value is not None), None)
