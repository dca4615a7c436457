"""The auto-reply of one BAL as screens and commands ask about it: each question on a line of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from balt.cases.autoreply.filing import folders_of
from balt.cases.autoreply.record import Phase, Records
from balt.cases.autoreply.reply import AutoReply
from balt.cases.autoreply.service import AutoReplies
from balt.cases.autoreply.state import Stand, State
from balt.cleanup.journal import Journal
from balt.clock import Clock
from balt.config import Account
from balt.errors import CancelledError, MailServerError
from balt.i18n import _
from balt.mail.sieve.opening import NotOfferedError, place_of
from balt.mail.sieve.session import SieveSession
from balt.secrets import SecretSource

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """How the auto-reply stands, and the script that would be installed; None where what stands is right.
    The person's own one files into folders that are ``lost``.
    """

    state: State
    script: bytes | None
    lost: tuple[str, ...] = ()


class ReplyServer:
    """Asks the server of an account. Errors: NotOfferedError where there is only the webmail, those of
    ``AutoReplies``; CancelledError after ``abort``.
    """

    def __init__(self, account: Account, secrets: SecretSource, journal: Journal, clock: Clock) -> None:
        self.account = account
        self._secrets = secrets
        self._journal = journal
        self._clock = clock
        self._session: SieveSession | None = None
        self._aborted = False

    def look(self, reply: AutoReply) -> Seen:
        """How it stands, and what installing it would do. Changes nothing."""

        def work(replies: AutoReplies) -> Seen:
            state = replies.look()
            there = state.about is not None and state.about.replacement == reply.replacement
            right = state.stand is Stand.ACTIVE and state.is_as_meant and there
            return Seen(state, None) if right else Seen(state, replies.prepare(reply), replies.lost())

        return self._on_line(work)

    def state(self) -> State:
        """How it stands. Changes nothing."""
        return self._on_line(lambda replies: replies.look())

    def install(self, reply: AutoReply) -> State:
        """Put it into service, or change it."""
        return self._on_line(lambda replies: replies.install(reply))

    def remove(self) -> State:
        """Take it out of service; the person's own script is put back."""
        return self._on_line(lambda replies: replies.remove())

    def abort(self) -> None:
        """Wait for nothing any more. What was begun is found out and settled the next time."""
        self._aborted = True
        if (session := self._session) is not None:
            session.abort()

    def _on_line(self, work: Callable[[AutoReplies], T]) -> T:
        def password() -> str:
            return self._secrets.password(self.account)

        session = SieveSession(self.account, password)
        self._session = session
        try:
            with session:
                if "vacation" not in session.extensions:
                    raise NotOfferedError(
                        _("ce serveur ne sait pas répondre de lui-même (vacation)."),
                        mailbox=self.account.address,
                    )
                folders = folders_of(self.account, password, self._clock)
                return work(AutoReplies(session, session.place, self._journal, self._clock, folders=folders))
        except NotOfferedError as reason:
            if self._was_installed():  # it may be answering, or not: nobody can say
                raise MailServerError(
                    reason.message, advice=reason.advice, mailbox=self.account.address
                ) from reason
            raise
        except MailServerError:
            if self._aborted:
                raise CancelledError(_("interrompu.")) from None
            raise

    def _was_installed(self) -> bool:
        record = Records(self._journal.folder, place_of(self.account)).load()
        return record is not None and record.phase is not Phase.OFF
