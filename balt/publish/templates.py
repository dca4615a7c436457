"""The texts that are handed out: balt's own, or those that a person wrote in their place.

A template is a text with ``{fields}``. A line all of whose fields are empty is left out. The texts are data,
one file a kind and language, rather than catalogue entries: a signature in English is wanted on a French
screen, and the reverse. The wording is ours (domain 9).
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from balt.config import Config
from balt.config.table import config_error, nearest
from balt.errors import ConfigError
from balt.i18n import _
from balt.publish.fields import FIELDS, LANGUAGES, Language
from balt.publish.kinds import TEMPLATE_KINDS
from balt.publish.markup import is_harmless
from balt.text import plain, plain_lines

_LARGEST = 64 * 1024
_SIGNS = (("## ", ""), ("# ", ""), ("> ", ""), ("- ", "• "))
_FIELD = re.compile(r"\{([^{}\n]{0,80})\}")
_PATIENT = re.compile(
    r"patient|usager|^ins$|^ins_|_ins$|^nir|naiss|birth|^dob$|diagnos|maladie|disease|dossier|ipp", re.I
)
_NUMBER = re.compile(r"(?<!\d)[12][ .]?\d{2}[ .]?\d{2}[ .]?\d[\dAB][ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?(?!\d)")
_PATIENT_TEXT = re.compile(r"@patient\.mssante\.fr|XDM/1\.0/DDM", re.I)


@dataclass(frozen=True, slots=True)
class Template:
    """One text; ``file`` is where a person wrote it, None for balt's own."""

    kind: str
    language: Language
    text: str
    file: Path | None = None

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its fields; in HTML every value is escaped."""
        escaped = html.escape if is_html(self.kind) else str
        lines = [_filled(line, values, escaped) for line in self.text.splitlines()]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip("\n")


class Templates:
    """The templates of ``folder``, and balt's own where it has none; all balt's own without a folder.

    A template that a person wrote is checked each time it is read, and raises ConfigError, which names file
    and line, when it cannot be used: balt's own never takes its place in silence.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def of(self, kind: str, language: Language) -> Template:
        """The template of this kind and language; KeyError for a kind that is made otherwise."""
        own = built_in(kind, language)
        if self.folder is None:
            return own
        path = self.folder / file_name(kind, language)
        text = _read(path)
        if text is None:
            return own
        check(kind, text, path)
        return Template(kind, language, text, path)

    def faults(self) -> list[str]:
        """What is wrong in the folder, a sentence each; the names that are no template's among them: a slip
        would pass unseen.
        """
        found = []
        for kind in TEMPLATE_KINDS:
            for language in LANGUAGES:
                try:
                    self.of(kind, language)
                except ConfigError as error:
                    found.append(str(error))
        unknown = _("%s : ce nom n'est celui d'aucun modèle.")
        return found + [unknown % plain(str(each)) for each in self._strangers()]

    def _strangers(self) -> list[Path]:
        if self.folder is None:
            return []
        known = {file_name(kind, language) for kind in TEMPLATE_KINDS for language in LANGUAGES}
        return sorted(each for each in self.folder.iterdir() if each.name not in known)


BUILT_IN = Templates()


def usual_folder(config: Config) -> Path | None:
    """Where the templates of a person belong: the folder of the configuration, else ``templates`` beside its
    file; None without a file.
    """
    if config.publish.templates is not None:
        return config.publish.templates
    return config.file.absolute().parent / "templates" if config.file is not None else None


def templates_folder(config: Config) -> Path | None:
    """The folder that is there. Raises ConfigError when the configuration names one that is not, or the usual
    one cannot be looked at: balt's own texts never take their place in silence.
    """
    folder = usual_folder(config)
    try:
        if folder is not None and folder.is_dir():
            return folder
    except OSError as error:  # a folder above it may not be entered
        why = plain(error.strerror or type(error).__name__)
        raise config_error(
            folder or Path(),
            _("ce dossier de modèles ne peut pas être lu : %s.") % why,
            advice=_("Corrigez-en les droits, ou « templates » sous [publish]."),
        ) from error
    if config.publish.templates is not None:
        raise config_error(
            config.publish.templates,
            _("ce dossier de modèles n'existe pas."),
            advice=_("Créez-le, ou corrigez « templates » sous [publish]."),
        )
    return None


