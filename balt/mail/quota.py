"""The quota of a BAL (RFC 9208, formerly 2087): storage counts in units of 1024 octets."""

from collections.abc import Iterable, Sequence

from balt.mail.model import Folder, Quota
from balt.mail.tokens import TokenError, Value, tokenize
from balt.mail.wire import Response, Wire

_UNIT = 1024


def read_quota(wire: Wire) -> Quota | None:
    """The fullest storage quota that holds for the inbox; None where there is none. Raises RefusedError."""
    return fullest(wire.run(b"GETQUOTAROOT", b'"INBOX"'))


def fullest(responses: Iterable[Response]) -> Quota | None:
    """Of several roots the one nearest to its limit: it is what will stop the mail. Others are left out:
    counts of messages, and limits of 0 (RFC 9208 knows no such limit; some servers mean "none")."""
    found = [quota for response in responses for quota in _storage(response)]
    return max(found, key=lambda quota: quota.used / quota.limit, default=None)


def by_hand(limit: int, folders: Sequence[Folder]) -> Quota | None:
    """The limit given in the configuration with the sum of all folders; None where a size is not known."""
    sizes = [folder.size for folder in folders if folder.selectable]
    known = [size for size in sizes if size is not None]
    return Quota(sum(known), limit, by_hand=True) if limit > 0 and len(known) == len(sizes) else None


def _storage(response: Response) -> list[Quota]:
    try:
        tokens = tokenize(response.pieces)
    except TokenError:
        return []
    if len(tokens) < 4 or not isinstance(tokens[1], bytes) or tokens[1].upper() != b"QUOTA":
        return []
    resources = tokens[-1]
    if not isinstance(resources, list):
        return []
    quotas = []
    for name, used, limit in zip(resources[::3], resources[1::3], resources[2::3], strict=False):
        if isinstance(name, bytes) and name.upper() == b"STORAGE" and _number(limit) > 0 <= _number(used):
            quotas.append(Quota(_number(used) * _UNIT, _number(limit) * _UNIT))
    return quotas


def _number(value: Value) -> int:
    return int(value) if isinstance(value, bytes) and value.isdigit() and len(value) < 19 else -1
