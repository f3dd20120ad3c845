"""Which pod of several is meant: kubectl's own cases, and what they leave out."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from k8stui.model import tree
from k8stui.model.pod_choice import Order, active_order, for_session, logging_order
from k8stui.model.pod_raw import RawPod
from k8stui.model.pod_row import row
from tests.support.golden import table
from tests.support.objects import pod

Object = dict[str, Any]


@pytest.mark.parametrize("case", table("pod_sort", "TestActivePods"))
def test_the_order_in_which_pods_are_given_up(case: Object) -> None:
    first, second = case["pod1"], case["pod2"]
    assert active_order(first) < active_order(second)
    assert for_session([first, second]) == [second, first]


def for_logs(pods: Iterable[Object]) -> list[Object]:
    """By their rows."""

    def order(each: Object) -> Order:
        known = {"name": "any", "uid": "any"} | each.get("metadata", {})
        return logging_order(row(msgspec.json.decode(msgspec.json.encode({**each, "metadata": known}), type=RawPod)))

    return sorted(pods, key=order)


@pytest.mark.parametrize("case", table("pod_sort", "TestGetFirstPod", "TestGetPodList"))
def test_the_pod_that_a_workload_means(case: Object) -> None:
    given = case["podList"]["items"]
    if "one unhealthy, one healthy" in case["name"]:
        pytest.skip("its pods are Ready by their condition and have a container that is not: no kubelet says so")
    order = for_session if "attach" in case["name"] else for_logs
    if "items" in case["expected"]:
        assert order(reversed(given)) == case["expected"]["items"]
    else:
        assert order(reversed(given))[0] == case["expected"]


def made(
    name: str, *, restarts: int = 0, ready: str = "", node: str = "n", phase: str = "Running", **meta: Any
) -> Object:
    """A pod, ready since then or (empty) not."""
    found = pod(name, node=node, phase=phase, uid=f"uid-{name}", **meta)
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": ready} if ready else {"type": "Ready"}
    found["status"]["conditions"] = [condition]
    found["status"]["containerStatuses"][0] |= {"restartCount": restarts, "ready": bool(ready)}
    return found


OLD, NEW = "2026-09-21T10:00:00Z", "2026-09-21T12:00:00Z"


def test_logs_prefer_what_restarted_and_sessions_what_did_not() -> None:
    calm, shaken = made("calm", ready=OLD), made("shaken", ready=OLD, restarts=3)
    assert [tree.name(each) for each in for_logs([calm, shaken])] == ["shaken", "calm"]
    assert [tree.name(each) for each in for_session([shaken, calm])] == ["calm", "shaken"]


def test_sessions_prefer_what_has_been_ready_for_long_and_both_what_is_old() -> None:
    early, late = made("early", ready=OLD), made("late", ready=NEW)
    assert [tree.name(each) for each in for_session([late, early])] == ["early", "late"]
    first, second = made("a", creationTimestamp=OLD), made("b", creationTimestamp=NEW)
    assert for_session([second, first]) == for_logs([second, first]) == [first, second]


def test_logs_prefer_running_pods_but_not_over_ones_without_a_phase() -> None:
    """Go's map gives 0 for what it does not know: a pod that has ended stands beside one that runs."""
    pods = [made("a", phase="Pending"), made("b", phase="Unknown"), made("c", node=""), made("d", phase="Succeeded")]
    assert [tree.name(each) for each in for_logs([*pods, made("e", ready=OLD)])] == ["e", "d", "b", "a", "c"]


def test_equal_pods_stay_as_they_came() -> None:
    pods = [made(name) for name in "bca"]
    assert for_session(pods) == for_logs(pods) == pods


def test_logs_prefer_ready_restarted_and_old_pods() -> None:
    pods = [
        made("ready", ready=OLD, creationTimestamp=NEW),
        made("old", ready=OLD, creationTimestamp=OLD),
        made("shaken", ready=OLD, restarts=2, creationTimestamp=NEW),
        made("unready", restarts=9, creationTimestamp=OLD),
        made("pending", phase="Pending", creationTimestamp=OLD),
        made("nowhere", phase="Pending", node="", creationTimestamp=OLD),
    ]
    by_row = [tree.name(each) for each in for_logs(pods)]
    assert by_row == ["shaken", "old", "ready", "unready", "pending", "nowhere"]


def test_odd_pods_break_nothing() -> None:
    odd: list[Object] = [
        {},
        {"spec": 7, "status": []},
        {"metadata": {"creationTimestamp": "soon"}, "status": {"phase": 3}},
    ]
    assert len(for_session(odd)) == 3
