"""The keys that hold everywhere."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
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
)
