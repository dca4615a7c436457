"""``balt directory anomalies``: what looks wrong in the directory, with its evidence and what to do."""

import gc
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from balt.cli.context import Context
from balt.cli.directory import tell_ages
from balt.cli.ending import tell, worst
from balt.cli.output import Row, prepare_output, write, write_csv, write_json
from balt.cli.practice import followed_by_cases
from balt.directory.boxes import is_address
from balt.directory.identifiers import finess_warning, person_warning, rpps_warning, typed_rpps
from balt.directory.model import Origin
from balt.errors import UsageError
from balt.i18n import _, ngettext
from balt.mailboxes.anomalies.asking import SceneReader, Scope
from balt.mailboxes.anomalies.model import Evidence, Severity
from balt.mailboxes.anomalies.table import Anomaly, anomalies
from balt.mailboxes.model import rfc3339
from balt.text import capital, plain
from balt.units import format_count, format_date

COLUMNS = ("anomaly", "severity", "title", "addresses", "evidence", "explanation")
SIGNS = {Severity.ALERT: "✖", Severity.WARNING: "▲", Severity.NOTE: "·"}
_SHOWN = 12
"""How many addresses, and how many pieces of evidence, the text shows of one anomaly."""

_MANY_VALUES = 50_000
"""Values made before Python looks for garbage among them; by itself it does so after 700."""


def run(options: Namespace, context: Context) -> int:
    """Look, tell, and with ``--strict`` say by the exit code whether there is anything."""
    with _rare_collections():
        return _run(options, context)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """A domain is tens of thousands of values that all stay until they are told: to look through them for
    garbage again and again took a tenth of the time. What the API's answers leave behind is still found.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_MANY_VALUES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _run(options: Namespace, context: Context) -> int:
    scope = _scope(options, context)
    own = not (options.rpps or options.finess)
    warning = person_warning(context.config.person) if own else _warning(scope)
    if warning:
        tell(warning)
    reader = SceneReader(context.config, context.secrets, context.clock, context.data_dir)
    try:
        found = reader.look(scope, followed_by_cases(context))
    finally:
        reader.close()
    for note in map(capital, found.notes):
        if note not in (warning, _warning(scope)):
            tell(note)
    seen = anomalies(found.scene, found.within)
    prepare_output(options)
    if options.json:
        write_json(_row(each) for each in seen)
    elif options.csv:
        write_csv((_flat(each) for each in seen), COLUMNS, raw=options.raw)
    else:
        for each in seen:
            write(_paragraph(each))
    text = ngettext("%(n)s BAL regardée", "%(n)s BAL regardées", len(found.within))
    looked = text % {"n": format_count(len(found.within))}
    text = ngettext("%(n)s anomalie", "%(n)s anomalies", len(seen))
    counted = text % {"n": format_count(len(seen))} if seen else _("aucune anomalie")
    tell(_("%(looked)s : %(counted)s.") % {"looked": looked, "counted": counted})
    tell_ages(found.scene.answers, context.clock.now())
    return worst(3 if reader.failed else 0, 1 if options.strict and seen else 0)


def _scope(options: Namespace, context: Context) -> Scope:
    """What is to be looked at. Raises UsageError for what cannot be meant."""
    others = options.rpps or options.finess or options.domain
    if options.mailboxes and others:
        raise UsageError(_("donnez des BAL, ou bien --rpps, --finess ou --domain."))
    if options.rpps:
        return Scope(rpps=_rpps(options.rpps))
    if options.finess:
        number = "".join(options.finess.split()).upper()
        return Scope(finess=number)
    if options.domain:
        domain = options.domain.strip().lower().removeprefix("@")
        if not is_address(f"x@{domain}") or "." not in domain:
            raise UsageError(
                _("« %s » n'est pas un domaine.") % plain(options.domain, 80),
                advice=_("Un domaine s'écrit comme ch-exemple.mssante.fr."),
            )
        return Scope(domain=domain)
    if options.mailboxes:
        return Scope(addresses=tuple(_address(name, context) for name in options.mailboxes))
    own = Scope(context.config.named, context.config.person.rpps)
    if not own.addresses and not own.rpps:
        raise UsageError(
            _("la configuration ne nomme aucune BAL."),
            advice=_("Donnez une adresse, ou --rpps, --finess ou --domain."),
        )
    return own


def _warning(scope: Scope) -> str:
    """What to say of a number that was most likely mistyped."""
    if scope.rpps:
        return capital(rpps_warning(scope.rpps))
    return capital(finess_warning(scope.finess)) if scope.finess else ""


def _rpps(text: str) -> str:
    number = typed_rpps(text)
    if not number:
        raise UsageError(
            _("« %s » n'est pas un numéro RPPS.") % plain(text, 40),
            advice=_("Il a onze chiffres, ou douze avec le 8 devant."),
        )
    return number


def _address(name: str, context: Context) -> str:
    """A BAL of the configuration, or any whole address."""
    try:
        return context.config.account(name).address
    except UsageError:
        if not is_address(name.strip()):
            raise
        return name.strip()


def _row(anomaly: Anomaly) -> Row:
    return {
        "anomaly": anomaly.rule.id,
        "severity": anomaly.rule.severity.value,
        "title": anomaly.rule.title(),
        "addresses": list(anomaly.addresses),
        "evidence": [
            {
                "value": each.value,
                "address": each.address or None,
                "origin": each.origin.value if each.origin else None,
                "seen_on": rfc3339(each.seen_on.astimezone()) if each.seen_on else None,
            }
            for each in anomaly.evidence
        ],
        "explanation": anomaly.rule.meaning(),
    }


def _flat(anomaly: Anomaly) -> Row:
    told = _(" ; ").join(filter(None, map(_said, anomaly.evidence)))
    return {**_row(anomaly), "evidence": told}


def _paragraph(anomaly: Anomaly) -> str:
    """An anomaly as text: what, where, what shows it, what to do."""
    rule, alone = anomaly.rule, len(anomaly.addresses) == 1
    title = f"{SIGNS[rule.severity]} {rule.title()}"
    if alone:
        title = _("%(title)s : %(address)s") % {"title": title, "address": anomaly.addresses[0]}
    shown = {each.address for each in anomaly.evidence}
    told = [] if alone else [each for each in anomaly.addresses if each not in shown]
    for each in anomaly.evidence:
        parts = ("" if alone else each.address, _said(each))
        told.append(" · ".join(part for part in parts if part))
    lines = [title, *_some(f"    – {line}" for line in told if line), f"    {rule.meaning()}", ""]
    return "\n".join(plain(line) for line in lines) + "\n"


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, and how many more there are."""
    every = list(lines)
    if len(every) <= _SHOWN:
        return every
    text = ngettext("et %(n)s autre", "et %(n)s autres", len(every) - _SHOWN)
    return [*every[:_SHOWN], "    " + text % {"n": format_count(len(every) - _SHOWN)}]


def _said(evidence: Evidence) -> str:
    """A piece of evidence with where and when it was seen."""
    parts = [evidence.value]
    if evidence.origin is not None and evidence.seen_on is not None:
        words = _("API du %s") if evidence.origin is Origin.API else _("extraction du %s")
        parts.append(words % format_date(evidence.seen_on.astimezone().date()))
    return " · ".join(part for part in parts if part)
