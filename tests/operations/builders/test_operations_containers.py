"""Environment, resources and probes: kubectl's recordings and table, what stays secret, and wrong texts."""

from typing import Any

import pytest

from k8stui.model.kinds import PODS, STATEFUL_SETS
from k8stui.operations.builders.environment import env, merged
from k8stui.operations.builders.environment import parse as parse_env
from k8stui.operations.builders.probes import probe
from k8stui.operations.builders.resources import parse as parse_amounts
from k8stui.operations.builders.resources import resources
from k8stui.operations.building import AlreadySoError, UnableError
from tests.support.golden import found, needed, table
from tests.support.templated import as_recorded, pair, pods, web

# ---- environment


@needed
def test_the_environment_is_set_as_kubectl_does() -> None:
    as_recorded(env(web(), text="A=b"), "set env")


@needed
@pytest.mark.parametrize("case", table("set_env"))
def test_kubectls_table_of_environments(case: Any) -> None:
    given = case["args"]
    assert merged(given["existing"], given["add"], given.get("remove") or []) == case["want"]


def test_a_value_is_in_the_request_and_nowhere_else() -> None:
    """It may be a password."""
    row = found(
        STATEFUL_SETS,
        "db",
        "shop",
        spec={
            "template": pods(
                {"name": "db", "env": [{"name": "PW", "value": "old-secret"}, {"name": "KEEP", "value": "k"}]}
            )
        },
        status={"updateRevision": "db-7"},
    )
    mutation = env(row, text="PW='new secret' GONE-")
    assert mutation.request.decoded()["spec"]["template"]["spec"]["containers"][0]["env"] == [
        {"name": "PW", "value": "new secret"}
    ]
    kept = repr([mutation.says, mutation.done, mutation.kubectl, mutation.args, mutation.before, mutation.inverse])
    assert "secret" not in kept
    assert mutation.kubectl == "kubectl -n shop set env statefulset.apps/db 'PW=<value>' GONE-"
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"name": "db-7"}  # back by the workload's own history


def test_the_way_back_of_what_is_new_removes_it() -> None:
    mutation = env(web(), text="A=b C=d")
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"text": "A- C-", "container": ""}


def test_what_is_replaced_and_removed_in_a_list() -> None:
    had = [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, {"name": "B", "value": "b"}]
    body = env(web(env=had), text="A=1 B- C=3").request.decoded()
    assert body["spec"]["template"]["spec"]["containers"][0] == {
        "name": "web",
        "$setElementOrder/env": [{"name": "A"}, {"name": "C"}],
        "env": [
            {"name": "A", "value": "1", "valueFrom": None},
            {"name": "C", "value": "3"},
            {"$patch": "delete", "name": "B"},
        ],
    }
    emptied = env(web(env=[{"name": "B", "value": "b"}]), text="B-").request.decoded()
    assert emptied["spec"]["template"]["spec"]["containers"][0]["env"] is None


def test_all_containers_or_one_that_is_named() -> None:
    every = env(pair(), text="A=1", container="*").request.decoded()["spec"]["template"]["spec"]
    assert [each["name"] for each in every["containers"] + every["initContainers"]] == ["web", "log", "i"]
    with pytest.raises(UnableError, match=r"has several containers: say which \(web, log, i\)"):
        env(pair(), text="A=1")
    assert "--containers=log" in env(pair(), text="A=1", container="log").kubectl


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Say what to set"),
        ("A", "'A' says nothing: NAME=value sets a variable, NAME- removes it"),
        ("1A=b", "'1A' is no name of a variable"),
        ("A='b", "A quote is opened and never closed"),
        ("A=b A-", "A cannot both be set and removed"),
    ],
)
def test_wrong_environments(text: str, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        env(web(), text=text)


def test_other_environments_that_cannot_be_set() -> None:
    twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    with pytest.raises(UnableError, match="Container web has A twice: edit it instead"):
        env(web(env=twice), text="B=1")
    with pytest.raises(AlreadySoError):
        env(web(env=[{"name": "A", "value": "1"}]), text="A=1 B-")
    with pytest.raises(UnableError, match="The environment of a running pod cannot be changed"):
        env(found(PODS, "p", "default", spec=pods({"name": "a"})["spec"]), text="A=1")
    assert parse_env("A='b c' D- E==").set == {"A": "b c", "E": "="}


# ---- resources


@needed
def test_resources_are_set_as_kubectl_does() -> None:
    as_recorded(resources(web(), limits="cpu=200m,memory=512Mi", container="web"), "set resources")


def test_what_is_removed_and_the_way_back() -> None:
    now = {"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi", "nvidia.com/gpu": 1}}
    mutation = resources(web(resources=now), requests="cpu-", limits="memory=1Gi,nvidia.com/gpu=2")
    container = mutation.request.decoded()["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"] == {"requests": {"cpu": None}, "limits": {"memory": "1Gi", "nvidia.com/gpu": "2"}}
    assert mutation.inverse is not None
    assert mutation.inverse.args == {
        "requests": "cpu=100m",
        "limits": "memory=64Mi,nvidia.com/gpu=1",
        "container": "web",
    }
    assert "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu" in mutation.inverse.expects
    assert mutation.kubectl.startswith("kubectl -n default patch deployment.apps/web -p ")


