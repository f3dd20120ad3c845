"""What somebody chose of a debug container or pod, and what is wrong with the choice."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct

from k8stui.model import image as images
from k8stui.model import quantity
from k8stui.model.generated import ALPHABET
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders import debug_custom
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
LONGEST: Final = 253
"""Characters of a pod's name."""
ALL: Final = "*"
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_CONTAINER: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_VARIABLE: Final = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_PRINTED: Final = re.compile(r"[ -<>-~]+")
"""What servers since 1.34 take for a name of a variable: ASCII without the equals sign."""
_LIFE: Final = 2**31 - 1
"""The largest user, and the longest life in seconds."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice."""

    mode: str = EPHEMERAL
    """One of `MODES`."""
    namespace: str = ""
    """Of a node's pod; the others stand where their pod or their namespace is."""
    name: str = ""
    """Of the pod that is made (not on a node); "": one is made up with `suffix`."""
    container: str = ""
    """Of the debug container; in a copy also of one that is there, to be changed. "": one is made up. (A pod of its own
    has one of its own name.)"""
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
    """Resource and quantity; not sent of an ephemeral container, which can have none."""
    profile: str = "general"
    """One of `PROFILES`."""
    user: int = 0
    """Number of the user in a restricted container (runAsUser); 0: the image's, and it must not be root's."""
    custom: str = ""
    """A partial container as YAML or JSON, laid over the debug container last; "": none."""
    pull: str = ""
    """One of `PULLS`; "": the server's choice."""
    stdin: bool = True
    tty: bool = True
    same_node: bool = False
    """Copy: on the node of the original."""
    share_processes: bool | None = None
    """Copy: whether its containers see each other's processes; None leaves it to the profile."""
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
    leave_stdin_open: bool = False
    """Alone: the input goes on when a session is left, so that another one can be attached (kubectl run's flag); the
    others are so anyway."""
    lifetime: float = 0.0
    """Seconds after which the cluster ends a pod (activeDeadlineSeconds); 0: never. Not of an ephemeral container."""
    suffix: str = ""
    """Letters that make a name unique."""
    who: str = ""
    host: str = ""
    at: str = ""
    """Who asks, where, and when (RFC 3339): annotations of a pod; "": none."""

    def given(self) -> dict[str, Any]:
        """The arguments of a builder."""
        return {key: value for key, value in msgspec.to_builtins(self).items() if value != _PLAIN[key]}

    def shown(self) -> dict[str, Any]:
        """The same for the journal: values of the environment hidden, and a custom container, which may have some."""
        hidden = msgspec.structs.replace(
            self, env=tuple((name, HIDDEN) for name, _ in self.env), custom=HIDDEN if self.custom else ""
        )
        return hidden.given()

    @property
    def words(self) -> tuple[str, ...]:
        """What runs: the command with its arguments, or the arguments of the image's own command."""
        return (*self.command, *self.args)


_PLAIN: Final[Mapping[str, Any]] = MappingProxyType(msgspec.to_builtins(Options()))


def options(given: Mapping[str, Any], mode: str) -> Options:
    """The choice of a builder's arguments. Raises UnableError: there are none such, or `problems`."""
    try:
        found = msgspec.convert({**given, "mode": mode}, Options, strict=True)
    except msgspec.ValidationError as error:
        raise UnableError(f"These are no options of a debug pod: {clean(str(error), 120)}") from None
    wrong = problems(found)
    if wrong:
        raise UnableError(wrong[0])
    return found


def problems(options: Options) -> list[str]:
    """What is wrong with the choice, one sentence each, as far as it can be told without the object."""
    if options.mode not in MODES:
        return [f"'{clean(options.mode, 40)}' is no way to debug: there are {', '.join(MODES)}"]
    return [says for rule in _RULES for says in rule(options)]


def _places(options: Options) -> Iterator[str]:
    """What only one of the modes has."""
    mode = options.mode
    if mode != COPY:
        kept = any(getattr(options, name) != _PLAIN[name] for name in _PLAIN if name.startswith("keep_"))
        for given, what in (
            (options.same_node, "the same node (--same-node)"),
            (options.set_images, "other images (--set-image)"),
            (options.share_processes is not None, "sharing processes (--share-processes)"),
            (kept, "what is kept (--keep-...)"),
        ):
            if given:
                yield f"Only a copy of a pod (--copy-to) can be told {what}"
    if options.target and mode != EPHEMERAL:
        instead = ": share the processes of the copy instead (--share-processes)" if mode == COPY else ""
        yield f"Only an ephemeral container can have a target (--target){instead}"
    if options.host_network and mode != ALONE:
        yield "Only a pod of its own can be told to use its node's network: on a node the profile says it"
    if mode == NODE and not options.namespace:
        yield "Say in which namespace the pod on the node is to be"
    if mode == ALONE and options.container not in ("", options.name):
        yield "The container of a pod of its own has the name of the pod: give that one (the pod's) alone"
    if options.name and mode in (EPHEMERAL, NODE):
        yield "Only a copy and a pod of its own can be given a name"


