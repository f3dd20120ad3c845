"""What kubectl said and sent of histories and states, as recorded, against what the rollout page says."""

import re

import pytest

from k8stui.model.kinds import DAEMON_SETS, DEPLOYMENTS, STATEFUL_SETS, Kind
from k8stui.operations.builders.revisions import revisions
from k8stui.operations.builders.undo import undo
from k8stui.operations.building import AlreadySoError
from tests.support.golden import needed, recorded, same, wrote
from tests.support.revised import deployment, history, revision, rolled


@needed
def test_a_history_has_kubectls_numbers_and_causes() -> None:
    told = recorded("rollout", "history deployment")["stdout"].splitlines()[2:]
    rows = [(int(number), cause) for line in told if line.strip() for number, cause in [line.split(None, 1)]]
    known = revisions(deployment(), history())
    assert [(each.number, each.cause) for each in reversed(known)] == [
        (number, cause.strip()) for number, cause in rows
    ]


@needed
def test_a_revision_without_a_cause_has_none_where_kubectl_writes_none() -> None:
    told = recorded("rollout", "history ds")["stdout"]
    assert re.search(r"^1\s+<none>", told, re.MULTILINE)
    (known,) = revisions(rolled(DAEMON_SETS, "agent"), [revision(1, "x:1", "uid-1")])
    assert known.cause == ""


@needed
@pytest.mark.parametrize(
    ("title", "kind", "name"), [("undo ds", DAEMON_SETS, "agent"), ("undo sts", STATEFUL_SETS, "db")]
)
def test_an_undo_by_the_revisions_name_sends_what_kubectl_sends_by_its_number(
    title: str, kind: Kind, name: str
) -> None:
    """The page names the ControllerRevision: numbers move."""
    rows = [revision(2, "x:2", "uid-1"), revision(1, "x:1", "uid-1")]
    same(undo(rolled(kind, name), name="agent-1", around=rows), wrote(recorded("rollout", title))[0])


@needed
def test_an_undo_of_a_deployment_by_name_is_that_by_number() -> None:
    by_name = undo(deployment(), name="web-11", around=history()).request
    by_number = undo(deployment(), revision=1, around=history()).request
    assert by_name == by_number
    assert by_name.path == wrote(recorded("rollout", "undo deployment (previous)"))[0]["path"].partition("?")[0]
    assert DEPLOYMENTS.plural in by_name.path


@needed
def test_what_is_so_already_is_not_sent_again_where_kubectl_does() -> None:
    """kubectl compares bytes, and sends a DaemonSet the template that it has; we compare by meaning."""
    assert wrote(recorded("rollout", "undo ds to same revision 2"))
    rows = [revision(2, "x:2", "uid-1"), revision(1, "x:1", "uid-1")]
    with pytest.raises(AlreadySoError, match="already matches revision 2"):
        undo(rolled(DAEMON_SETS, "agent"), revision=2, around=rows)
