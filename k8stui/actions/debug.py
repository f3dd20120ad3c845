"""What can be done to debug: the ways into the launcher, and what its page takes."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from msgspec import Struct, structs

from k8stui.actions.action import Action, Need, entering, entering_typed, on_page, paging
from k8stui.actions.places import Where

ADD: Final = Need("patch", "pods/ephemeralcontainers")
MAKE: Final = Need("create", "pods")
MAKE_HERE: Final = Need("create", "pods", current=True)
ATTACH: Final = Need("get", "pods/attach")


class Asked(Struct, frozen=True):
    """A row of the launcher's form."""

    key: str
    label: str
    help: str
    """What changing it means."""


FIELDS: Final[Mapping[str, Asked]] = MappingProxyType(
    {
        "mode": Asked("m", "mode", "a container in the pod, a copy of it, a pod on a node, or one by itself"),
        "on": Asked("o", "on", "which pod or node it is about"),
        "namespace": Asked("n", "namespace", "where the debug pod is made"),
        "target": Asked("t", "target", "the container whose processes are shared; of a copy the one that is changed"),
        "image": Asked("i", "image", "a preset, or any image"),
        "command": Asked("c", "command", "what runs in it; empty: the image's own"),
        "profile": Asked("p", "profile", "what it may do: general, baseline, restricted, netadmin, sysadmin, legacy"),
        "host_network": Asked("h", "host network", "in the network of its node, or in one of its own"),
        "same_node": Asked("s", "same node", "the copy goes to the node of its pod, or to any"),
        "share": Asked("r", "processes", "whether the containers of the copy see each other's processes"),
        "flags": Asked("f", "more", "further options, as kubectl's flags"),
        "custom": Asked("e", "custom", "a partial container that is laid over the debug container, in an editor"),
        "name": Asked("N", "name", "of the pod or container that is made; empty: one is made up"),
        "lifetime": Asked("l", "lifetime", "after which the cluster itself ends the debug pod"),
        "leave": Asked("x", "afterwards", "whether the debug pod is removed when its session ends"),
    }
)
"""By field: the key that changes it."""


DEBUG_SCREEN = Action(
    id="debug-screen",
    key="6",
    label="Debug",
    needs=(Need("list", "pods"),),
    run=entering("debug"),
    also=("debug",),
    usage="[POD | node/NODE] [--image=… --target=… --profile=… -- COMMAND]",
    line=entering_typed("debug"),
    help="a debug container or pod for what is under the cursor, else by itself",
)
POD_DEBUG = Action(
    id="debug",
    key="b",
    label="Debug",
    where=Where.PODS,
    needs=(structs.replace(ADD, instead=MAKE),),
    target=True,
    footer=3,
    run=entering("debug"),
    help="a container with tools in the running pod; a copy of it, or a pod beside it",
)
WORKLOAD_DEBUG = Action(
    id="workload-debug",
    key="b",
    label="Debug",
    where=Where.WORKLOADS,
    needs=(structs.replace(ADD, current=True, instead=MAKE_HERE),),
    target=True,
    run=entering("debug"),
    help="the same in one of its pods, a failing one first",
)
NODE_DEBUG = (
    Action(
        id="node-debug",
        key="b",
        label="Debug",
        where=Where.NODES,
        needs=(MAKE_HERE,),
        target=True,
        run=entering("debug"),
        help="a pod on the node: its processes, its network, its files under /host",
    ),
    Action(
        id="node-shell",
        key="s",
        label="Shell",
        where=Where.NODES,
        needs=(MAKE_HERE,),
        target=True,
        run=entering("node-shell"),
        help="the same as it is usually wanted, after one question",
    ),
)


_here = partial(on_page, Where.DEBUG)

START: Final = (
    _here("debug-start", "y", "Start", paging("start"), "makes the debug pod and goes in", 1, MAKE, ATTACH),
    _here("debug-add", "y", "Start", paging("start"), "adds the container to the pod and goes in", 1, ADD, ATTACH),
)
"""The first makes a pod, the second adds a container to one: other rights."""

FORM: Final = (
    *START,
    _here("debug-change", "enter", "Change", paging("change"), "the row under the cursor", 2),
    _here("debug-pass", "P", "Passing profile", paging("pass"), "takes the profile that the namespace lets pass"),
    _here("debug-whole", "d", "Whole or difference", paging("whole"), "of a copy: what changes, or all of it", 0),
    _here("debug-copy", "Y", "Copy", paging("copy"), "kubectl's command, or the object as YAML", 4),
    _here(
        "debug-reattach", "A", "Attach again", paging("reattach"), "to a debug container that runs already", 0, ATTACH
    ),
    _here("debug-read", "tab", "Read", paging("read"), "goes on in what is going to be made; tab again: the form", 3),
    *(
        _here(f"debug-{field}", each.key, each.label.capitalize(), paging(field), each.help)
        for field, each in FIELDS.items()
    ),
)
"""While nothing is made yet."""

MADE: Final = (
    _here("debug-attach", "s", "Attach", paging("attach"), "goes into what runs", 1, ATTACH),
    _here("debug-log", "l", "Log", paging("log"), "what it has written", 3, Need("get", "pods/log")),
    _here(
        "debug-remove", "x", "Remove", paging("remove"), "ends the waiting and removes what was made", 2,
        Need("delete", "pods"),
    ),
    _here("debug-give-up", "x", "Give up", paging("remove"), "ends the waiting; the pod still lists the container", 2),
    _here(
        "debug-restart", "R", "Restart the pod", paging("restart"),
        "evicts the pod, within its budget: the only way to be rid of a debug container in it", 4,
        Need("create", "pods/eviction"),
    ),
    _here(
        "debug-again", "f", "Form", paging("again"), "back to what was chosen, for another one; what never ran goes", 5
    ),
)  # fmt: skip
"""While it is made and after."""

LEFT_BEHIND: Final = _here(
    "debug-left", "6", "Left behind", paging("left"), "debug pods of all namespaces, to attach to and to remove", 6
)

DEBUG_PAGE: Final = (*FORM, *MADE, LEFT_BEHIND)
