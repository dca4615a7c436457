"""ManageSieve on a real Dovecot: every way in, and scripts that come back as they were put."""

import pytest

from balt.errors import LoginError, RefusedError, TlsError
from balt.mail.sieve.session import SieveSession
from tests.support.dovecot import MASTER
from tests.support.dovecot_sieve import SieveDovecot

SCRIPT = b'# \xc3\xa9 "quoted" \\ {5+}\r\nkeep;\nstop;'


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_script_comes_back_octet_for_octet(pigeonhole: SieveDovecot, security: str) -> None:
    with SieveSession(pigeonhole.account(security=security), lambda: pigeonhole.password) as session:
        assert "vacation" in session.extensions
        session.check(SCRIPT)
        session.need_space("Été", len(SCRIPT))
        session.put("Été", SCRIPT)
        session.activate("Été")
        assert session.script("Été") == SCRIPT
        assert (session.scripts().names, session.scripts().active) == (("Été",), "Été")
        with pytest.raises(RefusedError, match="en service"):
            session.delete("Été")
        session.activate("")
        session.delete("Été")
        assert session.scripts().names == ()


def test_the_account_of_a_service_opens_the_bal_that_is_meant(pigeonhole: SieveDovecot) -> None:
    user = pigeonhole.new_user()
    with SieveSession(pigeonhole.account(user), lambda: pigeonhole.password) as session:
        session.put("Tri", SCRIPT)
    account = pigeonhole.account(user, username=MASTER[0], authorization_identity=user)
    with SieveSession(account, lambda: MASTER[1]) as session:
        assert session.scripts().names == ("Tri",)


def test_a_wrong_password_is_told_in_our_words(pigeonhole: SieveDovecot) -> None:
    with pytest.raises(LoginError, match="mot de passe refusé"):
        SieveSession(pigeonhole.account(), lambda: "wrong").__enter__()


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password(pigeonhole: SieveDovecot) -> None:
    account = pigeonhole.account(security="tls", ca_file=None)
    with pytest.raises(TlsError):
        SieveSession(account, lambda: pytest.fail("asked")).__enter__()


@pytest.mark.parametrize("script", [b"vacation", b'require "no-such-thing";', b'fileinto "x";'])
def test_a_script_that_makes_no_sense_is_refused(pigeonhole: SieveDovecot, script: bytes) -> None:
    with SieveSession(pigeonhole.account(), lambda: pigeonhole.password) as session:
        with pytest.raises(RefusedError):
            session.check(script)
        with pytest.raises(RefusedError):
            session.put("x", script)
        assert session.scripts().names == ()
