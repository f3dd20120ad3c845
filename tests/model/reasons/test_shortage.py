"""Each cause of missing pods, as the embedded cluster's controllers really come by it; everything is read over HTTP."""

from typing import Any

from k8stui.demo.kubelet.habits import Habit
from k8stui.demo.storage.objects import Object
from k8stui.model.document import Subject
from k8stui.model.duration import stamp
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, STATEFUL_SETS
from k8stui.model.reasons.shortage import reasons
from tests.support import owned
from tests.support.around import Living, explained, targets, texts

HOOK = "policy.shop.example"


def meta(name: str) -> Object:
    return {"name": name}


def core(kind: str, name: str, **parts: Any) -> Object:
    return {"kind": kind, "apiVersion": "v1", "metadata": meta(name), **parts}


def deployment(replicas: int = 2, resources: Object | None = None, **spec: Any) -> Object:
    pod = owned.template("web", **spec)
    if resources is not None:
        pod["spec"]["containers"][0]["resources"] = resources
    return owned.owner("Deployment", pod=pod, replicas=replicas)


def hook(kind: str = "ValidatingWebhookConfiguration", service: str = "gate", **parts: Any) -> Object:
    rules = [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}]
    client = {"service": {"name": service, "namespace": "shop", "path": "/validate"}, "caBundle": "Cg=="}
    row = {"name": HOOK, "rules": rules, "clientConfig": client, "sideEffects": "None"}
    row |= {"admissionReviewVersions": ["v1"], **parts}
    return {"kind": kind, "apiVersion": "admissionregistration.k8s.io/v1", "metadata": meta("gate")} | {
        "webhooks": [row]
    }


async def test_a_quota_that_is_used_up(land: Living) -> None:
    await land.make(core("ResourceQuota", "few", spec={"hard": {"pods": "1"}}), deployment(3))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert ("ResourceQuota", "few") in targets(lines)
    assert "It wants 3 pods: 1 made, 1 available." in texts(lines)
    assert "pods: 1 of 1 used, each pod asks for 1." in texts(lines)


async def test_a_quota_that_wants_requests_to_be_said(land: Living) -> None:
    await land.make(core("ResourceQuota", "compute", spec={"hard": {"limits.cpu": "4"}}), deployment())
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("Deployment", "web"), ("ResourceQuota", "compute")]
    assert "wants every container to say limits.cpu for: web." in texts(lines)


async def test_a_limit_range_that_forbids_them(land: Living) -> None:
    much = {"limits": {"cpu": "4"}, "requests": {"cpu": "100m"}}
    other = core("LimitRange", "elsewhere", spec={"limits": [{"type": "Container", "max": {"memory": "1Gi"}}]})
    bound = core("LimitRange", "small", spec={"limits": [{"type": "Container", "max": {"cpu": "500m"}}]})
    await land.make(other, bound, deployment(1, much))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert ("LimitRange", "small") in targets(lines)
    assert "The LimitRange small allows at most 500m cpu per Container." in texts(lines)
    assert "limit is 4" in texts(lines)
    assert ("LimitRange", "elsewhere") not in targets(lines)


async def test_a_limit_range_on_the_ratio(land: Living) -> None:
    much = {"limits": {"cpu": "1"}, "requests": {"cpu": "100m"}}
    row = {"type": "Container", "maxLimitRequestRatio": {"cpu": "4"}}
    await land.make(core("LimitRange", "even", spec={"limits": [row]}), deployment(1, much))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert ("LimitRange", "even") in targets(lines)
    assert "lets a limit be 4 times the request of cpu" in texts(lines)
    assert "In the pods it is 10 times as much." in texts(lines)


async def test_a_webhook_whose_service_does_not_exist(land: Living) -> None:
    await land.make(hook(), deployment())
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("ValidatingWebhookConfiguration", "gate"), ("Service", "gate")]
    assert f"The admission webhook {HOOK} (ValidatingWebhookConfiguration gate) cannot be reached" in texts(lines)
    assert "Its Service shop/gate does not exist." in texts(lines)


async def test_a_webhook_whose_service_has_no_endpoints(land: Living) -> None:
    service = core("Service", "gate", spec={"selector": {"app": "gate"}, "ports": [{"port": 443}]})
    await land.make(service, namespace="shop")
    land.step(2)
    await land.make(hook("MutatingWebhookConfiguration"), deployment())
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("MutatingWebhookConfiguration", "gate"), ("Service", "gate")]
    assert "Its Service shop/gate has no endpoints." in texts(lines)


