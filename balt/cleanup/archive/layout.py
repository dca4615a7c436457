"""How the files of an archive are named: by date of reception and by content, never by what a mail says."""

import re

from balt.clock import Clock
from balt.mail.dates import UNKNOWN_DATE, DateReader

MANIFEST = "manifest.jsonl"
README = "README.txt"
LOCK = ".balt.lock"
HOLDER = ".balt.holder"
INCOMING = ".incoming"
"""The folder of files that are not finished yet; empty, and gone, once balt has closed the archive."""
OWN = frozenset({MANIFEST, README, LOCK, HOLDER, INCOMING})
PART = re.compile(r"[0-9a-f]{32}\.part")
"""The files of balt's own in ``INCOMING``: the only ones that it ever removes there."""

_UNDATED = "undated"
_DIGITS = 32
"""Of the SHA-256 in a name: 128 bits, so that nobody can make two mails that want the same name."""
_PATH = re.compile(r"(?:(\d{4})/(\d\d)/\1-\2-\d\d_\d{4}|undated/undated)_([0-9a-f]{32})\.eml")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

README_TEXT = """\
ARCHIVE DE MESSAGES, FAITE PAR BALT

Chaque fichier .eml est un message, octet pour octet tel que le serveur l'a donné. Il s'ouvre avec
tout logiciel de messagerie (Thunderbird, Outlook, Apple Mail). Les dossiers sont l'année et le mois
de réception ; le nom du fichier est la date et l'heure de réception (celles du serveur), puis le
début de l'empreinte SHA-256 du contenu. « undated » : la date de réception n'est pas connue.

manifest.jsonl dit d'où vient chaque message : une ligne JSON par message, avec la BAL, le dossier,
l'UIDVALIDITY, l'UID, l'empreinte, la taille en octets, la date de réception, les marques et le
fichier. Ne le modifiez pas.

  balt archive verify DOSSIER         relit tout et dit ce qui manque ou ne correspond plus
  balt archive restore DOSSIER BAL    remet des messages dans une BAL

Sans balt : sha256sum sur un fichier donne l'empreinte qui est dans manifest.jsonl (sha256).
Ce dossier contient des données de santé : gardez-le sur un disque chiffré, hors de tout partage.

----------------------------------------------------------------------------------------------------

AN ARCHIVE OF MESSAGES, MADE BY BALT

Each .eml file is one message, octet for octet as the server gave it. Any mail program opens it
(Thunderbird, Outlook, Apple Mail). The folders are the year and month of reception; a file's name
is the date and time of reception (the server's), then the beginning of the SHA-256 of the content.
"undated": the date of reception is not known.

manifest.jsonl says where each message comes from: one JSON line a message, with the mailbox,
folder, UIDVALIDITY, UID, SHA-256, size in octets, date of reception, flags and file. Do not change
it.

  balt archive verify FOLDER            reads everything again and says what is missing or no longer matches
  balt archive restore FOLDER MAILBOX   puts messages back into a mailbox

Without balt: sha256sum of a file gives the digest that is in manifest.jsonl (sha256).
This folder holds health data: keep it on an encrypted disk, outside of any share.
"""


class Namer:
    """Names files after the day and minute that the server wrote, in the server's own zone."""

    def __init__(self, clock: Clock) -> None:
        self._dates = DateReader(clock)

    def path(self, internaldate: str, sha256: str) -> str:
        """Where a message goes, inside the archive: ``2024/03/2024-03-05_1432_….eml``."""
        raw = internaldate.encode("latin-1", "replace")
        if self._dates.seconds(raw) == UNKNOWN_DATE:
            return f"{_UNDATED}/{_UNDATED}_{sha256[:_DIGITS]}.eml"
        day, year, clock = int(internaldate[:2]), internaldate[7:11], internaldate[12:17].replace(":", "")
        month = _MONTHS.index(internaldate[3:6].lower()) + 1
        return f"{year}/{month:02d}/{year}-{month:02d}-{day:02d}_{clock}_{sha256[:_DIGITS]}.eml"


def is_path(text: str, sha256: str) -> bool:
    """Whether a text is the path of a message with this content: nothing else is ever opened."""
    found = _PATH.fullmatch(text)
    return found is not None and found[3] == sha256[:_DIGITS] and text.isascii()
