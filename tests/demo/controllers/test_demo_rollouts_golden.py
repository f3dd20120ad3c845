"""The controllers of workloads against what a real cluster's did: the same writes come to the same objects."""

from typing import Any

import pytest

from k8stui.demo.controllers.workloads import workloads
from k8stui.demo.storage.errors import Refusal
from tests.conformance.recorded import PRESENT, WHY_NOT
from tests.support.inside import Inside
from tests.support.podplay import PodPlay
from tests.support.recordedlife import RecordedLife, named, plain

pytestmark = pytest.mark.skipif(not PRESENT, reason=WHY_NOT)

Object = dict[str, Any]

NAMESPACE = "rec-roll"
WATCH = "deployments while the first rollout and the image change run"
SETS = (
    "its replicaset: revision annotations, desired and max replicas",
    "replicasets at revision 2",
    "replicasets after the restart",
    "the old replicaset has moved to the new revision (revision-history)",
)


class Started:
    """Pods in the order in which they start: the first a little earlier, as in the recording."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> float:
        self.number += 1
        return 0.5 if self.number == 1 else 0.6


def nowhere(pod: Object) -> bool:
    """No node has the labels that some of the recorded pods ask for."""
    return not {"no", "jobs"} & set(pod["spec"].get("nodeSelector", {}))


@pytest.fixture
def life() -> RecordedLife:
    inside = Inside(namespaces=(NAMESPACE,))
    node = {"name": "worker-1", "labels": {"kubernetes.io/hostname": "worker-1"}}
    inside.store.create({"kind": "Node", "apiVersion": "v1", "metadata": node, "spec": {}})
    workloads(inside.world)
    PodPlay(inside, start=Started(), runs=nowhere)
    return RecordedLife(inside, "rollouts", NAMESPACE)


def marks(items: list[Object], label: str = "pod-template-hash") -> dict[str, str]:
    """The hash of each version of a template, and a name for it: the number of its making."""
    rows = sorted(items, key=lambda item: first_revision(item))
    return {row["metadata"]["labels"][label]: f"HASH{number}" for number, row in enumerate(rows)}


def first_revision(item: Object) -> int:
    notes = item["metadata"].get("annotations", {})
    text = notes.get("deployment.kubernetes.io/revision-history") or notes.get("deployment.kubernetes.io/revision", "0")
    return int(text.split(",")[0])


def mine(life: RecordedLife, resource: str, app: str) -> list[Object]:
    rows = life.inside.store.list(resource, NAMESPACE)
    return [row for row in rows if row["metadata"]["labels"].get("app") == app]


def same_sets(life: RecordedLife, exchange: str) -> None:
    """The ReplicaSets, each under its version, with sizes, annotations, generations and statuses."""
    theirs, ours = life.exchange(exchange).body["items"], mine(life, "replicasets.apps", "web")
    shown = [
        {
            mark: named(plain(row), names)
            for row in rows
            for mark in [names[row["metadata"]["labels"]["pod-template-hash"]]]
        }
        for rows in (theirs, ours)
        for names in [marks(rows)]
    ]
    assert shown[1] == shown[0]


def test_every_status_of_a_deployment_on_its_way_through_two_rollouts(life: RecordedLife) -> None:
    kind = life.inside.store.catalog.named("deployments.apps")
    seen: list[Object] = []
    life.inside.store.on_change(kind, lambda change: seen.append(life.inside.store.decode(kind, change.after)))
    life.send("create")
    life.inside.step(10)
    life.send("change the image and the cause")
    life.inside.step(10)
    theirs = [line["object"] for line in life.exchange(WATCH).lines or []]
    their_names = marks(life.exchange("replicasets at revision 2").body["items"])
    our_names = marks(mine(life, "replicasets.apps", "web"))
    told = iter([named(plain(each), our_names) for each in seen])
    for each in filter(steady, theirs):
        assert named(plain(each), their_names) in told
    assert len(seen) == len(theirs) + 1


def steady(deployment: Object) -> bool:
    """Not one right after the new ReplicaSet: there the recorded controller lost a write to a conflict with itself."""
    rows = [row["reason"] for row in deployment["status"].get("conditions", ())]
    return "observedGeneration" not in deployment["status"] or "NewReplicaSetCreated" not in rows


def test_the_life_of_a_deployment(life: RecordedLife) -> None:
    steps = (
        ("create", "complete", 0),
        ("change the image and the cause", "complete at revision 2", 1),
        ("pause", "paused: condition", None),
        ("image change while paused", "paused with a change pending: nothing rolls", None),
        ("resume", "resumed and complete", None),
        ("restart", None, 2),
        (
            "undo to revision 1 as kubectl does (JSON patch of template and annotations)",
            "after the undo: a new revision number",
            3,
        ),
    )
    theirs = marks(life.exchange(SETS[-1]).body["items"])
    for write, state, sets in steps:
        life.send(write)
        life.inside.step(15)
        ours = marks(mine(life, "replicasets.apps", "web"))
        if state:
            told = named(life.told("deployments.apps", "web"), ours)
            assert told == named(life.recorded(state), theirs), state
        if sets is not None:
            same_sets(life, SETS[sets])


def test_a_rollout_that_is_stuck_and_mended(life: RecordedLife) -> None:
    life.send("create stuck")
    life.inside.step(3)
    life.send("change that cannot be scheduled")
    life.inside.step(3)
    theirs = marks(life.exchange("its replicasets").body["items"])
    ours = marks(mine(life, "replicasets.apps", "stuck"))
    for state in ("progressing", "deadline exceeded"):
        told = named(life.told("deployments.apps", "stuck"), ours)
        assert told == named(life.recorded(state), theirs), state
        life.inside.step(3)
    life.send("set back")
    life.inside.step(5)
    told = named(life.told("deployments.apps", "stuck"), ours)
    assert told == named(life.recorded("progress after the repair"), theirs)


def test_the_life_of_a_statefulset_to_the_names_of_its_revisions(life: RecordedLife) -> None:
    kind = life.inside.store.catalog.named("statefulsets.apps")
    seen: list[Object] = []
    life.inside.store.on_change(kind, lambda change: seen.append(life.inside.store.decode(kind, change.after)))
    life.send("create StatefulSet")
    life.inside.step(10)
    assert life.told("statefulsets.apps", "store") == plain(life.inside.get("statefulsets.apps", "store", NAMESPACE))
    revisions(life, "store", "its ControllerRevision")
    seen.clear()
    life.send("change the image")
    life.inside.step(10)
    watched = life.exchange("the StatefulSet while its image changes (revision and count fields)").lines or []
    assert [plain(each) for each in seen] == [plain(line["object"]) for line in watched]
    for write, state, revised in (
        ("restart", "complete at revision 3", "ControllerRevisions at revision 3"),
        (
            "undo to revision 1 as kubectl does (the revision's data as a strategic merge patch)",
            "after the undo",
            "ControllerRevisions: the old one got a new number",
        ),
        ("StatefulSet partition", "StatefulSet held at its partition", None),
    ):
        sent(life, "store", write)
        life.inside.step(15)
        assert life.told("statefulsets.apps", "store") == plain(found(life, "statefulsets/store", state))
        if revised:
            revisions(life, "store", revised)


def revisions(life: RecordedLife, app: str, exchange: str) -> None:
    theirs = {row["metadata"]["name"]: plain(row) for row in found(life, f"app%3D{app}", exchange)["items"]}
    ours = {row["metadata"]["name"]: plain(row) for row in mine(life, "controllerrevisions.apps", app)}
    assert ours == theirs


def found(life: RecordedLife, place: str, name: str) -> Object:
    """The answer of this name about this object: the StatefulSet and the DaemonSet have several in common."""
    return next(each.body for each in life.all(name) if place in each.path)


def sent(life: RecordedLife, owner: str, name: str) -> None:
    life.send(name, next(each for each in life.all(name) if each.path.endswith(f"/{owner}")))


def test_the_life_of_a_daemonset(life: RecordedLife) -> None:
    kind = life.inside.store.catalog.named("daemonsets.apps")
    seen: list[Object] = []
    life.inside.store.on_change(kind, lambda change: seen.append(life.inside.store.decode(kind, change.after)))
    life.send("create DaemonSet")
    life.inside.step(10)
    assert life.told("daemonsets.apps", "shipper") == plain(found(life, "daemonsets/shipper", "complete"))
    seen.clear()
    sent(life, "shipper", "change the image")
    life.inside.step(10)
    watched = life.exchange("the DaemonSet while its image changes (revision and count fields)").lines or []
    assert [each["status"] for each in seen if settled(each)] == [
        line["object"]["status"] for line in watched if settled(line["object"])
    ]
    sent(life, "shipper", "restart")
    life.inside.step(10)
    assert life.told("daemonsets.apps", "shipper") == plain(found(life, "daemonsets/shipper", "complete at revision 3"))
    sent(life, "shipper", "undo to revision 1 as kubectl does (the revision's data as a strategic merge patch)")
    life.inside.step(10)
    assert life.told("daemonsets.apps", "shipper") == plain(found(life, "daemonsets/shipper", "after the undo"))
    theirs = found(life, "app%3Dshipper", "ControllerRevisions: the old one got a new number")["items"]
    ours = mine(life, "controllerrevisions.apps", "shipper")
    told = [
        sorted((row["revision"], row["metadata"]["annotations"], str(row["data"])) for row in rows)
        for rows in (ours, theirs)
    ]
    assert told[0] == told[1]
    (pod,) = mine(life, "pods", "shipper")
    theirs_pod = found(life, "app%3Dshipper", "one pod of it (controller-revision-hash label)")["items"][0]
    for part in ("affinity", "tolerations", "nodeSelector"):
        assert pod["spec"][part] == theirs_pod["spec"][part]
    assert pod["metadata"]["labels"].keys() == theirs_pod["metadata"]["labels"].keys()
    assert pod["metadata"]["labels"]["pod-template-generation"] == "4"


def settled(daemonset: Object) -> bool:
    """Its pod is there: between the end of the old and the beginning of the new one the recording blinked."""
    return bool(daemonset["status"]["currentNumberScheduled"])


def test_the_life_of_a_job_and_of_the_cronjob_behind_it(life: RecordedLife) -> None:
    made = life.send("create cronjob")
    body = life.exchange("job from the cronjob as kubectl does").request["body"]
    body["metadata"]["ownerReferences"][0]["uid"] = made["metadata"]["uid"]
    life.send("job from the cronjob as kubectl does")
    life.inside.step(1)
    job(life, "job running")
    assert life.told("cronjobs.batch", "tick")["status"] == {} == life.recorded("cronjob lists it as active")["status"]
    life.send("suspend the job")
    life.inside.step(2)
    job(life, "job suspended: condition, startTime gone")
    assert life.inside.store.list("pods", NAMESPACE) == []
    life.send("resume the job")
    life.inside.step(1)
    job(life, "job resumed")
    (pod,) = life.inside.store.list("pods", NAMESPACE)
    play = PodPlay(life.inside, runs=lambda pod: False)
    play.say(pod["metadata"]["name"], "Succeeded", namespace=NAMESPACE)
    life.inside.step(1)
    job(life, "job complete")
    assert life.told("cronjobs.batch", "tick")["status"] == life.recorded("cronjob after it")["status"]
    life.send("a complete job cannot be suspended")
    life.inside.step(1)
    assert life.told("jobs.batch", "by-hand")["status"] == life.recorded("a complete job cannot be suspended")["status"]


def job(life: RecordedLife, exchange: str) -> None:
    told = life.told("jobs.batch", "by-hand")
    assert told["status"] == life.recorded(exchange)["status"], exchange


def test_a_job_that_is_not_done_in_time(life: RecordedLife) -> None:
    """As the recording but for the pod: there it came to its end by itself, here it is deleted and has failed."""
    life.send("create a job that cannot finish in time")
    life.inside.step(5)
    status = life.told("jobs.batch", "slow")["status"]
    theirs = life.recorded("job failed: conditions")["status"]
    assert status["conditions"] == theirs["conditions"]
    assert status == {name: value for name, value in theirs.items() if name != "succeeded"} | {"failed": 1}


def test_a_quota_that_is_used_up(life: RecordedLife, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = life.recorded("ReplicaFailure")
    words = theirs["status"]["conditions"][2]["message"]
    create = life.inside.registry.create
    their_names = marks(life.exchange("ReplicaFailure on the replicaset").body["items"])

    def ours_of(text: str) -> str:
        """The recorded refusal, about a pod of our ReplicaSet."""
        hashes = zip(their_names, marks(mine(life, "replicasets.apps", "failing")), strict=True)
        for theirs_hash, our_hash in hashes:
            text = text.replace(theirs_hash, our_hash)
        return text

    def refusing(obj: Object, *rest: Any, **options: Any) -> Object:
        if obj["kind"] == "Pod":
            raise Refusal(403, "Forbidden", ours_of(words))
        return create(obj, *rest, **options)

    monkeypatch.setattr(life.inside.registry, "create", refusing)
    life.send("create failing")
    life.inside.step(5)
    ours = marks(mine(life, "replicasets.apps", "failing"))
    items = life.exchange("ReplicaFailure on the replicaset").body["items"]
    assert named(life.told("deployments.apps", "failing"), ours) == named(theirs, marks(items))
    (owner,) = mine(life, "replicasets.apps", "failing")
    assert named(plain(owner), ours) == named(plain(items[0]), marks(items))
    events = [each for each in life.inside.store.list("events") if each["reason"] == "FailedCreate"]
    assert [(each["type"], each["message"]) for each in events] == [("Warning", f"Error creating: {ours_of(words)}")]
    assert events[0]["count"] > 1
    monkeypatch.undo()
    life.inside.step(20)
    assert "conditions" not in life.told("replicasets.apps", owner["metadata"]["name"])["status"]
    conditions = life.told("deployments.apps", "failing")["status"]["conditions"]
    assert [(row["type"], row["status"]) for row in conditions] == [("Available", "True"), ("Progressing", "True")]
