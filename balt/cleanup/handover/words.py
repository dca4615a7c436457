"""The sentences about documents that are handed over, for the app and for the shell."""

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence

from balt.cleanup.handover.model import HandedOver, Letter, NotTaken
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_size

_SHOWN = 20


def account_lines(done: HandedOver) -> list[str]:
    """The true account of a run, a sentence a line."""
    lines = _settled(len(done.settled))
    if done.documents:
        sentence = ngettext(
            "%(n)s document remis et relu à l'identique, %(size)s, dans %(folder)s",
            "%(n)s documents remis et relus à l'identique, %(size)s, dans %(folder)s",
            done.documents,
        )
        told = {"n": format_count(done.documents), "size": format_size(done.size)}
        lines.append(sentence % (told | {"folder": plain(str(done.folder), 300)}))
    elif not done.remaining:
        lines.append(_("aucun nouveau document à remettre"))
    if done.earlier:
        sentence = ngettext(
            "%s document avait déjà été remis, et ne l'est pas une seconde fois (--again le reprend)",
            "%s documents avaient déjà été remis, et ne le sont pas une seconde fois (--again les reprend)",
            done.earlier,
        )
        lines.append(sentence % format_count(done.earlier))
    if done.left:
        sentence = ngettext(
            "%s pièce d'un autre genre laissée (--all la prend)",
            "%s pièces d'un autre genre laissées (--all les prend)",
            len(done.left),
        )
        lines.append(sentence % format_count(len(done.left)))
    if done.refused:
        sentence = ngettext("%s pièce refusée", "%s pièces refusées", len(done.refused))
        lines.append(sentence % format_count(len(done.refused)))
    if done.remaining:
        sentence = ngettext(
            "%s message reste à lire : recommencer continue",
            "%s messages restent à lire : recommencer continue",
            done.remaining,
        )
        lines.append(sentence % format_count(done.remaining))
    return lines


def _settled(count: int) -> list[str]:
    if not count:
        return []
    sentence = ngettext(
        "%s remise interrompue a été achevée d'abord",
        "%s remises interrompues ont été achevées d'abord",
        count,
    )
    return [sentence % format_count(count)]


def refusal_lines(refused: Sequence[tuple[Letter, NotTaken]]) -> list[str]:
    """Which parts were refused and why; no file name, which may name a patient."""
    lines = [
        _("%(folder)s, message %(uid)d, pièce %(part)s : %(why)s")
        % {"folder": plain(letter.folder, 60), "uid": letter.uid, "part": each.part or "—", "why": each.why}
        for letter, each in refused[:_SHOWN]
    ]
    return [*lines, "…"] if len(refused) > _SHOWN else lines


def question(count: int) -> str:
    """What is asked once documents were handed over: only the person knows."""
    sentence = ngettext(
        "Les documents de %s message sont-ils intégrés ?",
        "Les documents de %s messages sont-ils intégrés ?",
        count,
    )
    return sentence % format_count(count)


def mark_hint(addresses: Iterable[str], run: str) -> str:
    """The command that marks what a run has handed over; "" where no BAL is told."""
    names = list(Counter(addresses))
    if not names:
        return ""
    told = {"mailbox": plain(names[0], 200), "run": shlex.quote(plain(run, 300))}
    return _("Une fois intégrés : balt mark %(mailbox)s --exported %(run)s --integrated") % told


def discreet() -> UsageError:
    """Who enters for somebody else does not see what messages hold."""
    return UsageError(
        _("accès discret : le contenu des messages n'est pas exporté."), advice=_("Rien n'a été fait.")
    )
