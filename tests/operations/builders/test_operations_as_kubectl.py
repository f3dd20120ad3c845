"""Odd words, and what kubectl 1.32 sends for the same: seen on a real cluster (Kubernetes 1.34), written down here."""

from typing import Any

import pytest

from k8stui.model.kinds import DEPLOYMENTS, NODES
from k8stui.operations.builders.environment import env
from k8stui.operations.builders.metadata import annotations, labels, parse_annotations, parse_labels
from k8stui.operations.builders.resources import resources
from k8stui.operations.builders.scaling import scale
from k8stui.operations.builders.templates import chosen
from k8stui.operations.building import UnableError
from tests.support.golden import found, unpinned
from tests.support.templated import pods, web

Object = dict[str, Any]


def mesh() -> Any:
    """Three containers and two that begin before them, one of which stays."""
    template = pods(
        {
            "name": "app",
            "env": [{"name": "A", "value": "1"}, {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "a.b"}}}],
            "resources": {"requests": {"cpu": "100m"}},
        },
        {"name": "side", "env": [{"name": "A", "value": "s"}]},
        {"name": "log"},
        init=({"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}),
    )
    return found(DEPLOYMENTS, "mesh", "default", spec={"template": template})


ORDER = {"$setElementOrder/containers": [{"name": "app"}, {"name": "side"}, {"name": "log"}]}
INIT_ORDER = {"$setElementOrder/initContainers": [{"name": "setup"}, {"name": "proxy"}]}


def spec(request: Any) -> Object:
    """The pod's part of a patch."""
    body: Object = unpinned(request.decoded())["spec"]["template"]["spec"]
    return body


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("cpu=0.5", {"cpu": "500m"}),
        ("cpu=1.5", {"cpu": "1500m"}),
        ("cpu=1000m", {"cpu": "1"}),
        ("cpu=0.0001", {"cpu": "100u"}),
        ("cpu=00.10", {"cpu": "100m"}),
        ("cpu=10000000n", {"cpu": "10m"}),
        ("cpu=1e3", {"cpu": "1e3"}),
        ("memory=1024Mi", {"memory": "1Gi"}),
        ("memory=1.5Gi", {"memory": "1536Mi"}),
        ("memory=1000000", {"memory": "1M"}),
        ("memory=1000M,ephemeral-storage=2048Ki", {"memory": "1G", "ephemeral-storage": "2Mi"}),
        ("example.com/gpu=2", {"example.com/gpu": "2"}),
    ],
)
def test_amounts_are_sent_as_the_server_writes_them(typed: str, sent: Object) -> None:
    """So the way back knows its own work again: the server keeps 500m where 0.5 was typed."""
    mutation = resources(web(), limits=typed)
    assert spec(mutation.request)["containers"] == [{"name": "web", "resources": {"limits": sent}}]
    assert mutation.inverse is not None
    assert list(mutation.inverse.expects.values()) == list(sent.values())


def test_resources_of_all_containers() -> None:
    amounts = {"resources": {"requests": {"cpu": "1"}}}
    mutation = resources(mesh(), requests="cpu=1", container="*")
    assert spec(mutation.request) == {
        **ORDER,
        **INIT_ORDER,
        "containers": [{"name": name, **amounts} for name in ("app", "side", "log")],
        "initContainers": [{"name": name, **amounts} for name in ("setup", "proxy")],
    }
    assert mutation.kubectl == "kubectl -n default set resources deployment.apps/mesh '--containers=*' --requests=cpu=1"
    assert mutation.before["app"] == {"requests": "cpu=100m", "limits": ""}


def test_resources_of_containers_with_a_like_name() -> None:
    amounts = {"resources": {"requests": {"cpu": "100m"}}}
    mutation = resources(mesh(), requests="cpu=100m", container="s*")
    assert spec(mutation.request) == {
        **ORDER,
        **INIT_ORDER,
        "containers": [{"name": "side", **amounts}],
        "initContainers": [{"name": "setup", **amounts}],
    }


