"""The rows of the launcher's form: what each holds now, and what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from k8stui.actions.debug import FIELDS
from k8stui.model.columns import Tone
from k8stui.model.duration import whole
from k8stui.model.objects import Object
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE
from k8stui.screens.debug.drafting import ROWS, Choice, flags, running, words
from k8stui.screens.debug.subject import Subject
from k8stui.widgets.form import Entry

MODE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        EPHEMERAL: "container in the pod",
        COPY: "copy of the pod",
        NODE: "pod on the node",
        ALONE: "pod by itself",
    }
)
MODE_ABOUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        EPHEMERAL: "ephemeral: the pod goes on; the container stays in its list until it is restarted",
        COPY: "the pod is left alone; its labels go, so that no service sends it traffic",
        NODE: "in the node's own processes and network, its files under /host (by profile)",
        ALONE: "as kubectl run: tools in a namespace, removed afterwards",
    }
)
PROFILE_ABOUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "general": "may trace processes; a node's pod has the node's namespaces and files",
        "baseline": "passes Pod Security baseline; nothing of the node",
        "restricted": "passes Pod Security restricted: not as root, no capabilities",
        "netadmin": "NET_ADMIN and NET_RAW: tcpdump, ip, iptables",
        "sysadmin": "privileged: all of the node that there is",
        "legacy": "kubectl's old one: adds nothing; a node's pod has the node's namespaces and files",
    }
)
LEAVE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"ask": "asked when the session ends", "remove": "removed when the session ends", "keep": "kept until its lifetime"}
)
_SHARE: Final = ((None, "by the profile"), (True, "shared"), (False, "each by itself"))


def entries(choice: Choice, about: Subject, pod: Object | None, chosen: Sequence[str] = ()) -> list[Entry]:
    """The form.

    Args:
        choice: as it is now.
        about: whom it is about.
        pod: the pod, once it has come.
        chosen: fields that somebody has changed.
    """
    found = []
    for field in ROWS[choice.mode]:
        asked = FIELDS[field]
        value, more, tone = _value(field, choice, about, pod)
        if tone is Tone.PLAIN and field in chosen:
            tone = Tone.CHANGING
        found.append(Entry(field, asked.key, _label(field, choice.mode), value, more, tone))
    return found


def _label(field: str, mode: str) -> str:
    if field == "on":
        return "node" if mode == NODE else "pod"
    if field == "target":
        return "shares" if mode == EPHEMERAL else "container"
    return FIELDS[field].label


def _value(field: str, choice: Choice, about: Subject, pod: Object | None) -> tuple[str, str, Tone]:
    """What stands in a row, what that means, and how it feels."""
    options = choice.options
    match field:
        case "on":
            return _on(about, options.mode)
        case "target":
            return _target(choice, pod)
        case "image":
            named = choice.preset and choice.preset not in options.image
            none = "the pod's own" if options.mode == COPY else "none"
            return options.image or none, f"preset {choice.preset}" if named else "", Tone.PLAIN
        case "host_network" if options.host_network:
            return "the node's", "its ports are the node's", Tone.WARNING
        case "same_node":
            node = about.node.name if about.node is not None else ""
            return ("yes" if options.same_node else "no"), node if options.same_node else "", Tone.PLAIN
        case "lifetime" if not options.lifetime:
            return "never ended by the cluster", "whoever forgets it leaves it for ever", Tone.WARNING
    return *_plain(choice, about)[field], Tone.PLAIN


def _plain(choice: Choice, about: Subject) -> Mapping[str, tuple[str, str]]:
    """What stands in the rows that need no judging."""
    options = choice.options
    name = options.container if options.mode == EPHEMERAL else options.name
    return {
        "mode": (MODE_NAMES[options.mode], MODE_ABOUT[options.mode]),
        "command": (words(options) or "the image's own", ""),
        "profile": (options.profile, PROFILE_ABOUT.get(options.profile, "")),
        "namespace": (options.namespace or about.namespace, ""),
        "host_network": ("its own", ""),
        "share": (dict(_SHARE)[options.share_processes], ""),
        "flags": (flags(options) or "none", "--env, --image-pull-policy, ..."),
        "custom": (_custom(options.custom), ""),
        "name": (name or "made up", ""),
        "lifetime": (whole(options.lifetime), "then the cluster ends it"),
        "leave": (LEAVE_NAMES[choice.leave], ""),
    }


def _on(about: Subject, mode: str) -> tuple[str, str, Tone]:
    ref = about.ref(mode)
    if ref is None:
        return f"choose a {'node' if mode == NODE else 'pod'}", "", Tone.WARNING
    of = about.workload
    more = f"of {of.kind.singular or of.kind.plural} {of.name}" if of is not None and mode != NODE else ""
    return str(ref), more, Tone.PLAIN


def _target(choice: Choice, pod: Object | None) -> tuple[str, str, Tone]:
    options = choice.options
    if options.mode == COPY:
        if not options.container:
            return "a new one", "beside those of the pod", Tone.PLAIN
        return options.container, "its image and command are replaced", Tone.PLAIN
    if not options.target:
        return "no container", "its own processes only; the pod's network all the same", Tone.PLAIN
    if pod is not None and not running(pod, options.target):
        return options.target, "does not run: there are no processes to share", Tone.WARNING
    return options.target, "sees its processes", Tone.PLAIN


def _custom(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return "none" if not lines else f"{len(lines)} {'line' if len(lines) == 1 else 'lines'}"


def next_share(now: bool | None) -> bool | None:
    """What comes after it in the row of shared processes."""
    order = [value for value, _ in _SHARE]
    return order[(order.index(now) + 1) % len(order)]
