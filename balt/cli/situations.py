"""``balt situations``: which BAL is preferred in each situation, and for each kind of prescription."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence

from balt.cli.context import Context
from balt.cli.ending import tell, worst
from balt.cli.output import Column, Row, prepare_output, write, write_csv, write_json, write_table
from balt.cli.practice import gather
from balt.cli.status import read_statuses
from balt.directory.model import PracticeSituation
from balt.errors import UsageError
from balt.i18n import _
from balt.mailboxes.model import Mailbox, rfc3339
from balt.mailboxes.practice import Practice
from balt.mailboxes.preferences import Judge
from balt.mailboxes.prescriptions import PrescriptionKind
from balt.mailboxes.situations import SituationBook, may_prefer
from balt.mailboxes.wording import situation_label
from balt.text import fold, plain

COLUMNS = (
    *("id", "situation", "town", "mode", "active", "kind", "kind_name"),
    *("address", "own", "since", "warnings"),
)
KIND_COLUMNS = ("kind", "name", "given")


def run(options: Namespace, context: Context) -> int:
    """Do what is asked of the situations."""
    book = SituationBook(context.data_dir, context.clock)
    actions: dict[str, Callable[[Namespace, Context, SituationBook], int]] = {
        "list": _list,
        "add": _add,
        "remove": _remove,
        "prefer": _prefer,
        "kinds": _kinds,
    }
    return actions[options.action](options, context, book)


def _list(options: Namespace, context: Context, _book: SituationBook) -> int:
    statuses, code = ([], 0) if options.no_mail else read_statuses(context, list(context.config.accounts))
    practice, answered = gather(context, statuses)
    prepare_output(options)
    if options.json:
        write_json(rows_of(practice))
    elif options.csv:
        flat = ({**row, "warnings": " ; ".join(_texts(row["warnings"]))} for row in rows_of(practice))
        write_csv(flat, COLUMNS, raw=options.raw)
    else:
        _write(practice)
    return worst(code, answered)


def rows_of(practice: Practice) -> Iterator[Row]:
    """A row for each situation (``kind`` null: by default), and for each kind of prescription in it."""
    judge = Judge(practice)
    for situation in _shown(practice):
        for kind in (None, *practice.book.kinds):
            own = kind is None or (situation.id, kind.id) in practice.book.overrides
            warned = judge.cell(situation, kind) if own else ()
            since = practice.book.chosen.get(situation.id) if kind is None else None
            yield {
                "id": situation.id,
                "situation": situation_label(situation),
                "town": situation.town,
                "mode": situation.mode,
                "active": situation.active,
                "kind": None if kind is None else kind.id,
                "kind_name": None if kind is None else kind.label,
                "address": practice.preferred_for(situation.id, kind.id if kind else "") or None,
                "own": own,
                "since": rfc3339(since.astimezone() if since else None),
                "warnings": [each.said for each in warned],
            }


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _shown(practice: Practice) -> list[PracticeSituation]:
    """Those in activity, and those that ended with a preferred BAL."""
    return [each for each in practice.situations if each.active or each.id in practice.preferred]


def _write(practice: Practice) -> None:
    """A line for each default, one for each kind that has its own; what is doubtful after its line."""
    if not _shown(practice):
        tell(_("Aucune situation n'est enregistrée."))
    columns = [Column(_("Situation"), flexible=True), Column(_("Pour")), Column(_("BAL privilégiée"))]
    lines: list[list[str]] = []
    for row in rows_of(practice):
        if row["own"]:
            kind = str(row["kind_name"] or _("par défaut"))
            lines.append([str(row["situation"]), kind, str(row["address"] or _("à choisir"))])
    if lines:
        write_table(columns, lines)
    for warned in Judge(practice).everything():
        write(f"▲ {plain(warned.sentence, 1000)}\n")


def _add(options: Namespace, _context: Context, book: SituationBook) -> int:
    made = book.add(options.structure, options.town, options.mode)
    tell(_("Situation ajoutée : %s.") % plain(situation_label(made)))
    return 0


def _remove(options: Namespace, _context: Context, book: SituationBook) -> int:
    meant = situation_named(book.situations(), options.situation)
    book.remove(meant.id)
    tell(_("Situation ôtée : %s.") % plain(situation_label(meant)))
    return 0


def _prefer(options: Namespace, context: Context, book: SituationBook) -> int:
    if bool(options.mailbox) is options.none:
        raise UsageError(_("donnez une BAL, ou --none pour revenir sur ce choix."))
    practice, code = gather(context, [])
    meant = situation_named([each for each in practice.situations if each.active], options.situation)
    kind = kind_named(practice.book.kinds, options.kind) if options.kind else None
    place = situation_label(meant) if kind is None else f"{situation_label(meant)}, {kind.label}"
    if options.none:
        book.prefer(meant.id, None, kind.id if kind else "")
        tell(_("%s : plus de BAL choisie.") % plain(place))
        return code
    bal = own_mailbox(practice, options.mailbox)
    if refusal := may_prefer(bal):
        raise UsageError(refusal, mailbox=bal.address, advice=_("Choisissez-en une autre."))
    book.prefer(meant.id, bal.address, kind.id if kind else "")
    words = {"situation": plain(place), "address": plain(bal.address)}
    tell(_("%(situation)s : la BAL privilégiée est %(address)s.") % words)
    return code


def own_mailbox(practice: Practice, name: str) -> Mailbox:
    """The BAL of this address, or whose address begins so; UsageError where that is not one."""
    wanted = name.lower()
    exact = practice.mailbox(name)
    found = [exact] if exact else [m for m in practice.mailboxes if m.address.lower().startswith(wanted)]
    if len(found) != 1:
        raise UsageError(
            _("« %s » ne désigne pas une de vos BAL.") % plain(name, 80),
            advice=_("Précisez : %s.") % ", ".join(each.address for each in practice.mailboxes),
        )
    return found[0]


def situation_named(situations: Sequence[PracticeSituation], name: str) -> PracticeSituation:
    """The one of this identifier, or whose name is this or begins so; UsageError where that is not one."""
    wanted = fold(name)
    found = [each for each in situations if each.id == name]
    found = found or [e for e in situations if wanted in (fold(e.structure), fold(situation_label(e)))]
    found = found or [each for each in situations if fold(situation_label(each)).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        message = _("plusieurs situations conviennent.")
    else:
        message = _("aucune situation ne s'appelle « %s ».") % plain(name, 80)
    names = ", ".join(plain(situation_label(each)) for each in found or situations)
    raise UsageError(message, advice=_("Précisez : %s.") % names if names else "")


def kind_named(kinds: Sequence[PrescriptionKind], name: str) -> PrescriptionKind:
    """The kind of this identifier, or whose name begins so; UsageError where that is not one."""
    wanted = fold(name)
    found = [each for each in kinds if name == each.id or wanted == fold(each.label)]
    found = found or [each for each in kinds if fold(each.label).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        _("« %s » ne désigne pas un genre de prescription de la liste.") % plain(name, 80),
        advice=_("Précisez : %s.") % ", ".join(plain(each.label) for each in kinds),
    )


def _kinds(options: Namespace, _context: Context, book: SituationBook) -> int:
    kinds = book.view().kinds
    match options.change:
        case "list":
            _write_kinds(options, kinds)
        case "add":
            tell(_("Genre ajouté : %s.") % plain(book.add_kind(options.name).label))
        case "rename":
            book.rename_kind(kind_named(kinds, options.kind).id, options.name)
            tell(_("Genre renommé."))
        case "remove":
            gone = kind_named(kinds, options.kind)
            book.remove_kind(gone.id)
            tell(_("Genre ôté : %s.") % plain(gone.label))
    return 0


def _write_kinds(options: Namespace, kinds: Sequence[PrescriptionKind]) -> None:
    prepare_output(options)
    found: list[Row] = [
        {"kind": each.id, "name": each.label, "given": not each.id.startswith("hand:")} for each in kinds
    ]
    if options.json:
        write_json(found)
    elif options.csv:
        write_csv(found, KIND_COLUMNS, raw=options.raw)
    else:
        write_table(
            [Column(_("Genre")), Column(_("Nom"))], [[str(row["kind"]), str(row["name"])] for row in found]
        )
