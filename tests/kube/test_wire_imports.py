"""Who may import the client library, and that the light half of the wire does not."""

import ast
import subprocess
import sys
from pathlib import Path

import k8stui

ROOT = Path(k8stui.__file__).parent
CLIENT = ("kubernetes_asyncio", "aiohttp")


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_only_the_wire_and_the_embedded_cluster_import_the_client() -> None:
    files = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in ("kube", "demo")]
    assert files
    assert [str(path) for path in files if imported(path) & set(CLIENT)] == []
    demo = [path for path in (ROOT / "demo").rglob("*.py") if "kubernetes_asyncio" in imported(path)]
    assert demo == []


def test_what_upper_floors_import_at_first_paint_does_not_load_the_client() -> None:
    light = ("errors", "kubeconfig", "target", "credentials", "kinds", "discovery", "answers", "permits", "servertime")
    names = ", ".join(f"k8stui.kube.{name}" for name in light)
    check = f"import sys, {names}\nprint([name for name in {CLIENT!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
