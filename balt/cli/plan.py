"""``balt plan``: write what a clean-up would do, message by message; nothing is touched."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from balt.cleanup import room_words, wording
from balt.cleanup.detach.choose import Left
from balt.cleanup.detach.planning import plan_detach
from balt.cleanup.detach.words import left_lines
from balt.cleanup.freeing import Aim, Room, Wish, make_room
from balt.cleanup.plan import Act, CleanupPlan, Guard
from balt.cleanup.plan_file import load_plan, to_json
from balt.cleanup.ports import Rows, trash_of
from balt.cleanup.prepare import Choice, Terms, make_plan
from balt.cleanup.twins import with_twins
from balt.cleanup.wanted import Named, missing_of, read_named
from balt.cli.context import Context, need_mail, session_of
from balt.cli.ending import tell
from balt.cli.narration import Narration
from balt.config import Account
from balt.errors import UsageError
from balt.i18n import _, labelled
from balt.mail.filters import parse_filter
from balt.mail.model import Folder, FolderRole, Quota
from balt.mailboxes.duplicates import find_duplicates, refuse_reading
from balt.mailboxes.listings import listings_of
from balt.mailboxes.search import refuse_indiscretion, rows_that_fit
from balt.paths import write_private
from balt.text import plain

if TYPE_CHECKING:
    from balt.mail.listing import Listing
    from balt.mail.sessions import MailSession

_ACTS = {"trash": Act.TRASH, "delete": Act.DELETE, "keep": Act.KEEP}
_ALL_BUT_UNREAD = frozenset(Guard) - {Guard.UNREAD}


def run(options: Namespace, context: Context) -> int:
    """Make the plan, write it, and say what it would do."""
    account = context.accounts([options.mailbox])[0]
    need_mail(account)
    act = _act(options)
    terms_for = _Wanted(options, account, context)
    _check_output(options.output)
    narration = Narration(account)
    with session_of(account, context) as session:
        plan, room = terms_for.plan(session, act, narration)
    narration.progress.clear()
    text = to_json(plan)
    if options.output is None:
        sys.stdout.write(text)
    else:
        _write(options.output, text)
    _tell(plan, room, terms_for.left, options.output)
    return narration.code


def _act(options: Namespace) -> Act:
    """What is asked to be done; raises UsageError where that is not said twice, or contradicts itself."""
    if options.detach_larger is not None:
        return _detaching(options)
    if options.detach_also:
        raise UsageError(_("--detach-also complète --detach-larger TAILLE."))
    act = (
        Act.EMPTY_TRASH if options.empty_trash and options.then != "keep" else _ACTS[options.then or "trash"]
    )
    if options.empty_trash and options.then == "trash":
        raise UsageError(
            _("--empty-trash supprime ce qui est dans la corbeille : --then trash n'a pas de sens.")
        )
    if act is Act.DELETE and not options.archive and not options.no_archive:
        raise UsageError(
            _("supprimer sans archive est définitif : il faut le dire deux fois."),
            advice=_("Ajoutez --archive DOSSIER (conseillé), ou --no-archive."),
        )
    if options.all and act is not Act.KEEP:
        raise UsageError(
            _("--all prend toute la BAL : pour l'archiver, pas pour la vider."),
            advice=_("Ajoutez --then keep --archive DOSSIER."),
        )
    if act is Act.KEEP and not options.archive:
        raise UsageError(_("--then keep archive sans rien retirer : ajoutez --archive DOSSIER."))
    if options.duplicates and (act is Act.KEEP or (act is Act.DELETE and not options.archive)):
        raise UsageError(
            _("un double va à la corbeille, ou est archivé puis supprimé."),
            advice=_("Ajoutez --then trash, ou --then delete --archive DOSSIER."),
        )
    if options.archive and options.no_archive:
        raise UsageError(_("--archive et --no-archive se contredisent."))
    return act


def _detaching(options: Namespace) -> Act:
    if options.filter is None and not options.uids:
        raise UsageError(
            _("--detach-larger allège des messages désignés."),
            advice=_("Désignez-les par --filter ou --uids."),
        )
    if options.then or options.no_archive:
        raise UsageError(_("--detach-larger laisse les messages en place : ni --then, ni --no-archive."))
    if not options.archive:
        raise UsageError(
            _("une pièce jointe n'est détachée que si son message est archivé."),
            advice=_("Ajoutez --archive DOSSIER."),
        )
    return Act.DETACH


def _check_output(output: Path | None) -> None:
    """A file that is not a plan is never written over."""
    if output is None or not output.exists():
        return
    try:
        load_plan(output)
    except UsageError as error:
        raise UsageError(
            _("le fichier %s existe déjà, et n'est pas un plan de balt.") % plain(str(output)),
            advice=_("Donnez un autre nom à --output."),
        ) from error


def _write(output: Path, text: str) -> None:
    try:
        write_private(output, text.encode("ascii"))
    except OSError as error:
        raise UsageError(
            _("le plan ne peut pas être écrit dans %(file)s : %(why)s.")
            % {"file": plain(str(output)), "why": plain(error.strerror or type(error).__name__)}
        ) from error


class _Wanted:
    """The messages that the options mean."""

    def __init__(self, options: Namespace, account: Account, context: Context) -> None:
        self._account = account
        self._context = context
        self._empty_trash: bool = options.empty_trash
        self._all: bool = options.all
        self._wish = _wish(options)
        self._filter = parse_filter(options.filter or "", context.clock)
        if options.filter is not None and not self._filter.terms:
            raise UsageError(
                _("un filtre vide désigne tous les messages."),
                advice=_("Dites lesquels : --filter 'older:2y larger:5M in:INBOX'."),
            )
        self._named = [read_named(text) for text in options.uids or ()]
        include = frozenset[Guard]()
        self._names_folders = any(term.key == "in" and not term.negated for term in self._filter.terms)
        unread = any(
            term.key == "is" and term.value == "unread" and not term.negated for term in self._filter.terms
        )
        if options.include_unread or self._named or unread:
            include |= {Guard.UNREAD}
        if options.override:
            if self._wish is not None:
                raise UsageError(
                    _("« libérer » ne propose jamais un message protégé : --override n'y change rien."),
                    advice=_("Désignez ces messages par --filter ou --uids."),
                )
            include |= _ALL_BUT_UNREAD
        if account.discreet:
            refuse_indiscretion(account, self._filter)
        self._duplicates: bool = options.duplicates
        if self._duplicates:
            refuse_reading(account)
        archive = str(options.archive.expanduser().absolute()) if options.archive else ""
        self._terms = Terms(include, options.override or "", archive)
        self._larger: int = options.detach_larger or 0
        self._also = frozenset(Left(name) for name in options.detach_also or ())
        self.left: Mapping[Left, int] = {}

    def plan(self, session: "MailSession", act: Act, narration: Narration) -> tuple[CleanupPlan, Room | None]:
        """The plan; for a wish, with what is missing to reach it."""
        folders = session.folders()
        if self._wish is not None:
            places = list(self._places(session, narration))
            room = make_room(
                session, places, self._wish, _quota(session), act, self._context.clock, self._terms
            )
            return room.plan, room
        if self._duplicates:
            return self._plan_of_duplicates(session, act, folders, narration), None
        choices = list(self._choices(session, folders, narration))
        if act is Act.DETACH:
            found = plan_detach(
                session, choices, self._larger, folders, self._context.clock, self._terms, self._also
            )
            self.left = found.left
            return found.plan, None
        return make_plan(session, choices, act, folders, self._context.clock, self._terms), None

    def _plan_of_duplicates(
        self, session: "MailSession", act: Act, folders: Sequence[Folder], narration: Narration
    ) -> CleanupPlan:
        """Each message that is there twice, less the one that stays, which the others name."""
        places = list(self._places(session, narration))
        found = find_duplicates(session, places, narration.octets)
        surplus: dict[str, list[int]] = {}
        for each in found:
            for copy in each.surplus:
                surplus.setdefault(copy.folder.name, []).append(copy.uid)
        choices = [
            Choice(listing, surplus[listing.folder])
            for _folder, listing in places
            if listing.folder in surplus
        ]
        return with_twins(make_plan(session, choices, act, folders, self._context.clock, self._terms), found)

    def _places(self, session: "MailSession", narration: Narration) -> "Iterator[tuple[Folder, Listing]]":
        yield from listings_of(session, self._account, None, narration.read, narration.refused)

    def _choices(
        self, session: "MailSession", folders: Sequence[Folder], narration: Narration
    ) -> Iterator[Choice]:
        if self._named:
            yield from self._named_choices(session, narration)
        elif self._all:
            for _folder, listing in self._places(session, narration):
                yield Choice(listing, listing.uids)
        elif not self._empty_trash:
            yield from self._choices_that_fit(session, narration)
        elif trash := trash_of(folders):
            account, read, refused = self._account, narration.read, narration.refused
            for _folder, listing in listings_of(session, account, trash.name, read, refused):
                yield Choice(listing, listing.uids)

    def _choices_that_fit(self, session: "MailSession", narration: Narration) -> Iterator[Choice]:
        """Drafts are not finished: they enter only where their folder is named."""
        for folder, listing in self._places(session, narration):
            if folder.role is FolderRole.DRAFTS and not self._names_folders:
                continue
            rows = rows_that_fit(session, folder, listing, self._filter)
            if rows:
                yield Choice(listing, [listing.uids[row] for row in rows])

    def _named_choices(self, session: "MailSession", narration: Narration) -> Iterator[Choice]:
        """One for each folder, though it may be named more than once."""
        found: dict[str, tuple[Rows, set[int]]] = {}
        for named in self._named:
            choice = self._choice_of(session, named, narration)
            _listing, uids = found.setdefault(choice.listing.folder, (choice.listing, set()))
            uids.update(choice.uids)
        for listing, uids in found.values():
            yield Choice(listing, uids)

    def _choice_of(self, session: "MailSession", named: Named, narration: Narration) -> Choice:
        ((_folder, listing),) = listings_of(session, self._account, named.folder, narration.read)
        uids = named.among(listing)
        if missing := missing_of(named, uids):
            narration.progress.clear()
            tell(missing)
        return Choice(listing, uids)


def _wish(options: Namespace) -> Wish | None:
    if options.free is not None:
        return Wish(Aim.FREE, options.free)
    if options.down_to is not None:
        return Wish(Aim.DOWN_TO, options.down_to)
    return Wish(Aim.KEEP, options.keep) if options.keep is not None else None


def _quota(session: "MailSession") -> Quota | None:
    return session.quota()


def _tell(plan: CleanupPlan, room: Room | None, left: Mapping[Left, int], output: Path | None) -> None:
    """What the plan would do, and what it leaves out."""
    for line in (*wording.plan_lines(plan), *left_lines(left)):
        tell(line)
    if room is not None:
        for what, how_much in room_words.rank_lines(room):
            tell("  " + labelled(how_much, what))
        if missing := room_words.missing_line(room):
            tell(missing)
    if output is not None and plan.count:
        tell(_("Rien n'est encore fait. Pour le faire : balt apply %s --yes") % plain(str(output)))
