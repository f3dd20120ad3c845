"""The command that stands beside a debug pod makes the same pod: run by the real kubectl on the embedded cluster."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from k8stui.model.kinds import NAMESPACES, NODES, PODS, Kind
from k8stui.model.objects import row
from k8stui.operations.builders.debug_options import LABEL
from k8stui.operations.building import build
from k8stui.operations.mutation import Mutation
from tests.support.kubectl import PROGRAM, DemoServer, Kubectl
from tests.support.objects import node

Object = dict[str, Any]
pytestmark = pytest.mark.slow
BASE: Object = {"image": "busybox:1.37", "suffix": "x7k2p", "stdin": False, "tty": False}
AMOUNTS: Object = {"requests": [["cpu", "50m"]], "limits": [["cpu", "1"]]}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web-1", "namespace": "default", "labels": {"app": "web"}, "annotations": {"a": "b"}},
    "spec": {
        "nodeName": "worker-1",
        "initContainers": [{"name": "init", "image": "i:1"}],
        "containers": [
            {"name": "app", "image": "app:1", "command": ["serve"], "livenessProbe": {"exec": {"command": ["true"]}}},
            {"name": "side", "image": "side:1"},
        ],
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    if PROGRAM is None:
        pytest.skip("kubectl is not on PATH")
    with DemoServer(tmp_path_factory.mktemp("debug"), "--scenario", "empty") as running:
        running.ask("POST", NODES.path(), node("worker-1"))
        running.ask("POST", PODS.path("default"), POD)
        yield running


def built(server: DemoServer, builder: str, kind: Kind, name: str, args: Object) -> Mutation:
    found = server.ask("GET", kind.path("default" if kind.namespaced else None, name))
    return build(f"debugging.{builder}", row(kind, msgspec.json.encode(found)), {**BASE, **args})


def ran(server: DemoServer, folder: Path, mutation: Mutation) -> None:
    """The command as a person pastes it, which here waits for nothing."""
    command = mutation.kubectl.replace(" --rm --attach", "")
    env = Kubectl(server, "default", folder)._env({})
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True, timeout=30, cwd=folder)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def bare(pod: Object, *, placed: bool) -> Object:
    """What somebody said of it, without our label, and without what the cluster makes up."""
    metadata = pod["metadata"]
    labels = {key: value for key, value in metadata.get("labels", {}).items() if key != LABEL}
    spec = json.loads(re.sub(r"kube-api-access-\w{5}", "kube-api-access", json.dumps(pod["spec"])))
    if not placed:  # then the scheduler has been there already, or not yet
        spec.pop("nodeName", None)
    return {"labels": labels, "annotations": metadata.get("annotations", {}), "spec": spec}


@pytest.mark.parametrize(
    ("builder", "args"),
    [
        ("copy", {"profile": "general"}),
        ("copy", {"profile": "restricted", "user": 1000, **AMOUNTS, "args": ["a", "b c"]}),
        ("copy", {"container": "app", "same_node": True, "keep_liveness": True, "command": ["sleep", "1d"]}),
        ("copy", {"container": "app", "args": ["x"], "keep_labels": True, "keep_init_containers": False}),
        ("copy", {"set_images": [["*", "x:2"], ["side", "y:2"]], "share_processes": False, "pull": "Never"}),
        ("copy", {"image": "", "set_images": [["app", "x:2"]], "keep_labels": True}),
        ("copy", {"profile": "sysadmin", "custom": "env: [{name: A, value: '<value>'}]"}),
        ("node", {"profile": "general"}),
        ("node", {"profile": "netadmin", "container": "dbg", "command": ["sh", "-c", "echo $HOME"]}),
        ("node", {"profile": "restricted", "user": 1000, **AMOUNTS}),
        ("alone", {"profile": "general"}),
        ("alone", {"profile": "legacy", "args": ["a"], "env": [["A", "<value>"]], "pull": "Always"}),
        ("alone", {"profile": "restricted", "user": 1000, **AMOUNTS, "host_network": True, "lifetime": 90.0}),
        ("alone", {"profile": "sysadmin", "command": ["sh", "-c", "a  b"], "name": "tmp-shell"}),
    ],
)
def test_the_command_makes_the_same_pod(server: DemoServer, tmp_path: Path, builder: str, args: Object) -> None:
    kind, name, more = {
        "copy": (PODS, "web-1", {}),
        "node": (NODES, "worker-1", {"namespace": "default"}),
        "alone": (NAMESPACES, "default", {}),
    }[builder]
    mutation = built(server, builder, kind, name, {**args, **more})
    known = {each["metadata"]["name"] for each in server.ask("GET", PODS.path("default"))["items"]}
    ran(server, tmp_path, mutation)
    now = {each["metadata"]["name"]: each for each in server.ask("GET", PODS.path("default"))["items"]}
    [made] = [each for each_name, each in now.items() if each_name not in known]
    if builder != "node":
        assert made["metadata"]["name"] == mutation.target.name
    else:
        assert made["metadata"]["name"].startswith("node-debugger-worker-1-")
    server.ask("DELETE", PODS.path("default", made["metadata"]["name"]) + "?gracePeriodSeconds=0")
    ours = server.ask("POST", PODS.path("default") + "?dryRun=All", mutation.request.decoded())
    placed = builder == "node" or "same_node" in args
    assert bare(ours, placed=placed) == bare(made, placed=placed)


@pytest.mark.parametrize(
    "args",
    [
        {"profile": "general", "target": "app", "container": "d1", "command": ["sleep", "1"]},
        {"profile": "restricted", "user": 1000, "container": "d2", "args": ["x"], "pull": "Never", **AMOUNTS},
        {"profile": "sysadmin", "container": "d3", "custom": '{"workingDir": "/tmp"}', "env": [["A", "<value>"]]},
    ],
)
def test_the_command_adds_the_same_container(server: DemoServer, tmp_path: Path, args: Object) -> None:
    mutation = built(server, "ephemeral", PODS, "web-1", args)
    [ours] = mutation.request.decoded()["spec"]["ephemeralContainers"]
    ran(server, tmp_path, mutation)
    made = server.ask("GET", PODS.path("default", "web-1"))["spec"]["ephemeralContainers"][-1]
    defaults = {"imagePullPolicy": "IfNotPresent", "terminationMessagePath": "/dev/termination-log"}
    assert made == {**defaults, **ours}
