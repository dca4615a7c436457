"""The one table of actions: it feeds the keys, the footer, the palette, the ``?`` help and the docs.

An action's id is ``place.name``; ``name`` is also the method that does it (``action_name``) on the widget
that owns the place. A widget may refuse an action for now: ``why_not(name)`` then gives the reason, which
greys it in the footer and is told when its key is pressed.
"""

from collections.abc import Iterator

from textual.binding import Binding, BindingType

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
    # Everywhere
    Action("app.view_fiches", "1", "1", N_("Fiches"), N_("Ouvrir les trois fiches de bonnes pratiques")),
    Action("app.view_annuaire", "2", "2", N_("Annuaire"), N_("Ouvrir vos BAL et l'Annuaire Santé")),
    Action("app.view_messages", "3", "3", N_("Messages"), N_("Ouvrir les messages d'une BAL")),
    Action(
        "app.view_situations",
        "4",
        "4",
        N_("Situations"),
        N_("Ouvrir les situations d'exercice et leur BAL privilégiée"),
    ),
    Action("app.view_journal", "5", "5", N_("Journal"), N_("Ouvrir le journal des actes sur les BAL")),
    Action("app.add_mailbox", "plus", "+", N_("Ajouter une BAL"), N_("Ajouter une BAL à la configuration")),
    Action("app.refresh", "R,f5", "R", N_("Actualiser"), N_("Relire ce que disent les serveurs")),
    Action("app.mask", "m", "m", N_("Masquer"), N_("Masquer objets, noms de fichiers et patients à l'écran")),
    Action("app.look", "ctrl+t", "^t", N_("Couleurs"), N_("Changer de thème : sombre, clair, contraste")),
    Action(
        "app.help", "question_mark,f1", "?", N_("Aide"), N_("Montrer les touches de cette vue"), footer=True
    ),
    Action(
        "app.palette",
        "ctrl+p,colon",
        "^p",
        N_("Commandes"),
        N_("Chercher une commande par son nom"),
        footer=True,
        palette=False,
    ),
    Action("app.quit_app", "q,ctrl+c", "q", N_("Quitter"), N_("Quitter balt")),
    # In any list
    Action("list.cursor_down", "j,down", "j", N_("Descendre"), N_("Ligne suivante"), palette=False),
    Action("list.cursor_up", "k,up", "k", N_("Monter"), N_("Ligne précédente"), palette=False),
    Action(
        "list.page_down", "pagedown,ctrl+f", "PgDn", N_("Page suivante"), N_("Page suivante"), palette=False
    ),
    Action(
        "list.page_up", "pageup,ctrl+b", "PgUp", N_("Page précédente"), N_("Page précédente"), palette=False
    ),
    Action("list.half_down", "ctrl+d", "^d", N_("Demi-page"), N_("Une demi-page plus bas"), palette=False),
    Action("list.half_up", "ctrl+u", "^u", N_("Demi-page"), N_("Une demi-page plus haut"), palette=False),
    Action("list.first", "g,home", "g", N_("Début"), N_("Première ligne"), palette=False),
    Action("list.last", "G,end", "G", N_("Fin"), N_("Dernière ligne"), palette=False),
    # Fiches
    Action(
        "fiches.act", "enter", N_("Entrée"), N_("Agir"), N_("Ouvrir la vue qui fait cette étape"), footer=True
    ),
    Action(
        "fiches.risks", "r", "r", N_("Risques"), N_("Quels sont les risques ? Des questions ?"), footer=True
    ),
    Action("fiches.step_down", "j,down", "j", N_("Étape suivante"), N_("Étape suivante"), palette=False),
    Action("fiches.step_up", "k,up", "k", N_("Étape précédente"), N_("Étape précédente"), palette=False),
    Action(
        "fiches.sheet_left",
        "h,left",
        "h",
        N_("Fiche à gauche"),
        N_("Fiche à gauche, ou replier"),
        palette=False,
    ),
    Action(
        "fiches.sheet_right",
        "l,right",
        "l",
        N_("Fiche à droite"),
        N_("Fiche à droite, ou déplier"),
        palette=False,
    ),
    Action(
        "fiches.sheet_next",
        "tab",
        "Tab",
        N_("Fiche suivante"),
        N_("Passer à la fiche suivante"),
        palette=False,
    ),
    Action("fiches.first", "g,home", "g", N_("Début"), N_("Première étape"), palette=False),
    Action("fiches.last", "G,end", "G", N_("Fin"), N_("Dernière étape"), palette=False),
    Action(
        "fiches.next_open", "n", "n", N_("À faire"), N_("Prochaine étape qui n'est pas faite"), footer=True
    ),
    Action(
        "fiches.previous_open",
        "N",
        "N",
        N_("À faire précédent"),
        N_("Étape précédente qui n'est pas faite"),
        palette=False,
    ),
    # Annuaire
    Action(
        "annuaire.detail",
        "enter",
        N_("Entrée"),
        N_("Détail"),
        N_("Tout ce qui est su de cette BAL"),
        footer=True,
    ),
    Action(
        "annuaire.filter", "slash", "/", N_("Filtrer"), N_("Ne montrer que certaines de vos BAL"), footer=True
    ),
    Action(
        "annuaire.search",
        "f",
        "f",
        N_("Chercher"),
        N_("Chercher dans tout l'Annuaire Santé : nom, RPPS, FINESS, adresse, commune, spécialité"),
        footer=True,
    ),
    Action(
        "annuaire.consulted", "c", "c", N_("Consultée"), N_("Dire si cette BAL est consultée"), footer=True
    ),
    Action(
        "annuaire.answer",
        "a",
        "a",
        N_("Répondre"),
        N_("Dire ce que balt ne peut pas mesurer : quota, corbeille, anciens courriels, pièces jointes"),
        footer=True,
    ),
    Action(
        "annuaire.link",
        "r",
        "r",
        N_("Rattacher"),
        N_("Rattacher cette BAL à une situation d'exercice, ou l'en détacher"),
        footer=True,
    ),
    Action(
        "annuaire.open_messages",
        "o",
        "o",
        N_("Messages"),
        N_("Ouvrir les messages de cette BAL"),
        footer=True,
    ),
    Action(
        "annuaire.depart",
        "d",
        "d",
        N_("Dépublier"),
        N_("Retirer cette BAL de l'annuaire : remplacement, demande, suivi"),
    ),
    Action("annuaire.next_finding", "n", "n", N_("À voir"), N_("BAL suivante qui demande attention")),
    Action(
        "annuaire.previous_finding",
        "N",
        "N",
        N_("À voir avant"),
        N_("BAL précédente qui demande attention"),
        palette=False,
    ),
    Action(
        "annuaire.next_pane",
        "tab",
        "Tab",
        N_("Faire défiler"),
        N_("Passer de la liste au détail, pour le faire défiler"),
        palette=False,
    ),
    Action(
        "annuaire.back",
        "escape",
        N_("Échap"),
        N_("Revenir"),
        N_("Quitter le détail, puis le filtre, puis la vue"),
        palette=False,
    ),
    # Messages: folders
    Action("folders.open", "enter,l,right", N_("Entrée"), N_("Ouvrir"), N_("Ouvrir ce dossier"), footer=True),
    # Messages: list
    Action(
        "messages.mark",
        "space",
        N_("Espace"),
        N_("Marquer"),
        N_("Marquer ou démarquer, et descendre"),
        footer=True,
    ),
    Action("messages.mark_range", "v", "v", N_("Plage"), N_("Commencer une plage ; v encore la marque")),
    Action(
        "messages.mark_all",
        "asterisk",
        "*",
        N_("Tout marquer"),
        N_("Marquer tout ce que le filtre montre, ou rien"),
    ),
    Action(
        "messages.sort_size", "S", "S", N_("Taille"), N_("Trier par taille ; encore : inverser"), footer=True
    ),
    Action(
        "messages.sort_date",
        "D",
        "D",
        N_("Âge"),
        N_("Trier par date de réception ; encore : inverser"),
        footer=True,
    ),
    Action(
        "messages.filter",
        "slash",
        "/",
        N_("Filtrer"),
        N_("Filtrer : older:2y larger:5M from:labo has:xdm is:read"),
        footer=True,
    ),
    Action(
        "messages.sort_count",
        "C",
        "C",
        N_("Nombre"),
        N_("Dans les groupes : trier par nombre de messages ; encore : inverser"),
    ),
    Action(
        "messages.turn_view",
        "w",
        "w",
        N_("Vue"),
        N_("Voir autrement : messages, pièces jointes, par expéditeur, année, dossier, genre, en double"),
        footer=True,
    ),
    Action(
        "messages.duplicates",
        "equals_sign",
        "=",
        N_("Doubles"),
        N_("Voir ce qui est là deux fois, à l'octet près, et s'en défaire"),
    ),
    Action("messages.preview", "p", "p", N_("Lire"), N_("Lire sans marquer comme lu"), footer=True),
    Action(
        "messages.open",
        "enter",
        N_("Entrée"),
        N_("Ouvrir"),
        N_("Lire le message ; ailleurs, lire la pièce jointe ou ouvrir le groupe"),
        palette=False,
    ),
    Action(
        "messages.trash",
        "d,delete",
        "d",
        N_("Corbeille"),
        N_("Mettre les messages marqués à la corbeille"),
        footer=True,
        dangerous=True,
    ),
    Action(
        "messages.empty_trash",
        "E",
        "E",
        N_("Vider"),
        N_("Vider la corbeille de cette BAL"),
        footer=True,
        dangerous=True,
    ),
    Action(
        "messages.remove",
        "x",
        "x",
        N_("Supprimer"),
        N_("Supprimer pour de bon, une fois archivé (plan à confirmer)"),
        dangerous=True,
    ),
    Action(
        "messages.lighten",
        "a",
        "a",
        N_("Alléger"),
        N_("Ôter les pièces jointes une fois archivées, garder le texte (plan à confirmer)"),
        dangerous=True,
    ),
    Action("messages.archive", "A", "A", N_("Archiver"), N_("Archiver sans rien retirer (plan à confirmer)")),
    Action(
        "messages.export",
        "e",
        "e",
        N_("Exporter"),
        N_("Remettre au logiciel métier les documents : PDF, CDA, images"),
    ),
    Action("messages.integrate", "i", "i", N_("Intégré"), N_("Marquer intégré au logiciel métier, ou ôter")),
    Action(
        "messages.make_room",
        "L",
        "L",
        N_("Libérer"),
        N_("Libérer de la place : une taille ou un taux (plan à confirmer)"),
        footer=True,
        dangerous=True,
    ),
    Action(
        "messages.next_pane",
        "tab",
        "Tab",
        N_("Dossiers"),
        N_("Passer des dossiers aux messages"),
        footer=True,
    ),
    Action("messages.folders", "h,left", "h", N_("Dossiers"), N_("Aller aux dossiers"), palette=False),
    Action(
        "messages.next_match", "n", "n", N_("Suivant marqué"), N_("Message marqué suivant"), palette=False
    ),
    Action(
        "messages.previous_match",
        "N",
        "N",
        N_("Précédent marqué"),
        N_("Message marqué précédent"),
        palette=False,
    ),
    Action(
        "messages.back",
        "escape",
        N_("Échap"),
        N_("Revenir"),
        N_("Quitter la plage, puis le groupe, puis la façon de voir, puis le filtre, puis la vue"),
        palette=False,
    ),
    Action("messages.undo", "u", "u", N_("Annuler"), N_("Annuler le dernier acte qui peut l'être")),
    # Situations
    Action(
        "situations.choose",
        "enter",
        N_("Entrée"),
        N_("Choisir"),
        N_("Choisir la BAL privilégiée de cette situation"),
        footer=True,
    ),
    Action("situations.copy", "y", "y", N_("Copier"), N_("Copier la signature de mail"), footer=True),
    Action(
        "situations.add",
        "a",
        "a",
        N_("Ajouter"),
        N_("Écrire une situation d'exercice à la main"),
        footer=True,
    ),
    Action("situations.remove", "x", "x", N_("Ôter"), N_("Ôter une situation écrite à la main")),
    Action(
        "situations.next_open",
        "n",
        "n",
        N_("À choisir"),
        N_("Prochaine situation sans BAL privilégiée"),
        footer=True,
    ),
    Action(
        "situations.previous_open",
        "N",
        "N",
        N_("À choisir, avant"),
        N_("Situation précédente sans BAL privilégiée"),
        palette=False,
    ),
    Action("situations.back", "escape", N_("Échap"), N_("Revenir"), N_("Revenir aux fiches"), palette=False),
    # Journal
    Action("journal.open", "enter", N_("Entrée"), N_("Ouvrir"), N_("Lire tout de cet acte"), footer=True),
    Action("journal.filter", "slash", "/", N_("Chercher"), N_("Chercher un acte par mots"), footer=True),
    Action("journal.export", "e", "e", N_("Exporter"), N_("Exporter ces lignes en CSV"), footer=True),
    Action("journal.back", "escape", N_("Échap"), N_("Revenir"), N_("Tout montrer, revenir"), palette=False),
    Action("journal.undo", "u", "u", N_("Annuler"), N_("Annuler cet acte, si c'est possible"), footer=True),
    Action("journal.next_failure", "n", "n", N_("Échec suivant"), N_("Acte suivant qui n'a pas abouti")),
    Action(
        "journal.previous_failure", "N", "N", N_("Échec précédent"), N_("Acte précédent qui n'a pas abouti")
    ),
    Action(
        "journal.check",
        "c",
        "c",
        N_("Contrôler"),
        N_("Contrôler que le journal n'a pas été modifié"),
        footer=True,
    ),
)


def in_place(*places: str) -> Iterator[Action]:
    """The actions of these places, in the order of the table."""
    return (action for place in places for action in ACTIONS if action.place == place)


def bindings_for(place: str) -> list[BindingType]:
    """Textual's bindings for one place; their ids let a user's keymap rename keys."""
    return [
        Binding(a.keys, a.name, a.label, id=a.id, show=a.footer, key_display=a.shown) for a in in_place(place)
    ]
