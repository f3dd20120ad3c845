"""Revisions: what is known of them, undo to any of them, and templates compared by meaning."""

from typing import Any

import pytest

from k8stui.model.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
)
from k8stui.operations import building
from k8stui.operations.builders.revisions import diff, revisions
from k8stui.operations.builders.templates import same as same_template
from k8stui.operations.builders.undo import back, undo
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Risk
from tests.support.golden import found
from tests.support.revised import (
    REVISION,
    Object,
    deployment,
    history,
    owned,
    replica_set,
    revision,
    rolled,
    template,
)

# ---- any revision


def test_revisions_are_told_newest_first_with_what_is_known_of_them() -> None:
    changed: Object = {"fieldsV1": {"f:spec": {"f:template": {"f:spec": {}}}}}
    managed = [
        {"manager": "kubectl-set", "time": "2026-11-02T09:59:59Z", **changed},
        {"manager": "helm", "time": "2026-11-01T10:00:00Z", **changed},
        {"manager": "kube-controller-manager", "time": "2026-11-02T10:00:05Z", "subresource": "status", **changed},
    ]
    known = revisions(deployment(managedFields=managed), history())
    assert [each.number for each in known] == [2, 1]
    assert [each.current for each in known] == [True, False]
    assert [each.cause for each in known] == ["v2", "v1"]
    assert [each.author for each in known] == ["kubectl-set", "helm"]
    assert [each.images for each in known] == [("web:2",), ("web:1",)]
    assert [each.pods for each in known] == [2, 1]
    assert known[1].created == 1793527200.0
    assert "pod-template-hash" not in known[0].template["metadata"]["labels"]


def test_an_author_is_not_guessed() -> None:
    changed: Object = {"fieldsV1": {"f:spec": {"f:template": {}}}}
    managed = [{"manager": "helm", "time": "2026-11-01T11:00:00Z", **changed}]
    assert [each.author for each in revisions(deployment(managedFields=managed), history())] == ["", ""]


def test_a_replica_set_whose_number_cannot_be_read_is_passed_over() -> None:
    broken = replica_set(1, "web:1", annotations={REVISION: "many"})
    assert [each.number for each in revisions(deployment(), [broken, replica_set(2, "web:2")])] == [2]


def test_the_difference_of_two_revisions() -> None:
    known = revisions(deployment(), history())
    lines = [line.text for line in diff(known[1], known[0])]
    assert any(line.startswith("-") and "web:1" in line for line in lines)
    assert any(line.startswith("+") and "web:2" in line for line in lines)
    assert not any("pod-template-hash" in line for line in lines)
    assert not diff(known[0], known[0])


def test_undo_in_mid_rollout_takes_the_revision_that_still_has_pods() -> None:
    """k9s refuses a ReplicaSet with pods, the very one an operator wants back."""
    rows = [replica_set(1, "web:1"), replica_set(2, "web:2")]
    mutation = undo(deployment("web:2"), revision=1, around=rows)
    assert mutation.says == "undo deployment default/web to revision 1"
    assert mutation.kubectl == "kubectl -n default rollout undo deployment.apps/web --to-revision=1"
    assert mutation.risk is Risk.CHANGE
    assert mutation.before == {"revision": 2, "images": ["web:2"]}
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"revision": 2}
    assert mutation.inverse.expects == {"/spec/template/spec/containers/0/image": "web:1"}


def test_undo_to_a_revision_by_its_name() -> None:
    assert undo(deployment(), name="web-11", around=history()).says == "undo deployment default/web to revision 1"
    with pytest.raises(UnableError, match="unable to find specified revision web-77 in history"):
        undo(deployment(), name="web-77", around=history())


def test_a_cause_goes_with_its_revision() -> None:
    rows = [replica_set(1, "web:1", annotations={REVISION: "1"}), replica_set(2, "web:2")]
    operations = undo(deployment(), around=rows).request.decoded()
    assert operations[-1]["value"] == {REVISION: "2"}


def test_a_deployment_without_annotations_gets_them() -> None:
    """`replace` would fail: kubectl's undo does."""
    assert undo(deployment(notes={}), around=history()).request.decoded()[-1]["op"] == "add"


def test_what_an_undo_does_not_reach_is_said() -> None:
    row = found(
        STATEFUL_SETS,
        "db",
        "default",
        spec={"selector": {}, "template": template("x:2"), "updateStrategy": {"type": "OnDelete"}},
    )
    rows = [revision(1, "x:1", "uid-1"), revision(2, "x:2", "uid-1")]
    assert (
        undo(row, around=rows).says
        == "undo statefulset default/db to revision 1 (OnDelete: a pod changes only when it is deleted)"
    )


def test_a_revision_that_does_not_say_that_it_replaces_is_not_sent() -> None:
    odd = found(
        CONTROLLER_REVISIONS,
        "agent-1",
        "default",
        "cr-1",
        metadata={"ownerReferences": owned("DaemonSet", "agent")},
        revision=1,
        data={"spec": {"template": template("x:1")}},
    )
    with pytest.raises(UnableError, match="holds no whole template"):
        undo(rolled(DAEMON_SETS, "agent"), revision=1, around=[odd])


def test_what_has_no_revisions() -> None:
    with pytest.raises(UnableError, match='pods "x" has no revisions'):
        undo(found(PODS, "x", "default"), around=[])


def test_what_is_listed_for_it() -> None:
    assert building.listing("undo.undo", deployment()) == (REPLICA_SETS, "app=web")
    assert building.listing("undo.undo", rolled(STATEFUL_SETS, "db")) == (CONTROLLER_REVISIONS, "app=db")
    assert building.listing("nodes.cordon", deployment()) is None
    assert building.listing("nowhere.cordon", deployment()) is None


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ({"spec": {"a": None}}, {"spec": {}}, True),
        ({"spec": {"c": [{"resources": {}}]}}, {"spec": {"c": [{}]}}, True),
        ({"spec": {"volumes": []}}, {"spec": {}}, True),
        ({"r": {"limits": {"cpu": "1000m"}}}, {"r": {"limits": {"cpu": "1"}}}, True),
        ({"r": {"limits": {"cpu": "1"}}}, {"r": {"limits": {"cpu": "2"}}}, False),
        ({"metadata": {"labels": {"pod-template-hash": "x"}}}, {"metadata": {"labels": {}}}, True),
        ({"namespaceSelector": {}}, {}, False),
        ({"emptyDir": {}}, {}, False),
        ({"hostNetwork": False}, {}, False),
    ],
)
def test_templates_are_compared_by_meaning(left: Any, right: Any, equal: bool) -> None:
    assert same_template(left, right) is equal
    assert same_template(right, left) is equal


def test_the_way_back_to_what_is_now() -> None:
    inverse = back(deployment(), {})
    assert inverse is not None
    assert inverse.args == {"revision": 2}
    inverse = back(rolled(STATEFUL_SETS, "db", updateRevision="db-7"), {})
    assert inverse is not None
    assert inverse.args == {"name": "db-7"}
    assert back(rolled(DAEMON_SETS, "agent"), {}) is None
    assert back(deployment(generation=4), {}) is None
