"""What the messages of a BAL tell of its being read, in sentences.

A folder is told by what it is for and never by its name, which may be a patient's.
"""

from datetime import datetime

from balt.i18n import _, ngettext
from balt.mail.model import FolderRole
from balt.mailboxes.model import MailboxStatus
from balt.mailboxes.usage import Activity
from balt.units import format_age, format_count, format_date, format_since


def messages_words(status: MailboxStatus, activity: Activity, now: datetime) -> str:
    """What the messages of a BAL where no mail waits (``unread_words``) tell of its being read, the date and
    the folder that prove it with it.
    """
    if status.messages == 0:
        return _("vide : rien n'y montre qu'elle est consultée")
    if status.last_seen is None:
        return _with_doubt(_("aucun message lu : rien ne montre qu'elle est consultée"), status)
    if activity is Activity.READ:
        day = {"day": _day(status.last_seen, now), "where": where_words(status.seen_in)}
        if day["where"]:
            return _("consultée : un message reçu le %(day)s est lu, %(where)s") % day
        return _("consultée : un message reçu le %(day)s est lu") % day
    said = _("le dernier message lu a été reçu %(when)s") % {"when": format_since(status.last_seen, now)}
    return _with_doubt(said, status)


def unread_words(status: MailboxStatus, now: datetime) -> str:
    """For how long nothing was read, and how many messages wait."""
    age = format_age((now - (status.unread_since or status.taken_at)).days)
    unread = status.unread_run
    if not unread:
        return _("rien de lu depuis %(age)s") % {"age": age}
    text = ngettext(
        "rien de lu depuis %(age)s, %(n)s non lu", "rien de lu depuis %(age)s, %(n)s non lus", unread
    )
    return text % {"age": age, "n": format_count(unread)}


def where_words(role: FolderRole | None) -> str:
    """Where the newest message that was read lies; "" for the inbox, where it is looked for."""
    if role in (None, FolderRole.INBOX):
        return ""
    words = {FolderRole.TRASH: _("dans la corbeille"), FolderRole.ARCHIVE: _("dans les archives")}
    return words.get(role, _("dans un dossier où il est classé"))


def doubt_words(status: MailboxStatus) -> str:
    """Why mail that waits unread proves nothing; "" where it would."""
    if status.unlooked:
        count = status.unlooked
        words = ngettext(
            "%s dossier n'a pas pu être lu, et peut contenir des messages lus",
            "%s dossiers n'ont pas pu être lus, et peuvent contenir des messages lus",
            count,
        )
        return words % format_count(count)
    if status.gone:
        words = ngettext(
            "%s message reçu depuis n'y est plus : quelqu'un ou un logiciel a pu le relever",
            "%s messages reçus depuis n'y sont plus : quelqu'un ou un logiciel a pu les relever",
            status.gone,
        )
        return words % format_count(status.gone)
    return ""


def _with_doubt(said: str, status: MailboxStatus) -> str:
    doubt = doubt_words(status)
    return _("%(said)s ; %(doubt)s") % {"said": said, "doubt": doubt} if doubt else said


def _day(moment: datetime, now: datetime) -> str:
    return format_date(moment.astimezone(now.tzinfo).date())
