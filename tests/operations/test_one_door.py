"""No way to write but by the gateway: what the whole package does is looked at, not what it means to."""

import ast
from collections.abc import Iterator
from pathlib import Path

import k8stui

HOUSE = Path(k8stui.__file__).parent
ALLOWED = {"operations/gateway.py"}
"""Who hands a permit to a connection. The wire itself passes on what it gets."""
WIRE = "kube/"
OURS = "demo/"
"""The embedded cluster is a server: it has no connection."""


def files() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(HOUSE.rglob("*.py")):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith((WIRE, OURS)):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_the_gateway_hands_a_permit_to_the_connection() -> None:
    found = {
        name for name, tree in files() for call in calls(tree) if any(word.arg == "permit" for word in call.keywords)
    }
    assert found == ALLOWED


def test_nobody_hands_on_keywords_that_could_hold_a_permit() -> None:
    """`connection.request(..., **words)` would get round the test above."""
    found = [
        f"{name}:{call.lineno}"
        for name, tree in files()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("request", "socket", "stream")
        if any(word.arg is None for word in call.keywords)
    ]
    assert found == []


def test_nobody_reaches_behind_the_connection() -> None:
    """Its own parts send without asking for a permit: nothing but the wire may touch them."""
    behind = {"_calls", "wire", "_wire"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in behind and isinstance(node.value, ast.Attribute)
        if node.value.attr in ("connection", "_connection", "_calls")
    ]
    assert found == []


def test_the_client_library_is_imported_by_the_wire_alone() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
        if module.split(".")[0] in ("kubernetes_asyncio", "aiohttp")
    ]
    assert found == []
