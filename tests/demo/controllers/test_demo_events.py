"""Events as components write them."""

from typing import Any

from k8stui.demo.controllers.events import Expiry, Recorder
from tests.support.inside import Inside

Object = dict[str, Any]


def pod(inside: Inside) -> Object:
    spec = {"containers": [{"name": "app", "image": "busybox"}]}
    return inside.registry.create(
        {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}
    )


def test_the_same_again_is_counted_in_place(inside: Inside) -> None:
    recorder = Recorder(inside.world, "kubelet", "worker-1")
    made = pod(inside)
    for _ in range(3):
        recorder.event(made, "Warning", "BackOff", "Back-off restarting", "spec.containers{app}")
        inside.step(5)
    (found,) = inside.store.list("events", "shop")
    assert found["count"] == 3
    assert found["lastTimestamp"] > found["firstTimestamp"]
    assert found["source"] == {"component": "kubelet", "host": "worker-1"}
    assert found["reportingInstance"] == "worker-1"
    assert found["involvedObject"]["fieldPath"] == "spec.containers{app}"
    assert found["involvedObject"]["uid"] == made["metadata"]["uid"]


def test_another_message_is_another_event(inside: Inside) -> None:
    recorder = Recorder(inside.world, "replicaset-controller")
    made = pod(inside)
    recorder.event(made, "Normal", "SuccessfulCreate", "Created pod: a")
    recorder.event(made, "Normal", "SuccessfulCreate", "Created pod: b")
    assert len(inside.store.list("events", "shop")) == 2


def test_one_that_was_deleted_is_made_anew(inside: Inside) -> None:
    recorder = Recorder(inside.world, "kubelet", "worker-1")
    made = pod(inside)
    recorder.event(made, "Normal", "Pulled", "here")
    (found,) = inside.store.list("events", "shop")
    inside.store.delete("events", found["metadata"]["name"], "shop")
    recorder.event(made, "Normal", "Pulled", "here")
    (again,) = inside.store.list("events", "shop")
    assert again["count"] == 1


def test_events_about_nodes_are_in_the_namespace_default(inside: Inside) -> None:
    Recorder(inside.world, "kubelet", "edge-1").event(
        {"kind": "Node", "name": "edge-1", "uid": "edge-1"},
        "Normal",
        "NodeReady",
        "Node edge-1 status is now: NodeReady",
    )
    assert [each["involvedObject"]["name"] for each in inside.store.list("events", "default")] == ["edge-1"]


def test_the_schedulers_have_a_time_and_no_count(inside: Inside) -> None:
    recorder = Recorder(inside.world, "default-scheduler", "cp-1")
    recorder.modern(pod(inside), "Warning", "FailedScheduling", "0/0 nodes are available", "Scheduling")
    (found,) = inside.store.list("events", "shop")
    assert found["eventTime"].endswith("Z")
    assert "." in found["eventTime"]
    assert found["firstTimestamp"] is None
    assert "count" not in found
    assert found["reportingInstance"] == "default-scheduler-cp-1"


def test_events_go_an_hour_after_their_last_change(inside: Inside) -> None:
    Expiry(inside.world)
    recorder = Recorder(inside.world, "kubelet", "worker-1")
    made = pod(inside)
    recorder.event(made, "Normal", "Old", "once")
    for _ in range(50):
        recorder.event(made, "Normal", "Live", "again and again")
        inside.step(80)
    assert [each["reason"] for each in inside.store.list("events", "shop")] == ["Live"]
