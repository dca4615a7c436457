"""``[[provider]]``: whom to write to about the BAL of some domains, as the person has filled it in."""

import re
from collections.abc import Mapping

from balt.config.model import Contact, ContactKind
from balt.config.table import Source, Table
from balt.i18n import _

KEYS = ("domains", "kind", "name", "email", "phone", "url")
_DOMAIN = re.compile(r"@?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


def providers(
    source: Source, values: Mapping[str, object], title: str, homes: Mapping[str, tuple[str, ...]]
) -> tuple[Contact, ...]:
    """The contacts of a configuration; ``title`` and ``homes`` serve the words of errors."""
    content = values.get("provider", [])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        sentence = _("chaque contact commence par une ligne [[provider]], avec deux crochets de chaque côté.")
        raise source.error(("provider",), sentence)
    found = []
    for index, item in enumerate(content):
        table = Table(source, ("provider", index), item, title)
        table.refuse_unknown(KEYS, homes)
        found.append(_contact(table))
    return tuple(found)


def _contact(table: Table) -> Contact:
    domains = table.texts("domains", "medecin.mssante.fr")
    if not domains:
        raise table.error("domains", _("il manque « domains », les domaines des BAL de ce fournisseur."))
    if not all(_DOMAIN.fullmatch(each) for each in domains):
        sentence = _("« domains » ne convient pas ; attendu : des domaines, comme medecin.mssante.fr.")
        raise table.error("domains", sentence)
    email = table.text("email")
    if email and (len(email) > 254 or not email.isascii() or not _ADDRESS.fullmatch(email)):
        raise table.error("email", _("« email » ne convient pas ; attendu : une adresse."))
    return Contact(
        domains=tuple(each.lstrip("@").lower() for each in domains),
        kind=ContactKind(table.choice("kind", tuple(ContactKind), ContactKind.OPERATOR)),
        name=table.text("name"),
        email=email,
        phone=table.text("phone"),
        url=table.text("url"),
    )
