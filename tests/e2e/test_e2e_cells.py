"""Every cell of every typed view equals what `kubectl get -o wide` prints under the same title."""

import asyncio
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from k8stui.actions import Place
from k8stui.app import K8sTui
from tests.e2e.conftest import Kubectl
from tests.e2e.living import arrived, cells, living
from tests.e2e.one_of_each import objects
from tests.support.waiting import eventually

VIEWS = (
    "nodes",
    "pods",
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "replicasets.apps",
    "jobs.batch",
    "cronjobs.batch",
    "services",
    "persistentvolumeclaims",
    "resourcequotas",
    "configmaps",
    "secrets",
)
BEHIND = re.compile(r" · .*|,? ?(?:MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable).*")
"""What we say in STATUS behind kubectl's word."""
AGES = re.compile(r"\b(?:\d+[smhdy])+\b")
Table = dict[str, dict[str, str]]


def printed(text: str) -> Table:
    """kubectl's table by `namespace/name`: columns are three blanks apart, cells begin under their titles."""
    lines = text.splitlines()
    if not lines:
        return {}
    starts = [match.start() for match in re.finditer(r"(?:^|(?<= {2}))\S", lines[0])]
    titles = [lines[0][start:end].strip() for start, end in pairwise([*starts, None])]
    rows = [[line[start:end].strip() for start, end in pairwise([*starts, None])] for line in lines[1:]]
    found = [dict(zip(titles, row, strict=True)) for row in rows]
    return {"/".join(filter(None, (row.get("NAMESPACE", ""), row["NAME"]))): row for row in found}


def without_seconds(row: dict[str, str]) -> dict[str, str]:
    """Ages go on between two looks: they are compared by their first unit."""
    return {title: AGES.sub(lambda age: re.sub(r"(?<=[a-z]).*", "", age[0]), cell) for title, cell in row.items()}


def different(ours: Table, theirs: Table) -> list[str]:
    """What kubectl prints and we do not, cell by cell."""
    found = [f"{name}: only {'kubectl' if name in theirs else 'we'} have it" for name in ours.keys() ^ theirs.keys()]
    for name in ours.keys() & theirs.keys():
        own = ours[name] | {"STATUS": BEHIND.sub("", ours[name].get("STATUS", ""))}
        own, other = without_seconds(own), without_seconds(theirs[name])
        for title, cell in other.items():
            if title not in own:
                found.append(f"no column {title}")
            elif own[title] != cell:
                found.append(f"{name} {title}: {own[title]!r}, kubectl {cell!r}")
    return sorted(set(found))


@pytest.fixture
def filled(kubectl: Kubectl, namespace: str, tmp_path: Path) -> None:
    """The cluster has something of everything: what `realcluster fill` made, and what that leaves out."""
    if not kubectl("get", "deployments", "-A", "-o", "name"):
        pytest.skip("the cluster is empty: realcluster fill")
    kinds = ("Secret", "ResourceQuota", "PersistentVolumeClaim")
    wanted = [each for each in objects(namespace) if each["kind"] in kinds]
    file = tmp_path / "more.yaml"
    file.write_text(yaml.safe_dump_all(wanted))
    kubectl("-n", namespace, "create", "-f", str(file))


async def shown(app: K8sTui, view: str) -> Table:
    app.home.go(Place(view, None))
    await eventually(lambda: arrived(app, view), within=30)
    app.home.flush()
    return cells(app)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("view", VIEWS)
async def test_cells_equal_kubectls_by_title(kubectl: Kubectl, view: str) -> None:
    async with living(kubectl.kubeconfig) as app:
        difference: list[str] = []
        for _ in range(5):  # a cell may change between our look and kubectl's
            ours = await shown(app, view)
            theirs = printed(await asyncio.to_thread(kubectl, "get", view, "-A", "-o", "wide"))
            difference = different(ours, theirs)
            if not difference:
                break
        assert difference == []
        assert ours