def file_name(kind: str, language: Language) -> str:
    """How the file of a template is called: "signature.fr.txt"."""
    return f"{kind}.{language}.{'html' if is_html(kind) else 'txt'}"


def is_html(kind: str) -> bool:
    """Whether a kind is HTML."""
    return kind.endswith("_html")


def built_in(kind: str, language: Language) -> Template:
    """Balt's own template; KeyError for a kind that is made otherwise."""
    if kind not in TEMPLATE_KINDS:
        raise KeyError(kind)
    name = f"{kind}.{'html' if is_html(kind) else 'txt'}"
    text = files("balt.publish").joinpath("texts", language, name).read_text(encoding="utf-8")
    return Template(kind, language, text)


def words(text: str) -> str:
    """The page for correspondents as plain text, without the signs that lay it out (see ``page``)."""
    shown = []
    for line in text.splitlines():
        sign, instead = next((each for each in _SIGNS if line.startswith(each[0])), ("", ""))
        shown.append(instead + line.removeprefix(sign))
    return "\n".join(shown)


def check(kind: str, text: str, path: Path) -> None:
    """Raise ConfigError, with the line, for the first thing in ``text`` that must not be handed out."""
    for number, line in enumerate(text.splitlines(), 1):
        if what := _fault(kind, line):
            raise config_error(path, what, line=number)
    if "address" not in _FIELD.findall(text):
        sentence = _("il manque le champ {address} : l'adresse à diffuser n'y serait pas.")
        raise config_error(path, sentence, line=1)


def _fault(kind: str, line: str) -> str:
    """What is wrong with one line, as the end of a sentence; "" for nothing."""
    for field in _FIELD.findall(line):
        if field not in FIELDS:
            return _wrong_field(field)
    if set(_FIELD.sub("", line)) & set("{}"):
        return _("une accolade n'entoure pas le nom d'un champ.")
    if _NUMBER.search(line) or _PATIENT_TEXT.search(line):
        return _("un modèle ne contient rien qui désigne un patient (numéro INS ou NIR, adresse, objet).")
    if is_html(kind) and not is_harmless(line):
        return _(
            "ni script, ni image, ni feuille de style, ni contenu distant : les messageries les retirent."
        )
    return ""


def _wrong_field(field: str) -> str:
    shown = {"field": plain_lines(field, 80)[0]}
    if _PATIENT.search(field):
        return _("le champ {%(field)s} désignerait un patient : un modèle ne parle que de vous.") % shown
    if near := nearest(field, FIELDS):
        sentence = _("champ inconnu {%(field)s} ; vouliez-vous dire {%(near)s} ?")
        return sentence % {**shown, "near": near}
    sentence = _("champ inconnu {%(field)s} ; champs possibles : %(all)s.")
    return sentence % {**shown, "all": ", ".join(FIELDS)}


def _filled(line: str, values: Mapping[str, str], escaped: Callable[[str], str]) -> str | None:
    """A line with its fields, None when it has some and all are empty."""
    named = _FIELD.findall(line)
    if named and not any(values[name] for name in named):
        return None
    return _FIELD.sub(lambda match: escaped(values[match[1]]), line)


def _read(path: Path) -> str | None:
    """The text of a file, safe to show; None when there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError:
        raise config_error(path, _("ce modèle ne peut pas être lu.")) from None
    if len(content) > _LARGEST:
        raise config_error(path, _("ce modèle est trop gros (plus de 64 Ko)."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise config_error(path, _("ce modèle n'est pas en UTF-8."), line=line) from None
    return "\n".join(plain_lines(text))
