"""What the API said of situations is kept no longer than its terms allow (domain 2.1: purged at 30 days).

What the holder decided is theirs: a situation that they tied a BAL to, or prefer one for, keeps its name.
"""

from dataclasses import replace
from datetime import datetime

from balt.directory.model import FRESH_DAYS, Origin
from balt.mailboxes.situation_file import Book, Known


def without_aged(book: Book, now: datetime) -> Book:
    """The book without the situations of the API that it has not given for ``FRESH_DAYS`` days and that the
    holder decided nothing about; the same book where there is none.
    """
    decided = {each.situation for each in book.links} | {each.situation for each in book.preferences}
    kept = tuple(each for each in book.known if each.situation.id in decided or not _is_aged(each, now))
    return book if len(kept) == len(book.known) else replace(book, known=kept)


def _is_aged(known: Known, now: datetime) -> bool:
    return known.situation.origin is Origin.API and (now - known.seen).days >= FRESH_DAYS
