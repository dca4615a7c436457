"""The sentences of a clean-up, for the dialogs and for the shell: what will happen, what is kept and why."""

from balt.cleanup.deeds import Phase
from balt.cleanup.plan import Act, CleanupPlan, Guard, Tally
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_size


def title(plan: CleanupPlan) -> str:
    """The act in one line, with its count and octets."""
    if not plan.count:
        return _("Rien à supprimer") if plan.act is Act.EMPTY_TRASH else _("Rien à mettre à la corbeille")
    if plan.act is Act.EMPTY_TRASH:
        sentence = ngettext(
            "Supprimer définitivement %(n)s message de la corbeille, %(size)s",
            "Supprimer définitivement %(n)s messages de la corbeille, %(size)s",
            plan.count,
        )
    else:
        sentence = ngettext(
            "Mettre %(n)s message à la corbeille, %(size)s",
            "Mettre %(n)s messages à la corbeille, %(size)s",
            plan.count,
        )
    return sentence % {"n": format_count(plan.count), "size": format_size(plan.size)}


def freed(plan: CleanupPlan) -> str:
    """What the act gives back; a move to the trash frees nothing."""
    if plan.act is Act.TRASH:
        return _("Mettre à la corbeille ne libère pas de place : il faudra ensuite vider la corbeille.")
    return _("Libère %s. Ces messages ne pourront plus être retrouvés.") % format_size(plan.frees)


def sheet_question(documents: Tally, *, whole: bool = True) -> list[str]:
    """What the sheet ENTRETENIR asks before the trash is emptied, after how many documents remain to file;
    ``whole`` is false when only some messages of the trash are meant.
    """
    lines = []
    if documents.messages and not whole:
        lines.append(
            ngettext(
                "%(n)s de ces messages contient un document pas encore marqué intégré.",
                "%(n)s de ces messages contiennent un document pas encore marqué intégré.",
                documents.messages,
            )
            % {"n": format_count(documents.messages)}
        )
    elif not whole:
        lines.append(_("Aucun de ces messages ne contient un document qui reste à intégrer."))
    elif documents.messages:
        lines.append(
            ngettext(
                "%(n)s message de la corbeille contient un document pas encore marqué intégré.",
                "%(n)s messages de la corbeille contiennent un document pas encore marqué intégré.",
                documents.messages,
            )
            % {"n": format_count(documents.messages)}
        )
    else:
        lines.append(_("Aucun document de la corbeille ne reste à intégrer."))
    lines.append(_("Les informations sont-elles bien enregistrées sur votre logiciel métier ?"))
    return lines


def guard_label(guard: Guard) -> str:
    """Why such a message is kept, in a few words."""
    return {
        Guard.FLAGGED: _("marqué important"),
        Guard.UNREAD: _("non lu"),
        Guard.UNKNOWN_DATE: _("date de réception inconnue"),
        Guard.FAILED: _("intégration en échec (KO)"),
        Guard.DOCUMENT: _("document non marqué intégré"),
        Guard.UNREADABLE: _("contenu illisible ou pas encore lu"),
    }[guard]


def act_words(action: str) -> str:
    """The kind of act of a journal line, in words; one of a later version as it stands, safe to show."""
    known = {
        "trash": _("mettre à la corbeille"),
        "empty_trash": _("vider la corbeille"),
        "journal": _("reprise du journal"),
    }
    return known.get(action, plain(action))


def phase_words(phase: Phase) -> str:
    """When a journal line was written, in a word."""
    return {
        Phase.BEFORE: _("début"),
        Phase.STEP: _("demande"),
        Phase.INTERRUPTED: _("interrompu"),
        Phase.AFTER: _("fin"),
        Phase.SETTLED: _("élucidé"),
        Phase.SEGMENT: _("reprise"),
        Phase.DAMAGED: _("illisible"),
    }[phase]
