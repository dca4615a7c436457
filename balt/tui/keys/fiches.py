"""The keys of view 1, Fiches."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
    Action(
        "fiches.act", "enter", N_("Entrée"), N_("Agir"), N_("Ouvrir la vue qui fait cette étape"), footer=True
    ),
    Action(
        "fiches.risks", "r", "r", N_("Risques"), N_("Quels sont les risques ? Des questions ?"), footer=True
    ),
    Action(
        "fiches.tick",
        "t",
        "t",
        N_("Cocher"),
        N_("Cocher à la main ce que rien ne peut mesurer, avec une date et une note"),
        footer=True,
    ),
    Action(
        "fiches.next_mailbox",
        "b",
        "b",
        N_("Par BAL"),
        N_("Passer de tout le cabinet à une BAL, puis à la suivante"),
        footer=True,
    ),
    Action(
        "fiches.previous_mailbox",
        "B",
        "B",
        N_("BAL d'avant"),
        N_("Revenir à la BAL d'avant, ou à tout le cabinet"),
        palette=False,
    ),
    Action(
        "fiches.due",
        "e",
        "e",
        N_("Échéances"),
        N_("Ce qui est à faire ce mois-ci : réponses à redonner, relances, saturations, étapes"),
        footer=True,
    ),
    Action(
        "fiches.export",
        "x",
        "x",
        N_("Exporter"),
        N_("Mettre les fiches remplies dans un fichier : PDF pour un mur, HTML, Markdown"),
        footer=True,
    ),
    Action(
        "fiches.share",
        "X",
        "X",
        N_("Partager"),
        N_("À plusieurs : écrire dans un fichier ce qui est noté ici, ou reprendre celui d'un autre poste"),
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
)
