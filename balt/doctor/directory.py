"""The Annuaire Santé seen from here: whether its API answers with the key, and how old the local file is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from balt.clock import Clock
from balt.config import Config, DirectorySettings, Person
from balt.directory.index_words import cut_words, damage_words
from balt.directory.model import DirectoryAnswer, is_ahead
from balt.directory.shortage import shortage_words
from balt.doctor.model import Check, Result
from balt.errors import BaltError, DirectoryError
from balt.i18n import _, ngettext
from balt.mailboxes.own_number import number_warning
from balt.text import plain
from balt.units import format_age, format_count, format_date, format_size

if TYPE_CHECKING:
    from balt.directory.index_schema import IndexAbout

OLD_AFTER_DAYS = 30
"""How long the data may be kept according to the ANS (conditions of use of the API)."""
_NOBODY = "10999990012"  # an invented number of the right form: the question costs one call and finds nobody
_PATIENCE = 30.0

Cancelled = Callable[[], bool]


def look_at_directory(
    config: Config,
    key: Callable[[], str],
    data: Path,
    clock: Clock,
    cancelled: Cancelled | None = None,
) -> Iterator[Check]:
    """The key and one cheap question to the API, where a key is indicated; the holder's number, where there
    is one; then the local file.

    ``key`` gives the key of the API and raises BaltError where there is none; ``data`` is balt's data folder.
    """
    settings = config.directory
    known = _indexed(config, data)
    if settings.api_key_command or settings.api_key_env:
        try:
            key()
        except BaltError as error:
            yield Check("directory.key", _("Clé de l'annuaire"), Result.FAILURE, error.message, error.advice)
        else:
            yield Check(
                "directory.key", _("Clé de l'annuaire"), Result.OK, _("trouvée (elle n'est pas montrée).")
            )
            answer, said = _answer(config, key, clock, cancelled)
            known += said
            yield answer
    else:
        advice = _("Elle est gratuite, sur le portail des API de l'ANS ; à défaut, importez une extraction.")
        sentence = _("aucune : balt ne demande rien à l'Annuaire Santé.")
        yield Check("directory.key", _("Clé de l'annuaire"), Result.SKIPPED, sentence, advice)
    if config.person.rpps or config.person.mistyped:
        yield _number(config.person, known)
    yield _extraction(settings, data, clock)
    yield from _activities(data, clock)
    yield from _sightings(config, data)


def _indexed(config: Config, data: Path) -> list[DirectoryAnswer]:
    """What the extraction that was read last has under the holder's number; nothing where it cannot tell."""
    from balt.directory.index import DirectoryIndex
    from balt.mailboxes.directory_reader import index_file

    if not config.person.rpps or not index_file(data).exists():
        return []
    try:
        with closing(DirectoryIndex(index_file(data))) as index:
            return [index.of_professional(config.person.rpps)]
    except DirectoryError:
        return []


def _number(person: Person, known: Sequence[DirectoryAnswer]) -> Check:
    """The holder's RPPS number: with a wrong one balt finds fewer BAL, or those of somebody else."""
    label = _("Numéro RPPS")
    if warning := number_warning(person, known):
        advice = _("Corrigez « rpps » dans la partie [person] de la configuration.")
        return Check("directory.rpps", label, Result.WARNING, warning, advice)
    return Check("directory.rpps", label, Result.OK, _("a la forme voulue : %s.") % person.rpps)


def _answer(
    config: Config, key: Callable[[], str], clock: Clock, cancelled: Cancelled | None
) -> tuple[Check, list[DirectoryAnswer]]:
    """One question, by the holder's number, else by one that is nobody's; and what was answered."""
    from balt.directory.client import DirectoryClient, Limits

    label, url = _("Annuaire Santé"), plain(config.directory.base_url, 200)
    limits = Limits(deadline_seconds=_PATIENCE, waits=0)
    try:
        with DirectoryClient(config.directory.base_url, key, clock, limits=limits) as client:
            said = client.of_professional(config.person.rpps or _NOBODY, cancelled)
    except DirectoryError as error:
        return Check("directory.answer", label, Result.FAILURE, error.message, error.advice), []
    return Check("directory.answer", label, Result.OK, _("répond et accepte la clé : %s.") % url), [said]


