"""StatefulSets, DaemonSets and CronJobs: pods are made where they are missing, jobs when their minute comes.

A small part of the real controllers: no rolling updates (the Deployments roll), one step a look.
"""

from functools import partial
from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.informer import Informer, controller, ending, finished, is_ready
from k8stui.demo.controllers.rollouts import retire
from k8stui.demo.controllers.scheduler import refusal
from k8stui.demo.scenario.owners import job, job_complete
from k8stui.demo.scenario.workloads import pod
from k8stui.demo.storage.store import Store

Object = dict[str, Any]


def revision_of(of: Object) -> str:
    """The controller-revision-hash of its pods: these owners never roll here, so their uid makes it."""
    return str(of["metadata"]["uid"]).replace("-", "")[:10]


def ordinal_labels(of: Object, number: int) -> dict[str, str]:
    """The labels of a StatefulSet's pod."""
    name = of["metadata"]["name"]
    labels = {"apps.kubernetes.io/pod-index": str(number), "controller-revision-hash": f"{name}-{revision_of(of)}"}
    return labels | {"statefulset.kubernetes.io/pod-name": f"{name}-{number}"}


def daemon_labels(of: Object) -> dict[str, str]:
    """The labels of a DaemonSet's pod."""
    return {"controller-revision-hash": revision_of(of), "pod-template-generation": "1"}