def test_resources_of_all_where_one_alone_differs_are_taken_back_there() -> None:
    row = found(
        DEPLOYMENTS,
        "two",
        "default",
        spec={"template": pods({"name": "a", "resources": {"limits": {"cpu": "1"}}}, {"name": "b"})},
    )
    mutation = resources(row, limits="cpu=1", container="*")
    assert spec(mutation.request)["containers"] == [{"name": "b", "resources": {"limits": {"cpu": "1"}}}]
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"requests": "", "limits": "cpu-", "container": "b"}


def test_a_request_over_its_limit_in_one_of_several() -> None:
    with pytest.raises(UnableError, match="The request cpu=100m is over its limit 50m"):
        resources(mesh(), limits="cpu=50m", container="*")


@pytest.mark.parametrize(
    ("container", "text", "sent"),
    [
        ("side", "A=", [{"name": "A", "value": None}]),
        ("side", "B=", [{"name": "B"}]),
        ("app", "POD=", [{"name": "POD", "valueFrom": None}]),
        ("app", "POD=x", [{"name": "POD", "value": "x", "valueFrom": None}]),
    ],
)
def test_an_empty_value_is_no_value(container: str, text: str, sent: Object) -> None:
    """An empty text is left out of what Go writes."""
    one = spec(env(mesh(), text=text, container=container).request)["containers"]
    assert [each["name"] for each in one] == [container]
    assert one[0]["env"] == sent


def test_the_environment_of_containers_with_a_like_name() -> None:
    new = [{"name": "Z", "value": "1"}]
    mutation = env(mesh(), text="Z=1", container="s*")
    assert spec(mutation.request) == {
        **ORDER,
        **INIT_ORDER,
        "containers": [{"name": "side", "$setElementOrder/env": [{"name": "A"}, {"name": "Z"}], "env": new}],
        "initContainers": [{"name": "setup", "env": new}],
    }
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"text": "Z-", "container": "s*"}


def test_two_values_for_one_variable() -> None:
    """kubectl takes the first, and says nothing."""
    with pytest.raises(UnableError, match="A is given two values: leave one of them out"):
        env(web(), text="A=b A=c")
    assert spec(env(web(), text="A=b A=b").request) == spec(env(web(), text="A=b").request)


def test_no_container_has_a_like_name() -> None:
    with pytest.raises(UnableError) as caught:
        chosen(mesh(), "x*")
    assert str(caught.value) == (
        'unable to find containers like "x*": deployment.apps/mesh has: app, side, log, setup, proxy'
    )


def test_the_prefix_of_an_annotation_may_have_capitals() -> None:
    """The server takes them there, and not in a label."""
    node = found(NODES, "n1")
    request = annotations(node, changes=parse_annotations("Example.com/a=b")).request
    assert unpinned(request.decoded()) == {"metadata": {"annotations": {"Example.com/a": "b"}}}
    with pytest.raises(UnableError, match=r"invalid label key: 'Example\.com/a'"):
        labels(node, changes=parse_labels("Example.com/a=b"))


def test_a_guarded_scale_is_the_whole_one() -> None:
    row = found(
        DEPLOYMENTS,
        "mesh",
        "default",
        metadata={"creationTimestamp": "2026-11-21T22:19:47Z"},
        spec={
            "replicas": 3,
            "selector": {
                "matchExpressions": [
                    {"key": "app", "operator": "In", "values": ["mesh2", "mesh"]},
                    {"key": "gone", "operator": "DoesNotExist"},
                ]
            },
        },
        status={"replicas": 2},
    )
    request = scale(row, replicas=5, expected=3).request
    assert (request.method, request.path) == ("PUT", "/apis/apps/v1/namespaces/default/deployments/mesh/scale")
    assert request.decoded() == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": "mesh",
            "namespace": "default",
            "uid": "uid-1",
            "resourceVersion": "7",
            "creationTimestamp": "2026-11-21T22:19:47Z",
        },
        "spec": {"replicas": 5},
        "status": {"replicas": 2, "selector": "app in (mesh,mesh2),!gone"},
    }
