"""``balt archive expire``: what an archive has kept long enough: told, and removed only with ``--yes``."""

import json
import secrets
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from balt.cleanup.archive.check import reading
from balt.cleanup.archive.expire import EXPIRING, Expiry, expire, find_expired, writing
from balt.cleanup.deeds import Deed, Phase
from balt.cleanup.journal import Journal
from balt.cleanup.retention import doubt_words
from balt.cleanup.witness import doubted_since, times_of
from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import write
from balt.errors import StoppedError, UsageError
from balt.i18n import _, labelled, ngettext
from balt.text import plain
from balt.units import before, format_count, format_date, format_size

ACTION = "expire"


def run_expire(options: Namespace, context: Context) -> int:
    """Tell what is too old, and with ``--yes`` remove it. StoppedError where only the clock says so."""
    place: Path = options.archive.expanduser().resolve()
    now = context.clock.now()
    if options.today not in (None, now.date()):
        raise UsageError(
            _("l'horloge de cet ordinateur dit le %s.") % format_date(now.date()),
            advice=_("Rien n'a été fait. Corrigez-la, ou la date donnée par --today."),
        )
    limit = datetime.combine(before(now, options.older).date(), datetime.min.time(), now.tzinfo)
    journal = Journal(context.state_dir / "journal.jsonl", context.clock, context.config.person.name)
    if options.yes:
        with writing(place, context.clock) as root:
            found = find_expired(root, limit, context.clock)
            doubt = "" if options.today else _doubt(journal, found, now)
            if found.gone and doubt:
                raise StoppedError(doubt, advice=_("Rien n'a été fait. ") + _today_advice(now))
            act = f"{ACTION}-{secrets.token_hex(8)}"
            answer = "interrupted"
            _note(journal, act, found, "")
            try:
                expire(root, found, context.clock)
                answer = "OK"
            finally:
                _note(journal, act, found, answer)
    else:
        with reading(place, context.clock) as root:
            found = find_expired(root, limit, context.clock)
        doubt = "" if options.today else _doubt(journal, found, now)
    if options.json:
        document = _to_json(found, done=options.yes) | {"today": now.date().isoformat()}
        write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    for line in _lines(found, done=options.yes):
        tell(line)
    if not options.yes and found.gone:
        tell(_("Compté au %s, le jour que dit l'horloge de cet ordinateur.") % format_date(now.date()))
        if doubt:
            tell(f"{doubt} {_today_advice(now)}")
    return 0


def _doubt(journal: Journal, found: Expiry, now: datetime) -> str:
    """What speaks against the clock, "" for nothing: what was archived and the journal are its witnesses."""
    doubted = doubted_since([*found.archived, *times_of(journal.entries())], now)
    if doubted is None:
        return ""
    last, begun = doubted
    return doubt_words(last, begun) if last else _("rien ne confirme encore la date de cet ordinateur.")


def _today_advice(now: datetime) -> str:
    return _("Si cette date est juste, ajoutez --today %s.") % now.date().isoformat()


def cut_line(place: Path) -> list[str]:
    """What ``verify`` says beside its findings where a run was cut."""
    if not (place / EXPIRING).is_file():
        return []
    return [
        _("Un retrait de ce qui est trop vieux a été coupé : des fichiers inconnus en restent. ")
        + _("Relancez balt archive expire avec --yes : il les retirera.")
    ]


def _note(journal: Journal, act: str, found: Expiry, answer: str) -> None:
    """A line for each BAL whose messages go: before it is done, and what came of it."""
    for (account, server, user), count in found.gone.items():
        journal.append(
            Deed(
                Phase.STEP,
                action=ACTION,
                mailbox=plain(account),
                server=plain(server),
                user=plain(user),
                plan=act,
                count=count,
                request="EXPIRE",
                answer=answer,
                note=f"< {found.limit.date().isoformat()}",
            )
        )


def _to_json(found: Expiry, *, done: bool) -> dict[str, object]:
    return {
        "done": done,
        "before": found.limit.isoformat(timespec="seconds"),
        "expired": found.messages,
        "files": len(found.files) + len(found.left_over),
        "freed": found.size,
        "kept": found.kept,
        "undated": found.undated,
    }


def _lines(found: Expiry, *, done: bool) -> list[str]:
    lines = []
    told = {
        "n": format_count(found.messages),
        "size": format_size(found.size),
        "date": format_date(found.limit.date()),
    }
    if done:
        sentence = ngettext(
            "%(n)s message reçu avant le %(date)s a été retiré de l'archive : %(size)s.",
            "%(n)s messages reçus avant le %(date)s ont été retirés de l'archive : %(size)s.",
            found.messages,
        )
    else:
        sentence = ngettext(
            "%(n)s message reçu avant le %(date)s serait retiré de l'archive : %(size)s.",
            "%(n)s messages reçus avant le %(date)s seraient retirés de l'archive : %(size)s.",
            found.messages,
        )
    lines.append(sentence % told)
    lines += [
        "  " + labelled(plain(account, 200), format_count(count))
        for (account, _server, _user), count in sorted(found.gone.items())
    ]
    if found.oldest is not None and found.newest is not None:
        span = {"first": format_date(found.oldest.date()), "last": format_date(found.newest.date())}
        lines.append(_("  reçus du %(first)s au %(last)s") % span)
    kept = ngettext("%s message y reste.", "%s messages y restent.", found.kept) % format_count(found.kept)
    lines.append(kept)
    if found.undated:
        sentence = ngettext(
            "  dont %s sans date connue : il reste toujours",
            "  dont %s sans date connue : ils restent toujours",
            found.undated,
        )
        lines.append(sentence % format_count(found.undated))
    if found.left_over:
        lines.append(
            _("Fichiers qu'un retrait coupé avait laissés : %s") % format_count(len(found.left_over))
        )
    if not done and (found.gone or found.left_over):
        lines.append(_("Rien n'est fait sans --yes. Ce qui est retiré ne se retrouve pas."))
    return lines
