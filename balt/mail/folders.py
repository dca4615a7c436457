"""The folders of a BAL: LIST with figures in one go where the server can (RFC 5819, 8438), else STATUS each.

What a folder is for comes from SPECIAL-USE (RFC 6154), else from its name (``folder_roles``).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from balt.errors import RefusedError
from balt.mail.arguments import decode_folder, quoted
from balt.mail.folder_roles import folder_label, in_order, with_guessed_roles
from balt.mail.headers import decode_text
from balt.mail.model import Folder, FolderRole
from balt.mail.tokens import TokenError, Value, tokenize
from balt.mail.wire import MIB, Limits, Response, Wire

_SPECIAL_USE = {
    b"\\sent": FolderRole.SENT,
    b"\\trash": FolderRole.TRASH,
    b"\\drafts": FolderRole.DRAFTS,
    b"\\junk": FolderRole.JUNK,
    b"\\archive": FolderRole.ARCHIVE,
}
_GATHERING = frozenset({b"\\all", b"\\flagged", b"\\important"})
MAX_FOLDERS = 20_000
_LIMITS = Limits(line=MIB // 16, literal=MIB // 16)


@dataclass(slots=True)
class _Listed:
    """One LIST response: the name as the server wrote it, its separator and its attributes."""

    raw: bytes
    separator: str
    attributes: frozenset[bytes]
    figures: Mapping[bytes, int] = field(default_factory=dict)

    @property
    def selectable(self) -> bool:
        return not self.attributes & {b"\\noselect", b"\\nonexistent"}


@dataclass(frozen=True, slots=True)
class FolderList:
    """The folders, and the name on the wire of each by its ``Folder.name``."""

    folders: list[Folder]
    raw_names: Mapping[str, bytes]


def read_folders(wire: Wire, capabilities: frozenset[str]) -> FolderList:
    """All folders: INBOX first, then those with a role, then by name; figures where the server gives them."""
    listed = _listed(wire, capabilities)
    wanted = status_items(capabilities)
    for one in listed.values():
        if one.selectable and not one.figures:
            one.figures = _status(wire, one.raw, wanted)
    folders: list[Folder] = []
    raw_names: dict[str, bytes] = {}
    for one in listed.values():
        folder = _folder(one)
        if folder.name not in raw_names:
            raw_names[folder.name] = one.raw
            folders.append(folder)
    folders = with_guessed_roles(folders, {_folder(one).name: one.separator for one in listed.values()})
    return FolderList(in_order(folders), raw_names)


def status_items(capabilities: frozenset[str]) -> bytes:
    """The figures to ask of a folder: its size only where the server knows it (RFC 8438)."""
    return b"(MESSAGES UNSEEN SIZE)" if "STATUS=SIZE" in capabilities else b"(MESSAGES UNSEEN)"


def _listed(wire: Wire, capabilities: frozenset[str]) -> dict[bytes, _Listed]:
    options = []
    if "SPECIAL-USE" in capabilities and capabilities & {"LIST-EXTENDED", "LIST-STATUS"}:
        options.append(b"SPECIAL-USE")
    if "LIST-STATUS" in capabilities:
        options.append(b"STATUS " + status_items(capabilities))
    if options:
        try:
            return _collect(
                wire.run(b"LIST", b'""', b'"*"', b"RETURN (" + b" ".join(options) + b")", limits=_LIMITS)
            )
        except RefusedError:
            pass  # offered, yet refused: ask in the old way
    return _collect(wire.run(b"LIST", b'""', b'"*"', limits=_LIMITS))


def _collect(responses: Sequence[Response]) -> dict[bytes, _Listed]:
    listed: dict[bytes, _Listed] = {}
    figures: dict[bytes, Mapping[bytes, int]] = {}
    for response in responses:
        try:
            tokens = [] if response.damaged else tokenize(response.pieces)
        except TokenError:
            continue  # a status line in free text, or a folder that no command could name
        kind = tokens[1] if len(tokens) > 3 else None
        if not isinstance(kind, bytes):
            continue
        if kind.upper() == b"LIST" and len(listed) < MAX_FOLDERS:
            _take_list(tokens, listed)
        elif kind.upper() == b"STATUS" and isinstance(tokens[2], bytes):
            figures[_canonical(tokens[2])] = _figures(tokens[3])
    for raw, found in figures.items():
        if raw in listed:
            listed[raw].figures = found
    return listed


def _take_list(tokens: Sequence[Value], listed: dict[bytes, _Listed]) -> None:
    attributes, separator, raw = tokens[2], tokens[3], tokens[4] if len(tokens) > 4 else None
    if not isinstance(attributes, list) or not isinstance(raw, bytes):
        return
    names = frozenset(word.lower() for word in attributes if isinstance(word, bytes))
    text = separator.decode("latin-1") if isinstance(separator, bytes) else ""
    listed.setdefault(_canonical(raw), _Listed(_canonical(raw), text, names))


def _canonical(raw: bytes) -> bytes:
    """INBOX is the same in any case (RFC 3501 section 5.1); every other name is taken as it is."""
    return b"INBOX" if raw.upper() == b"INBOX" else raw


def _status(wire: Wire, raw: bytes, items: bytes) -> Mapping[bytes, int]:
    """The figures of one folder; none where the server refuses or the name cannot be sent."""
    if any(octet in raw for octet in b"\0\r\n"):
        return {}
    try:
        responses = wire.run(b"STATUS", quoted(raw), items)
    except RefusedError:
        return {}
    for response in responses:
        try:
            tokens = tokenize(response.pieces)
        except TokenError:
            continue
        if len(tokens) > 3 and isinstance(tokens[1], bytes) and tokens[1].upper() == b"STATUS":
            return _figures(tokens[-1])
    return {}


def _figures(value: Value) -> Mapping[bytes, int]:
    if not isinstance(value, list):
        return {}
    return {
        name.upper(): int(number)
        for name, number in zip(value[::2], value[1::2], strict=False)
        if isinstance(name, bytes) and isinstance(number, bytes) and number.isdigit() and len(number) < 19
    }


def _folder(listed: _Listed) -> Folder:
    name = decode_folder(listed.raw)
    if name is None:  # only the octets name this folder: they are what commands will say
        name = decode_text(listed.raw)
    usable = not any(unicodedata.category(char) == "Cc" for char in name)
    role = FolderRole.INBOX if listed.raw == b"INBOX" else FolderRole.OTHER
    for attribute, found in _SPECIAL_USE.items():
        if role is FolderRole.OTHER and attribute in listed.attributes:
            role = found
    figures = listed.figures
    return Folder(
        name=name,
        label=folder_label(name, listed.separator),
        role=role,
        selectable=listed.selectable and usable,
        messages=figures.get(b"MESSAGES"),
        unseen=figures.get(b"UNSEEN"),
        size=figures.get(b"SIZE"),
        gathers=bool(listed.attributes & _GATHERING),
        everything=b"\\all" in listed.attributes,
    )
