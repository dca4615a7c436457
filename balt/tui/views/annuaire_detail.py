"""Everything known of one BAL, fact by fact, each with where it comes from and its date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.style import Style

from balt.i18n import _, ngettext
from balt.mailboxes.anomalies.model import Severity
from balt.mailboxes.anomalies.own import remarks
from balt.mailboxes.directory_view import DirectoryView
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus
from balt.mailboxes.news import left_out_words, news_line
from balt.mailboxes.operator.judging import figure_lines
from balt.mailboxes.saturation_words import saturation_sentence
from balt.mailboxes.use_words import doubt_words, where_words
from balt.mailboxes.wording import question_text, rest_words, situation_label, value_words
from balt.text import cell_width, plain
from balt.tui.paint import Line, fit, wrap
from balt.tui.theme import Look
from balt.tui.views.annuaire_published import (
    Said,
    holder_lines,
    namesake_lines,
    origin_lines,
    structure_lines,
)
from balt.tui.views.annuaire_rows import sign_of, since_words
from balt.units import format_count, format_date, format_percent, format_since, format_size

LABEL = 12
HUES = {Severity.ALERT: "alert", Severity.WARNING: "attention", Severity.NOTE: "muted"}


@dataclass(frozen=True, slots=True)
class Fact:
    """What stands beside one label."""

    label: str
    said: Sequence[Said]


def title_lines(mailbox: Mailbox, width: int, look: Look) -> list[Line]:
    """The address and the finding in a few words; under each other where both do not fit."""
    sign, hue = sign_of(mailbox)
    name = (plain(mailbox.address), look.style("identifier") + Style(bold=True))
    words = f"{sign} {plain(mailbox.finding.headline)}"
    if 3 + cell_width(mailbox.address) + cell_width(words) <= width:
        return [[(" ", name[1]), name, ("  " + words, look.style(hue))]]
    address: Line = [(" " + fit(name[0], width - 1, middle=True), name[1])]
    return [address, *([(" " + part, look.style(hue))] for part in wrap(words, width - 2))]


def detail_lines(
    mailbox: Mailbox, directory: DirectoryView, now: datetime, width: int, look: Look
) -> list[Line]:
    """The whole detail of a BAL, its title left out."""
    lines: list[Line] = []
    for fact in facts_of(mailbox, directory, now):
        label = fact.label
        for sentence, hue in fact.said:
            for part in _hanging(plain(sentence), max(width - LABEL - 2, 10)):
                lines.append([(" " + fit(label, LABEL), look.style("muted")), (part, look.style(hue))])
                label = ""
    return lines


def _hanging(sentence: str, width: int) -> list[str]:
    """A sentence on as many lines as it needs; those after a sign ("✔ …") begin below its words."""
    if sentence[1:2] != " " or sentence[0].isalnum():
        return wrap(sentence, width)
    return [
        sentence[:2] + part if i == 0 else "  " + part for i, part in enumerate(wrap(sentence[2:], width - 2))
    ]


def facts_of(mailbox: Mailbox, directory: DirectoryView, now: datetime) -> list[Fact]:
    """The facts in the order of their weight: the evidence of the verdict, then who, where, how used."""
    facts = [
        Fact(_("Constats"), _reasons(mailbox)),
        Fact(_("Étapes"), _steps(mailbox)),
        Fact(_("Suivi"), [(each, "text") for each in mailbox.story]),
        Fact(_("Titulaire"), holder_lines(mailbox)),
        Fact(_("Structure"), structure_lines(mailbox)),
        Fact(_("Annuaire"), origin_lines(mailbox, directory)),
        Fact(_("Anomalies"), [(said, HUES[each]) for each, said in remarks(mailbox, directory, now)]),
        Fact(_("Homonymes"), namesake_lines(mailbox, directory)),
        *(_usage(mailbox.measured, now) if mailbox.measured is not None else ()),
        Fact(_("Opérateur"), _counted(mailbox, now)),
        Fact(_("Situations"), _situations(mailbox)),
        Fact(_("Réponses"), _answers(mailbox, now)),
        Fact(_("Compte"), _account(mailbox, now)),
    ]
    return [fact for fact in facts if fact.said]


def directory_lines(directory: DirectoryView, width: int, look: Look) -> list[Line]:
    """What went wrong with the directory, and what its sources wish to have said."""
    said: list[Said] = [(each, "alert") for each in (directory.problem, directory.warning) if each]
    news = (news_line(directory.sightings), left_out_words(directory.left_out))
    said += [(each, "attention") for each in news if each]
    said += [(directory.trust.problem, "alert")] if directory.trust.problem else []
    said += [(note, "muted") for answer in directory.answers for note in answer.notes]
    return [[(part, look.style(hue))] for sentence, hue in said for part in wrap(plain(sentence), width - 1)]


def _reasons(mailbox: Mailbox) -> list[Said]:
    """What the verdict rests on, without what the steps of its way out tell already."""
    told = [
        reason for reason in mailbox.finding.reasons if not any(s.endswith(reason) for s in mailbox.steps)
    ]
    return [(reason, "text") for reason in told]


def _steps(mailbox: Mailbox) -> list[Said]:
    """The steps of its way out, and the key that does them."""
    steps: list[Said] = [(each, "text") for each in mailbox.steps]
    return [*steps, (_("d fait la suite"), "muted")] if steps and not mailbox.deleted else steps


def _usage(status: MailboxStatus, now: datetime) -> list[Fact]:
    """What the messages tell of the use of a BAL, and how it is known."""
    received: list[Said] = []
    if status.last_received is not None:
        received.append((_dated(status.last_received, now), "text"))
    if status.unseen:
        count = ngettext("%s message non lu", "%s messages non lus", status.unseen)
        words, hue = count % format_count(status.unseen), "text"
        if status.unread_run and status.unread_since is not None:
            run = {"n": format_count(status.unread_run), "day": format_date(status.unread_since.date())}
            part = _(", dont %(n)s de suite depuis le %(day)s")
            if status.unread_run == status.unseen:
                part = ngettext(", depuis le %(day)s", ", tous depuis le %(day)s", status.unseen)
            words += part % run
            hue = "attention"
        received.append((words, hue))
    return [
        Fact(_("Reçu"), received or [(_("aucun message"), "muted")]),
        Fact(_("Lu"), _read(status, now)),
        Fact(_("Envoyé"), [_sent(status, now)]),
        Fact(_("Occupé"), _room(status)),
    ]


def _read(status: MailboxStatus, now: datetime) -> list[Said]:
    """When the BAL was last read, in which kind of folder, and why mail that waits proves nothing."""
    doubt = doubt_words(status)
    further: list[Said] = [(doubt, "attention")] if doubt else []
    if status.last_seen is None:
        return [(_("aucun message reçu n'est marqué lu, dans aucun dossier"), "muted"), *further]
    words = _("%s : date de réception du plus récent message lu (IMAP ne garde pas la date de lecture)")
    where = where_words(status.seen_in)
    day = _dated(status.last_seen, now)
    return [(words % (f"{day}, {where}" if where else day), "text"), *further]


def _sent(status: MailboxStatus, now: datetime) -> Said:
    if status.last_sent is None:
        return _("rien dans le dossier des messages envoyés"), "muted"
    words = _("%s, d'après le dossier des messages envoyés")
    return words % _dated(status.last_sent, now), "text"


def _room(status: MailboxStatus) -> list[Said]:
    said: list[Said] = []
    quota = status.quota
    if quota is not None and quota.limit:
        words = _("%(percent)s : %(used)s sur %(limit)s") % {
            "percent": format_percent(quota.used, quota.limit),
            "used": format_size(quota.used),
            "limit": format_size(quota.limit),
        }
        said.append((words + (_(" (limite donnée à la main)") if quota.by_hand else ""), "text"))
    elif status.size is not None:
        said.append((_("%s ; le serveur ne dit pas la limite") % format_size(status.size), "text"))
    if quota is not None and status.saturation is not None:
        near = status.saturation.is_near(status.taken_at)
        said.append(
            (saturation_sentence(status.saturation, status.taken_at), "attention" if near else "muted")
        )
    if status.trash_messages:
        words = ngettext(
            "corbeille : %(n)s message, %(size)s",
            "corbeille : %(n)s messages, %(size)s",
            status.trash_messages,
        )
        size = format_size(status.trash_size or 0)
        said.append((words % {"n": format_count(status.trash_messages), "size": size}, "text"))
    return said


def _counted(mailbox: Mailbox, now: datetime) -> list[Said]:
    """What the operator's latest statistic says."""
    if mailbox.operator is None:
        return []
    hue = "text" if mailbox.operator.is_fresh(now.date()) else "muted"
    return [(said, hue) for said in figure_lines(mailbox.operator, now)]


