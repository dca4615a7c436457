"""The rules of ENTRETENIR: empty the trash, sort out old messages, find large attachments."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from balt.i18n import _, ngettext
from balt.mailboxes.model import Answer, Mailbox, MailboxStatus, Question
from balt.sheets.identify import no_bal
from balt.sheets.limits import age_words, size_term
from balt.sheets.model import Evidence, StepState, Target
from balt.sheets.quota import QuotaLevel, quota_line
from balt.sheets.scope import Scope, figures_of, is_measurable
from balt.units import age_term, format_count, format_date, format_size

SHEET = "entretenir"
QUESTIONS = {
    "entretenir.1": Question.TRASH,
    "entretenir.2": Question.OLD,
    "entretenir.3": Question.LARGE,
}
"""What the holder is asked of each step where nothing can be measured."""


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
    some BAL (named) could not tell.
    ``documents`` counts what is to be filed in the business software before it goes (the sheet: "transférer
    et conserver"), ``unlooked`` the messages of which this is not known yet.
    """

    step: int
    measure: Callable[[MailboxStatus], tuple[int | None, int | None]]
    documents: Callable[[MailboxStatus], int | None]
    unlooked: Callable[[MailboxStatus], int]
    found: Callable[[int], str]
    clean: Callable[[int], str]
    unknown: Callable[[str], str]
    target: Callable[[MailboxStatus], Target]

    @property
    def question(self) -> Question:
        """What the holder is asked where nothing can be measured."""
        return QUESTIONS[f"{SHEET}.{self.step}"]


def empty_trash(scope: Scope) -> Evidence:
    """II.1: done only when the trash of every BAL is known to be empty."""

    def messages(n: int) -> str:
        return ngettext("%(n)s message", "%(n)s messages", n) % {"n": format_count(n)}

    chore = _Chore(
        step=1,
        measure=lambda status: (status.trash_messages, status.trash_size),
        documents=lambda status: status.trash_documents,
        unlooked=lambda _status: 0,
        found=messages,
        clean=lambda n: ngettext("corbeille vide", "corbeilles vides", n),
        unknown=lambda names: _("aucune corbeille reconnue dans %(names)s") % {"names": names},
        target=lambda status: Target(status.address, status.trash_folder or "", "", "size"),
    )
    return _judge(scope, chore)


