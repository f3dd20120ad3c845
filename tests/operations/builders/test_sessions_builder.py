"""exec and attach: what is asked for, which container is meant, and what is refused."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from k8stui.model.kinds import PODS
from k8stui.model.objects import ObjectRow
from k8stui.operations.builders import sessions
from k8stui.operations.builders.sessions import attach, choose_container, has
from k8stui.operations.building import UnableError, build
from k8stui.operations.mutation import Mutation, Risk
from tests.support.golden import FOLDER, WHY_NOT, found, table

Object = dict[str, Any]
SPEC: Object = {
    "initContainers": [{"name": "prep"}],
    "containers": [{"name": "app"}, {"name": "side", "stdin": True, "tty": True}],
    "ephemeralContainers": [{"name": "dbg", "tty": True, "stdin": True}],
}


def pod(spec: Object = SPEC, phase: str = "Running") -> ObjectRow:
    return found(PODS, "main", "shop", spec=spec, status={"phase": phase})


def asked(mutation: Mutation) -> str:
    return f"{mutation.request.method} {mutation.request.path}?{urlencode(mutation.request.query)}"


AT = "GET /api/v1/namespaces/shop/pods/main"


def test_a_command_is_asked_for_as_kubectl_does() -> None:
    """The URLs that kubectl 1.32 prints with -v=8, flag for flag."""
    row = pod()
    end = sessions.exec(row, command=["sh", "-c", "echo hi; exit 7"], tty=False, stdin=False)
    assert asked(end) == (
        f"{AT}/exec?command=sh&command=-c&command=echo+hi%3B+exit+7&container=app&stderr=true&stdout=true"
    )
    end = sessions.exec(row, command=["cat"], container="side", tty=False)
    assert asked(end) == f"{AT}/exec?command=cat&container=side&stderr=true&stdin=true&stdout=true"
    end = sessions.exec(row, command=["sh"], container="dbg")
    assert asked(end) == f"{AT}/exec?command=sh&container=dbg&stdin=true&stdout=true&tty=true"
    end = sessions.exec(row, command=["sh"], tty=True, stdin=False)
    assert asked(end) == f"{AT}/exec?command=sh&container=app&stderr=true&stdout=true"
    assert asked(attach(row, tty=False, stdin=False)) == f"{AT}/attach?container=app&stderr=true&stdout=true"
    assert asked(attach(row, container="side")) == f"{AT}/attach?container=side&stdin=true&stdout=true&tty=true"


def test_the_same_is_what_a_real_server_was_asked() -> None:
    path = FOLDER / "recordings" / "apiserver" / "pods_streams.json"
    if not path.is_file():
        pytest.skip(WHY_NOT)
    said = {each["name"]: each for each in json.loads(path.read_text())["exchanges"] if "name" in each}
    request = said["attach to a container with stdin"]["request"]["path"]
    row = found(PODS, "main", "rec-streams", spec={"containers": [{"name": "debugger-1", "tty": True}]})
    mutation = attach(row)
    assert f"{mutation.request.path}?{urlencode(mutation.request.query)}" == request


def test_it_is_data_like_any_other_change() -> None:
    mutation = build("sessions.exec", pod(), {"command": ["sh", "-c", "a b"], "container": "side"})
    assert mutation.builder == "sessions.exec"
    assert (mutation.target.uid, mutation.verb, mutation.subresource) == ("uid-1", "get", "exec")
    assert mutation.risk is Risk.SAFE
    assert mutation.inverse is None
    assert mutation.kubectl == "kubectl -n shop exec main -c side -it -- sh -c 'a b'"
    assert mutation.says == "run sh -c a b in pod shop/main, container side"
    again = build(mutation.builder, pod(), mutation.args)
    assert again.request.digest == mutation.request.digest
    joined = build("sessions.attach", pod(), {"container": "app", "stdin": False})
    assert joined.kubectl == "kubectl -n shop attach main -c app"
    assert joined.says == "attach to pod shop/main, container app"


def test_attach_has_the_terminal_that_the_container_has() -> None:
    """kubectl says that it cannot use one where there is none, and takes one where there is."""
    assert ("tty", "true") not in attach(pod(), container="app", tty=True).request.query
    assert ("tty", "true") in attach(pod(), container="dbg", tty=False).request.query
    tree = pod().exact()
    assert [has(tree, name, "tty") for name in ("app", "side", "dbg", "prep", "none")] == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert has(tree, "side", "stdin")


def of_pods(*sources: str) -> list[Any]:
    """Their cases that are of a pod, and not of kubectl's command line."""
    given = table("exec_attach", *sources)
    return [each for each in given if not each.values[0] or _of_a_pod(each.values[0])]


