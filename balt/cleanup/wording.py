"""The sentences of a clean-up, for the dialogs and for the shell: what will happen, what is kept and why."""

from balt.cleanup.deeds import Phase
from balt.cleanup.plan import Act, CleanupPlan, Guard, Tally
from balt.cleanup.result import ApplyResult
from balt.i18n import _, ngettext
from balt.text import plain
from balt.units import format_count, format_date, format_percent, format_size


def title(plan: CleanupPlan) -> str:
    """The act in one line, with its count and octets."""
    if not plan.count:
        return _NOTHING[plan.act]()
    if plan.act is Act.KEEP:
        sentence = ngettext(
            "Archiver %(n)s message, %(size)s", "Archiver %(n)s messages, %(size)s", plan.count
        )
    elif plan.act is Act.DETACH:
        sentence = ngettext(
            "Alléger %(n)s message de ses pièces jointes, %(size)s",
            "Alléger %(n)s messages de leurs pièces jointes, %(size)s",
            plan.count,
        )
        return sentence % {"n": format_count(plan.count), "size": format_size(plan.frees)}
    elif plan.act is Act.UNDO and plan.archive:
        sentence = ngettext(
            "Remettre %(n)s message archivé à sa place, %(size)s",
            "Remettre %(n)s messages archivés à leur place, %(size)s",
            plan.count,
        )
    elif plan.act is Act.UNDO:
        sentence = ngettext(
            "Remettre %(n)s message de la corbeille à sa place, %(size)s",
            "Remettre %(n)s messages de la corbeille à leur place, %(size)s",
            plan.count,
        )
    elif plan.act is Act.DELETE:
        sentence = ngettext(
            "Supprimer définitivement %(n)s message, %(size)s",
            "Supprimer définitivement %(n)s messages, %(size)s",
            plan.count,
        )
    elif plan.act is Act.EMPTY_TRASH:
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


_NOTHING = {
    Act.TRASH: lambda: _("Rien à mettre à la corbeille"),
    Act.EMPTY_TRASH: lambda: _("Rien à supprimer"),
    Act.DELETE: lambda: _("Rien à supprimer"),
    Act.KEEP: lambda: _("Rien à archiver"),
    Act.DETACH: lambda: _("Rien à détacher"),
    Act.UNDO: lambda: _("Rien à remettre en place"),
}


def freed(plan: CleanupPlan) -> str:
    """What the act gives back, and whether it can be undone; a move to the trash frees nothing."""
    if plan.act is Act.TRASH:
        return _(
            "Mettre à la corbeille ne libère pas de place : il faudra ensuite vider la corbeille. Jusque-là, "
            "cet acte peut être annulé."
        )
    if plan.act is Act.KEEP:
        return _("Ces messages restent aussi sur le serveur : rien n'est libéré.")
    if plan.act is Act.DETACH:
        return _(
            "Libère environ %s. Le texte, la date et les marques restent ; les pièces pourront être remises "
            "depuis l'archive."
        ) % format_size(plan.frees)
    if plan.act is Act.UNDO and plan.archive:
        return _("Ces messages reprendront %s sur le serveur ; l'archive reste.") % format_size(plan.size)
    if plan.act is Act.UNDO:
        return _("Rien n'est libéré.")
    if plan.archive:
        return _("Libère %s. Ces messages pourront être remis depuis l'archive.") % format_size(plan.frees)
    return _("Libère %s. Ces messages ne pourront plus être retrouvés.") % format_size(plan.frees)


def plan_lines(plan: CleanupPlan) -> list[str]:
    """All that a plan says, a sentence each: the act, where, in what order, what is left out and why."""
    lines = [_("%s.") % title(plan)]
    for part in plan.parts:
        if part.messages:
            told = {"folder": plain(part.folder, 200), "size": format_size(part.size)}
            sentence = ngettext(
                "  %(folder)s : %(n)s message, %(size)s",
                "  %(folder)s : %(n)s messages, %(size)s",
                len(part.messages),
            )
            lines.append(sentence % {**told, "n": format_count(len(part.messages))})
    if plan.oldest and plan.newest:
        first, last = format_date(plan.oldest.date()), format_date(plan.newest.date())
        lines.append(_("  reçus du %(first)s au %(last)s") % {"first": first, "last": last})
    if plan.count and plan.archive:
        lines.append(_("  archivés et relus d'abord dans %s") % plain(plan.archive, 500))
    if plan.act is Act.DETACH and plan.count:
        lines += detach_lines(plan)
    if plan.count:
        lines.append(freed(plan))
    for guard in Guard:
        if tally := plan.left_out.get(guard):
            told = {"size": format_size(tally.size), "why": guard_label(guard)}
            sentence = ngettext(
                "Laissé en place : %(n)s message, %(size)s (%(why)s).",
                "Laissés en place : %(n)s messages, %(size)s (%(why)s).",
                tally.messages,
            )
            lines.append(sentence % {**told, "n": format_count(tally.messages)})
    return lines


