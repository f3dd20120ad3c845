"""The official synchronous client against the embedded cluster: lists, watches, patches, logs, exec, errors."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.kubectl import DemoServer
from tests.support.manifests import bare, deployment, settings
from tests.support.waiting import promptly

client: Any = pytest.importorskip("kubernetes.client")
config: Any = pytest.importorskip("kubernetes.config")
streams: Any = pytest.importorskip("kubernetes.stream")
watches: Any = pytest.importorskip("kubernetes.watch")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
SPACE = "default"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    with DemoServer(tmp_path_factory.mktemp("official"), "--scenario", "empty", "--speed", "20") as running:
        yield running


@pytest.fixture(scope="module")
def api(server: DemoServer) -> Iterator[Any]:
    """An ApiClient as admin."""
    made = config.new_client_from_config(str(server.kubeconfig))
    yield made
    made.rest_client.pool_manager.clear()
    made.close()


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """The sockets that the client leaves open are found here, not in the test of somebody else."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def core(api: Any) -> Any:
    return client.CoreV1Api(api)


@pytest.fixture(scope="module")
def box(core: Any) -> str:
    """A pod that runs, and has said two lines."""
    obj = bare("box")
    obj["spec"]["containers"][0]["command"] = ["sh", "-c", "echo one; echo two; sleep 36000"]
    core.create_namespaced_pod(SPACE, obj)
    promptly(lambda: core.read_namespaced_pod("box", SPACE).status.phase == "Running", within=20)
    return "box"


def test_create_list_and_delete(core: Any) -> None:
    made = core.create_namespaced_config_map(SPACE, settings("first", a="1"))
    assert (made.metadata.name, made.data, made.metadata.creation_timestamp.tzinfo is None) == (
        "first",
        {"a": "1"},
        False,
    )
    core.create_namespaced_config_map(SPACE, client.V1ConfigMap(metadata=client.V1ObjectMeta(generate_name="more-")))
    found = core.list_namespaced_config_map(SPACE, field_selector="metadata.name=first")
    assert [item.metadata.name for item in found.items] == ["first"]
    assert int(found.metadata.resource_version) >= int(made.metadata.resource_version)
    gone = core.delete_namespaced_config_map("first", SPACE)
    assert (gone["status"], gone["details"]["name"]) == ("Success", "first")
    core.delete_collection_namespaced_config_map(SPACE, field_selector="metadata.name!=kube-root-ca.crt")
    assert [item.metadata.name for item in core.list_namespaced_config_map(SPACE).items] == ["kube-root-ca.crt"]


def test_nodes_and_pages(core: Any) -> None:
    nodes = core.list_node().items
    assert {condition.type for condition in nodes[0].status.conditions} >= {"Ready", "DiskPressure"}
    names, token = [], None
    while True:
        page = core.list_node(limit=2, _continue=token)
        names.append([item.metadata.name for item in page.items])
        token = page.metadata._continue
        if not token:
            break
    assert [len(each) for each in names] == [2, 1]
    assert sorted(name for each in names for name in each) == sorted(item.metadata.name for item in nodes)


def test_a_watch_goes_on_from_a_list(core: Any) -> None:
    version = core.list_namespaced_secret(SPACE).metadata.resource_version
    core.create_namespaced_secret(SPACE, {"metadata": {"name": "s"}, "stringData": {"k": "v"}})
    core.patch_namespaced_secret("s", SPACE, {"metadata": {"labels": {"a": "b"}}})
    core.delete_namespaced_secret("s", SPACE)
    seen = []
    watch = watches.Watch()
    for event in watch.stream(core.list_namespaced_secret, SPACE, resource_version=version, timeout_seconds=10):
        seen.append((event["type"], event["object"].metadata.name, event["object"].data))
        if event["type"] == "DELETED":
            watch.stop()
    assert seen == [(kind, "s", {"k": "dg=="}) for kind in ("ADDED", "MODIFIED", "DELETED")]


def test_a_watch_ends_at_its_time(core: Any) -> None:
    assert list(watches.Watch().stream(core.list_namespaced_service_account, "nowhere", timeout_seconds=1)) == []


def test_every_patch(core: Any) -> None:
    core.create_namespaced_config_map(SPACE, settings("p", a="1", b="2"))
    strategic = core.patch_namespaced_config_map("p", SPACE, {"data": {"b": None, "c": "3"}})
    assert strategic.data == {"a": "1", "c": "3"}
    operations = [{"op": "replace", "path": "/data/a", "value": "9"}]
    assert core.patch_namespaced_config_map("p", SPACE, operations).data == {"a": "9", "c": "3"}
    mine = settings("p", a="8")
    applied = core.patch_namespaced_config_map(
        "p", SPACE, mine, field_manager="me", force=True, _content_type="application/apply-patch+yaml"
    )
    assert applied.data == {"a": "8", "c": "3"}
    assert "me" in [row.manager for row in applied.metadata.managed_fields]
    tried = core.patch_namespaced_config_map("p", SPACE, {"data": {"a": "0"}}, dry_run="All")
    assert (tried.data["a"], core.read_namespaced_config_map("p", SPACE).data["a"]) == ("0", "8")
    core.delete_namespaced_config_map("p", SPACE)


