"""Small messages that tests put into mailboxes."""


def mail(
    subject: str = "Objet", body: str = "Bonjour\r\n", sender: str = "essai@bio-fictive.mssante.fr"
) -> bytes:
    """A plain message."""
    return (
        f"From: {sender}\r\nTo: essai@medecin.mssante.fr\r\nDate: Tue, 05 Jan 2021 10:00:00 +0100\r\n"
        f"Message-ID: <{subject}@bio-fictive.mssante.fr>\r\nSubject: {subject}\r\n\r\n{body}"
    ).encode()


MIXED = (
    b"From: a@bio-fictive.mssante.fr\r\nSubject: =?UTF-8?Q?R=C3=A9sultats?=\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\npreambule\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ncorps\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: dedans\r\n"
    b"Content-Type: multipart/alternative; boundary=c\r\n\r\n"
    b"--c\r\n\r\ntexte\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>page</p>\r\n--c--\r\n\r\n"
    b'--b\r\nContent-Type: application/pdf; name="cr.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"RmljdGlm\r\n--b--\r\n"
)
