"""The requests that a real kubectl 1.32 sent for `kubectl debug`, and ours: equal but for label, stamps and pins."""

from typing import Any

import pytest

from k8stui.model.kinds import NODES
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import LABEL
from k8stui.operations.mutation import Mutation
from k8stui.settings import PROFILES
from tests.support import protobuf
from tests.support.debugged import bare, p2
from tests.support.golden import found, recorded, same, wrote

Object = dict[str, Any]
BEFORE = {"legacy": "debugger-old", "general": "dbg-legacy", "baseline": "dbg-general", "restricted": "dbg-baseline"}
BEFORE |= {"netadmin": "dbg-restricted", "sysadmin": "dbg-netadmin"}
PLAIN: Object = {"image": "busybox", "stdin": False, "tty": False, "suffix": "x7k2p"}


def title(what: str, profile: str) -> str:
    return f"debug {what} {'default(legacy)' if profile == 'legacy' else profile}"


def posted(mutation: Mutation, request: Object, name: str = "") -> None:
    """Fails unless it is the pod that kubectl posted; a name that was made up is given."""
    body = mutation.request.decoded()
    assert (mutation.request.method, mutation.request.path) == ("POST", request["path"])
    assert mutation.request.query == ()
    assert (body["apiVersion"], body["kind"]) == ("v1", "Pod")
    assert set(body["metadata"].pop("labels")) >= {LABEL}
    want = protobuf.pod(request["body"])
    want["metadata"].pop("labels", None)
    want["metadata"] |= {"name": name} if name else {}
    assert bare(body) == bare(want)


@pytest.mark.parametrize("profile", PROFILES)
def test_ephemeral(profile: str) -> None:
    recording = recorded("debug", title("ephemeral", profile))
    args = {**PLAIN, "container": f"dbg-{profile}", "target": "app", "profile": profile, "command": ("sleep", "1")}
    mutation = debugging.ephemeral(p2(BEFORE[profile]), **args)
    same(mutation, wrote(recording)[0])
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1"}
    assert (mutation.verb, mutation.subresource, mutation.inverse) == ("patch", "ephemeralcontainers", None)
    command = recording["command"].removeprefix("kubectl debug p2 ")
    flags, _, words = command.partition(" -- ")
    ours, _, our_words = mutation.kubectl.partition(" -- ")
    named = [f"--container={word}" if word.startswith("dbg-") else word for word in flags.split() if word != "-c"]
    assert sorted([*named, f"--profile={profile}"][: len(named) + ("--profile" not in flags)]) == sorted(
        ours.removeprefix("kubectl -n default debug pod/p2 ").split()
    )
    assert our_words == words


def test_the_first_ephemeral_container_has_no_order() -> None:
    recording = recorded("debug", "debug ephemeral disabled (404)")
    mutation = debugging.ephemeral(p2(), **PLAIN, profile="legacy", container="debugger-jlk8h")
    same(mutation, wrote(recording)[0])


@pytest.mark.parametrize("profile", PROFILES)
def test_copy(profile: str) -> None:
    recording = recorded("debug", title("copy", profile))
    mutation = debugging.copy(p2(), **PLAIN, name=f"copy-{profile}", container="dbg", profile=profile)
    posted(mutation, wrote(recording)[0])
    assert mutation.request.decoded()["metadata"]["namespace"] == "default"
    assert mutation.inverse is not None
    assert mutation.inverse.builder == "removing.delete"


@pytest.mark.parametrize("profile", PROFILES)
def test_node(profile: str) -> None:
    recording = recorded("debug", title("node", profile))
    mutation = debugging.node(found(NODES, "n1"), **PLAIN, namespace="default", profile=profile)
    posted(mutation, wrote(recording)[0], name="node-debugger-n1-x7k2p")
    assert mutation.target.name == "node-debugger-n1-x7k2p"
    assert (mutation.target.namespace, mutation.target.uid, mutation.verb) == ("default", "", "create")


def test_a_copy_with_other_images_and_a_command() -> None:
    recording = recorded("debug", "debug copy options")
    mutation = debugging.copy(
        p2(),
        **{**PLAIN, "suffix": "ksrrx"},
        name="c3",
        same_node=True,
        share_processes=False,
        set_images=[["app", "img:dbg"]],
        env=[["A", "b"]],
        command=["sh"],
        profile="legacy",
    )
    posted(mutation, wrote(recording)[0])


def test_a_copy_without_a_debug_container_loses_its_labels_other_than_kubectls() -> None:
    recording = recorded("debug", "debug copy replace")
    given: Object = {"name": "c4", "set_images": [["*", "busybox"]], "profile": "legacy", "stdin": False, "tty": False}
    request = wrote(recording)[0]
    posted(debugging.copy(p2(), **given), request)
    want = protobuf.pod(request["body"])["metadata"]["labels"]
    assert want == {"app": "web"}
    assert debugging.copy(p2(), **given).request.decoded()["metadata"]["labels"] == {LABEL: "copy"}
    kept = debugging.copy(p2(), **given, keep_labels=True).request.decoded()["metadata"]["labels"]
    assert kept == {LABEL: "copy", **want}
