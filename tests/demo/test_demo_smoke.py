"""The embedded cluster from outside: start, ask, stop."""

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http
from tests.support.objects import pod


async def test_a_pod_is_listed_and_a_change_is_watched(cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("web"))
    async with http(cluster) as client:
        listed = (await client.get("/api/v1/pods")).json
        assert [each["metadata"]["name"] for each in listed["items"]] == ["web"]
        since = listed["metadata"]["resourceVersion"]
        async with client.watch(f"/api/v1/pods?watch=1&resourceVersion={since}") as events:
            cluster.store.modify("pods", "web", "default", change=lambda obj: obj["metadata"].update(labels={"a": "b"}))
            event = await anext(events)
    assert event["type"] == "MODIFIED"
    assert event["object"]["metadata"]["labels"] == {"a": "b"}
