"""What hangs on a node, a namespace, a definition, a volume, a workload's claims, what pods read."""

from typing import Any

from k8stui.model.columns import Tone
from k8stui.model.kinds import (
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    NAMESPACES,
    NODES,
    PODS,
    SERVICES,
    STATEFUL_SETS,
    VOLUME_CLAIMS,
    VOLUMES,
    Kind,
)
from k8stui.operations.effects import whole as effects
from tests.support.drained import pod
from tests.support.golden import found
from tests.support.settings import asked, said, setting, workload

Case = dict[str, Any]
LISTED = ("get", "list", "delete")


def owned(name: str, by: str, **meta: Any) -> Case:
    owners = [{"uid": by, "controller": True}]
    return {"metadata": {"name": name, "namespace": "shop", "uid": name, "ownerReferences": owners, **meta}}


def claim(name: str, volume: str = "") -> Case:
    return {"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": {"volumeName": volume}}


def volume(name: str, policy: str) -> Case:
    return {"metadata": {"name": name}, "spec": {"persistentVolumeReclaimPolicy": policy}}


STATEFUL = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
CLAIMS = {
    "pods": [owned("db-0", "uid-1"), owned("db-1", "uid-1")],
    "claims": [claim("data-db-0", "pv-0"), claim("data-db-1", "pv-1"), claim("data-db-x"), claim("other-db-0")],
    "volume pv-0": [volume("pv-0", "Delete")],
    "volume pv-1": [volume("pv-1", "Retain")],
}


def test_what_a_deployment_owns_is_listed_first() -> None:
    around = {
        "replica sets": [owned("web-old", "uid-1"), owned("web-new", "uid-1"), owned("api-1", "other")],
        "pods": [owned("web-new-1", "web-new"), owned("api-1-1", "api-1")],
    }
    lines = effects.told(setting("removing.delete", workload(DEPLOYMENTS), around))
    assert [(line.text, line.tone) for line in lines] == [
        ("goes with it: 2 ReplicaSets: web-new, web-old", Tone.BAD),
        ("goes with it: 1 pod (0 ready): web-new-1", Tone.BAD),
    ]


def test_with_orphan_it_stays_owned_by_nobody() -> None:
    around = {"replica sets": [owned("web-new", "uid-1")], "pods": []}
    orphaned = setting("removing.delete", workload(DEPLOYMENTS), around, cascade="orphan")
    assert said(orphaned) == ["stays, owned by nobody: 1 ReplicaSet: web-new"]


def test_in_the_foreground_it_waits_for_what_it_owns() -> None:
    jobs = {"jobs": [owned("tick-1", "uid-1")]}
    row = found(CRON_JOBS, "tick", "shop", spec={})
    assert said(setting("removing.delete", row, jobs, cascade="foreground")) == [
        "goes with it: 1 Job: tick-1",
        "foreground: it stays, being deleted, until all of that is gone",
    ]


def test_claims_of_a_stateful_set_stay_and_their_data_with_them() -> None:
    row = workload(STATEFUL_SETS, "db", 2, 2, **STATEFUL)
    assert said(setting("removing.delete", row, CLAIMS)) == [
        "goes with it: 2 pods (0 ready): db-0, db-1",
        "stays (persistentVolumeClaimRetentionPolicy Retain): 2 claims: data-db-0, data-db-1",
        "reclaim policy Delete (data-db-0): the data would go with the claim",
        "reclaim policy Retain (data-db-1): the volume and its data stay",
    ]


def test_claims_that_are_deleted_too_lose_their_data_by_the_reclaim_policy() -> None:
    row = workload(STATEFUL_SETS, "db", 2, 2, **STATEFUL)
    assert said(setting("removing.delete", row, CLAIMS), with_claims=True)[1:] == [
        "deleted, too, each by itself: 2 claims: data-db-0, data-db-1",
        "reclaim policy Delete (data-db-0): the data is deleted with the claim",
        "reclaim policy Retain (data-db-1): the volume and its data stay, released",
    ]


def test_claims_that_the_set_itself_deletes_are_said_to_go() -> None:
    policy = {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}
    row = workload(STATEFUL_SETS, "db", 2, 2, **STATEFUL, **policy)
    line = effects.told(setting("removing.delete", row, CLAIMS))[1]
    assert (line.text, line.tone) == (
        "goes with it (persistentVolumeClaimRetentionPolicy Delete): 2 claims: data-db-0, data-db-1",
        Tone.BAD,
    )


def test_a_cordon_moves_nothing() -> None:
    around = {"pods": [pod("a"), pod("b"), pod("done", phase="Succeeded")]}
    assert said(setting("nodes.cordon", found(NODES, "n1", spec={}), around, on=True)) == [
        "nothing moves: 2 pods run on; new ones go elsewhere"
    ]
    assert asked(setting("nodes.cordon", found(NODES, "n1", spec={}), on=True)) == {"pods": "pods spec.nodeName=n1"}


def test_a_deleted_node_takes_its_pods_along() -> None:
    around = {"pods": [pod("a"), pod("alone", "")]}
    assert said(setting("removing.delete", found(NODES, "n1", spec={}), around)) == [
        "2 pods on it: removed within a minute, without grace; budgets are not asked",
        "nobody makes these again: alone",
        "where its kubelet runs on it registers the node again, without its labels and taints",
    ]


