"""The language of what balt says: French as written in the code, English from ``locale/en``.

French is the product's own language, so it is what stands in the source; every sentence goes through
``_`` or ``ngettext`` and has its English in ``locale/en/LC_MESSAGES/balt.po`` (a test refuses a gap).
"""

import gettext as _gettext
import locale
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("fr", "en")
_LOCALE_DIR = Path(__file__).parent / "locale"


class _French(_gettext.NullTranslations):
    """The source language; differs from gettext's default by the French plural: 0 and 1 are singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


class _State:
    language = "fr"
    translations: _gettext.NullTranslations = _French()


def set_language(language: str) -> None:
    """Choose the language of every later sentence: ``fr`` or ``en``; raises ValueError for another."""
    if language not in LANGUAGES:
        raise ValueError(language)
    _State.language = language
    if language == "fr":
        _State.translations = _French()
    else:
        _State.translations = _gettext.translation("balt", _LOCALE_DIR, [language], fallback=True)


def language() -> str:
    """The language in use, ``fr`` or ``en``."""
    return _State.language


def preferred_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the locale asks for (LC_ALL, LC_MESSAGES, LANG, else the system's), else ``fr``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            found = value[:2].lower()
            return found if found in LANGUAGES else "fr"
    system = (locale.getlocale()[0] or "fr")[:2].lower()
    return system if system in LANGUAGES else "fr"


def _(message: str) -> str:
    """The sentence in the language in use."""
    return _State.translations.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The singular or plural sentence for ``n``, in the language in use."""
    return _State.translations.ngettext(singular, plural, n)


def labelled(label: str, said: str) -> str:
    """Both, with the colon between them as the language in use writes it."""
    return _("%(label)s : %(said)s") % {"label": label, "said": said}


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for translation where it is only stored; show it with ``_`` later."""
    return message
