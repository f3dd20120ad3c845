"""Which requests need a permit, and paths that could be read as others."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.kube.errors import ApiError, Failure
from k8stui.kube.permits import PermitError, harmless, well_formed
from k8stui.model.kinds import PODS
from tests.support.exchanges import PERMIT, Recorder, Versioned
from tests.support.objects import pod
from tests.support.wire import (
    connected,
    serving,
    target,
)


async def test_a_write_without_a_permit_is_not_sent(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("a"))
    path = PODS.path("default", "a")
    async with connected(target(cluster.url, cluster.token)) as connection:
        for method in ("POST", "PUT", "PATCH", "DELETE", "delete"):
            with pytest.raises(PermitError):
                await connection.request(method, path, body=b"{}")
        assert not cluster.requests
        review = b'{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}'
        asked = await connection.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
        assert asked.status == 201
        await connection.request("DELETE", path, query=[("dryRun", "All")])
        assert cluster.store.get("pods", "a", "default")
        await connection.request("DELETE", path, permit=PERMIT)


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "free"),
    [
        ("GET", "/api/v1/pods", (), None, True),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", (), b"{}", True),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", (), b"{}", True),
        ("POST", "/apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews", (), b"{}", True),
        ("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", (), b"{}", True),
        ("DELETE", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", (), None, False),
        ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/../../../x", (), None, False),
        ("POST", "/apis/rbac.authorization.k8s.io/v1/roles", (), b"{}", False),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "All"),), b"{}", True),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "all"),), b"{}", False),
        ("PATCH", "/api/v1/nodes/n", (("dryRun", "All"), ("dryRun", "")), b"{}", False),
        ("POST", "/api/v1/namespaces/d/pods/p/eviction", (("dryRun", "All"),), b"{}", True),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (("dryRun", "All"),), None, True),
        # The options of a DELETE with a body are read from the body alone: this one would delete.
        ("DELETE", "/api/v1/namespaces/d/pods/p", (("dryRun", "All"),), b'{"preconditions":{}}', False),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (), b'{"dryRun":["All"]}', True),
        ("DELETE", "/api/v1/namespaces/d/pods/p", (), b"garbage", False),
        ("POST", "/api/v1/namespaces/d/pods/p/exec", (("dryRun", "All"),), None, False),
        ("PUT", "/api/v1/namespaces/d/services/s/proxy/admin", (("dryRun", "All"),), None, False),
    ],
)
def test_what_needs_no_permit(
    method: str, path: str, query: tuple[tuple[str, str], ...], body: bytes | None, free: bool
) -> None:
    assert harmless(method, path, query, body) is free


def test_paths_that_could_be_read_as_others() -> None:
    assert well_formed("/api/v1/namespaces/a%20b/pods/x.y..z")
    assert well_formed("/version/")
    for path in ("", "api", "/api/v1/pods/..", "/api/./v1", "/a/%2E%2e/b", "/a?b", "/a#b", "/a b", "/a\r\nb", "//evil"):
        assert not well_formed(path), path


async def test_a_name_that_is_no_name_reaches_nothing() -> None:
    server = Recorder()
    async with serving(server) as url, connected(url) as connection:
        for method in ("GET", "DELETE"):
            with pytest.raises(ApiError) as caught:
                await connection.request(method, PODS.path("default", ".."), permit=PERMIT)
            assert caught.value.failure is Failure.INVALID
        with pytest.raises(ApiError):
            connection.watch("/api/v1/../pods", since="1", event=lambda raw_object: Versioned())
    assert server.asked == []
