"""The documents of one message into the folder of the run; a sentence for each that cannot be had."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from balt.cleanup.handover.folder import PartFile, RunFolder
from balt.cleanup.handover.ledger import Ledger
from balt.cleanup.handover.model import (
    About,
    Document,
    Found,
    Kind,
    Letter,
    MessageAccount,
    NotTaken,
    Unwanted,
)
from balt.cleanup.handover.naming import UNDATED, Names, Template
from balt.cleanup.handover.opening import documents_in
from balt.cleanup.handover.types import type_word
from balt.i18n import _
from balt.mail.files.octets import Extent
from balt.mail.files.parts import DamagedError, parts_of
from balt.mail.structure import StructureError
from balt.text import plain

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is taken: ``again`` what was handed over before too; ``everything``: parts of any kind."""

    template: Template
    again: bool = False
    everything: bool = False


@dataclass(slots=True)
class Taking:
    """Takes documents, message by message; the run's folder is made for the first one."""

    wanted: Wanted
    ledger: Ledger
    run: Callable[[], RunFolder]
    over: Event = field(default_factory=Event)
    _names: Names = field(default_factory=Names)
    _number: int = 0
    _messages: int = 0

    def take(self, letter: Letter, message: Extent) -> tuple[MessageAccount, list[PartFile]]:
        """Write the documents of a message; they have no names yet. Raises OSError where the message cannot
        be read or the folder not be written, StoppedError where its disk lies.
        """
        account, written = MessageAccount(letter), list[PartFile]()
        try:
            parts = parts_of(message)
        except StructureError:
            account.refused.append(NotTaken("", "", _("La structure de ce message n'a pas été comprise.")))
            return account, written
        digest = _digest(message)
        for found in documents_in(message, parts, self.over, everything=self.wanted.everything):
            if isinstance(found, NotTaken):
                account.refused.append(found)
            elif isinstance(found, Unwanted):
                account.left.append(_left(found.part, found.inside))
            else:
                self._take(account, written, digest, found)
        return account, written

    def _take(self, account: MessageAccount, written: list[PartFile], message: str, found: Found) -> None:
        run = self.run()
        try:
            part = run.write(found.pieces())
        except DamagedError:
            why = _("L'encodage de cette pièce est abîmé : elle n'est pas prise.")
            account.refused.append(NotTaken(found.part, found.inside, why))
            return
        about = found.about()
        here = any(each.sha256 == part.sha256 for each in account.documents)
        if about.left:
            account.left.append(_left(found.part, found.inside))
        elif about.why:
            account.refused.append(NotTaken(found.part, found.inside, about.why))
        elif here or (not self.wanted.again and self.ledger.has(message, part.sha256)):
            account.earlier += 1
        else:
            account.documents.append(self._document(account, message, found, about, part))
            written.append(part)
            return
        run.discard([part.part])

    def _document(
        self, account: MessageAccount, message: str, found: Found, about: About, part: PartFile
    ) -> Document:
        letter = account.letter
        self._number += 1
        self._messages += not account.documents
        received = letter.received.isoformat(timespec="seconds") if letter.received else ""
        name = self.wanted.template.name(self._values(letter, about, part, received[:10]))
        return Document(
            mailbox=letter.mailbox,
            folder=letter.folder,
            uidvalidity=letter.uidvalidity,
            uid=letter.uid,
            message=message,
            part=found.part,
            inside=found.inside,
            kind=about.kind.value,
            file=self._names.of(name),
            sha256=part.sha256,
            size=part.size,
            code=about.code,
            type=about.type,
            date=about.date,
            received=received,
        )

    def _values(self, letter: Letter, about: About, part: PartFile, received: str) -> dict[str, str]:
        """What the terms of a template stand for."""
        date = about.date[:10] or received or UNDATED
        return {
            "date": date,
            "year": date[:4],
            "received": received or UNDATED,
            "type": type_word(about.kind, about.code),
            "code": about.code or "0",
            "kind": about.kind.value if about.kind is not Kind.METADATA else "xdm",
            "number": f"{self._number:04d}",
            "message": f"{self._messages:04d}",
            "hash": part.sha256[:12],
            "mailbox": plain(letter.mailbox, 100),
            "ext": about.ending,
        }


def _digest(message: Extent) -> str:
    """SHA-256 (hex) of the octets of a message."""
    hasher, place = hashlib.sha256(), 0
    while piece := message.read(place, _PIECE):
        hasher.update(piece)
        place += len(piece)
    return hasher.hexdigest()


def _left(part: str, inside: str) -> NotTaken:
    return NotTaken(part, inside, _("Pièce d'un autre genre, laissée (--all la prend)."))
