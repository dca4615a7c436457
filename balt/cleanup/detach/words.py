"""The sentences about what a plan leaves in its messages, and why."""

from collections.abc import Mapping

from balt.cleanup.detach.choose import Left
from balt.i18n import _, ngettext
from balt.units import format_count


def left_lines(left: Mapping[Left, int]) -> list[str]:
    """Why attachments stay, and in how many messages; a sentence for each reason."""
    lines = []
    for reason in Left:
        if count := left.get(reason):
            sentence = ngettext(
                "Laissé dans %(n)s message : %(why)s.", "Laissé dans %(n)s messages : %(why)s.", count
            )
            lines.append(sentence % {"n": format_count(count), "why": why_left(reason)})
    return lines


def why_left(reason: Left) -> str:
    """Why an attachment is left alone, in a few words."""
    return {
        Left.SIGNED: _("message signé, sa signature ne se vérifierait plus"),
        Left.ENCRYPTED: _("message chiffré"),
        Left.XDM: _("document de santé (XDM), que le logiciel métier relit"),
        Left.INLINE: _("image que le texte montre"),
        Left.FORWARDED: _("message joint à un message"),
        Left.WHOLE: _("le message n'est qu'un fichier : il n'en resterait rien"),
        Left.SMALL: _("pièce trop petite pour libérer de la place"),
        Left.PLACE: _("pièce qui est une partie du texte ou d'un rapport"),
        Left.UNSURE: _("structure que balt ne comprend pas avec certitude"),
    }[reason]
