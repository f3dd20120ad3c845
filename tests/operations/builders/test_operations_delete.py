"""Delete, evict, finalizers: kubectl's table and recordings, and the preconditions that kubectl does not send."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, PODS, Kind
from k8stui.operations.builders.removing import delete, evict, finalize, finalizer, grace_of
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import JSON_PATCH, Mutation, Risk
from tests.support import acting, manifests, objects
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http


def pod(**rest: Any) -> Any:
    return found(PODS, "p1", "default", **rest)


def web() -> Any:
    return found(DEPLOYMENTS, "web", "default")


# ---- delete


@needed
@pytest.mark.parametrize(
    ("title", "mutation"),
    [
        ("delete pod", delete(pod())),
        ("delete pod now", delete(pod(), now=True)),
        ("delete pod grace 0", delete(pod(), grace=0)),
        ("delete pod force", delete(pod(), force=True)),
        ("delete pod grace 30 no wait", delete(pod(), grace=30)),
        ("delete deploy cascade foreground", delete(web(), cascade="foreground")),
        ("delete deploy cascade orphan", delete(web(), cascade="orphan")),
        ("delete deploy cascade background", delete(web(), cascade="background")),
    ],
)
def test_a_delete_is_what_kubectl_sends(title: str, mutation: Mutation) -> None:
    recording = recorded("workloads", title)
    same(mutation, wrote(recording)[0])
    assert mutation.request.decoded()["preconditions"] == {"uid": "uid-1"}
    assert mutation.done == recording["stdout"].strip()
    assert (mutation.risk, mutation.inverse, mutation.verb) == (Risk.DESTRUCTIVE, None, "delete")


@needed
@pytest.mark.parametrize("case", table("delete"))
def test_kubectls_table_of_grace_periods(case: Any) -> None:
    grace = int(case["gracePeriodFlag"]) if case["gracePeriodFlag"] else None
    given: dict[str, Any] = {"now": case["nowFlag"], "force": case["forceFlag"]}
    if case["expectedExitCode"]:
        with pytest.raises(UnableError) as caught:
            delete(pod(), grace=grace, **given)
        assert f"error: {caught.value}" == case["expectedErrOut"]
        return
    mutation = delete(pod(), grace=grace, **given)
    assert mutation.request.decoded().get("gracePeriodSeconds") == int(case["expectedGracePeriod"])
    assert ("may continue to run on the cluster indefinitely" in mutation.says) is bool(case["expectedErrOut"])


@needed
@pytest.mark.parametrize(
    ("title", "given"),
    [("delete force grace 5", {"force": True, "grace": 5}), ("delete now+grace", {"now": True, "grace": 3})],
)
def test_kubectls_refusals(title: str, given: Any) -> None:
    with pytest.raises(UnableError) as caught:
        delete(pod(), **given)
    assert f"error: {caught.value}" == recorded("workloads", title)["stderr"].strip()


def test_a_negative_grace_is_the_pods_own() -> None:
    assert grace_of(-1, now=False, force=False) is None
    assert grace_of(-1, now=True, force=False) == 1


def test_what_is_said_and_the_command() -> None:
    mutation = delete(web(), force=True, cascade="orphan")
    assert mutation.says == (
        "force delete deployment default/web "
        "(it may continue to run on the cluster indefinitely; what it owns is left behind)"
    )
    assert mutation.kubectl == "kubectl -n default delete deployment.apps/web --force --cascade=orphan"


def test_no_such_cascade() -> None:
    with pytest.raises(UnableError) as caught:
        delete(web(), cascade="all")
    assert str(caught.value) == 'invalid cascade value (all). Must be "background", "foreground", or "orphan"'


def test_old_names_of_a_cascade() -> None:
    """kubectl still takes them, with a warning."""
    assert delete(web(), cascade="true").request == delete(web()).request
    assert delete(web(), cascade="false").request == delete(web(), cascade="orphan").request
    assert delete(web(), cascade="false").kubectl.endswith("--cascade=orphan")


def test_now_and_force_exclude_each_other() -> None:
    """As kubectl: `--now` is a grace period of 1."""
    with pytest.raises(UnableError) as caught:
        delete(pod(), now=True, force=True)
    assert str(caught.value) == "--force and --grace-period greater than 0 cannot be specified together"


# ---- evict


@needed
def test_an_eviction_is_what_kubectl_drain_sends() -> None:
    requests = wrote(recorded("drain", "drain with PDB 429 twice"))
    request = next(each for each in requests if each["path"].endswith("/eviction"))
    mutation = evict(pod())
    same(mutation, request)
    assert mutation.request.decoded()["deleteOptions"]["preconditions"] == {"uid": "uid-1"}
    assert (mutation.verb, mutation.subresource, mutation.risk) == ("create", "eviction", Risk.DESTRUCTIVE)
    assert mutation.inverse is None


def test_what_cannot_be_evicted() -> None:
    with pytest.raises(UnableError, match="only pods can be evicted"):
        evict(web())
    mirror = pod(metadata={"annotations": {"kubernetes.io/config.mirror": "x"}})
    with pytest.raises(UnableError, match="mirrors a static pod: only removing its manifest on the node ends it"):
        evict(mirror)


# ---- finalizers


def test_one_finalizer_is_taken_and_no_other() -> None:
    row = found(CONFIG_MAPS, "c", "shop", metadata={"finalizers": ["a/b", "c/d"], "deletionTimestamp": "x"})
    mutation = finalizer(row, finalizer="c/d")
    assert mutation.request.content_type == JSON_PATCH
    assert mutation.request.decoded() == [
        {"op": "test", "path": "/metadata/uid", "value": "uid-1"},
        {"op": "test", "path": "/metadata/finalizers", "value": ["a/b", "c/d"]},
        {"op": "remove", "path": "/metadata/finalizers/1"},
    ]
    assert (mutation.risk, mutation.inverse) == (Risk.DESTRUCTIVE, None)
    assert mutation.says == "take the finalizer c/d from configmap shop/c"
    last = found(CONFIG_MAPS, "c", "shop", metadata={"finalizers": ["a/b"], "deletionTimestamp": "x"})
    assert finalizer(last, finalizer="a/b").says.endswith("(then it is gone at once)")


def test_a_finalizer_that_is_not_there() -> None:
    row = found(CONFIG_MAPS, "c", "shop", metadata={"finalizers": ["a/b"]})
    with pytest.raises(UnableError, match=r"configmap/c has no finalizer 'x': it has a/b"):
        finalizer(row, finalizer="x")


def namespace(**meta: Any) -> Any:
    return found(NAMESPACES, "old", spec={"finalizers": ["kubernetes"]}, metadata=meta)


def test_a_namespace_is_finalized() -> None:
    mutation = finalize(namespace(deletionTimestamp="2026-11-21T06:10:53Z"))
    assert (mutation.request.method, mutation.request.path) == ("PUT", "/api/v1/namespaces/old/finalize")
    body = mutation.request.decoded()
    assert body["spec"]["finalizers"] == []
    assert (body["metadata"]["uid"], body["metadata"]["resourceVersion"]) == ("uid-1", "7")
    assert (mutation.verb, mutation.subresource, mutation.risk) == ("update", "finalize", Risk.DESTRUCTIVE)
    assert mutation.inverse is None


def test_what_cannot_be_finalized() -> None:
    with pytest.raises(UnableError, match=r"namespace/old is not being deleted: delete it first"):
        finalize(namespace())
    with pytest.raises(UnableError, match=r"deployment.apps/web cannot be finalized: only a namespace can"):
        finalize(web())
    done = found(NAMESPACES, "old", spec={}, metadata={"deletionTimestamp": "x"})
    with pytest.raises(AlreadySoError, match=r"waits for no spec.finalizers"):
        finalize(done)


# ---- on a server


async def test_deletes_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask(
            "POST", CONFIG_MAPS.path("default"), objects.configmap("c", finalizers=["a.example/b", "c.example/d"])
        )
        row = await acting.read(client, CONFIG_MAPS, "c")
        assert (await acting.sent(client, delete(acting.of_another(row)))).status == 409
        mutation, after = await acting.done(client, "removing.delete", CONFIG_MAPS, "c")
        assert after["metadata"]["deletionTimestamp"]
        stale = await acting.built(client, "removing.finalizer", CONFIG_MAPS, "c", finalizer="c.example/d")
        await acting.done(client, "removing.finalizer", CONFIG_MAPS, "c", finalizer="a.example/b")
        assert (await acting.sent(client, stale)).status == 422
        foreign = finalizer(acting.of_another(await acting.read(client, CONFIG_MAPS, "c")), finalizer="c.example/d")
        assert (await acting.sent(client, foreign)).status == 422
        await acting.done(client, "removing.finalizer", CONFIG_MAPS, "c", finalizer="c.example/d")
        assert (await client.get(mutation.target.path)).status == 404


@pytest.mark.parametrize("kind", [PODS])
async def test_an_eviction_on_a_server(cluster: EmbeddedCluster, kind: Kind) -> None:
    async with http(cluster) as client:
        await client.ask("POST", kind.path("default"), manifests.bare("p1"))
        row = await acting.read(client, kind, "p1")
        assert (await acting.sent(client, evict(acting.of_another(row)))).status == 409
        _, after = await acting.done(client, "removing.evict", kind, "p1")
        assert after["status"] == "Success"


async def test_a_stuck_namespace_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", NAMESPACES.path(), {"metadata": {"name": "old"}})
        stuck = objects.configmap("c", "old", finalizers=["a.example/b"])
        await client.ask("POST", CONFIG_MAPS.path("old"), stuck)
        await acting.done(client, "removing.delete", NAMESPACES, "old")
        row = await acting.read(client, NAMESPACES, "old")
        assert (await acting.sent(client, finalize(acting.of_another(row)))).status == 409
        mutation = await acting.built(client, "removing.finalize", NAMESPACES, "old")
        reply = await acting.sent(client, mutation)
        assert reply.status == 200, reply.body
        assert (await client.get(row.ref.path)).status == 404