def detach_lines(plan: CleanupPlan) -> list[str]:
    """What goes from the messages that a plan makes lighter, and what that changes."""
    parts = sum(len(message.detach) for message in plan.messages)
    goes = ngettext(
        "  %s pièce jointe part, remplacée par une note qui dit où elle est",
        "  %s pièces jointes partent, chacune remplacée par une note qui dit où elle est",
        parts,
    )
    return [
        goes % format_count(parts),
        _("  la signature DKIM d'un message allégé ne se vérifie plus"),
    ]


def account_lines(result: ApplyResult) -> list[str]:
    """What was done: archived, moved, deleted, freed, and the quota before and after."""
    lines = []
    counts = {
        "archived": (result.archived, result.archived_size),
        "moved": (result.moved, result.moved_size),
        "deleted": (result.deleted, result.freed),
        "detached": (result.detached, result.freed),
        "earlier": (result.earlier, 0),
    }
    sentences = {
        "archived": lambda n: ngettext(
            "%(n)s message archivé et relu, %(size)s", "%(n)s messages archivés et relus, %(size)s", n
        ),
        "moved": lambda n: ngettext(
            "%(n)s message mis à la corbeille, %(size)s",
            "%(n)s messages mis à la corbeille, %(size)s",
            n,
        ),
        "deleted": lambda n: ngettext(
            "%(n)s message supprimé, %(size)s libérés", "%(n)s messages supprimés, %(size)s libérés", n
        ),
        "detached": lambda n: ngettext(
            "%(n)s message allégé, %(size)s libérés", "%(n)s messages allégés, %(size)s libérés", n
        ),
        "earlier": lambda n: ngettext(
            "%(n)s message déjà traité avant l'interruption",
            "%(n)s messages déjà traités avant l'interruption",
            n,
        ),
    }
    for name, (count, size) in counts.items():
        if count:
            lines.append(sentences[name](count) % {"n": format_count(count), "size": format_size(size)})
    return lines + _quota_lines(result)


def skipped_lines(result: ApplyResult) -> list[str]:
    """What was left alone, by reason."""
    lines = []
    for reason, count in result.skipped_by_reason.items():
        sentence = ngettext("%(n)s non traité : %(why)s", "%(n)s non traités : %(why)s", count)
        lines.append(sentence % {"n": format_count(count), "why": reason.sentence})
    if result.remaining:
        text = ngettext("%s message pas commencé", "%s messages pas commencés", result.remaining)
        lines.append(text % format_count(result.remaining))
    return lines


def _quota_lines(result: ApplyResult) -> list[str]:
    before, after = result.quota_before, result.quota_after
    if not (before and after and before.limit and after.limit):
        return []
    first, last = format_percent(before.used, before.limit), format_percent(after.used, after.limit)
    if first == last and not (result.moved or result.freed):
        return []
    if result.moved and first == last:
        return [_("quota : toujours %s ; la place sera rendue quand la corbeille sera vidée") % last]
    return [_("quota : %(before)s → %(after)s") % {"before": first, "after": last}]


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
        "delete": _("supprimer définitivement"),
        "keep": _("archiver"),
        "detach": _("détacher les pièces jointes"),
        "undo": _("remettre en place"),
        "restore": _("remettre depuis l'archive"),
        "expire": _("retirer d'une archive"),
        "export": _("remettre des documents"),
        "mark": _("marquer intégré"),
        "unmark": _("ôter la marque « intégré »"),
        "autoreply": _("réponse automatique"),
        "request": _("demande en brouillon"),
        "journal": _("reprise du journal"),
        "retention": _("durée de conservation"),
        "clock": _("horloge à vérifier"),
    }
    return known.get(action, plain(action))


def deed_words(action: str, note: str) -> str:
    """An act in words, with what its ``note`` adds where the kind of act does not say it all."""
    if action != "autoreply" or not note:
        return act_words(action)
    what, _space, address = note.partition(" ")
    if what == "remove":
        return _("réponse automatique retirée")
    return _("réponse automatique vers %s") % plain(address, 200)


def phase_words(phase: Phase) -> str:
    """When a journal line was written, in a word."""
    return {
        Phase.BEFORE: _("début"),
        Phase.STEP: _("demande"),
        Phase.INTERRUPTED: _("interrompu"),
        Phase.AFTER: _("fin"),
        Phase.SETTLED: _("élucidé"),
        Phase.SEGMENT: _("reprise"),
        Phase.ANCHOR: _("origine"),
        Phase.PRUNED: _("ôté"),
        Phase.DAMAGED: _("illisible"),
    }[phase]
