"""What taints would do to pods, before they are set."""

from typing import Any

from k8stui.model.columns import Tone
from k8stui.model.kinds import NODES
from k8stui.model.objects import ObjectRow
from k8stui.model.taint import Taint
from k8stui.operations.builders import taints
from k8stui.operations.builders.taint_preview import What, evicted, preview, summary
from tests.support.golden import found

Case = dict[str, Any]
NOW = 1_790_000_000.0


def row(key: str, value: str = "", effect: str = "NoSchedule") -> dict[str, str]:
    return {"key": key, **({"value": value} if value else {}), "effect": effect}


def node(*have: dict[str, str], name: str = "n1") -> ObjectRow:
    return found(NODES, name, spec={"taints": list(have)} if have else {})


def pod(name: str, *tolerations: Case, owner: str = "ReplicaSet", on: str = "n1", **rest: Any) -> Case:
    owners = [{"kind": owner, "name": "web-5f6", "controller": True}] if owner else []
    labels = {"pod-template-hash": "5f6"}
    meta = {"name": name, "namespace": "shop", "uid": name, "labels": labels, "ownerReferences": owners}
    spec = {"nodeName": on, "tolerations": list(tolerations)}
    return {"metadata": meta | rest.pop("metadata", {}), "spec": spec, "status": {"phase": "Running"} | rest}


def tolerates(key: str, **rest: Any) -> Case:
    return {"key": key, "operator": "Exists"} | rest


def shown(have: ObjectRow, words: str, *pods: Case, overwrite: bool = False) -> list[tuple[str, What, str]]:
    new = taints.after(have.exact(), words, overwrite=overwrite)
    return [(each.ref.name, each.what, each.text) for each in preview(have.exact(), pods, new, NOW)]


def test_preview_of_no_execute_tells_who_is_evicted_and_when() -> None:
    rows = shown(
        node(),
        "maint:NoExecute",
        pod("kept", tolerates("maint")),
        pod("soon", tolerates("maint", effect="NoExecute", tolerationSeconds=300)),
        pod("web"),
        pod("alone", owner=""),
        pod("agent", owner="DaemonSet"),
        pod("done", phase="Succeeded"),
        pod("going", metadata={"deletionTimestamp": "2026-09-21T14:00:00Z"}),
        pod("elsewhere", on="n2"),
    )
    assert rows == [
        ("agent", What.EVICTED, f"{SENT}; its DaemonSet puts none here while the taint is there"),
        ("alone", What.EVICTED, f"{SENT}; nothing makes it again"),
        ("web", What.EVICTED, SENT),
        ("soon", What.LATER, "evicted in 5m: it tolerates maint:NoExecute for 5m"),
    ]


SENT = "evicted at once: it does not tolerate maint:NoExecute"


def test_preview_of_no_schedule_tells_who_is_merely_kept_off() -> None:
    rows = shown(
        node(row("old")), "gpu=yes:NoSchedule", pod("web"), pod("ok", tolerates("gpu")), pod("all", tolerates(""))
    )
    assert rows == [
        ("web", What.KEPT_OFF, "runs on; would not be placed here again because of gpu=yes:NoSchedule"),
    ]


def test_preview_of_a_changed_value_and_of_a_removal() -> None:
    have = node(row("team", "a", "NoExecute"))
    equal = {"key": "team", "operator": "Equal", "value": "a", "effect": "NoExecute"}
    assert [each[:2] for each in shown(have, "team=b:NoExecute", pod("web", equal), overwrite=True)] == [
        ("web", What.EVICTED)
    ]
    brief = tolerates("team", tolerationSeconds=600)
    assert shown(have, "team-", pod("web", brief), pod("free", tolerates("team"))) == [
        ("web", What.SPARED, "not evicted by team=a:NoExecute any more")
    ]


def test_what_is_so_already_is_no_effect_of_the_change() -> None:
    have = node(row("team", "a", "NoExecute"), row("old"))
    pods = (pod("soon", tolerates("team", tolerationSeconds=60), tolerates("new")), pod("off", tolerates("team")))
    assert shown(have, "new:NoExecute", *pods) == [
        ("off", What.EVICTED, "evicted at once: it does not tolerate new:NoExecute")
    ]


def test_seconds_count_from_when_a_taint_was_set() -> None:
    set_ = {**row("node.kubernetes.io/unreachable", "", "NoExecute"), "timeAdded": "2026-09-21T14:10:20Z"}
    rows = preview(node().exact(), [pod("web", tolerates(set_["key"], tolerationSeconds=300))], [set_], NOW)
    assert [(each.what, each.at) for each in rows] == [(What.LATER, NOW + 120)]
    assert rows[0].text.startswith("evicted in 2m: it tolerates")


def test_summary_counts_and_warns() -> None:
    new = taints.after(node().exact(), "maint:NoExecute")
    brief = tolerates("maint", tolerationSeconds=60)
    rows = preview(node().exact(), [pod("a"), pod("b", owner=""), pod("c", brief)], new, NOW)
    assert evicted(rows) == 3
    lines = summary(rows, [Taint("node.kubernetes.io/unreachable", "", "NoExecute")])
    assert [line.text for line in lines] == [
        "3 pods are evicted, 1 of them later; disruption budgets are not asked",
        "1 of them is owned by nobody: not made again",
        "The node controller sets and removes node.kubernetes.io/unreachable itself",
    ]
    assert [line.text for line in summary([])] == ["No pod that runs there is touched"]
    assert rows[0].owner == "Deployment web"
    assert rows[0].tone is Tone.BAD
    kept_off = preview(node().exact(), [pod("a")], taints.after(node().exact(), "k:NoSchedule"), NOW)
    assert evicted(kept_off) == 0
    assert [line.text for line in summary(kept_off)] == ["1 pod runs on and would not be placed here again"]
