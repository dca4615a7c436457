"""The machine that balt runs on: Python, terminal, clock, keyring and what the directory's index needs."""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from balt import __version__
from balt.clock import Clock
from balt.config import Config
from balt.doctor.model import Check, Result
from balt.doctor.places import look_at_configuration, look_at_folder
from balt.errors import BaltError
from balt.i18n import _, language
from balt.secrets import Secrets
from balt.text import plain

LEAST_COLUMNS, LEAST_LINES = 80, 24
_OLDEST_PYTHON = (3, 11)
_LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where balt runs. ``encoding`` is that of its output; ``size`` is that of the terminal in columns and
    lines, None where the output goes to no terminal.
    """

    file: Path
    state: Path
    data: Path
    encoding: str
    size: tuple[int, int] | None
    environ: Mapping[str, str]


def look_at_machine(here: Surroundings, config: Config, secrets: Secrets, clock: Clock) -> Iterator[Check]:
    """Every check that needs no network, in the order in which a person would look."""
    yield _python()
    yield from look_at_configuration(here.file)
    yield from look_at_folder("state", here.state)
    yield from look_at_folder("data", here.data)
    yield from _terminal(here)
    yield _clock(clock)
    yield _keyring(config, secrets)
    yield _index(clock)


def _python() -> Check:
    sentence = _("balt %(balt)s, Python %(python)s, %(system)s.") % {
        "balt": __version__,
        "python": platform.python_version(),
        "system": plain(platform.platform(terse=True), 80),
    }
    if sys.version_info < _OLDEST_PYTHON:
        advice = _("Installez Python 3.11 ou plus récent.")
        return Check("machine.python", _("Programme"), Result.FAILURE, sentence, advice)
    return Check("machine.python", _("Programme"), Result.OK, sentence)


def _terminal(here: Surroundings) -> Iterator[Check]:
    label = _("Terminal")
    yield _encoding(here.encoding)
    if here.size is None:
        sentence = _("la sortie ne va pas vers un terminal.")
        yield Check("machine.terminal", label, Result.SKIPPED, sentence)
        return
    name = here.environ.get("TERM", "")
    around = [each for each in (_multiplexer(here.environ), _remote(here.environ)) if each]
    words = {"columns": here.size[0], "lines": here.size[1], "term": plain(name, 40) or _("inconnu")}
    sentence = _("%(columns)d × %(lines)d, TERM=%(term)s") % words
    sentence = ", ".join([sentence, _colours(here.environ), *around]) + "."
    if name in ("", "dumb"):
        advice = _(
            "L'application ne peut pas s'y afficher : essayez un autre terminal ou TERM=xterm-256color."
        )
        yield Check("machine.terminal", label, Result.FAILURE, sentence, advice)
    elif here.size[0] < LEAST_COLUMNS or here.size[1] < LEAST_LINES:
        advice = _("Agrandissez la fenêtre : l'application est faite pour 80 × 24 au moins.")
        yield Check("machine.terminal", label, Result.WARNING, sentence, advice)
    else:
        yield Check("machine.terminal", label, Result.OK, sentence)


def _encoding(encoding: str) -> Check:
    label = _("Encodage")
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return Check("machine.encoding", label, Result.OK, _("UTF-8, langue « %s ».") % language())
    advice = _("Les accents s'afficheront mal : essayez LC_ALL=C.UTF-8.")
    return Check("machine.encoding", label, Result.WARNING, plain(encoding, 40) or _("inconnu"), advice)


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return _("sans couleurs (NO_COLOR)")
    if environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return _("16 millions de couleurs")
    return _("256 couleurs") if "256" in environ.get("TERM", "") else _("16 couleurs")


def _multiplexer(environ: Mapping[str, str]) -> str:
    return next((told for key, told in (("TMUX", "tmux"), ("STY", "screen")) if environ.get(key)), "")


def _remote(environ: Mapping[str, str]) -> str:
    return _("à distance (SSH)") if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") else ""


def _clock(clock: Clock) -> Check:
    """A clock before balt was installed is wrong, and certificates are judged by it."""
    now, label = clock.now(), _("Horloge")
    sentence = plain(now.isoformat(timespec="seconds")) + "."
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if (installed - now).days >= 1 or now.year >= _LATEST_YEAR:
        advice = _(
            "Mettez cet ordinateur à l'heure : les certificats et les dates des messages en dépendent."
        )
        return Check("machine.clock", label, Result.FAILURE, sentence, advice)
    return Check("machine.clock", label, Result.OK, sentence)


def _keyring(config: Config, secrets: Secrets) -> Check:
    """The system's keyring: needed only by a BAL with ``keyring = true``. Nothing is read from it."""
    label = _("Trousseau")
    needed = any(account.keyring for account in config.accounts)
    if secrets.keyring_usable():
        return Check("machine.keyring", label, Result.OK, _("utilisable pour les mots de passe."))
    sentence = _("aucun trousseau sûr sur cet ordinateur.")
    if not needed:
        return Check("machine.keyring", label, Result.SKIPPED, sentence)
    advice = _("Installez « keyring » (pip install 'balt[keyring]') ou indiquez « password_command ».")
    return Check("machine.keyring", label, Result.FAILURE, sentence, advice)


def _index(clock: Clock) -> Check:
    """Whether the directory's index can be made here: a real one of one invented BAL, thrown away."""
    from balt.directory.extraction import COLUMNS
    from balt.directory.index_build import build_index

    label = _("Index de l'annuaire")
    line = "|".join("essai@exemple.mssante.fr" if field == "address" else "" for field in COLUMNS)
    try:
        with tempfile.TemporaryDirectory(prefix="balt-doctor-") as place:
            source = Path(place) / "essai.txt"
            source.write_text("|".join(COLUMNS.values()) + "\n" + line + "\n", encoding="utf-8")
            build_index(Path(place) / "index" / "essai.sqlite", source, clock)
    except BaltError as error:
        return Check("machine.index", label, Result.WARNING, error.message, error.advice)
    except OSError as error:
        reason = plain(error.strerror or type(error).__name__)
        sentence = _("n'a pas pu être essayé (%s).") % reason
        advice = _("Vérifiez la place et les droits du dossier temporaire (TMPDIR).")
        return Check("machine.index", label, Result.WARNING, sentence, advice)
    return Check("machine.index", label, Result.OK, _("recherche plein texte disponible (SQLite FTS5)."))


def surroundings(
    file: Path, state: Path, data: Path, environ: Mapping[str, str] = os.environ
) -> Surroundings:
    """Where this very process runs."""
    stream = next((each for each in (sys.stdout, sys.stderr) if each is not None and each.isatty()), None)
    size = None
    if stream is not None:
        try:
            size = tuple(os.get_terminal_size(stream.fileno()))
        except OSError:
            size = None
    encoding = (stream or sys.stdout).encoding or ""
    return Surroundings(file, state, data, encoding, (size[0], size[1]) if size else None, environ)
