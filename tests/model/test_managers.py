"""Who manages an object, told by the marks that each tool leaves, and what it will do to a change."""

import pytest

from k8stui.model.autoscalers import autoscaler
from k8stui.model.managers import Change, Manager, Tool, consequence, manager, managers, managers_of, written
from tests.support.workloads import workload

RIO = "objectset.rio.cattle.io"
TRACKED = {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/cart"}
RELEASED = {"meta.helm.sh/release-name": "traefik", "meta.helm.sh/release-namespace": "kube-system"}
FLUX = "kustomize.toolkit.fluxcd.io"


@pytest.mark.parametrize(
    ("labels", "annotations", "owners", "said"),
    [
        ({}, {}, [], ""),
        ({}, TRACKED, [], "Argo CD shop"),
        ({f"{FLUX}/name": "apps", f"{FLUX}/namespace": "flux-system"}, {}, [], "Flux Kustomization apps"),
        ({"helm.toolkit.fluxcd.io/name": "db"}, RELEASED, [], "Flux HelmRelease db"),
        ({"app.kubernetes.io/managed-by": "Helm"}, RELEASED, [], "Helm traefik"),
        ({"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "db"}, {}, [], "Helm db"),
        ({"app.kubernetes.io/managed-by": "Helm"}, TRACKED, [], "Argo CD shop"),
        ({"app.kubernetes.io/managed-by": "cluster-operator"}, {}, [], "cluster-operator"),
        (
            {},
            {f"{RIO}/owner-gvk": "k3s.cattle.io/v1, Kind=Addon", f"{RIO}/owner-name": "coredns"},
            [],
            "k3s add-on coredns",
        ),
        (
            {},
            {f"{RIO}/owner-gvk": "helm.cattle.io/v1, Kind=HelmChart", f"{RIO}/owner-name": "traefik"},
            [],
            "HelmChart traefik",
        ),
        (
            {},
            {f"{RIO}/owner-gvk": "management.cattle.io/v3, Kind=Cluster", f"{RIO}/owner-name": "local"},
            [],
            "Rancher Cluster/local",
        ),
        ({}, {f"{RIO}/id": "default-mcc-bundle"}, [], "Rancher default-mcc-bundle"),
        ({"helmcharts.helm.cattle.io/chart": "traefik"}, {}, [], "HelmChart traefik"),
        ({"addonmanager.kubernetes.io/mode": "Reconcile"}, {}, [], "add-on manager"),
        ({}, {"kubernetes.io/config.source": "file"}, [("Node", "cp-1")], "static pod file on cp-1"),
        ({}, {"kubernetes.io/config.source": "api"}, [], ""),
        ({}, {}, [("Kafka", "events")], "Kafka/events"),
        ({}, TRACKED, [("Deployment", "cart")], "Deployment/cart"),
        ({f"{FLUX}/name": "apps"}, TRACKED, [], "Argo CD shop, Flux Kustomization apps"),
    ],
)
def test_who_manages_it(
    labels: dict[str, str], annotations: dict[str, str], owners: list[tuple[str, str]], said: str
) -> None:
    assert manager(labels, annotations, owners) == said


@pytest.mark.parametrize(
    ("name", "kind", "said"), [("cart", "Deployment", "Argo CD shop"), ("copy", "Deployment", ""), ("cart", "Job", "")]
)
def test_a_tracking_id_that_was_copied_from_another_object_says_nothing(name: str, kind: str, said: str) -> None:
    assert written(managers({}, TRACKED, name=name, kind=kind)) == said


def test_a_row_and_a_whole_object_say_the_same() -> None:
    meta = {"name": "cart", "annotations": TRACKED, "labels": {"a": "b"}}
    owned = [{"kind": "A", "name": "a"}, {"kind": "Kafka", "name": "k", "controller": True}]
    for each in (meta, meta | {"ownerReferences": owned}):
        row = workload("Deployment", meta=each)
        assert row.managers == managers_of({"kind": "Deployment", "metadata": each})
    assert written(row.managers) == "Kafka/k"


@pytest.mark.parametrize(
    ("found", "change", "words"),
    [
        (
            Manager(Tool.ARGO, "shop"),
            Change.SPEC,
            "Argo CD shop manages it: with self-heal the change will be reverted",
        ),
        (Manager(Tool.ARGO, "shop"), Change.RESTART, "Argo CD shop manages it: a restart is kept."),
        (Manager(Tool.FLUX_KUSTOMIZATION, "a"), Change.SPEC, "will be reverted at its next reconciliation."),
        (Manager(Tool.FLUX_KUSTOMIZATION, "a", "disabled"), Change.SPEC, "is told to leave it alone"),
        (Manager(Tool.FLUX_HELM, "a"), Change.REPLICAS, "will be reverted at its next upgrade"),
        (Manager(Tool.HELM, "a"), Change.SPEC, "stays until the next upgrade or rollback"),
        (Manager(Tool.HELM, "a"), Change.DELETE, "comes back with the next upgrade only"),
        (Manager(Tool.ADDON, "a"), Change.SPEC, "reverted when the server restarts or its manifest changes"),
        (Manager(Tool.HELM_CHART, "a"), Change.SPEC, "reverted when the chart or its values change"),
        (Manager(Tool.RANCHER, "a"), Change.SPEC, "reverted when that is applied again"),
        (Manager(Tool.ADDON_MANAGER, "", "Reconcile"), Change.SPEC, "will revert the change within a minute"),
        (Manager(Tool.ADDON_MANAGER, "", "EnsureExists"), Change.SPEC, "the change is kept"),
        (Manager(Tool.ADDON_MANAGER, "", "EnsureExists"), Change.DELETE, "will create it again"),
        (Manager(Tool.AUTOSCALER, "web", "2-10"), Change.REPLICAS, "HPA web sets the replicas between 2 and 10"),
        (Manager(Tool.AUTOSCALER, "web", "2-10"), Change.SPEC, ""),
        (Manager(Tool.OWNER, "Kafka/k"), Change.SPEC, "Kafka/k owns it, and its controller may revert the change."),
        (Manager(Tool.LABELLED, "x"), Change.SPEC, "x says by a label that it manages it"),
        (Manager(Tool.STATIC, "cp-1"), Change.SPEC, "only its manifest file on cp-1 changes it"),
        (Manager(Tool.STATIC, "cp-1"), Change.DELETE, "only removing its manifest file on cp-1 ends the pod"),
        (Manager(Tool.ARGO, "shop"), Change.DELETE, "Argo CD shop may create it again."),
    ],
)
def test_what_it_will_do(found: Manager, change: Change, words: str) -> None:
    said = consequence([found], change)
    assert words in said
    assert bool(words) is bool(said)


@pytest.mark.parametrize("change", Change)
def test_every_manager_has_a_sentence_for_every_change_that_concerns_it(change: Change) -> None:
    for tool in Tool:
        scales = tool in (Tool.AUTOSCALER, Tool.KEDA)
        said = consequence([Manager(tool, "x")], change)
        assert said.endswith(".") or (scales and change is not Change.REPLICAS)
        assert "{" not in said


def test_an_autoscaler_and_the_one_behind_it() -> None:
    target = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 2, "maxReplicas": 10}
    plain = autoscaler({"metadata": {"name": "web", "namespace": "shop"}, "spec": target})
    assert plain is not None
    assert plain.target == ("shop", "Deployment", "web")
    assert (str(plain.manager), plain.manager.note) == ("HPA web", "2-10")
    labelled = {"name": "keda-hpa-q", "namespace": "shop", "labels": {"scaledobject.keda.sh/name": "q"}}
    owned = {"name": "keda-hpa-q", "namespace": "shop", "ownerReferences": [{"kind": "ScaledObject", "name": "q"}]}
    for meta in (labelled, owned):
        keda = autoscaler({"metadata": meta, "spec": target})
        assert keda is not None
        assert str(keda.manager) == "KEDA q"
    assert autoscaler({"metadata": {"name": "x"}, "spec": {}}) is None
