"""Colours: dark, light, the terminal's own sixteen, and none. Every tone also has a sign, so nothing depends on them.

Every text has a contrast of 4.5 or more to what it stands on (WCAG 2.1, AA); `tests/test_themes.py` computes it.
"""

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="k8stui-dark",
    primary="#5fafd7",
    secondary="#87afaf",
    accent="#5fafd7",
    success="#87d787",
    warning="#ffd75f",
    error="#ff8787",
    foreground="#d0d0d0",
    background="#121212",
    surface="#121212",
    panel="#262626",
    boost="#1c1c1c",
    dark=True,
    variables={
        "text-disabled": "#b8b8b8",  # is shown dimmed
        "input-cursor-text-style": "reverse",
        "footer-key-foreground": "#5fafd7",
        "screen-selection-background": "#264f78",
        "screen-selection-foreground": "#ffffff",
    },
)

LIGHT: Final = Theme(
    name="k8stui-light",
    primary="#0b5394",
    secondary="#3d6b6b",
    accent="#0b5394",
    success="#1b6e1b",
    warning="#7a4f00",
    error="#b3261e",
    foreground="#1f1f1f",
    background="#fafafa",
    surface="#fafafa",
    panel="#e4e4e4",
    boost="#eeeeee",
    dark=False,
    variables={
        "text-disabled": "#2c2c2c",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-text-style": "reverse",
        "footer-key-foreground": "#0b5394",
        "screen-selection-background": "#b8d6f2",
        "screen-selection-foreground": "#000000",
    },
)

ANSI: Final = Theme(
    name="k8stui-ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    success="ansi_green",
    # Plain yellow is brown, and plain red too dark, in the palettes of many terminals.
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    foreground="ansi_bright_white",
    # Its own: no set of sixteen colours can be read on black and on white alike.
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    boost="ansi_black",
    dark=True,
    variables={
        "panel": "ansi_black",  # Textual leaves these two out of themes of 16 colours
        "surface": "ansi_black",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_bright_white",
        "text": "ansi_bright_white",
        "text-muted": "ansi_white",
        "text-disabled": "ansi_white",
        "block-cursor-background": "ansi_cyan",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-text-style": "none",
        "border": "ansi_cyan",
        "input-cursor-background": "ansi_bright_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_white",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_white",
        "screen-selection-foreground": "ansi_black",
        "footer-key-foreground": "ansi_cyan",
    },
)

PLAIN: Final = Theme(
    name="k8stui-plain",
    ansi=True,
    primary="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "panel": "ansi_default",
        "surface": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "text-muted": "ansi_default",
        "text-disabled": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "reverse",
        "border": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "input-selection-foreground": "ansi_default",
        "screen-selection-background": "ansi_default",
        "screen-selection-foreground": "ansi_default",
    },
)
"""For NO_COLOR: the terminal's own two, with bold and reverse."""

BY_NAME: Final = {"dark": DARK, "light": LIGHT, "ansi": ANSI}
"""The themes a user can choose, by the names of `settings.THEMES`."""

ALL: Final = (DARK, LIGHT, ANSI, PLAIN)


def chosen(name: str, *, no_color: bool) -> Theme:
    """The theme of that name ("" means dark); with NO_COLOR always the one without colours. Raises KeyError."""
    return PLAIN if no_color else BY_NAME[name or "dark"]
