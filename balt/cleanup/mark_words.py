"""The sentences about the mark "intégré", for the app and for the shell."""

from balt.cleanup.marking import MarkResult, Objection
from balt.i18n import _, ngettext
from balt.units import format_count, format_size


def question() -> str:
    """What the sheet ENTRETENIR asks before a document may be taken for filed."""
    return _("Les informations sont-elles bien enregistrées sur votre logiciel métier ?")


def intention(count: int, size: int, *, on: bool) -> str:
    """What would be done, with its count and octets."""
    if on:
        sentence = ngettext(
            "Marquer %(n)s message comme intégré au logiciel métier, %(size)s",
            "Marquer %(n)s messages comme intégrés au logiciel métier, %(size)s",
            count,
        )
    else:
        sentence = ngettext(
            "Ôter la marque « intégré » de %(n)s message, %(size)s",
            "Ôter la marque « intégré » de %(n)s messages, %(size)s",
            count,
        )
    return sentence % {"n": format_count(count), "size": format_size(size)}


def account_lines(result: MarkResult) -> list[str]:
    """What was done and where the marks are kept; what was left alone, and why."""
    lines = [_done(result)] if result.changed else []
    if result.already:
        sentence = (
            ngettext("%s l'était déjà", "%s l'étaient déjà", result.already)
            if result.on
            else ngettext("%s ne l'était pas", "%s ne l'étaient pas", result.already)
        )
        lines.append(sentence % format_count(result.already))
    for reason in Objection:
        count = sum(1 for left in result.skipped if left.reason is reason)
        if count:
            sentence = ngettext("%(n)s laissé : %(why)s", "%(n)s laissés : %(why)s", count)
            lines.append(sentence % {"n": format_count(count), "why": reason.sentence})
    if result.remaining:
        sentence = ngettext(
            "%s message reste à faire : recommencer ne fait rien deux fois",
            "%s messages restent à faire : recommencer ne fait rien deux fois",
            result.remaining,
        )
        lines.append(sentence % format_count(result.remaining))
    return lines


def _done(result: MarkResult) -> str:
    count = result.changed
    if not result.on:
        sentence = ngettext(
            "%s message n'est plus marqué intégré", "%s messages ne sont plus marqués intégrés", count
        )
        return sentence % format_count(count)
    sentence = ngettext("%s message marqué intégré", "%s messages marqués intégrés", count) % format_count(
        count
    )
    where = {
        "server": _("marque posée sur le serveur"),
        "local": _(
            "marque gardée par balt sur cet ordinateur : ce serveur ne la garde pas, ou est en lecture"
        ),
    }.get(result.kept_on or "", "")
    if not where:
        where = _("%s gardés par balt sur cet ordinateur, les autres sur le serveur") % format_count(
            result.here
        )
    return _("%(done)s (%(where)s)") % {"done": sentence, "where": where}
