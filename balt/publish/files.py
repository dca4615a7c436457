"""Hand-outs written to a folder: nothing that is there is ever replaced."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from balt.errors import UsageError
from balt.i18n import _
from balt.publish.handouts import Handout
from balt.text import plain


def save_in(folder: Path, handouts: Iterable[Handout]) -> list[Path]:
    """Write each hand-out into ``folder``, as ``save_all``."""
    return save_all(folder, [(each.file_name, each.octets) for each in handouts])


def save_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write files, each a name and its octets, into ``folder``, which is made where it is missing, and return
    them. A file of that name with the same octets is left; beside one with others, the new one gets a number.
    UsageError where one cannot be written: those before it are there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_save(folder, Path(name), octets) for name, octets in files]
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise UsageError(
            _("le dossier %(folder)s ne peut pas recevoir de fichier : %(why)s.")
            % {"folder": plain(str(folder), 300), "why": plain(why)},
            advice=_("Donnez un autre dossier."),
        ) from error


def _save(folder: Path, name: Path, octets: bytes) -> Path:
    for number in count(1):
        path = folder / (name if number == 1 else f"{name.stem}-{number}{name.suffix}")
        try:
            file = path.open("xb")
        except FileExistsError:
            if path.is_file() and path.read_bytes() == octets:
                return path
            continue
        try:
            with file:
                file.write(octets)
        except OSError:  # a full disk: half a page is none
            path.unlink(missing_ok=True)
            raise
        return path
    raise AssertionError


class FileThereError(UsageError):
    """There is a file of that name already; it was not touched."""


def save(path: Path, octets: bytes) -> None:
    """A new file; one that is there already is not touched (FileThereError), and half a file is none. Raises
    UsageError where it cannot be written.
    """
    try:
        file = path.open("xb")
        try:
            with file:
                file.write(octets)
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise there_already(path) from None
    except OSError as error:
        raise _cannot_write(path, error) from None


def make_folder(folder: Path) -> None:
    """The folder, and what is missing above it; raises UsageError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from None


def there_already(path: Path) -> FileThereError:
    """The error that says so."""
    message = _("le fichier %s existe déjà.") % plain(str(path))
    return FileThereError(message, advice=_("Rien n'a été écrit. Donnez un autre nom."))


def _cannot_write(path: Path, error: OSError) -> UsageError:
    return UsageError(
        _("le fichier %(file)s ne peut pas être écrit : %(why)s.")
        % {"file": plain(str(path)), "why": plain(error.strerror or type(error).__name__)}
    )
