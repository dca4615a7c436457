"""The keys of view 5, Journal."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
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
