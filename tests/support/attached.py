"""Messages whose attachments have exactly known sizes, for what ranks attachments."""

import base64
import random

from balt.config import Account
from tests.support.append import append_all
from tests.support.servers import ImapServer

TYPES = ("application/pdf", "application/zip", "image/jpeg", "application/dicom")
FOLDERS = ("INBOX", "Sent", "Été")
"""Where ``fill`` puts letters, in the order in which balt lists the folders."""
Ranked = tuple[int, str, int, str]  # encoded size, folder, UID, part
_HEAD = (
    "From: Labo FICTIF <labo@bio-fictive.mssante.fr>\r\nTo: camille.exemple@medecin.mssante.fr\r\n"
    'Subject: ESSAI\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\n"
)


def letter(*sizes: int, name: str = "piece-%d.pdf", text: int = 10) -> bytes:
    """A message with attachments of these decoded sizes, parts 2, 3…, and a text of so many lines."""
    parts = [_HEAD + "Bonjour.\r\n" * text]
    for number, size in enumerate(sizes, 2):
        shown = name.replace("%d", str(number))
        parts.append(
            f'--b\r\nContent-Type: {TYPES[size % len(TYPES)]}; name="{shown}"\r\n'
            f'Content-Disposition: attachment; filename="{shown}"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n{_encoded(size)}\r\n"
        )
    return "".join([*parts, "--b--\r\n"]).encode()


def encoded_size(size: int) -> int:
    """The octets that an attachment of ``size`` octets has in ``letter``."""
    return len(_encoded(size))


def _encoded(size: int) -> str:
    """Base64 in lines of 76; the last line end belongs to the boundary (RFC 2046 section 5.1.1)."""
    return base64.encodebytes(b"x" * size).decode().replace("\n", "\r\n").removesuffix("\r\n")


def fill(server: ImapServer, account: Account, seed: int = 11) -> list[Ranked]:
    """Put letters into three folders; the attachments that they carry, largest first."""
    chance = random.Random(seed)
    carried: list[Ranked] = []
    with server.client(account) as client:
        for folder in FOLDERS:
            letters = [_some_letter(chance) for _ in range(40)]
            uids = append_all(client, [(raw, None, ()) for raw, _sizes in letters], folder)
            for uid, (_raw, sizes) in zip(uids, letters, strict=True):
                parts = enumerate(sizes, 2)
                carried += [(encoded_size(size), folder, uid, str(part)) for part, size in parts]
    return sorted(carried, key=lambda one: (-one[0], FOLDERS.index(one[1]), one[2], int(one[3])))


def _some_letter(chance: random.Random) -> tuple[bytes, list[int]]:
    """A letter and the sizes that it carries; now and then a long text and no attachment at all."""
    sizes = [chance.randrange(100, 30_000) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))]
    return letter(*sizes, text=chance.choice((10, 10, 300))), sizes