def _situations(mailbox: Mailbox) -> list[Said]:
    if not mailbox.situations:
        return (
            []
            if mailbox.deleted or mailbox.followed
            else [(_("aucune ; r la rattache à une situation d'exercice"), "muted")]
        )
    return [
        (" · ".join(part for part in (situation_label(each), each.town, each.function) if part), "text")
        for each in mailbox.situations
    ]


def _answers(mailbox: Mailbox, now: datetime) -> list[Said]:
    said: list[Said] = []
    for answer in mailbox.answers:
        words, hue = answer_words(answer, now)
        said.append((f"{question_text(answer.question)} {words}", hue))
    if said or mailbox.measured is not None or mailbox.deleted or mailbox.followed:
        return said
    return [(_("aucune ; c dit si elle est consultée, a répond au reste"), "muted")]


def answer_words(answer: Answer, now: datetime) -> Said:
    """One answer with its date, its age, who gave it and their note, without its question; an aged one says
    that it is.
    """
    day = _("%(value)s, le %(day)s (%(since)s)") % {
        "value": value_words(answer.question, answer.value),
        "day": _day(answer.given_at),
        "since": format_since(answer.given_at, now),
    }
    parts = [day, "" if answer.is_fresh(now) else _("à redemander"), answer.author]
    if answer.note:
        parts.append(_("« %s »") % answer.note)
    return " · ".join(part for part in parts if part), "text" if answer.is_fresh(now) else "attention"


