"""Other ways into the Dovecot of the tests than a password, to be given as its ``extra``."""

from collections.abc import Callable
from pathlib import Path


def by_token(url: str, mechanisms: str = "xoauth2 oauthbearer") -> Callable[[Path], str]:
    """Access tokens, which the endpoint at ``url`` knows (Dovecot's oauth2 passdb)."""

    def settings(folder: Path) -> str:
        (folder / "oauth2.conf").write_text(_ENDPOINT.format(url=url), encoding="utf-8")
        return _TOKENS.format(folder=folder, mechanisms=mechanisms)

    return settings


def by_certificate(folder: Path) -> str:
    """Client certificates of the tests' authority; the common name is the user."""
    return _CERTIFICATES.format(folder=folder)


_ENDPOINT = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
scope = mail
"""

_TOKENS = """
auth_mechanisms = plain {mechanisms}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

_CERTIFICATES = """
auth_mechanisms = plain external
ssl_ca = <{folder}/ca.pem
ssl_require_crl = no
ssl_verify_client_cert = yes
auth_ssl_username_from_cert = yes
ssl_cert_username_field = commonName
passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y
}}
"""
