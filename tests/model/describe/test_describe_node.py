"""Describing a node: what it carries, and what is said where something cannot be read."""

from datetime import UTC
from typing import Any

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.describe import describers, node
from k8stui.model.document import Line, Subject
from k8stui.model.duration import stamp
from k8stui.model.kinds import NODES, Ref
from k8stui.model.objects import Object
from tests.support import described

NOW = stamp("2026-01-02T06:00:00Z") or 0.0
LEASE = {
    "holderIdentity": "worker-1",
    "acquireTime": "2026-01-02T03:00:00.000000Z",
    "renewTime": "2026-01-02T05:59:50.000000Z",
}


def whole() -> Object:
    found = described.node("worker-1")
    found["metadata"] |= {"uid": "u-1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {**found, "status": described.node_status()}


def pods() -> list[Object]:
    found = described.load("worker-1", "shop")
    for each in found:
        each["metadata"]["creationTimestamp"] = "2026-01-02T05:00:00Z"
    return found


def lines(found: Object, missing: dict[str, str] | None = None, **around: list[Object]) -> list[Line]:
    everything = {"pods": pods(), "lease": [{"spec": LEASE}], "events": described.node_events(found)} | around
    there = {name: each for name, each in everything.items() if name not in (missing or {})}
    return describers.describe(Subject(NODES, found, there, missing or {}), NOW, UTC)


def block(found: list[Line], title: str) -> list[str]:
    """The lines of a section, without its head."""
    texts = [each.text for each in found]
    at = next(index for index, text in enumerate(texts) if text.startswith(title))
    end = next((index for index in range(at + 1, len(texts)) if not texts[index].startswith(" ")), len(texts))
    return texts[at + 1 : end]


def test_what_it_carries() -> None:
    """Sums over the pods, in kubectl's doubles: 290m of 1000m are 28 %, of the allocatable 3800m 7 %."""
    found = lines(whole())
    rows = block(found, "Non-terminated Pods:")
    assert [" ".join(row.split()) for row in rows[2:]] == [
        "shop worker-1-huge 500m (13%) 500m (13%) 64Mi (0%) 64Mi (0%) 60m",
        "shop worker-1-nothing 0 (0%) 0 (0%) 0 (0%) 0 (0%) 60m",
        "shop worker-1-plain 290m (7%) 1 (26%) 100M (0%) 1034Mi (6%) 60m",
        "shop worker-1-starting 2290m (60%) 2 (52%) 200M (1%) 2Gi (12%) 60m",
    ]
    assert [" ".join(row.split()) for row in block(found, "Allocated resources:")[3:]] == [
        "cpu 3080m (81%) 3500m (92%)",
        "memory 367108864 (2%) 3146Mi (19%)",
        "ephemeral-storage 1Gi (1%) 1Gi (1%)",
        "hugepages-1Gi 0 (0%) 0 (0%)",
        "hugepages-2Mi 4Mi (6%) 4Mi (6%)",
        "example.com/gpu 1 1",
    ]


def test_a_pod_is_a_place_to_go() -> None:
    (found,) = [each for each in lines(whole()) if "worker-1-plain" in each.text]
    assert found.target == Ref(kinds.PODS, "shop", "worker-1-plain", "")


def test_pods_that_may_not_be_read() -> None:
    found = lines(whole(), {"pods": "You (viewer) may not list pods in the whole cluster"})
    (said,) = [each for each in found if each.text.startswith("Pods:")]
    assert said.text.split(maxsplit=1)[1] == "not authorized: You (viewer) may not list pods in the whole cluster"
    assert said.spans[1][2] is Tone.WARNING
    assert not [each for each in found if "Allocated" in each.text]


def test_pods_that_are_not_there_for_another_reason() -> None:
    """Only who lacks a right is told so."""
    found = lines(whole(), {"pods": "The server is away"})
    said = [each.text.split(maxsplit=1)[1] for each in found if each.text.startswith("Pods:")]
    assert said == ["The server is away"]


def test_what_is_still_being_read() -> None:
    found = describers.describe(Subject(NODES, whole()), NOW, UTC)
    said = [" ".join(each.text.split()) for each in found if "still being read" in each.text]
    assert said == ["Lease: still being read", "Pods: still being read", "Events: still being read"]


@pytest.mark.parametrize(
    ("lease", "expected"),
    [
        ([{"spec": LEASE}], ["HolderIdentity: worker-1", "Fri, 02 Jan 2026 03:00:00", "Fri, 02 Jan 2026 05:59:50"]),
        ([{"spec": {}}], ["HolderIdentity: <unset>", "AcquireTime: <unset>", "RenewTime: <unset>"]),
    ],
)
def test_its_lease(lease: list[Object], expected: list[str]) -> None:
    rows = [" ".join(row.split()) for row in block(lines(whole(), lease=lease), "Lease:")]
    assert len(rows) == len(expected)
    assert all(part in row for part, row in zip(expected, rows, strict=True))


def test_no_lease() -> None:
    absent = [each.text for each in lines(whole(), lease=[]) if each.text.startswith("Lease:")]
    assert absent[0].endswith('Failed to get lease: leases.coordination.k8s.io "worker-1" not found')
    denied = [each.text for each in lines(whole(), {"lease": "You may not"}) if each.text.startswith("Lease:")]
    assert denied[0].endswith("Failed to get lease: You may not")


def test_events_under_its_uid_and_its_name() -> None:
    rows = [row.split()[1] for row in block(lines(whole()), "Events:")[2:]]
    assert rows == ["New", "New", "Often", "Once"], "not those of a node that had the name before"


def test_taints_by_effect_and_key() -> None:
    found = lines(whole())
    at = next(index for index, each in enumerate(found) if each.text.startswith("Taints:"))
    assert [each.text.split()[-1] for each in found[at : at + 3]] == ["m=x:NoExecute", "a:NoSchedule", "z=1:NoSchedule"]
    assert all(each.spans[-1][2] is Tone.WARNING for each in found[at : at + 4])


def test_roles() -> None:
    assert lines(whole())[1].text.split() == ["Roles:", "edge,old,worker"]
    assert lines({"metadata": {"name": "n", "uid": "u"}})[1].text.split() == ["Roles:", "<none>"]


def test_conditions_that_are_amiss_stand_out() -> None:
    tones = {each.text.split()[0]: [tone for _, _, tone in each.spans] for each in lines(whole()) if each.text}
    assert tones["MemoryPressure"] == [Tone.WARNING]
    assert tones["DiskPressure"] == [Tone.WARNING, Tone.MUTED, Tone.MUTED]
    assert tones["Ready"] == [Tone.BAD]


def test_what_it_wants() -> None:
    wanted = {want.name: want for want in node.wants(whole())}
    assert wanted["pods"].fields == "spec.nodeName=worker-1,status.phase!=Succeeded,status.phase!=Failed"
    assert wanted["pods"].namespace is None
    assert (wanted["lease"].namespace, wanted["lease"].fields) == ("kube-node-lease", "metadata.name=worker-1")
    assert wanted["events"].fields == "involvedObject.kind=Node,involvedObject.name=worker-1"


@pytest.mark.parametrize("odd", [None, "text", 7, True, [1, None], {"a": 1}], ids=repr)
def test_a_broken_node_is_described_all_the_same(odd: Any) -> None:
    found = whole()
    for top in ("metadata", "spec", "status"):
        for name in found[top]:
            lines(found | {top: found[top] | {name: odd}})
            lines(found | {top: found[top] | {name: [odd, {"key": odd, "effect": odd, "type": odd, "status": odd}]}})
    lines(whole(), pods=[{"metadata": odd, "spec": odd, "status": {"containerStatuses": odd}}], lease=[{"spec": odd}])
