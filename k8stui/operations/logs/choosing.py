"""Which containers are followed where there are more than may be: what somebody who looks for a fault wants first.

1. what is not well: it failed, waits to be started again, or runs and is not ready; the most restarts first;
2. what runs and was started again at some time, the most restarts first;
3. what runs and is ready, in kubectl's order of pods (ByLogging: running, ready, often restarted, old);
4. what has not started: there is nothing to read yet;
5. what has ended as it should: jobs that are done, init containers.
"""

from collections.abc import Iterable

from k8stui.model.logs.options import ALL
from k8stui.model.pod_choice import logging_order
from k8stui.model.pod_row import Container, Pod
from k8stui.model.sentences import listed

Rank = tuple[object, ...]
"""Sorts ascending."""


def rank(pod: Pod, container: Container, place: int) -> Rank:
    """Where a container stands in that order; `place` is that in its pod."""
    return (_class(pod, container), -container.restarts, logging_order(pod), str(pod.ref), place)


def _class(pod: Pod, container: Container) -> int:
    if container.state == "terminated":
        return 1 if container.code else 5
    if container.state == "waiting":
        return 1 if container.restarts or container.last is not None else 4
    if container.state == "running":
        if not container.ready and container.role not in ("init", "ephemeral"):
            return 1
        return 2 if container.restarts else 3
    return 5 if pod.phase == "Succeeded" else 4


def wanted(pod: Pod, name: str, default: str) -> list[Container]:
    """The containers of a pod that are meant, in kubectl's order: init containers, ordinary ones, ephemeral ones.

    Args:
        pod: the pod.
        name: a name, `ALL`, or "" for the default one.
        default: what the pod's annotation says; where it names none of its containers the first ordinary one counts.
    """
    if name == ALL:
        return list(pod.containers)
    if name:
        return [each for each in pod.containers if each.name == name]
    ordinary = [each for each in pod.containers if not each.role]
    named = [each for each in pod.containers if default and each.name == default]
    return (named or ordinary)[:1]


def ambiguous(pod: Pod) -> bool:
    """Whether the pod's annotation has to be asked which container is its default one."""
    return len(pod.containers) > 1


def known(pods: Iterable[Pod]) -> str:
    """The containers of these pods, for whoever named another: `init, app`."""
    names = dict.fromkeys(container.name for pod in pods for container in pod.containers)
    return listed(list(names), 10) or "none"
