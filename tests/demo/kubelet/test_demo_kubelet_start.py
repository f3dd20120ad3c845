"""How pods come up, and what keeps them from it."""

import re
from typing import Any

import pytest

from k8stui.demo.kubelet.habits import Habit
from tests.support.onenode import Node


def test_a_pod_is_pulled_created_started_and_ready(node: Node) -> None:
    node.run("web")
    node.step(0.1)
    assert (node.state("web"), node.phase("web")) == ("ContainerCreating", "Pending")
    node.until(lambda: node.ready("web"))
    status = node.get("pods", "web")["status"]
    row = node.row("web")
    assert (status["phase"], row["started"], row["restartCount"]) == ("Running", True, 0)
    assert status["podIP"].startswith("10.244.1.")
    assert status["podIPs"] == [{"ip": status["podIP"]}]
    assert status["hostIPs"] == [{"ip": status["hostIP"]}]
    assert re.fullmatch(r"containerd://[0-9a-f]{64}", row["containerID"])
    assert re.fullmatch(r"registry\.example/app@sha256:[0-9a-f]{64}", row["imageID"])
    told = node.events("web")
    assert [reason for _, reason, _, _ in told] == ["Pulling", "Pulled", "Created", "Started"]
    assert re.fullmatch(
        r'Successfully pulled image "registry\.example/app:1" in [\d.]+m?s \([\d.]+m?s including waiting\)\. '
        r"Image size: \d+ bytes\.",
        told[1][2],
    )
    assert [told[2][2], told[3][2]] == ["Created container: app", "Started container app"]


def test_events_are_the_kubelets_own_form(node: Node) -> None:
    node.run("web")
    node.step(10)
    event = next(row for row in node.store.list("events") if row["reason"] == "Started")
    assert event["source"] == {"component": "kubelet", "host": "n1"}
    assert event["involvedObject"]["fieldPath"] == "spec.containers{app}"
    assert (event["reportingComponent"], event["reportingInstance"]) == ("kubelet", "n1")


def test_an_image_that_is_there_is_not_pulled_again_unless_always(node: Node) -> None:
    node.run("one", "registry.example/app:1")
    node.step(10)
    node.run("two", "registry.example/app:1")
    node.run("three", "registry.example/app:1", imagePullPolicy="Always")
    node.step(10)
    assert node.events("two")[0][1:3] == (
        "Pulled",
        'Container image "registry.example/app:1" already present on machine',
    )
    assert node.reasons("three")[:2] == ["Pulling", "Pulled"]
    addresses = {node.get("pods", name)["status"]["podIP"] for name in ("one", "two", "three")}
    assert len(addresses) == 3


def test_short_names_are_resolved_as_containerd_does(node: Node) -> None:
    node.run("web", "nginx", spec={"hostNetwork": True})
    node.until_state("web", "running")
    row = node.row("web")
    assert row["image"] == "docker.io/library/nginx:latest"
    assert row["imageID"].startswith("docker.io/library/nginx@sha256:")
    status = node.get("pods", "web")["status"]
    assert status["podIP"] == status["hostIP"]


def test_a_missing_image_is_asked_for_less_and_less_often(node: Node) -> None:
    node.run("web", "registry.example/missing:1")
    node.until_state("web", "ErrImagePull")
    error = (
        'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/missing:1": '
        'failed to resolve reference "registry.example/missing:1": registry.example/missing:1: not found'
    )
    assert node.row("web")["state"]["waiting"]["message"] == error
    node.until_state("web", "ImagePullBackOff")
    message = node.row("web")["state"]["waiting"]["message"]
    assert message == f'Back-off pulling image "registry.example/missing:1": ErrImagePull: {error}'
    assert node.phase("web") == "Pending"
    pauses = []
    for _ in range(7):
        pauses.append(node.until_state("web", "ErrImagePull"))
        node.until_state("web", "ImagePullBackOff")
    for seconds, least in zip(pauses, (8, 17, 37, 77, 157, 297, 297), strict=True):
        assert least <= seconds <= least + 20
    assert ("Warning", "Failed", "Error: ImagePullBackOff") in [row[:3] for row in node.events("web")]
    assert ("Normal", "BackOff", 'Back-off pulling image "registry.example/missing:1"') in [
        row[:3] for row in node.events("web")
    ]


def test_another_image_mends_it(node: Node) -> None:
    node.run("web", "registry.example/missing:1")
    node.until_state("web", "ImagePullBackOff")
    pod = node.get("pods", "web")
    pod["spec"]["containers"][0]["image"] = "registry.example/app:2"
    node.registry.update(pod)
    assert node.until_state("web", "running") < 8


