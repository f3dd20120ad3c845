"""Sessions in a container: exec and attach as kubectl asks for them (semantics §5.8), and which container is meant.

A session is opened with a GET, whose right is `get` on `pods/exec` or `pods/attach`; servers from 1.35 on want
`create` as well. What runs inside is in the journal as the user typed it; there is no way back.
"""

from collections.abc import Sequence
from typing import Any, Final

from k8stui.model import tree
from k8stui.model.kinds import PODS, Ref
from k8stui.model.kubectl import about, command
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.pod_choice import default_container
from k8stui.model.text import clean
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Mutation, Request, Risk

_ROLES: Final = (("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)"))
_OVER: Final = frozenset({"Succeeded", "Failed"})


def exec(  # noqa: A001 - kubectl's name for it
    found: ObjectRow, *, command: Sequence[str], container: str = "", tty: bool = True, stdin: bool = True
) -> Mutation:
    """Run a command in a container and speak with it.

    Args:
        found: the pod.
        command: the program and its arguments, not read by a shell.
        container: where; "": as kubectl chooses.
        tty: it gets a terminal; without `stdin` it gets none, as with kubectl.
        stdin: what is typed goes there.

    Raises:
        UnableError: no pod, no such container, the pod has ended, no command.
    """
    pod = _open(found, "exec into")
    if not command:
        raise UnableError("There is no command: say what is to run, like sh")
    name, _ = choose_container(pod, container)
    terminal = tty and stdin
    words = [*_flags(stdin=stdin, tty=terminal), "--", *command]
    return _session(
        found.ref,
        "exec",
        name,
        says=f"run {clean(' '.join(command), 120)} in {about(found.ref)}, container {clean(name, 80)}",
        query=[*(("command", word) for word in command), *_query(name, stdin=stdin, tty=terminal)],
        words=words,
        args={"command": list(command), "container": name, "tty": terminal, "stdin": stdin},
    )


def attach(found: ObjectRow, *, container: str = "", tty: bool = True, stdin: bool = True) -> Mutation:
    """Join what runs in a container already.

    Args:
        found: the pod.
        container: which; "": as kubectl chooses.
        tty: whether a terminal is wanted. What counts is whether the container was made with one: it gets one or none.
        stdin: what is typed goes there.

    Raises:
        UnableError: no pod, no such container, the pod has ended.
    """
    pod = _open(found, "attach")
    name, _ = choose_container(pod, container)
    terminal = has(pod, name, "tty")
    return _session(
        found.ref,
        "attach",
        name,
        says=f"attach to {about(found.ref)}, container {clean(name, 80)}",
        query=_query(name, stdin=stdin, tty=terminal),
        words=_flags(stdin=stdin, tty=terminal),
        args={"container": name, "tty": tty, "stdin": stdin},
    )


def choose_container(pod: Object, wanted: str = "") -> tuple[str, str]:
    """The container that is meant, and what kubectl says where it chose one itself (else "").

    Args:
        pod: decoded.
        wanted: its name; "": the annotation's, else the first one.

    Raises:
        UnableError: there is no such container.
    """
    names = [tree.text(each, "name") for field, _ in _ROLES for each in tree.rows(pod, "spec", field)]
    if wanted:
        if wanted not in names:
            raise UnableError(f"container {clean(wanted, 80)} not found in pod {_name(pod)}: it has {_all(pod)}")
        return wanted, ""
    default = default_container(pod)
    if default in names:
        return default, ""
    first = tree.rows(pod, "spec", "containers")[:1]
    if not first:
        raise UnableError(f"pod {_name(pod)} has no containers")
    name = tree.text(first[0], "name")
    return name, f'Defaulted container "{clean(name, 80)}" out of: {_all(pod)}' if len(names) > 1 else ""


def has(pod: Object, container: str, field: str) -> bool:
    """Whether a container was made with a terminal (`tty`) or an input (`stdin`): attach gives it neither."""
    return any(
        tree.text(each, "name") == container and each.get(field) is True
        for role, _ in _ROLES
        for each in tree.rows(pod, "spec", role)
    )


def _open(found: ObjectRow, what: str) -> Object:
    """The pod, if one can get into it."""
    if found.ref.kind.resource != PODS.resource:
        raise UnableError(f"{found.ref} is no pod: a session is opened in a pod's container")
    pod = found.exact()
    phase = tree.text(pod, "status", "phase")
    if phase in _OVER:
        raise UnableError(f"cannot {what} a container in a completed pod; current phase is {phase}")
    return pod


def _session(
    ref: Ref,
    subresource: str,
    container: str,
    *,
    says: str,
    query: Sequence[tuple[str, str]],
    words: Sequence[str],
    args: dict[str, Any],
) -> Mutation:
    return Mutation(
        builder=f"sessions.{subresource}",
        target=ref,
        request=Request("GET", ref.kind.path(ref.namespace, ref.name, subresource), b"", query=tuple(query)),
        risk=Risk.SAFE,
        says=says,
        done=f"a session is open in pod/{ref.name}, container {clean(container, 80)}",
        kubectl=command(subresource, ref.name, "-c", container, *words, namespace=ref.namespace),
        verb="get",
        subresource=subresource,
        args=args,
        trivial=True,
    )


def _query(container: str, *, stdin: bool, tty: bool) -> list[tuple[str, str]]:
    """Only what is true, in kubectl's order; a terminal has one output for both."""
    wanted = {"stderr": not tty, "stdin": stdin, "stdout": True, "tty": tty}
    return [("container", container), *((key, "true") for key, value in wanted.items() if value)]


def _flags(*, stdin: bool, tty: bool) -> list[str]:
    letters = ("i" if stdin else "") + ("t" if tty else "")
    return [f"-{letters}"] if letters else []


def _all(pod: Object) -> str:
    """All containers as kubectl lists them: `app, dbg (ephem), init (init)`."""
    return ", ".join(
        clean(tree.text(each, "name"), 80) + role for field, role in _ROLES for each in tree.rows(pod, "spec", field)
    )


def _name(pod: Object) -> str:
    return clean(tree.name(pod), 260)
