"""What is refused, in the words of a Kubernetes 1.34 server (asked of one)."""

import re
from typing import Any

import pytest

from k8stui.demo.registry import cron
from k8stui.demo.storage import names
from k8stui.demo.storage.errors import Refusal
from tests.support.writing import Object, causes, obj, pod, refused, registry, template, workload

NAME_PART = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)
NEGATIVE = "Invalid value: -1: must be greater than or equal to 0"
STRATEGY = "spec.strategy.rollingUpdate"


def rolling(**limits: Any) -> Object:
    return workload("Deployment", strategy={"rollingUpdate": limits})


def cronjob(**spec: Any) -> Object:
    jobs = {"spec": {"template": template(restartPolicy="Never")}}
    return obj("batch/v1", "CronJob", "c", spec={"schedule": "* * * * *", "jobTemplate": jobs, **spec})


def scaler(**spec: Any) -> Object:
    target = {"kind": "Deployment", "name": "x", "apiVersion": "apps/v1"}
    return obj(
        "autoscaling/v2", "HorizontalPodAutoscaler", "h", spec={"maxReplicas": 3, "scaleTargetRef": target, **spec}
    )


CASES: list[tuple[Object, list[tuple[str, str]]]] = [
    (workload("Deployment", replicas=-1), [("spec.replicas", NEGATIVE)]),
    (
        workload("Deployment", selector={}),
        [("spec.selector", "Invalid value: {}: empty selector is invalid for deployment")],
    ),
    (
        workload("Deployment", selector={"matchLabels": {"app": "u"}}),
        [
            (
                "spec.template.metadata.labels",
                'Invalid value: {"app":"t"}: `selector` does not match template `labels`',
            )
        ],
    ),
    (
        rolling(maxSurge=0, maxUnavailable=0),
        [(f"{STRATEGY}.maxUnavailable", "Invalid value: 0: may not be 0 when `maxSurge` is 0")],
    ),
    (
        rolling(maxSurge="x%", maxUnavailable="120%"),
        [
            (f"{STRATEGY}.maxSurge", f'Invalid value: "x%": {PERCENT}'),
            (f"{STRATEGY}.maxUnavailable", 'Invalid value: "120%": must not be greater than 100%'),
        ],
    ),
    (
        workload("Deployment", template=template(restartPolicy="Never")),
        [("spec.template.spec.restartPolicy", 'Unsupported value: "Never": supported values: "Always"')],
    ),
    (workload("Deployment", template=template(containers=[])), [("spec.template.spec.containers", "Required value")]),
    (
        workload("StatefulSet", podManagementPolicy="X"),
        [("spec.podManagementPolicy", "Invalid value: \"X\": must be 'OrderedReady' or 'Parallel'")],
    ),
    (
        pod(containers=[{"name": "a", "image": "x"}, {"name": "a", "image": "x"}]),
        [("spec.containers[1].name", 'Duplicate value: "a"')],
    ),
    (
        pod(containers=[{"name": "a", "image": "x", "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}}]),
        [("spec.containers[0].resources.requests", 'Invalid value: "2": must be less than or equal to cpu limit of 1')],
    ),
    (
        pod(containers=[{"name": "a", "image": "x", "volumeMounts": [{"name": "none", "mountPath": "/a"}]}]),
        [("spec.containers[0].volumeMounts[0].name", 'Not found: "none"')],
    ),
    (
        pod(containers=[{"name": "a", "image": "x", "livenessProbe": {"exec": {}}}]),
        [("spec.containers[0].livenessProbe.exec.command", "Required value")],
    ),
    (
        pod(containers=[{"name": "a", "image": "x", "ports": [{"containerPort": 70000}]}]),
        [("spec.containers[0].ports[0].containerPort", "Invalid value: 70000: must be between 1 and 65535, inclusive")],
    ),
    (pod(nodeSelector={"a b": "c"}), [("spec.nodeSelector", f'Invalid value: "a b": {NAME_PART}')]),
    (
        pod(tolerations=[{"key": "a", "operator": "Exists", "value": "x"}]),
        [
            (
                "spec.tolerations[0].operator",
                "Invalid value: \"x\": value must be empty when `operator` is 'Exists'",
            )
        ],
    ),
    (
        pod(ephemeralContainers=[{"name": "e", "image": "x"}]),
        [("spec.ephemeralContainers", "Forbidden: cannot be set on create")],
    ),
    (obj("v1", "Service", "s", spec={}), [("spec.ports", "Required value")]),
    (
        obj("v1", "Service", "s", spec={"clusterIP": "1.2.3.4", "ports": [{"port": 80}]}),
        [
            (
                "spec.clusterIPs",
                'Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the '
                "current range",
            )
        ],
    ),
    (
        obj("v1", "Service", "s", spec={"type": "NodePort", "ports": [{"port": 80, "nodePort": 80}]}),
        [
            (
                "spec.ports[0].nodePort",
                "Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
            )
        ],
    ),
    (
        obj("batch/v1", "Job", "j", spec={"template": template()}),
        [("spec.template.spec.restartPolicy", 'Required value: valid values: "OnFailure", "Never"')],
    ),
    (
        cronjob(schedule="often"),
        [("spec.schedule", 'Invalid value: "often": expected exactly 5 fields, found 1: [often]')],
    ),
    (
        cronjob(timeZone="Mars/Base"),
        [("spec.timeZone", 'Invalid value: "Mars/Base": unknown time zone Mars/Base')],
    ),
    (
        obj("policy/v1", "PodDisruptionBudget", "b", spec={"minAvailable": 1, "maxUnavailable": 1}),
        [
            (
                "spec",
                'Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}'
                ": minAvailable and maxUnavailable cannot be both set",
            )
        ],
    ),
    (
        scaler(minReplicas=5),
        [("spec.maxReplicas", "Invalid value: 3: must be greater than or equal to `minReplicas`")],
    ),
    (
        obj("v1", "ConfigMap", "c", data={"a b": "c"}),
        [
            (
                "data[a b]",
                "Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
            )
        ],
    ),
    (
        obj("v1", "Secret", "s", type="kubernetes.io/tls"),
        [("data[tls.crt]", "Required value"), ("data[tls.key]", "Required value")],
    ),
    (
        obj("rbac.authorization.k8s.io/v1", "Role", "r", rules=[{"verbs": ["get"], "resources": ["pods"]}]),
        [("rules[0].apiGroups", "Required value: resource rules must supply at least one api group")],
    ),
    (
        obj("v1", "PersistentVolumeClaim", "c", spec={}),
        [
            ("spec.accessModes", "Required value: at least 1 access mode is required"),
            ("spec.resources[storage]", "Required value"),
        ],
    ),
    (
        obj("networking.k8s.io/v1", "Ingress", "i", spec={}),
        [("spec", "Invalid value: null: either `defaultBackend` or `rules` must be specified")],
    ),
]


@pytest.mark.parametrize(("sent", "wanted"), CASES, ids=lambda value: value["kind"] if isinstance(value, dict) else "")
def test_a_new_object_is_refused_with_every_cause(sent: Object, wanted: list[tuple[str, str]]) -> None:
    refusal = refused(registry(), sent)
    assert (refusal.code, refusal.reason) == (422, "Invalid")
    assert sorted(causes(refusal)) == sorted(wanted)


def test_the_message_joins_the_causes() -> None:
    sent = obj("v1", "Secret", "s", type="kubernetes.io/tls")
    assert refused(registry(), sent).message == (
        'Secret "s" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]'
    )


def change(sent: Object, **spec: Any) -> Refusal:
    """How an update of the spec of this object is refused."""
    made = registry()
    created = made.create(sent)
    created["spec"] |= spec
    with pytest.raises(Refusal) as caught:
        made.update(created)
    return caught.value


def test_selectors_of_workloads_are_for_ever() -> None:
    other = {"matchLabels": {"app": "u"}}
    labelled = template() | {"metadata": {"labels": {"app": "u"}}}
    for kind in ("Deployment", "DaemonSet", "ReplicaSet"):
        refusal = change(workload(kind), selector=other, template=labelled)
        assert causes(refusal) == [("spec.selector", 'Invalid value: {"matchLabels":{"app":"u"}}: field is immutable')]


def test_a_statefulset_changes_in_few_fields_only() -> None:
    refusal = change(workload("StatefulSet"), serviceName="other")
    assert refusal.message.startswith(
        'StatefulSet.apps "w" is invalid: spec: Forbidden: updates to statefulset spec for fields other than'
    )


def test_a_pod_may_get_another_image_but_no_other_node_and_says_so_with_a_diff() -> None:
    made = registry()
    created = made.create(pod(nodeName="one"))
    created["spec"]["containers"][0]["image"] = "x:2"
    after = made.update(created)
    assert after["spec"]["containers"][0]["image"] == "x:2"
    after["spec"]["nodeName"] = "two"
    with pytest.raises(Refusal) as caught:
        made.update(after)
    assert caught.value.message.endswith(
        "(allow it to be set to 1 if it was previously negative)\n@@ -42,7 +42,7 @@\n"
        '  "NodeSelector": null,\n  "ServiceAccountName": "",\n  "AutomountServiceAccountToken": null,\n'
        '- "NodeName": "one",\n+ "NodeName": "two",\n  "SecurityContext": {\n   "HostNetwork": false,\n'
        '   "HostPID": false,\n'
    )


def test_what_was_wrong_before_may_stay_wrong() -> None:
    made = registry()
    planted = made.store.create(workload("Deployment") | {"spec": {"replicas": 1, "template": {"spec": {}}}})
    planted["spec"]["replicas"] = 2
    assert made.update(planted)["spec"]["replicas"] == 2
    planted = made.store.get("deployments", "w", "default")
    planted["spec"]["replicas"] = -1
    with pytest.raises(Refusal) as caught:
        made.update(planted)
    assert causes(caught.value) == [("spec.replicas", NEGATIVE)]


def test_a_wrong_label_of_an_update_is_told_as_often_as_the_real_one_does() -> None:
    made = registry()
    for sent, times in ((obj("v1", "ConfigMap", "c"), 4), (workload("Deployment"), 3)):
        created = made.create(sent)
        created["metadata"]["labels"] = {"a b": "c"}
        with pytest.raises(Refusal) as caught:
            made.update(created)
        assert causes(caught.value) == [("metadata.labels", f'Invalid value: "a b": {NAME_PART}')] * times
        assert caught.value.message.count(NAME_PART) == 1


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("61 * * * *", "end of range (61) above maximum (59): 61"),
        ("a b c d e", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
        ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
        ("@often", "unrecognized descriptor: @often"),
        ("@every 1x", 'failed to parse duration @every 1x: time: unknown unit "x" in duration "1x"'),
    ],
)
def test_a_schedule_that_cannot_be_read_says_why(schedule: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        cron.parse(schedule)


@pytest.mark.parametrize("schedule", ["*/5 0-6,12 1 jan-dec MON", "@hourly", "@every 1h30m", "0 0 ? * 0"])
def test_a_schedule_that_can_be_read_is_fine(schedule: str) -> None:
    cron.parse(schedule)


def test_label_keys_are_judged_part_by_part() -> None:
    assert names.qualified_name("/b") == ["prefix part must be non-empty"]
    assert names.qualified_name("k" * 64) == ["name part must be no more than 63 characters"]
    assert names.qualified_name("") == ["name part must be non-empty", NAME_PART]
    assert names.qualified_name("a.b/c") == []