async def served(land: Living) -> None:
    """The webhook's own Service, with a pod behind it."""
    service = core("Service", "gate", spec={"selector": {"app": "gate"}, "ports": [{"port": 443, "targetPort": 8443}]})
    pod = core("Pod", "gate", **owned.template("gate"))
    pod["metadata"] = {"name": "gate", "labels": {"app": "gate"}}
    await land.make(service, pod, namespace="shop")
    land.step(20)
    await land.make(hook())


async def test_a_webhook_that_does_not_answer_in_time(land: Living) -> None:
    await served(land)

    def late(obj: Object) -> str:
        raise TimeoutError

    land.cluster.registry.reviewers = {HOOK: late}
    await land.make(deployment())
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert "does not answer in time" in texts(lines)
    assert "Its Service shop/gate has 1 of 1 endpoints ready." in texts(lines)
    assert targets(lines) == [("ValidatingWebhookConfiguration", "gate"), ("Service", "gate")]


async def test_a_webhook_that_refuses(land: Living) -> None:
    await served(land)
    land.cluster.registry.reviewers = {HOOK: lambda obj: "images must have a digest"}
    await land.make(deployment())
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("ValidatingWebhookConfiguration", "gate"), ("Deployment", "web")]
    assert "It says: images must have a digest." in texts(lines)


async def test_a_webhook_that_allows_or_may_fail_stands_in_nobodys_way(land: Living) -> None:
    await land.make(hook(failurePolicy="Ignore"), deployment())
    land.step(30)
    assert await explained(land, DEPLOYMENTS, "web") == []


async def test_the_security_level_of_the_namespace(land: Living) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    space = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "strict", "labels": labels}}
    await land.make(space)
    await land.make(deployment(1), namespace="strict")
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web", "strict")
    assert ("Namespace", "strict") in targets(lines)
    assert "pod-security.kubernetes.io/enforce is restricted" in texts(lines)
    assert "The pods break: runAsNonRoot != true" in texts(lines)


async def test_a_service_account_that_does_not_exist(land: Living) -> None:
    await land.make(deployment(1, serviceAccountName="robot"))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("ServiceAccount", "robot")]


async def test_a_priority_class_that_does_not_exist(land: Living) -> None:
    await land.make(deployment(1, priorityClassName="urgent"))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("PriorityClass", "urgent")]


async def test_a_runtime_class_that_does_not_exist(land: Living) -> None:
    await land.make(deployment(1, runtimeClassName="gvisor"))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert targets(lines) == [("RuntimeClass", "gvisor")]


async def test_pods_that_no_node_has_room_for(land: Living) -> None:
    await land.make(deployment(2, {"requests": {"cpu": "64"}}))
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert "3 nodes: not enough CPU: it asks for 64; the most that is free is " in texts(lines)
    assert ("Deployment", "web") in targets(lines)
    assert "The same holds for 1 other pod of it: web-" in texts(lines)


async def test_pods_that_fail(land: Living) -> None:
    await land.make(owned.owner("Deployment", pod=owned.template("web", image="registry.example/exit1:1")))
    land.step(60)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert "exit code 1: the program reported an error" in texts(lines)
    assert ("Deployment", "web") in targets(lines)


async def test_a_paused_rollout(land: Living) -> None:
    await land.make(deployment(2) | {"spec": {**deployment(2)["spec"], "paused": True}})
    land.step(10)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert "Its rollout is paused at 0 of 2 pods." in texts(lines)
    assert targets(lines) == [("Deployment", "web")] * 2


async def test_a_rollout_over_its_deadline(land: Living) -> None:
    land.habits(Habit(images="*/web:1", unready="HTTP probe failed with statuscode: 503"))
    pod = owned.template("web")
    pod["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/ready", "port": 8080}}
    await land.make(owned.owner("Deployment", pod=pod, progressDeadlineSeconds=30))
    land.step(60)
    lines = await explained(land, DEPLOYMENTS, "web")
    assert "Its rollout has made no progress within its deadline of 30 s" in texts(lines)
    assert "The probe (GET http://:8080/ready): HTTP probe failed with statuscode: 503" in texts(lines)


async def test_a_stateful_set_under_a_quota(land: Living) -> None:
    await land.make(
        core("ResourceQuota", "few", spec={"hard": {"pods": "1"}}),
        owned.owner("StatefulSet", replicas=3, serviceName="web"),
    )
    land.step(40)
    lines = await explained(land, STATEFUL_SETS, "web")
    assert ("ResourceQuota", "few") in targets(lines)


