"""Adding one ``[[mailbox]]`` or ``[[followed]]`` at the end of the configuration: the only way in which balt
ever writes it.

What the person wrote stays as it is, octet for octet. The new file is whole or not there at all: it is read
before it is written, laid beside the old one, and put in its place in one step.
"""

import errno
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path

import tomli_w

from balt.config.lock import config_lock
from balt.config.model import Account, Config, Person
from balt.config.reader import load_config, parse_config, read_config
from balt.config.table import config_error
from balt.errors import ConfigError
from balt.i18n import _
from balt.text import fold, plain

_BOM = b"\xef\xbb\xbf"
_SIZES = (("G", 1024**3), ("M", 1024**2), ("k", 1024))
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class _Found:
    """The file as it was read: whether it changed since then is decided on all of this."""

    content: bytes
    mode: int
    owner: tuple[int, int]
    written: tuple[int, int, int]  # device, inode, time of the last change in nanoseconds


@dataclass(frozen=True, slots=True)
class _Addition:
    """What is to be added: the lines of its table, and what these give."""

    address: str
    lines: str
    accounts: tuple[Account, ...] = ()
    followed: tuple[str, ...] = ()

    def added_to(self, config: Config) -> Config:
        """A configuration with it, made of one without."""
        accounts, followed = (*config.accounts, *self.accounts), (*config.followed, *self.followed)
        return replace(config, accounts=accounts, followed=followed)

    def is_in(self, config: Config) -> bool:
        """Whether a configuration has it."""
        return set(self.accounts) <= set(config.accounts) and set(self.followed) <= set(config.followed)


def append_mailbox(file: Path, account: Account, person: Person | None = None) -> None:
    """Add ``account`` at the end of the configuration ``file``, made (0600, its folder 0700) when missing.

    ``person`` goes into a file that did not exist, and nowhere else. A link is followed to the file that it
    names. Raises ConfigError, and then nothing has changed: a mistake in the file or in the account, an
    address that the file already has, a file that changed meanwhile, a disk that cannot take it.
    """
    account = check_mailbox(account)
    new = _Addition(account.address, _block(account), accounts=(account,))
    _append(file, new, _person_table(person or Person()))


def append_followed(file: Path, address: str) -> None:
    """Add a BAL of somebody else, to be followed in the directory, as ``append_mailbox`` adds one's own."""
    block = "[[followed]]\n" + tomli_w.dumps({"address": address})
    read = parse_config(block, Path("[[followed]]")).followed
    _append(file, _Addition(address, block, followed=read))


def _append(file: Path, new: _Addition, head: str = "") -> None:
    """Add it to the file, which begins with ``head`` where it did not exist. Raises ConfigError."""
    try:
        target = Path(os.path.realpath(file))
        # Once before anything is made, a folder included: what cannot be added is said here.
        _extension(file, target, new, head)
        _make_folder(target.parent)
    except OSError as error:
        raise _cannot_write(file, error) from None
    with config_lock(file, target.parent):
        found, content = _extension(file, target, new, head)
        _put(file, target, found, content)
        _check_kept(file, target, content, new)


def _extension(file: Path, target: Path, new: _Addition, head: str) -> tuple[_Found | None, bytes]:
    """The file as it is, and as it shall be. Raises ConfigError where it cannot take what is new."""
    try:
        found = _read(target)
    except OSError as error:
        raise _cannot_write(file, error) from None
    if found is None:
        content = (head + new.lines).encode()
        _check(file, parse_config(head, Path("[person]")), new, content)
    else:
        old = read_config(found.content, file)  # the same octets: another balt may write meanwhile
        _refuse_again(file, old, new.address)
        content = _extended(found.content, new.lines)
        _check(file, old, new, content)
    return found, content


def _refuse_again(file: Path, old: Config, address: str) -> None:
    """Raise ConfigError for an address that the file has already."""
    shown = plain(address)
    if old.follows(address):
        sentence = _("%s est déjà suivie, par un bloc [[followed]] de ce fichier.") % shown
        advice = _("Rien n'a été ajouté. Si cette BAL est à vous, retirez d'abord ce bloc.")
        raise config_error(file, sentence, advice=advice)
    if any(fold(each.address) == fold(address) for each in old.accounts):
        sentence = _("l'adresse %s est déjà celle d'une BAL de ce fichier.") % shown
        raise config_error(file, sentence, advice=_("Rien n'a été ajouté."))


def check_mailbox(account: Account) -> Account:
    """The account as a configuration would give it back: its paths absolute. Raises ConfigError, naming the
    key, for one that no configuration may hold.
    """
    try:
        account = _absolute(account)
        block = _block(account).encode().decode()  # half a character has no UTF-8
        read = parse_config(block, Path("[[mailbox]]")).accounts  # it is in no file yet
    except (RuntimeError, ValueError):  # an unknown home folder, a NUL in a path
        read = ()
    if read != (account,):
        raise ConfigError(
            _("cette BAL ne peut pas être écrite dans la configuration : une de ses valeurs n'y tient pas."),
            advice=_(
                "Rien n'a été ajouté. Retirez les caractères inhabituels, ou modifiez le fichier à la main."
            ),
            mailbox=plain(account.address, 80),
        )
    return account


