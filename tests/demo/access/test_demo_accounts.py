"""Tokens of ServiceAccounts: who they are, what they may, when they end (words asked of a real 1.34 server)."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.http import Http, http

ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"


@pytest.fixture
def robot(cluster: EmbeddedCluster) -> str:
    """The path of a ServiceAccount's tokens."""
    meta = {"name": "robot", "namespace": "default"}
    cluster.registry.create({"kind": "ServiceAccount", "apiVersion": "v1", "metadata": meta})
    return f"{ACCOUNTS}/robot/token"


async def token_of(client: Http, path: str, **spec: Any) -> str:
    made = await client.ask("POST", path, {"spec": spec})
    assert made.status == 201, made.body
    return str(made.json["status"]["token"])


async def review(client: Http, **spec: Any) -> Any:
    return (await client.ask("POST", REVIEWS, {"spec": spec})).json


async def test_a_token_is_its_account(cluster: EmbeddedCluster, robot: str) -> None:
    async with http(cluster) as client:
        own = client.as_user(await token_of(client, robot))
        who = (await own.ask("POST", WHO, {})).json["status"]["userInfo"]
        refused = await own.get("/api/v1/namespaces/default/pods")
    account = cluster.store.get("serviceaccounts", "robot", "default")
    assert (who["username"], who["uid"]) == ("system:serviceaccount:default:robot", account["metadata"]["uid"])
    assert who["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]
    assert who["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("JTI=")
    assert 'User "system:serviceaccount:default:robot" cannot list resource "pods"' in refused.message


async def test_a_token_ends_at_its_time(cluster: EmbeddedCluster, robot: str, clock: ManualClock) -> None:
    async with http(cluster) as client:
        own = client.as_user(await token_of(client, robot, expirationSeconds=600))
        clock.advance(599)
        assert (await own.get("/version")).status == 200
        clock.advance(1)
        assert (await own.get("/version")).status == 401


async def test_a_token_ends_with_its_account_and_does_not_come_back(cluster: EmbeddedCluster, robot: str) -> None:
    async with http(cluster) as client:
        own = client.as_user(await token_of(client, robot))
        cluster.store.delete("serviceaccounts", "robot", "default")
        gone = await own.get("/version")
        meta = {"name": "robot", "namespace": "default"}
        cluster.registry.create({"kind": "ServiceAccount", "apiVersion": "v1", "metadata": meta})
        assert [gone.status, (await own.get("/version")).status] == [401, 401]


async def test_a_token_for_somebody_else_does_not_open_this_server(cluster: EmbeddedCluster, robot: str) -> None:
    async with http(cluster) as client:
        token = await token_of(client, robot, audiences=["vault"])
        assert (await client.as_user(token).get("/version")).status == 401
        there = await review(client, token=token, audiences=["vault", "other"])
        here = await review(client, token=token)
    assert (there["status"]["authenticated"], there["status"]["audiences"]) == (True, ["vault"])
    assert here["status"] == {"user": {}, "error": "invalid bearer token"}


async def test_a_token_review(cluster: EmbeddedCluster, robot: str) -> None:
    async with http(cluster) as client:
        good = await review(client, token=await token_of(client, robot))
        admin = await review(client, token=cluster.token)
        bad = await review(client, token="nobody's")
        none = await client.ask("POST", REVIEWS, {"spec": {}})
    assert good["status"]["audiences"] == ["https://kubernetes.default.svc"]
    assert good["status"]["user"]["username"] == "system:serviceaccount:default:robot"
    assert admin["status"]["user"]["username"] == "admin"
    assert bad["status"] == {"user": {}, "error": "invalid bearer token"}
    assert (none.status, none.message) == (400, "token is required for TokenReview in authentication")
