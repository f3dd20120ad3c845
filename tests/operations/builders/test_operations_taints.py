"""Taints: kubectl's tables and recordings, the way back, and what they would do to pods."""

from typing import Any

import pytest

from k8stui.model import tree
from k8stui.model.kinds import NODES
from k8stui.model.objects import ObjectRow
from k8stui.model.taint import Taint
from k8stui.operations.builders import taints
from k8stui.operations.building import AlreadySoError, UnableError, build
from k8stui.operations.mutation import STRATEGIC, Risk, at
from tests.support.golden import found, needed, recorded, same, table, wrote

Case = dict[str, Any]
NOW = 1_790_000_000.0


def row(key: str, value: str = "", effect: str = "NoSchedule") -> dict[str, str]:
    return {"key": key, **({"value": value} if value else {}), "effect": effect}


def node(*have: dict[str, str], name: str = "n1") -> ObjectRow:
    return found(NODES, name, spec={"taints": list(have)} if have else {})


def read(rows: list[Case]) -> list[Taint]:
    return [Taint(each["key"], each.get("value", ""), each["effect"]) for each in rows]


def kept(rows: list[Case]) -> list[Case]:
    """As they stand in a table, whichever fields are left out there."""
    return sorted(
        ({key: value for key, value in each.items() if value} for each in rows),
        key=lambda each: (each["key"], each["effect"]),
    )


# ---- kubectl's tables


@needed
@pytest.mark.parametrize("case", table("taints", "TestTaint"))
def test_taint(case: Case) -> None:
    words = [word for word in case["args"][2:] if not word.startswith("--")]
    target = node(*case["existing"], name=case["args"][1])
    if case["error"]:
        with pytest.raises(UnableError):
            taints.taint(target, words=words, overwrite="--overwrite" in case["args"])
        return
    mutation = taints.taint(target, words=words, overwrite="--overwrite" in case["args"])
    assert kept(mutation.request.decoded()["spec"]["taints"] or []) == kept(case["expected"])


@needed
@pytest.mark.parametrize("case", table("taints", "TestParseTaints"))
def test_parse(case: Case) -> None:
    if case["error"]:
        with pytest.raises(UnableError):
            taints.parse(case["args"])
        return
    spec = taints.parse(case["args"])
    assert list(spec.add) == read(case["add"])
    assert list(spec.remove) == read(case["remove"])


@needed
@pytest.mark.parametrize("case", table("taints", "TestReorganizeTaints"))
def test_reorganized(case: Case) -> None:
    spec = taints.Spec(tuple(read(case["add"])), tuple(read(case["remove"])))
    if case["error"]:
        with pytest.raises(UnableError, match=r'^taint "foo_1:NoSchedule" not found$'):
            taints.reorganized(case["existing"], spec, overwrite=case["overwrite"])
        return
    verb, rows = taints.reorganized(case["existing"], spec, overwrite=case["overwrite"])
    assert (verb, read(rows)) == (case["operation"], read(case["expected"]))


@needed
@pytest.mark.parametrize("case", table("taints", "TestDeleteTaint", "TestDeleteTaintByKey"))
def test_without(case: Case) -> None:
    out = Taint(case["key"], "", "") if "key" in case else read([case["taint"]])[0]
    rest = taints.without(case["existing"], out)
    assert read(rest) == read(case["expected"])
    assert (len(rest) < len(case["existing"])) is case["removed"]


@needed
@pytest.mark.parametrize("case", table("taints", "TestCheckIfTaintsAlreadyExists"))
def test_clashing(case: Case) -> None:
    assert taints.clashing(case["existing"], read(case["add"])) == case["expected"]


# ---- what the real kubectl sent

HAVE = {
    "taint add": (),
    "taint same again no overwrite": (row("k", "v"),),
    "taint overwrite value": (row("k", "v"),),
    "taint remove key:effect": (row("dedicated", "a"), row("dedicated", "a", "NoExecute")),
    "taint remove key": (row("dedicated", "a", "NoExecute"),),
    "taint remove missing": (row("k", "w"),),
    "taint no value": (),
}


@pytest.mark.parametrize("title", HAVE)
def test_recorded_requests(title: str) -> None:
    recording = recorded("node_ops", title)
    _, _, _, name, *words = recording["command"].split()
    target = node(*HAVE[title], name=name)
    given: dict[str, Any] = {
        "words": [word for word in words if word != "--overwrite"],
        "overwrite": "--overwrite" in words,
    }
    if recording["exitCode"]:
        with pytest.raises(UnableError) as caught:
            taints.taint(target, **given)
        assert recording["stderr"] == f"error: {caught.value}\n"
        return
    mutation = taints.taint(target, **given)
    (request,) = wrote(recording)
    same(mutation, request)
    assert f"{mutation.done}\n" == recording["stdout"]
    assert mutation.kubectl == recording["command"]


