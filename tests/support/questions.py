"""Questions of the running program: what they say, what was sent, and what stands around their objects."""

from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.decoded import ago
from tests.support.house import idle, text
from tests.support.manifests import deployment
from tests.support.scene import node, pod
from tests.support.scene import running as up
from tests.support.waiting import WITHIN, eventually

Object = dict[str, Any]
UNREACHABLE = "node.kubernetes.io/unreachable"


async def asked(app: K8sTui) -> ChangeQuestion:
    """Wait until a question is there and everything that it looks at is read."""
    await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    await eventually(lambda: not question.case.looking, within=WITHIN)
    await idle(app)
    return question


def told(app: K8sTui) -> str:
    """Everything that the open question says, out of sight as well."""
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    return "\n".join([question.case.question, *(line.text for line in question._text.lines)])


def seen(app: K8sTui) -> str:
    """The screen as one text."""
    return "\n".join(text(app))


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    """What changed something: verb and path."""
    verbs = ("create", "update", "patch", "delete")
    return [
        (record.verb, record.path)
        for record in cluster.requests
        if record.verb in verbs and "review" not in record.path and "dryRun" not in record.query
    ]


def shop(cluster: EmbeddedCluster, pods: int = 2) -> None:
    """A Deployment `web` with its pods, Service, endpoints and a budget that allows none; two nodes."""
    cluster.add_namespace("shop")
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    made = deployment("web", pods)
    made["metadata"]["namespace"] = "shop"
    cluster.registry.create(made)
    made = cluster.store.get("deployments.apps", "web", "shop")
    cluster.store.modify("deployments.apps", "web", "shop", change=lambda each: each.update(status=_status(pods)))
    owner = _owner("Deployment", "web", made["metadata"]["uid"])
    replicas = _object(
        "apps/v1", "ReplicaSet", "web-5f6", owner=owner, labels={"app": "web", "pod-template-hash": "5f6"}
    )
    replicas["spec"] = {
        "replicas": pods,
        "selector": {"matchLabels": {"app": "web"}},
        "template": made["spec"]["template"],
    }
    replicas["status"] = {"replicas": pods, "readyReplicas": pods}
    kept = cluster.store.create(replicas)
    below = _owner("ReplicaSet", "web-5f6", kept["metadata"]["uid"])
    rows = []
    for number in range(pods):
        rows.append(cluster.store.create(_pod(f"web-{number}", below, node=f"worker-{number % 2 + 1}")))
    service = _object("v1", "Service", "web")
    service["spec"] = {"selector": {"app": "web"}, "ports": [{"port": 80}], "clusterIP": "10.96.0.7"}
    cluster.store.create(service)
    endpoints(cluster, "web", rows)
    budget(cluster, "web", 0, pods)


def endpoints(cluster: EmbeddedCluster, of: str, pods: list[Object]) -> None:
    """The Service's slice: all ready."""
    made = _object("discovery.k8s.io/v1", "EndpointSlice", f"{of}-x", labels={"kubernetes.io/service-name": of})
    made["addressType"] = "IPv4"
    made["endpoints"] = [
        {
            "addresses": [f"10.0.0.{number}"],
            "conditions": {"ready": True},
            "targetRef": {"kind": "Pod", "name": each["metadata"]["name"], "uid": each["metadata"]["uid"]},
        }
        for number, each in enumerate(pods)
    ]
    cluster.store.create(made)


def budget(cluster: EmbeddedCluster, name: str, allowed: int, pods: int) -> None:
    """A budget over the pods of that app, counted."""
    made = _object("policy/v1", "PodDisruptionBudget", name)
    made["metadata"]["generation"] = 1
    made["spec"] = {"selector": {"matchLabels": {"app": name}}, "minAvailable": pods - allowed}
    healthy = {"currentHealthy": pods, "desiredHealthy": pods - allowed, "expectedPods": pods}
    made["status"] = {"disruptionsAllowed": allowed, "observedGeneration": 1, **healthy}
    cluster.store.create(made)


def stateful(cluster: EmbeddedCluster, *, silent: bool = True) -> None:
    """A StatefulSet `db` with a pod, a claim and a volume, on worker-3, which is not heard of."""
    gone = {"key": UNREACHABLE, "effect": "NoExecute", "timeAdded": ago(100)}
    conditions = {"Ready": "Unknown" if silent else "True"}
    cluster.store.create(node("worker-3", conditions, taints=[gone] if silent else []))
    made = _object("apps/v1", "StatefulSet", "db")
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "main", "image": "db:1"}]}}
    data = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    made["spec"] = {
        "replicas": 1,
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "db"}},
        "template": template,
        "volumeClaimTemplates": [data],
    }
    made["status"] = {"replicas": 1, "readyReplicas": 1}
    kept = cluster.store.create(made)
    tolerates = {"key": UNREACHABLE, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    alone = _pod("db-0", _owner("StatefulSet", "db", kept["metadata"]["uid"]), node="worker-3")
    alone["spec"]["tolerations"] = [tolerates]
    alone["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}]
    cluster.store.create(alone)
    claim = _object("v1", "PersistentVolumeClaim", "data-db-0")
    claim["spec"], claim["status"] = {"volumeName": "pv-0", "accessModes": ["ReadWriteOnce"]}, {"phase": "Bound"}
    cluster.store.create(claim)
    volume = _object("v1", "PersistentVolume", "pv-0", namespace="")
    volume["spec"] = {"persistentVolumeReclaimPolicy": "Delete", "claimRef": {"namespace": "shop", "name": "data-db-0"}}
    cluster.store.create(volume)


def _pod(name: str, owner: Object, *, node: str) -> Object:
    labels = {"pod-template-hash": "5f6"} if owner["kind"] == "ReplicaSet" else {}
    meta = {"ownerReferences": [owner]}
    ready = [{"type": "Ready", "status": "True"}]
    return pod(name, "shop", node, 60.0, statuses=[up()], labels=labels, meta=meta, conditions=ready)


def _object(api: str, kind: str, name: str, *, namespace: str = "shop", **meta: Any) -> Object:
    owner = meta.pop("owner", None)
    where = {"namespace": namespace} if namespace else {}
    owners = {"ownerReferences": [owner]} if owner else {}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **where, **owners, **meta}}


def _owner(kind: str, name: str, uid: str) -> Object:
    return {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}


def _status(pods: int) -> Object:
    return {"replicas": pods, "readyReplicas": pods, "updatedReplicas": pods, "availableReplicas": pods}
