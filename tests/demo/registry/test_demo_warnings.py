"""What is accepted and warned of, and a few things that new objects get or are refused for (asked of a real server)."""

from typing import Any

import pytest

from k8stui.demo.registry import warnings
from tests.support.writing import Object, obj, refused, registry, template, workload

LABEL = "which can result in surprising behavior; a DNS label is recommended"
NOTHING = "labelSelector: a null labelSelector results in matching no pod"
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
TERM = {"topologyKey": "zone"}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def told(sent: Object) -> list[str]:
    world = registry()
    made = world.create(sent, dry=True)
    return warnings.told(world.catalog.of(made), made)


def spread(**spec: Any) -> Object:
    return obj("v1", "Pod", "p", spec={"containers": [{"name": "m", "image": "i:1"}], **spec})


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (spread(), []),
        (
            obj("v1", "Pod", "a.b", spec=spread()["spec"]),
            [f"metadata.name: this is used in the Pod's hostname, {LABEL}: [must not contain dots]"],
        ),
        (spread(topologySpreadConstraints=[SPREAD]), [f"spec.topologySpreadConstraints[0].{NOTHING}"]),
        (
            spread(affinity={"podAntiAffinity": {REQUIRED: [TERM]}}),
            [f"spec.affinity.podAntiAffinity.{REQUIRED}[0].{NOTHING}"],
        ),
        (
            spread(nodeSelector={"beta.kubernetes.io/os": "linux"}),
            ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
        ),
        (
            spread(containers=[{"name": "m", "image": "i", "env": [{"name": "A"}, {"name": "A"}]}]),
            ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
        ),
        (
            obj("v1", "Secret", "s", type="kubernetes.io/tls", data={"tls.crt": "eA==", "tls.key": ""}),
            ["tls: failed to find any PEM data in certificate input"],
        ),
        (
            obj(
                "networking.k8s.io/v1",
                "Ingress",
                "i",
                spec={"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}},
            )
            | {"metadata": {"name": "i", "namespace": "default", "annotations": {"kubernetes.io/ingress.class": "n"}}},
            ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"],
        ),
    ],
)
def test_warnings(sent: Object, found: list[str]) -> None:
    assert told(sent) == found


def test_a_workload_warns_of_its_name_and_of_its_template_once_it_changes() -> None:
    world = registry()
    made = world.create(workload("Deployment", template=template(topologySpreadConstraints=[SPREAD])))
    kind = world.catalog.of(made)
    there = f"spec.template.spec.topologySpreadConstraints[0].{NOTHING}"
    assert warnings.told(kind, made) == [there]
    assert warnings.told(kind, made, made) == []
    assert warnings.told(kind, made | {"spec": made["spec"] | {"replicas": 9}}, made) == [there]


def test_a_gated_pod_says_why_it_waits() -> None:
    made = registry().create(spread(schedulingGates=[{"name": "x/y"}]))
    (condition,) = made["status"]["conditions"]
    assert (condition["type"], condition["reason"]) == ("PodScheduled", "SchedulingGated")


def test_resources_of_the_whole_pod_decide_its_class() -> None:
    made = registry().create(spread(resources={"limits": {"cpu": "1", "memory": "1Gi"}}))
    assert made["spec"]["resources"]["requests"] == {"cpu": "1", "memory": "1Gi"}
    assert made["status"]["qosClass"] == "Guaranteed"


@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        (spread(runtimeClassName="nope"), 403, 'pod rejected: RuntimeClass "nope" not found'),
        (
            obj("v1", "Service", "s", spec={"ports": [{"port": 80}], "ipFamilyPolicy": "RequireDualStack"}),
            422,
            "this cluster is not configured for dual-stack services",
        ),
        (
            obj("v1", "Service", "s", spec={"ports": [{"port": 80}], "ipFamilies": ["IPv6"]}),
            422,
            'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
        ),
        (obj("v1", "Secret", "s", type="kubernetes.io/basic-auth"), 422, "data[username]: Required value"),
    ],
)
def test_what_is_refused(sent: Object, code: int, message: str) -> None:
    found = refused(registry(), sent)
    assert (found.code, message in found.message) == (code, True), found.message


def test_what_is_on_its_way_out_is_there_still() -> None:
    world = registry()
    sent = obj("v1", "ConfigMap", "c")
    sent["metadata"]["finalizers"] = ["a.b/c"]
    world.create(sent)
    world.delete("configmaps", "c", "default")
    assert refused(world, sent).message == 'object is being deleted: configmaps "c" already exists'


def test_a_headless_service_without_a_selector_says_every_family() -> None:
    made = registry().create(obj("v1", "Service", "s", spec={"clusterIP": "None"}))
    assert (made["spec"]["ipFamilyPolicy"], made["spec"]["ipFamilies"]) == ("RequireDualStack", ["IPv4", "IPv6"])
