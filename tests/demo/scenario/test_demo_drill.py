"""docs/drill.md is true: what it names is there, and its commands do and print what it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.drill import PARTS, Command, Section, sections
from tests.support.shop import Shop

ALL = sections()
SHORT = {"node": "nodes", "pod": "pods", "namespace": "namespaces", "deployment": "deployments.apps",
         "statefulset": "statefulsets.apps", "cronjob": "cronjobs.batch", "job": "jobs.batch", "pdb":
         "poddisruptionbudgets.policy", "configmap": "configmaps", "topic": "topics.streams.shop.example"}  # fmt: skip
MADE = {"reconcile-now"}
"""What the drill makes itself."""
SPEED = 10
CODE = """
import sys
from pathlib import Path
from k8stui.demo.command import serve
from k8stui.demo.options import DemoOptions
sys.exit(serve(DemoOptions(kubeconfig=Path(sys.argv[1]), speed=float(sys.argv[2]))))
"""


def commands() -> Iterator[Command]:
    for section in ALL:
        for part in section.parts.values():
            yield from part


def test_every_section_shows_mends_and_says_when_it_is_well() -> None:
    assert len(ALL) >= 12
    for section in ALL:
        assert tuple(section.parts) == PARTS, section.title
        assert all(section.parts.values()), section.title
        assert all(keys.pressed and keys.wanted for keys in section.keys), section.title


def test_every_object_that_it_names_is_there() -> None:
    shop = Shop()
    named = set()
    for command in commands():
        words = shlex.split(command.line)
        namespace = words[words.index("-n") + 1] if "-n" in words else ""
        plain = [word for word in words if not word.startswith("-") and word != namespace]
        for one, two in pairwise([*plain, ""]):
            kind, slash, name = one.partition("/")
            if not slash and one in SHORT and "=" not in two:
                kind, name = one, two
            if kind in SHORT and name and name not in MADE:
                named.add((SHORT[kind], name, namespace))
        for label in re.findall(r"app\.kubernetes\.io/name=(\S+)", command.line):
            pods = [pod["metadata"]["labels"].get("app.kubernetes.io/name") for pod in shop.pods("", namespace)]
            assert label in pods, command.line
    assert len(named) > 12
    for resource, name, namespace in named:
        assert shop.get(resource, name, namespace), name


class Drill:
    """A demo-server for the whole drill; `run` is a person at a shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "kubeconfig"
        words = [sys.executable, "-c", CODE, str(self.file), str(SPEED)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Serving")

    def run(self, line: str) -> str:
        """What a command line prints, on either stream."""
        text = line.replace("kubectl ", f"kubectl --kubeconfig={self.file} --cache-dir={self.folder / 'cache'} ")
        env = {**os.environ, "GOGC": "off", "GOMEMLIMIT": "512MiB"}  # collecting garbage would be half of a kubectl
        done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, timeout=120, env=env)
        return done.stdout + done.stderr

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not on PATH")
    made = Drill(tmp_path_factory.mktemp("drill"))
    yield made
    made.stop()


@pytest.mark.slow
@pytest.mark.parametrize("section", ALL, ids=[section.title for section in ALL])
def test_its_commands_show_mend_and_find_it_well(drill: Drill, section: Section) -> None:
    for part in PARTS:
        for command in section.parts[part]:
            end = time.monotonic() + 20
            while missing := command.missing(output := drill.run(command.line)):
                late = part != "Shows" or time.monotonic() > end
                assert not late, f"{command.line}\n{missing}\n{output}"
                time.sleep(0.5)
