"""Who reads a ConfigMap or Secret, and who sees a change only after a restart."""

from typing import Any

from k8stui.model.kinds import CONFIG_MAPS, CRON_JOBS, DEPLOYMENTS, JOBS, SECRETS, STATEFUL_SETS, Kind, Ref
from k8stui.operations.effects.readers import Reader, readers
from tests.support.golden import found

SETTINGS = Ref(CONFIG_MAPS, "shop", "settings", "uid")
KEYS = Ref(SECRETS, "shop", "keys", "uid")


def workload(name: str, kind: Kind = DEPLOYMENTS, *, volumes: Any = (), **container: Any) -> Any:
    pod = {"spec": {"containers": [{"name": "web"} | container], "volumes": list(volumes)}}
    spec = {"jobTemplate": {"spec": {"template": pod}}} if kind == CRON_JOBS else {"template": pod}
    return found(kind, name, "shop", spec=spec)


def said(rows: list[Reader]) -> list[tuple[str, bool, str]]:
    return [(each.ref.name, each.stale, each.how) for each in rows]


VOLUME = {"name": "conf", "configMap": {"name": "settings"}}
PROJECTED = {
    "name": "all",
    "projected": {"sources": [{"secret": {"name": "keys"}}, {"configMap": {"name": "settings"}}]},
}
WORKLOADS = [
    workload("variable", env=[{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "a"}}}]),
    workload("everything", STATEFUL_SETS, envFrom=[{"configMapRef": {"name": "settings"}}]),
    workload("mounted", volumes=[VOLUME], volumeMounts=[{"name": "conf", "mountPath": "/c"}]),
    workload("part", volumes=[VOLUME], volumeMounts=[{"name": "conf", "mountPath": "/c", "subPath": "a"}]),
    workload("projected", volumes=[PROJECTED]),
    workload("nightly", CRON_JOBS, envFrom=[{"configMapRef": {"name": "settings"}}]),
    workload("other", envFrom=[{"configMapRef": {"name": "others"}}, {"secretRef": {"name": "settings"}}]),
]


def test_variables_and_subpaths_want_a_restart_and_volumes_follow_by_themselves() -> None:
    assert said(readers(SETTINGS, "", WORKLOADS)) == [
        ("part", True, "volume conf"),
        ("variable", True, "env A of container web"),
        ("everything", True, "envFrom of container web"),
        ("nightly", False, "envFrom of container web"),
        ("mounted", False, "volume conf"),
        ("projected", False, "volume all"),
    ]
    assert [each.ref.name for each in readers(SETTINGS, "", WORKLOADS) if not each.can_restart] == ["nightly"]


def test_a_job_that_goes_on_reads_it_with_its_next_pod_and_has_nothing_to_restart() -> None:
    going = workload("backfill", JOBS, envFrom=[{"configMapRef": {"name": "settings"}}])
    (reader,) = readers(SETTINGS, "", [going])
    assert (reader.ref.name, reader.stale) == ("backfill", False)
    assert (reader.can_restart, reader.when) == (False, "its next pod")
    template = {"spec": {"containers": [{"name": "web", "envFrom": [{"configMapRef": {"name": "settings"}}]}]}}
    over = {"conditions": [{"type": "Failed", "status": "True"}]}
    owner = [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "u", "controller": True}]
    ended = found(JOBS, "ended", "shop", spec={"template": template}, status=over)
    owned = found(JOBS, "nightly-1", "shop", spec={"template": template}, metadata={"ownerReferences": owner})
    assert readers(SETTINGS, "", [ended, owned]) == []


def test_of_one_key_those_that_read_another_are_left_out() -> None:
    assert "variable" not in {each.ref.name for each in readers(SETTINGS, "b", WORKLOADS)}
    assert "variable" in {each.ref.name for each in readers(SETTINGS, "a", WORKLOADS)}


def test_a_secret_that_images_are_pulled_with_restarts_nothing() -> None:
    assert said(readers(KEYS, "", WORKLOADS)) == [("projected", False, "volume all")]
    puller = found(DEPLOYMENTS, "x", "shop", spec={"template": {"spec": {"imagePullSecrets": [{"name": "keys"}]}}})
    assert readers(KEYS, "", [puller]) == []
