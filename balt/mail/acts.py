"""The commands that change a folder, and the questions asked before and after them. UIDs only.

Nothing here is ever sent twice, and plain EXPUNGE and CLOSE do not exist: they would also remove what other
programs marked (RFC 4315). Long sets go in several commands (``arguments.uid_batches``): when one fails, what
the commands before it did stays done, and ``existing`` tells.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from balt.errors import RefusedError
from balt.i18n import _
from balt.mail.arguments import expand_set, quoted, uid_batches, uid_set
from balt.mail.details import message_id_digest, section_of
from balt.mail.fetch import Row, flags_of, read_row, size_of
from balt.mail.listing import UNKNOWN_SIZE
from balt.mail.model import Identity
from balt.mail.wire import MIB, Limits, Wire
from balt.text import plain

_IDENTITY_ITEMS = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
_LIMITS = Limits(line=MIB // 16, literal=MIB, total=64 * MIB)
_UNTAGGED_COPYUID = re.compile(rb"\* OK \[COPYUID ([^\]]*)\]", re.IGNORECASE)
_ESEARCH_ALL = re.compile(rb"\* ESEARCH(?: \(TAG \"[^\"]*\"\))? UID .*?\bALL ([\d:,]+)", re.IGNORECASE)
_SEARCH = re.compile(rb"\* SEARCH\b", re.IGNORECASE)
_NUMBER = re.compile(rb"\b\d{1,10}\b")
_MOST_FOUND = 2_000_000
_DELETED = rb"(\Deleted)"


def read_identities(wire: Wire, uids: Iterable[int]) -> dict[int, Identity]:
    """What each message is now; one that is absent is gone.

    One that the server has but that cannot be read has size -1 and no date: it equals no planned message.
    """
    found: dict[int, Identity] = {}
    for batch in uid_batches(uids):
        told: dict[int, Identity] = {}
        for identity in _identities(wire, batch):
            if told.setdefault(identity.uid, identity) != identity:
                told[identity.uid] = Identity(identity.uid, UNKNOWN_SIZE, "", "")
        found |= told
    return found


def _identities(wire: Wire, batch: list[int]) -> Iterator[Identity]:
    wanted = set(batch)
    with wire.command(b"UID FETCH", uid_set(batch), _IDENTITY_ITEMS, limits=_LIMITS) as answer:
        for response in answer:
            row = read_row(response)
            if row is None or row.uid not in wanted:
                continue
            if not row.readable or b"RFC822.SIZE" in row.items:
                yield _identity(row, row.uid)


def _identity(row: Row, uid: int) -> Identity:
    raw_date = row.items.get(b"INTERNALDATE")
    return Identity(
        uid=uid,
        size=size_of(row.items.get(b"RFC822.SIZE")),
        internaldate=plain(raw_date.decode("latin-1"), 64) if isinstance(raw_date, bytes) else "",
        message_id=message_id_digest(section_of(row)),
        flags=flags_of(row.items.get(b"FLAGS")),
    )


def read_existing(wire: Wire, uids: Iterable[int]) -> set[int]:
    """Which of the UIDs are still there."""
    found: set[int] = set()
    for batch in uid_batches(uids):
        found |= search(wire, b"UID " + uid_set(batch)) & set(batch)
    return found


def search(wire: Wire, criteria: bytes, capabilities: Collection[str] = ()) -> set[int]:
    """The UIDs that a search finds; ``criteria`` is made by balt, never of text from outside.

    With ESEARCH (RFC 4731) the answer is ranges: 39 octets instead of 589,000 for a hundred thousand
    messages.
    """
    limits = Limits(line=16 * MIB, total=24 * MIB)
    found: set[int] = set()
    if "ESEARCH" in capabilities:
        for response in wire.run(b"UID SEARCH RETURN (ALL)", criteria, limits=limits):
            if told := _ESEARCH_ALL.match(response.head):
                found.update(expand_set(told[1], _MOST_FOUND) or ())
        return found
    for response in wire.run(b"UID SEARCH", criteria, limits=limits):
        if _SEARCH.match(response.head):
            found.update(int(number[0]) for number in _NUMBER.finditer(response.head))
    return found


def move(
    wire: Wire, uids: Iterable[int], target: bytes, capabilities: frozenset[str]
) -> dict[int, int] | None:
    """UID MOVE (RFC 6851); where each went by COPYUID, None where the server did not say it for all."""
    if "MOVE" not in capabilities:
        raise RefusedError(
            _("ce serveur ne sait pas déplacer des messages d'un seul geste (MOVE)."),
            code="CANNOT",
            advice=_("Rien n'a été touché. Supprimez définitivement, ou déplacez-les depuis votre webmail."),
            mailbox=wire.mailbox,
        )
    return _transfer(wire, b"UID MOVE", uids, target)


def copy(wire: Wire, uids: Iterable[int], target: bytes) -> dict[int, int] | None:
    """UID COPY; the new UIDs as for ``move``."""
    return _transfer(wire, b"UID COPY", uids, target)


def _transfer(wire: Wire, command: bytes, uids: Iterable[int], target: bytes) -> dict[int, int] | None:
    mapping: dict[int, int] = {}
    complete = True
    for batch in uid_batches(uids):
        pairs = _transfer_batch(wire, command, batch, target)
        complete = complete and pairs is not None
        mapping.update(pairs or {})
    return mapping if complete else None


def _transfer_batch(wire: Wire, command: bytes, batch: list[int], target: bytes) -> Mapping[int, int] | None:
    told: bytes | None = None
    with wire.command(command, uid_set(batch), quoted(target)) as answer:
        for response in answer:
            if found := _UNTAGGED_COPYUID.match(response.head):
                told = found[1]
    if answer.code == "COPYUID":
        told = answer.code_text
    return copied(told, batch) if told is not None else None


def copied(told: bytes, asked: list[int]) -> Mapping[int, int] | None:
    """Source and target UIDs of a COPYUID (RFC 4315); None unless it pairs them and names only ``asked``."""
    words = told.split()
    if len(words) != 3:
        return None
    sources, targets = (expand_set(word, len(asked)) for word in words[1:])
    if sources is None or targets is None or len(sources) != len(targets):
        return None
    pairs = dict(zip(sources, targets, strict=True))
    return pairs if len(pairs) == len(sources) and pairs.keys() <= set(asked) else None


def mark_deleted(wire: Wire, uids: Iterable[int]) -> None:
    """Mark messages for removal; nothing is removed yet."""
    for batch in uid_batches(uids):
        wire.run(b"UID STORE", uid_set(batch), b"+FLAGS.SILENT", _DELETED)


def unmark_deleted(wire: Wire, uids: Iterable[int]) -> None:
    """Take the mark for removal away."""
    for batch in uid_batches(uids):
        wire.run(b"UID STORE", uid_set(batch), b"-FLAGS.SILENT", _DELETED)


def set_keyword(wire: Wire, uids: Iterable[int], keyword: str, *, on: bool) -> None:
    """Give messages a keyword (RFC 3501 section 2.3.2), or take it away; every other flag stays as it is."""
    action = b"+FLAGS.SILENT" if on else b"-FLAGS.SILENT"
    for batch in uid_batches(uids):
        wire.run(b"UID STORE", uid_set(batch), action, b"(" + keyword.encode("ascii") + b")")


def expunge(wire: Wire, uids: Iterable[int], capabilities: frozenset[str]) -> None:
    """Remove for good exactly the marked messages among ``uids`` (UID EXPUNGE, RFC 4315)."""
    if "UIDPLUS" not in capabilities:
        raise RefusedError(
            _("ce serveur ne permet pas de supprimer définitivement des messages choisis (UIDPLUS)."),
            code="CANNOT",
            advice=_(
                "Rien n'a été supprimé : une suppression générale emporterait aussi les marques d'autres "
                "programmes. Déplacez vers la corbeille, ou videz celle-ci depuis votre webmail."
            ),
            mailbox=wire.mailbox,
        )
    for batch in uid_batches(uids):
        wire.run(b"UID EXPUNGE", uid_set(batch))
