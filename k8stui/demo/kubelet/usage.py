"""What containers use, as their kubelets tell the metrics server: an OOM announces itself, the dead say nothing."""

from collections.abc import Callable, Iterable, Iterator

from k8stui.demo.kubelet.runs import RUNNING, Run
from k8stui.demo.kubelet.site import Site
from k8stui.demo.metrics.source import MetricsSource, Usage
from k8stui.model import quantity

SMALL = 0.25
"""The part of its need that a hungry container begins with."""


class KubeletUsage:
    """A source for metrics.k8s.io: another one's numbers, but for what the habits of containers say of theirs."""

    def __init__(
        self, base: MetricsSource, sites: Callable[[], Iterable[Site]], alive: Callable[[str], bool], speed: float
    ) -> None:
        """`sites` are the nodes that ever had a kubelet, `alive` says where one runs now."""
        self._base = base
        self._sites = sites
        self._alive = alive
        self._speed = speed

    def pods(self, namespace: str, now: float) -> dict[str, dict[str, Usage]]:
        """Usage by container by pod."""
        found = self._base.pods(namespace, now)
        for site in self._sites():
            if not self._alive(site.name):
                for box in site.boxes.values():
                    found.pop(box.key, None)
                continue
            for key, run, limit in _special(site):
                if run.name in found.get(key, {}):
                    found[key][run.name] = self._used(run, limit, found[key][run.name], now)
        return found

    def nodes(self, names: Iterable[str], now: float) -> dict[str, Usage]:
        """The sum of a node's pods, and what the node needs itself."""
        found = self._base.nodes([name for name in names if self._alive(name)], now)
        for site in self._sites():
            for key, run, limit in _special(site) if site.name in found else ():
                before = self._base.pods(key.partition("/")[0], now).get(key, {}).get(run.name)
                if before is not None:
                    after, whole = self._used(run, limit, before, now), found[site.name]
                    more = Usage(after.cpu - before.cpu, after.memory - before.memory)
                    found[site.name] = Usage(whole.cpu + more.cpu, whole.memory + more.memory)
        return found

    def _used(self, run: Run, limit: float, usual: Usage, now: float) -> Usage:
        """What grows is on its way from a small beginning to its need, or to the limit at which it is killed."""
        habit = run.habit
        if habit is None:
            return usual
        cpu, memory = habit.cpu / 1000 if habit.cpu else usual.cpu, usual.memory
        if habit.needs:
            need = float(quantity.parse(habit.needs))
            age = max((now - run.started) * self._speed, 0.0)
            memory = min(need, limit or need) * (SMALL + (1 - SMALL) * min(age / habit.within, 1.0))
        return Usage(cpu, memory)


def _special(site: Site) -> Iterator[tuple[str, Run, float]]:
    """Key, run and memory limit of the containers whose habit says what they use."""
    for box in site.boxes.values():
        for run in box.runs.values():
            if run.state == RUNNING and run.habit is not None and (run.habit.needs or run.habit.cpu):
                pod = site.world.cache("pods").get(box.key)
                limits = ((site.spec(pod, run).get("resources") or {}).get("limits") or {}) if pod else {}
                limit = limits.get("memory")
                yield box.key, run, float(quantity.parse(str(limit))) if limit else 0.0
