"""`kubectl describe` and our own descriptions of everything but pods and nodes say the same (it starts servers)."""

import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8stui.model import kinds
from k8stui.model.describe import describers
from k8stui.model.kinds import Kind
from k8stui.model.yaml_document import yaml_text
from tests.support import describing
from tests.support.describing import Difference
from tests.support.describing_rest import CUSTOM, DIFFERENCES, GADGETS, GENERIC, SINCE, STATUS
from tests.support.kubectl import PROGRAM, DemoServer, Kubectl

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="kubectl is not on PATH"),
]

WHERE: dict[str, tuple[str, ...]] = {
    kinds.DAEMON_SETS.resource: ("described", "kube-system", "monitoring"),  # kubectl does not say whose they are
    kinds.CONFIG_MAPS.resource: ("described", "shop"),  # kubectl orders the keys of the others as it likes
    kinds.REPLICA_SETS.resource: ("described", "shop"),
    kinds.ENDPOINT_SLICES.resource: ("described", "shop"),
    kinds.SERVICES.resource: ("described", "shop", "kube-system"),
}
"""Namespaces to which a kind is held; all others are compared in the whole cluster."""


class Both:
    """One server, asked by kubectl and by us."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.kubectl = Kubectl(server, "described", server.folder)

    def compare(self, kind: Kind, more: tuple[Difference, ...], namespace: str | None = None) -> int:
        return describing.compare(self.get, self.run, kind, namespace, more=more)

    def get(self, path: str) -> Any:
        return self.server.ask("GET", path)

    def run(self, line: str) -> str:
        return self.kubectl.run(line, TZ="UTC").stdout


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The scenario, and objects with every section beside it."""
    with DemoServer(tmp_path_factory.mktemp("described")) as server:
        found, here = Both(server), Path(__file__).parent
        found.kubectl(f"apply -f {here / 'described.yaml'}")
        found.kubectl.until("get crd gadgets.described.example -o json", lambda said: '"Established"' in said)
        found.kubectl(f"apply -f {here / 'gadget.yaml'}")
        found.kubectl(f"patch gadget left --subresource status --type merge -p '{STATUS}'")
        yield found


@pytest.mark.parametrize("resource", DIFFERENCES)
def test_every_object_of_a_kind(both: Both, resource: str) -> None:
    for namespace in WHERE.get(resource, (None,)):
        assert both.compare(kinds.BUILT_IN[resource], DIFFERENCES[resource], namespace) > 0


@pytest.mark.parametrize("kind", [GADGETS, CUSTOM], ids=lambda kind: kind.plural)
def test_kinds_that_nobody_knows(both: Both, kind: Kind) -> None:
    assert both.compare(kind, GENERIC) > 0


def test_every_value_of_the_conditions_is_in_the_table(both: Both) -> None:
    said = both.run("describe gadget left -n described")
    (subject,) = describing.subjects(both.get, GADGETS, "described", "left").values()
    ours = describing.text(describers.describe(subject, 0.0, UTC))
    block = re.search(r"^  Conditions:\n((?:    .*\n)+)", said, re.MULTILINE)
    assert block is not None
    values = [line.split(":", 1)[1].strip() for line in block[1].splitlines()]
    table = ours[ours.index("Conditions:") : ours.index("API Version:")]
    assert len(values) == 10
    assert not [value for value in values if value != SINCE and value not in table]
    assert "Fri, 02 Jan 2026 03:04:05 +0000" in table


@pytest.mark.parametrize(
    "what", ["deployments -A", "services -A", "configmaps -A", "secrets -A", "crds", "gadgets", "pods -n shop", "nodes"]
)
def test_the_yaml_of_kubectl(both: Both, what: str) -> None:
    """Character by character, but for long lines: kubectl folds them, we do not."""
    for _ in range(describing.TRIES):
        before = both.kubectl.json(f"get {what} --show-managed-fields")
        theirs = both.kubectl(f"get {what} -o yaml --show-managed-fields")
        if before == both.kubectl.json(f"get {what} --show-managed-fields"):
            break
    ours = yaml_text(before, managed=True, masked=False)
    assert yaml.load(ours, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == before
    assert ours.splitlines() == _unfolded(theirs.splitlines(), ours.splitlines())


def _unfolded(folded: list[str], whole: list[str]) -> list[str]:
    """Lines as long as those that they should be."""
    found: list[str] = []
    for line in folded:
        last = found[-1] if found else ""
        if found and len(found) <= len(whole) and last != whole[len(found) - 1]:
            head, tail = (
                (last[:-1], line.strip().removeprefix("\\")) if last.endswith("\\") else (last + " ", line.strip())
            )
            found[-1] = head + tail
        else:
            found.append(line)
    return found
