"""Tolerations against taints by the scheduler's rules, and what a node's taints mean for pods there and waiting."""

from typing import Any

import pytest

from k8stui.model.columns import Tone
from k8stui.model.describe import taints_of_node
from k8stui.model.document import Subject
from k8stui.model.kinds import NODES
from k8stui.model.taint import Taint, Toleration, stay, taints_of, tolerates, tolerations_of, untolerated
from tests.support.decoded import NOW, ago, raw_node, raw_pod

GPU = Taint("dedicated", "gpu", "NoSchedule")
GONE = Taint("node.kubernetes.io/unreachable", "", "NoExecute", NOW - 60)


@pytest.mark.parametrize(
    ("toleration", "taint", "covers"),
    [
        (Toleration("dedicated", "Equal", "gpu", "NoSchedule"), GPU, True),
        (Toleration("dedicated", "Equal", "gpu"), GPU, True),
        (Toleration("dedicated", "Equal", "cpu"), GPU, False),
        (Toleration("dedicated", "Equal", "gpu", "NoExecute"), GPU, False),
        (Toleration("dedicated", "Exists"), GPU, True),
        (Toleration("dedicated", "Exists", effect="NoSchedule"), GPU, True),
        (Toleration("Dedicated", "Exists"), GPU, False),
        (Toleration(operator="Exists"), GPU, True),
        (Toleration(operator="Exists", effect="NoExecute"), GPU, False),
        (Toleration(operator="Equal", value="gpu"), GPU, True),
        (Toleration(operator="Equal"), GPU, False),
        (Toleration(operator="Equal"), GONE, True),
        (Toleration("dedicated", "In", "gpu"), GPU, False),
    ],
)
def test_tolerates(toleration: Toleration, taint: Taint, covers: bool) -> None:
    assert tolerates(toleration, taint) is covers


def test_tolerations_are_read_from_a_pod_whatever_stands_there() -> None:
    pod = raw_pod(
        spec={"tolerations": [{"key": "a"}, {"operator": "Exists", "tolerationSeconds": 0}, "odd", {"key": 3}]}
    )
    found = tolerations_of(pod)
    assert found[:2] == [Toleration("a"), Toleration(operator="Exists", seconds=0)]
    assert tolerations_of({}) == tolerations_of({"spec": {"tolerations": "odd"}}) == []


def test_what_keeps_a_pod_off_are_hard_taints_that_it_does_not_tolerate() -> None:
    soft = Taint("soft", "", "PreferNoSchedule")
    assert untolerated([], [GPU, soft, GONE]) == [GPU, GONE]
    assert untolerated([Toleration("dedicated", "Exists")], [GPU, soft, GONE]) == [GONE]
    assert untolerated([], [GPU, soft], ("PreferNoSchedule",)) == [soft]


def test_how_long_a_pod_may_stay() -> None:
    other = Taint("other", "", "NoExecute", NOW)
    assert stay([], [GPU]) is None
    assert stay([], [GPU, GONE]) == (GONE, 0)
    assert stay([Toleration(operator="Exists")], [GONE, other]) is None
    five = Toleration(GONE.key, "Exists", seconds=300)
    assert stay([five], [GONE]) == (GONE, 300)
    assert stay([five], [GONE, other]) == (other, 0), "one that is not tolerated counts before any grace"
    assert stay([five, Toleration("other", "Exists", seconds=30)], [GONE, other]) == (other, 30)
    assert stay([five, Toleration(GONE.key, "Exists", seconds=10)], [GONE]) == (GONE, 300), "the first that covers it"
    assert stay([Toleration(GONE.key, "Exists", seconds=-4)], [GONE]) == (GONE, 0)


def test_taints_of_a_node_come_with_the_worst_first() -> None:
    node = raw_node(
        taints=[{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute", "timeAdded": ago(5)}]
    )
    assert taints_of(node) == [Taint("b", "", "NoExecute", NOW - 5), Taint("a", "", "NoSchedule")]


# ---- the section of the description

UNREACHABLE = {"key": GONE.key, "effect": "NoExecute", "timeAdded": ago(60)}


def pod(name: str, *tolerations: dict[str, Any], placed: bool = True, **meta: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"tolerations": list(tolerations)} | ({} if placed else {"nodeName": ""})
    found = raw_pod({"name": name, "uid": f"u-{name}", **meta}, spec)
    return found if placed else found | {"status": {"phase": "Pending"}}


def said(
    taints: list[dict[str, Any]], here: list[Any] | None = None, unplaced: list[Any] | None = None, **missing: str
) -> list[tuple[str, Tone]]:
    subject = Subject(NODES, raw_node(taints=taints), {"pods": here or [], "unplaced": unplaced or []}, missing)
    return [(line.text, line.tone) for line in taints_of_node.lines(subject, NOW)]


def test_a_countdown_for_each_pod_that_has_to_leave_the_first_to_go_first() -> None:
    usual = {"key": GONE.key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    here = [
        pod("slow", usual),
        pod("quick", usual | {"tolerationSeconds": 90}),
        pod("late", usual | {"tolerationSeconds": 10}),
        pod("none"),
        pod("agent", {"operator": "Exists"}),
        pod("going", deletionTimestamp=ago(3)),
    ]
    assert said([UNREACHABLE], here) == [
        ("Pods and Taints:", Tone.PLAIN),
        (f"  shop/none does not tolerate {GONE}: it is evicted", Tone.BAD),
        (f"  shop/late tolerated {GONE} for 10s: its eviction is due", Tone.BAD),
        (f"  shop/quick tolerates {GONE} for 90s: evicted in 30s", Tone.WARNING),
        (f"  shop/slow tolerates {GONE} for 5m: evicted in 4m", Tone.WARNING),
    ]


def test_pods_that_wait_and_are_kept_off_and_those_that_run_on() -> None:
    gpu = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
    willing = {"key": "dedicated", "operator": "Exists"}
    waiting = [pod("search", placed=False), pod("train", willing, placed=False)]
    assert said([gpu], [pod("a"), pod("b"), pod("c", willing)], waiting) == [
        ("Pods and Taints:", Tone.PLAIN),
        (
            "  2 pods do not tolerate dedicated=gpu:NoSchedule: running on, but would not be placed here again",
            Tone.MUTED,
        ),
        ("  shop/search is Pending; kept off this node by dedicated=gpu:NoSchedule", Tone.WARNING),
    ]


def test_lines_lead_to_their_pods() -> None:
    subject = Subject(NODES, raw_node(taints=[UNREACHABLE]), {"pods": [pod("web")]})
    target = taints_of_node.lines(subject, NOW)[1].target
    assert target is not None
    assert (target.namespace, target.name, target.uid) == ("shop", "web", "u-web")


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    assert said([], [pod("a")], [pod("b", placed=False)]) == []
    assert said([UNREACHABLE]) == []
    assert taints_of_node.wants(raw_node()) == ()
    assert [want.name for want in taints_of_node.wants(raw_node(taints=[UNREACHABLE]))] == ["unplaced"]


def test_many_are_counted_and_what_may_not_be_read_is_said() -> None:
    gpu = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}
    found = said([gpu], [], [pod(f"p{number:02}", placed=False) for number in range(30)])
    assert len(found) == 22
    assert found[-1] == ("  and 10 more", Tone.MUTED)
    subject = Subject(NODES, raw_node(taints=[gpu]), {}, {"unplaced": "You may not list pods."})
    assert taints_of_node.lines(subject, NOW)[-1].text.endswith("are not known: You may not list pods.")
