"""The client certificate of an account and its key: from their files, with a sentence for what is wrong."""

import re
import ssl
from datetime import UTC, datetime
from pathlib import Path

from balt.config import Account
from balt.errors import ConfigError
from balt.i18n import _
from balt.text import plain

_LONGEST = 1024 * 1024
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_MISMATCH = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH")
_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18  # DER (X.690)


def load_client_certificate(context: ssl.SSLContext, account: Account) -> None:
    """Have ``context`` present the certificate of the account; ConfigError when a file cannot be used."""
    certificate, key = account.client_certificate, account.client_key
    if certificate is None:
        return
    text = _read(certificate, "client_certificate", account)
    if not _CERTIFICATE.search(text):
        raise _unfit("client_certificate", certificate, account)
    if key is None and not _KEY.search(text):
        raise ConfigError(
            _("la clé privée du certificat n'est pas indiquée."),
            advice=_("Donnez-en le fichier par « client_key », à côté de « client_certificate »."),
            mailbox=account.address,
        )
    if key is not None and not _KEY.search(_read(key, "client_key", account)):
        raise _unfit("client_key", key, account)
    _load(context, certificate, key, account)


def require_valid_dates(account: Account, now: datetime) -> None:
    """Raise ConfigError when an account signs in by a certificate that is not valid ``now``."""
    if account.auth != "external" or account.client_certificate is None:
        return
    dates = _validity(_read(account.client_certificate, "client_certificate", account))
    if dates is None:
        return
    if now > dates[1]:
        raise ConfigError(
            _("votre certificat a expiré le %s.") % dates[1].date().isoformat(),
            advice=_("Rien n'a été envoyé. Demandez-en un nouveau, puis changez « client_certificate »."),
            mailbox=account.address,
        )
    if now < dates[0]:
        raise ConfigError(
            _("votre certificat n'est valable qu'à partir du %s.") % dates[0].date().isoformat(),
            advice=_("Rien n'a été envoyé. Vérifiez la date et l'heure de cet ordinateur."),
            mailbox=account.address,
        )


def _load(context: ssl.SSLContext, certificate: Path, key: Path | None, account: Account) -> None:
    asked: list[bool] = []

    def no_password() -> str:
        # OpenSSL would else ask for it on the terminal, in the middle of the screens.
        asked.append(True)
        raise ValueError

    path = key or certificate
    name = "client_key" if key else "client_certificate"
    try:
        context.load_cert_chain(certificate, key, password=no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        if asked:
            raise ConfigError(
                _("la clé privée donnée par « %(key)s » est protégée par un mot de passe : %(path)s.")
                % {"key": name, "path": plain(str(path))},
                advice=_("balt ne lit qu'une clé sans mot de passe, dans un fichier lisible par vous seul."),
                mailbox=account.address,
            ) from None
        if getattr(error, "reason", None) in _MISMATCH:
            raise ConfigError(
                _("la clé privée ne correspond pas au certificat : %s.") % plain(str(path)),
                advice=_("Vérifiez que « client_certificate » et « client_key » vont ensemble."),
                mailbox=account.address,
            ) from None
        raise _unfit(name, path, account) from None


def _read(path: Path, key: str, account: Account) -> bytes:
    """The content of a file that the configuration names under ``key``."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST)
    except FileNotFoundError:
        message = _("le fichier donné par « %(key)s » est introuvable : %(path)s.")
    except OSError:
        message = _("le fichier donné par « %(key)s » ne peut pas être lu : %(path)s.")
    raise ConfigError(
        message % {"key": key, "path": plain(str(path))},
        advice=_("Vérifiez ce chemin dans la configuration et les droits du fichier."),
        mailbox=account.address,
    )


def _unfit(key: str, path: Path, account: Account) -> ConfigError:
    return ConfigError(
        _("le fichier donné par « %(key)s » ne peut pas être utilisé : %(path)s.")
        % {"key": key, "path": plain(str(path))},
        advice=_("Il doit exister, être lisible, au format PEM et sans mot de passe."),
        mailbox=account.address,
    )


# The dates of a certificate: Certificate, tbsCertificate, then version (which may be left out), serialNumber,
# signature, issuer, validity (RFC 5280 section 4.1). The standard library has no public reader for a file.


def _validity(text: bytes) -> tuple[datetime, datetime] | None:
    """From when and until when the first certificate of a PEM file is valid; None when it cannot be told."""
    found = _CERTIFICATE.search(text)
    if found is None:
        return None
    try:
        der = ssl.PEM_cert_to_DER_cert(found[0].decode("ascii"))
        _tag, start, _end = _element(der, 0)
        _tag, position, _end = _element(der, start)
        skipped = 0
        while skipped < 3:  # serialNumber, signature, issuer
            tag, _start, position = _element(der, position)
            skipped += tag != _VERSION
        _tag, first, _end = _element(der, position)
        _tag, _start, second = _element(der, first)
        return _moment(der, first), _moment(der, second)
    except (ValueError, IndexError):
        return None


def _element(der: bytes, position: int) -> tuple[int, int, int]:
    """The tag of the element at ``position``, where its content starts, and where it ends."""
    length, start = der[position + 1], position + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start : start + count], "big"), start + count
    return der[position], start, start + length


def _moment(der: bytes, position: int) -> datetime:
    tag, start, end = _element(der, position)
    text = der[start:end].decode("ascii")
    if tag == _UTC_TIME:  # two digits of the year: 1950 to 2049 (RFC 5280 section 4.1.2.5.1)
        text = ("19" if text >= "5" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError(tag)
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