# ---- safer than kubectl, and the way back


def test_the_list_is_pinned_to_the_node_and_the_version_that_were_read() -> None:
    request = taints.taint(node(), words="k=v:NoSchedule").request
    assert request.decoded()["metadata"] == {"uid": "uid-1", "resourceVersion": "7"}
    assert request.content_type == STRATEGIC
    assert request.query == (("fieldManager", "kubectl-taint"), ("fieldValidation", "Strict"))


def test_fields_of_other_taints_stay_as_they_are() -> None:
    unreachable = {**row("node.kubernetes.io/unreachable", "", "NoExecute"), "timeAdded": "2026-09-21T14:00:00Z"}
    mutation = taints.taint(node(unreachable), words="k:NoSchedule")
    assert mutation.request.decoded()["spec"]["taints"] == [row("k"), unreachable]


@pytest.mark.parametrize(
    ("have", "words", "overwrite"),
    [
        ((), "k=v:NoSchedule", False),
        ((row("k", "v"), row("l")), "k=w:NoSchedule l- m:NoExecute", True),
        ((row("k", "v"), row("k", "v", "NoExecute")), "k-", False),
    ],
)
def test_the_way_back(have: tuple[dict[str, str], ...], words: str, overwrite: bool) -> None:
    mutation = taints.taint(node(*have), words=words, overwrite=overwrite)
    after = mutation.request.decoded()["spec"]
    assert mutation.inverse is not None
    changed = found(NODES, "n1", spec={key: value for key, value in after.items() if value})
    assert all(at(changed.exact(), pointer) == value for pointer, value in mutation.inverse.expects.items())
    back = build(mutation.inverse.builder, changed, mutation.inverse.args)
    assert kept(back.request.decoded()["spec"]["taints"] or []) == kept(list(have))


def test_nothing_is_sent_where_nothing_changes() -> None:
    with pytest.raises(AlreadySoError, match=r"^node/n1 has these taints already$"):
        taints.taint(node(row("l"), row("k", "v")), words="k=v:NoSchedule", overwrite=True)


def test_no_execute_is_destructive_unless_it_evicts_nobody() -> None:
    assert taints.taint(node(), words="k:NoExecute").risk is Risk.DESTRUCTIVE
    assert taints.taint(node(), words="k:NoExecute", evicts=3).risk is Risk.DESTRUCTIVE
    assert taints.taint(node(), words="k:NoExecute", evicts=0).risk is Risk.CHANGE
    assert taints.taint(node(), words="k:NoSchedule").risk is Risk.CHANGE
    assert taints.taint(node(row("k", "", "NoExecute")), words="k-").risk is Risk.CHANGE


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "at least one taint update is required: write key=value:Effect"),
        ("a=b", "invalid taint spec: a=b: write key=value:Effect or key:Effect to add, key:Effect- or key- to remove"),
        ("a", "invalid taint spec: a: write "),
        ("a:b:c", "invalid taint spec: a:b:c: write "),
        ("a=b=c:NoSchedule", "invalid taint spec: a=b=c:NoSchedule: write "),
        ("a=b-", "invalid taint spec: a=b: write "),
        ("a=b:NoExcute", "invalid taint effect: NoExcute, unsupported taint effect: it is one of NoSchedule, Prefer"),
        ("a=1:noschedule-", "invalid taint effect: noschedule, unsupported taint effect"),
        ("k^=b:NoSchedule", "invalid taint spec: k^=b:NoSchedule, 'k^' is no taint key: at most 63 letters"),
        ("k=b!:NoSchedule", "invalid taint spec: k=b!:NoSchedule, 'b!' is no taint value: up to 63 letters"),
        ("-", "invalid taint spec: , '' is no taint key"),
        ("a:NoSchedule a=1:NoSchedule", "duplicated taints with the same key and effect: a=1:NoSchedule"),
        ("a:NoSchedule a-", "can not both modify and remove the following taint(s) in the same command: a="),
        (
            "a:NoSchedule a:NoSchedule-",
            "can not both modify and remove the following taint(s) in the same command: a=No",
        ),
    ],
)
def test_wrong_taints_get_a_sentence(given: str, says: str) -> None:
    with pytest.raises(UnableError) as caught:
        taints.taint(node(), words=given)
    assert str(caught.value).startswith(says)


def test_a_node_with_hostile_taints_is_said_cleanly() -> None:
    target = node({"key": "a\x1b[2J", "value": "b\n", "effect": "NoSchedule"})
    mutation = taints.taint(target, words="k:NoSchedule")
    assert all(text.isprintable() for text in mutation.before["taints"])
    assert tree.rows(mutation.request.decoded(), "spec", "taints")[1]["key"] == "a\x1b[2J"
