"""Which pod what is under the cursor means: the pod itself, or of a workload's pods the one that kubectl takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8stui.actions import Rows
from k8stui.kube.errors import ApiError
from k8stui.model import tree
from k8stui.model.kinds import PODS, Ref
from k8stui.model.kubectl import quoted
from k8stui.model.label_selector import pods_of
from k8stui.model.pod_choice import for_session
from k8stui.model.refs import ref
from k8stui.model.sentences import counted

if TYPE_CHECKING:
    from k8stui.screens.resource import ResourceScreen


async def pod_of(screen: ResourceScreen, rows: Rows) -> Ref:
    """The pod; of a workload the one that has been ready the longest (kubectl's polymorphichelpers, attachablepod).

    Raises ValueError: one sentence why there is none.
    """
    if not rows:
        raise ValueError("Nothing is selected: put the cursor on a pod")
    about = rows[0].ref
    if about.kind.resource == PODS.resource:
        return about
    gateway = screen.changing.gateway
    try:
        found = await gateway.read(about)
        selector = pods_of(found.tree()) if found is not None else None
        if selector is None or not about.namespace:
            raise ValueError(f"{quoted(about)} has no pods to go into: put the cursor on a pod or a workload")
        pods = await gateway.listed(PODS, str(selector), about.namespace)
    except ApiError as error:
        raise ValueError(f"The pods of {quoted(about)} cannot be read: {error.sentence}") from None
    alive = [pod for each in pods if tree.text(pod := each.tree(), "status", "phase") not in ("Succeeded", "Failed")]
    if not alive:
        raise ValueError(f"{quoted(about)} has no pod that runs")
    chosen = ref(PODS, for_session(alive)[0])
    screen.house.note(f"{quoted(about)} has {counted(len(alive), 'pod')}: {chosen.name} is meant")
    return chosen
