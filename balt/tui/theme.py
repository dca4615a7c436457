"""Colours: one hue per sheet, states by sign and colour, and a light, a high-contrast and a 16-colour look.

A ``Look`` names colours by their meaning; widgets that draw their own lines ask it for rich styles, and
Textual's CSS sees the same colours as theme variables.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True)
class Look:
    """The colours of one theme, by meaning; ``identifier``, ``entretenir``, ``valoriser`` are the sheets'."""

    name: str
    dark: bool
    ground: str
    panel: str
    text: str
    muted: str
    strong: str
    selected: str
    selected_text: str
    empty: str
    identifier: str
    entretenir: str
    valoriser: str
    attention: str
    alert: str

    @cached_property
    def styles(self) -> dict[str, Style]:
        """Rich styles on the ground colour, by meaning."""
        named = {
            "text": self.text,
            "muted": self.muted,
            "identifier": self.identifier,
            "entretenir": self.entretenir,
            "valoriser": self.valoriser,
            "attention": self.attention,
            "alert": self.alert,
        }
        styles = {name: Style(color=color) for name, color in named.items()}
        styles["strong"] = Style(color=self.strong, bold=True)
        styles["rule"] = Style(color=self.empty)
        styles["empty"] = Style(color=self.muted, bgcolor=self.empty)
        return styles

    def style(self, name: str) -> Style:
        """The style of one meaning: text, muted, strong, rule, empty, attention, alert, or a sheet's id."""
        return self.styles[name]

    @cached_property
    def ground_style(self) -> Style:
        return Style(color=self.text, bgcolor=self.ground)

    @cached_property
    def panel_style(self) -> Style:
        return Style(color=self.text, bgcolor=self.panel)

    @cached_property
    def selected_style(self) -> Style:
        """The background of the selected line; laid over the line's own colours."""
        return Style(color=self.selected_text, bgcolor=self.selected)

    def badge(self, hue: str) -> Style:
        """Dark text on a hue: the current tab, the DÉMO sign."""
        return Style(
            color=self.ground if self.name != "balt-ansi" else "black", bgcolor=self._hue(hue), bold=True
        )

    def _hue(self, hue: str) -> str:
        return str(getattr(self, hue))

    def theme(self) -> Theme:
        """The same colours for Textual's CSS."""
        return Theme(
            name=self.name,
            primary=self.identifier,
            secondary=self.entretenir,
            accent=self.valoriser,
            foreground=self.text,
            background=self.ground,
            surface=self.panel,
            panel=self.panel,
            success=self.entretenir,
            warning=self.attention,
            error=self.alert,
            dark=self.dark,
            variables={
                "muted": self.muted,
                "selected": self.selected,
                "selected-text": self.selected_text,
                "empty": self.empty,
                "border": self.empty,
                "border-blurred": self.empty,
                "block-cursor-background": self.selected,
                "block-cursor-foreground": self.selected_text,
                "input-selection-background": self.selected,
                "input-cursor-background": self.text,
                "input-cursor-foreground": self.ground,
                "scrollbar": self.empty,
                "scrollbar-hover": self.muted,
                "scrollbar-active": self.muted,
                "scrollbar-background": self.ground,
                "scrollbar-background-hover": self.ground,
                "scrollbar-background-active": self.ground,
                "footer-key-foreground": self.strong,
            },
        )


DARK = Look(
    name="balt-sombre",
    dark=True,
    ground="#0f141b",
    panel="#161c25",
    text="#d5dbe5",
    muted="#7f8998",
    strong="#eef2f8",
    selected="#22405f",
    selected_text="#ffffff",
    empty="#2a323d",
    identifier="#6cb2ff",
    entretenir="#4fd1a1",
    valoriser="#c79bff",
    attention="#f0b545",
    alert="#f2777a",
)
LIGHT = Look(
    name="balt-clair",
    dark=False,
    ground="#fbfbf9",
    panel="#f0f1ee",
    text="#22272e",
    muted="#636b75",
    strong="#0c1014",
    selected="#cfe2f7",
    selected_text="#0c1014",
    empty="#d3d7d9",
    identifier="#0b5fb8",
    entretenir="#0c7a55",
    valoriser="#7440b8",
    attention="#935f00",
    alert="#b3261e",
)
CONTRAST = Look(
    name="balt-contraste",
    dark=True,
    ground="#000000",
    panel="#000000",
    text="#ffffff",
    muted="#d0d0d0",
    strong="#ffffff",
    selected="#ffe94a",
    selected_text="#000000",
    empty="#5a5a5a",
    identifier="#7fd0ff",
    entretenir="#6dffb0",
    valoriser="#e3b8ff",
    attention="#ffd23f",
    alert="#ff8a8a",
)
ANSI = Look(
    name="balt-ansi",
    dark=True,
    ground="default",
    panel="default",
    text="default",
    muted="bright_black",
    strong="default",
    selected="blue",
    selected_text="bright_white",
    empty="bright_black",
    identifier="bright_blue",
    entretenir="green",
    valoriser="magenta",
    attention="yellow",
    alert="red",
)
LOOKS = {look.name: look for look in (DARK, LIGHT, CONTRAST)}


class HasLook(Protocol):
    """What a widget needs from the app to draw itself."""

    @property
    def look(self) -> Look: ...


def look_of(app: object) -> Look:
    """The look of the running app."""
    return cast(HasLook, app).look
