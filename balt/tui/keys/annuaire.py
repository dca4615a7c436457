"""The keys of view 2, Annuaire."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
    Action(
        "annuaire.detail",
        "enter",
        N_("Entrée"),
        N_("Détail"),
        N_("Tout ce qui est su de cette BAL"),
        footer=True,
    ),
    Action(
        "annuaire.depart",
        "d",
        "d",
        N_("Dépublier"),
        N_("Retirer cette BAL de l'annuaire : remplacement, demande, suivi"),
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
)
