"""What a change of pods and workloads touches, from what was read around it."""

from k8stui.model.columns import Tone
from k8stui.model.kinds import CRON_JOBS, DAEMON_SETS, DEPLOYMENTS, JOBS, PODS, STATEFUL_SETS
from k8stui.operations.effects import whole as effects
from tests.support.drained import MIRROR, SCRATCH, budget, pod
from tests.support.golden import found
from tests.support.settings import as_row, asked, endpoints, said, service, setting, workload

WEB = [pod(f"web-{number}", "ReplicaSet/web-5f6") for number in range(3)]
TRAFFIC = {"services": [service()], "slices": [endpoints("web", "web-0", "web-1", "web-2")]}


def test_scaling_down_tells_replicas_endpoints_budget_and_the_autoscaler() -> None:
    scaler = {
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "minReplicas": 2, "maxReplicas": 9},
    }
    around = {**TRAFFIC, "pods": WEB, "budgets": [budget("web", 1, needed=2, total=3)], "autoscalers": [scaler]}
    lines = said(setting("scaling.scale", workload(DEPLOYMENTS), around, replicas=1))
    assert lines == [
        "replicas 3 -> 1, 3 ready now: a single replica stays",
        "HPA web sets the replicas between 2 and 9: another number will be reverted within seconds, and 0 switches it "
        "off.",
        "Service web: 1 of 3 endpoints left",
        "budget web allows 1; this does not ask it",
    ]


def test_a_second_autoscaler_of_one_workload_is_warned_of() -> None:
    of = {"kind": "Deployment", "name": "web"}
    scalers = [
        {"metadata": {"name": name}, "spec": {"scaleTargetRef": {**of, **other}, "maxReplicas": 9}}
        for name, other in (("mine", {}), ("others", {"name": "cart"}), ("of-a-set", {"kind": "StatefulSet"}))
    ]
    made = setting("autoscaling.autoscale", workload(DEPLOYMENTS), {"autoscalers": scalers}, high=5)
    assert asked(made)["autoscalers"] == "horizontalpodautoscalers shop"
    assert said(made) == [
        "HPA mine scales it already, and two would fight over its replicas; to change that one: :hpa, then :autoscale"
    ]


def test_scaling_to_nothing_is_said_to_be_so() -> None:
    around = {**TRAFFIC, "pods": WEB, "budgets": []}
    lines = said(setting("scaling.scale", workload(DEPLOYMENTS), around, replicas=0))
    assert lines == [
        "replicas 3 -> 0, 3 ready now: nothing of it runs then",
        "Service web: 0 of 3 endpoints left: it is down then",
    ]


def test_pods_that_are_not_ready_go_first_when_scaling_down() -> None:
    pods = [pod("web-0"), pod("web-1", ready=False)]
    around = {"services": [service()], "slices": [endpoints("web", "web-0", waiting=("web-1",))], "pods": pods}
    assert said(setting("scaling.scale", workload(DEPLOYMENTS, replicas=2, ready=1), around, replicas=1)) == [
        "replicas 2 -> 1, 1 ready now: a single replica stays"
    ]


def test_what_was_not_read_is_not_told_and_why_is() -> None:
    found_ = setting(
        "scaling.scale",
        workload(DEPLOYMENTS),
        {"pods": WEB},
        missing={"budgets": "poddisruptionbudgets could not be read: you may not"},
        replicas=1,
    )
    assert said(found_) == [
        "replicas 3 -> 1, 3 ready now: a single replica stays",
        "poddisruptionbudgets could not be read: you may not.",
    ]


def test_what_is_asked_for_grows_with_what_is_known() -> None:
    first = setting("scaling.scale", workload(DEPLOYMENTS), replicas=1)
    assert asked(first) == {
        "services": "services shop",
        "budgets": "poddisruptionbudgets shop",
        "pods": "pods shop app=web",
        "autoscalers": "horizontalpodautoscalers shop",
    }
    second = setting("scaling.scale", workload(DEPLOYMENTS), {"services": [service()]}, replicas=1)
    assert asked(second)["slices"] == "endpointslices shop kubernetes.io/service-name in (web)"


