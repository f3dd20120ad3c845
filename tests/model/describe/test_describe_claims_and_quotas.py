"""Claims, quotas, namespaces, budgets, autoscalers: kubectl's sections, and what is amiss marked."""

import pytest

from k8stui.model import kinds
from k8stui.model.columns import Tone
from k8stui.model.objects import Object
from tests.support.subjects import described, line_of, made, pod, subject, texts, toned

SELECTOR = {"matchLabels": {"app": "web"}}
CLASSES = (
    made("late", "", "StorageClass", volumeBindingMode="WaitForFirstConsumer", provisioner="csi.example"),
    made("now", "", "StorageClass", volumeBindingMode="Immediate", provisioner="csi.example"),
    made("hand", "", "StorageClass", provisioner="kubernetes.io/no-provisioner"),
)
USER = pod("user", "Pending", spec={"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]})
CHOSEN = {"annotations": {"volume.kubernetes.io/selected-node": "n1"}}


@pytest.mark.parametrize(
    ("spec", "metadata", "pods", "said"),
    [
        (
            {"storageClassName": "late"},
            {},
            (),
            "No pod uses it yet: the storage class late binds it when the first one is scheduled.",
        ),
        (
            {"storageClassName": "late"},
            {},
            (USER,),
            "The storage class late binds it when user is scheduled: see why that is not.",
        ),
        ({"storageClassName": "late"}, CHOSEN, (USER,), "It waits for the provisioner csi.example to make its volume."),
        ({"storageClassName": "now"}, {}, (), "It waits for the provisioner csi.example to make its volume."),
        (
            {"storageClassName": "hand"},
            {},
            (),
            "The storage class hand makes no volumes: it waits for one that somebody makes by hand.",
        ),
        ({"storageClassName": "nope"}, {}, (), "The storage class nope does not exist; there are: hand, late, now."),
        ({}, {}, (), "It names no storage class: it waits for a volume that fits and that somebody makes by hand."),
        ({"volumeName": "pv1"}, {}, (), "It waits for the volume pv1, which it names."),
    ],
)
def test_why_a_claim_is_pending(spec: Object, metadata: Object, pods: tuple[Object, ...], said: str) -> None:
    obj = made("data", kind="PersistentVolumeClaim", metadata=metadata, spec=spec, status={"phase": "Pending"})
    lines = described(kinds.VOLUME_CLAIMS, obj, *CLASSES, *pods)
    assert [line.text for line in lines if line.tone is Tone.WARNING] == [said]
    assert line_of(lines, "Used By:").text.endswith("user" if pods else "<none>")


def test_a_bound_claim_and_who_uses_it() -> None:
    status = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "5Gi"}}
    metadata = {"ownerReferences": [{"kind": "Pod", "name": "eph", "uid": "uid-eph"}]}
    obj = made("data", kind="PersistentVolumeClaim", metadata=metadata, spec={"volumeName": "pv1"}, status=status)
    lines = described(kinds.VOLUME_CLAIMS, obj, USER, pod("eph"), pod("other"))
    assert [line.target.name for line in lines if line.target and line.target.kind is kinds.PODS] == ["eph", "user"]
    assert not [line for line in lines if line.tone is Tone.WARNING or line.text.startswith("Requested")]
    assert set(subject(kinds.VOLUME_CLAIMS, obj).around) == {"pods", "events"}


def test_a_lost_claim() -> None:
    obj = made("data", kind="PersistentVolumeClaim", spec={"volumeName": "pv1"}, status={"phase": "Lost"})
    said = [line.text for line in described(kinds.VOLUME_CLAIMS, obj) if line.tone is Tone.WARNING]
    assert said == ["Its volume pv1 is gone: what was on it is lost to this claim."]


