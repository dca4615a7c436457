"""Letters, the receipts that speak of them, and what passes letters on, as MSSanté software writes them."""

import base64

HOLDER = "camille.exemple@medecin.mssante.fr"
LAB = "labo@bio-fictive.mssante.fr"
SERVICE = "dossier@chu-fictif.mssante.fr"
PDF = b"%PDF-1.4 " * 2000


def letter(
    message_id: str,
    *,
    sender: str = LAB,
    to: str = HOLDER,
    subject: str = "XDM/1.0/DDM+CR",
    octets: bytes = PDF,
    more: str = "",
) -> bytes:
    """A letter with a document; ``more`` are further header lines."""
    body = base64.encodebytes(octets).decode().replace("\n", "\r\n")
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{message_id}>\r\n{more}"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n"
        '--b\r\nContent-Type: application/pdf; name="cr.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="cr.pdf"\r\n\r\n{body}\r\n--b--\r\n'
    ).encode()


def passed_on(message_id: str, origin: str, *, to: str = SERVICE, octets: bytes = PDF) -> bytes:
    """What the holder sent on, with the same document."""
    more = f"References: <{origin}>\r\n"
    return letter(message_id, sender=HOLDER, to=to, subject="TR: CR", octets=octets, more=more)


PROCESSED = "automatic-action/MDN-sent-automatically; processed"
DISPLAYED = "manual-action/MDN-sent-manually; displayed"
FAILED = f"{PROCESSED}/Error: 902^Identifiant patient inconnu"


def receipt(
    about: str, disposition: str = PROCESSED, *, sender: str = HOLDER, subject: str = "", more: str = ""
) -> bytes:
    """A receipt (RFC 8098) that speaks of one message; ``more`` are further header lines."""
    subject = subject or ("[KO Integration systeme !][902] CR" if "Error" in disposition else "Accuse")
    return (
        f"From: {sender}\r\nTo: {LAB}\r\nSubject: {subject}\r\nMessage-ID: <mdn-{about}>\r\n{more}"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: text/plain\r\n\r\nVotre document\r\n"
        "--r\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Reporting-UA: dpi; LOGICIEL-FICTIF\r\nOriginal-Message-ID: <{about}>\r\n"
        f"Disposition: {disposition}\r\n\r\n--r--\r\n"
    ).encode()
