"""No way to write but by the gateway: what the whole package does is looked at, not what it means to."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import k8stui

HOUSE = Path(k8stui.__file__).parent
ALLOWED = {"operations/gateway.py"}
"""Who hands a permit to a connection. The wire itself passes on what it gets."""
WIRE = "kube/"
OURS = "demo/"
"""The embedded cluster is a server: it has no connection."""


@cache
def files() -> list[tuple[str, ast.Module]]:
    """Each file outside of the wire and the embedded cluster; read once, for that is what takes long."""
    named = ((path.relative_to(HOUSE).as_posix(), path) for path in sorted(HOUSE.rglob("*.py")))
    return [
        (name, ast.parse(path.read_text(encoding="utf-8"))) for name, path in named if not name.startswith((WIRE, OURS))
    ]


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_only_the_gateway_hands_a_permit_to_the_connection() -> None:
    found = {
        name for name, tree in files() for call in calls(tree) if any(word.arg == "permit" for word in call.keywords)
    }
    assert found == ALLOWED


def test_a_permit_opens_requests_and_sockets_and_is_asked_for_at_both() -> None:
    """What the gateway hands it to: nothing else of the wire takes one, and neither goes without."""
    (gateway,) = [tree for name, tree in files() if name in ALLOWED]
    given = {
        call.func.attr
        for call in calls(gateway)
        if isinstance(call.func, ast.Attribute) and any(word.arg == "permit" for word in call.keywords)
    }
    wire = ast.parse((HOUSE / "kube" / "connection.py").read_text(encoding="utf-8"))
    takes = {
        node.name
        for node in ast.walk(wire)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and not node.name.startswith("_")
        if any(arg.arg == "permit" for arg in node.args.kwonlyargs)
    }
    assert given == takes == {"request", "socket"}
    doors = [node for node in ast.walk(wire) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)]
    asking = {
        node.name for node in doors for call in calls(ast.Module([node], [])) if ast.unparse(call.func) == "self._admit"
    }
    assert asking == {"request", "watch", "stream", "socket"}


def test_nobody_opens_a_socket_but_the_gateway() -> None:
    found = {
        name
        for name, tree in files()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "socket"
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