def _image(options: Options) -> Iterator[str]:
    if options.image:
        try:
            images.checked(options.image)
        except ValueError as error:
            yield str(error)
    elif options.mode != COPY:
        yield "An image is missing: choose one, or write --image=busybox"
    elif not options.set_images and not options.words:
        yield "A copy must differ: choose an image, other images for its containers (--set-image), or a command"
    elif options.words and not options.container:
        yield "A command needs a container of the pod (--container) or an image for a new one (--image)"
    if options.pull and options.pull not in PULLS:
        yield f"'{clean(options.pull, 40)}' is no pull policy: there are {', '.join(PULLS)}"


def _set_images(options: Options) -> Iterator[str]:
    for name, image in options.set_images:
        try:
            images.checked(image)
        except ValueError as error:
            yield f"Container {clean(name, 80)}: {error}"
        if name != ALL and not _CONTAINER.fullmatch(name):
            yield f"'{clean(name, 80)}' is no name of a container"
    yield from _twice("Container", [name for name, _ in options.set_images])


def _names(options: Options) -> Iterator[str]:
    if options.name and not (len(options.name) <= LONGEST and _NAME.fullmatch(options.name)):
        yield f"'{clean(options.name, 80)}' cannot name a pod: small letters, digits, - and ., up to {LONGEST}"
    elif options.name and options.mode == ALONE and not _CONTAINER.fullmatch(options.name):
        yield f"'{clean(options.name, 80)}' names the container, too: small letters, digits and -, up to 63"
    if options.container and not _CONTAINER.fullmatch(options.container):
        yield f"'{clean(options.container, 80)}' cannot name a container: small letters, digits and -, up to 63"
    if options.suffix and not (len(options.suffix) <= 20 and _CONTAINER.fullmatch(options.suffix)):
        yield f"'{clean(options.suffix, 40)}' cannot end a name: up to 20 small letters and digits"


def _environment(options: Options) -> Iterator[str]:
    strict = options.mode == ALONE  # kubectl run looks at it, kubectl debug leaves it to the server
    for name, _ in options.env:
        if strict and not _VARIABLE.fullmatch(name):
            yield f"'{clean(name, 60)}' is no name of a variable: letters, digits, _ - and ., and no digit first"
        elif not _PRINTED.fullmatch(name):
            yield f"'{clean(name, 60)}' is no name of a variable: write --env=NAME=value in plain letters"
    yield from _twice("The variable", [name for name, _ in options.env])


def _amounts(options: Options) -> Iterator[str]:
    for name, amount in (*options.requests, *options.limits):
        try:
            quantity.parse(amount)
        except ValueError:
            yield f"'{clean(amount, 40)}' is no quantity of {clean(name, 40)}: write it like 100m or 64Mi"
    if options.user < 0 or options.user > _LIFE:
        yield "The user must be a number, like 1000"
    if options.lifetime < 0 or options.lifetime > _LIFE:
        yield "The lifetime must be a time like 4h, or 0 for none"


def _kinds(options: Options) -> Iterator[str]:
    if options.profile not in PROFILES:
        yield f"'{clean(options.profile, 40)}' is no profile: there are {', '.join(PROFILES)}"
    if options.tty and not options.stdin:
        yield "A terminal (--tty) needs its input, too (--stdin)"
    if options.custom:
        try:
            debug_custom.parse(options.custom, ephemeral=options.mode == EPHEMERAL)
        except UnableError as error:
            yield str(error)


def _twice(what: str, names: Sequence[str]) -> Iterator[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield f"{what} {clean(twice[0], 60)} comes twice: name it once"


_RULES: Final[tuple[Callable[[Options], Iterator[str]], ...]] = (
    *(_places, _image, _set_images, _names, _environment, _amounts, _kinds),
)


def unused(start: str, suffix: str, taken: Sequence[str]) -> str:
    """`debugger-x7k2p`, with other last letters where the name is taken. Raises UnableError: there is no suffix."""
    if not suffix:
        raise UnableError("A name is missing: give one, or letters that make one unique")
    at = ALPHABET.find(suffix[-1]) + 1
    tried = [suffix, *(suffix[:-1] + letter for letter in ALPHABET[at:] + ALPHABET[:at])]
    for each in tried:
        if f"{start}{each}" not in taken:
            return f"{start}{each}"
    raise UnableError(f"All names like {start}{suffix} are taken: give one ({listed(list(taken), 5)})")
