"""What keeps a change of the journal from being taken back, and what has to be said before it is."""

from typing import Any

import msgspec
import pytest

from k8stui.model.kinds import NODES, SECRETS, Kind, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import UnableError
from k8stui.operations.journal.taking_back import against, no_way, pending, refusal, uncertain
from k8stui.operations.mutation import Inverse
from tests.support.clock import START
from tests.support.journals import entry

BACK = Inverse("nodes.cordon", {"on": False}, {"/spec/unschedulable": True})


def object_row(tree: dict[str, object], kind: Kind = NODES) -> ObjectRow:
    body = {"metadata": {"name": "worker-1", "uid": "uid-worker-1"}} | tree
    return ObjectRow(Ref(kind, "", "worker-1", "uid-worker-1"), "1", (), msgspec.json.encode(body))


CORDONED = object_row({"spec": {"unschedulable": True}})


def test_what_was_done_here_can_be_taken_back() -> None:
    assert refusal(entry(inverse=BACK), "embedded") == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"undone": True}, "taken back already"),
        ({"result": "refused"}, "Nothing was changed"),
        ({"result": "gone"}, "Nothing was changed"),
        ({"result": "conflict"}, "Nothing was changed"),
        ({"inverse": None}, "no way back: the journal keeps"),
        ({"inverse": None, "builder": "rollout.restart"}, "a restart has nothing to go back to"),
        ({"inverse": None, "builder": "removing.delete"}, "create it again from its manifest"),
        ({"inverse": None, "builder": "environment.env"}, "values of an environment are not kept"),
        ({"inverse": None, "builder": "drain"}, "uncordon"),
        ({"context": "prod"}, "That was in prod, and embedded is open: type :ctx prod, then J"),
        ({"uid": ""}, "It is not known which object that made"),
        ({"result": "", "inverse": Inverse("nodes.cordon", {"on": False})}, "It is not known whether it was done"),
        (
            {"result": "unknown", "inverse": Inverse("nodes.cordon", {"on": False})},
            "It is not known whether it was done",
        ),
    ],
)
def test_why_not(fields: dict[str, Any], words: str) -> None:
    said = refusal(entry(**({"inverse": BACK} | fields)), "embedded")
    assert said.endswith(" (cordon worker-1)")
    assert words in said


def test_hostile_texts_are_clean_in_what_is_said() -> None:
    said = refusal(entry(says="cordon \x1b[31mx", context="p\x1b]0;x", inverse=BACK), "embedded")
    assert said.isprintable()


def test_nothing_stands_against_it_where_all_is_as_it_was_set() -> None:
    assert against(entry(inverse=BACK), CORDONED) == []


def test_a_field_that_somebody_changed_since_is_named_with_both_values() -> None:
    back = Inverse("scaling.scale", {"replicas": 3}, {"/spec/replicas": 5})
    said = against(entry(inverse=back), object_row({"spec": {"replicas": 7}}))
    assert said == ["Somebody has changed worker-1 since: spec.replicas is 7, and was set to 5"]


def test_a_field_that_is_gone_or_hostile_is_told_in_one_line() -> None:
    back = Inverse("metadata.labels", {}, {"/metadata/labels/a~1b": "x", "/spec/list": [1]})
    said = against(entry(inverse=back), object_row({"spec": {"list": ["\x1b[2J" * 50]}}))
    assert said[0] == "Somebody has changed worker-1 since: metadata.labels.a/b is not set, and was set to x"
    assert said[1].isprintable()
    assert len(said[1]) < 200


def test_false_and_not_there_are_the_same() -> None:
    back = Inverse("nodes.cordon", {"on": True}, {"/spec/unschedulable": None})
    assert against(entry(inverse=back), object_row({"spec": {"unschedulable": False}})) == []
    back = Inverse("suspending.suspend", {"on": True}, {"/spec/suspend": False})
    assert against(entry(inverse=back), object_row({"spec": {}})) == []


def test_of_a_secret_no_value_is_told() -> None:
    back = Inverse("x.y", {}, {"/data/password": "b2xk", "/metadata/labels/a": "b"})
    said = against(entry(inverse=back), object_row({"data": {"password": "bmV3"}}, SECRETS))
    assert said[0] == "Somebody has changed data.password of worker-1 since"
    assert "bmV3" not in " ".join(said)


@pytest.mark.parametrize("result", ["", "unknown"])
def test_what_nobody_knows_of_is_taken_back_only_where_it_looks_done(result: str) -> None:
    cut = entry(result=result, inverse=BACK)
    assert uncertain(cut)
    assert refusal(cut, "embedded") == ""
    assert against(cut, CORDONED) == ["It was never known whether that was done; worker-1 looks as if it was"]
    with pytest.raises(UnableError, match="does not look as if that had been done"):
        against(cut, object_row({"spec": {}}))


def test_an_outcome_may_still_come_in_this_run_and_for_a_while_of_another() -> None:
    sent = entry(result="", at=START)
    assert pending(sent, START + 3600, ours=True)
    assert pending(sent, START + 30, ours=False)
    assert not pending(sent, START + 90, ours=False)
    assert not pending(entry(at=START), START, ours=True)


def test_every_builder_without_a_way_back_says_why() -> None:
    said = {no_way(entry(builder=name)) for name in ("removing.delete", "evictions.evict", "removing.finalizer")}
    assert len(said) == 3