def test_a_deployment_and_its_scale(api: Any, core: Any) -> None:
    apps = client.AppsV1Api(api)
    apps.create_namespaced_deployment(SPACE, deployment("web", 1))

    def ready() -> Any:
        return apps.read_namespaced_deployment_status("web", SPACE).status.ready_replicas

    promptly(lambda: ready() == 1, within=20)
    scaled = apps.patch_namespaced_deployment_scale("web", SPACE, {"spec": {"replicas": 2}})
    assert (scaled.spec.replicas, scaled.status.selector) == (2, "app=web")
    promptly(lambda: ready() == 2, within=20)
    pods = core.list_namespaced_pod(SPACE, label_selector="app=web").items
    assert {pod.metadata.owner_references[0].kind for pod in pods} == {"ReplicaSet"}
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name=pods[0].metadata.name))
    core.create_namespaced_pod_eviction(pods[0].metadata.name, SPACE, eviction)
    apps.delete_namespaced_deployment("web", SPACE, propagation_policy="Foreground")
    promptly(lambda: not core.list_namespaced_pod(SPACE, label_selector="app=web").items, within=20)


def test_logs(core: Any, box: str) -> None:
    promptly(lambda: "two" in core.read_namespaced_pod_log(box, SPACE))
    assert core.read_namespaced_pod_log(box, SPACE) == "one\ntwo\n"
    assert core.read_namespaced_pod_log(box, SPACE, tail_lines=1) == "two\n"
    follow = core.read_namespaced_pod_log(box, SPACE, follow=True, _preload_content=False)
    assert follow.readline() == b"one\n"
    follow.close()
    with pytest.raises(client.ApiException) as caught:
        core.read_namespaced_pod_log(box, SPACE, container="none")
    assert (caught.value.status, "container none is not valid" in caught.value.body) == (400, True)


def test_exec(core: Any, box: str) -> None:
    connect = core.connect_get_namespaced_pod_exec
    both = {"stderr": True, "stdin": False, "stdout": True, "tty": False}
    assert streams.stream(connect, box, SPACE, command=["echo", "hello"], **both) == "hello\n"
    shell = streams.stream(connect, box, SPACE, command=["sh"], **both | {"stdin": True}, _preload_content=False)
    shell.write_stdin("echo out; echo err >&2; exit 3\n")
    shell.run_forever(timeout=10)
    assert (shell.read_stdout(), shell.read_stderr(), shell.returncode) == ("out\n", "err\n", 3)
    shell.close()


@pytest.mark.parametrize(
    ("call", "status", "reason", "said"),
    [
        (lambda core: core.read_namespaced_pod("none", SPACE), 404, "NotFound", 'pods "none" not found'),
        (lambda core: core.create_namespace({"metadata": {"name": SPACE}}), 409, "AlreadyExists", "already exists"),
        (lambda core: core.list_pod_for_all_namespaces(label_selector="a b"), 400, "BadRequest", "unable to parse"),
        (
            lambda core: core.create_namespaced_pod(SPACE, {"metadata": {"name": "P"}, "spec": {"containers": []}}),
            422,
            "Invalid",
            "spec.containers: Required value",
        ),
        (
            lambda core: core.replace_namespaced_config_map(
                "kube-root-ca.crt", SPACE, {"metadata": {"name": "kube-root-ca.crt", "resourceVersion": "1"}}
            ),
            409,
            "Conflict",
            "the object has been modified",
        ),
    ],
)
def test_errors_have_the_servers_body(core: Any, call: Any, status: int, reason: str, said: str) -> None:
    with pytest.raises(client.ApiException) as caught:
        call(core)
    body = json.loads(caught.value.body)
    assert (caught.value.status, body["kind"], body["reason"]) == (status, "Status", reason)
    assert said in body["message"]


def test_custom_objects_and_who_may(api: Any, server: DemoServer, tmp_path: Path) -> None:
    with pytest.raises(client.ApiException) as caught:
        client.CustomObjectsApi(api).list_cluster_custom_object("nowhere.example", "v1", "things")
    assert caught.value.status == 404
    review = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(
            resource_attributes=client.V1ResourceAttributes(verb="delete", resource="pods", namespace="shop")
        )
    )
    viewer = config.new_client_from_config(str(server.kubeconfig), context="demo-viewer")
    mine = client.AuthorizationV1Api(api).create_self_subject_access_review(review)
    theirs = client.AuthorizationV1Api(viewer).create_self_subject_access_review(review)
    assert (mine.status.allowed, theirs.status.allowed) == (True, False)
    assert client.VersionApi(viewer).get_code().major == "1"
    viewer.rest_client.pool_manager.clear()
    viewer.close()
