"""What somebody chose of a debug container or pod, and what is wrong with the choice."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from k8stui.model.text import clean
from k8stui.operations.builders.masking import HIDDEN
from k8stui.operations.building import UnableError
from k8stui.settings import PROFILES

EPHEMERAL: Final = "ephemeral"
"""A container more in the running pod, which stays in its list for ever."""
COPY: Final = "copy"
"""A copy of the pod, changed."""
NODE: Final = "node"
"""A pod on a node."""
ALONE: Final = "alone"
"""A pod of its own in a namespace."""
MODES: Final = (EPHEMERAL, COPY, NODE, ALONE)
PULLS: Final = ("Always", "IfNotPresent", "Never")
LABEL: Final = "k8stui/debug"
"""On every pod that was made to debug; its value is the mode."""
WHO: Final = "k8stui/who"
HOST: Final = "k8stui/host"
AT: Final = "k8stui/at"
"""Annotations: the user, the machine and the moment (RFC 3339)."""


class Options(Struct, frozen=True, kw_only=True):
    """One choice. Fields that a mode does not have are judged by `problems` and else left alone."""

    mode: str = EPHEMERAL
    """One of `MODES`."""
    namespace: str = ""
    """Of a node's pod; the others stand where their pod or their namespace is."""
    name: str = ""
    """Of the pod that is made; "": one is made up with `suffix`."""
    container: str = ""
    """Of the debug container; in a copy also of one that is there, to be changed. "": one is made up."""
    target: str = ""
    """Ephemeral: the container whose processes are shared."""
    image: str = ""
    command: tuple[str, ...] = ()
    """Empty: the image's own."""
    args: tuple[str, ...] = ()
    """Follow the command; alone they are the arguments of the image's own."""
    env: tuple[tuple[str, str], ...] = ()
    requests: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    """Resource and quantity; never of an ephemeral container, which can have none."""
    profile: str = "general"
    """One of `PROFILES`."""
    custom: str = ""
    """A partial container as YAML or JSON, laid over the debug container last; "": none."""
    pull: str = ""
    """One of `PULLS`; "": the server's choice."""
    stdin: bool = True
    tty: bool = True
    same_node: bool = False
    share_processes: bool | None = None
    """Copy: None leaves it to the profile."""
    set_images: tuple[tuple[str, str], ...] = ()
    """Copy: image by container, `*` for all."""
    keep_labels: bool = False
    keep_annotations: bool = False
    keep_liveness: bool = False
    keep_readiness: bool = False
    keep_startup: bool = False
    keep_init_containers: bool = True
    host_network: bool = False
    """Alone: in the network of its node."""
    lifetime: float = 0.0
    """Seconds after which the cluster ends a pod (activeDeadlineSeconds); 0: never. Not of an ephemeral container."""
    suffix: str = ""
    """Five letters that make a name unique."""
    who: str = ""
    host: str = ""
    at: str = ""
    """Who asks, where, and when (RFC 3339): annotations of a pod; "": none."""

    def given(self) -> dict[str, Any]:
        """The arguments of a builder."""
        return {key: value for key, value in msgspec.to_builtins(self).items() if value != getattr(_PLAIN, key)}

    def shown(self) -> dict[str, Any]:
        """The same for the journal: values of the environment hidden, and a custom container, which may have some."""
        hidden = msgspec.structs.replace(
            self, env=tuple((name, HIDDEN) for name, _ in self.env), custom=HIDDEN if self.custom else ""
        )
        return hidden.given()


_PLAIN: Final = Options()


def options(given: Mapping[str, Any], mode: str) -> Options:
    """The choice of a builder's arguments. Raises UnableError: there are none such, or `problems`."""
    try:
        found = msgspec.convert({**given, "mode": mode}, Options)
    except msgspec.ValidationError as error:
        raise UnableError(f"These are no options of a debug pod: {clean(str(error), 120)}") from None
    wrong = problems(found)
    if wrong:
        raise UnableError(wrong[0])
    return found


def problems(options: Options) -> list[str]:
    """What is wrong with the choice, one sentence each, as far as it can be told without the object."""
    return [] if options.profile in PROFILES else [f"'{clean(options.profile, 40)}' is no profile"]
