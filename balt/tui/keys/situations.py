"""The keys of view 4, Situations."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
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
)
