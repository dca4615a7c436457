"""The rules of ENTRETENIR: empty the trash, sort out old messages, find large attachments."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from balt.i18n import _, ngettext
from balt.mailboxes.model import MailboxStatus, Question
from balt.sheets.identify import no_bal
from balt.sheets.limits import age_words, size_term
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.quota import QuotaLevel, quota_line
from balt.sheets.scope import Scope
from balt.units import age_term, format_count, format_size

SHEET = "entretenir"


@dataclass(frozen=True, slots=True)
class _Load:
    """What a step could remove in one BAL: how many things, and their octets where known."""

    status: MailboxStatus
    count: int
    size: int | None


@dataclass(frozen=True, slots=True)
class _Chore:
    """One step of this sheet: what it counts, how it says it, where Enter leads.

    ``found`` words a count ("412 messages"), ``clean`` that there is none in so many BAL, ``unknown`` that
    some BAL (named) could not tell. ``question`` is what the holder is asked where nothing can be measured.
    """

    step: int
    question: Question
    measure: Callable[[MailboxStatus], tuple[int | None, int | None]]
    found: Callable[[int], str]
    clean: Callable[[int], str]
    unknown: Callable[[str], str]
    target: Callable[[MailboxStatus], Target]


def empty_trash(scope: Scope) -> Evidence:
    """II.1: done only when the trash of every BAL is known to be empty."""

    def messages(n: int) -> str:
        return ngettext("%(n)s message", "%(n)s messages", n) % {"n": format_count(n)}

    chore = _Chore(
        step=1,
        question=Question.TRASH,
        measure=lambda status: (status.trash_messages, status.trash_size),
        found=messages,
        clean=lambda n: ngettext("corbeille vide", "corbeilles vides", n),
        unknown=lambda names: _("aucune corbeille reconnue dans %(names)s") % {"names": names},
        target=lambda status: Target(status.address, status.trash_folder or "", "", "size"),
    )
    return _judge(scope, chore)


def old_messages(scope: Scope) -> Evidence:
    """II.2: done when no BAL holds a message older than the local threshold."""
    days = scope.thresholds.old_after_days
    age = age_words(days)
    chore = _Chore(
        step=2,
        question=Question.OLD,
        measure=lambda status: (status.old_messages, status.old_size),
        found=lambda n: _("%(n)s de plus de %(age)s") % {"n": format_count(n), "age": age},
        clean=lambda _n: _("aucun courriel de plus de %(age)s (seuil choisi ici)") % {"age": age},
        unknown=lambda names: _("l'âge des courriels reste inconnu dans %(names)s") % {"names": names},
        target=lambda status: Target(
            status.address,
            status.old_folder or "INBOX",
            f"older:{age_term(days)}",
            "date",
            partial=status.old_spread,
        ),
    )
    return _judge(scope, chore)


def large_attachments(scope: Scope) -> Evidence:
    """II.3: done when no BAL holds a message with attachments larger than the local threshold."""
    octets = scope.thresholds.large_attachment
    limit = format_size(octets)
    query = f"larger:{size_term(octets)} has:attachment"
    chore = _Chore(
        step=3,
        question=Question.LARGE,
        measure=lambda status: (status.large_messages, status.large_size),
        found=lambda n: (
            ngettext(
                "%(n)s message de plus de %(size)s avec pièces jointes",
                "%(n)s messages de plus de %(size)s avec pièces jointes",
                n,
            )
            % {"n": format_count(n), "size": limit}
        ),
        clean=lambda _n: (
            _("aucune pièce jointe dans un message de plus de %(size)s (seuil choisi ici)") % {"size": limit}
        ),
        unknown=lambda names: _("les pièces jointes restent inconnues dans %(names)s") % {"names": names},
        target=lambda status: Target(
            status.address, status.large_folder or "INBOX", query, "size", partial=status.large_spread
        ),
    )
    return _judge(scope, chore)


def _judge(scope: Scope, chore: _Chore) -> Evidence:
    if not scope.bals:
        return no_bal(SHEET, chore.step, scope)
    loads, untold = _loads(scope, chore)
    full = sorted((load for load in loads if load.count), key=lambda load: (-(load.size or 0), -load.count))
    done, left = (scope.answered(chore.question, value) for value in ("yes", "no"))
    gaps = list(scope.unmeasured(chore.question))
    if untold:
        gaps.append(chore.unknown(scope.names(untold)))
    if not full and not left:
        state = StepState.UNKNOWN if gaps else StepState.DONE
        sentences = [_clean(scope, chore, len(loads))] if loads else []
        return Evidence(
            SHEET, chore.step, scope.address, state, (*sentences, *_said(scope, done, left), *gaps)
        )
    documents = sum(load.status.trash_documents or 0 for load in full) if chore.step == 1 else 0
    pressing = documents > 0 or any(_nearly_full(load.status, scope) for load in full)
    state = StepState.ATTENTION if pressing else StepState.TODO
    sentences = [_figures(full, chore)] if full else []
    if documents:
        text = ngettext(
            "%(n)s pas encore intégré au logiciel métier",
            "%(n)s pas encore intégrés au logiciel métier",
            documents,
        )
        sentences.append(text % {"n": format_count(documents)})
    sentences += _said(scope, done, left)
    target = chore.target(full[0].status) if full else Target(left[0], view="annuaire")
    if len(full) > 1:
        target = replace(target, partial=True)
    return Evidence(SHEET, chore.step, scope.address, state, (*sentences, *gaps), None, target)


def _said(scope: Scope, done: list[str], left: list[str]) -> list[str]:
    """What the holder answered of the BAL that cannot be measured."""
    said = []
    if left:
        said.append(_("reste à faire d'après vous : %(names)s") % {"names": scope.names(left)})
    if done:
        said.append(_("fait d'après vous : %(names)s") % {"names": scope.names(done)})
    return said


def _loads(scope: Scope, chore: _Chore) -> tuple[list[_Load], list[str]]:
    """The load of each BAL that answered, and the addresses of those that could not tell it."""
    loads, untold = [], []
    for status in scope.measured:
        count, size = chore.measure(status)
        if count is None:
            untold.append(status.address)
        else:
            loads.append(_Load(status, count, size))
    return loads, untold


def _figures(full: list[_Load], chore: _Chore) -> str:
    """ "412 messages, 380 Mo", with the number of BAL when there are several."""
    said = chore.found(sum(load.count for load in full))
    sizes = [load.size for load in full if load.size is not None]
    if sizes:
        pattern = _("%(what)s, %(size)s") if len(sizes) == len(full) else _("%(what)s, au moins %(size)s")
        said = pattern % {"what": said, "size": format_size(sum(sizes))}
    if len(full) == 1:
        return said
    return _("%(what)s dans %(n)s BAL") % {"what": said, "n": format_count(len(full))}


def _clean(scope: Scope, chore: _Chore, measured: int) -> str:
    clean = chore.clean(measured)
    if measured == len(scope.bals):
        return clean
    return _("%(clean)s dans %(n)s BAL sur %(total)s") % {
        "clean": clean,
        "n": format_count(measured),
        "total": format_count(len(scope.bals)),
    }


def _nearly_full(status: MailboxStatus, scope: Scope) -> bool:
    line = quota_line(status, scope.thresholds)
    return line is not None and line.level is not QuotaLevel.CALM
