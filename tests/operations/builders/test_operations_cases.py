"""Which of kubectl's own tables are run here, and why the others are not."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from k8stui.model.kinds import DEPLOYMENTS, NODES, PODS, STATEFUL_SETS
from k8stui.operations.builders.autoscaling import autoscale
from k8stui.operations.builders.images import image
from k8stui.operations.builders.metadata import labels
from k8stui.operations.builders.nodes import cordon
from k8stui.operations.builders.removing import delete
from k8stui.operations.building import AlreadySoError
from k8stui.operations.mutation import dry
from tests.support.golden import FOLDER, found, needed, recorded, wrote

HERE = Path(__file__).parents[1]
NOT_RUN = {
    "taints TestValidateFlags": "chooses nodes by names, -l and --all: here rows are marked",
    "create_job TestCreateJob": "makes a Job of an image: only a CronJob's is made here",
    "create_job TestCreateJobValidation": "options of the same",
}
"""Tables, and why they mean nothing here."""


@needed
@pytest.mark.parametrize(
    "name", ["labels", "annotations", "taints", "scale", "autoscale", "set_env", "create_job", "delete", "pause_resume"]
)
def test_every_table_is_run_or_said_why_not(name: str) -> None:
    cases = json.loads((FOLDER / "cases" / f"{name}.json").read_text())["cases"]
    tests = "\n".join(path.read_text() for path in HERE.rglob("test_*.py") if path != Path(__file__))
    for source in {case["source"].split()[-1] for case in cases}:
        run = f'table("{name}")' in tests or (f'"{name}"' in tests and f'"{source}"' in tests)
        assert run != (f"{name} {source}" in NOT_RUN), f"{name}: {source}"


NOT_SENT = {
    "cordon missing": "what is not there has no row to act on",
    "patch no change": "nothing is sent where nothing changes",
    "create job image": "makes a Job of an image: only a CronJob's is made here",
    "get hpa json": "reads",
    "delete missing": "what is not there has no row to act on",
    "delete missing ignore": "the same",
}
"""Recordings that no builder has to equal, and why."""


@needed
@pytest.mark.parametrize("file", ["node_ops", "workloads"])
def test_every_recording_is_compared_or_said_why_not(file: str) -> None:
    titles = [each["title"] for each in json.loads((FOLDER / "recordings" / f"{file}.json").read_text())["recordings"]]
    tests = "\n".join(path.read_text() for path in HERE.rglob("test_*.py"))
    for title in titles:
        times = tests.count(f'"{title}"')
        assert times == 1 if title in NOT_SENT else times >= 1, title


@needed
def test_where_nothing_changes_nothing_is_sent() -> None:
    """As kubectl does it; it sends an empty patch for a label that is not there."""
    node = found(NODES, "n1", spec={"unschedulable": True})
    assert wrote(recorded("node_ops", "cordon already")) == []
    with pytest.raises(AlreadySoError, match="node/n1 is already cordoned"):
        cordon(node, on=True)
    assert wrote(recorded("node_ops", "label remove missing"))[0]["body"] == {}
    with pytest.raises(AlreadySoError, match='not labeled: label "zz" not found'):
        labels(node, changes={"zz": None})
    assert wrote(recorded("workloads", "set image same")) == []
    container = {"name": "web", "image": "web:3"}
    web = found(DEPLOYMENTS, "web", "default", spec={"template": {"spec": {"containers": [container]}}})
    with pytest.raises(AlreadySoError, match="has web=web:3 already"):
        image(web, images={"web": "web:3"})


@needed
def test_an_autoscaler_without_a_target_is_made_where_kubectl_makes_it() -> None:
    """kubectl's body travels as protobuf: what it says is compared by its strings."""
    recording = wrote(recorded("workloads", "autoscale no cpu"))[0]
    database = found(STATEFUL_SETS, "db", "default", spec={"replicas": 2})
    request = autoscale(database, high=4, name="hpa2", version="v1").request
    assert f"{request.path}?{urlencode(request.query)}" == recording["path"]
    body = request.decoded()
    assert (body["metadata"]["name"], body["spec"]) == (
        "hpa2",
        {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}, "maxReplicas": 4},
    )
    for text in ("hpa2", "StatefulSet", "db", "apps/v1", "autoscaling/v1"):
        assert text in recording["body"]


@needed
def test_a_dry_run_of_a_deletion_is_kubectls() -> None:
    recording = wrote(recorded("workloads", "delete pod dry-run server"))[0]
    request = dry(delete(found(PODS, "p1", "default")).request)
    assert (request.method, request.path, request.query) == ("DELETE", recording["path"], ())
    assert request.decoded() == recording["body"] | {"preconditions": {"uid": "uid-1"}}