def _of_a_pod(case: Object) -> bool:
    if "obj" not in case or case.get("args", [""])[0] != "foo" or case.get("argsLenAtDash", 1) not in (1, -1):
        return False
    return (
        case["expectError"] in ("", False) or "not found in pod" in str(case["expectError"]) or case["args"] == ["foo"]
    )


@pytest.mark.parametrize("case", of_pods("TestPodAndContainerAttach"))
def test_kubectls_cases_of_the_container(case: Object) -> None:
    tree, wanted = case["obj"], case["options"]["StreamOptions"]["ContainerName"]
    annotated = tree["metadata"].get("annotations", {}).get("kubectl.kubernetes.io/default-container", "")
    if case["expectError"]:
        with pytest.raises(UnableError, match=case["expectError"]):
            choose_container(tree, wanted)
        return
    name, note = choose_container(tree, wanted)
    # Its own test asks for the container of another pod, one without annotation; kubectl itself takes this one.
    assert name == ("initfoo" if annotated == "initfoo" else case["expectedContainerName"])
    assert note == case["expectOut"]


@pytest.mark.parametrize("case", of_pods("TestPodAndContainer"))
def test_kubectls_cases_of_a_command(case: Object) -> None:
    row = found(PODS, "foo", "test", spec=case["obj"]["spec"], status=case["obj"]["status"])
    if case["expectError"]:
        with pytest.raises(UnableError, match="no command"):
            sessions.exec(row, command=case["args"][1:])
        return
    mutation = sessions.exec(row, command=case["expectedArgs"], container=case["expectedContainer"])
    assert [value for key, value in mutation.request.query if key == "command"] == case["expectedArgs"]


def test_the_container_that_is_meant() -> None:
    tree = pod().exact()
    assert choose_container(tree) == ("app", 'Defaulted container "app" out of: app, side, dbg (ephem), prep (init)')
    assert choose_container(tree, "dbg") == ("dbg", "")
    annotated = pod().exact()
    annotated["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "side"}
    assert choose_container(annotated) == ("side", "")
    annotated["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "gone"}
    assert choose_container(annotated)[0] == "app"
    assert choose_container(pod({"containers": [{"name": "one"}]}).exact()) == ("one", "")


def test_what_cannot_be_is_one_sentence() -> None:
    with pytest.raises(UnableError, match=r"container zz not found in pod main: it has app, side, dbg \(ephem\)"):
        sessions.exec(pod(), command=["sh"], container="zz")
    for phase in ("Succeeded", "Failed"):
        with pytest.raises(UnableError, match=f"cannot exec into a container in a completed pod; .* is {phase}"):
            sessions.exec(pod(phase=phase), command=["sh"])
        with pytest.raises(UnableError, match=f"cannot attach a container in a completed pod; .* is {phase}"):
            attach(pod(phase=phase))
    with pytest.raises(UnableError, match="There is no command"):
        sessions.exec(pod(), command=[])
    with pytest.raises(UnableError, match="has no containers"):
        attach(pod({}))


def test_hostile_names_reach_no_sentence_as_they_are() -> None:
    row = pod({"containers": [{"name": "a\x1b[31m"}, {"name": "b"}]})
    _, note = choose_container(row.exact())
    assert "\x1b" not in note
    mutation = sessions.exec(row, command=["printf", "\x1b[2J\n"])
    assert "\x1b" not in mutation.says + mutation.kubectl + mutation.done
    assert "\n" not in mutation.says + mutation.kubectl
