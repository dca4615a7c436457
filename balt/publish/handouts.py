"""What to hand out so that others write to the right BAL: one door to all of it.

Everything is made of what the directory publishes of the professional and of texts that balt (or the person)
wrote: no mail is read for it, and no patient can be in it.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from balt.config import Contact
from balt.directory.model import PracticeSituation
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox
from balt.mailboxes.situations import may_prefer
from balt.publish import codes
from balt.publish.fields import Language, values
from balt.publish.signatory import Signatory, warnings
from balt.publish.templates import BUILT_IN, Templates, words
from balt.publish.vcards import vcard
from balt.text import fold

Kind = Literal[
    "signature",
    "signature_html",
    "letter",
    "prescription",
    "post",
    "vcard",
    "vcard3",
    "qr",
    "qr_svg",
    "qr_text",
    "qr_mail",
    "qr_mail_svg",
    "qr_mail_text",
    "sheet",
    "sheet_text",
    "request",
]
KINDS: tuple[Kind, ...] = (
    *("signature", "signature_html", "letter", "prescription", "post"),
    *("vcard", "vcard3", "qr", "sheet", "request"),
)
"""Those that are worth a place on a screen; the others are the same in another form."""

_FORMS: dict[Kind, tuple[str, str, str]] = {
    "signature": ("signature", "txt", "text/plain"),
    "signature_html": ("signature", "html", "text/html"),
    "letter": ("letter", "txt", "text/plain"),
    "prescription": ("prescription", "txt", "text/plain"),
    "post": ("post", "txt", "text/plain"),
    "vcard": ("vcard", "vcf", "text/vcard"),
    "vcard3": ("vcard3", "vcf", "text/vcard"),
    "qr": ("qr", "png", "image/png"),
    "qr_svg": ("qr", "svg", "image/svg+xml"),
    "qr_text": ("qr", "txt", "text/plain"),
    "qr_mail": ("qr-mail", "png", "image/png"),
    "qr_mail_svg": ("qr-mail", "svg", "image/svg+xml"),
    "qr_mail_text": ("qr-mail", "txt", "text/plain"),
    "sheet_text": ("sheet", "txt", "text/plain"),
    "sheet": ("sheet", "pdf", "application/pdf"),
    "request": ("request", "txt", "text/plain"),
}
_PLACE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Handout:
    """One thing to hand out.

    ``text`` is what can be shown and copied, lines apart by ``\\n``: of a QR code its half blocks (black on
    white), of the page for correspondents its words. ``octets`` is what its file holds. ``file_name`` names
    the structure, never a person. ``warnings`` are the sentences that speak against handing it out.
    """

    kind: Kind
    text: str
    file_name: str
    media_type: str
    octets: bytes
    warnings: tuple[str, ...] = ()


def handout(
    kind: Kind,
    who: Signatory,
    situation: PracticeSituation | None,
    mailbox: Mailbox,
    language: Language = "fr",
    templates: Templates = BUILT_IN,
    *,
    day: date | None = None,
    to: Contact | None = None,
    now: datetime | None = None,
) -> Handout:
    """One thing to hand out, in ``language`` whatever that of the screen. Pure but for the templates' files.

    ``day`` dates the page and the request, ``to`` is the provider that the request is for, ``now``
    tells which of the holder's words still count for the warnings. Raises UsageError
    for a BAL on its way out (domain 1.3), ConfigError for a template that cannot be used.
    """
    if refusal := may_prefer(mailbox):
        raise UsageError(refusal, mailbox=mailbox.address, advice=_("Choisissez-en une autre à diffuser."))
    text, octets = _made(kind, who, situation, mailbox, language, templates, day, to)
    stem, ending, media_type = _FORMS[kind]
    place = _place(situation, mailbox)
    return Handout(
        kind,
        text,
        f"{stem}-{place}-{language}.{ending}",
        media_type,
        octets,
        warnings(mailbox, situation, now),
    )


def _made(
    kind: Kind,
    who: Signatory,
    situation: PracticeSituation | None,
    mailbox: Mailbox,
    language: Language,
    templates: Templates,
    day: date | None,
    to: Contact | None,
) -> tuple[str, bytes]:
    """The text of a hand-out, and the octets of its file."""
    if kind == "vcard" or kind == "vcard3":
        card = vcard(who, situation, mailbox, language, "4.0" if kind == "vcard" else "3.0")
        return card.replace("\r\n", "\n").rstrip("\n"), card.encode()
    told = values(who, situation, mailbox, language, day, to)
    card = vcard(who, situation, mailbox, language, "3.0", short=True)
    if kind.startswith("qr"):
        content = f"mailto:{told['address_url']}" if kind.startswith("qr_mail") else card
        return _code(kind, content)
    text = templates.of(kind.removesuffix("_text"), language).fill(told)
    if kind == "sheet":
        from balt.publish.page import page  # here: what draws a PDF is slow to import

        return words(text), page(text, card, language)
    if kind == "sheet_text":
        text = words(text)
    return text, (text + "\n").encode()


def _code(kind: Kind, content: str) -> tuple[str, bytes]:
    if kind.endswith("_svg"):
        text = codes.as_svg(content)
        return text, text.encode()
    text = codes.as_blocks(content)
    return text, codes.as_png(content) if kind in ("qr", "qr_mail") else (text + "\n").encode()


def _place(situation: PracticeSituation | None, mailbox: Mailbox) -> str:
    """What tells the files of one situation from those of another: its structure, else the domain."""
    name = situation.structure or situation.town if situation is not None else ""
    name = name or mailbox.address.rpartition("@")[2]
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_PLACE_LENGTH].rstrip("-") or "bal"
