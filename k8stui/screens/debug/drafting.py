"""What was chosen in the launcher so far, and how a choice changes it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct, structs

from k8stui.model import pod_choice, tree
from k8stui.model.duration import seconds
from k8stui.model.objects import Object
from k8stui.model.words import split
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE, Options
from k8stui.operations.builders.debug_presets import fits_restricted
from k8stui.operations.builders.debug_words import pair, parse
from k8stui.operations.building import UnableError
from k8stui.settings import DebugSettings, Preset

ROWS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        EPHEMERAL: ("mode", "on", "target", "image", "command", "profile", "flags", "custom", "name"),
        COPY: (
            *("mode", "on", "target", "image", "command", "profile", "same_node", "share", "flags", "custom", "name"),
            *("lifetime", "leave"),
        ),
        NODE: (*("mode", "on", "image", "command", "profile", "namespace", "flags", "custom", "lifetime", "leave"),),
        ALONE: (
            *("mode", "namespace", "image", "command", "profile", "host_network", "flags", "custom", "name"),
            *("lifetime", "leave"),
        ),
    }
)
"""The rows of the form by mode."""
LEAVES: Final = ("ask", "remove", "keep")
NOT_ROOT: Final = 65532
"""A user without rights, as images without root have it."""
_FLAGS: Final = ("env", "pull", "set_images", "requests", "limits", "stdin", "tty", "user")
_KEEP: Final = ("labels", "annotations", "liveness", "readiness", "startup")
_KEPT: Final = (*(f"keep_{name}" for name in _KEEP), "keep_init_containers")
_PLAIN: Final = Options()


class Choice(Struct, frozen=True, kw_only=True):
    """What was chosen."""

    options: Options
    preset: str = ""
    """The name of the preset that the image is of; "": an image of its own."""
    profiled: bool = False
    """The profile was chosen: another preset does not change it."""
    leave: str = "ask"
    """One of LEAVES."""

    @property
    def mode(self) -> str:
        """Of the options."""
        return self.options.mode

    def having(self, **changes: object) -> Choice:
        """With other options."""
        return structs.replace(self, options=structs.replace(self.options, **changes))

    def keeping(self, other: Choice, chosen: Collection[str]) -> Choice:
        """With what was typed in the other one: a command, further options (`chosen`: rows that were changed)."""
        rows = {"command": ("command", "args"), "flags": ("env", "requests", "limits", "user")}
        kept = [name for row, names in rows.items() if row in chosen for name in names]
        return self.having(**{name: getattr(other.options, name) for name in kept})

    def of_preset(self, preset: Preset, usual: str) -> Choice:
        """With the image of a preset and all that it brings; `usual`: the profile where it has none of its own."""
        profile = self.options.profile if self.profiled else preset.profile or usual
        found = self.having(
            image=preset.image,
            command=preset.command,
            args=preset.args,
            env=preset.env,
            requests=preset.requests,
            limits=preset.limits,
            user=preset.user,
            profile=profile,
        )
        return structs.replace(found, preset=preset.name)

    def of_image(self, image: str, usual: str) -> Choice:
        """With an image that no preset has: what the preset before brought goes with it.

        Args:
            image: the image.
            usual: the profile, unless one was chosen.
        """
        return structs.replace(self.of_preset(Preset(name="", image=image), usual), preset="")

    def of_profile(self, profile: str) -> Choice:
        """With a profile that stays, whatever the preset."""
        return structs.replace(self.having(profile=profile), profiled=True)


def first(mode: str, settings: DebugSettings, presets: Sequence[Preset], stamp: Options, leave: str) -> Choice:
    """What stands there at first.

    Args:
        mode: of debugging.
        settings: what the configuration says.
        presets: the first is taken.
        stamp: whose it is, where and when, and letters for its name.
        leave: what was chosen the last time.
    """
    options = structs.replace(stamp, mode=mode, lifetime=settings.lifetime, leave_stdin_open=True)
    return Choice(options=options, leave=leave).of_preset(presets[0], settings.profile)


def passing_choice(choice: Choice, profile: str) -> Choice:
    """With a profile that passes; a restricted one with a user that is not root, where the image may have none."""
    found = choice.of_profile(profile)
    rootless = choice.options.user or fits_restricted(choice.options.image)
    return found if profile != "restricted" or rootless else found.having(user=NOT_ROOT)


def fitting(options: Options, namespace: str) -> Options:
    """Without what the mode does not have: it was chosen for another one, and stays chosen for that."""
    mode = options.mode
    others = [
        *(["target"] if mode != EPHEMERAL else ["lifetime", "name"]),
        *(["same_node", "share_processes", "set_images", *_KEPT] if mode != COPY else []),
        *(["host_network", "leave_stdin_open"] if mode != ALONE else ["container"]),
        *(["name"] if mode == NODE else []),
    ]
    changes = {field: getattr(_PLAIN, field) for field in others}
    return structs.replace(options, namespace=namespace if mode == NODE else "", **changes)


# The pod's containers


def containers(pod: Object) -> list[str]:
    """Its ordinary containers by name."""
    return [tree.text(each, "name") for each in tree.rows(pod, "spec", "containers")]


def default_container(pod: Object) -> str:
    """The one that kubectl takes where none is named."""
    wanted = pod_choice.default_container(pod)
    names = containers(pod)
    return wanted if wanted in names else next(iter(names), "")


def running(pod: Object, container: str) -> bool:
    """Whether the container runs now: of one that does not, no processes can be shared."""
    return any(
        tree.text(each, "name") == container and tree.value(each, "state", "running") is not None
        for kind in ("containerStatuses", "initContainerStatuses")
        for each in tree.rows(pod, "status", kind)
    )


def target(pod: Object) -> str:
    """The container whose processes a debug container shares at first; "": none of them runs."""
    names = [default_container(pod), *containers(pod)]
    return next((name for name in names if running(pod, name)), "")


# What is typed


def words(options: Options) -> str:
    """What runs, as it is typed."""
    import shlex

    return shlex.join([*options.command, *options.args])


def commanded(text: str) -> tuple[str, ...]:
    """The words of a command. Raises ValueError."""
    return tuple(split(text))


def lasting(text: str) -> float:
    """Seconds of a lifetime; empty: none. Raises ValueError."""
    if not text.strip():
        return 0.0
    found = seconds(text.strip())
    if found < 1:
        raise ValueError("A debug pod lives for a second at least; empty: it is never ended by the cluster")
    return float(int(found))


def flags(options: Options) -> str:
    """What has no row of its own, as kubectl's flags."""
    import shlex

    found = [f"--env={pair(*each)}" for each in options.env]
    if options.mode == COPY:
        found += [f"--set-image={pair(*each)}" for each in options.set_images]
        found += [f"--keep-{name}" for name in _KEEP if getattr(options, f"keep_{name}")]
        found += ["--keep-init-containers=false"] * (not options.keep_init_containers)
    found += [f"--user={options.user}"] * (options.user > 0 and options.profile == "restricted")
    found += [f"--image-pull-policy={options.pull}"] * bool(options.pull)
    if options.mode != EPHEMERAL:
        pairs = (("requests", options.requests), ("limits", options.limits))
        found += [f"--{name}={pair(*each)}" for name, amounts in pairs for each in amounts]
    if not options.stdin:
        found.append("--stdin=false")
    elif not options.tty:
        found.append("--tty=false")
    if options.mode == ALONE and options.stdin and not options.leave_stdin_open:
        found.append("--leave-stdin-open=false")
    return shlex.join(found)


def flagged(options: Options, text: str) -> Options:
    """With these flags instead of those that there were. Raises UnableError: one sentence."""
    plain = {field: getattr(_PLAIN, field) for field in (*_FLAGS, *_KEPT)}
    bare = structs.replace(options, **plain, leave_stdin_open=True)  # who detaches finds it as it was
    if options.profile != "restricted":  # elsewhere it means nothing, and is not shown
        bare = structs.replace(bare, user=options.user)
    found = parse(text, bare)
    if found.targets:
        raise UnableError(
            f"Only flags may stand here, not '{found.targets[0][:40]}': c is the command, o what it is on"
        )
    return structs.replace(found.options, mode=options.mode)