def old_messages(scope: Scope) -> Evidence:
    """II.2: done when no BAL holds a message older than the local threshold. What they hold is filed before
    they go, and counted here as in the other steps (the sheet: "il est de votre responsabilité juridique de
    tracer les informations patients en les intégrant dans votre logiciel métier").
    """
    days = scope.thresholds.old_after_days
    age = age_words(days)
    chore = _Chore(
        step=2,
        measure=lambda status: (status.old_messages, status.old_size),
        documents=lambda status: status.old_documents,
        unlooked=lambda status: status.old_unknown,
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
        measure=lambda status: (status.large_messages, status.large_size),
        documents=lambda status: status.large_documents,
        unlooked=lambda _status: 0,
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
    words = _words(scope, chore.question)
    at_rest = not full and not words.left
    gaps = [*scope.unmeasured(chore.question, decides=at_rest), *words.aged]
    if untold:
        gaps.append(chore.unknown(scope.names(untold)))
    if at_rest:
        state = StepState.UNKNOWN if gaps else StepState.DONE
        sentences = [_clean(scope, chore, len(loads))] if loads else []
        since = min((each.given_at for _bal, each in words.done), default=None) if not loads else None
        said = (*sentences, *_said(scope, words), *gaps)
        return Evidence(SHEET, chore.step, scope.address, state, said, since, _where_asked(scope, chore))
    documents = sum(chore.documents(load.status) or 0 for load in full)
    pressing = (chore.step == 1 and documents > 0) or any(_nearly_full(load.status, scope) for load in full)
    state = StepState.ATTENTION if pressing else StepState.TODO
    sentences = [_figures(full, chore)] if full else []
    if documents:
        text = ngettext(
            "%(n)s pas encore intégré au logiciel métier",
            "%(n)s pas encore intégrés au logiciel métier",
            documents,
        )
        sentences.append(text % {"n": format_count(documents)})
    if unlooked := sum(chore.unlooked(load.status) for load in full):
        text = ngettext(
            "documents de %(n)s message pas encore regardés",
            "documents de %(n)s messages pas encore regardés",
            unlooked,
        )
        sentences.append(text % {"n": format_count(unlooked)})
    sentences += _said(scope, words)
    target = chore.target(full[0].status) if full else Target(words.left[0][0], view="annuaire")
    if len(full) > 1:
        target = replace(target, partial=True)
    since = None if full else min(each.given_at for _bal, each in words.left)
    return Evidence(SHEET, chore.step, scope.address, state, (*sentences, *gaps), since, target)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the holder said of the BAL that cannot be measured, by address: done, not done; and a sentence for
    each answer that is too old.
    """

    done: list[tuple[str, Answer]]
    left: list[tuple[str, Answer]]
    aged: list[str]


def _words(scope: Scope, question: Question) -> _Words:
    told = [(bal, bal.answer(question)) for bal in scope.bals if answers_for(bal, question)]
    fresh = [(bal.address, each) for bal, each in told if each is not None and each.is_fresh(scope.now)]
    aged = [
        _("%(bal)s : réponse du %(day)s, à redonner")
        % {"bal": scope.names([bal.address]), "day": _day(each, scope)}
        for bal, each in told
        if each is not None and not each.is_fresh(scope.now)
    ]
    done = [each for each in fresh if each[1].value == "yes"]
    return _Words(done, [each for each in fresh if each not in done], aged)


def answers_for(bal: Mailbox, question: Question) -> bool:
    """Whether the holder's word decides a step of this sheet for a BAL: nothing can be measured there, or its
    server answers and cannot tell this.
    """
    if not is_measurable(bal):
        return True
    figure = {
        Question.TRASH: "trash_messages",
        Question.OLD: "old_messages",
        Question.LARGE: "large_messages",
    }
    return bal.measured is not None and getattr(bal.measured, figure[question]) is None


def _said(scope: Scope, words: _Words) -> list[str]:
    """What the holder answered: who and when, where there is one answer."""
    said = []
    if words.left:
        text = _("reste à faire d'après %(who)s : %(names)s")
        said.append(text % _told(scope, words.left))
    if words.done:
        said.append(_("fait d'après %(who)s : %(names)s") % _told(scope, words.done))
    return said


def _told(scope: Scope, answers: list[tuple[str, Answer]]) -> dict[str, str]:
    oldest = min((each for _bal, each in answers), key=lambda each: each.given_at)
    author = oldest.author if len({each.author for _bal, each in answers}) == 1 else ""
    who = _("%(name)s, le %(day)s") % {"name": author or _("vous"), "day": _day(oldest, scope)}
    return {"who": who, "names": scope.names([bal for bal, _answer in answers])}


def _day(answer: Answer, scope: Scope) -> str:
    return format_date(answer.given_at.astimezone(scope.now.tzinfo).date())


def _where_asked(scope: Scope, chore: _Chore) -> Target | None:
    """The BAL whose word is missing, or is the oldest, in view 2."""
    for bal in scope.bals:
        if answers_for(bal, chore.question) and scope.answer(bal, chore.question) is None:
            return Target(bal.address, view="annuaire")
    silent = next((bal for bal in scope.bals if figures_of(bal) is None), None)
    return Target(silent.address, view="annuaire") if silent is not None else None


def _loads(scope: Scope, chore: _Chore) -> tuple[list[_Load], list[str]]:
    """The load of each BAL that answered, and the addresses of those that could not tell it, and of which
    nobody said anything lately.
    """
    loads, untold = [], []
    for bal in scope.bals:
        status = figures_of(bal)
        if status is None:
            continue
        count, size = chore.measure(status)
        if count is not None:
            loads.append(_Load(status, count, size))
        elif scope.answer(bal, chore.question) is None:
            untold.append(bal.address)
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
