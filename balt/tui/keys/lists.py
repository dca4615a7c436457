"""The keys of any list."""

from balt.i18n import N_
from balt.tui.action import Action

ACTIONS = (
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
)
