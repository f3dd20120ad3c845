"""Whose log is meant by what is typed: `web-1`, `deploy/web`, `svc/web`, `node/worker-1`, `-l app=web`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.kinds import Kinds
from k8stui.model import tree
from k8stui.model.events import EventLine
from k8stui.model.kinds import BUILT_IN, NODES, POD_MAKERS, PODS, SERVICES, Kind, Ref, Row
from k8stui.model.logs.target import Target
from k8stui.model.objects import ObjectRow
from k8stui.model.objects import row as row_of
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.model.logs.asked import Asked

_OWNERS: Final = frozenset(kind.resource for kind in POD_MAKERS)


def target_of(rows: Sequence[Row]) -> Target | None:
    """What these rows have logs of: pods, one workload, or one node; None: nothing."""
    refs = [row.about if isinstance(row, EventLine) else row.ref for row in rows]
    pods = [ref for ref in refs if ref.kind.resource == PODS.resource]
    if pods:
        namespaces = {pod.namespace for pod in pods}
        return Target(namespace=namespaces.pop() if len(namespaces) == 1 else None, pods=tuple(pods))
    if len(refs) != 1:
        return None
    [ref] = refs
    if ref.kind.resource in _OWNERS:
        return Target(namespace=ref.namespace, owner=ref)
    if ref.kind.resource == NODES.resource:
        return Target(node=ref.name)
    return None


async def named(session: Session, asked: Asked, namespace: str | None) -> Target:
    """The target of what was typed, looked up where it has a name.

    Args:
        session: of the context.
        asked: what was typed.
        namespace: the one that is open; None: all.

    Raises ValueError: one sentence, there is nothing of that name or it has no logs.
    """
    if asked.selector:
        within = asked.namespace or namespace
        return Target(namespace=None if asked.everywhere else within, selector=asked.selector)
    if not asked.name:
        within = asked.namespace or namespace
        return Target(namespace=None if asked.everywhere else within)
    if asked.everywhere:
        raise ValueError("A name is looked for in one namespace: leave -A out, or ask for a selector (-l app=web)")
    word, slash, name = asked.name.partition("/")
    if slash and (not word or not name or "/" in name):
        raise ValueError(f"'{clean(asked.name, 60)}' names nothing: write POD or KIND/NAME, like web-1 or deploy/web")
    kind = _kind(session, word) if slash else PODS
    name = name if slash else word
    home = asked.namespace or namespace or session.context.namespace or "default"
    ref = Ref(kind, home if kind.namespaced else "", name, "")
    return await _found(session, ref)


def _kind(session: Session, word: str) -> Kind:
    """Raises ValueError for a kind that has no logs."""
    kinds = session.kinds if session.kinds is not None else Kinds(BUILT_IN.values())
    found = [kind for kind in kinds.exact(word) if kind.resource in _OWNERS | {each.resource for each in _OTHERS}]
    if not found:
        there = "pod, deploy, sts, ds, rs, job, cronjob, svc and node"
        raise ValueError(f"'{clean(word, 40)}' has no logs: there are those of {there}")
    return found[0]


_OTHERS: Final = (PODS, SERVICES, NODES)


async def _found(session: Session, ref: Ref) -> Target:
    """Raises ValueError: there is no such object, or it cannot be read."""
    try:
        answer = await session.connection.request("GET", ref.path)
    except ApiError as error:
        if error.failure is Failure.NOT_FOUND:
            raise ValueError(_missing(ref)) from None
        if error.failure is Failure.FORBIDDEN and ref.kind.resource == PODS.resource:
            return Target(namespace=ref.namespace, pods=(ref,))  # the right to its log may be there
        raise ValueError(error.sentence) from None
    row = row_of(ref.kind, answer.body)
    if ref.kind.resource == SERVICES.resource:
        return Target(namespace=ref.namespace, selector=_selector(row))
    target = target_of([row])
    assert target is not None
    return target


def _missing(ref: Ref) -> str:
    hint = "; `4` asks for another name" if ref.kind.resource != PODS.resource else "; for a workload write deploy/web"
    where = f" in {ref.namespace}" if ref.namespace else ""
    return f"There is no {ref.kind.kind} {clean(ref.name, 80)}{where}{hint}"


def _selector(service: ObjectRow) -> str:
    """Raises ValueError where it chooses no pods."""
    found = tree.value(service.tree(), "spec", "selector")
    pairs = [f"{key}={value}" for key, value in found.items()] if isinstance(found, dict) else []
    if not pairs:
        raise ValueError(f"Service {service.ref} chooses no pods by their labels: name a pod or a workload")
    return ",".join(pairs)