def _account(mailbox: Mailbox, now: datetime) -> list[Said]:
    account, status = mailbox.account, mailbox.status
    if mailbox.followed:
        return [(_("BAL de quelqu'un d'autre : balt ne la lit pas ([[followed]])"), "muted")]
    if account is None:
        return (
            []
            if mailbox.deleted
            else [(_("aucun compte ici : balt ne lit pas ses messages (+ l'ajoute)"), "muted")]
        )
    if account.access == "none":
        return [(_("sans accès IMAP : à voir dans son webmail"), "muted")]
    place = str(account.path or "") if account.access == "files" else account.host
    words = _("copie locale, en lecture seule : %s") if account.access == "files" else "%s"
    said: list[Said] = [(words % place, "text")]
    if mailbox.deleted:
        said.append((rest_words(), "muted"))
    elif status is None:
        said.append((_("pas encore lu"), "muted"))
    elif not status.reachable:
        said.append((status.error or _("n'a pas répondu"), "alert"))
    else:
        said.append((_("relevé %s") % since_words(status.taken_at, now), "muted"))
    if account.discreet:
        said.append((_("accès discret : ni objets, ni noms, ni contenu"), "muted"))
    return said


def _day(moment: datetime) -> str:
    return format_date(moment.date())


def _dated(moment: datetime, now: datetime) -> str:
    return _("%(day)s (%(since)s)") % {"day": _day(moment), "since": format_since(moment, now)}
