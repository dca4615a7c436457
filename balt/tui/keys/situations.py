"""The keys of view 4, Situations."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
    Action(
        "situations.choose",
        "enter",
        N_("Entrée"),
        N_("Choisir"),
        N_("Choisir la BAL privilégiée de cette case ; dans la liste à diffuser : tout lire"),
        footer=True,
    ),
    Action(
        "situations.turn", "w", "w", N_("Diffuser"), N_("Montrer la chose suivante à diffuser"), footer=True
    ),
    Action(
        "situations.tracker",
        "t",
        "t",
        N_("Supports"),
        N_("Noter quel support porte cette BAL, ou en suivre un autre"),
        footer=True,
    ),
    Action("situations.copy", "y", "y", N_("Copier"), N_("Copier ce qui est montré à droite"), footer=True),
    Action(
        "situations.save",
        "s",
        "s",
        N_("Enregistrer"),
        N_("Enregistrer ce qui est montré, ou tout ce qui se diffuse pour cette BAL"),
        footer=True,
    ),
    Action("situations.code", "Q", "Q", N_("Code QR"), N_("Montrer le code QR de cette BAL"), footer=True),
    Action("situations.read", "p", "p", N_("Lire"), N_("Lire en entier ce qui est à diffuser")),
    Action(
        "situations.tongue", "L", "L", N_("Langue"), N_("Diffuser en français ou en anglais"), footer=True
    ),
    Action("situations.kinds", "c", "c", N_("Genres"), N_("Changer la liste des genres de prescription")),
    Action(
        "situations.add",
        "a",
        "a",
        N_("Ajouter"),
        N_("Écrire une situation d'exercice à la main"),
        footer=True,
    ),
    Action("situations.remove", "x", "x", N_("Ôter"), N_("Ôter une situation écrite à la main")),
    Action("situations.drop", "X", "X", N_("Ne plus suivre"), N_("Ne plus suivre un support à vous")),
    Action(
        "situations.next_open",
        "n",
        "n",
        N_("À choisir"),
        N_("Prochaine situation où une BAL est à choisir"),
        footer=True,
    ),
    Action(
        "situations.previous_open",
        "N",
        "N",
        N_("À choisir, avant"),
        N_("Situation précédente où une BAL est à choisir"),
        palette=False,
    ),
    Action("situations.left", "h,left", "h", N_("Genre précédent"), N_("Colonne précédente"), palette=False),
    Action("situations.right", "l,right", "l", N_("Genre suivant"), N_("Colonne suivante"), palette=False),
    Action("situations.back", "escape", N_("Échap"), N_("Revenir"), N_("Revenir aux fiches"), palette=False),
)
