"""The arguments of the commands that change a mailbox, or prepare to."""

from pathlib import Path
from typing import Any

from balt.cli.parser_export import add_documents, add_export
from balt.cli.parser_parts import add_formats, add_mailbox, age, command, day, percent, size
from balt.cli.parser_sealed import add_encryption, add_identity
from balt.i18n import _


def add_acts(commands: Any) -> None:
    """Add these commands, in the order in which they are used."""
    _plan(commands)
    _apply(commands)
    _undo(commands)
    add_export(commands)
    _mark(commands)
    _archive(commands)
    _autoreply(commands)


def _plan(commands: Any) -> None:
    parser = command(
        commands,
        "plan",
        _("préparer un nettoyage : le plan est un fichier, rien n'est touché"),
        _("Un message non lu, important, KO, ou dont le document n'est pas intégré, reste en place."),
    )
    add_mailbox(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--empty-trash", action="store_true", help=_("ce qui est dans la corbeille"))
    what.add_argument("--filter", metavar=_("FILTRE"), help=_("par exemple 'older:2y larger:5M in:INBOX'"))
    what.add_argument(
        "--all", action="store_true", help=_("toute la BAL, brouillons compris ; seulement pour --then keep")
    )
    what.add_argument("--free", type=size, metavar=_("TAILLE"), help=_("de quoi libérer cette taille : 500M"))
    what.add_argument(
        "--down-to", type=percent, metavar=_("POURCENT"), help=_("de quoi descendre à ce taux : 60")
    )
    what.add_argument("--keep", type=size, metavar=_("TAILLE"), help=_("de quoi ne garder que cela : 1G"))
    what.add_argument(
        "--uids", action="append", metavar="F:1,2,5-9", help=_("ces messages d'un dossier ; répétable")
    )
    what.add_argument(
        "--duplicates", action="store_true", help=_("ce qui est en double, à l'octet près ; un reste")
    )
    parser.add_argument(
        "--then",
        choices=("trash", "delete", "keep"),
        help=_("trash : à la corbeille (par défaut) ; delete : définitivement ; keep : archiver seulement"),
    )
    parser.add_argument(
        "--detach-larger",
        type=size,
        metavar=_("TAILLE"),
        help=_("laisser les messages, sans leurs pièces jointes d'au moins cette taille, archivées"),
    )
    parser.add_argument(
        "--detach-also",
        action="append",
        choices=("signed", "xdm", "inline"),
        help=_("aussi dans les messages signés, les documents XDM, ou les images du texte ; répétable"),
    )
    parser.add_argument(
        "--archive", type=Path, metavar=_("DOSSIER"), help=_("archiver d'abord dans ce dossier")
    )
    parser.add_argument("--no-archive", action="store_true", help=_("supprimer sans archive"))
    parser.add_argument("--include-unread", action="store_true", help=_("prendre aussi les non lus"))
    parser.add_argument(
        "--override", metavar=_("RAISON"), help=_("prendre aussi les messages protégés ; le journal la garde")
    )
    parser.add_argument(
        "--output", type=Path, metavar=_("FICHIER"), help=_("le fichier du plan ; sinon, sur la sortie")
    )


def _apply(commands: Any) -> None:
    parser = command(
        commands,
        "apply",
        _("faire ce que dit un plan ; sans --yes, le dire seulement"),
        _("Interrompu, le même plan reprend où il en était."),
    )
    parser.add_argument("plan", type=Path, metavar=_("PLAN"), help=_("le fichier que balt plan a écrit"))
    parser.add_argument("--yes", action="store_true", help=_("le faire vraiment"))
    parser.add_argument(
        "--twice", action="store_true", help=_("lire deux fois chaque message archivé, et comparer")
    )
    add_formats(parser, csv=False)


def _undo(commands: Any) -> None:
    parser = command(
        commands,
        "undo",
        _("remettre en place ce qu'un acte a retiré ; sans --yes, le dire seulement"),
        _("Depuis la corbeille, ou depuis l'archive que cet acte a faite avant de supprimer."),
    )
    parser.add_argument(
        "act",
        nargs="?",
        metavar=_("ACTE"),
        help=_("son nom, ou son début ; sinon, le dernier qui peut être annulé"),
    )
    parser.add_argument("--list", action="store_true", help=_("dire quels actes peuvent être annulés"))
    parser.add_argument("--yes", action="store_true", help=_("le faire vraiment"))
    add_formats(parser, csv=False)


def _mark(commands: Any) -> None:
    parser = command(
        commands,
        "mark",
        _("dire quels messages sont intégrés au logiciel métier, ou revenir dessus"),
        _("La marque va sur le serveur s'il la garde ; sinon, balt la garde sur cet ordinateur."),
    )
    add_mailbox(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--filter",
        metavar=_("FILTRE"),
        help=_("par exemple 'has:xdm older:1y in:INBOX -is:integrated'"),
    )
    what.add_argument(
        "--exported",
        type=Path,
        metavar=_("REMISE"),
        help=_("ceux dont balt export a mis tous les documents dans ce dossier"),
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--integrated", action="store_true", help=_("ils sont bien enregistrés dans le logiciel métier")
    )
    which.add_argument("--not-integrated", action="store_true", help=_("ôter la marque"))
    parser.add_argument("--dry-run", action="store_true", help=_("dire seulement ce qui serait marqué"))
    add_formats(parser, csv=False)


def _archive(commands: Any) -> None:
    parser = command(
        commands,
        "archive",
        _("contrôler une archive, ou remettre ses messages dans une BAL"),
        _("Une archive se fait par balt plan --archive DOSSIER, puis balt apply."),
    )
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), title=_("actions"), required=True)
    verify = command(
        actions,
        "verify",
        _("relire toute l'archive et la comparer à son manifeste"),
        _("Code de sortie 1 si un fichier manque, est abîmé ou inconnu. Rien n'est modifié."),
    )
    verify.add_argument("archive", type=Path, metavar=_("DOSSIER"), help=_("le dossier de l'archive"))
    add_identity(verify)
    add_formats(verify, csv=False)
    restore = command(
        actions,
        "restore",
        _("remettre des messages dans une BAL, avec date et marques ; sans --yes, le dire seulement"),
        _("Un message qui y est déjà n'est pas ajouté. Rien n'est supprimé, sauf un allégé par --reattach."),
    )
    restore.add_argument("archive", type=Path, metavar=_("DOSSIER"), help=_("le dossier de l'archive"))
    add_mailbox(restore)
    restore.add_argument(
        "--uids",
        action="append",
        metavar="F:1,2,5-9",
        help=_("ces messages seulement, par leur dossier et leurs UID d'origine ; répétable"),
    )
    restore.add_argument(
        "--folder",
        default="",
        metavar=_("DOSSIER"),
        help=_("tout dans ce dossier ; sinon, chacun dans le sien"),
    )
    restore.add_argument(
        "--from",
        dest="origin",
        default="",
        metavar=_("ADRESSE"),
        help=_("les messages archivés de cette autre BAL"),
    )
    restore.add_argument(
        "--reattach",
        action="store_true",
        help=_("seulement les messages allégés : chacun reprend ses pièces jointes, à la place de l'allégé"),
    )
    restore.add_argument("--yes", action="store_true", help=_("le faire vraiment"))
    add_formats(restore, csv=False)
    _archive_forms(actions)


