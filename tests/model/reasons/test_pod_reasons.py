"""Why pods do not start, restart or are not ready, as the embedded cluster's kubelets come by it."""

import pytest

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.storage.objects import Object
from k8stui.model.columns import Tone
from k8stui.model.document import Subject
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, NAMESPACES, PODS, VOLUME_CLAIMS, Kind
from k8stui.model.reasons import exits, why
from k8stui.model.reasons.pod_reasons import Tail, previous_logs, reasons
from tests.support.around import Living, explained, pod, targets, texts

NOW = 1_790_000_000.0


def config(name: str, kind: str = "ConfigMap", **data: str) -> Object:
    return {"kind": kind, "apiVersion": "v1", "metadata": {"name": name}, "data": data}


# ---- being made


@pytest.mark.parametrize(
    ("parts", "target", "said"),
    [
        ({"envFrom": [{"configMapRef": {"name": "gone"}}]}, ("ConfigMap", "gone"), "the ConfigMap gone does not exist"),
        ({"envFrom": [{"secretRef": {"name": "gone"}}]}, ("Secret", "gone"), "the Secret gone does not exist"),
        (
            {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "there", "key": "lost"}}}]},
            ("ConfigMap", "there"),
            "the ConfigMap there has no key lost",
        ),
        (
            {"spec": {"volumes": [{"name": "v", "configMap": {"name": "gone"}}]}},
            ("ConfigMap", "gone"),
            "Volume v: the pod cannot start: the ConfigMap gone does not exist",
        ),
        (
            {"spec": {"volumes": [{"name": "v", "secret": {"secretName": "gone"}}]}},
            ("Secret", "gone"),
            "the Secret gone does not exist",
        ),
        (
            {
                "spec": {
                    "volumes": [{"name": "v", "configMap": {"name": "there", "items": [{"key": "x", "path": "x"}]}}]
                }
            },
            ("ConfigMap", "there"),
            "the ConfigMap there has no key x",
        ),
        ({"image": "registry.example/missing:1"}, None, "the registry has no such image or tag"),
        ({"image": "Registry/UPPER:1"}, None, "Registry/UPPER:1 is no name of an image"),
        ({"image": "registry.example/x:1", "imagePullPolicy": "Never"}, None, "its pull policy is Never"),
        ({"command": ["nonesuch"], "image": "busybox"}, None, "executable file not found"),
    ],
)
async def test_a_pod_that_cannot_be_made(
    land: Living, parts: Object, target: tuple[str, str] | None, said: str
) -> None:
    await land.make(config("there", a="1"), pod(**parts))
    land.step(20)
    lines = await explained(land, PODS, "one")
    assert said in texts(lines)
    assert target is None or target in targets(lines)


async def test_what_the_registry_answers(land: Living) -> None:
    refusal = "unexpected status from HEAD request: 403 Forbidden"
    land.habits(Habit(images="*/private:*", missing=True, refusal=refusal))
    await land.make(pod(image="registry.example/private:1"))
    land.step(30)
    lines = await explained(land, PODS, "one")
    assert "cannot be pulled: the registry refuses these credentials." in texts(lines)
    assert refusal in texts(lines)
    assert "It has no pull secret." in texts(lines)


