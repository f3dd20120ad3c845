"""A read-only context: nothing that changes anything leaves the connection, whatever permit it brings."""

import pytest
from msgspec.structs import replace

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.kubeconfig import from_config
from k8stui.kube.permits import PermitError, ReadOnlyError
from k8stui.kube.target import Target
from k8stui.model.kinds import PODS
from k8stui.settings import ContextSettings, Settings
from tests.support.exchanges import PERMIT, Recorder, Versioned
from tests.support.objects import pod
from tests.support.wire import connected, serving, target

POD = PODS.path("default", "a")
NODE = "/api/v1/nodes/n"

WRITES = [
    *((method, POD) for method in ("POST", "PUT", "PATCH", "DELETE", "delete", "CONNECT", "FETCH")),
    ("DELETE", "/api/v1/namespaces/default/pods"),
    ("POST", f"{POD}/eviction"),
    ("POST", f"{POD}/binding"),
    ("PATCH", f"{POD}/ephemeralcontainers"),
    ("PUT", "/apis/apps/v1/namespaces/default/deployments/web/scale"),
    ("POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests"),
    ("POST", "/api/v1/namespaces/default/serviceaccounts/x/token"),
]
SOCKETS = [
    (method, f"{place}/{door}")
    for method in ("GET", "POST")
    for place, door in [
        (POD, "exec"),
        (POD, "attach"),
        (POD, "portforward"),
        (POD, "proxy"),
        (POD, "proxy/admin"),
        (POD, "%65xec"),
        ("/api/v1/namespaces/default/services/s", "proxy"),
        (NODE, "proxy/run/default/a/c"),
    ]
]


def read_only(url: str, token: str = "t") -> Target:
    made = target(url, token)
    return replace(made, context=replace(made.context, read_only=True))


@pytest.mark.parametrize(("method", "path"), [*WRITES, *SOCKETS])
async def test_nothing_that_changes_anything_is_sent(method: str, path: str) -> None:
    server = Recorder()
    async with serving(server) as url, connected(read_only(url)) as connection:
        for permit in (PERMIT, None):
            with pytest.raises(ReadOnlyError) as caught:
                await connection.request(method, path, body=b"{}", permit=permit)
            assert "test is read-only" in caught.value.sentence
    assert server.asked == []


@pytest.mark.parametrize(("method", "path"), SOCKETS)
async def test_a_socket_wants_a_permit_elsewhere_too(method: str, path: str) -> None:
    server = Recorder()
    async with serving(server) as url, connected(url) as connection:
        with pytest.raises(PermitError) as caught:
            await connection.request(method, path)
        assert not isinstance(caught.value, ReadOnlyError)
        with pytest.raises(PermitError):
            connection.watch(path, since="1", event=lambda _raw: Versioned())
    assert server.asked == []


async def test_reading_reviews_and_dry_runs_go_on(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    cluster.store.create(pod("exec", "pods"))
    review = b'{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}'
    async with connected(read_only(cluster.url, cluster.token)) as connection:
        assert (await connection.request("GET", POD)).status == 200
        assert (await connection.request("GET", PODS.path("pods", "exec"))).status == 200
        asked = await connection.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
        assert asked.status == 201
        await connection.request("DELETE", POD, query=[("dryRun", "All")])
        with pytest.raises(ReadOnlyError):
            await connection.request("DELETE", POD, query=[("dryRun", "All")], body=b"{}", permit=PERMIT)
    assert cluster.store.get("pods", "a", "default")


async def test_a_kubeconfig_that_is_read_again_does_not_open_it(cluster: EmbeddedCluster) -> None:
    """After a 401 the kubeconfig is read anew: what the connection may do is settled when it is made."""
    cluster.store.create(pod("a"))
    stale = read_only(cluster.url, "expired")
    fresh = target(cluster.url, cluster.token)
    async with connected(stale, reload=lambda: fresh) as connection:
        assert (await connection.request("GET", POD)).status == 200
        with pytest.raises(ReadOnlyError):
            await connection.request("DELETE", POD, permit=PERMIT)
    assert cluster.store.get("pods", "a", "default")


def test_the_settings_reach_the_contexts_of_the_kubeconfig(cluster: EmbeddedCluster) -> None:
    settings = Settings(
        read_only=("demo",),
        protected=("demo*",),
        contexts=(ContextSettings(pattern="demo-*", read_only=True, protected=False),),
    )
    contexts = {each.name: each for each in from_config(cluster.kubeconfig(), settings, {}).contexts}
    assert {(name, each.read_only, each.protected) for name, each in contexts.items()} >= {
        ("demo", True, True),
        ("demo-viewer", True, False),
    }
    assert from_config(cluster.kubeconfig(), settings, {}).target("demo").context.read_only