def test_a_namespace_is_counted_by_kind() -> None:
    topics = Kind("example.com", "v1", "topics", "Topic", verbs=LISTED)
    metrics = Kind("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", verbs=("get", "list"))
    row = found(NAMESPACES, "shop")
    pods = Kind("", "v1", "pods", "Pod", verbs=LISTED)
    assert asked(setting("removing.delete", row), (pods, topics, metrics)) == {
        "Pod": "pods shop",
        "Topic": "topics shop",
    }
    lines = said(setting("removing.delete", row, counts={"Pod": 1200, "Topic": 4, "Secret": 0}))
    assert lines == ["1,204 objects in it: all of it goes, for good", "1,200 Pod, 4 Topic"]
    assert said(setting("removing.delete", row, counts={"Pod": 0})) == ["there is nothing in it"]


def test_a_definition_takes_all_its_objects_along() -> None:
    definitions = Kind(
        "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", namespaced=False
    )
    spec = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "topics", "kind": "Topic"},
        "versions": [{"name": "v1alpha1", "served": False}, {"name": "v1", "served": True}],
    }
    row = found(definitions, "topics.example.com", spec=spec)
    assert asked(setting("removing.delete", row)) == {"Topic": "topics"}
    assert said(setting("removing.delete", row, counts={"Topic": 7})) == ["7 of it: all of it goes, for good"]


def test_a_claim_in_use_waits_and_its_data_follows_the_reclaim_policy() -> None:
    user = pod("db-0", volumes=[{"persistentVolumeClaim": {"claimName": "data"}}])
    around = {"related/pods": [user, pod("other")], "volume pv-0": [volume("pv-0", "Delete")]}
    row = found(VOLUME_CLAIMS, "data", "shop", spec={"volumeName": "pv-0"})
    lines = said(setting("removing.delete", row, around))
    assert lines[:2] == [
        "in use by db-0: it goes only when these are gone",
        "reclaim policy Delete (data): the data is deleted with the claim",
    ]


def test_a_volume_says_whose_it_is_and_what_becomes_of_the_disk() -> None:
    spec = {"persistentVolumeReclaimPolicy": "Retain", "claimRef": {"namespace": "shop", "name": "data"}}
    row = found(VOLUMES, "pv-0", spec=spec, status={"phase": "Bound"})
    assert said(setting("removing.delete", row))[:2] == [
        "bound to shop/data: it goes only when that claim is gone",
        "reclaim policy Retain: the disk behind it stays, and nobody knows it any more",
    ]


def test_who_reads_a_config_map_is_named() -> None:
    template = {"spec": {"containers": [{"name": "web", "envFrom": [{"configMapRef": {"name": "settings"}}]}]}}
    users = {
        "related/deployments": [
            {"metadata": {"name": "web", "namespace": "shop", "uid": "d"}, "spec": {"template": template}}
        ]
    }
    row = found(CONFIG_MAPS, "settings", "shop", data={"a": "b"})
    assert said(setting("removing.delete", row, users)) == [
        "used by Deployment web (envFrom of container web)",
        "pods that run keep what they have read; new ones do not start without it",
    ]
    assert said(setting("metadata.labels", row, users, changes={"a": "b"})) == []


def test_a_service_names_the_pods_and_routes_behind_it() -> None:
    row = found(SERVICES, "web", "shop", spec={"selector": {"app": "web"}})
    around = {"related/pods": [pod("web-0")], "related/ingresses": [], "related/endpoints": []}
    assert said(setting("removing.delete", row, around)) == ["selects Pod web-0 (Running, 0/0 ready)"]


def test_a_taint_is_asked_again_with_how_many_it_evicts() -> None:
    row = found(NODES, "n1", spec={})
    first = setting("taints.taint", row, words="maint:NoExecute")
    assert effects.refined(first) == {}  # nobody has looked
    tolerant = pod("kept", spec={"tolerations": [{"operator": "Exists"}]})
    assert effects.refined(setting("taints.taint", row, {"pods": [tolerant]}, words="maint:NoExecute")) == {"evicts": 0}
    some = setting("taints.taint", row, {"pods": [tolerant, pod("web")]}, words="maint:NoExecute")
    assert effects.refined(some) == {"evicts": 1}
    assert said(some) == ["1 pod is evicted; disruption budgets are not asked", "  shop/web  evicted at once"]
    told = setting("taints.taint", row, {"pods": [pod("web")]}, words="maint:NoExecute", evicts=1)
    assert effects.refined(told) == {}


def test_out_of_service_is_a_grave_word() -> None:
    words = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
    ending = pod("old", deletionTimestamp="2026-09-21T14:00:00Z")
    lines = said(setting("taints.taint", found(NODES, "n1", spec={}), {"pods": [ending]}, words=words))
    assert lines[:2] == [
        "out-of-service: pods go by force, volumes are detached: be sure that n1 is off; remove it when n1 is back",
        "1 pod that is being deleted goes at once",
    ]
    assert not any("node controller" in line for line in lines)


def test_pods_are_never_confused_with_other_kinds() -> None:
    assert said(setting("metadata.labels", found(PODS, "p", "shop"), changes={"a": "b"})) == []
