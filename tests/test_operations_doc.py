"""docs/operations.md says something of every action that changes the cluster, and of every builder."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from k8stui.actions import REGISTRY, Action
from k8stui.operations import builders
from k8stui.operations.drain.options import Options
from k8stui.operations.journal.taking_back import _NO_WAY
from k8stui.screens.drain.choices import FIELDS, TOGGLES

DOC = Path(__file__).parents[1] / "docs" / "operations.md"
READS = frozenset({"get", "list", "watch"})
WRITING = [each for each in REGISTRY if not each.later and any(need.verb not in READS for need in each.needs)]


def made() -> Iterator[str]:
    """Every name under which a builder can be asked: a public function that returns a Mutation."""
    for file in sorted(Path(builders.__path__[0]).glob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if isinstance(node.returns, ast.Name) and node.returns.id == "Mutation":
                yield f"{file.stem}.{node.name}"


@pytest.fixture(scope="module")
def doc() -> str:
    return DOC.read_text()


@pytest.mark.parametrize("action", WRITING, ids=lambda each: each.id)
def test_names_the_action(action: Action, doc: str) -> None:
    ways = [f"`{action.id}`", *(f"`:{name}" for name in (action.id, *action.also))]
    assert any(way in doc for way in ways), f"docs/operations.md says nothing of {action.id}: {action.help}"


@pytest.mark.parametrize("name", sorted(made()))
def test_names_the_builder(name: str, doc: str) -> None:
    assert f"`{name}`" in doc, f"docs/operations.md says nothing of what {name} sends"


def test_builders_are_found() -> None:
    assert {"nodes.cordon", "removing.delete", "editing.edit", "applying.apply"} <= set(made())
    assert set(_NO_WAY) - {"drain"} <= set(made())


def test_names_every_option_of_a_drain(doc: str) -> None:
    keys = [key for key, *_ in TOGGLES.values()] + [each.key for each in FIELDS.values()]
    assert len(keys) == len(Options.__struct_fields__)
    assert [key for key in keys if f"\n| `{key}` |" not in doc] == []
