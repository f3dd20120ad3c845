"""Images to debug with."""

from typing import Final

from k8stui.settings import DebugSettings, Preset

BUILT_IN: Final = (
    Preset(name="netshoot", image="nicolaka/netshoot:v0.13"),
    Preset(name="network-multitool", image="wbitt/network-multitool:alpine-extra"),
    Preset(name="curl", image="curlimages/curl:8.11.1", command=("sh",)),
    Preset(name="busybox", image="busybox:1.37"),
)
NON_ROOT: Final = frozenset({"curlimages/curl"})
"""Repositories whose image runs as a user that is not root, so that it starts in a restricted container."""


def presets(settings: DebugSettings) -> tuple[Preset, ...]:
    """Those of the configuration first, then the built-in ones whose name is not taken."""
    own = {each.name for each in settings.presets}
    return (*settings.presets, *(each for each in BUILT_IN if each.name not in own))


def fits_restricted(image: str) -> bool | None:
    """Whether the image is known to run without root; None: not known."""
    return None
