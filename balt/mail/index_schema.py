"""The tables of the index of mail, and what may stand in them without telling who wrote to whom.

Columns are kept as they are in memory, little-endian, cut into pieces of ``PIECE`` rows. ``crc`` covers what
a row says: what a disk changed is not taken for knowledge.
"""

import re
import zlib
from collections.abc import Sequence

APPLICATION = 0x62616C6D
"""SQLite's application number of this file: "balm"."""
VERSION = 2
"""A higher number for every other set of tables, and for other rules of what messages are (``kinds``) or
other headers that tell it: what was kept by the older ones is asked anew. 2: notifications."""
PIECE = 65_536
COLUMNS = ("uids", "sizes", "dates", "flags", "facts")
"""In the order of ``Listing.columns()``."""

SETTINGS = "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;"
TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, uidvalidity INTEGER NOT NULL,"
    " uidnext INTEGER NOT NULL, modseq INTEGER NOT NULL, messages INTEGER NOT NULL, taken_at TEXT NOT NULL,"
    " crc INTEGER NOT NULL)",
    "CREATE TABLE pieces (folder INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    " crc INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (folder, number, name))",
    "CREATE TABLE attachments (folder INTEGER NOT NULL, uid INTEGER NOT NULL, crc INTEGER NOT NULL,"
    " found TEXT NOT NULL, PRIMARY KEY (folder, uid)) WITHOUT ROWID",
    "CREATE TABLE texts (folder INTEGER NOT NULL, uid INTEGER NOT NULL, frame BLOB NOT NULL,"
    " PRIMARY KEY (folder, uid)) WITHOUT ROWID",
)
"""``folders.taken_at`` is "" while the folder was not listed yet; ``attachments.found`` is a JSON list with
part, type, encoded size and encoding of each attachment of one message; ``texts.frame`` is deflated."""
BY_MESSAGE = ("attachments", "texts")
BY_FOLDER = ("pieces", *BY_MESSAGE)

ENCODINGS = frozenset(("", "7bit", "8bit", "binary", "quoted-printable", "base64"))
"""Content-Transfer-Encoding (RFC 2045 section 6.1)."""
PART = re.compile(r"\d{1,9}(?:\.\d{1,9}){0,99}")
_TYPES = {
    "application": (
        "octet-stream pdf x-pdf acrobat zip x-zip x-zip-compressed x-compressed gzip x-gzip x-7z-compressed"
        " x-rar-compressed vnd.rar x-tar xml json rtf dicom dicom+json fhir+xml fhir+json hl7 hl7-v2 hl7-v3"
        " hl7-v3+xml cda+xml edi-consent edifact pkcs7-mime x-pkcs7-mime pkcs7-signature x-pkcs7-signature"
        " pgp-signature pgp-encrypted pgp-keys ics msword vnd.ms-word vnd.ms-excel vnd.ms-powerpoint"
        " vnd.ms-outlook ms-tnef vnd.ms-tnef vnd.oasis.opendocument.text vnd.oasis.opendocument.spreadsheet"
        " vnd.oasis.opendocument.presentation vnd.openxmlformats-officedocument.wordprocessingml.document"
        " vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        " vnd.openxmlformats-officedocument.presentationml.presentation postscript javascript x-download"
        " force-download download unknown x-unknown"
    ),
    "audio": "aac amr midi mp3 mp4 mpeg ogg wav wave webm x-m4a x-wav",
    "image": "bmp x-bmp gif heic heif jp2 jpeg jpg pjpeg png x-png svg+xml tiff tif webp dicom-rle x-icon",
    "message": (
        "rfc822 global partial external-body delivery-status disposition-notification global-delivery-status"
        " global-disposition-notification feedback-report"
    ),
    "text": "plain html xml css csv calendar directory vcard x-vcard rtf richtext rfc822-headers hl7v2",
    "video": "3gpp avi mp4 mpeg ogg quicktime webm x-msvideo x-ms-wmv",
}
TYPES = frozenset(f"{kind}/{each}" for kind, names in _TYPES.items() for each in names.split())
"""Content types that say what a file is. A sender can write anything there, a name too: the attachments of a
message with another type are not kept, but read again when they are wanted."""


def seal(*values: object) -> int:
    """A checksum of a few texts and numbers."""
    return zlib.crc32(repr(values).encode("utf-8", "surrogatepass"))


def in_lots(uids: Sequence[int], most: int = 500) -> "list[Sequence[int]]":
    """``uids`` in lots that one statement can name."""
    return [uids[start : start + most] for start in range(0, len(uids), most)]
