"""Pods on nodes that are not heard of: what becomes of them, and the way to another node."""

from k8stui.actions.action import Action, entering
from k8stui.actions.everywhere import LIST_PODS
from k8stui.actions.places import Where

_HELP = "pods on a node that is not heard of: what becomes of them when, and what can be done"


def _reschedule(identity: str, where: Where, *, many: bool) -> Action:
    return Action(
        id=identity,
        key="",
        label="Reschedule",
        typed=":reschedule",
        where=where,
        needs=(LIST_PODS,),
        target=True,
        many=many,
        help=_HELP,
        run=entering("reschedule"),
    )


NODE_RESCHEDULE = _reschedule("reschedule", Where.NODES, many=False)
POD_RESCHEDULE = _reschedule("reschedule-pods", Where.PODS, many=True)
