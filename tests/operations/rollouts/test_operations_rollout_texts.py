"""What the rollout page says of revisions, differences and pods."""

import pytest
from msgspec import structs

from k8stui.model.columns import Tone
from k8stui.operations.builders.revisions import Revision, revisions
from k8stui.operations.rollouts.pods import Tally, tally
from k8stui.operations.rollouts.texts import COLUMNS, RevisionLine, aim, cause, comparison, pod_lines, pods_title, state
from tests.support.decoded import NOW, ago, ended, status, waiting
from tests.support.decoded import pod as pod_of
from tests.support.revised import deployment, replica_set

KILLED = {
    "containerStatuses": [
        status(waiting("CrashLoopBackOff"), ready=False, restartCount=7, lastState=ended("OOMKilled", 137))
    ]
}
LIMITED = {
    "containers": [{"name": "main", "image": "web:1", "resources": {"limits": {"memory": "64Mi"}}}],
    "nodeName": "worker-1",
}


def known(image: str = "web:3") -> list[Revision]:
    return revisions(deployment(image), [replica_set(number, f"web:{number}") for number in (1, 2, 3)])


def test_a_line_of_the_table() -> None:
    newest, *_ = known()
    line = RevisionLine(structs.replace(newest, author="kubectl-set", images=("registry.example/shop/web:3",)), Tally())
    cells = {column.title: column.text(line, NOW) for column in COLUMNS}
    assert cells["REV"] == "3 now"
    assert cells["IMAGE"] == "web:3"
    assert cells["CAUSE / AUTHOR"] == "v3 (by kubectl-set)"
    assert cells["PODS"] == ""


def test_cause_and_author_are_told_as_far_as_they_are_known() -> None:
    newest, *_ = known()
    assert cause(newest) == "v3"
    assert cause(structs.replace(newest, cause="", author="helm")) == "by helm"
    assert cause(structs.replace(newest, cause="")) == ""


@pytest.mark.parametrize(
    ("chosen", "marked", "pair", "words"),
    [
        (0, [], (2, 3), "What revision 3 changed of revision 2"),
        (2, [], (3, 1), "An undo to revision 1 would change (U)"),
        (0, ["rs-web-11", "rs-web-22"], (1, 2), "From revision 1 to 2 (marked)"),
        (2, ["rs-web-11"], (3, 1), "An undo to revision 1 would change (U)"),
    ],
)
def test_which_two_are_compared(chosen: int, marked: list[str], pair: tuple[int, int], words: str) -> None:
    rows = known()
    found = comparison(rows, rows[chosen], marked)
    assert found is not None
    assert (found[0].number, found[1].number) == pair
    assert found[2] == words


def test_with_one_revision_there_is_nothing_to_compare() -> None:
    rows = known()
    assert comparison(rows[:1], rows[0], []) is None
    assert comparison([], None, []) is None


def test_where_an_undo_leads() -> None:
    rows = known()
    assert aim(rows, rows[0]) is rows[1]  # as kubectl's does
    assert aim(rows, rows[2]) is rows[2]
    assert aim(rows[:1], rows[0]) is None
    assert aim(rows, None) is None
    older = known("web:1")  # rolled back by an edit: the current one is not the highest
    assert aim(older, older[2]) is older[0]
    assert aim(older, older[0]) is older[0]


def test_how_a_pod_that_was_killed_is_told() -> None:
    assert state(pod_of(spec=LIMITED, status=KILLED)) == (
        "CrashLoopBackOff, exit 137 OOMKilled (limit 64Mi), 7 restarts, on worker-1"
    )


def test_others_that_fail_alike_are_told_shortly_and_many_are_counted() -> None:
    pods = [
        pod_of({"name": f"web-{at}", "uid": f"p-{at}", "creationTimestamp": ago(60)}, LIMITED, KILLED)
        for at in range(6)
    ]
    other = pod_of({"name": "web-x", "uid": "p-x"}, LIMITED, {"containerStatuses": [status(waiting("ErrImagePull"))]})
    lines = pod_lines([*pods[:1], other, *pods[1:]], pods[0], {Tone.BAD: "✖"}, NOW)
    assert lines[0].text.startswith("✖ web-0  CrashLoopBackOff")
    assert lines[1].text.startswith("✖ web-x  ErrImagePull")
    assert lines[2].text == "✖ web-1  same"
    assert lines[-1].text == "  and 3 more pods"
    assert lines[0].target == pods[0].ref


def test_the_title_of_the_pods() -> None:
    rows = known()
    assert pods_title(rows[0], tally([], NOW)) == "Pods of revision 3: none"
    assert pods_title(None, Tally()) == "Pods"
