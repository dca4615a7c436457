"""What groups and the ways to make them are called, in the language in use."""

from datetime import UTC, datetime

from balt.i18n import N_, _
from balt.mail.filter_terms import KEYS
from balt.mailboxes.grouping import Way

_WAYS = {
    Way.SENDER: N_("par expéditeur"),
    Way.YEAR: N_("par année"),
    Way.FOLDER: N_("par dossier"),
    Way.KIND: N_("par genre"),
}
_HEADINGS = {
    Way.SENDER: N_("Expéditeur"),
    Way.YEAR: N_("Année"),
    Way.FOLDER: N_("Dossier"),
    Way.KIND: N_("Genre"),
}
_FINE = {
    "document.xdm": N_("documents structurés XDM"),
    "document.cda": N_("documents structurés CDA"),
    "document.pdf": N_("documents PDF"),
    "document.image": N_("images"),
    "document.file": N_("autres fichiers"),
    "receipt.ko": N_("échecs d'intégration (KO)"),
}
_WITHOUT = {
    Way.SENDER: N_("(sans expéditeur)"),
    Way.YEAR: N_("date inconnue"),
    Way.FOLDER: "",
    Way.KIND: N_("messages illisibles"),
}
_ANY_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""For the filter language: what a kind is called depends on no moment."""


def way_name(way: Way) -> str:
    """ "par expéditeur"."""
    return _(_WAYS[way])


def heading(way: Way) -> str:
    """What each group is: "Expéditeur"."""
    return _(_HEADINGS[way])


def key_name(way: Way, key: str | None) -> str:
    """What the group of a key is called; a folder by its name."""
    if key is None:
        return _(_WITHOUT[way])
    return kind_name(key) if way is Way.KIND else key


def kind_name(key: str) -> str:
    """The words for a kind, fine or not: those of ``kind:`` in the filter language, "notifications"."""
    if key in _FINE:
        return _(_FINE[key])
    return KEYS["kind"].compile(key, _ANY_MOMENT).says(False)


def masked_sender(key: str | None) -> str:
    """A sender without the person: the domain only."""
    if key is None:
        return key_name(Way.SENDER, key)
    return "…@" + key.rpartition("@")[2] if "@" in key else _("expéditeur sans adresse")
