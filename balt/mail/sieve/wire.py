"""ManageSieve on a ``Line`` (RFC 5804 sections 1.2 to 1.3 and 4): commands out, answers in, within limits.

Every text goes out as a quoted string of harmless octets or as a literal, whose length comes first: no octet
of it can begin another command. What the server says in words never reaches an error message.
"""

import re
from typing import NamedTuple

from balt.errors import RefusedError, UsageError
from balt.i18n import N_, _
from balt.mail.line import CutError, Line

LARGEST_SCRIPT = 1024 * 1024
"""Octets: beyond that, what a server gives is read no further."""
_LONGEST_LINE = 64 * 1024
_TOTAL = 2 * LARGEST_SCRIPT
_MOST_ROWS = 2_000
_MOST_PIECES = 64
_HARMLESS = re.compile(rb"[ !#-\[\]-~]{0,500}\Z")
_TOKEN = re.compile(
    rb' *(?:"((?:[^"\\\r\n\0]|\\["\\])*)"|(\{\d{1,10}\+?\})(?=\r?\n\Z)|([()])|([^\s"(){}\\\0]+))'
)
_END = re.compile(rb" *\r?\n\Z")
_ESCAPED = re.compile(rb'\\(["\\])')

_SENTENCES = {
    "QUOTA": (
        N_("le serveur n'a plus de place pour ce script."),
        N_("Supprimez dans le webmail un script qui ne sert plus, ou demandez à l'opérateur."),
    ),
    "NONEXISTENT": (N_("ce script n'existe plus sur le serveur."), N_("Recommencez.")),
    "ALREADYEXISTS": (N_("un script de ce nom existe déjà sur le serveur."), N_("Recommencez.")),
    "ACTIVE": (N_("ce script est en service, il ne peut pas être supprimé."), N_("Recommencez.")),
    "TRYLATER": (N_("le serveur ne peut pas répondre pour le moment."), N_("Réessayez plus tard.")),
}


class Token(NamedTuple):
    """A word, a parenthesis, or (``text``) a string."""

    value: bytes
    text: bool = False


class Reply(NamedTuple):
    """What came before the OK that ended an answer: the strings of each line."""

    rows: tuple[tuple[Token, ...], ...]
    code: str = ""


class Refusal(NamedTuple):
    """How an answer ended that is not OK: its response code, "" for none."""

    code: str


def string(octets: bytes) -> bytes:
    """A string as it goes out (RFC 5804 section 1.2). UsageError for one that holds NUL or is too long."""
    if b"\0" in octets or len(octets) > LARGEST_SCRIPT:
        raise UsageError(_("un texte destiné au serveur contient un caractère invalide, ou est trop long."))
    return b'"%s"' % octets if _HARMLESS.match(octets) else b"{%d+}\r\n%s" % (len(octets), octets)


class SieveWire:
    """Sends commands over a ``Line`` and reads what comes back."""

    def __init__(self, line: Line, mailbox: str = "") -> None:
        self.line = line
        self.mailbox = mailbox

    def run(self, command: bytes, *texts: bytes, numbers: tuple[int, ...] = ()) -> Reply:
        """Send a command, with ``texts`` as strings and then ``numbers``; its answer. RefusedError for NO."""
        self.send(command, *map(string, texts), *(b"%d" % number for number in numbers))
        return self.answer()

    def send(self, *parts: bytes) -> None:
        """Send parts that are already as they go out."""
        self.line.begin(_TOTAL)
        self.line.send(b" ".join(parts) + b"\r\n")

    def answer(self) -> Reply:
        """What comes up to the end of an answer. RefusedError for NO, CutError for BYE."""
        rows: list[tuple[Token, ...]] = []
        while True:
            row = self.row()
            end = self.end_of(row)
            if isinstance(end, Refusal):
                raise self.refused(end)
            if end is not None:
                return Reply(tuple(rows), end)
            rows.append(row)
            if len(rows) > _MOST_ROWS:
                raise self.line.protocol_error()

    def row(self) -> tuple[Token, ...]:
        """One line of an answer, with its literals."""
        tokens: list[Token] = []
        for _piece in range(_MOST_PIECES):
            text, _tail, oversize = self.line.readline(_LONGEST_LINE)
            if oversize:
                raise self.line.protocol_error()
            size = self._tokens(text, tokens)
            if size is None:
                return tuple(tokens)
            tokens.append(Token(self.line.read(size), text=True))
        raise self.line.protocol_error()

    def end_of(self, row: tuple[Token, ...]) -> "str | Refusal | None":
        """The response code ("" for none) where a line is OK, a Refusal where it is NO; None where it ends
        nothing. CutError for BYE.
        """
        if not row:
            raise self.line.protocol_error()
        word = row[0].value.upper()
        if row[0].text:
            return None
        if word not in (b"OK", b"NO", b"BYE"):
            raise self.line.protocol_error()
        code = ""
        if len(row) > 2 and row[1] == Token(b"("):
            code = row[2].value.decode("ascii", "replace").upper()[:40]
        if word == b"BYE":
            raise self._bye()
        return code if word == b"OK" else Refusal(code)

    def refused(self, refusal: Refusal) -> RefusedError:
        """The error for NO, in our words."""
        kind = refusal.code.partition("/")[0]
        message, advice = _SENTENCES.get(kind, ("", ""))
        if message:
            message, advice = _(message), _(advice)
        else:
            message = _("le serveur a refusé l'opération.")
            advice = _("Rien de plus n'a été fait. Réessayez ou demandez à l'opérateur.")
        return RefusedError(message, code=refusal.code, advice=advice, mailbox=self.mailbox)

    def _tokens(self, text: bytes, tokens: list[Token]) -> int | None:
        """Add the tokens of a piece of a line; the octets of the literal that follows it, None for none."""
        position = 0
        while not _END.match(text, position):
            found = _TOKEN.match(text, position)
            if found is None or len(tokens) >= _MOST_PIECES:
                raise self.line.protocol_error()
            quoted, literal, parenthesis, word = found.groups()
            if literal:
                size = int(literal.strip(b"{+}"))
                if size > LARGEST_SCRIPT:
                    raise self.line.protocol_error()
                return size
            if quoted is not None:
                tokens.append(Token(_ESCAPED.sub(rb"\1", quoted), text=True))
            else:
                tokens.append(Token(parenthesis or word))
            position = found.end()
        return None

    def _bye(self) -> CutError:
        self.line.close()
        return CutError(
            _("le serveur de messagerie a mis fin à la connexion."),
            advice=_(
                "Il est peut-être en maintenance ou limite le nombre de connexions. Réessayez plus tard."
            ),
            mailbox=self.mailbox,
        )
