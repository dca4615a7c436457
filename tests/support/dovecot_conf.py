"""The configuration of the Dovecot that tests start (Dovecot 2.3)."""

from collections.abc import Mapping
from pathlib import Path

SPECIAL_USE = {
    "Trash": r"\Trash",
    "Sent": r"\Sent",
    "Drafts": r"\Drafts",
    "Junk": r"\Junk",
    "Archive": r"\Archive",
}

# What Dovecot 2.3 announces by itself after login; written out only when something has to be left out.
_CAPABILITIES = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS "
    "THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS "
    "LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS "
    "BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE"
)
_COMPRESS = "COMPRESS=DEFLATE"  # offered by a plugin


def configuration(
    *,
    folder: Path,
    user: str,
    group: str,
    greeting: str,
    ports: tuple[int, int],
    password: str,
    separator: str,
    folders: Mapping[str, str],
    quota: str | None,
    hide: frozenset[str],
    extra: str,
) -> str:
    """The text of ``dovecot.conf``: everything below ``folder``, plain and TLS ``ports`` on loopback."""
    kept = [name for name in (*_CAPABILITIES.split(), _COMPRESS) if name not in hide]
    plugins = ["quota"] * bool(quota) + ["zlib"] * (_COMPRESS not in hide)
    parts = [
        _CONFIGURATION.format(
            folder=folder,
            user=user,
            group=group,
            plugins=" ".join(plugins),
            imap_plugins=" ".join([*plugins, *(f"imap_{name}" for name in plugins)]),
            capabilities="imap_capability = " + " ".join(kept) if hide else "",
            greeting=greeting,
            port=ports[0],
            tls_port=ports[1],
            password=password,
            separator=separator,
            mailboxes="".join(_mailbox(*one) for one in folders.items()),
        )
    ]
    if quota:
        parts.append(_QUOTA.format(rule=quota))
    return "\n".join([*parts, extra])


def _mailbox(name: str, use: str) -> str:
    special = f"    special_use = {use}\n" if use else ""
    return f'  mailbox "{name}" {{\n{special}    auto = subscribe\n  }}\n'


_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
login_greeting = {greeting}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_master_user_separator = *
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/good.pem
ssl_key = <{folder}/good.key
mail_home = {folder}/mail/%u
mail_location = maildir:~/Maildir
mail_plugins = {plugins}
mail_fsync = never
mail_max_userip_connections = 1000
{capabilities}
protocol imap {{
  mail_plugins = {imap_plugins}
  rawlog_dir = {folder}/mail/%u/rawlog
}}
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/masters
  master = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
  default_fields = uid={user} gid={group}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
{mailboxes}}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 1024
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  unix_listener auth-userdb {{
    mode = 0600
  }}
}}
"""

_QUOTA = """
plugin {{
  quota = count:User quota
  quota_rule = {rule}
  quota_vsizes = yes
  quota_grace = 0
}}
"""
