"""How a refused sign-in is looked at: what it says, and that it holds no secret."""

import pytest

from balt.errors import BaltError
from balt.mail.session import ImapSession
from tests.support.dovecot import Dovecot

CANARY = "canari"
"""In every secret of these tests."""


def refused(session: ImapSession) -> BaltError:
    """The error of an opening; it holds no secret, nor do those behind it."""
    with pytest.raises(BaltError) as caught:
        session.open()
    error: BaseException | None = caught.value
    assert caught.value.advice
    assert caught.value.mailbox == session.account.address
    while error is not None:
        assert CANARY not in f"{error!s}{error!r}{vars(error)}"
        error = error.__cause__ or error.__context__
    return caught.value


def logins(server: Dovecot, user: str) -> int:
    return server.log().count(f"Login: user=<{user}>")