def _extraction(settings: DirectorySettings, data: Path, clock: Clock) -> Check:
    """The extraction that the configuration names, else the one imported before: whether it can be read, of
    which day it is, and what of it could not be read.
    """
    from balt.directory.extraction import generated_at, open_extraction
    from balt.directory.index import DirectoryIndex
    from balt.directory.index_build import about_of
    from balt.directory.index_ensured import fits
    from balt.mailboxes.directory_reader import index_file

    label = _("Extraction de l'annuaire")
    path = settings.extraction
    if path is None and not index_file(data).exists():
        return Check("directory.extraction", label, Result.SKIPPED, _("aucun fichier indiqué ni importé."))
    try:
        if path is None:
            with closing(DirectoryIndex(index_file(data))) as index:
                about = index.about()
            name, made, size = about.source_name, about.generated_at, about.source_size
        else:
            with open_extraction(path) as rows:
                name, made, size = rows.source_name, generated_at(rows, clock), rows.total_octets
    except BaltError as error:
        return Check("directory.extraction", label, Result.FAILURE, error.message, error.advice)
    days = max((clock.now() - made).days, 0)
    sentence = _("%(name)s : %(size)s, du %(day)s (%(age)s).") % {
        "name": plain(name, 120),
        "size": format_size(size),
        "day": format_date(made.date()),
        "age": format_age(days),
    }
    indexed = about_of(index_file(data))
    if indexed is not None and (path is None or fits(indexed, path)):
        sentence = " ".join((sentence, *damage_words(indexed)))
    advice = _doubt(indexed, made, clock.now())
    result = Result.WARNING if advice else Result.OK
    return Check("directory.extraction", label, result, sentence, advice)


def _doubt(indexed: "IndexAbout | None", made: datetime, now: datetime) -> str:
    """Why an extraction made at a moment, and what was read of it, do not tell all; "" where they do."""
    if indexed is not None and not indexed.whole:
        return cut_words()
    if indexed is not None and indexed.is_short:
        return shortage_words(indexed)
    if is_ahead(made, now):
        return _(
            "Ce jour est à venir : rien n'en est conclu. Vérifiez l'horloge, puis importez ce fichier de "
            "nouveau."
        )
    if (now - made).days > OLD_AFTER_DAYS:
        return _("Ce fichier paraît chaque jour : prenez-en un plus récent.")
    return ""


def _activities(data: Path, clock: Clock) -> Iterator[Check]:
    """Of which day the activity file is and what of it could not be read, where one was imported beside the
    extraction.
    """
    from balt.directory.work_about import bad_words
    from balt.directory.workplaces import NAME, WorkplaceIndex
    from balt.mailboxes.directory_reader import index_file

    if not index_file(data).with_name(NAME).exists():
        return
    label = _("Activités des professionnels")
    with closing(WorkplaceIndex(index_file(data))) as work:
        about, notes = work.about, work.notes
    if about is None:
        yield Check("directory.activities", label, Result.WARNING, " ".join(notes))
        return
    days = max((clock.now() - about.generated_at).days, 0)
    words = {
        "name": plain(about.source_name, 120),
        "day": about.day,
        "age": format_age(days),
        "n": format_count(about.persons),
    }
    text = ngettext(
        "%(name)s, du %(day)s (%(age)s) : lieux d'exercice de %(n)s personne.",
        "%(name)s, du %(day)s (%(age)s) : lieux d'exercice de %(n)s personnes.",
        about.persons,
    )
    sentence = " ".join((text % words, *bad_words(about.bad_by_reason, whole=True)))
    advice = " ".join(notes) or _doubt(None, about.generated_at, clock.now())
    result = Result.WARNING if advice else Result.OK
    yield Check("directory.activities", label, result, sentence, advice)


def _sightings(config: Config, data: Path) -> Iterator[Check]:
    """Whether what the extractions showed before can be read, where anything of it is kept."""
    from balt.mailboxes.sightings import SightingBook, followed_of

    label = _("Extractions déjà vues")
    try:
        kept = SightingBook(data).kept(followed_of(config))
    except BaltError as error:
        advice = error.advice + " " + _("En attendant, balt ne sait plus ce qui a disparu de l'annuaire.")
        yield Check("directory.sightings", label, Result.WARNING, error.message, advice)
        return
    if kept.taken_at is None:
        return
    text = ngettext(
        "la dernière est du %(day)s ; %(n)s BAL suivie.",
        "la dernière est du %(day)s ; %(n)s BAL suivies.",
        len(kept.seen),
    )
    words = {"day": format_date(kept.taken_at.date()), "n": format_count(len(kept.seen))}
    yield Check("directory.sightings", label, Result.OK, text % words)