@pytest.mark.parametrize(
    ("image", "policy", "reason", "message"),
    [
        (
            "registry.example/app:9",
            "Never",
            "ErrImageNeverPull",
            'Container image "registry.example/app:9" is not present with pull policy of Never',
        ),
        (
            "registry.example/app:::9",
            "IfNotPresent",
            "InvalidImageName",
            'Failed to apply default image tag "registry.example/app:::9": couldn\'t parse image name '
            '"registry.example/app:::9": invalid reference format',
        ),
    ],
)
def test_images_that_are_not_even_pulled(node: Node, image: str, policy: str, reason: str, message: str) -> None:
    node.run("web", image, imagePullPolicy=policy)
    node.until_state("web", reason)
    assert node.row("web")["state"]["waiting"]["message"] == message
    assert ("Warning", "Failed", f"Error: {reason}") in [row[:3] for row in node.events("web")]


ENV = {"name": "URL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "url"}}}
SECRET = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "main"}}}


def test_missing_configuration_is_an_error_until_it_is_there(node: Node) -> None:
    node.run("web", env=[ENV, SECRET])
    node.until_state("web", "CreateContainerConfigError")
    assert node.row("web")["state"]["waiting"]["message"] == 'configmap "settings" not found'
    assert ("Warning", "Failed", 'Error: configmap "settings" not found') in [row[:3] for row in node.events("web")]
    node.config("settings", other="1")
    node.until(lambda: "couldn't find" in node.row("web")["state"]["waiting"]["message"], within=5)
    assert node.row("web")["state"]["waiting"]["message"] == "couldn't find key url in ConfigMap default/settings"
    node.config("settings", url="http://x")
    node.until(lambda: "secret" in node.row("web")["state"]["waiting"]["message"], within=5)
    node.config("keys", "Secret", main="eA==")
    assert node.until_state("web", "running") < 5


def test_optional_configuration_is_not_waited_for(node: Node) -> None:
    optional = {"name": "settings", "key": "url", "optional": True}
    env = [{"name": "URL", "valueFrom": {"configMapKeyRef": optional}}]
    volumes = [{"name": "more", "secret": {"secretName": "none", "optional": True}}]
    node.run("web", env=env, envFrom=[{"secretRef": {"name": "none", "optional": True}}], spec={"volumes": volumes})
    assert node.until_state("web", "running") < 10


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        (
            {"configMap": {"name": "settings"}},
            'MountVolume.SetUp failed for volume "data" : configmap "settings" not found',
        ),
        (
            {"secret": {"secretName": "settings"}},
            'MountVolume.SetUp failed for volume "data" : secret "settings" not found',
        ),
        (
            {"persistentVolumeClaim": {"claimName": "settings"}},
            "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process "
            "volumes=[data]: error processing PVC default/settings: failed to fetch PVC from API server: "
            'persistentvolumeclaims "settings" not found',
        ),
    ],
)
def test_missing_volumes_keep_a_pod_from_its_sandbox(node: Node, volume: dict[str, object], message: str) -> None:
    node.run("web", spec={"volumes": [{"name": "data", **volume}]})
    node.step(60)
    assert node.state("web") == "ContainerCreating"
    assert node.condition("web", "PodReadyToStartContainers")["status"] == "False"
    ((kind, reason, said, count),) = node.events("web")
    assert (kind, reason, said) == ("Warning", "FailedMount", message)
    assert 5 <= count <= 8
    if "persistentVolumeClaim" not in volume:
        node.config("settings", "Secret" if "secret" in volume else "ConfigMap")
        assert node.until_state("web", "running") < 10