async def test_a_stateful_set_that_waits_for_its_first_pod(land: Living) -> None:
    pod = owned.template("web", image="registry.example/missing:1")
    await land.make(owned.owner("StatefulSet", pod=pod, replicas=3, serviceName="web"))
    land.step(40)
    lines = await explained(land, STATEFUL_SETS, "web")
    assert "It makes its pods one by one (OrderedReady)" in texts(lines)
    assert "cannot be pulled: the registry has no such image or tag" in texts(lines)


async def test_a_daemon_set_under_a_quota(land: Living) -> None:
    await land.make(core("ResourceQuota", "few", spec={"hard": {"pods": "1"}}), owned.owner("DaemonSet"))
    land.step(20)
    lines = await explained(land, DAEMON_SETS, "web")
    assert ("ResourceQuota", "few") in targets(lines)
    assert "It wants 3 pods" in texts(lines)


async def test_a_job_whose_pods_are_refused(land: Living) -> None:
    await land.make(core("ResourceQuota", "none", spec={"hard": {"pods": "0"}}), owned.job())
    land.step(20)
    lines = await explained(land, JOBS, "work")
    assert ("ResourceQuota", "none") in targets(lines)


async def test_a_job_that_has_failed_for_good(land: Living) -> None:
    of = owned.job(backoffLimit=1)
    of["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/exit1:1"
    await land.make(of)
    land.step(120)
    lines = await explained(land, JOBS, "work")
    assert "its pods failed more often than its backoffLimit allows" in texts(lines)
    assert "2 pods failed, 1 may be tried again." in texts(lines)
    assert "exit code 1" in texts(lines)


async def test_a_job_that_is_suspended(land: Living) -> None:
    await land.make(owned.job(suspend=True))
    land.step(10)
    lines = await explained(land, JOBS, "work")
    assert texts(lines).startswith("It is suspended for ")
    assert targets(lines) == [("Job", "work")]


async def test_a_cron_job_that_is_suspended_and_one_whose_job_fails(land: Living) -> None:
    broken = owned.cronjob("tock")
    pod = broken["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod["containers"][0]["image"] = "registry.example/exit1:1"
    broken["spec"]["jobTemplate"]["spec"]["backoffLimit"] = 0
    await land.make(owned.cronjob(suspend=True), broken)
    land.step(100)
    lines = await explained(land, CRON_JOBS, "tick")
    assert texts(lines) == "It is suspended: no Job comes of its schedule. It has never run."
    lines = await explained(land, CRON_JOBS, "tock")
    assert "Its last Job tock-" in texts(lines)
    assert "exit code 1: the program reported an error" in texts(lines)


async def test_a_workload_that_has_what_it_wants_says_nothing(land: Living) -> None:
    await land.make(
        deployment(2), owned.owner("StatefulSet", "db", serviceName="db"), owned.owner("DaemonSet", "agent")
    )
    land.step(60)
    for kind, name in ((DEPLOYMENTS, "web"), (STATEFUL_SETS, "db"), (DAEMON_SETS, "agent")):
        assert await explained(land, kind, name) == []


async def test_an_old_refusal_is_forgotten_when_pods_come_again(land: Living) -> None:
    await land.make(core("ResourceQuota", "few", spec={"hard": {"pods": "1"}}), owned.owner("DaemonSet"))
    land.step(20)
    reply = await land.web.ask("DELETE", "/api/v1/namespaces/default/resourcequotas/few")
    assert reply.status == 200
    land.step(900, by=10)
    assert await explained(land, DAEMON_SETS, "web") == []


def test_a_workload_that_serves_between_two_failures_tells_of_the_last() -> None:
    """What HEALTH calls Restarting."""
    now = stamp("2026-09-21T14:00:40Z") or 0.0
    web = {"metadata": {"name": "web", "uid": "w"}, "spec": {"replicas": 1}, "status": {"availableReplicas": 1}}
    end = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-09-21T14:00:00Z"}
    row = {"name": "web", "ready": True, "restartCount": 23, "state": {"running": {}}, "lastState": {"terminated": end}}
    owner = [{"kind": "StatefulSet", "name": "web", "uid": "w", "controller": True}]
    served = {
        "metadata": {"name": "web-0", "uid": "p", "ownerReferences": owner},
        "spec": {"containers": [{"name": "web"}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [row],
        },
    }
    told = Subject(STATEFUL_SETS, web, {"shortage/pods": [served]})
    lines = texts(reasons(told, {}, now))
    assert "Its pod web-0:" in lines
    assert "Container web runs again, restarted 23 times." in lines
    assert reasons(told, {}, now + 7200) == [], "that was long ago"
    row["restartCount"] = 1
    assert reasons(told, {}, now) == [], "once is no habit"
