"""Folders of mail as names of files and folders: what every system takes, and no two alike."""

import hashlib
import re
import unicodedata

from balt.mail.arguments import encode_folder
from balt.text import plain

INBOX = "INBOX"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|cur|new|tmp|.*\.(?:mbox|mbx|sbd|msf|eml|part)", re.I
)
"""Names that Windows keeps for devices; that would look like a Maildir; that readers of mail cut short."""
_MOST = 100
"""Octets of one name: systems allow 255, and modified UTF-7 takes more than twice as many as UTF-8."""
_LEVELS = 8


class Names:
    """Gives each folder a name of its own, whatever the case and the composition of its letters."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, ...]] = {}
        self._taken: set[str] = set()

    def of(self, folder: str, levels: tuple[str, ...]) -> tuple[str, ...]:
        """The names, level by level, that are given to a folder; always the same ones."""
        if folder not in self._given:
            safe = tuple(safe_name(level) for level in levels[:_LEVELS])
            if len(levels) > _LEVELS:
                safe = (*safe[:-1], _shortened("/".join(levels[_LEVELS - 1 :]), _MOST // 2))
            unique, number = safe, 2
            while _folded(unique) in self._taken:
                unique, number = (*safe[:-1], f"{safe[-1]} ({number})"), number + 1
            self._taken.add(_folded(unique))
            self._given[folder] = unique
        return self._given[folder]


def safe_name(text: str) -> str:
    """One name that every system takes, near to ``text``; what had to go became ``_``."""
    name = _FORBIDDEN.sub("_", plain(text, len(text)))
    if len(name.encode()) > _MOST:
        name = _shortened(name, _MOST)
    name = re.sub(r"^[. ]|[. ]$", "_", name) or "_"
    return f"{name}_" if _RESERVED.fullmatch(name) else name


def levels_of(folder: str, separators: str) -> tuple[str, ...]:
    """The levels of a folder's name; the inbox is ``INBOX`` in whatever case (RFC 3501 section 5.1)."""
    if folder.upper() == INBOX:
        return (INBOX,)
    return tuple(level for level in re.split(f"[{re.escape(separators)}]", folder) if level) or ("_",)


def maildir_name(levels: tuple[str, ...]) -> str:
    """The name of a Maildir++ folder: ``.Sent.2024``, in modified UTF-7."""
    joined = ".".join(levels)
    encoded = encode_folder(joined)
    if len(encoded) > 2 * _MOST:
        encoded = encode_folder(_shortened(joined, _MOST // 2))
    return f".{encoded.decode('ascii')}"


def _shortened(text: str, most: int) -> str:
    """The beginning of a text, and a digest of it all: two long names stay two."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    start = plain(_FORBIDDEN.sub("_", text), most)
    while len(start.encode()) > most - 16:
        start = start[:-1]
    return f"{start}~{digest}"


def _folded(levels: tuple[str, ...]) -> str:
    return "/".join(unicodedata.normalize("NFC", level).casefold() for level in levels)
