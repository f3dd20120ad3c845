"""Images to debug with."""

from typing import Final

from k8stui.model.image import repository
from k8stui.settings import DebugSettings, Preset

USER: Final = 10001
"""In restricted containers of images that name no user by its number: one that no image knows, and so of group 0."""
BUILT_IN: Final = (
    Preset(name="netshoot", image="nicolaka/netshoot:v0.14", user=USER),
    Preset(name="network-multitool", image="wbitt/network-multitool:alpine-extra", command=("bash",), user=USER),
    Preset(name="curl", image="curlimages/curl:8.11.1", command=("sh",), user=USER),
    Preset(name="busybox", image="busybox:1.37", user=USER),
)
"""Two of them run something else than a shell by themselves: a web server, and curl. All run as any user."""


def presets(settings: DebugSettings) -> tuple[Preset, ...]:
    """Those of the configuration first, then the built-in ones whose name is not taken."""
    own = {each.name for each in settings.presets}
    return (*settings.presets, *(each for each in BUILT_IN if each.name not in own))


def fits_restricted(image: str) -> bool:
    """Whether an image is known to say a user other than root, by its number: then a restricted container starts.

    Distroless images tagged `nonroot` do, and Chainguard's. Of the built-in presets none does: they bring a user.
    """
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    name = repository(image)
    return name.startswith("cgr.dev/chainguard/") or (name.startswith("gcr.io/distroless/") and "nonroot" in tag)