def test_a_rollout_tells_how_its_pods_are_replaced() -> None:
    at = {"at": "2026-09-21T14:00:00Z"}

    def restart(row: object, **more: object) -> list[str]:
        return said(setting("rollout.restart", row, more.pop("around", {}), **at))  # type: ignore[arg-type]

    assert restart(workload(DEPLOYMENTS, replicas=8, ready=7)) == [
        "8 pods, 7 ready now; replaced in parts: at most 2 missing, 2 more for a while"
    ]
    assert restart(workload(DEPLOYMENTS, replicas=1, ready=1)) == [
        "it has a single replica: the new pod comes before the old one goes"
    ]
    none_more = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}
    assert restart(workload(DEPLOYMENTS, replicas=1, ready=1, strategy=none_more)) == [
        "it has a single replica: it is down until the new pod is ready"
    ]
    assert restart(workload(DEPLOYMENTS, strategy={"type": "Recreate"})) == [
        "Recreate: all 3 pods go before new ones come; it is down meanwhile"
    ]
    assert restart(workload(STATEFUL_SETS)) == ["3 pods, 3 ready now; replaced one after the other, the last first"]
    partition = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    assert restart(workload(STATEFUL_SETS, updateStrategy=partition)) == [
        "3 pods, 3 ready now; those below number 2 (partition) stay as they are"
    ]
    of_nodes = {"desiredNumberScheduled": 5, "numberReady": 5}
    assert restart(workload(DAEMON_SETS, status=of_nodes)) == [
        "5 pods, 5 ready now; replaced in parts: at most 1 missing"
    ]
    on_delete = {"type": "OnDelete"}
    assert restart(workload(DAEMON_SETS, status=of_nodes, updateStrategy=on_delete)) == [
        "OnDelete: 5 pods, 5 ready now; each is replaced only when somebody deletes it"
    ]
    assert restart(workload(DEPLOYMENTS, replicas=0, ready=0)) == [
        "it has no replicas: nothing runs that could be replaced"
    ]


def test_a_recreate_takes_every_endpoint_away() -> None:
    row = workload(DEPLOYMENTS, strategy={"type": "Recreate"})
    around = {**TRAFFIC, "pods": WEB, "budgets": [budget("web", 0, needed=3, total=3)]}
    lines = effects.together([setting("rollout.restart", row, around, at="2026-09-21T14:00:00Z")])
    assert [(line.text, line.tone) for line in lines] == [
        ("Service web: 0 of 3 endpoints left: it is down then", Tone.BAD),
        (
            "budget web allows 0 (3 of 3 needed, 3 healthy); this does not ask it".replace(", 3 healthy", ""),
            Tone.WARNING,
        ),
    ]


def test_an_eviction_tells_who_makes_it_again_its_budget_its_endpoints_and_what_is_lost() -> None:
    gone = pod("web-0", volumes=SCRATCH)
    owner = {
        "kind": "ReplicaSet",
        "metadata": {"name": "web-5f6"},
        "spec": {"replicas": 3},
        "status": {"readyReplicas": 3},
    }
    around = {**TRAFFIC, "budgets": [budget("web", 1, needed=2, total=3)], "owner": [owner]}
    assert said(setting("removing.evict", as_row(PODS, gone), around)) == [
        "Deployment web makes another one",
        "3 of 3 replicas ready now",
        "what it wrote to emptyDir scratch is lost",
        "Service web: 2 of 3 endpoints left",
        "budget web allows 1 now",
    ]