def test_equal_amounts_send_nothing() -> None:
    with pytest.raises(AlreadySoError):
        resources(web(resources={"limits": {"cpu": "1"}}), limits="cpu=1000m", requests="memory-")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Say which amounts: like cpu=100m,memory=128Mi"),
        ({"requests": "cpu"}, "'cpu' says no amount"),
        ({"requests": "cpu=lots"}, "cpu: 'lots' is no quantity: a number like 1.5, 500m or 2Gi is needed"),
        ({"requests": "cpu=-1"}, "cpu cannot be less than 0"),
        ({"requests": "cpus=1"}, "'cpus' is no resource: cpu, memory"),
        ({"requests": "cpu=1,cpu=2"}, "cpu comes twice"),
        ({"limits": "memory=500m"}, "memory=500m is a part of one"),
        ({"requests": "cpu=2", "limits": "cpu=1"}, "The request cpu=2 is over its limit 1"),
        ({"limits": "memory=32Mi"}, "The request memory=64Mi is over its limit 32Mi"),
        ({"limits": "/x=1"}, "'/x' is no label key"),
    ],
)
def test_wrong_resources(given: Any, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        resources(web(resources={"requests": {"memory": "64Mi"}}), **given)


def test_amounts_are_read_with_commas_and_spaces() -> None:
    assert parse_amounts(" cpu=1, memory=2Gi ephemeral-storage-,") == {
        "cpu": "1",
        "memory": "2Gi",
        "ephemeral-storage": None,
    }


# ---- probes


def test_timings_of_a_probe_and_back() -> None:
    ready = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10, "timeoutSeconds": 1}
    mutation = probe(web(readinessProbe=ready), probe="readiness", text="period=5s timeout=1 failure=6 delay=1m")
    container = mutation.request.decoded()["spec"]["template"]["spec"]["containers"][0]
    assert container == {
        "name": "web",
        "readinessProbe": {"periodSeconds": 5, "failureThreshold": 6, "initialDelaySeconds": 60},
    }
    assert mutation.says == "set readiness probe of deployment default/web: period=5s failure=6 delay=60s"
    assert mutation.inverse is not None
    assert mutation.inverse.args["text"] == "period=10s failure- delay-"
    assert mutation.inverse.expects["/spec/template/spec/containers/0/readinessProbe/periodSeconds"] == 5


@pytest.mark.parametrize(
    ("which", "text", "words"),
    [
        ("readyness", "period=5", "'readyness' is no probe: liveness, readiness, startup"),
        ("startup", "period=5", "Container web has no startup probe: edit deployment.apps/web to add one"),
        ("liveness", "often=5", "'often=5' is no timing of a probe: delay=, timeout=, period="),
        ("liveness", "", "'' is no timing"),
        ("liveness", "period=0", "period must be a whole number from 1"),
        ("liveness", "period=soon", "period must be a whole number from 1, not 'soon'"),
        ("liveness", "failure=1.5", "failure must be a whole number"),
        ("liveness", "success=2", "success must be 1 for a liveness probe"),
        ("liveness", "period=1,period=2", "period comes twice"),
    ],
)
def test_wrong_probes(which: str, text: str, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        probe(web(livenessProbe={"tcpSocket": {"port": 1}}), probe=which, text=text)


def test_a_readiness_probe_has_no_grace_and_equal_timings_send_nothing() -> None:
    row = web(readinessProbe={"tcpSocket": {"port": 1}, "periodSeconds": 10})
    with pytest.raises(UnableError, match="has no grace"):
        probe(row, probe="readiness", text="grace=5s")
    with pytest.raises(AlreadySoError):
        probe(row, probe="readiness", text="periodSeconds=10")
