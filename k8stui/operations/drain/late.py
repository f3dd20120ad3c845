"""Pods that a drain finds on a node and that its plan does not hold.

Those that are there when all nodes are cordoned are judged as kubectl judges them, which lists them only then: what
goes without losing anything goes, the others are named and left, for nobody has agreed to that. Those that come later
(mirrors of static pods, pods of DaemonSets, others that tolerate the cordon) are named and left, as by kubectl.
"""

from collections.abc import Iterable

from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.kinds import DAEMON_SETS, Ref
from k8stui.model.objects import ObjectRow
from k8stui.model.pod_row import Pod
from k8stui.model.refs import controller
from k8stui.operations.drain.filters import Fate
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import BUDGETS, DAEMONSETS, PodPlan, plan
from k8stui.operations.drain.rows import Phase, PodRow
from k8stui.operations.gateway import Gateway

HARMLESS = (Fate.EVICT, Fate.TERMINATING, Fate.FINISHED)
"""What nobody has to be asked about once more."""


def arrived(pod: Pod, now: float) -> PodRow:
    """The row of a pod that came to a node that is being drained: it is not evicted."""
    owner = f"{pod.owner_kind} {pod.owner_name}" if pod.owner_name else "nobody"
    stays = pod.owner_kind in ("DaemonSet", "Node")
    what = "a static pod" if pod.owner_kind == "Node" else owner if pod.owner_name else "owned by nobody"
    says = f"came meanwhile ({what})" + ("" if stays else ": it was not planned for, and is left")
    tone = Tone.MUTED if stays else Tone.WARNING
    made = planned(pod, owner, says, tone, Fate.STAYS if stays else Fate.EVICT)
    return PodRow(plan=made, phase=Phase.STAYS if stays else Phase.LEFT, since=now, says=says, tone=tone)


def planned(pod: Pod, owner: str, text: str, tone: Tone, fate: Fate) -> PodPlan:
    """A plan for a pod that nothing is done about."""
    return PodPlan(
        *(pod.ref, pod.node, owner, fate, text, tone, "-"),
        *(False, False, 1, 0, (), "", ()),
    )


async def judged(gateway: Gateway, node: Ref, pods: Iterable[Pod], options: Options, now: float) -> list[PodPlan]:
    """What the filters say to pods that came after the plan. Those that are gone again are left out.

    Raises ApiError: one of them could not be read.
    """
    found = []
    for pod in pods:
        row = await gateway.read(pod.ref)
        if row is None or row.ref.uid != pod.ref.uid:
            continue
        owner, unread = await _daemonset(gateway, row)
        missing = {BUDGETS: "not asked"} | ({DAEMONSETS: unread} if unread else {})
        made = plan([_bare(node)], [row.exact()], owner, [], options, now, missing=missing)
        found += made.rows
    return found


def _bare(node: Ref) -> dict[str, object]:
    return {"metadata": {"name": node.name, "uid": node.uid}}


async def _daemonset(gateway: Gateway, pod: ObjectRow) -> tuple[list[dict[str, object]], str]:
    """The pod's DaemonSet where it has one and it is there, and why that is not known."""
    found = controller(pod.exact())
    if tree.text(found, "kind") != "DaemonSet":
        return [], ""
    try:
        row = await gateway.read(Ref(DAEMON_SETS, pod.ref.namespace, tree.text(found, "name"), ""))
    except ApiError as error:
        return [], error.sentence
    return ([row.exact()] if row is not None else []), ""