def _absolute(account: Account) -> Account:
    """In the file a relative path would start from the folder of the file, and not from here."""
    paths: dict[str, Path] = {
        name: path.expanduser().absolute()
        for name in ("ca_file", "client_certificate", "client_key", "path")
        if (path := getattr(account, name)) is not None
    }
    return replace(account, **paths)  # type: ignore[arg-type]


def _block(account: Account) -> str:
    """The ``[[mailbox]]`` of an account, with the keys that are not as they would be without it."""
    usual = Account(address=account.address, port=Account("", security=account.security).port)
    values: dict[str, object] = {"address": account.address}
    for key in fields(Account):
        value = getattr(account, key.name)
        if value != getattr(usual, key.name):
            values[key.name] = _value(key.name, value)
    # The header by itself: tomli_w would write a short table as mailbox = [{…}], which nobody can add to.
    return "[[mailbox]]\n" + tomli_w.dumps(values)


def _value(key: str, value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if key == "quota" and isinstance(value, int):
        return next((f"{value // step}{unit}" for unit, step in _SIZES if value % step == 0), value)
    return value


def _person_table(person: Person) -> str:
    """The beginning of a new file; "" for nobody."""
    values = {key: plain(text) for key, text in (("name", person.name), ("rpps", person.rpps)) if text}
    return "[person]\n" + tomli_w.dumps(values) + "\n" if values else ""


def _extended(old: bytes, block: str) -> bytes:
    """``old``, unchanged, then the block; with the line ends that the file has."""
    if old.removeprefix(_BOM):
        block = ("\n" if old.endswith(b"\n") else "\n\n") + block
    newline = "\r\n" if b"\r\n" in old else "\n"
    return old + block.replace("\n", newline).encode()


def _check(file: Path, old: Config, new: _Addition, content: bytes) -> None:
    """Raise unless ``content`` reads as all that was there, and what is new after it."""
    try:
        read = parse_config(content.decode("utf-8-sig"), file)
    except ConfigError:
        read = None
    if read is None or read != replace(new.added_to(old), file=file):
        table = new.lines.partition("\n")[0]
        advice = _("Rien n'a été ajouté. Chaque BAL y commence par une ligne %s ; ajoutez-la à la main.")
        advice %= table
        sentence = _("une BAL ne peut pas être ajoutée à la fin de ce fichier, tel qu'il est écrit.")
        raise config_error(file, sentence, advice=advice)


def _read(target: Path) -> _Found | None:
    """The file as it is; None when there is none."""
    try:
        facts = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return _Found(
        target.read_bytes(),
        stat.S_IMODE(facts.st_mode),
        (facts.st_uid, facts.st_gid),
        (facts.st_dev, facts.st_ino, facts.st_mtime_ns),
    )


def _put(file: Path, target: Path, found: _Found | None, content: bytes) -> None:
    """Lay ``content`` beside the file and put it in its place in one step, or leave all as it was."""
    part: Path | None = None
    try:
        if found is not None and not (found.mode & stat.S_IWUSR and os.access(target, os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        # A name of its own: two of them at once would write into the same file.
        handle, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as new:
            new.write(content)
            new.flush()
            if found is not None:
                _keep_rights(new.fileno(), part, found)
            os.fsync(new.fileno())
        if _read(target) != found:
            raise _changed(file)
        part.replace(target)
        part = None
    except OSError as error:
        raise _cannot_write(file, error) from None
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink()
    with suppress(OSError):  # it is in its place; some disks only cannot be told to hurry
        _sync(target.parent)


def _check_kept(file: Path, target: Path, content: bytes, new: _Addition) -> None:
    """Raise unless the BAL is there now: an editor, which knows no lock, may have saved its text since."""
    with suppress(OSError):  # it was put there, and cannot be looked at any more
        if target.read_bytes() == content:
            return
        try:
            now = load_config(target)
        except ConfigError:
            now = Config()
        if not new.is_in(now):
            raise _changed(file)


def _make_folder(folder: Path) -> None:
    """Make what is missing of the way to ``folder``, for its owner alone; what is there stays as it is."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _keep_rights(handle: int, part: Path, found: _Found) -> None:
    """The owner and the mode of the old file; never more readers than it had."""
    if os.name != "posix":
        return
    facts = part.stat()
    if (facts.st_uid, facts.st_gid) != found.owner:
        os.fchown(handle, *found.owner)
    os.fchmod(handle, found.mode)


def _sync(folder: Path) -> None:
    """Make the renaming durable; Windows has no such call and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _changed(file: Path) -> ConfigError:
    sentence = _("ce fichier a été modifié pendant ce temps par un autre programme.")
    return config_error(file, sentence, advice=_("Rien n'a été ajouté. Recommencez."))


def _cannot_write(file: Path, error: OSError) -> ConfigError:
    if error.errno in _FULL:
        sentence = _("le disque est plein, ce fichier n'a pas pu être écrit.")
        advice = _("Rien n'a changé. Libérez de la place, puis recommencez.")
    elif error.errno in _FORBIDDEN:
        sentence = _("balt n'a pas le droit d'écrire ce fichier ou dans son dossier.")
        advice = _("Rien n'a changé. Vérifiez leurs droits et leur propriétaire, puis recommencez.")
    else:
        sentence = _("ce fichier n'a pas pu être écrit (%s).") % plain(error.strerror or type(error).__name__)
        advice = _("Rien n'a changé.")
    return config_error(file, sentence, advice=advice)
