"""The same mail seen through Dovecot and in Dovecot's own files: one must not tell it apart."""

from datetime import timedelta

import pytest

from balt.clock import SystemClock
from balt.mail.files.session import FilesSession
from balt.mail.model import Flag, FolderRole
from balt.mail.session import ImapSession
from tests.integration.mails import HOSTILE_SUBJECTS, document, nested, text
from tests.mail.files.mails import SHAPES, WHEN, account, tree
from tests.support.dovecot import PASSWORD, Dovecot

FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "$Integrated", "Autre"]
MAILS = [
    *(shape() for shape in SHAPES.values()),
    *(text(subject, number=number) for number, subject in enumerate(HOSTILE_SUBJECTS)),
    *(document(), nested(10), text(size=90_000)),
    b"Subject: sans corps\r\n\r\n",
    b"Subject: parties vides\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n",
    b"Subject: sans fin\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ncoup",
    b"Subject: digest\r\nContent-Type: multipart/digest; boundary=x\r\n\r\n"
    b"--x\r\n\r\nSubject: a\r\n\r\nb\r\n--x--\r\n",
    b"Subject: l'une dans l'autre\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: multipart/alternative; boundary=xx\r\n\r\n--xx\r\n\r\na\r\n--xx--\r\n--x\r\n"
    b"Content-Type: image/png\r\n\r\nb\r\n--x--\r\n",
    b"To: Equipe: a@b.fr, \"C, D\" <c@d.fr>;, e@f.fr (E)\r\n"
    b"From: (commentaire) \"X \\\"Y\\\" Z\" <x@y.fr>\r\n\r\n.",
    b"From: undisclosed-recipients:;\r\nSubject: groupe vide\r\n\r\n.",
    b"Subject: nom\r\nContent-Type: application/pdf; name=rapport (1).pdf\r\n\r\n%PDF",
    b"Subject: type\r\nContent-Type: nimporte quoi\r\n\r\nx",
]  # fmt: skip


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox with one mail of each kind, flags, dates, and folders."""
    user = dovecot.new_user()
    dovecot.deliver_all(
        user,
        [
            (raw, WHEN + timedelta(days=number), [FLAGS[number % len(FLAGS)]])
            for number, raw in enumerate(MAILS)
        ],
    )
    for folder in ("Trash", "Éléments classés", "Labo/2024"):
        dovecot.deliver(user, SHAPES["letter"](), folder, date=WHEN)
    return user


@pytest.mark.dovecot
def test_the_same_mail_is_the_same_over_imap_and_in_files(dovecot: Dovecot, user: str) -> None:
    imap = ImapSession(dovecot.account(user), lambda: PASSWORD, SystemClock())
    files = FilesSession(account(dovecot.maildir(user)), SystemClock())
    imap.open()
    there = imap.scan("INBOX")
    over_imap = [detail for _uid, detail in imap.details("INBOX", list(there.uids))]
    shown = [imap.preview("INBOX", uid) for uid in there.uids]
    imap.close()
    before = tree(dovecot.maildir(user))
    files.open()
    here = files.scan("INBOX")
    assert list(here.sizes) == list(there.sizes)
    assert list(here.dates) == list(there.dates)
    assert list(here.flags) == list(there.flags)
    assert Flag.INTEGRATED in {Flag(flags) for flags in here.flags}
    in_files = [detail for _uid, detail in files.details("INBOX", list(here.uids))]
    for one, other in zip(in_files, over_imap, strict=True):
        assert one == other
    assert [files.preview("INBOX", uid) for uid in here.uids] == shown
    assert tree(dovecot.maildir(user)) == before


@pytest.mark.dovecot
def test_the_folders_are_the_same_with_their_roles_and_sizes(dovecot: Dovecot, user: str) -> None:
    imap = ImapSession(dovecot.account(user), lambda: PASSWORD, SystemClock())
    imap.open()
    over_imap = {folder.name: folder for folder in imap.folders() if folder.selectable}
    imap.close()
    files = FilesSession(account(dovecot.maildir(user)), SystemClock())
    in_files = {folder.name: folder for folder in files.folders()}
    assert {"INBOX", "Trash", "Éléments classés", "Labo/2024"} < set(in_files)
    assert in_files["Trash"].role is FolderRole.TRASH
    assert in_files == over_imap
