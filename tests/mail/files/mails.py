"""Mails of the shapes that a BAL receives, written for these tests, and sessions on folders of them."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from balt.clock import FixedClock
from balt.config import Account
from balt.mail.files.session import FilesSession
from balt.mail.model import MessageDetail

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WHEN = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
ADDRESS = "camille.exemple@medecin.mssante.fr"


def account(path: Path, **more: Any) -> Account:
    return Account(ADDRESS, access="files", path=path, **more)


@contextmanager
def reading(path: Path, **more: Any) -> Iterator[FilesSession]:
    """A session on the mail at ``path``, open."""
    session = FilesSession(account(path, **more), FixedClock(NOW))
    session.open()
    try:
        yield session
    finally:
        session.close()


def only_detail(path: Path, folder: str = "INBOX") -> MessageDetail:
    """What the one message of a folder is."""
    with reading(path) as session:
        [(_uid, detail)] = session.details(folder, list(session.scan(folder).uids))
    return detail


def tree(root: Path) -> dict[str, tuple[object, ...]]:
    """All that can be seen of a folder: names, kinds, rights, dates and octets."""
    found: dict[str, tuple[object, ...]] = {}
    for path in [root, *sorted(root.rglob("*"))]:
        status = path.lstat()
        octets = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        target = path.readlink() if path.is_symlink() else ""
        found[str(path.relative_to(root))] = (
            *(status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino),
            *(octets, target),
        )
    return found


def _b64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def lab_report() -> bytes:
    """A report of a laboratory: text, an XDM folder and the same as PDF."""
    head = crlf(
        "Return-Path: <resultats@labo-fictif.mssante.fr>\n"
        "Received: from mx.fictif.mssante.fr by bal.fictif.mssante.fr; Thu, 12 Nov 2026 09:30:04 +0100\n"
        "Date: Thu, 12 Nov 2026 09:30:00 +0100\n"
        'From: "LABORATOIRE FICTIF - Secretariat" <resultats@labo-fictif.mssante.fr>\n'
        f"To: {ADDRESS}\n"
        "Message-ID: <1@labo-fictif.mssante.fr>\n"
        "Subject: XDM/1.0/DDM+CR d'examens biologiques ESSAI ALIX\n"
        "X-MSS-CODECDA: 11502-2\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b1"\n\n'
        '--b1\nContent-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: 8bit\n\n'
        "Bonjour, veuillez trouver ci-joint un compte rendu fictif.\n\n"
        '--b1\nContent-Type: application/zip; name="IHE_XDM.zip"\nContent-Transfer-Encoding: base64\n'
        'Content-Disposition: attachment; filename="IHE_XDM.zip"\n\n'
    )
    middle = crlf(
        '\n--b1\nContent-Type: application/pdf; name="20261112_CR-BIO_0001.pdf"\n'
        "Content-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="20261112_CR-BIO_0001.pdf"\n\n'
    )
    return head + _b64(b"PK\3\4" * 300) + middle + _b64(b"%PDF-1.4 essai " * 90) + crlf("\n--b1--\n")


def letter() -> bytes:
    """A letter with a PDF, encoded words and quoted-printable."""
    head = crlf(
        "Date: Tue, 04 Mar 2025 18:02:11 +0100\n"
        "From: =?UTF-8?Q?Dr_Zo=C3=A9_MOD=C3=88LE?= <zoe.modele@medecin.fictif.mssante.fr>\n"
        f"To: {ADDRESS}, secretariat@ch-fictif.mssante.fr\n"
        "Message-ID: <2@medecin.fictif.mssante.fr>\n"
        "Subject: =?UTF-8?Q?Avis_cardio_=E2=80=93_patient_fictif?=\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b2"\n\n'
        '--b2\nContent-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
        "Cher confr=C3=A8re, merci de votre avis.\n\n"
        "--b2\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment;\n"
        " filename*0*=UTF-8''courrier%20%C3%A9;\n filename*1=\"crit.pdf\"\n\n"
    )
    return head + _b64(b"%PDF-1.4 " * 100) + crlf("\n--b2--\n")


def bounce() -> bytes:
    return crlf(
        "Return-Path: <>\nDate: Fri, 13 Nov 2026 11:00:05 +0100\n"
        "From: MAILER-DAEMON@labo-fictif.mssante.fr\nTo: resultats@labo-fictif.mssante.fr\n"
        "Message-ID: <3.DSN@labo-fictif.mssante.fr>\nSubject: Undelivered Mail Returned to Sender\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b3"\n\n'
        "--b3\nContent-Type: text/plain\n\n552 5.2.2 Mailbox full\n\n"
        "--b3\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; smtp.fictif.mssante.fr\n\n"
        f"Final-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.2.2\n\n"
        "--b3\nContent-Type: text/rfc822-headers\n\nSubject: XDM/1.0/DDM+CR ESSAI ALIX\n\n--b3--\n"
    )


def failed_integration() -> bytes:
    return crlf(
        "Date: Thu, 12 Nov 2026 09:31:00 +0100\nFrom: dpi@ch-fictif.mssante.fr\n"
        "To: resultats@labo-fictif.mssante.fr\nMessage-ID: <4.MDN@ch-fictif.mssante.fr>\n"
        "Subject: [KO =?UTF-8?Q?Int=C3=A9gration_syst=C3=A8me_!?=][902]\n XDM/1.0/DDM+CR ESSAI ALIX\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b4"\n\n'
        "--b4\nContent-Type: text/plain; charset=UTF-8\n\n902 Identifiant patient inconnu.\n\n"
        "--b4\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822; {ADDRESS}\nDisposition: automatic-action; processed/Error: 902\n\n--b4--\n"
    )


def automatic_reply() -> bytes:
    return crlf(
        f"Date: Mon, 16 Nov 2026 08:00:03 +0100\nFrom: Dr Camille EXEMPLE <{ADDRESS}>\n"
        "To: zoe.modele@medecin.fictif.mssante.fr\nMessage-ID: <5.AR@medecin.mssante.fr>\n"
        "Auto-Submitted: auto-replied\n"
        "Subject: =?UTF-8?Q?R=C3=A9ponse_automatique_=3A_adresse_ferm=C3=A9e?=\n"
        'MIME-Version: 1.0\nContent-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: 8bit\n\n'
        "Cette boîte n'est plus consultée.\n"
    )


def from_patient() -> bytes:
    return crlf(
        'Date: Sun, 15 Nov 2026 21:14:00 +0100\nFrom: "Alix ESSAI" <299999999999934@patient.mssante.fr>\n'
        f"To: {ADDRESS}\nMessage-ID: <6@patient.mssante.fr>\nSubject: Question (fictif)\n"
        'MIME-Version: 1.0\nContent-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: 8bit\n\n'
        "Message fictif d'un usager de Mon espace santé.\n"
    )


def forwarded() -> bytes:
    """A letter that another letter carries whole."""
    return (
        crlf(
            "From: a@medecin.mssante.fr\nSubject: TR: Avis\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="f"\n\n--f\nContent-Type: text/html; charset=utf-8\n\n'
            "<p>Voir <b>ci-joint</b></p><script>alert(1)</script>\n"
            '--f\nContent-Type: message/rfc822; name="avis.eml"\n\n'
        )
        + letter()
        + crlf("\n--f--\n")
    )


SHAPES = {
    shape.__name__: shape
    for shape in (
        *(lab_report, letter, bounce, failed_integration, automatic_reply, from_patient, forwarded),
    )
}