def test_an_eviction_that_the_budget_refuses_is_told_before() -> None:
    around = {"budgets": [budget("web", 0, needed=3, total=3)]}
    evicted = setting("removing.evict", as_row(PODS, pod("web-0")), around)
    assert said(evicted)[-1] == "budget web allows 0 (3 of 3 needed): it will be refused now"
    deleted = setting("removing.delete", as_row(PODS, pod("web-0")), around)
    assert said(deleted)[-1] == "budget web allows 0 (3 of 3 needed); this does not ask it"


def test_several_evictions_share_one_budget_and_one_service() -> None:
    around = {**TRAFFIC, "budgets": [budget("web", 1, needed=2, total=3)]}
    settings = [setting("removing.evict", as_row(PODS, each), around) for each in WEB]
    assert [line.text for line in effects.together(settings)] == [
        "Service web: 0 of 3 endpoints left: it is down then",
        "budget web allows 1: 2 of 3 evictions will be refused now",
    ]


def test_a_pod_that_nobody_owns_is_gone_for_good() -> None:
    line = effects.told(setting("removing.delete", as_row(PODS, pod("alone", ""))))[0]
    assert (line.text, line.tone) == ("nobody makes it again: it is gone for good", Tone.BAD)


def test_who_makes_a_pod_again_by_its_owner() -> None:
    def first(owner: str, **more: object) -> str:
        return said(setting("removing.delete", as_row(PODS, pod("p", owner, **more))))[0]  # type: ignore[arg-type]

    assert first("StatefulSet/db") == "StatefulSet db makes it again under the same name"
    assert first("DaemonSet/agent") == "DaemonSet agent makes another on the same node"
    assert first("Job/work") == "Job work starts another, unless that counts as its last failure"
    assert first("Job/work", phase="Succeeded") == "it has ended; its record and logs go (Job work)"
    assert first("Node/n1", annotations=MIRROR).startswith("it mirrors a static pod")
    gone = setting("removing.delete", as_row(PODS, pod("p")), {"owner": []})
    assert said(gone)[0] == "its Deployment is gone, too: nobody makes it again"


def test_the_only_replica_is_down_meanwhile() -> None:
    owner = {
        "kind": "ReplicaSet",
        "metadata": {"name": "web-5f6"},
        "spec": {"replicas": 1},
        "status": {"readyReplicas": 1},
    }
    lines = said(setting("removing.delete", as_row(PODS, pod("p")), {"owner": [owner]}))
    assert "it is the only replica: it is down until the next one is ready" in lines


def test_suspending_a_job_deletes_its_pods_and_a_cron_job_lets_its_jobs_run() -> None:
    job = found(JOBS, "work", "shop", spec={}, status={"active": 2})
    assert said(setting("suspending.suspend", job, on=True))[0] == (
        "its 2 running pods are deleted; they begin anew when it is resumed"
    )
    cron = found(CRON_JOBS, "tick", "shop", spec={"schedule": "* * * * *"}, status={"active": [{"name": "a"}]})
    assert said(setting("suspending.suspend", cron, on=True)) == [
        "no Job is started by its schedule until it is resumed; 1 Job that runs goes on"
    ]


def test_a_trigger_tells_of_jobs_that_run_already() -> None:
    template: dict[str, object] = {"spec": {"template": {"spec": {"containers": []}}}}
    spec = {"schedule": "* * * * *", "concurrencyPolicy": "Forbid", "jobTemplate": template}
    cron = found(CRON_JOBS, "tick", "shop", spec=spec, status={"active": [{"name": "a"}]})
    assert said(setting("suspending.trigger", cron, suffix="abcde"))[0] == (
        "1 of its Jobs runs already; Forbid does not hold back one that is started by hand"
    )


def test_a_pause_in_the_middle_of_a_rollout_is_said() -> None:
    row = workload(DEPLOYMENTS, status={"updatedReplicas": 1, "readyReplicas": 3})
    assert said(setting("rollout.pause", row)) == ["it stops in the middle of a rollout: 1 of 3 pods are new"]
