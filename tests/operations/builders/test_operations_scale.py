"""Scale and autoscale: kubectl's tables and recordings, back again from nothing, and numbers that are none."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import AUTOSCALERS, CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, Kind
from k8stui.operations.builders.autoscaling import autoscale, limits
from k8stui.operations.builders.scaling import scale
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Risk
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http

CUSTOM = Kind("example.com", "v1", "widgets", "Widget", "widget", subresources=("scale",))
KINDS = {"Deployment": DEPLOYMENTS, "ReplicaSet": REPLICA_SETS, "StatefulSet": STATEFUL_SETS, "DaemonSet": DAEMON_SETS}


def web(replicas: int = 2) -> Any:
    now = {"replicas": replicas}
    return found(DEPLOYMENTS, "web", "default", version="9", spec=now, status=now)


# ---- scale


@needed
@pytest.mark.parametrize(
    ("title", "kind", "name", "wanted"), [("scale", DEPLOYMENTS, "web", 5), ("scale timeout", STATEFUL_SETS, "db", 1)]
)
def test_a_scale_is_what_kubectl_sends(title: str, kind: Kind, name: str, wanted: int) -> None:
    recording = recorded("workloads", title)
    mutation = scale(found(kind, name, "default", spec={"replicas": 2}), replicas=wanted)
    same(mutation, wrote(recording)[0])
    assert mutation.done == recording["stdout"].strip()
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1"}


@needed
def test_a_guarded_scale_is_what_kubectl_sends() -> None:
    request = wrote(recorded("workloads", "scale current-replicas ok"))[0]
    mutation = scale(web(5), replicas=2, expected=5)
    body = mutation.request.decoded()
    assert (mutation.request.method, mutation.request.path) == ("PUT", request["path"])
    pins = {"uid": "uid-1", "creationTimestamp": None}
    assert body | {"metadata": body["metadata"] | pins} == request["body"] | {
        "metadata": request["body"]["metadata"] | pins
    }
    assert (mutation.verb, mutation.subresource) == ("update", "scale")
    assert mutation.request.decoded()["metadata"]["resourceVersion"] == "9"


@needed
@pytest.mark.parametrize(
    ("title", "wanted"),
    [("scale current-replicas wrong", {"expected": 9}), ("scale resource-version wrong", {"version": "1"})],
)
def test_kubectls_refusals(title: str, wanted: Any) -> None:
    with pytest.raises(UnableError) as caught:
        scale(web(2), replicas=2, **wanted)
    said = recorded("workloads", title)["stderr"].strip()
    assert f"error: {caught.value}".startswith(said)


@needed
@pytest.mark.parametrize("source", ["TestGenericScaleSimple", "TestGenericScale"])
def test_kubectls_table_of_scaling(source: str) -> None:
    """In order against one object; waiting for the replicas to come is no part of the request."""
    now = 5
    for (case,) in (each.values for each in table("scale", source)):
        given = case.get("precondition") or {"Size": -1, "ResourceVersion": ""}
        row = (
            found(DEPLOYMENTS, case["resName"] or "", "default", version="", spec={"replicas": now})
            if case["resName"]
            else None
        )
        expected = None if given["Size"] == -1 else given["Size"]
        try:
            if row is None:
                raise UnableError("a resource name cannot be empty")
            mutation = scale(row, replicas=case["newSize"], expected=expected, version=given["ResourceVersion"])
        except AlreadySoError:
            assert now == case["newSize"]
            continue
        except UnableError:
            assert case["expectError"], case["name"]
            continue
        assert not case["expectError"] or "waitForReplicas" in case, case["name"]
        assert mutation.request.method == ("PATCH" if expected is None else "PUT")
        now = mutation.request.decoded()["spec"]["replicas"]


def test_to_nothing_and_back() -> None:
    mutation = scale(web(3), replicas=0)
    assert mutation.risk is Risk.DESTRUCTIVE
    assert mutation.says == "scale deployment default/web from 3 to 0"
    assert mutation.before == {"replicas": 3}
    assert mutation.inverse is not None
    assert (mutation.inverse.args, mutation.inverse.expects) == ({"replicas": 3}, {"/spec/replicas": 0})
    assert scale(web(0), replicas=3).risk is Risk.CHANGE


def test_a_custom_kind_with_a_scale_subresource() -> None:
    mutation = scale(found(CUSTOM, "w", "default", spec={"size": 3}), replicas=2)
    assert mutation.request.path == "/apis/example.com/v1/namespaces/default/widgets/w/scale"
    assert mutation.inverse is None  # what it had is in the subresource alone
    # Asked of a real server: the scale of a custom kind takes a patch with any uid.
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1", "resourceVersion": "7"}


def test_as_many_as_it_has() -> None:
    with pytest.raises(AlreadySoError, match=r"deployment.apps/web has 2 replicas already"):
        scale(web(2), replicas="2")


@pytest.mark.parametrize("typed", ["", "3x", "-1", "1.5", "٣", "99999999999", "2147483648", "1e3", "--"])
def test_a_number_that_is_none(typed: str) -> None:
    with pytest.raises(UnableError, match="The number of replicas must be a whole number from 0"):
        scale(web(), replicas=typed)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DAEMON_SETS, "has no replicas: a DaemonSet runs one pod on each node"),
        (CRON_JOBS, "cannot be scaled: z suspends it"),
        (AUTOSCALERS, "has no scale subresource"),
    ],
)
def test_what_cannot_be_scaled(kind: Kind, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        scale(found(kind, "x", "default"), replicas=2)


async def test_scale_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web", 3))
        mutation, after = await acting.done(client, "scaling.scale", DEPLOYMENTS, "web", replicas=0)
        assert (after["kind"], after["spec"].get("replicas", 0)) == ("Scale", 0)
        await acting.taken_back(client, mutation)
        row = await acting.read(client, DEPLOYMENTS, "web")
        assert row.exact()["spec"]["replicas"] == 3
        guarded = scale(row, replicas=4, expected=3)
        await client.patch(row.ref.path, {"spec": {"replicas": 7}})
        assert (await acting.sent(client, guarded)).status == 409
        assert (await acting.sent(client, scale(acting.of_another(row), replicas=4))).status == 409
        assert (await acting.read(client, DEPLOYMENTS, "web")).exact()["spec"]["replicas"] == 7


# ---- autoscale


@needed
@pytest.mark.parametrize("case", table("autoscale", "TestAutoscaleValidate"))
def test_kubectls_table_of_limits(case: Any) -> None:
    given = case["options"]
    row = found(DEPLOYMENTS, "web", "default")
    if "expectedError" not in case:
        autoscale(row, high=given["Max"], low=given["Min"])
        return
    with pytest.raises(UnableError) as caught:
        autoscale(row, high=given["Max"], low=given["Min"])
    assert str(caught.value) == case["expectedError"]["$error"]


@needed
@pytest.mark.parametrize("case", table("autoscale", "TestCreateHorizontalPodAutoscaler"))
def test_kubectls_table_of_autoscalers(case: Any) -> None:
    given = case["options"]
    row = found(KINDS[case["mapping"]["GroupVersionKind"]["Kind"]], case["refName"], "default")
    cpu = "" if given["CPUPercent"] < 0 else f"{given['CPUPercent']}%"
    if given["Max"] < 1:
        with pytest.raises(UnableError, match="--max=MAXPODS is required"):
            autoscale(row, high=given["Max"], low=given["Min"], cpu=cpu)
        return
    mutation = autoscale(row, high=given["Max"], low=given["Min"], cpu=cpu, name=given["Name"], version="v1")
    body = mutation.request.decoded()
    assert body["spec"] == case["expectedHPA"]["spec"]
    assert body["metadata"]["name"] == case["expectedHPA"]["metadata"]["name"]


@needed
def test_an_autoscaler_goes_where_kubectl_sends_it() -> None:
    """The recorded body is in protobuf: only where it went can be compared."""
    recording = recorded("workloads", "autoscale")
    mutation = autoscale(web(), high=10, low=2, cpu="80%", version="v1")
    query = "&".join(f"{key}={value}" for key, value in mutation.request.query)
    assert f"{mutation.request.path}?{query}" == wrote(recording)[0]["path"]
    assert mutation.kubectl == recording["command"].replace("kubectl", "kubectl -n default").replace(
        "deployment/", "deployment.apps/"
    )
    assert mutation.done.endswith("/web autoscaled")
    assert mutation.verb == "create"


def test_an_autoscaler_of_the_newer_api() -> None:
    body = autoscale(web(), high="10", cpu="500m", memory="70%").request.decoded()
    assert body["apiVersion"] == "autoscaling/v2"
    assert body["spec"]["maxReplicas"] == 10
    targets = {each["resource"]["name"]: each["resource"]["target"] for each in body["spec"]["metrics"]}
    assert targets == {
        "cpu": {"type": "AverageValue", "averageValue": "500m"},
        "memory": {"type": "Utilization", "averageUtilization": 70},
    }


def test_a_bare_number_is_an_amount_in_the_unit_that_kubectl_gives_it() -> None:
    """As later kubectls' `--cpu=500 --memory=200`; 500 of memory would be 500 bytes."""
    mutation = autoscale(web(), high=10, cpu="500", memory="200")
    targets = {
        each["resource"]["name"]: each["resource"]["target"] for each in mutation.request.decoded()["spec"]["metrics"]
    }
    assert targets == {
        "cpu": {"type": "AverageValue", "averageValue": "500m"},
        "memory": {"type": "AverageValue", "averageValue": "200Mi"},
    }
    assert mutation.kubectl.endswith("--max=10 --cpu=500 --memory=200")
    assert mutation.says == "autoscale deployment default/web between 1 and 10, cpu 500m a pod, memory 200Mi a pod"
    assert autoscale(web(), high=3, cpu="80%", version="v1").says.endswith("between 1 and 3, cpu 80%")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"cpu": "eighty"}, "--cpu: 'eighty' is no quantity"),
        ({"cpu": "0%"}, "The percentage of the requests must be a whole number from 1"),
        ({"memory": "-1Mi"}, "--memory must be more than 0"),
        ({"memory": "1Gi", "version": "v1"}, "autoscaling/v1 knows a percentage of CPU alone"),
        ({"cpu": "500m", "version": "v1"}, "autoscaling/v1 knows a percentage of CPU alone"),
        ({"cpu": "80", "version": "v1"}, "autoscaling/v1 knows a percentage of CPU alone"),
        ({"low": "two"}, "--min must be a whole number, not 'two'"),
    ],
)
def test_wrong_targets(given: Any, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        autoscale(web(), **({"high": 5} | given))


def test_what_cannot_be_autoscaled() -> None:
    with pytest.raises(UnableError, match="cannot autoscale a DaemonSet: it has no scale subresource"):
        autoscale(found(DAEMON_SETS, "agent", "default"), high=3)


async def test_autoscale_edit_and_back_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web"))
        created, _ = await acting.done(client, "autoscaling.autoscale", DEPLOYMENTS, "web", high=10, low=2, cpu="80%")
        edited, after = await acting.done(client, "autoscaling.limits", AUTOSCALERS, "web", high=6, low=3, memory="1Gi")
        assert (after["spec"]["minReplicas"], after["spec"]["maxReplicas"]) == (3, 6)
        names = [each["resource"]["name"] for each in after["spec"]["metrics"]]
        assert names == ["cpu", "memory"]
        with pytest.raises(AlreadySoError):
            await acting.built(client, "autoscaling.limits", AUTOSCALERS, "web", high=6, low=3, cpu="80%")
        after = await acting.taken_back(client, edited)
        assert (after["spec"]["minReplicas"], after["spec"]["maxReplicas"]) == (2, 10)
        assert [each["resource"]["name"] for each in after["spec"]["metrics"]] == ["cpu"]
        await acting.taken_back(client, created)
        assert (await client.get(created.target.path)).status == 404


def test_an_autoscaler_of_the_older_api_is_not_edited_so() -> None:
    with pytest.raises(UnableError, match="only an autoscaler of autoscaling/v2"):
        limits(web(), high=3, low=1)