def _archive_forms(actions: Any) -> None:
    export = command(
        actions,
        "export",
        _("copier les messages d'une archive dans un Maildir ou des mbox, ou leurs documents"),
        _("Chaque message est relu et comparé. La copie est entière, ou il n'en reste rien."),
    )
    export.add_argument("archive", type=Path, metavar=_("DOSSIER"), help=_("le dossier de l'archive"))
    export.add_argument(
        "--to",
        required=True,
        choices=("mbox", "maildir", "age", "documents"),
        help=_("un mbox par dossier, un Maildir, une copie chiffrée, ou les documents"),
    )
    export.add_argument(
        "target", type=Path, metavar=_("CHEMIN"), help=_("le dossier à créer ; il ne doit pas exister")
    )
    add_documents(export)
    add_encryption(export)
    add_formats(export, csv=False)
    expire = command(
        actions,
        "expire",
        _("retirer d'une archive ce qui est trop vieux ; sans --yes, le dire seulement"),
        _("L'âge est celui de la réception. Un message sans date connue reste. Rien ne s'annule ensuite."),
    )
    expire.add_argument("archive", type=Path, metavar=_("DOSSIER"), help=_("le dossier de l'archive"))
    expire.add_argument(
        "--older", type=age, required=True, metavar=_("ÂGE"), help=_("par exemple 5y, 18m ou 90d")
    )
    expire.add_argument("--yes", action="store_true", help=_("le faire vraiment"))
    expire.add_argument(
        "--today",
        type=day,
        metavar=_("AAAA-MM-JJ"),
        help=_("la date du jour, quand balt doute de l'horloge de cet ordinateur"),
    )
    add_formats(expire, csv=False)


def _autoreply(commands: Any) -> None:
    parser = command(
        commands,
        "autoreply",
        _("dire aux expéditeurs d'une BAL qui ferme où écrire ; sans --yes, le dire seulement"),
        _("Par ManageSieve, si le serveur l'offre ; sinon, le texte à copier dans le webmail."),
    )
    add_mailbox(parser)
    parser.add_argument(
        "action",
        choices=("install", "status", "show", "remove"),
        help=_("l'installer ou la changer, dire si elle répond, la montrer, la retirer"),
    )
    parser.add_argument("--to", metavar=_("ADRESSE"), help=_("la BAL MSSanté où écrire désormais"))
    parser.add_argument(
        "--until",
        type=day,
        metavar=_("AAAA-MM-JJ"),
        help=_("le dernier jour où répondre ; d'ordinaire aucun, jusqu'à la suppression de la BAL"),
    )
    parser.add_argument("--yes", action="store_true", help=_("le faire vraiment"))
    add_formats(parser, csv=False)
