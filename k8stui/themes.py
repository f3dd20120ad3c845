"""Colours: one calm dark theme. Every tone also has a sign, so nothing depends on colour alone."""

from textual.theme import Theme

DARK = Theme(
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
    variables={"input-cursor-text-style": "reverse", "footer-key-foreground": "#5fafd7"},
)

THEMES = (DARK,)
"""The first one is the default."""
