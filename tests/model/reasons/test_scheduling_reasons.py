"""Why no node takes a pod, as the embedded cluster's scheduler comes by it, and in the words of real ones."""

import pytest

from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.kinds import NODES, PODS, VOLUME_CLAIMS
from k8stui.model.reasons import scheduling
from k8stui.model.reasons.pod_reasons import reasons
from tests.support.around import Living, explained, pod, targets, texts

NOW = 1_790_000_000.0


async def test_taints_and_too_little_cpu_each_in_words(land: Living) -> None:
    node = land.cluster.store.get("nodes", "node-a1")
    node["spec"]["taints"] = [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}]
    land.cluster.registry.update(node)
    await land.make(pod(resources={"requests": {"cpu": "30"}}))
    land.step(5)
    lines = await explained(land, PODS, "one")
    assert "1 node: the taint dedicated=gpu:NoSchedule that it does not tolerate: node-a1." in texts(lines)
    assert "2 nodes: not enough CPU: it asks for 30; the most that is free is " in texts(lines)
    assert ("Node", "node-a1") in targets(lines)


async def test_what_is_free_counts_the_pods_that_are_there(land: Living) -> None:
    nodes, _ = await land.answer(Want("", NODES))
    cpu = {each["metadata"]["name"]: each["status"]["allocatable"]["cpu"] for each in nodes}
    for name in cpu:
        await land.make(pod(f"on-{name}", resources={"requests": {"cpu": "1"}}, spec={"nodeName": name}))
    land.step(5)
    await land.make(pod(resources={"requests": {"cpu": "30"}}))
    land.step(5)
    lines = await explained(land, PODS, "one")
    most = max(int(float(text.removesuffix("m")) * (1 if text.endswith("m") else 1000)) for text in cpu.values())
    left = f"{most - 1000}m" if (most - 1000) % 1000 else str((most - 1000) // 1000)
    assert f"the most that is free is {left} of " in texts(lines)


async def test_affinity_and_a_selector_that_one_node_has(land: Living) -> None:
    node = land.cluster.store.get("nodes", "node-b1")
    node["metadata"]["labels"]["disk"] = "ssd"
    node["spec"]["unschedulable"] = True
    land.cluster.registry.update(node)
    rows = [{"key": "zone", "operator": "In", "values": ["x", "y"]}, {"key": "size", "operator": "Gt", "values": ["3"]}]
    terms = {"nodeSelectorTerms": [{"matchExpressions": rows}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    await land.make(pod(spec={"nodeSelector": {"disk": "ssd"}, "affinity": affinity}))
    land.step(5)
    lines = await explained(land, PODS, "one")
    assert "no label disk=ssd, which its nodeSelector asks for; node-b1 has it." in texts(lines)
    assert "its required node affinity zone in (x, y) and size > 3: met by 0 of 3 nodes." in texts(lines)
    assert "1 node: cordoned: node-b1." in texts(lines)


async def test_scheduling_gates(land: Living) -> None:
    await land.make(pod(spec={"schedulingGates": [{"name": "example.com/quota"}]}))
    land.step(5)
    lines = await explained(land, PODS, "one")
    assert texts(lines).startswith("Held back by 1 scheduling gate: example.com/quota.")


async def test_a_claim_of_a_class_that_does_not_exist(land: Living) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "fast"}
    claim = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": {"name": "data"}, "spec": spec}
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    await land.make(claim, pod(spec={"volumes": volumes}))
    land.step(10)
    lines = await explained(land, PODS, "one")
    assert ("PersistentVolumeClaim", "data") in targets(lines)
    lines = await explained(land, VOLUME_CLAIMS, "data")
    assert ("StorageClass", "fast") in targets(lines)
    assert "The storage class fast does not exist; there are: none." in texts(lines)


def test_the_schedulers_words_about_claims_lead_to_claim_and_class() -> None:
    said = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes."
    waiting = pod(spec={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]})
    waiting["metadata"]["namespace"] = "default"
    waiting["status"] = {"phase": "Pending", "conditions": [unscheduled(said)]}
    claim = {"metadata": {"name": "data", "namespace": "default"}, "spec": {"storageClassName": "fast"}, "status": {}}
    around = {"pod/claims": [claim], "pod/storage classes": [], "pod/nodes": []}
    lines = reasons(Subject(PODS, waiting, around), {}, NOW)
    assert targets(lines) == [("PersistentVolumeClaim", "data"), ("StorageClass", "fast")]
    bound = claim | {"spec": {"volumeName": "pv-1"}, "status": {"phase": "Bound"}}
    said = "0/3 nodes are available: 3 node(s) had volume node affinity conflict. preemption: none."
    waiting["status"]["conditions"] = [unscheduled(said)]
    rows = [{"key": "zone", "operator": "In", "values": ["a"]}]
    required = {"required": {"nodeSelectorTerms": [{"matchExpressions": rows}]}}
    volume = {"metadata": {"name": "pv-1"}, "spec": {"nodeAffinity": required}}
    lines = reasons(Subject(PODS, waiting, around | {"pod/claims": [bound], "pod/volumes": [volume]}), {}, NOW)
    assert targets(lines) == [("PersistentVolume", "pv-1")]
    assert "can be reached only where zone in (a)." in texts(lines)


def unscheduled(message: str) -> Object:
    return {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (
            "0/7 nodes are available: 1 Too many pods, 5 node(s) didn't satisfy plugin(s) [NodeAffinity], "
            "1 Insufficient cpu. no new claims to deallocate, preemption: 0/7 nodes are available: 7 no.",
            (
                7,
                [(5, "node(s) didn't satisfy plugin(s) [NodeAffinity]"), (1, "Too many pods"), (1, "Insufficient cpu")],
            ),
        ),
        (
            "0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/x: }. preemption",
            (3, [(3, "node(s) had untolerated taint {node.kubernetes.io/x: }")]),
        ),
        ("no nodes available to schedule pods", (0, [(0, "no nodes available to schedule pods")])),
        ("", (0, [])),
    ],
)
def test_the_schedulers_sentence_in_parts(said: str, wanted: tuple[int, list[tuple[int, str]]]) -> None:
    total, found = scheduling.parts(said)
    assert (total, [(part.nodes, part.text) for part in found]) == wanted


def test_without_the_nodes_the_schedulers_words_are_translated() -> None:
    said = "0/2 nodes are available: 1 node(s) had untolerated taint {gpu: yes}, "
    said += "1 node(s) didn't match pod anti-affinity rules."
    waiting = pod()
    waiting["status"] = {"phase": "Pending", "conditions": [unscheduled(said)]}
    lines = reasons(Subject(PODS, waiting, {}, {"pod/nodes": "Nodes cannot be listed: list nodes is denied."}), {}, NOW)
    assert "the taint gpu=yes that it does not tolerate." in texts(lines)
    assert "its own anti-affinity" in texts(lines)
    assert lines[-1] == Line("  Nodes cannot be listed: list nodes is denied.", Tone.MUTED, flows=True)
