"""Which acts of the journal can be undone, and why the others cannot; no server is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from balt.cleanup.deeds import Deed, Entry, Phase, uids_of
from balt.cleanup.journal import Journal
from balt.cleanup.plan import Act
from balt.cleanup.plan_file import plan_path
from balt.cleanup.ports import Owner, server_of
from balt.cleanup.run import ARCHIVE, COPY, MOVE
from balt.errors import StoppedError
from balt.i18n import _

ENDS = (Phase.AFTER, Phase.INTERRUPTED, Phase.SETTLED)
"""The lines that name the messages of which the end is known."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act as the journal tells it; ``id`` is that of its plan, ``action`` one of ``Act`` or a later kind.

    ``count`` messages were dealt with, ``size`` octets as far as the journal knows; ``undone`` of them were
    put back since. ``why_not`` says why it cannot be undone, "" where it can; ``advice`` what can be done
    instead. ``is_open`` tells that its end is not known yet. ``note`` is what its first line adds.
    """

    id: str
    action: str
    when: datetime | None
    mailbox: str
    server: str
    user: str
    folders: tuple[str, ...]
    count: int = 0
    size: int = 0
    undone: int = 0
    is_open: bool = False
    why_not: str = ""
    advice: str = ""
    note: str = ""

    def is_of(self, owner: Owner) -> bool:
        """Whether it was done on this mailbox: one user may open several for others."""
        mine = (server_of(owner), owner.username, owner.address)
        return (self.server, self.user, self.mailbox) == mine

    @property
    def can(self) -> bool:
        """Whether it can be undone, as far as the journal knows."""
        return not self.why_not

    def refusal(self) -> StoppedError:
        """What to say when it is to be undone all the same."""
        message = _("cet acte ne peut pas être annulé : %s.") % self.why_not
        return StoppedError(message, advice=self.advice, mailbox=self.mailbox)


@dataclass
class _Trace:
    """The lines of one act, gathered."""

    last: Entry
    note: str
    folders: dict[str, set[int]] = field(default_factory=dict)
    asked: dict[str, set[int]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    size: int = 0
    archived: bool = False

    def learn(self, entry: Entry) -> None:
        """One line more."""
        deed, self.last = entry.deed, entry
        if deed.phase is Phase.BEFORE:
            self.folders.setdefault(deed.folder, set())
            self.open.add(deed.folder)
        elif deed.phase in ENDS:
            self.folders.setdefault(deed.folder, set()).update(_uids(deed))
            self.size += deed.size
        elif deed.request in (MOVE, COPY) and not deed.answer:
            self.asked.setdefault(deed.folder, set()).update(_uids(deed))
        self.archived |= (deed.request, deed.answer) == (ARCHIVE, "OK")
        if deed.phase in (Phase.AFTER, Phase.SETTLED):
            self.open.discard(deed.folder)

    @property
    def done(self) -> int:
        """How many messages it surely dealt with."""
        return sum(map(len, self.folders.values()))

    @property
    def count(self) -> int:
        """How many messages it dealt with; of a folder whose end is not known, how many it asked about."""
        asked = {folder: self.asked.get(folder, set()) for folder in self.open}
        return sum(len(uids | asked.get(folder, set())) for folder, uids in self.folders.items())


def undoable(journal: Journal) -> list[Undoable]:
    """Every act of the journal, the newest first."""
    traces: dict[str, _Trace] = {}
    undone: dict[str, list[_Trace]] = {}
    for entry in journal.entries():
        if not entry.deed.plan or entry.deed.phase is Phase.DAMAGED:
            continue
        trace = traces.setdefault(entry.deed.plan, _Trace(entry, entry.deed.note))
        trace.learn(entry)
    for trace in traces.values():
        deed = trace.last.deed
        if deed.action == Act.UNDO:
            undone.setdefault(deed.note, []).append(trace)
    acts = [
        _judged(_told(name, trace, undone.get(name, ())), trace, journal.folder)
        for name, trace in traces.items()
    ]
    lines = {name: trace.last.line for name, trace in traces.items()}
    return sorted(acts, key=lambda act: lines[act.id], reverse=True)


def act_to_undo(journal: Journal, owner: Owner, name: str = "") -> Undoable:
    """The act of this name, or the newest of this mailbox that can be undone; StoppedError when there is
    none, or when it cannot.
    """
    mine = [act for act in undoable(journal) if act.is_of(owner)]
    for act in mine:
        if act.id == name and not act.can:
            raise act.refusal()
        if act.id == name or (not name and act.can):
            return act
    raise StoppedError(
        _("aucun acte sur cette BAL ne peut être annulé."),
        advice=_("Peut l'être ce qui est encore dans la corbeille, ou a été archivé avant d'être supprimé."),
    )


def _told(name: str, trace: _Trace, undone: Iterable[_Trace]) -> Undoable:
    deed = trace.last.deed
    return Undoable(
        id=name,
        action=deed.action,
        when=trace.last.time,
        mailbox=deed.mailbox,
        server=deed.server,
        user=deed.user,
        folders=tuple(trace.folders),
        count=trace.count,
        size=trace.size,
        undone=sum(each.done for each in undone),
        is_open=bool(trace.open),
        note=trace.note,
    )


def _judged(act: Undoable, trace: _Trace, folder: Path) -> Undoable:
    """The act with why it cannot be undone, if it cannot."""
    removal = act.action in (Act.EMPTY_TRASH, Act.DELETE, Act.DETACH)
    if act.action != Act.TRASH and not removal:
        why, advice = _of_another(act.action)
    elif not act.count and act.is_open:
        why = _("son issue n'est pas encore connue")
        advice = _("Ouvrez cette BAL dans balt, qui la cherchera, puis recommencez.")
    elif not act.count:
        why, advice = _nothing_done(act.action), ""
    elif removal and not trace.archived:
        why = _("les messages ont été supprimés sans archive")
        advice = _(
            "Votre opérateur garde peut-être encore une copie quelques jours : demandez-lui sans attendre."
        )
    elif act.undone >= act.count:
        why, advice = _("il est déjà annulé"), ""
    elif not _is_kept(folder, act.id):
        why = _("balt n'a plus le détail de cet acte")
        advice = _("Si ses messages sont encore dans la corbeille, remettez-les depuis votre messagerie.")
        if removal:
            advice = _("Pour les remettre : balt archive restore DOSSIER BAL.")
    else:
        return act
    return replace(act, why_not=why, advice=advice)


def _nothing_done(action: str) -> str:
    if action == Act.TRASH:
        return _("il n'a rien déplacé")
    return _("il n'a rien détaché") if action == Act.DETACH else _("il n'a rien supprimé")


def _of_another(action: str) -> tuple[str, str]:
    known = {
        "keep": (_("il n'a fait qu'archiver : les messages sont restés en place"), ""),
        "undo": (
            _("c'est déjà une annulation"),
            _("Pour remettre ces messages à la corbeille, refaites l'acte."),
        ),
        "mark": (_("une marque s'ôte par l'acte contraire"), "balt mark --not-integrated"),
        "unmark": (_("une marque se remet par l'acte contraire"), "balt mark --integrated"),
        "restore": (
            _("il a remis des messages depuis une archive"),
            _("S'ils sont de trop, mettez-les à la corbeille."),
        ),
        "autoreply": (
            _("une réponse automatique se retire par l'acte contraire"),
            "balt autoreply BAL remove",
        ),
        "request": (_("il a mis une demande dans les brouillons"), _("Pour l'ôter, supprimez le brouillon.")),
        "expire": (_("il a retiré d'une archive ce qui était trop vieux"), ""),
    }
    return known.get(action, (_("balt ne sait pas défaire ce genre d'acte"), ""))


def _is_kept(folder: Path, name: str) -> bool:
    try:
        return plan_path(folder, name).exists()
    except (OSError, StoppedError):
        return False


def _uids(deed: Deed) -> list[int]:
    """The messages of a line; none of one that is damaged: what is not known is not undone."""
    try:
        return uids_of(deed)
    except StoppedError:
        return []