@pytest.mark.parametrize(
    ("reason", "message", "said"),
    [
        ("NetworkNotReady", "network is not ready: cni plugin not initialized", "its CNI plugin is not initialised"),
        (
            "FailedCreatePodSandBox",
            'plugin type="x" failed (add): no IP addresses available in range',
            "no address left",
        ),
        ("FailedCreatePodSandBox", "failed to reserve sandbox name", "Its sandbox"),
        (
            "FailedAttachVolume",
            'Multi-Attach error for volume "pvc-1" Volume is already used',
            "still attached to another",
        ),
        (
            "FailedMount",
            'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32',
            "cannot be mounted",
        ),
    ],
)
def test_what_a_node_stumbles_over(reason: str, message: str, said: str) -> None:
    making = pod(spec={"nodeName": "n1"})
    waiting = {"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}
    making["status"] = {"phase": "Pending", "containerStatuses": [waiting]}
    event = {"reason": reason, "message": message, "lastTimestamp": "2026-09-21T14:00:00Z"}
    lines = reasons(Subject(PODS, making, {"pod/events": [event]}), {}, NOW)
    assert said in texts(lines)
    node = {"metadata": {"name": "n1"}, "status": {"conditions": [ready("False", "cni plugin not initialized")]}}
    lines = reasons(Subject(PODS, making, {"pod/events": [], "pod/node": [node]}), {}, NOW)
    assert targets(lines) == [("Node", "n1")]
    assert "The pod network of n1 is not there" in texts(lines)


def ready(status: str, message: str = "") -> Object:
    return {"type": "Ready", "status": status, "message": message, "lastTransitionTime": "2026-09-21T14:00:00Z"}


# ---- running, restarting


async def test_a_liveness_probe_that_kills(land: Living) -> None:
    land.habits(Habit(images="*/sick:*", sick="HTTP probe failed with statuscode: 500", after=5))
    probe = {"httpGet": {"path": "/live", "port": 8080}, "periodSeconds": 10, "failureThreshold": 3}
    await land.make(pod(image="registry.example/sick:1", livenessProbe=probe))
    land.step(90)
    lines = await explained(land, PODS, "one")
    assert "Its liveness probe (GET http://:8080/live) failed: HTTP probe failed with statuscode: 500." in texts(lines)
    assert "It restarts the container after 10 s x 3 failures = 30 s." in texts(lines)


async def test_a_startup_probe_that_has_not_passed(land: Living) -> None:
    land.habits(Habit(images="*/slow:*", ready_after=300))
    probe = {"tcpSocket": {"port": 5432}, "periodSeconds": 5, "failureThreshold": 30}
    await land.make(pod(image="registry.example/slow:1", startupProbe=probe))
    land.step(40)
    lines = await explained(land, PODS, "one")
    assert "its startup probe does not succeed" in texts(lines)
    assert "connects to port 5432" in texts(lines)
    assert "connection refused" in texts(lines)
    assert "5 s x 30 failures = 150 s" in texts(lines)


async def test_readiness_gates(land: Living) -> None:
    await land.make(pod(spec={"readinessGates": [{"conditionType": "example.com/in-rotation"}]}))
    land.step(20)
    lines = await explained(land, PODS, "one")
    assert texts(lines).startswith("It waits for readiness gates: example.com/in-rotation.")


async def test_a_container_that_runs_again_after_it_was_killed(land: Living) -> None:
    land.habits(Habit(images="*/hungry:*", needs="1Gi", within=30))
    limits = {"limits": {"memory": "64Mi"}}
    await land.make(pod(image="registry.example/hungry:1", resources=limits))
    land.step(45)
    lines = await explained(land, PODS, "one")
    assert "Container app runs again, restarted 1 time." in texts(lines)
    assert "exit code 137, SIGKILL (9): out of memory, its limit is 64Mi." in texts(lines)
    assert lines[0].tone is Tone.WARNING


async def test_at_the_cpu_limit(land: Living) -> None:
    land.habits(Habit(images="*/busy:*", cpu=500))
    await land.make(pod(image="registry.example/busy:1", resources={"limits": {"cpu": "500m"}}))
    land.step(120)
    lines = await explained(land, PODS, "one")
    assert "Container app is at its CPU limit: throttled. It uses " in texts(lines)


async def test_a_finalizer_that_keeps_a_pod(land: Living) -> None:
    await land.make(pod(meta={"finalizers": ["example.com/audit"]}))
    land.step(20)
    await land.web.ask("DELETE", "/api/v1/namespaces/default/pods/one")
    land.step(60)
    lines = await explained(land, PODS, "one")
    who = "the controller behind example.com: is that running?"
    assert f"  The finalizer example.com/audit keeps it; it is taken away by {who}" in texts(lines).splitlines()


def test_a_pod_whose_node_does_not_exist_any_more() -> None:
    ending = pod(spec={"nodeName": "n9"}, meta={"deletionTimestamp": "2026-09-21T14:00:00Z"})
    ending["metadata"]["deletionGracePeriodSeconds"] = 30
    lines = reasons(Subject(PODS, ending, {"pod/node": []}), {}, 1_790_003_600.0)
    assert "Its node n9 does not exist any more: it can be deleted by force." in texts(lines)


# ---- words


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((137, "OOMKilled", 0, "128Mi"), "exit code 137, SIGKILL (9): out of memory, its limit is 128Mi"),
        ((137, "Error", 0, ""), "exit code 137, SIGKILL (9): killed: nothing asked it first"),
        ((143, "Error", 0, ""), "exit code 143, SIGTERM (15): told to stop"),
        (
            (139, "Error", 0, ""),
            "exit code 139, SIGSEGV (11): segmentation fault: it touched memory that is not its own",
        ),
        ((0, "", 6, ""), "exit code 0, SIGABRT (6): aborted: the program gave up by itself"),
        ((127, "Error", 0, ""), "exit code 127: the command was not found in the image"),
        ((126, "Error", 0, ""), "exit code 126: the command cannot be executed: no permission, or no program"),
        ((128, "StartError", 0, ""), "exit code 128: the container could not be started"),
        ((42, "Error", 0, ""), "exit code 42"),
        ((255, "Error", 0, ""), "exit code 255: the program reported an error, or an exit code out of range"),
    ],
)
def test_exit_codes_in_words(given: tuple[int, str, int, str], wanted: str) -> None:
    assert exits.words(*given) == wanted


def test_whose_last_lines_are_shown() -> None:
    ended = {"exitCode": 1, "finishedAt": "2026-09-21T14:00:00Z"}
    rows: list[Object] = [
        {"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": ended}},
        {"name": "b", "state": {"terminated": ended}},
        {"name": "c", "state": {"running": {}}, "ready": False},
        {"name": "d", "state": {"running": {}}, "ready": True, "lastState": {"terminated": ended}},
        {"name": "e", "state": {"terminated": {"exitCode": 0}}},
    ]
    found = {"spec": {"containers": [{"name": row["name"]} for row in rows]}, "status": {"containerStatuses": rows}}
    now = 1_790_000_400.0
    after = previous_logs(found, now + 7200)
    assert after == (Tail("a", True), Tail("b", False), Tail("c", False))
    assert Tail("d", True) in previous_logs(found, 1_789_999_300.0)


def test_objects_of_any_shape_break_nothing() -> None:
    oddities: tuple[Object, ...] = (
        {},
        {"metadata": None, "spec": [], "status": "x"},
        {"spec": {"containers": [1, None, {"name": 5}]}},
    )
    for odd in oddities:
        for kind in (PODS, DEPLOYMENTS, JOBS, CRON_JOBS, NAMESPACES, VOLUME_CLAIMS):
            subject = Subject(kind, odd, {})
            assert isinstance(why.wants(kind, odd, {}), tuple)
            assert isinstance(why.reasons(subject, {}, NOW), list)
            assert why.logs(subject, NOW) == ()


async def test_a_kind_as_discovery_describes_it_is_the_same_kind(land: Living) -> None:
    await land.make(pod(image="registry.example/missing:1"))
    land.step(10)
    found = Kind("", "v1", "pods", "Pod", "pod", True, ("po",), ("get", "list", "patch"), ("all",), ("log", "exec"))
    assert found != PODS
    assert "cannot be pulled" in texts(await explained(land, found, "one"))
