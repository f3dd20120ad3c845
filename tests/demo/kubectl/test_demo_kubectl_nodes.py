"""kubectl cordon, drain, taint, top: what operators do to nodes. Each test leaves them as it found them."""

from collections.abc import Iterator

import pytest

from tests.support.kubectl import Kubectl
from tests.support.manifests import bare, daemonset, deployment

NODE = "node-b1"
HERE = {"nodeName": NODE}


@pytest.fixture(autouse=True)
def _put_right(k: Kubectl) -> Iterator[None]:
    yield
    k(f"uncordon {NODE}")


def test_cordon_and_taint(k: Kubectl) -> None:
    assert k(f"cordon {NODE}") == f"node/{NODE} cordoned\n"
    assert k(f"cordon {NODE}") == f"node/{NODE} already cordoned\n"
    assert k.rows(f"get node {NODE}")[1][1] == "Ready,SchedulingDisabled"
    text = k.until(f"describe node {NODE}", lambda out: "node.kubernetes.io/unschedulable:NoSchedule" in out)
    assert "Unschedulable:      true" in text
    assert k(f"uncordon {NODE}") == f"node/{NODE} uncordoned\n"
    assert k(f"uncordon {NODE}") == f"node/{NODE} already uncordoned\n"
    assert k.fails("cordon nosuch") == 'Error from server (NotFound): nodes "nosuch" not found\n'
    assert k(f"taint nodes {NODE} k=v:NoExecute") == f"node/{NODE} tainted\n"
    refused = k.fails(f"taint nodes {NODE} k=w:NoExecute")
    assert refused == f"error: node {NODE} already has k taint(s) with same effect(s) and --overwrite is false\n"
    assert k(f"taint nodes {NODE} k=w:NoExecute --overwrite") == f"node/{NODE} modified\n"
    assert k(f"get node {NODE} -o jsonpath={{.spec.taints[*].value}}") == "w"
    assert k(f"taint nodes {NODE} k:NoExecute-") == f"node/{NODE} untainted\n"
    assert k.fails(f"taint nodes {NODE} k:NoExecute-") == 'error: taint "k:NoExecute" not found\n'
    assert k(f"label node {NODE} tier=front") == f"node/{NODE} labeled\n"
    assert k("get nodes -l tier=front -o name") == f"node/{NODE}\n"
    k(f"label node {NODE} tier-")


def test_a_drain_that_is_refused_and_forced(k: Kubectl) -> None:
    k.apply(bare("lone", **HERE), daemonset("agent"))
    k("rollout status ds/agent --timeout=30s")
    k("wait --for=condition=Ready pod/lone --timeout=30s")
    refused = k.fails(f"drain {NODE}")
    assert "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" in refused
    assert f"Pods that declare no controller (use --force to override): {k.namespace}/lone" in refused
    assert k.rows(f"get node {NODE}")[1][1] == "Ready,SchedulingDisabled"
    tried = k(f"drain {NODE} --ignore-daemonsets --force --dry-run=server --pod-selector=app=lone")
    assert f"evicting pod {k.namespace}/lone (server dry run)\nnode/{NODE} drained (server dry run)\n" in tried
    done = k.run(f"drain {NODE} --ignore-daemonsets --force --timeout=30s")
    assert done.returncode == 0, done.stderr
    assert "ignoring DaemonSet-managed Pods" in done.stderr
    assert "deleting Pods that declare no controller" in done.stderr
    assert done.stdout.endswith(f"pod/lone evicted\nnode/{NODE} drained\n")
    assert k.column("get pods -l app=lone") == []


@pytest.mark.slow  # kubectl asks again after five seconds
def test_a_drain_that_a_budget_blocks(k: Kubectl) -> None:
    k.apply(deployment("web", 1, nodeSelector={"kubernetes.io/hostname": NODE}))
    k("rollout status deploy/web --timeout=30s")
    assert k("create pdb web --selector=app=web --min-available=1") == "poddisruptionbudget.policy/web created\n"
    k.until("get pdb web -o jsonpath={.status.currentHealthy}", lambda out: out == "1")
    assert k.rows("get pdb")[1][:4] == ["web", "1", "N/A", "0"]
    done = k.run(f"drain {NODE} --ignore-daemonsets --pod-selector=app=web --timeout=1s")
    assert done.returncode == 1
    assert "Cannot evict pod as it would violate the pod's disruption budget." in done.stderr
    assert "global timeout reached: 1s" in done.stderr
    past = k(f"drain {NODE} --ignore-daemonsets --pod-selector=app=web --disable-eviction --timeout=30s")
    assert past.endswith(f" deleted\nnode/{NODE} drained\n")
    assert k.until("get pods --no-headers", lambda out: "Pending" in out).startswith("web-")


def test_top(k: Kubectl) -> None:
    k.apply(bare("busy"))
    k("wait --for=condition=Ready pod/busy --timeout=30s")
    nodes = k.rows("top nodes")
    assert nodes[0] == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    assert [row[0] for row in nodes[1:]] == ["node-a1", "node-b1", "node-c1"]
    k.until("top pods --no-headers", lambda out: out.startswith("busy"))
    pods = k.rows("top pods")
    assert pods[0] == ["NAME", "CPU(cores)", "MEMORY(bytes)"]
    assert pods[1][1].endswith("m")
    assert k.rows("top pods -A --containers")[0] == ["NAMESPACE", "POD", "NAME", "CPU(cores)", "MEMORY(bytes)"]
    assert k.rows("top pods --sort-by=cpu --no-headers")[0][0] == "busy"