def test_quotas_and_limits_of_a_namespace() -> None:
    hard, used = (
        {"requests.cpu": "2", "pods": "10", "memory": "1Gi"},
        {"requests.cpu": "2", "pods": "9", "memory": "512Mi"},
    )
    quota = made("q", kind="ResourceQuota", spec={"scopes": ["BestEffort"]}, status={"hard": hard, "used": used})
    limit = {"type": "Container", "max": {"memory": "1Gi", "cpu": "2"}, "default": {"cpu": "0.2"}}
    bounds = made("b", kind="LimitRange", spec={"limits": [limit]})
    obj = made("shop", "", "Namespace", status={"phase": "Active"})
    lines = described(kinds.NAMESPACES, obj, quota, bounds)
    assert toned(line_of(lines, "  requests.cpu")) == {"2": Tone.BAD}
    assert toned(line_of(lines, "  pods")) == {"9": Tone.WARNING}
    assert toned(line_of(lines, "  memory")) == {}
    assert any("best effort quality of service" in text for text in texts(lines))
    assert [text.split() for text in texts(lines)[-2:]] == [
        ["Container", "cpu", "-", "2", "-", "200m", "-"],
        ["Container", "memory", "-", "1Gi", "-", "-", "-"],
    ]
    bare = texts(described(kinds.NAMESPACES, obj, quotas="You may not list resourcequotas in shop."))
    assert "Resource Quotas:  You may not list resourcequotas in shop." in bare
    assert bare[-1] == "No LimitRange resource."


def test_a_namespace_that_does_not_go_away() -> None:
    rows = [
        {"type": "NamespaceContentRemaining", "status": "True", "reason": "SomeResourcesRemain", "message": "3 left"},
        {"type": "NamespaceDeletionDiscoveryFailure", "status": "False", "reason": "ok", "message": ""},
    ]
    lines = described(
        kinds.NAMESPACES, made("shop", "", "Namespace", status={"phase": "Terminating", "conditions": rows})
    )
    assert toned(line_of(lines, "Status:")) == {"Terminating": Tone.CHANGING}
    assert toned(line_of(lines, "  NamespaceContentRemaining"))["True"] is Tone.WARNING
    assert Tone.WARNING not in toned(line_of(lines, "  NamespaceDeletionDiscoveryFailure")).values()


def test_a_budget_that_allows_nothing_says_why() -> None:
    def said(**status: int) -> list[str]:
        obj = made("web", kind="PodDisruptionBudget", spec={"minAvailable": 2, "selector": SELECTOR}, status=status)
        return [line.text for line in described(kinds.BUDGETS, obj) if line.tone is Tone.WARNING]

    assert said(disruptionsAllowed=0, currentHealthy=2, desiredHealthy=2, expectedPods=2) == [
        "No eviction is ever allowed: it demands 2 healthy pods and there are only 2."
    ]
    assert said(disruptionsAllowed=0, currentHealthy=1, desiredHealthy=2, expectedPods=4) == [
        "No eviction is allowed: it demands 2 healthy pods and has 1."
    ]
    assert said(disruptionsAllowed=1, currentHealthy=3, desiredHealthy=2, expectedPods=3) == []
    assert said(disruptionsAllowed=0, currentHealthy=0, desiredHealthy=0, expectedPods=0) == []


def test_an_autoscaler_that_knows_nothing() -> None:
    metric = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    }
    conditions = [
        {"type": "AbleToScale", "status": "True", "reason": "ok", "message": "m"},
        {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "no metrics"},
        {"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas", "message": "at most 3"},
    ]
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, "metrics": [metric]}
    lines = described(kinds.AUTOSCALERS, made("web", spec=spec, status={"conditions": conditions}))
    reference = line_of(lines, "Reference:")
    assert reference.target is not None
    assert reference.target.kind is kinds.DEPLOYMENTS
    assert toned(line_of(lines, "  resource cpu on pods")) == {"<unknown> / 70%": Tone.WARNING}
    marked = [line.text.split()[0] for line in lines if "True" in line.text or "False" in line.text if line.spans]
    assert marked == ["ScalingActive", "ScalingLimited"]
    first = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "maxReplicas": 3,
        "targetCPUUtilizationPercentage": 80,
    }
    assert line_of(described(kinds.AUTOSCALERS, made("web", spec=first)), "Current CPU").text.endswith("<unknown>%")
