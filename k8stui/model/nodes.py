"""Nodes as lines of a table: kubectl's word first, then what it hides (pressure, silence, why it is not ready)."""

from msgspec import structs

from k8stui.model import object_columns
from k8stui.model.amounts import UNKNOWN
from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.duration import human
from k8stui.model.node_line import AFTER, NodeLine, silent
from k8stui.model.node_row import Node, row
from k8stui.model.node_use import LEFT, USE
from k8stui.model.object_columns import NAME, NONE, age_of
from k8stui.model.order import by_text

__all__ = [
    "AFTER",
    "COLUMNS",
    "Node",
    "NodeLine",
    "row",
    "search_text",
    "silent",
    "status",
    "status_text",
    "tone",
    "why",
]


def status(node: Node) -> str:
    """kubectl's STATUS, exactly."""
    return node.word


def status_text(line: NodeLine, now: float) -> str:
    """kubectl's word and what it hides: `NotReady,SchedulingDisabled · silent 3m`, `Ready · DiskPressure`."""
    node = line.node
    parts = [node.word]
    since = line.silent_since(now)
    if since is not None:
        parts.append(f"silent {human(now - since)}")
    elif node.ready == "Unknown":
        parts.append("never reported")
    elif node.ready == "False" and node.ready_reason:
        parts.append(node.ready_reason)
    return " · ".join((*parts, *node.troubles))


def why(line: NodeLine, now: float) -> str:
    """Plain sentences on what is not well with the node, or an empty text."""
    return " ".join(faults(line, now))


def faults(line: NodeLine, now: float) -> list[str]:
    """The same, sentence by sentence: whether it is ready first."""
    node = line.node
    said: list[str] = []
    since = line.silent_since(now)
    if since is not None:
        said.append(f"Its kubelet has not reported for {human(now - since)}; what is shown of its pods may be old.")
    elif node.ready != "True":
        fallback = "No kubelet has reported its state yet." if node.ready in ("", "Unknown") else "It is not ready."
        said.append(node.ready_message or node.ready_reason or fallback)
    if node.troubles:
        said.append(f"It reports {', '.join(node.troubles)}.")
    if node.cordoned:
        said.append("It is cordoned: no new pods are placed on it.")
    return said


def tone(line: NodeLine, now: float) -> Tone:
    """How the node is."""
    if line.node.ready != "True" or line.silent_since(now) is not None:
        return Tone.BAD
    return Tone.WARNING if line.node.troubles or line.node.cordoned else Tone.OK


def search_text(line: NodeLine) -> str:
    """What a filter looks at."""
    node = line.node
    return " ".join(
        (node.ref.name, node.word, *node.troubles, roles(line), taints(line), node.kubelet, node.internal_ip)
    )


def roles(line: NodeLine) -> str:
    """ROLES as kubectl writes them."""
    return ",".join(line.node.roles) or NONE


def taints(line: NodeLine) -> str:
    """`dedicated=gpu:NoSchedule`, without Kubernetes' own prefixes."""
    return ", ".join([each.brief for each in line.node.taints])


def _pods(line: NodeLine, now: float) -> str:
    """`31/110`."""
    return f"{line.pods}/{'-' if line.node.pods is None else line.node.pods}"


def _status_order(line: NodeLine) -> Comparable:
    """The worst first: not heard, not ready, unknown, in trouble, cordoned, well."""
    node = line.node
    rank = {"Unknown": 0, "False": 1, "": 2, "True": 5}.get(node.ready, 1)
    if line.fell_silent:
        rank = 0
    if rank == 5 and (node.troubles or node.cordoned):
        rank = 3 if node.troubles else 4
    return rank, node.word, node.troubles


def heard(line: NodeLine, now: float) -> str:
    """How long ago it gave a sign of life: exactly where it is silent, else no longer than a node may take."""
    since = line.silent_since(now)
    if since is not None:
        return human(now - since)
    if line.renewed is None:
        return UNKNOWN
    return f"<{human(line.after)}"


def _heard_order(line: NodeLine) -> Comparable:
    """Those not heard for the longest first, those that report last."""
    return (False, line.renewed or 0.0) if line.fell_silent else (True, 0.0)


def _version_order(line: NodeLine) -> Comparable:
    """`v1.9.0` before `v1.10.0`."""
    numbers = [
        int(part[:9])
        for part in line.node.kubelet.lstrip("v").split("-")[0].split("+")[0].split(".")
        if part.isdecimal()
    ]
    return not numbers, numbers, line.node.kubelet


COLUMNS: tuple[Column[NodeLine], ...] = (
    structs.replace(NAME, width=12),
    Column(title="STATUS", text=status_text, order=_status_order, tone=tone, width=26, most=52, keep=9),
    Column(
        title="ROLES",
        text=lambda line, now: roles(line),
        order=lambda line: by_text(",".join(line.node.roles)),
        width=6,
        most=24,
        keep=4,
    ),
    Column(
        title="PODS",
        text=_pods,
        order=lambda line: line.pods,
        right=True,
        width=6,
        most=9,
        keep=7,
    ),
    *USE,
    Column(
        title="TAINTS",
        text=lambda line, now: taints(line),
        order=lambda line: by_text(taints(line)),
        width=8,
        most=44,
        keep=5,
    ),
    Column(
        title="VERSION",
        text=lambda line, now: line.node.kubelet,
        order=_version_order,
        width=7,
        most=20,
        keep=3,
    ),
    age_of(lambda line: line.node.created),
    *LEFT,
    Column(
        title="HEARD",
        text=heard,
        order=_heard_order,
        right=True,
        width=5,
        most=9,
        keep=3,
        wide=True,
    ),
    Column(
        title="INTERNAL-IP",
        text=lambda line, now: line.node.internal_ip or NONE,
        order=lambda line: by_text(line.node.internal_ip),
        width=11,
        most=39,
        keep=2,
        wide=True,
    ),
    Column(
        title="EXTERNAL-IP",
        text=lambda line, now: line.node.external_ip or NONE,
        order=lambda line: by_text(line.node.external_ip),
        width=11,
        most=39,
        keep=1,
        wide=True,
    ),
    Column(
        title="OS-IMAGE",
        text=lambda line, now: line.node.os_image or object_columns.UNKNOWN,
        order=lambda line: by_text(line.node.os_image),
        width=10,
        most=40,
        keep=2,
        wide=True,
    ),
    Column(
        title="KERNEL-VERSION",
        text=lambda line, now: line.node.kernel or object_columns.UNKNOWN,
        order=lambda line: by_text(line.node.kernel),
        width=14,
        most=36,
        keep=2,
        wide=True,
    ),
    Column(
        title="CONTAINER-RUNTIME",
        text=lambda line, now: line.node.runtime or object_columns.UNKNOWN,
        order=lambda line: by_text(line.node.runtime),
        width=17,
        most=36,
        keep=2,
        wide=True,
    ),
)
