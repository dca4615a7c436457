"""Installing, looking after, changing and removing an auto-reply on a server.

The script of the person is copied here before anything is asked of the server, is never written over and
never deleted there: what changes is balt's own script, and which one is in service. Killed at any moment,
the mail goes by the one or the other, and the next run finds out by asking the server.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from balt.cases.autoreply.calling import Session, is_found, is_missed
from balt.cases.autoreply.filing import Folders, lost_folders
from balt.cases.autoreply.record import Phase, Record, Records
from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.script import (
    NAME,
    Own,
    Way,
    build,
    can_be_called,
    clash_of,
    digest_of,
    need_extensions,
    own_in,
)
from balt.cases.autoreply.state import Found, State, about_of, previous_of, state_of
from balt.cleanup import deeds
from balt.cleanup.journal import Journal
from balt.cleanup.lock import mailbox_lock
from balt.cleanup.ports import Owner, server_of
from balt.clock import Clock
from balt.errors import BaltError, RefusedError, StoppedError
from balt.i18n import _
from balt.text import plain

ACTION = "autoreply"
"""The kind of act, as the journal names it."""

MOST_KEPT = 16 * 1024 * 1024
"""Octets of the person's scripts that are copied before an act; Pigeonhole's own bound is 1 MiB a script."""


class AutoReplies:
    """The auto-reply of one BAL. ``owner`` has the host and the port of ManageSieve, so that the journal and
    the lock know this server from the one of the mail. ``text_at`` says where the text is to be had, for what
    can only be done by hand. ``folders`` tells which folders the BAL has.

    Errors: those of the session; StoppedError where going on could do harm, or the trace cannot be kept.
    """

    def __init__(
        self,
        session: Session,
        owner: Owner,
        journal: Journal,
        clock: Clock,
        *,
        text_at: str = "",
        folders: Folders | None = None,
    ) -> None:
        self._session = session
        self._owner = owner
        self._journal = journal
        self._clock = clock
        self._text_at = text_at
        self._folders = folders
        self._records = Records(journal.folder, owner)

    def look(self) -> State:
        """How it stands. Changes nothing on the server; an act that was cut is noted as ended."""
        record = self._records.load()
        if record is not None and record.phase in (Phase.INSTALLING, Phase.REMOVING):
            with mailbox_lock(self._journal.folder, self._owner, clock=self._clock):
                self._settle()
        return self._state(self._find())

    def shown(self) -> bytes | None:
        """balt's script as it is on the server; None where there is none."""
        return self._find().ours

    def prepare(self, reply: AutoReply) -> bytes:
        """The script that ``install`` would put into service, of which the server was asked whether it takes
        it. Changes nothing. Raises StoppedError where it cannot live with what is there.
        """
        return self._prepared(reply, self._find())[1]

    def lost(self) -> tuple[str, ...]:
        """The folders that the person's script counts on, and that are not there (``filing``)."""
        own, _offered = self._own(self._find())
        return self._lost(own.script if own is not None else None)

    def install(self, reply: AutoReply) -> State:
        """Put it into service, or change it."""
        with self._alone():
            found = self._find()
            own, script = self._prepared(reply, found)
            act = self._act(f"install {reply.replacement}")
            listed = self._listed(found) if found.active is None else None
            known = self._records.load()
            idle = known.uncovered if known is not None and found.active == NAME else ""
            record = Record(Phase.INSTALLING, act.plan, digest_of(script), self._now(), listed, idle)
            if own is not None:
                self._records.keep(own.script)
            self._records.save(record)
            with self._told(act):
                self._put_into_service(act, script, found, own)
                hidden = self._uncovered(listed)
                if hidden is not None:
                    script = self._live_with(act, reply, hidden)
            done = Record(Phase.INSTALLED, act.plan, digest_of(script), record.since)
            self._records.save(done)
            return self._state(self._find())

    def remove(self) -> State:
        """Put the person's script back into service, and delete balt's. Does nothing where there is none."""
        with self._alone():
            found = self._find()
            if found.ours is None or found.about is None:
                self._records.save(Record(Phase.OFF, ""))
                return self._state(found)
            act = self._act("remove")
            self._records.keep(found.ours)
            known = self._records.load() or Record(Phase.OFF, "")
            self._records.save(replace(known, phase=Phase.REMOVING, act=act.plan))
            with self._told(act):
                if found.active == NAME:
                    name = self._restored(act, found)
                    self._step(act, "SETACTIVE", lambda: self._session.activate(name))
                if found.about.sound:  # what somebody changed is theirs too: it stays, out of service
                    self._step(act, "DELETESCRIPT", lambda: self._session.delete(NAME))
            self._records.save(Record(Phase.OFF, act.plan))
            return replace(self._state(self._find()), removed=True)

    # Looking

    def _find(self) -> Found:
        scripts = self._session.scripts()
        ours = self._session.script(NAME) if NAME in scripts.names else None
        about = about_of(ours)
        own, called = None, True
        if about is not None and about.previous in scripts.names and about.previous is not None:
            own = self._session.script(about.previous)
            called = about.way is not Way.INCLUDE or not is_missed(self._session, about.previous)
        return Found(scripts.names, scripts.active, ours, about, own, called)

    def _state(self, found: Found) -> State:
        today = self._clock.now().date()
        lost = self._lost(found.own)
        return state_of(found, self._records.load(), today, copy=self._copy(found) is not None, lost=lost)

    def _lost(self, own: bytes | None) -> tuple[str, ...]:
        if own is None or self._folders is None:
            return ()
        lost = lost_folders(own, self._folders)
        return tuple("…" for _name in lost) if self._owner.discreet else lost

    def _prepared(self, reply: AutoReply, found: Found) -> tuple[Own | None, bytes]:
        need_extensions(reply, self._session.extensions)
        if found.ours is not None and not (found.about and found.about.sound):
            raise self._stopped(
                _("le script « %s » du serveur n'est pas, ou n'est plus, celui que balt a écrit.") % NAME,
                _("Rien n'a été fait. Supprimez-le ou renommez-le dans le webmail, puis recommencez."),
            )
        own, offered = self._own(found)
        if own is not None:
            self._need_peace(own, found)
        script = build(reply, own, offered)
        self._session.need_space(NAME, len(script))
        try:
            self._session.check(script)
        except RefusedError as refused:
            raise self._stopped(
                _("le serveur n'accepte pas le script de cette réponse automatique."),
                self._by_hand(_("Rien n'a été fait. Posez-la à la main, dans le webmail.")),
            ) from refused
        return own, script

    def _own(self, found: Found) -> tuple[Own | None, frozenset[str]]:
        """The person's script that is in service, or was before balt's; and what a script may need. One that
        is no longer on the server, but of which there is a copy, cannot be called from there.
        """
        offered = self._session.extensions
        if found.active is None:
            return None, offered
        if found.active != NAME:
            return Own(found.active, self._session.script(found.active)), self._needs(found.active)
        name = previous_of(found, self._records.load())
        if name is None:
            return None, offered
        if name in found.names:
            return Own(name, self._session.script(name)), self._needs(name)
        copy = self._copy(found)
        return (Own(name, copy), offered - {"include"}) if copy is not None else (None, offered)

    def _needs(self, name: str) -> frozenset[str]:
        """What a script that lives with this one may need: it calls it only where the server finds it."""
        offered = self._session.extensions
        if "include" in offered and can_be_called(name) and is_found(self._session, name):
            return offered
        return offered - {"include"}

    def _copy(self, found: Found) -> bytes | None:
        """The person's script as it was, where it is known: out of balt's own, or as it was kept here."""
        inside = own_in(found.ours) if found.ours is not None else None
        return inside if inside is not None or found.about is None else self._records.kept(found.about.own)

    def _need_peace(self, own: Own, found: Found) -> None:
        others = [name for name in found.names if name not in (NAME, own.name)]
        why = clash_of(own, lambda: tuple(self._session.script(name) for name in others))
        if why:
            raise self._stopped(
                _("une réponse automatique ne peut pas vivre avec le script « %(name)s » : %(why)s")
                % {"name": plain(own.name, 60), "why": why},
                self._by_hand(_("Rien n'a été fait. Ajoutez-la à ce script, à la main.")),
            )

    def _by_hand(self, advice: str) -> str:
        return f"{advice} {self._text_at}".rstrip()

    # Acting

    def _put_into_service(self, act: deeds.Deed, script: bytes, found: Found, own: Own | None) -> None:
        self._step(act, "PUTSCRIPT", lambda: self._session.put(NAME, script))
        if self._session.script(NAME) != script:
            raise self._stopped(_("le serveur n'a pas gardé le script tel quel."), "")
        if self._session.scripts().active != found.active or (
            own is not None and own.name in found.names and self._session.script(own.name) != own.script
        ):
            raise self._stopped(
                _("un autre programme a changé les scripts de cette BAL pendant ce temps."),
                _("Vos scripts sont intacts. Recommencez."),
            )
        if found.active != NAME:
            self._step(act, "SETACTIVE", lambda: self._session.activate(NAME))
        if self._session.scripts().active != NAME:
            raise self._stopped(_("le serveur n'a pas mis le script en service."), "")

    def _listed(self, found: Found) -> dict[str, str]:
        """Every script of the person and its hash, each kept: where none is in service, one may be that is
        not listed, and the server may give it the name of another. Raises StoppedError, nothing being changed
        yet, where they are too large to be kept.
        """
        listed: dict[str, str] = {}
        octets = 0
        for name in found.names:
            if name != NAME:
                script = self._session.script(name)
                octets += len(script)
                if octets > MOST_KEPT:
                    raise self._stopped(
                        _("les scripts de cette BAL sont trop grands pour être gardés ici d'abord."),
                        _("Rien n'a été changé. Mettez d'abord en service, dans votre webmail, le vôtre."),
                    )
                self._records.keep(script)
                listed[name] = digest_of(script)
        return listed

    def _uncovered(self, listed: dict[str, str] | None) -> Own | None:
        """A script that was in service without being listed, and that the server names only now that another
        one has taken its place: Pigeonhole does so with a file that nobody put there by ManageSieve.
        """
        if listed is None:
            return None
        names = [name for name in self._session.scripts().names if name != NAME]
        now = [Own(name, self._session.script(name)) for name in names]
        new = [each for each in now if listed.get(each.name) != each.digest]
        return new[0] if len(new) == 1 else None

    def _live_with(self, act: deeds.Deed, reply: AutoReply, hidden: Own) -> bytes:
        """Let this script do its work again; where it cannot with an auto-reply, it alone does."""
        self._records.keep(hidden.script)
        try:
            self._need_peace(hidden, Found(self._session.scripts().names, NAME))
            script = build(reply, hidden, self._needs(hidden.name))
            self._step(act, "PUTSCRIPT", lambda: self._session.put(NAME, script))
        except (StoppedError, RefusedError):
            self._step(act, "SETACTIVE", lambda: self._session.activate(hidden.name))
            raise
        return script

    def _restored(self, act: deeds.Deed, found: Found) -> str:
        """The name of the script to put back into service, "" for none; laid there again where it was
        deleted meanwhile.
        """
        name = previous_of(found, self._records.load())
        if name is None:
            return ""
        if name not in found.names:
            copy = self._copy(found)
            if copy is None:
                return ""
            self._step(act, "PUTSCRIPT", lambda: self._session.put(name, copy))
            if self._session.script(name) != copy:
                raise self._stopped(_("le serveur n'a pas gardé le script tel quel."), "")
        return name

    # Traces

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The one balt that changes this BAL's scripts; what an earlier one left open is settled first."""
        if self._owner.read_only:
            raise StoppedError(
                _("cette BAL est en lecture seule dans la configuration (read_only)."),
                advice=_("Rien n'a été fait."),
                mailbox=self._owner.address,
            )
        with mailbox_lock(self._journal.folder, self._owner, clock=self._clock):
            self._settle()
            yield

    def _settle(self) -> None:
        """Note how an act ended whose end is not known, by what the server has in service."""
        record = self._records.load()
        if record is None or record.phase not in (Phase.INSTALLING, Phase.REMOVING):
            return
        found = self._find()
        serves = found.active == NAME and found.ours is not None
        act = replace(self._act(""), plan=record.act)
        answer = "ACTIVE" if serves else "INACTIVE"
        self._note(act, deeds.Phase.SETTLED, "LISTSCRIPTS", answer)
        script = digest_of(found.ours) if serves and found.ours else record.script
        hidden = (
            self._uncovered(record.listed) if serves and found.about and not found.about.previous else None
        )
        self._records.save(
            replace(
                record,
                phase=Phase.INSTALLED if serves else Phase.OFF,
                script=script,
                listed=None,
                uncovered=hidden.name if hidden else record.uncovered,
            )
        )

    @contextmanager
    def _told(self, act: deeds.Deed) -> Iterator[None]:
        """A line before and one after; an act that fails stays open until the server can be asked."""
        self._note(act, deeds.Phase.BEFORE, "", "")
        try:
            yield
        except BaltError as error:
            self._note(act, deeds.Phase.INTERRUPTED, "", _answer_of(error))
            if isinstance(error, RefusedError | StoppedError):  # the line still stands
                with suppress(BaltError):  # the first error tells what happened; the next run settles
                    self._clear_away(act)
                    self._settle()
            raise
        self._note(act, deeds.Phase.AFTER, "", "OK")

    def _clear_away(self, act: deeds.Deed) -> None:
        """Delete balt's script where it is not in service."""
        found = self._find()
        if found.ours is not None and found.active != NAME and found.about and found.about.sound:
            self._step(act, "DELETESCRIPT", lambda: self._session.delete(NAME))

    def _step(self, act: deeds.Deed, request: str, ask: Callable[[], None]) -> None:
        self._note(act, deeds.Phase.STEP, request, "")
        try:
            ask()
        except BaltError as error:
            self._note(act, deeds.Phase.STEP, request, _answer_of(error))
            raise
        self._note(act, deeds.Phase.STEP, request, "OK")

    def _note(self, act: deeds.Deed, phase: deeds.Phase, request: str, answer: str) -> None:
        self._journal.append(replace(act, phase=phase, request=request, answer=answer))

    def _act(self, note: str) -> deeds.Deed:
        """An act of its own name. The scripts of the person are not named: a name may tell something."""
        owner = self._owner
        return deeds.Deed(
            deeds.Phase.BEFORE,
            ACTION,
            mailbox=owner.address,
            server=server_of(owner),
            user=owner.username,
            plan=f"{ACTION}-{secrets.token_hex(8)}",
            note=note,
        )

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")

    def _stopped(self, sentence: str, advice: str) -> StoppedError:
        return StoppedError(sentence, advice=advice, mailbox=self._owner.address)


def _answer_of(error: BaltError) -> str:
    if isinstance(error, RefusedError):
        return f"NO {error.code}".strip()
    return type(error).__name__.removesuffix("Error")
