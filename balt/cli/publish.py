"""``balt publish``: what is handed out so that correspondents use the right BAL; today a mail signature."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from balt.cli.context import Context
from balt.cli.ending import tell
from balt.cli.output import write
from balt.cli.practice import gather
from balt.directory.model import PracticeSituation
from balt.errors import UsageError
from balt.i18n import _, language
from balt.mailboxes.model import Mailbox
from balt.mailboxes.practice import Practice
from balt.mailboxes.wording import situation_label
from balt.publish.signature import Signature, signatory, signature
from balt.text import fold, plain


def run(options: Namespace, context: Context) -> int:
    """Print the signature of a situation, or write it to a file; what speaks against it goes to stderr."""
    practice, code = gather(context, [])
    found = signature_of(practice, options.situation, options.address)
    for warning in found.warnings:
        tell(warning)
    if options.output is None:
        if reconfigure := getattr(sys.stdout, "reconfigure", None):
            reconfigure(errors="replace")
        write(found.text + "\n")
    else:
        _save(options.output, found.text)
    return code


def signature_of(practice: Practice, situation: str, address: str) -> Signature:
    """The signature of the situation that ``situation`` begins, with its preferred BAL or ``address``.

    Raises UsageError when that does not single out one, or when no BAL is preferred there.
    """
    chosen = _situation(practice, situation)
    preferred = address or (practice.preferred.get(chosen.id, "") if chosen else "")
    mailbox = _mailbox(practice, preferred) if preferred else None
    if mailbox is None:
        raise UsageError(
            _("aucune BAL privilégiée n'est choisie pour cette situation."),
            advice=_("Choisissez-la dans l'application (vue 4), ou donnez --address."),
        )
    entries = [entry for each in practice.mailboxes for entry in each.entries]
    return signature(
        signatory(practice.person, entries), chosen, mailbox, "en" if language() == "en" else "fr"
    )


def _situation(practice: Practice, name: str) -> PracticeSituation | None:
    """The one that begins so; without a name the only one that has a preferred BAL, if any."""
    active = [each for each in practice.situations if each.active]
    if name:
        wanted = fold(name)
        exact = [each for each in active if wanted in (fold(each.structure), fold(situation_label(each)))]
        found = exact or [each for each in active if fold(situation_label(each)).startswith(wanted)]
    else:
        found = [each for each in active if each.id in practice.preferred]
    if len(found) == 1:
        return found[0]
    if not name and not found:
        return None
    if found:
        message = _("plusieurs situations conviennent.")
    else:
        message = _("aucune situation ne s'appelle « %s ».") % plain(name, 80)
    raise UsageError(message, advice=_names(found or active))


def _names(situations: Sequence[PracticeSituation]) -> str:
    if not situations:
        return _("Aucune situation n'est enregistrée.")
    return _("Précisez --situation : %s.") % ", ".join(situation_label(each) for each in situations)


def _mailbox(practice: Practice, name: str) -> Mailbox:
    wanted = name.lower()
    exact = practice.mailbox(name)
    found = [exact] if exact else [m for m in practice.mailboxes if m.address.lower().startswith(wanted)]
    if len(found) != 1:
        raise UsageError(
            _("« %s » ne désigne pas une de vos BAL.") % plain(name, 80),
            advice=_("Précisez : %s.") % ", ".join(each.address for each in practice.mailboxes),
        )
    return found[0]


def _save(path: Path, text: str) -> None:
    """A new file with the text; one that is there already is not touched."""
    try:
        file = path.open("x", encoding="utf-8")
        try:
            with file:
                file.write(text + "\n")
        except OSError:  # a full disk: half a signature is none
            path.unlink(missing_ok=True)
            raise
    except FileExistsError:
        message = _("le fichier %s existe déjà.") % plain(str(path))
        raise UsageError(message, advice=_("Rien n'a été écrit. Donnez un autre nom.")) from None
    except OSError as error:
        raise UsageError(
            _("le fichier %(file)s ne peut pas être écrit : %(why)s.")
            % {"file": plain(str(path)), "why": plain(error.strerror or type(error).__name__)}
        ) from None
