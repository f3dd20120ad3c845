"""What containers use of their node: the numbers behind metrics.k8s.io, made so that an OOM announces itself.

A number follows from the container and the time alone. It changes every fifteen seconds, as metrics-server looks.
"""

from collections.abc import Iterator
from typing import Any

from k8stui.demo.kubelet.habits import Habit, Habits
from k8stui.demo.kubelet.references import Things
from k8stui.demo.kubelet.resume import moment
from k8stui.demo.kubelet.runs import between
from k8stui.demo.storage.store import Store
from k8stui.model import quantity

Object = dict[str, Any]

WINDOW = 15.0
"""Seconds of a measurement."""
_MEBI = 1024 * 1024


class Usage:
    """The measurements of a cluster, from the pods in its store."""

    def __init__(self, store: Store, habits: Habits, speed: float = 1.0) -> None:
        """`speed` is that of the kubelets: what grows, grows so many times faster."""
        self._store = store
        self._habits = habits
        self._speed = speed

    def pod(self, pod: Object, now: float) -> dict[str, tuple[int, int]]:
        """Millicores and bytes of each container that runs."""
        found = {}
        specs = {row["name"]: row for row in _specs(pod)}
        for row in _statuses(pod):
            began = ((row.get("state") or {}).get("running") or {}).get("startedAt")
            if began and row["name"] in specs:
                spec = specs[row["name"]]
                habit = self._habits.of(spec.get("image", ""), row["name"], Things(self._store, pod, spec))
                age = (now - moment(began)) * self._speed
                mark = f"{pod['metadata']['uid']}/{row['name']}"
                found[row["name"]] = (_cpu(spec, habit, mark, now), _memory(spec, habit, mark, age, now))
        return found

    def node(self, pods: Iterator[Object], name: str, now: float) -> tuple[int, int]:
        """Millicores and bytes of a node: those of its pods, and its system's own."""
        cpu, memory = int(between(90, 160, name, now // WINDOW)), int(between(700, 900, name) * _MEBI)
        for pod in pods:
            for one, two in self.pod(pod, now).values():
                cpu, memory = cpu + one, memory + two
        return cpu, memory


def _specs(pod: Object) -> Iterator[Object]:
    for part in ("initContainers", "containers"):
        yield from pod["spec"].get(part) or ()


def _statuses(pod: Object) -> Iterator[Object]:
    for part in ("initContainerStatuses", "containerStatuses"):
        yield from (pod.get("status") or {}).get(part) or ()


def _asked(spec: Object, part: str, kind: str) -> float:
    found = ((spec.get("resources") or {}).get(part) or {}).get(kind)
    return float(quantity.parse(str(found))) if found is not None else 0.0


def _cpu(spec: Object, habit: Habit, mark: str, now: float) -> int:
    asked = habit.cpu or _asked(spec, "requests", "cpu") * 1000 * between(0.15, 0.55, mark) or between(1, 6, mark)
    used = asked * between(0.85, 1.15, mark, now // WINDOW)
    limit = _asked(spec, "limits", "cpu") * 1000
    return max(int(min(used, limit) if limit else used), 1)


def _memory(spec: Object, habit: Habit, mark: str, age: float, now: float) -> int:
    """Bytes; of what grows, the way from a small beginning to its need, or to the limit at which it is killed."""
    limit = _asked(spec, "limits", "memory")
    usual = _asked(spec, "requests", "memory") or min(limit / 2, 64 * _MEBI) or between(8, 40, mark) * _MEBI
    used = usual * between(0.55, 0.9, mark) * between(0.98, 1.02, mark, now // WINDOW)
    if habit.needs:
        need = float(quantity.parse(habit.needs))
        top = min(need, limit) if limit else need
        used = top * (0.25 + 0.75 * min(max(age / habit.within, 0.0), 1.0))
    return int(min(used, limit) if limit else used)
