"""A plan as a file: JSON that a person can read, one message a line, read back strictly.

It holds sizes, dates and digests; never a subject, a sender or a file name. Everything but ASCII is escaped,
so that a folder's name cannot drive the terminal that shows the file.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from balt.cleanup.detach.parts import Chosen
from balt.cleanup.plan import Act, CleanupPlan, FolderPart, Guard, PlannedMessage, Tally, Twin
from balt.errors import StoppedError, UsageError
from balt.i18n import _
from balt.paths import private_dir, write_private
from balt.text import plain

VERSION = 3
_READ = (2, VERSION)
"""Before 3, a plan could not take attachments out of messages."""
MAX_OCTETS = 256 * 1024 * 1024
"""A plan of a million messages takes about as much; a larger file is not a plan."""

_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,63}")
_ID_OR_NONE = re.compile(rf"(?:{_ID.pattern})?")
_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,60}")
_SERVER = re.compile(r"\S{1,300}:\d{1,5}")
_MESSAGE_KEYS = frozenset(("uid", "size", "internaldate", "message_id", "date", "guards", "filed"))
_TWIN_KEYS = frozenset(("folder", "uidvalidity", "uid", "size", "sha256"))
_LIGHTER_KEYS = frozenset(("detach", "frees"))
_CHOSEN_KEYS = frozenset(("number", "content_type", "encoded_size"))
_PART_KEYS = frozenset(("folder", "uidvalidity", "count", "size", "messages"))
_BINDING_KEYS = frozenset(("server", "user", "address", "target", "archive"))
_ACCOUNT_KEYS = frozenset(("created", "reason", "undoes", "count", "size", "kept", "left_out", "folders"))
_PLAN_KEYS = frozenset(("balt_plan", "id", "act")) | _BINDING_KEYS | _ACCOUNT_KEYS


def to_json(plan: CleanupPlan) -> str:
    """The file's text. ``count`` and ``size`` are there for the reader, and are checked when read back."""
    head = {
        "balt_plan": VERSION,
        "id": plan.id,
        "act": plan.act.value,
        "server": plan.server,
        "user": plan.user,
        "address": plan.address,
        "target": plan.target,
        "archive": plan.archive,
        "created": plan.created.isoformat(),
        "reason": plan.reason,
        "undoes": plan.undoes,
        "count": plan.count,
        "size": plan.size,
        "kept": _tally_json(plan.kept),
        "left_out": {guard.value: _tally_json(plan.left_out[guard]) for guard in sorted(plan.left_out)},
    }
    opening = json.dumps(head, indent=2).removesuffix("\n}")
    folders = ",\n".join(_part_lines(part) for part in plan.parts)
    return f'{opening},\n  "folders": [{f"{chr(10)}{folders}{chr(10)}  " if folders else ""}]\n}}\n'


def from_json(text: str) -> CleanupPlan:
    """The plan in a file's text.

    Raises UsageError for a text that is not a plan, is damaged or contradicts itself, or comes from another
    version: a plan that is not wholly understood is never applied.
    """
    try:
        content = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise _not_a_plan() from error
    if not isinstance(content, dict) or type(content.get("balt_plan")) is not int:
        raise _not_a_plan()
    if content["balt_plan"] not in _READ:
        raise UsageError(
            _("Ce plan a été écrit par une autre version de balt."),
            advice=_("Refaites le plan avec celle-ci : il relira la BAL."),
        )
    try:
        return _plan(content)
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_a_plan() from error


def plan_path(folder: Path, plan_id: str) -> Path:
    """Where the plan of this name stands in balt's state folder; StoppedError for an unsafe name."""
    if not _ID.fullmatch(plan_id):
        raise StoppedError(
            _("le nom d'un plan est abîmé : balt ne peut pas retrouver ce qui était prévu."),
            advice=_(
                "Rien n'a été supprimé. Refaites le plan ; si cela se répète, regardez « balt journal »."
            ),
        )
    return folder / "plans" / f"{plan_id}.json"


def save_plan(plan: CleanupPlan, folder: Path) -> Path:
    """Write the plan under ``folder/plans``, for its owner alone; StoppedError when that cannot be done."""
    path = plan_path(folder, plan.id)
    try:
        private_dir(folder)
        private_dir(path.parent)
        write_private(path, to_json(plan).encode("ascii"))
    except OSError as error:
        raise StoppedError(
            _("Le plan ne peut pas être écrit : %s.") % plain(error.strerror or type(error).__name__),
            advice=_("Rien n'a été fait. Libérez de la place sur ce disque, puis recommencez."),
        ) from error
    return path


