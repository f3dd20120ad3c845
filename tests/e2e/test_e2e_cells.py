"""Every cell of every typed view equals what `kubectl get -o wide` prints under the same title."""

import asyncio
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from k8stui.app import K8sTui
from tests.e2e.conftest import Kubectl
from tests.e2e.living import cells, living, visit

TYPED = (
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
    "events",
)
AS_TABLES = ("persistentvolumes", "poddisruptionbudgets.policy", "endpointslices.discovery.k8s.io", "namespaces")
"""Some of those that show what the server prints."""
LOOKS = 5
"""A cell may change between our look and kubectl's: it must be equal in one of so many."""
BEHIND = re.compile(r" · .*|,? ?(?:MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable).*")
"""What we say in STATUS behind kubectl's word."""
AGE = re.compile(r"\b((?:\d+[smhdy])+)\b")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "y": 365 * 86_400}
BETWEEN = 15
"""Seconds between our look and kubectl's, at most."""
VARIED = Path(__file__).with_name("varied.yaml")
Table = dict[str, dict[str, str]]
Difference = dict[tuple[str, str], str]
"""(Row, column) to both texts."""


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


def same(ours: str, theirs: str) -> bool:
    """Equal, but for ages, which go on between two looks."""
    own, other = AGE.split(ours), AGE.split(theirs)
    if len(own) != len(other):
        return False
    return all(one == two or (AGE.fullmatch(one) and _near(one, two)) for one, two in zip(own, other, strict=True))


def _near(one: str, two: str) -> bool:
    """Whether two ages differ by no more than the time between the looks, and the last unit that they show."""
    first, second = _seconds(one), _seconds(two)
    return first is not None and second is not None and abs(first[0] - second[0]) <= max(BETWEEN, first[1], second[1])


def _seconds(age: str) -> tuple[int, int] | None:
    parts = re.findall(r"(\d+)([smhdy])", age)
    if "".join(number + unit for number, unit in parts) != age or not parts:
        return None
    return sum(int(number) * SECONDS[unit] for number, unit in parts), SECONDS[parts[-1][1]]


def different(ours: Table, theirs: Table) -> Difference:
    """What kubectl prints and we do not, cell by cell."""
    found = {
        (name, ""): "kubectl alone has it" if name in theirs else "we alone" for name in ours.keys() ^ theirs.keys()
    }
    for name in ours.keys() & theirs.keys():
        own = ours[name] | {"STATUS": BEHIND.sub("", ours[name].get("STATUS", ""))}
        for title, cell in theirs[name].items():
            if title not in own:
                found[name, title] = "no such column"
            elif not same(own[title], cell):
                found[name, title] = f"{own[title]!r}, kubectl {cell!r}"
    return found


@pytest.fixture
def filled(kubectl: Kubectl, namespace: str, tmp_path: Path) -> Iterator[None]:
    """The cluster has something of everything: what `realcluster fill` made, and what that leaves out."""
    if not kubectl("get", "deployments", "-A", "-o", "name"):
        pytest.skip("the cluster is empty: realcluster fill")
    file = tmp_path / "varied.yaml"
    file.write_text(VARIED.read_text().replace("$NAMESPACE", namespace))
    kubectl("-n", namespace, "create", "--validate=false", "-f", str(file))
    yield
    kubectl("delete", "--wait=false", "node/e2e-varied", "pv/e2e-varied")


async def compared(app: K8sTui, kubectl: Kubectl, view: str) -> list[str]:
    """The cells of a view that were never what kubectl printed."""
    left: Difference = {}
    for look in range(LOOKS):
        await visit(app, view, mode="flat" if view == "events" else "")
        ours = cells(app)
        assert ours, view
        theirs = printed(await asyncio.to_thread(kubectl, "get", view, "-A", "-o", "wide"))
        found = different(ours, theirs)
        left = {place: text for place, text in found.items() if look == 0 or place in left}
        if not left:
            return []
    return [f"{view} {name} {title}: {text}" for (name, title), text in sorted(left.items())]


@pytest.mark.usefixtures("filled")
async def test_cells_equal_kubectls_by_title(kubectl: Kubectl) -> None:
    async with living(kubectl.kubeconfig) as app:
        found = [await compared(app, kubectl, view) for view in (*TYPED, *AS_TABLES)]
    assert [text for of_view in found for text in of_view] == []


def test_ages_may_go_on_and_nothing_else_may() -> None:
    assert same("3 (87s ago)", "3 (2m1s ago)") is False
    assert same("3 (87s ago)", "3 (90s ago)")
    assert same("12m", "13m")
    assert not same("12m", "14m")
    assert not same("4 (87s ago)", "3 (87s ago)")
    assert not same("1/2", "2/2")
    assert same("2d", "2d")
    assert not same("8h", "2d")
