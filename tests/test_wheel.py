"""The wheel: what is in it, and that it runs from a clean environment and from any directory."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from k8stui import __version__
from tests.support.program import home
from tests.support.terminal import Terminal

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with what is installed: no network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel, and the dependencies of this one behind it; its bin directory."""
    place = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True, timeout=120)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    done = subprocess.run(install, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    # A plain line in a .pth file is appended to sys.path, and the .pth files there (the editable install) are not read.
    library = Path(sysconfig.get_path("purelib", "venv", {"base": str(place)}))
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin"


def run(directory: Path, *command: str | Path) -> str:
    environ = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **home(directory)}
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd="/", env=environ, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_package_with_its_styles_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"k8stui", f"k8stui-{__version__}.dist-info"}
    assert "k8stui/py.typed" in names
    kinds = (".py", ".tcss", ".typed", ".json", ".zz")
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "k8stui").rglob("*") if path.suffix in kinds}
    assert here <= set(names)
    assert any(name.endswith(".tcss") for name in names)
    assert not [name for name in names if "__pycache__" in name or "test" in name]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_names_every_dependency_with_textual_pinned(wheel: Path) -> None:
    (name,) = [each for each in zipfile.ZipFile(wheel).namelist() if each.endswith("METADATA")]
    text = zipfile.ZipFile(wheel).read(name).decode()
    needed = re.findall(r"^Requires-Dist: ([\w-]+)([^;\n]*)$", text, re.M)
    assert ("textual", "==8.2.8") in needed
    names = {each.lower().replace("_", "-") for each, _ in needed}
    assert names == {
        "textual",
        "kubernetes-asyncio",
        "aiohttp",
        "msgspec",
        "pyyaml",
        "rich",
        "regex",
        "jsonpatch",
        "cronsim",
    }
    assert "Requires-Python: <3.14,>=3.11" in text


def test_it_runs_from_the_root_directory(clean: Path, tmp_path: Path) -> None:
    where = run(tmp_path, clean / "python", "-c", "import k8stui; print(k8stui.__file__)")
    assert where.startswith(str(clean.parent))
    assert (clean / "k8stui").read_text().startswith(f"#!{clean}/python")
    assert run(tmp_path, clean / "k8stui", "--version") == f"k8stui {__version__}\n"
    assert run(tmp_path, clean / "python", "-m", "k8stui", "--version") == f"k8stui {__version__}\n"
    assert "--demo" in run(tmp_path, clean / "k8stui", "--help")


def test_the_demo_of_the_installed_program_is_live(clean: Path, tmp_path: Path) -> None:
    environ = {**home(tmp_path), "PYTHONPATH": "", "VIRTUAL_ENV": "", "PATH": os.defpath}
    with Terminal([str(clean / "k8stui"), "--demo"], env=environ, cwd=Path("/")) as terminal:
        terminal.wait_for("● live", 30)
        terminal.wait_for("CrashLoopBackOff")
        terminal.send("\x11")
        assert terminal.wait_end() == 0
