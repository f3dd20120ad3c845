"""Whether Pod Security admission will let a debug pod pass, and which profile would."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, structs

from k8stui.model import pod_security, tree
from k8stui.model.objects import Object, ObjectRow
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE, Options
from k8stui.operations.building import Builder, UnableError
from k8stui.settings import PROFILES

BUILDERS: Final[Mapping[str, Builder]] = MappingProxyType(
    {EPHEMERAL: debugging.ephemeral, COPY: debugging.copy, NODE: debugging.node, ALONE: debugging.alone}
)
"""By mode."""


class Prediction(Struct, frozen=True):
    """What admission will say."""

    refused: str = ""
    """`violates PodSecurity "restricted:latest": ...`, with which the server will refuse it; "": it will not."""
    warned: str = ""
    """The same, of which it will warn only; "": it will not."""
    passing: tuple[str, ...] = ()
    """Profiles with which it would not be refused, those that may do most first; () where none helps."""

    @property
    def hint(self) -> str:
        """What to do about a refusal: one sentence; "" where there is none."""
        if not self.refused:
            return ""
        if not self.passing:
            return "No profile helps: the pod itself, or what is shared with its node, is not allowed in this namespace"
        return f"It would pass with the profile {' or '.join(self.passing)}"


def prediction(found: ObjectRow, options: Options, labels: Mapping[str, str]) -> Prediction:
    """What admission will say of the choice, as far as the namespace's labels tell: the dry run has the last word.

    An ephemeral container is judged with its whole pod: in one that is older than the label, none may pass.

    Args:
        found: the pod, node or namespace that the builder is given.
        labels: of the namespace in which the pod is or will be.

    Raises UnableError: the builder cannot make it.
    """
    pod = _whole(found, options)
    refused = pod_security.judged(pod, labels).says
    if not refused:
        return Prediction(warned=pod_security.judged(pod, labels, "warn").says)
    others = [each for each in PROFILES if each != options.profile and _passes(found, options, each, labels)]
    return Prediction(refused, "", tuple(others))


def _passes(found: ObjectRow, options: Options, profile: str, labels: Mapping[str, str]) -> bool:
    try:
        pod = _whole(found, structs.replace(options, profile=profile))
    except UnableError:
        return False
    return not pod_security.judged(pod, labels).violations


def _whole(found: ObjectRow, options: Options) -> Object:
    """The pod as the server would judge it."""
    if options.mode not in BUILDERS:
        raise UnableError(f"There is no way to debug named {options.mode}")
    made: Any = BUILDERS[options.mode](found, **options.given()).request.decoded()
    if options.mode != EPHEMERAL:
        whole: Object = made
        return whole
    before = found.exact()
    spec = tree.part(before, "spec")
    new = tree.rows(made, "spec", "ephemeralContainers")
    return {**before, "spec": {**spec, "ephemeralContainers": [*tree.rows(spec, "ephemeralContainers"), *new]}}
