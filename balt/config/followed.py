"""``[[followed]]``: a BAL of somebody else that the directory is asked about, and nothing more. And that no
address stands twice, whosesoever it is.
"""

from collections.abc import Mapping

from balt.config.model import Config
from balt.config.table import Source, Table
from balt.i18n import _
from balt.text import fold, plain

KEYS = ("address",)


def followed_tables(
    source: Source, values: Mapping[str, object], title: str, homes: Mapping[str, tuple[str, ...]]
) -> list[Table]:
    """The ``[[followed]]`` of a configuration; ``title`` and ``homes`` serve the words of errors."""
    content = values.get("followed", [])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        sentence = _(
            "chaque BAL suivie commence par une ligne [[followed]], avec deux crochets de chaque côté."
        )
        raise source.error(("followed",), sentence)
    tables = [Table(source, ("followed", index), item, title) for index, item in enumerate(content)]
    for table in tables:
        table.refuse_unknown(KEYS, homes)
    return tables


def refuse_duplicates(source: Source, config: Config) -> None:
    """Raise ConfigError for an address that stands twice: of two BAL, or of one's own that is followed."""
    first: dict[str, tuple[str, int]] = {}
    given = [("mailbox", index, each.address) for index, each in enumerate(config.accounts)]
    given += [("followed", index, each) for index, each in enumerate(config.followed)]
    for table, index, address in given:
        before = first.setdefault(fold(address), (table, index))
        if before == (table, index):
            continue
        shown = {"address": plain(address), "line": source.lines.get((*before, "address"), 1)}
        sentence = _("l'adresse %(address)s est déjà celle de la BAL de la ligne %(line)d.") % shown
        advice = ""
        if table != before[0]:
            advice = _("Une BAL à vous est suivie sans cela : retirez ce bloc [[followed]].")
        raise source.error((table, index, "address"), sentence, advice)