def load_plan(path: Path) -> CleanupPlan:
    """The plan in a file; UsageError when the file cannot be read or is not a plan."""
    try:
        if path.stat().st_size > MAX_OCTETS:
            raise _not_a_plan()
        return from_json(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise _not_a_plan() from error
    except OSError as error:
        raise UsageError(
            _("Le plan ne peut pas être lu : %s.") % plain(error.strerror or type(error).__name__),
            advice=_("Vérifiez le chemin et les droits du fichier."),
        ) from error


def _not_a_plan() -> UsageError:
    return UsageError(
        _("Ce fichier n'est pas un plan de balt, ou il est abîmé."),
        advice=_("Rien n'a été fait. Refaites le plan."),
    )


def _part_lines(part: FolderPart) -> str:
    """A folder's own lines, then one for each of its messages."""
    head = {
        "folder": part.folder,
        "uidvalidity": part.uidvalidity,
        "count": len(part.messages),
        "size": part.size,
    }
    opening = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items())
    rows = ",\n      ".join(json.dumps(_message_json(message)) for message in part.messages)
    return f'    {{{opening}, "messages": [{f"{chr(10)}      {rows}{chr(10)}    " if rows else ""}]}}'


def _tally_json(tally: Tally) -> dict[str, int]:
    return {"messages": tally.messages, "size": tally.size}


def _message_json(message: PlannedMessage) -> dict[str, object]:
    told: dict[str, object] = {
        "uid": message.uid,
        "size": message.size,
        "internaldate": message.internaldate,
        "message_id": message.message_id,
        "date": message.date.isoformat() if message.date else None,
        "guards": sorted(message.guards),
        "filed": message.filed,
    }
    if message.twin:
        told["twin"] = asdict(message.twin)
    if message.detach:
        told |= {"detach": [asdict(part) for part in message.detach], "frees": message.frees}
    return told


def _plan(content: Mapping[str, object]) -> CleanupPlan:
    _exactly(content, _PLAN_KEYS)
    plan = CleanupPlan(
        id=_match(_ID, content["id"]),
        act=Act(_text(content["act"])),
        server=_match(_SERVER, content["server"]),
        user=_line(content["user"]),
        address=_line(content["address"]),
        target=_line(content["target"]),
        archive=_line(content["archive"]),
        parts=tuple(_part(item) for item in _list(content["folders"])),
        created=datetime.fromisoformat(_text(content["created"])),
        left_out={Guard(key): _tally(value) for key, value in _dict(content["left_out"]).items()},
        kept=_tally(content["kept"]),
        reason=_line(content["reason"]),
        undoes=_match(_ID_OR_NONE, content["undoes"]),
    )
    if (plan.count, plan.size) != (_number(content["count"]), _number(content["size"])):
        raise ValueError("count")
    return plan


def _part(content: object) -> FolderPart:
    item = _exactly(_dict(content), _PART_KEYS)
    part = FolderPart(
        folder=_line(item["folder"]),
        uidvalidity=_number(item["uidvalidity"]),
        messages=tuple(_message(message) for message in _list(item["messages"])),
    )
    if (len(part.messages), part.size) != (_number(item["count"]), _number(item["size"])):
        raise ValueError("count")
    return part


def _message(content: object) -> PlannedMessage:
    told = _dict(content)
    lighter = told.keys() & _LIGHTER_KEYS
    item = _exactly({key: told[key] for key in told.keys() - lighter - {"twin"}}, _MESSAGE_KEYS)
    if lighter not in (set(), _LIGHTER_KEYS):
        raise ValueError("keys")
    date = item["date"]
    return PlannedMessage(
        uid=_number(item["uid"]),
        size=_number(item["size"]),
        internaldate=_line(item["internaldate"]),
        message_id=_match(_DIGEST, item["message_id"]),
        date=None if date is None else _aware(datetime.fromisoformat(_text(date))),
        guards=frozenset(Guard(_text(guard)) for guard in _list(item["guards"])),
        filed=_flag(item["filed"]),
        twin=_twin(told["twin"]) if "twin" in told else None,
        detach=tuple(_chosen(part) for part in _list(told["detach"])) if lighter else (),
        frees=_number(told["frees"]) if lighter else 0,
    )


def _chosen(content: object) -> Chosen:
    item = _exactly(_dict(content), _CHOSEN_KEYS)
    return Chosen(
        number=_match(_NUMBER, item["number"]),
        content_type=_line(item["content_type"]),
        encoded_size=_number(item["encoded_size"]),
    )


def _twin(content: object) -> Twin:
    item = _exactly(_dict(content), _TWIN_KEYS)
    return Twin(
        folder=_line(item["folder"]),
        uidvalidity=_number(item["uidvalidity"]),
        uid=_number(item["uid"]),
        size=_number(item["size"]),
        sha256=_match(_SHA256, item["sha256"]),
    )


def _tally(content: object) -> Tally:
    item = _exactly(_dict(content), frozenset({"messages", "size"}))
    return Tally(_number(item["messages"]), _number(item["size"]))


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object whose keys are all different: of two values for one key, which was meant?"""
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("twin key")
    return content


def _exactly(content: Mapping[str, object], keys: frozenset[str]) -> Mapping[str, object]:
    if content.keys() != keys:
        raise ValueError("keys")
    return content


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("object")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("flag")
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("number")
    return value


def _line(value: object) -> str:
    """Text that may go to the server as one argument: without NUL, CR or LF."""
    text = _text(value)
    if any(char in text for char in "\0\r\n"):
        raise ValueError("line")
    return text


def _match(pattern: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if not pattern.fullmatch(text):
        raise ValueError("pattern")
    return text


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("zone")
    return moment
