"""What the server offers, and what a test hides."""

from collections.abc import Collection

BEFORE_LOGIN = ("SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE", "AUTH=PLAIN")
AFTER_LOGIN = (
    *("SASL-IR", "LITERAL+", "ID", "ENABLE", "IDLE", "NAMESPACE", "UNSELECT", "CHILDREN"),
    *("UIDPLUS", "MOVE", "SORT", "ESEARCH", "ESORT", "CONTEXT=SEARCH", "CONDSTORE", "QUOTA"),
    *("LIST-EXTENDED", "LIST-STATUS", "STATUS=SIZE", "SPECIAL-USE"),
)
NOT_ANNOUNCED = ("KEYWORDS", "LOGIN", "MANAGESIEVE")
"""Hidden as well, though no capability names them: keywords of the client's own, the command LOGIN, and the
other server, that of the scripts.
"""


class Capabilities:
    """The extensions in use; what is hidden is neither announced nor understood."""

    def __init__(self, hidden: Collection[str] = ()) -> None:
        """Raises ValueError for a name that is not an extension of this server."""
        self.hidden = frozenset(name.strip().upper() for name in hidden if name.strip())
        unknown = self.hidden - {*BEFORE_LOGIN, *AFTER_LOGIN, *NOT_ANNOUNCED}
        if unknown:
            raise ValueError(f"no such extension: {', '.join(sorted(unknown))}")

    def has(self, name: str) -> bool:
        return name not in self.hidden

    def line(self, logged_in: bool) -> bytes:
        """What CAPABILITY lists."""
        names = [n for n in (AFTER_LOGIN if logged_in else BEFORE_LOGIN) if n not in self.hidden]
        if "LOGIN" in self.hidden and not logged_in:
            names.append("LOGINDISABLED")
        return " ".join(["IMAP4rev1", *names]).encode("ascii")