def test_a_command_that_the_image_lacks(node: Node) -> None:
    node.run("web", "busybox", command=["serve"])
    node.until_state("web", "RunContainerError")
    node.until_state("web", "CrashLoopBackOff")
    ended = node.row("web")["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (128, "StartError")
    assert ended["startedAt"] == "1970-01-01T00:00:00Z"
    assert 'exec: "serve": executable file not found in $PATH: unknown' in ended["message"]


def test_init_containers_run_in_order_and_sidecars_go_on(node: Node) -> None:
    inits = [
        {"name": "first", "image": "registry.example/exit0:1"},
        {"name": "proxy", "image": "registry.example/proxy:1", "restartPolicy": "Always"},
        {"name": "second", "image": "registry.example/exit0:1"},
    ]
    node.run("web", spec={"initContainers": inits})
    node.step(0.1)
    assert node.state("web") == "PodInitializing"
    assert node.condition("web", "Initialized")["message"] == "containers with incomplete status: [first second proxy]"
    node.until_state("web", "running", "first")
    assert node.state("web", "proxy") == node.state("web", "second") == "PodInitializing"
    node.until_state("web", "running", "second")
    assert (node.state("web", "first"), node.state("web", "proxy")) == ("Completed", "running")
    node.until_state("web", "running")
    node.until(lambda: node.ready("web"))
    assert node.condition("web", "Initialized")["status"] == "True"
    assert (node.state("web", "proxy"), node.row("web", "proxy")["started"]) == ("running", True)


def test_a_failing_init_container_holds_the_pod_back(node: Node) -> None:
    inits = [{"name": "prepare", "image": "registry.example/exit1:1"}]
    node.run("web", spec={"initContainers": inits})
    node.run("once", spec={"initContainers": inits, "restartPolicy": "Never"})
    node.until_state("web", "CrashLoopBackOff", "prepare")
    assert (node.phase("web"), node.state("web")) == ("Pending", "PodInitializing")
    assert node.phase("once") == "Failed"
    assert node.state("once", "prepare") == "Error"


def test_a_sidecar_ends_with_the_job(node: Node) -> None:
    inits = [{"name": "proxy", "image": "registry.example/proxy:1", "restartPolicy": "Always"}]
    node.run("job", "registry.example/exit0:1", spec={"initContainers": inits, "restartPolicy": "Never"})
    node.until(lambda: node.phase("job") == "Succeeded" and node.state("job", "proxy") == "Completed")
    node.until(lambda: node.condition("job", "PodReadyToStartContainers")["status"] == "False", within=10)


def test_resources_and_mounts_are_reported(node: Node) -> None:
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    mounts = [{"name": "tmp", "mountPath": "/tmp"}, {"name": "tmp", "mountPath": "/ro", "readOnly": True}]
    node.run("web", resources=resources, volumeMounts=mounts, spec={"volumes": [{"name": "tmp", "emptyDir": {}}]})
    node.until_state("web", "running")
    row = node.row("web")
    assert (row["resources"], row["allocatedResources"]) == (resources, resources["requests"])
    assert row["volumeMounts"] == [
        mounts[0],
        {"name": "tmp", "mountPath": "/ro", "readOnly": True, "recursiveReadOnly": "Disabled"},
    ]
    assert node.get("pods", "web")["status"]["qosClass"] == "Burstable"


ZONED = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b"]}]}]}


@pytest.mark.parametrize(
    ("spec", "parts", "reason", "message"),
    [
        (
            {},
            {"resources": {"requests": {"cpu": "64"}}},
            "OutOfcpu",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 4000",
        ),
        (
            {"nodeSelector": {"disk": "ssd"}},
            {},
            "NodeAffinity",
            "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
        (
            {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": ZONED}}},
            {},
            "NodeAffinity",
            "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
    ],
)
def test_a_node_refuses_what_does_not_fit(
    node: Node, spec: dict[str, object], parts: dict[str, Any], reason: str, message: str
) -> None:
    node.run("web", spec=spec, **parts)
    node.step(1)
    status = node.get("pods", "web")["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", reason, message)
    assert "containerStatuses" not in status
    assert node.reasons("web") == [reason]


def test_a_readiness_gate_is_waited_for(node: Node) -> None:
    node.run("web", spec={"readinessGates": [{"conditionType": "shop.example/warm"}]})
    node.until_state("web", "running")
    row = node.condition("web", "Ready")
    assert (row["status"], row["reason"]) == ("False", "ReadinessGatesNotReady")
    assert row["message"] == 'corresponding condition of pod readiness gate "shop.example/warm" does not exist.'
    pod = node.get("pods", "web")
    pod["status"]["conditions"].append({"type": "shop.example/warm", "status": "True"})
    node.registry.update_status(pod)
    node.until(lambda: node.ready("web"), within=5)
    assert node.condition("web", "shop.example/warm")["status"] == "True"


def test_a_registry_may_refuse_in_its_own_words(node: Node) -> None:
    node.habits(Habit(images="private.example/*", missing=True, refusal="401 Unauthorized"))
    node.run("web", "private.example/app:1")
    node.until_state("web", "ErrImagePull")
    assert node.row("web")["state"]["waiting"]["message"] == (
        'failed to pull and unpack image "private.example/app:1": failed to resolve reference '
        '"private.example/app:1": 401 Unauthorized'
    )
