"""The sentences about an auto-reply, for the shell and for a screen."""

from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.script import DAYS, Installed, Way, read
from balt.cases.autoreply.state import OwnStand, Stand, State
from balt.i18n import _
from balt.text import plain
from balt.units import format_date


def state_lines(state: State) -> list[str]:
    """How it stands, who changed it as far as that can be known, and what to do."""
    if state.removed and state.stand is Stand.ABSENT:
        return _removed_lines(state)
    lines = [_stand_line(state)]
    if state.about is not None and state.stand is not Stand.ABSENT:
        lines.append(_("Elle renvoie vers %s.") % plain(state.about.replacement, 254))
        if state.about.until is not None:
            lines.append(_("Son dernier jour : %s.") % format_date(state.about.until))
    if state.elsewhere and state.stand is not Stand.ABSENT:
        lines.append(
            _("Elle a été installée par un autre balt : un autre ordinateur, ou un autre utilisateur.")
        )
    if own := _own_line(state):
        lines.append(own)
    return lines


def _removed_lines(state: State) -> list[str]:
    """That it was just removed, and what is left."""
    lines = [_("La réponse automatique est retirée.")]
    if state.about is not None:
        lines.append(_("Son script, qu'un autre programme a changé, reste sur le serveur, hors service."))
    if state.active is not None:
        lines.append(_("Le script « %s » est en service.") % plain(state.active, 60))
    return lines


def _stand_line(state: State) -> str:
    if state.stand is Stand.REPLACED:
        return _(
            "La réponse automatique est hors service : un autre programme a mis en service le script « %s »."
        ) % plain(state.active or "", 60)
    return {
        Stand.ABSENT: _("Aucune réponse automatique de balt n'est en service sur cette BAL."),
        Stand.ACTIVE: _("La réponse automatique est en service."),
        Stand.ENDED: _("La réponse automatique est installée, mais ne répond plus : elle est finie."),
        Stand.IDLE: _(
            "La réponse automatique a été mise hors service par un autre programme (le webmail, par exemple)."
        ),
        Stand.CHANGED: _(
            "La réponse automatique est en service, mais un autre programme a changé son texte."
        ),
        Stand.GONE: _("La réponse automatique a été supprimée du serveur par un autre programme."),
    }[state.stand]


def _own_line(state: State) -> str:
    if state.about is None or state.previous is None:
        return ""
    name = plain(state.previous, 60)
    if state.own is OwnStand.MISSING and state.copy:
        return _("Votre script « %s » n'est plus sur le serveur ; balt en a gardé une copie.") % name
    if state.own is OwnStand.MISSING:
        return _("Votre script « %s » n'est plus sur le serveur : un autre programme l'a supprimé.") % name
    if state.own is OwnStand.IDLE:
        return (
            _("Votre script « %s » ne trie plus le courrier : réinstallez la réponse, ou retirez-la.") % name
        )
    if state.own is OwnStand.CHANGED and state.about.way is Way.COMBINED:
        return (
            _("Votre script « %s » a changé depuis : installez de nouveau la réponse pour qu'il soit suivi.")
            % name
        )
    if state.lost:
        return _lost_line(name, state.lost)
    if state.own in (OwnStand.SAME, OwnStand.CHANGED):
        return _("Votre script « %s » continue de trier le courrier.") % name
    return ""


def plan_lines(
    reply: AutoReply, script: bytes, *, again: bool = False, lost: tuple[str, ...] = ()
) -> list[str]:
    """What installing would do; ``again`` where one is there already, that it would take the place of. The
    person's script files into folders that are ``lost``.
    """
    first = _("Une réponse automatique sera installée sur %s.") % reply.address
    if again:
        first = _("Installée de nouveau, elle renverra vers %s.") % reply.replacement
    return [
        first,
        _("Chaque expéditeur la reçoit au plus une fois en %d jours. Le courrier continue d'arriver.") % DAYS,
        *_beside_lines(read(script), lost),
    ]


def _beside_lines(about: Installed | None, lost: tuple[str, ...]) -> list[str]:
    """What becomes of the script that sorts now."""
    if about is None or about.previous is None:
        return [
            _(
                "Si votre opérateur trie ce courrier par un script à lui, que le serveur ne montre pas, ce "
                "tri s'arrête jusqu'à ce que la réponse soit retirée."
            )
        ]
    name = plain(about.previous, 60)
    if lost:
        return [_("Votre script « %s » reste tel quel sur le serveur.") % name, _lost_line(name, lost)]
    if about.way is Way.INCLUDE:
        return [_("Votre script « %s » reste tel quel sur le serveur et continue de trier.") % name]
    said = _("Votre script « %s » reste tel quel sur le serveur ; celui de balt en contient une copie.")
    return [said % name]


def _lost_line(name: str, lost: tuple[str, ...]) -> str:
    said = _(
        "Votre script « %(script)s » range dans un dossier qui n'existe pas (%(folders)s) : le serveur peut "
        "alors n'envoyer aucune réponse. Créez ce dossier, ou corrigez ce script."
    )
    return said % {"script": name, "folders": ", ".join(plain(each, 60) for each in lost)}


def copy_lines(reply: AutoReply) -> list[str]:
    """What to do by hand in a webmail, and the text for it."""
    return [
        _(
            "À faire dans le webmail de la BAL : dans ses réglages, « Réponse automatique », « Absence » ou "
            "« Filtres », collez l'objet et le texte, sans date de fin, puis enregistrez."
        ),
        "",
        *text_lines(reply),
    ]


def text_lines(reply: AutoReply) -> list[str]:
    """The reply itself, in its two languages whatever the language in use."""
    return [_("Objet : %s") % reply.subject, "", *reply.body.rstrip("\n").split("\n")]
