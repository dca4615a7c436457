"""Messages that harm a careless reader: control characters, markup, traps in names, broken structures."""

from datetime import date, datetime, time, timedelta
from email.utils import format_datetime

from balt.demo.content import StoredSource, canonical
from balt.demo.dates import paris

_FROM = "From: Expediteur FICTIF <expediteur@hostile-fictif.mssante.fr>"
_TO = "To: camille.exemple@medecin.mssante.fr"
_TEXT = "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit"
_BODY = "Message fictif, fait pour éprouver ce qui le lit.\n"


def hostile_messages(today: date) -> list[tuple[datetime, StoredSource]]:
    """Each with its date of reception; two have dates that nobody can believe."""
    messages: list[tuple[datetime, StoredSource]] = []
    for number, raw in enumerate(_messages(today)):
        moment = paris(datetime.combine(today - timedelta(days=400 + 17 * number), time(9, number)))
        messages.append((moment, StoredSource(canonical(raw))))
    for year, subject in ((1970, "Epoque zero"), (2087, "Message du futur")):
        moment = paris(datetime(year, 1, 1, 12))  # noqa: DTZ001 (paris gives it its zone)
        messages.append((moment, StoredSource(canonical(_mail(f"Subject: {subject}")))))
    return messages


def _mail(fields: str, body: str = _BODY, kind: str = _TEXT, sender: str = _FROM) -> bytes:
    head = f"{sender}\n{_TO}\n{fields}\n{kind}\n\n"
    return (head + body).encode("utf-8", "surrogateescape")


def _messages(today: date) -> list[bytes]:
    sent = f"Date: {format_datetime(paris(datetime.combine(today - timedelta(days=500), time(10))))}"
    return [
        _mail(f"{sent}\nSubject: \x1b[31mRouge\x1b[0m \x1b]0;titre volé\x07 \x1b[2J\x07 fin"),
        _mail(f"{sent}\nSubject: Controle C1 \x9b31m et \x9d0;titre\x9c, retour \x08\x7f"),
        _mail(f"{sent}\nSubject: \u202egauche à droite de\u202c \u200bespace\u200b invisible\u2066"),
        _mail(f"{sent}\nSubject: Pile e" + "\u0301" * 40 + " d'accents, 日本語 👩\u200d⚕️ ﷽"),
        _mail(f"{sent}\nSubject: [/x] [SPAM] [@click=app.quit]cliquer[/] [bold]gras[/bold] [red"),
        _mail(f"{sent}\nSubject: " + "t" * 9000),
        _mail("Subject: Sans date"),
        _mail("Date: 32 Foo 20 25:61\nSubject: Date invalide"),
        _mail(sent),
        _mail(sent + "\nSubject: ").replace(
            b"Subject: ", b"Subject: R\xe9sultats en latin-1 brut, \xe0 revoir"
        ),
        _mail(f"{sent}\nSubject: =?x-inconnu?B?AAAA?= =?utf-8?q?non_termin=C3?= =?iso-8859-1?q?=E9?="),
        _mail(
            f"{sent}\nSubject: Expediteur trompeur",
            sender='From: "\u202eecnatiart\u202c [bold]Dr ESSAI[/bold]\x1b[5m" <, , <>, x@y>, undisclosed:;',
        ),
        _attachment(sent, "Chemin piege", "../../etc/passwd", "application/pdf"),
        _attachment(sent, "Extension retournee", "ordonnance\u202efdp.exe", "application/octet-stream"),
        _nested(sent),
        _unclosed(sent),
    ]


def _attachment(sent: str, subject: str, name: str, content_type: str) -> bytes:
    kind = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="piege"'
    body = (
        f"--piege\nContent-Type: text/plain; charset=x-inconnu\n\n{_BODY}\n"
        f'--piege\nContent-Type: {content_type}; name="{name}"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{name}"\n\nRmljdGlm\n--piege--\n'
    )
    return _mail(f"{sent}\nSubject: {subject}", body, kind)


def _nested(sent: str) -> bytes:
    """A message in a message, and thirty levels of multipart inside it."""
    inner = "Content-Type: text/plain\n\nfond\n"
    for level in range(30):
        inner = f'Content-Type: multipart/mixed; boundary="n{level}"\n\n--n{level}\n{inner}\n--n{level}--\n'
    inner = f"{_FROM}\nSubject: Message interne\nMIME-Version: 1.0\n{inner}"
    kind = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="dehors"'
    body = f"--dehors\nContent-Type: message/rfc822\n\n{inner}\n--dehors--\n"
    return _mail(f"{sent}\nSubject: Message dans un message", body, kind)


def _unclosed(sent: str) -> bytes:
    kind = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=ouverte"
    body = (
        f"--ouverte\nContent-Type: text/plain\n\n{_BODY}\n--ouverte\nContent-Type: image/png; name=a\n\nRml"
    )
    return _mail(f"{sent}\nSubject: Multipart sans fin", body, kind)
