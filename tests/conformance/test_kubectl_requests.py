"""What a real kubectl sent (K8STUI_GOLDEN/recordings/*.json) is accepted, in order, when what it names is there."""

import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.conformance.recorded import FOLDER, PRESENT, WHY_NOT, Object
from tests.support.http import http
from tests.support.objects import node, pod

pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)
ABSENT = ("nope", "missing", "zz")
"""Names that kubectl was asked for because there is nothing of that name."""
LABELS = {"app": "web"}


def recordings() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for index, recording in enumerate(json.loads(path.read_text())["recordings"]):
            found.append(pytest.param(recording, id=f"{path.stem}-{index}-{recording['title'].replace(' ', '-')}"))
    return found or [pytest.param({}, id="no-recordings")]


def plant(cluster: EmbeddedCluster, recording: Object) -> None:
    """Everything that the recorded requests name: their server was scripted, and had just what each needed."""
    for name in ("n1", "n2"):
        cluster.store.create(node(name))
    names = {urlsplit(request["path"]).path.split("/")[6] for request in recording["requests"] if _of_pod(request)}
    for name in sorted(names - set(ABSENT) | {"p1", "p2"}):
        cluster.store.create(_pod(name, _older(recording)))
    spec = {"containers": [{"name": "web", "image": "web:1"}]}
    template = {"metadata": {"labels": LABELS}, "spec": spec}
    selector = {"matchLabels": LABELS}
    job = {"template": {"spec": spec | {"restartPolicy": "Never"}}}
    for kind, name, rest in (
        ("apps/v1 Deployment", "web", {"selector": selector, "template": template, "replicas": 2}),
        ("apps/v1 StatefulSet", "db", {"selector": selector, "template": template, "serviceName": "db"}),
        ("apps/v1 DaemonSet", "agent", {"selector": selector, "template": template}),
        ("batch/v1 CronJob", "nightly", {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}}),
        ("batch/v1 Job", "j1", job),
    ):
        version, _, word = kind.partition(" ")
        metadata = {"name": name, "namespace": "default", "labels": LABELS, "annotations": {"a": "b"}}
        cluster.registry.create({"apiVersion": version, "kind": word, "metadata": metadata, "spec": rest})


def _pod(name: str, ephemeral: list[str]) -> Object:
    """A pod that has restarted, with the containers that kubectl asked for."""
    made = pod(name, node="n1", labels=LABELS)
    (container,), (status,) = made["spec"]["containers"], made["status"]["containerStatuses"]
    container |= _DEFAULTS
    status |= {
        "restartCount": 1,
        "lastState": {"terminated": {"exitCode": 1, "reason": "Error", "containerID": "x://y"}},
    }
    made["spec"]["containers"] = [container | {"name": each} for each in ("app", "side")]
    made["spec"]["initContainers"] = [container | {"name": "init1"}]
    made["spec"]["ephemeralContainers"] = [container | {"name": each} for each in ephemeral]
    made["status"]["containerStatuses"] = [status | {"name": each} for each in ("app", "side")]
    ended = {"terminated": {"exitCode": 0, "reason": "Completed", "containerID": "x://z"}}
    made["status"]["initContainerStatuses"] = [status | {"name": "init1", "state": ended}]
    return made


_DEFAULTS = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}
_DEFAULTS |= {"imagePullPolicy": "IfNotPresent"}


def _of_pod(request: Object) -> bool:
    return bool(request["path"].startswith("/api/v1/namespaces/default/pods/"))


def _older(recording: Object) -> list[str]:
    """The ephemeral containers that a patch puts in order and does not add."""
    specs = [(request["body"] or {}).get("spec", {}) for request in recording["requests"] if _adds(request)]
    return [
        each["name"]
        for spec in specs
        for each in spec.get("$setElementOrder/ephemeralContainers", ())
        if each["name"] not in {new["name"] for new in spec["ephemeralContainers"]}
    ]


def _adds(request: Object) -> bool:
    return bool(request["path"].endswith("/ephemeralcontainers"))


def _body(cluster: EmbeddedCluster, body: Any) -> bytes | None:
    """As it was sent: protobuf was recorded byte by byte; a version is that of today."""
    if body is None or isinstance(body, str):
        return body if body is None else body.encode("latin-1")
    if isinstance(body, dict) and "resourceVersion" in body.get("metadata", {}):
        stored = cluster.store.get("deployments.apps", body["metadata"]["name"], "default")
        body["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"]
    return json.dumps(body).encode()


@pytest.mark.parametrize("recording", recordings())
async def test_what_kubectl_sent_is_accepted(cluster: EmbeddedCluster, recording: Object) -> None:
    plant(cluster, recording)
    gone: set[str] = set()
    async with http(cluster) as client:
        for request in recording["requests"]:
            path = urlsplit(request["path"]).path
            headers = {"Accept": request["Accept"], "Content_Type": request.get("Content-Type", "application/json")}
            body = _body(cluster, request["body"])
            if "follow=true" in request["path"] or "watch=true" in request["path"]:
                await _followed(cluster, request["path"])
                continue
            reply = await client.ask(request["method"], request["path"], body, **headers)
            missing = path.rpartition("/")[2] in ABSENT or "/autoscaling/v2/" in path
            leaving = path.removesuffix("/eviction") in gone
            good = (404,) if missing else (200, 201, 404) if leaving else (200, 201)
            assert reply.status in good, f"{request['method']} {request['path']}: {reply.status} {reply.body[:400]!r}"
            if request["method"] == "DELETE" or path.endswith("/eviction"):
                gone.add(path.removesuffix("/eviction"))
                _end(cluster, path.removesuffix("/eviction").rpartition("/")[2])


async def _followed(cluster: EmbeddedCluster, path: str) -> None:
    """A log that is followed, or a watch, begins; it would not end by itself."""
    headers = {"Authorization": f"Bearer {cluster.token}"}
    async with aiohttp.ClientSession() as session, session.get(cluster.url + path, headers=headers) as response:
        assert response.status == 200
        response.close()


def _end(cluster: EmbeddedCluster, name: str) -> None:
    """What the kubelet does at the end of a pod's grace; nothing when it is gone already."""
    if f"default/{name}" in cluster.store.table(cluster.catalog.named("pods")).entries:
        cluster.store.delete("pods", name, "default")
