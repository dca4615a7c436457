"""How the files of a hand-over are named: by a template, of which nothing can make an unsafe name."""

import difflib
import re
import unicodedata
from collections.abc import Mapping

from balt.cleanup.forms.names import safe_name
from balt.errors import UsageError
from balt.i18n import _
from balt.text import plain

DEFAULT = "{received}_{number}_{type}"
FIELDS = ("date", "year", "received", "type", "code", "kind", "number", "message", "hash", "mailbox", "ext")
"""``date`` and ``year`` are the document's (else those of reception), ``received`` the message's; ``number``
counts the documents of the run, ``message`` its messages; ``hash`` begins the SHA-256 of the octets. None
tells who a document is about, nor who sent it.
"""
UNDATED = "0000-00-00"
_LONGEST = 200
_TERM = re.compile(r"\{([^{}]*)\}")
_OWN = frozenset(("index.csv", "index.json", "index"))


class Template:
    """A template that could be read; UsageError, which names the term, for one that cannot."""

    def __init__(self, text: str = DEFAULT) -> None:
        self._text = text = text or DEFAULT
        if len(text) > _LONGEST or not text.isprintable():
            raise _unfit(text, _("il est trop long, ou contient un caractère invisible"))
        for term in _TERM.findall(text):
            if term not in FIELDS:
                near = difflib.get_close_matches(term, FIELDS, 1)
                hint = _("vouliez-vous dire {%s} ?") % near[0] if near else ""
                why = _("« {%s} » n'est pas un de ses termes") % plain(term, 40)
                raise _unfit(text, _(" ; ").join(filter(None, (why, hint))))
        rest = _TERM.sub("", text)
        for sign in "{}/\\":
            if sign in rest:
                raise _unfit(text, _("« %s » n'y a pas sa place") % sign)
        self._has_ending = "{ext}" in text

    def name(self, values: Mapping[str, str]) -> str:
        """The name of a file, fit for every system; its extension is at its end where it has none."""
        ending = values["ext"]
        name = _TERM.sub(lambda match: values[match[1]], self._text)
        if not self._has_ending:
            return f"{_safe(name)}.{ending}"
        return _safe(name)


class Names:
    """Gives each file of a run a name of its own, whatever the case and the composition of its letters."""

    def __init__(self) -> None:
        self._taken = set(_OWN)

    def of(self, name: str) -> str:
        """``name``, or one near to it."""
        stem, dot, ending = name.rpartition(".")
        unique, number = name, 2
        while _folded(unique) in self._taken:
            unique, number = (f"{stem}-{number}.{ending}" if dot else f"{name}-{number}"), number + 1
        self._taken.add(_folded(unique))
        return unique


def _safe(name: str) -> str:
    safe = safe_name(name)
    return f"_{safe[1:]}" if safe[:1] in "-~=+@" else safe


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _unfit(text: str, why: str) -> UsageError:
    return UsageError(
        _("le modèle de nom « %(text)s » ne peut pas être lu : %(why)s.")
        % {"text": plain(text, 80), "why": why},
        advice=_("Termes possibles : %s.") % " ".join(f"{{{name}}}" for name in FIELDS),
    )
