"""The big mailboxes that the measures read, made once, and a Dovecot that serves them warm.

A mailbox is a Maildir below ``--work`` (a folder of the system's temporary one by default), named after its
number of messages; it stays there for the next run. ``--maildir`` names one that is there already.
"""

import argparse
import getpass
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path

from tests.bench.make_mailbox import make_mail, write_maildir
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.source import ROOT

NO_SORT = ("SORT", "SORT=DISPLAY", "ESORT", "CONTEXT=SEARCH", "ESEARCH", "I18NLEVEL=1")
"""What a server that cannot sort does not announce (RFC 5256, 5267, 4731)."""
SECRET = "BALT_BENCH_PASSWORD"
BIG, EMPTY = "big", "empty"
ADDRESS = "camille.exemple@medecin.mssante.fr"
_LARGE = 0.003
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# A server whose mail is also read by a webmail or a telephone has these in its cache. Without the limit of
# memory, which a million messages pass, it would give up.
_SETTINGS = """
mail_always_cache_fields = flags date.received size.virtual imap.envelope imap.bodystructure mime.parts
default_vsz_limit = 4G
"""
_CONFIG = """\
language = "fr"
[[mailbox]]
address = "{address}"
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
password_env = "{secret}"
timeout = 120
"""


@dataclass(frozen=True)
class Served:
    """A running server with the mailboxes of ``BIG`` and of ``EMPTY``; of the big one: how many messages,
    octets of the largest, and the end of its subject, which no other has.
    """

    dovecot: Dovecot
    messages: int
    largest: int
    mark: str


def add_options(parser: argparse.ArgumentParser, count: int) -> None:
    """The options that every measure of a big mailbox has."""
    parser.add_argument("--count", type=int, default=count, help="messages")
    parser.add_argument("--maildir", type=Path, help="a Maildir to read instead of making one of COUNT")
    parser.add_argument(
        "--work", type=Path, default=Path(tempfile.gettempdir()) / f"balt-bench-{getpass.getuser()}"
    )


def maildir(options: argparse.Namespace) -> Path:
    """The Maildir that the options name, made when it is missing. Half-made ones have another name."""
    if options.maildir is not None:
        return Path(options.maildir).resolve()
    place = Path(options.work).resolve() / f"m{options.count}"
    if not place.exists():
        unfinished = place.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        write_maildir(unfinished, make_mail(options.count, large=_LARGE))
        unfinished.rename(place)
    return place


@contextmanager
def served(place: Path, hide: Iterable[str] = ()) -> Iterator[Served]:
    """A Dovecot of its own that serves a Maildir, opened once before: its index is warm."""
    with Dovecot(hide=hide, extra=_SETTINGS) as dovecot:
        _link(dovecot, BIG, place)
        (dovecot.folder / "mail" / EMPTY).mkdir()
        dovecot.own(dovecot.folder / "mail" / EMPTY)
        yield Served(dovecot, *_warm(dovecot, BIG))


def _link(dovecot: Dovecot, user: str, place: Path) -> None:
    home = dovecot.folder / "mail" / user
    home.mkdir()
    dovecot.own(home)
    if place.owner() != home.owner():  # looked at first: a million files take a while
        dovecot.own(place)
    (home / "Maildir").symlink_to(place)


def _warm(dovecot: Dovecot, user: str) -> tuple[int, int, str]:
    """Let the server look at every size and date, with no answer to speak of; what ``Served`` tells.

    A Dovecot that does not announce SORT understands it all the same.
    """
    with dovecot.client(user) as client:
        client.sock.settimeout(600)
        client.select("INBOX", readonly=True)
        _status, exists = client.response("EXISTS")
        client.uid("SEARCH", "BEFORE", "1-Jan-1990")
        client.uid("SORT", "RETURN", "(PARTIAL 1:1)", "(REVERSE SIZE)", "UTF-8", "ALL")
        _status, sorted_ = client.response("ESEARCH")
        uid = sorted_[0].rstrip(b")").split()[-1].decode()
        _status, found = client.uid("FETCH", uid, "(RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        told, header = found[0]
        size = _SIZE.search(told)
        assert size is not None
        subject = str(message_from_bytes(header, policy=default_policy)["Subject"])
        return int(exists[-1]), int(size[1]), subject.split()[-1]


def write_config(file: Path, served_by: Served, user: str, more: str = "") -> dict[str, str]:
    """A configuration of balt with one BAL, and the environment that goes with it; nothing is kept yet below
    the folder of ``file``, where all that balt writes will go.
    """
    home = file.parent
    home.mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(address=ADDRESS, port=served_by.dovecot.port, user=user, secret=SECRET) + more
    tomllib.loads(text)
    file.write_text(text, encoding="utf-8")
    environ = {"HOME": str(home), "PYTHONPATH": str(ROOT), "BALT_CONFIG": str(file), SECRET: PASSWORD}
    environ |= {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    return {**environ, "TEXTUAL_ANIMATIONS": "none", "LANG": os.environ.get("LANG", "C.UTF-8")}