class Keepers:
    """The controllers of StatefulSets, DaemonSets, CronJobs and Jobs."""

    def __init__(self, store: Store, agenda: Agenda, pods: Informer) -> None:
        """`pods` is refreshed by whoever owns it."""
        self._store = store
        self._agenda = agenda
        self._pods = pods
        self._stateful = Informer(store, "statefulsets.apps")
        self._daemons = Informer(store, "daemonsets.apps")
        self._crons = Informer(store, "cronjobs.batch")
        self._jobs = Informer(store, "jobs.batch")
        self._nodes = Informer(store, "nodes")

    def look(self) -> None:
        """One step for every owner that is not as it should be."""
        for informer in (self._stateful, self._daemons, self._crons, self._jobs):
            informer.refresh()
        for each in _living(self._stateful):
            self._agenda.attempt(partial(self._ordinals, each))
        self._nodes.refresh()
        for each in _living(self._daemons):
            self._agenda.attempt(partial(self._daemon, each, list(self._nodes.objects.values())))
        for each in _living(self._jobs):
            self._agenda.attempt(partial(self._finish, each))

    def minute(self) -> None:
        """Every CronJob of the scenario runs each minute: make its job, forget the oldest."""
        number = int(self._agenda.now // 60)
        for cron in _living(self._crons):
            if cron["spec"].get("suspend") or not str(cron["spec"].get("schedule", "")).startswith("* "):
                continue
            jobs = self._jobs.of(cron)
            if any(not each["status"].get("completionTime") for each in jobs):
                continue  # concurrencyPolicy: Forbid
            self._start(cron, number)
            self._trim(cron, jobs)

    # ---- StatefulSet

    def _ordinals(self, of: Object) -> None:
        mine = self._mine(of)
        wanted = of["spec"].get("replicas", 1)
        names = {each["metadata"]["name"]: each for each in mine}
        missing = next((n for n in range(wanted) if f"{of['metadata']['name']}-{n}" not in names), None)
        surplus = sorted((each for each in mine if _ordinal(each) >= wanted and not ending(each)), key=_ordinal)
        if missing is not None:
            self._launch(of, f"{of['metadata']['name']}-{missing}", ordinal_labels(of, missing), stateful=True)
        elif surplus:
            retire(self._store, surplus[-1], self._agenda.now)
        self._report_set(of, mine)

    def _report_set(self, of: Object, mine: list[Object]) -> None:
        ready = sum(map(is_ready, mine))
        mark = f"{of['metadata']['name']}-{revision_of(of)}"
        status: Object = {"observedGeneration": of["metadata"].get("generation", 1), "replicas": len(mine)}
        counts = {"readyReplicas": ready, "currentReplicas": len(mine), "updatedReplicas": len(mine)}
        status |= {key: value for key, value in counts.items() if value}
        status |= {"currentRevision": mark, "updateRevision": mark, "collisionCount": 0, "availableReplicas": ready}
        self._write("statefulsets.apps", of, status)

    # ---- DaemonSet

    def _daemon(self, of: Object, nodes: list[Object]) -> None:
        mine = self._mine(of)
        at = {each["spec"].get("nodeName"): each for each in mine}
        ghost: Object = {"spec": of["spec"]["template"]["spec"]}
        wanted = [node["metadata"]["name"] for node in nodes if not refusal(ghost, node)]
        for node in wanted:
            if node not in at:
                name = f"{of['metadata']['name']}-{self._store.suffix()}"
                self._launch(of, name, daemon_labels(of), node=node)
                break
        ready = sum(map(is_ready, mine))
        status: Object = {"currentNumberScheduled": len(mine), "numberMisscheduled": 0}
        status |= {"desiredNumberScheduled": len(wanted), "numberReady": ready}
        status["observedGeneration"] = of["metadata"].get("generation", 1)
        short = len(wanted) - ready
        counts = {"updatedNumberScheduled": len(mine), "numberAvailable": ready, "numberUnavailable": max(0, short)}
        status |= {key: value for key, value in counts.items() if value}
        self._write("daemonsets.apps", of, status)

    # ---- CronJob and Job

    def _start(self, cron: Object, number: int) -> None:
        at = self._agenda.now
        made = self._store.create(job(cron, number, uid=self._store.new_uid(), created=at))
        self._launch(made, f"{made['metadata']['name']}-{self._store.suffix()}", {})
        meta = cron["metadata"]
        reference = {"apiVersion": "batch/v1", "kind": "Job", "name": made["metadata"]["name"]}
        reference |= {"namespace": meta["namespace"], "uid": made["metadata"]["uid"]}
        status = cron["status"] | {"lastScheduleTime": stamp(number * 60), "active": [reference]}
        self._write("cronjobs.batch", cron, status)

    def _finish(self, of: Object) -> None:
        """A job whose pod came to its end is complete."""
        pods = self._pods.of(of)
        if of["status"].get("completionTime") or not any(each["status"].get("phase") == "Succeeded" for each in pods):
            return
        at = self._agenda.now
        self._write("jobs.batch", of, job_complete(of["status"], at))
        cron = self._crons.objects.get(controller(of))
        if cron is not None:
            status = {key: value for key, value in cron["status"].items() if key != "active"}
            self._write("cronjobs.batch", cron, status | {"lastSuccessfulTime": stamp(at)})

    def _trim(self, cron: Object, jobs: list[Object]) -> None:
        """Delete what exceeds the history limit, with its pods."""
        limit = cron["spec"].get("successfulJobsHistoryLimit", 3)
        jobs.sort(key=lambda each: each["metadata"]["name"])
        for each in jobs[: max(0, len(jobs) - limit)]:
            for old in self._pods.of(each):
                self._store.delete("pods", old["metadata"]["name"], old["metadata"]["namespace"])
            self._store.delete("jobs.batch", each["metadata"]["name"], each["metadata"]["namespace"])

    # ---- common

    def _mine(self, of: Object) -> list[Object]:
        return [each for each in self._pods.of(of) if not finished(each)]

    def _launch(self, of: Object, name: str, labels: dict[str, str], *, node: str = "", stateful: bool = False) -> None:
        meta = of["metadata"]
        prefix = "" if stateful else f"{name.rpartition('-')[0]}-"
        made = pod(
            name,
            meta["namespace"],
            of["spec"]["template"],
            uid=self._store.new_uid(),
            created=self._agenda.now,
            labels=labels,
            parent=of,
            prefix=prefix,
        )
        if node:
            made["spec"]["nodeName"] = node
        if stateful:
            made["spec"] |= {"hostname": name, "subdomain": of["spec"]["serviceName"]}
        self._store.create(made)

    def _write(self, resource: str, obj: Object, status: Object) -> None:
        if obj["status"] == status:
            return
        obj["status"] = status
        meta = obj["metadata"]
        self._store.modify(
            resource, meta["name"], meta["namespace"], change=lambda now: now.__setitem__("status", status)
        )


def _living(informer: Informer) -> list[Object]:
    return informer.where(lambda each: not ending(each))


def _ordinal(of: Object) -> int:
    number = of["metadata"]["name"].rpartition("-")[2]
    return int(number) if number.isdigit() else -1
