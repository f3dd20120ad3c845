"""Deployments and their ReplicaSets: pods are kept at the number wanted, and replaced when the template changes.

A small part of the real controllers: RollingUpdate with 25% surge and 25% unavailable, one step a look.
"""

from functools import partial
from typing import Any

from k8stui.demo.clock import stamp
from k8stui.demo.controllers.agenda import Agenda
from k8stui.demo.controllers.informer import Informer, ending, finished, is_ready
from k8stui.demo.scenario.owners import HASH, REVISION, replicaset, slack, surge
from k8stui.demo.scenario.workloads import digest, pod
from k8stui.demo.storage.store import Store

Object = dict[str, Any]

LOOK = 1.5
"""Seconds between two steps of a rollout."""


def retire(store: Store, victim: Object, now: float) -> None:
    """Ask for the graceful deletion of a pod, as a controller does."""
    grace = victim["spec"].get("terminationGracePeriodSeconds", 30)
    meta = victim["metadata"]
    meta |= {"deletionTimestamp": stamp(now + grace), "deletionGracePeriodSeconds": grace}
    meta["generation"] = meta.get("generation", 1) + 1
    store.update(victim)


def _revision(of: Object) -> int:
    return int(of["metadata"].get("annotations", {}).get(REVISION, 0))


class Rollouts:
    """The controllers of Deployments and ReplicaSets."""

    def __init__(self, store: Store, agenda: Agenda, pods: Informer) -> None:
        """`pods` is refreshed by whoever owns it."""
        self._store = store
        self._agenda = agenda
        self._pods = pods
        self._deployments = Informer(store, "deployments.apps")
        self._sets = Informer(store, "replicasets.apps")
        self._seen: dict[str, tuple[str, ...]] = {}

    def look(self) -> None:
        """One step for every Deployment that is not as it should be."""
        self._deployments.refresh()
        self._sets.refresh()
        for deployment in list(self._deployments.objects.values()):
            if not ending(deployment) and not deployment["spec"].get("paused"):
                self._agenda.attempt(partial(self._step, deployment))

    def _step(self, deployment: Object) -> None:
        wanted = deployment["spec"].get("replicas", 1)
        sets = self._sets.of(deployment)
        if not self._moved(deployment, sets):
            return
        mark = digest(deployment["spec"]["template"])
        new = next((each for each in sets if each["metadata"]["labels"].get(HASH) == mark), None)
        if new is None:
            new = self._new_set(deployment, sets, mark)
            sets.append(new)
        self._number(new, sets)
        members = {each["metadata"]["uid"]: self._members(each) for each in sets}
        self._scale(wanted, new, sets, members)
        self._report(deployment, new, sets, members)
        self._forget(deployment, new, sets, members)

    def _members(self, of: Object) -> list[Object]:
        """The living pods of a ReplicaSet."""
        return [each for each in self._pods.of(of) if not ending(each) and not finished(each)]

    def _moved(self, deployment: Object, sets: list[Object]) -> bool:
        """Whether anything of a Deployment has changed since the last step."""
        pods = [each for of in sets for each in self._pods.of(of)]
        now = tuple(each["metadata"]["resourceVersion"] for each in (deployment, *sets, *pods))
        uid = deployment["metadata"]["uid"]
        before, self._seen[uid] = self._seen.get(uid), now
        return now != before

    def _new_set(self, deployment: Object, sets: list[Object], mark: str) -> Object:
        revision = max(map(_revision, sets), default=0) + 1
        uid = self._store.new_uid()
        return self._store.create(replicaset(deployment, mark, revision, uid=uid, created=self._agenda.now, replicas=0))

    def _number(self, new: Object, sets: list[Object]) -> None:
        """The ReplicaSet in use has the highest revision: an undo renumbers the old one."""
        others = max((_revision(each) for each in sets if each is not new), default=0)
        if _revision(new) > others:
            return
        new["metadata"]["annotations"][REVISION] = str(others + 1)
        new["metadata"].pop("resourceVersion", None)
        new.update(self._store.update(new))

    def _scale(self, wanted: int, new: Object, sets: list[Object], members: dict[str, list[Object]]) -> None:
        """Make one pod of the new template, or take one away: never more than the surge, never below the slack."""
        mine = members[new["metadata"]["uid"]]
        old = [each for uid, rows in members.items() if uid != new["metadata"]["uid"] for each in rows]
        ready = sum(is_ready(each) for each in mine + old)
        if len(mine) > wanted:
            self._retire(mine)
        elif len(mine) < wanted and len(mine) + len(old) < wanted + (surge(wanted) if old else 0):
            self._launch(new)
        elif old and (ready > wanted - slack(wanted) or any(not is_ready(each) for each in old)):
            self._retire(old)

    def _retire(self, pods: list[Object]) -> None:
        """The unready first, then the youngest."""
        pods.sort(key=lambda each: (is_ready(each), each["metadata"]["creationTimestamp"]))
        victim = next((each for each in pods if not is_ready(each)), pods[-1])
        retire(self._store, victim, self._agenda.now)

    def _launch(self, of: Object) -> None:
        meta = of["metadata"]
        prefix = f"{meta['name']}-"
        name = f"{prefix}{self._store.suffix()}"
        made = pod(
            name,
            meta["namespace"],
            of["spec"]["template"],
            uid=self._store.new_uid(),
            created=self._agenda.now,
            parent=of,
            prefix=prefix,
        )
        self._store.create(made)

    def _report(self, deployment: Object, new: Object, sets: list[Object], members: dict[str, list[Object]]) -> None:
        """Write the statuses of the ReplicaSets and of the Deployment; what is unchanged writes nothing."""
        for each in sets:
            rows = members[each["metadata"]["uid"]]
            count, ready = len(rows), sum(map(is_ready, rows))
            counts = {"fullyLabeledReplicas": count, "readyReplicas": ready, "availableReplicas": ready}
            status = {"replicas": count} | {key: value for key, value in counts.items() if value}
            status["observedGeneration"] = each["metadata"].get("generation", 1)
            target = deployment["spec"].get("replicas", 1) if each is new else count
            if each["status"] != status or each["spec"]["replicas"] != target:
                self._change("replicasets.apps", each, status, replicas=target)
        status = self._status(deployment, new, members)
        mark = str(new["metadata"]["annotations"][REVISION])
        if deployment["status"] != status or deployment["metadata"]["annotations"].get(REVISION) != mark:
            self._change("deployments.apps", deployment, status, revision=mark)

    def _change(
        self, resource: str, obj: Object, status: Object, *, replicas: int | None = None, revision: str = ""
    ) -> None:
        def change(now: Object) -> None:
            now["status"] = status
            if replicas is not None:
                now["spec"]["replicas"] = replicas
            if revision:
                now["metadata"].setdefault("annotations", {})[REVISION] = revision

        meta = obj["metadata"]
        self._store.modify(resource, meta["name"], meta["namespace"], change=change)

    def _status(self, deployment: Object, new: Object, members: dict[str, list[Object]]) -> Object:
        wanted = deployment["spec"].get("replicas", 1)
        mine = members[new["metadata"]["uid"]]
        every = [each for rows in members.values() for each in rows]
        ready = sum(map(is_ready, every))
        enough = ready >= wanted - slack(wanted)
        done = len(mine) == len(every) == wanted and ready >= wanted
        name = new["metadata"]["name"]
        status: Object = {"observedGeneration": deployment["metadata"].get("generation", 1), "replicas": len(every)}
        counts = {"updatedReplicas": len(mine), "readyReplicas": ready, "availableReplicas": ready}
        counts["unavailableReplicas"] = max(0, max(wanted, len(every)) - ready)
        status |= {key: value for key, value in counts.items() if value}
        words = ("MinimumReplicasAvailable", "has") if enough else ("MinimumReplicasUnavailable", "does not have")
        progress = ("NewReplicaSetAvailable", "has successfully progressed")
        if not done:
            progress = ("ReplicaSetUpdated", "is progressing")
        rows = (
            ("Available", "True" if enough else "False", words[0], f"Deployment {words[1]} minimum availability."),
            ("Progressing", "True", progress[0], f'ReplicaSet "{name}" {progress[1]}.'),
        )
        status["conditions"] = [self._condition(deployment, *row) for row in rows]
        return status

    def _condition(self, deployment: Object, kind: str, value: str, reason: str, message: str) -> Object:
        old = next((row for row in deployment["status"].get("conditions", ()) if row["type"] == kind), None)
        if old and (old["status"], old["reason"], old["message"]) == (value, reason, message):
            return dict(old)
        at = stamp(self._agenda.now) if old else deployment["metadata"]["creationTimestamp"]
        since = old["lastTransitionTime"] if old and old["status"] == value else at
        row = {"type": kind, "status": value, "lastUpdateTime": at, "lastTransitionTime": since}
        return row | {"reason": reason, "message": message}

    def _forget(self, deployment: Object, new: Object, sets: list[Object], members: dict[str, list[Object]]) -> None:
        """Keep no more empty ReplicaSets than the history limit."""
        limit = deployment["spec"].get("revisionHistoryLimit", 10)
        empty = [each for each in sets if each is not new and not members[each["metadata"]["uid"]]]
        empty.sort(key=_revision)
        for each in empty[: max(0, len(empty) - limit)]:
            self._store.delete("replicasets.apps", each["metadata"]["name"], each["metadata"]["namespace"])
