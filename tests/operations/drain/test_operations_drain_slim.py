"""A plan of a drain made of what it reads of pods is the same as one made of the whole pods."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from k8stui.model.kinds import PODS
from k8stui.model.objects import ObjectRow, row
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import Plan, plan
from k8stui.operations.drain.slim import SlimPod
from tests.support.clock import ManualClock
from tests.support.drained import MIRROR, NOW, SCRATCH, Case, budget, node, pod, stamped

EVERYTHING = Options(force=True, delete_emptydir=True, at_once=2)
OPTIONS = (Options(), EVERYTHING, Options(ignore_daemonsets=False, skip_wait=10, grace=5, disable_eviction=True))


def odd() -> Iterator[Case]:
    """One pod for each thing that a plan looks at, and some of another shape."""
    yield pod("plain")
    yield pod("data", volumes=[*SCRATCH, {"name": "config", "configMap": {"name": "x"}}, {"name": "none"}])
    yield pod("lonely", "", spec={"terminationGracePeriodSeconds": 7})
    yield pod("mirror", "Node/n1", annotations=MIRROR | {"other": "x"})
    yield pod("agent", "DaemonSet/agent")
    yield pod("orphan", "DaemonSet/gone")
    yield pod("over", phase="Succeeded", volumes=SCRATCH)
    yield pod("ending", deletionTimestamp=stamped(NOW + 20), deletionGracePeriodSeconds=30)
    yield pod("overdue", deletionTimestamp=stamped(NOW - 60))
    yield pod("sick", ready=False, app="sick")
    yield pod("nulls", annotations=None, volumes=None, spec={"terminationGracePeriodSeconds": None})
    yield pod("wrong", annotations=[], spec={"terminationGracePeriodSeconds": "soon"})
    yield pod("hostile\u202e", labels={"app": "web", "x": "\x1b[31m"}, volumes=[{"name": "\x9b", "emptyDir": {}}])


def made(pods: list[Any], nodes: list[Any], others: tuple[list[Any], list[Any]], options: Options) -> Plan:
    return plan(nodes, pods, *others, options, NOW)


@pytest.mark.parametrize("options", OPTIONS)
def test_of_one_of_each(options: Options) -> None:
    rows = [row(PODS, msgspec.json.encode(each)) for each in odd()]
    others = ([{"metadata": {"name": "agent", "namespace": "shop"}}], [budget("web", 1), budget("s", 0, app="sick")])
    nodes = [node("n1")]
    assert len(rows) == len(made([each.tree() for each in rows], nodes, others, options).rows)
    whole = made([each.tree() for each in rows], nodes, others, options)
    assert made([each.slim(SlimPod) for each in rows], nodes, others, options) == whole


@pytest.mark.parametrize("options", OPTIONS)
def test_of_the_shop(options: Options) -> None:
    clock = ManualClock()
    cluster = EmbeddedCluster(clock)
    Life(cluster.store, registry=cluster.registry).seed()
    rows = [row(PODS, msgspec.json.encode(each)) for each in cluster.store.list("pods")]
    nodes = cluster.store.list("nodes")
    others = (cluster.store.list("daemonsets.apps"), cluster.store.list("poddisruptionbudgets.policy"))
    whole = made([each.tree() for each in rows], nodes, others, options)
    assert len(whole.rows) > 60
    assert made([each.slim(SlimPod) for each in rows], nodes, others, options) == whole


def test_little_of_a_pod_is_left() -> None:
    found: ObjectRow = row(PODS, msgspec.json.encode(pod("plain", spec={"containers": [{"name": "a", "env": []}]})))
    assert "containers" not in found.slim(SlimPod)["spec"]
