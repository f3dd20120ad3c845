"""What reviews and impersonation refuse, in the words of a Kubernetes 1.34 server (asked of one)."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support.http import http

GROUP = "authorization.k8s.io/v1"
SELF = f"/apis/{GROUP}/selfsubjectaccessreviews"
OTHER = f"/apis/{GROUP}/subjectaccessreviews"
LOCAL = f"/apis/{GROUP}/namespaces/default/localsubjectaccessreviews"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
ASKED = {"verb": "get", "resource": "pods"}
ONE = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
NOBODY = 'spec.user: Invalid value: "": at least one of user or group must be specified'


@pytest.mark.parametrize(
    ("path", "body", "code", "message"),
    [
        (OTHER, {}, 422, f"[spec.resourceAttributes: Invalid value: null: {ONE}, {NOBODY}]"),
        (
            OTHER,
            {"spec": {"user": "x", "resourceAttributes": {}, "nonResourceAttributes": {}}},
            422,
            'spec.nonResourceAttributes: Invalid value: {"Path":"","Verb":""}: cannot be specified in combination',
        ),
        (
            LOCAL,
            {"spec": {"user": "x", "nonResourceAttributes": {"path": "/", "verb": "get"}}},
            422,
            'Invalid value: {"Path":"/","Verb":"get"}: disallowed on this kind of request',
        ),
        (LOCAL, {"spec": {"user": "x", "resourceAttributes": ASKED}}, 422, '"": must match metadata.namespace'),
        (
            LOCAL,
            {"metadata": {"namespace": "other"}},
            400,
            "the namespace of the provided object does not match the namespace sent on the request",
        ),
        (SELF, {"metadata": {"name": "x"}}, 422, 'metadata: Invalid value: {"name":"x"}: must be empty'),
        (
            SELF,
            {"spec": 5},
            400,
            "cannot unmarshal number into Go struct field SelfSubjectAccessReview.spec of type v1",
        ),
        (SELF, {"kind": "X"}, 400, 'no kind "X" is registered for version "authorization.k8s.io/v1"'),
        (SELF, {"kind": "SubjectAccessReview"}, 400, "to (authorization.SelfSubjectAccessReview): unknown conversion"),
        (
            SELF,
            {"apiVersion": "authorization.k8s.io/v1beta1"},
            400,
            "the API version in the data (authorization.k8s.io/v1beta1) does not match the expected API version",
        ),
    ],
)
async def test_refused(cluster: EmbeddedCluster, path: str, body: dict[str, Any], code: int, message: str) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", path, body)
    assert (refused.status, message in refused.message) == (code, True), refused.message


async def test_an_empty_question_is_one(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        for name in ("resourceAttributes", "nonResourceAttributes"):
            asked = await client.ask("POST", SELF, {"spec": {name: {}}})
            assert (asked.status, asked.json["status"]["allowed"]) == (201, True)
        for user in (cluster.viewer_token, ""):
            path = await client.as_user(user).ask("POST", "/foo", {})
            assert (path.status, "cannot post path" in path.message) == (403, True)


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"Impersonate_Uid": "x"}, "[{UID  x  authentication.k8s.io/v1  }]"),
        ({"Impersonate_Extra_A": "b"}, "[{UserExtra  b  authentication.k8s.io/v1  a}]"),
    ],
)
async def test_nobody_has_a_uid(cluster: EmbeddedCluster, headers: dict[str, str], asked: str) -> None:
    async with http(cluster) as client:
        refused = await client.ask("POST", WHO, {}, **headers)
    assert (refused.status, f"requested {asked} without impersonating a user" in refused.body.decode()) == (500, True)


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "Token x", "Bearer  admin-token"])
async def test_other_schemes_say_nothing(cluster: EmbeddedCluster, header: str) -> None:
    async with http(cluster) as client:
        refused = await client.as_user("").ask("GET", "/api/v1/pods", Authorization=header)
    assert (refused.status, 'User "system:anonymous"' in refused.message) == (403, True)


async def test_the_name_of_an_extra_is_unescaped(cluster: EmbeddedCluster) -> None:
    headers = {"Impersonate_User": "a", "Impersonate_Extra_Foo%2Fbar": "c"}
    async with http(cluster) as client:
        who = await client.ask("POST", WHO, {}, **headers)
    assert who.json["status"]["userInfo"]["extra"] == {"foo/bar": ["c"]}
