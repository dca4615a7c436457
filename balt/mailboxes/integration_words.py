"""What receipts say of a message, in one sentence without any name."""

from balt.i18n import _, labelled
from balt.mail.receipts import error_words
from balt.mailboxes.integration import Finding, Says
from balt.units import format_date


def finding_sentence(finding: Finding) -> str:
    """The sentence for the detail of a message and its reading page."""
    when = _("à une date inconnue")
    if finding.date is not None:
        when = _("le %(day)s") % {"day": format_date(finding.date.astimezone().date())}
    if finding.says in (Says.FAILED, Says.FAILED_THERE):
        return _failure(finding)
    sentences = {
        Says.INTEGRATED: _("Intégration confirmée %(when)s par votre logiciel (accusé automatique)"),
        Says.INTEGRATED_THERE: _("Intégration confirmée %(when)s par le logiciel du destinataire"),
        Says.ABOUT_RECEIVED: _("Parle d'un message reçu %(when)s"),
        Says.ABOUT_SENT: _("Parle d'un message envoyé %(when)s"),
    }
    sentence = sentences[finding.says]
    if finding.passed_on:
        sentence = _("Intégration confirmée %(when)s par le logiciel à qui ce message a été transféré")
    return sentence % {"when": when}


def _failure(finding: Finding) -> str:
    there = finding.says is Says.FAILED_THERE or finding.passed_on
    sentence = _("Échec d'intégration chez le destinataire") if there else _("Échec d'intégration")
    words = error_words(finding.code)
    return labelled(f"{sentence} {finding.code}", words) if words else sentence
