"""Debug containers and pods: in a pod, as its copy, on a node, of their own. `debug_pods` says what they are."""

from typing import Any, Final

import msgspec
from msgspec import structs

from k8stui.model import tree
from k8stui.model.kinds import NAMESPACES, NODES, PODS, Kind, Ref
from k8stui.model.kubectl import about, named
from k8stui.model.objects import Object, ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders import debug_pods as pods
from k8stui.operations.builders.debug_command import command
from k8stui.operations.builders.debug_options import ALL, ALONE, COPY, EPHEMERAL, NODE, Options, options, unused
from k8stui.operations.builders.debug_presets import fits_restricted
from k8stui.operations.builders.debug_profiles import HOST_FILES, HOST_NAMESPACES, MOUNTED
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Inverse, Mutation, Request, Risk, patch

MIRROR: Final = "kubernetes.io/config.mirror"
FOREVER: Final = "An ephemeral container can never be removed or changed: it goes with its pod (restart the pod then)"
_ENDED: Final = ("Succeeded", "Failed")


def ephemeral(found: ObjectRow, **args: Any) -> Mutation:
    """A container more in a running pod. It can never be taken away; the target is the pod, pinned by its uid.

    Args:
        args: `Options.given()`.

    Raises UnableError: a wrong choice, no pod, one that has ended or mirrors a static pod, no such target, a name that
        is taken.
    """
    chosen, pod = options(args, EPHEMERAL), _pod(found)
    _can_take(found, pod)
    name = pods.named(chosen, pods.names_of(pod))
    if name in pods.names_of(pod):
        raise UnableError(f"{named(found.ref)} has a container {name} already: give another name")
    _check_target(found, pod, chosen.target)
    made = tree.rows(pods.with_ephemeral(pod, chosen, name), "spec", "ephemeralContainers")
    # Without others before it kubectl says no order: there is none.
    order = {"$setElementOrder/ephemeralContainers": [{"name": tree.text(each, "name")} for each in made]}
    spec = {"ephemeralContainers": made[-1:], **(order if len(made) > 1 else {})}
    said = structs.replace(chosen, container=name)
    return Mutation(
        builder="debugging.ephemeral",
        target=found.ref,
        request=patch(found.ref, {"spec": spec}, subresource="ephemeralcontainers"),
        risk=Risk.CHANGE,
        says=f"add ephemeral container {name} ({_what(said)}) to {about(found.ref)}",
        done=f"ephemeral container {name} added to {named(found.ref)}",
        kubectl=command(said, found.ref),
        subresource="ephemeralcontainers",
        args=said.shown(),
        before={"ephemeralContainers": [clean(tree.text(each, "name"), 80) for each in made[:-1]]},
    )


def copy(found: ObjectRow, **args: Any) -> Mutation:
    """A changed copy of a pod; the target is the new pod. The way back deletes it.

    Args:
        args: `Options.given()`.

    Raises UnableError: a wrong choice, no pod, a container that is not there, the name of the pod itself.
    """
    chosen, pod = options(args, COPY), _pod(found)
    name = chosen.name or pods.fitted(f"{found.ref.name}-debug", _suffix(chosen))
    if name == found.ref.name:
        raise UnableError(f"The copy cannot have the name of {named(found.ref)} itself: give another")
    known = pods.names_of(pod)
    missing = [each for each, _ in chosen.set_images if each not in (*known, ALL)]
    if missing:
        raise UnableError(f"{named(found.ref)} has no container {clean(missing[0], 80)}: it has {_listed(known)}")
    container = container_of(found, chosen)
    if chosen.words and not container:
        raise UnableError(f"{named(found.ref)} has no container {clean(chosen.container, 80)}: it has {_listed(known)}")
    said = structs.replace(chosen, name=name, container=container)
    made = pods.copied(pod, chosen, name, container)
    return _creating("debugging.copy", found.ref, said, made, f"copy {about(found.ref)} to {name}")


def node(found: ObjectRow, **args: Any) -> Mutation:
    """A pod on a node, in its namespaces as the profile says; the target is the new pod. The way back deletes it.

    Args:
        args: `Options.given()`, with the namespace of the new pod.

    Raises UnableError: a wrong choice, no node.
    """
    chosen = options(args, NODE)
    if found.ref.kind.resource != NODES.resource:
        raise UnableError(f"{named(found.ref)} is no node: choose one")
    name = pods.fitted(f"node-debugger-{found.ref.name}", _suffix(chosen))
    said = structs.replace(chosen, container=container_of(found, chosen))
    made = pods.on_node(found.ref.name, chosen, name, said.container)
    return _creating("debugging.node", found.ref, said, made, f"create pod {name} on {about(found.ref)}")


def alone(found: ObjectRow, **args: Any) -> Mutation:
    """A pod of its own in a namespace, as `kubectl run`; the target is the new pod. The way back deletes it.

    Args:
        args: `Options.given()`.

    Raises UnableError: a wrong choice, no namespace, or one that is being deleted.
    """
    chosen = options(args, ALONE)
    if found.ref.kind.resource != NAMESPACES.resource:
        raise UnableError(f"{named(found.ref)} is no namespace: choose one")
    if tree.text(found.exact(), "status", "phase") == "Terminating":
        raise UnableError(f"{named(found.ref)} is being deleted: choose another")
    name = chosen.name or unused(f"{pods.DEBUGGER}-", chosen.suffix, ())
    said = structs.replace(chosen, name=name)
    said = structs.replace(said, container=container_of(found, said))
    made = pods.of_its_own(found.ref.name, chosen, name, said.container)
    return _creating("debugging.alone", found.ref, said, made, f"create pod {name} in {about(found.ref)}")


def container_of(found: ObjectRow, options: Options) -> str:
    """The name of the container that the choice makes or changes, and that is attached to.

    "": it is a copy with other images and no debug container. Raises UnableError where there is no suffix for a name.
    """
    mode = options.mode
    if mode == NODE:
        return options.container or pods.DEBUGGER
    if mode == ALONE:
        return options.name or unused(f"{pods.DEBUGGER}-", options.suffix, ())
    known = pods.names_of(found.exact())
    if mode == COPY and not options.image and options.container not in known:
        return ""
    if mode == COPY:  # its ephemeral containers do not come along
        gone = [tree.text(each, "name") for each in tree.rows(found.exact(), "spec", "ephemeralContainers")]
        known = [each for each in known if each not in gone]
    return pods.named(options, known)


def warnings(options: Options) -> list[str]:
    """What the choice may do, one sentence each: what is to be known before it is agreed to."""
    said = [*_of_mode(options), *_of_profile(options)]
    if options.lifetime == 0 and options.mode != EPHEMERAL:
        said.append("The cluster does not end it by itself: it runs until somebody deletes it")
    return said


def _of_mode(options: Options) -> list[str]:
    if options.mode == EPHEMERAL:
        return [FOREVER]
    if options.mode == COPY:
        said = ["The copy does what its original does: it starts the same software, with the same volumes and secrets"]
        kept = "The copy keeps its labels: Services may send it requests, and a controller may take it for its own"
        return [*said, kept] if options.keep_labels and options.profile != "legacy" else said
    if options.mode == ALONE and options.host_network:
        return ["It is in the network of its node: it reaches what only the node reaches, and takes its ports"]
    return []


def _of_profile(options: Options) -> list[str]:
    profile, on_node = options.profile, options.mode == NODE
    said = []
    if on_node and profile in HOST_NAMESPACES:
        said.append("It is in the network, among the processes and in the IPC of the node: it can end any of them")
    if on_node and profile in HOST_FILES:
        said.append(
            f"The files of the node are at {MOUNTED}, to be written, too: who is root in it is root on the node"
        )
    if on_node and profile not in HOST_NAMESPACES:
        said.append(
            f"With {profile} it sees nothing of the node, neither processes nor network nor files: general does"
        )
    if profile == "sysadmin":
        said.append("It is privileged: who is root in it is root on the node")
    if profile == "netadmin":
        said.append(f"It may change the network of the {'node' if on_node else 'pod'}")
    if profile == "restricted" and not options.user and options.image and not fits_restricted(options.image):
        said.append(
            "A restricted container starts only where the image names a user other than root, and by its number"
        )
    return said


def unread(kind: Kind, name: str) -> ObjectRow:
    """An object of which only the name is known: a namespace that may not be read."""
    return ObjectRow(Ref(kind, "", name, ""), "", (), b"{}")


def namespace(name: str) -> ObjectRow:
    """The namespace of that name, where it cannot be read."""
    return unread(NAMESPACES, name)


def _pod(found: ObjectRow) -> Object:
    if found.ref.kind.resource != PODS.resource:
        raise UnableError(f"{named(found.ref)} is no pod: choose one")
    return found.exact()


def _can_take(found: ObjectRow, pod: Object) -> None:
    """Raises UnableError where an ephemeral container would be refused, or would never start."""
    phase = tree.text(pod, "status", "phase")
    if phase in _ENDED:
        raise UnableError(f"{named(found.ref)} has ended ({phase}): debug a copy of it")
    if tree.text(pod, "metadata", "deletionTimestamp"):
        raise UnableError(f"{named(found.ref)} is being deleted: debug a copy of it")
    if MIRROR in tree.part(pod, "metadata", "annotations"):
        raise UnableError(
            f"{named(found.ref)} mirrors a static pod, which takes no ephemeral container: debug its node"
        )


def _check_target(found: ObjectRow, pod: Object, target: str) -> None:
    groups = ("containers", "initContainers")
    known = [tree.text(each, "name") for group in groups for each in tree.rows(pod, "spec", group)]
    if target and target not in known:
        raise UnableError(
            f"{named(found.ref)} has no container {clean(target, 80)} as a target: it has {_listed(known)}"
        )


def _suffix(options: Options) -> str:
    return unused("", options.suffix, ())


def _listed(names: list[str]) -> str:
    return listed([clean(name, 80) for name in names], 10) or "none"


def _what(options: Options) -> str:
    """`busybox:1.37, general`."""
    return ", ".join(part for part in (clean(options.image, 120), options.profile) if part)


def _creating(builder: str, of: Ref, options: Options, pod: Object, says: str) -> Mutation:
    """The creation of a pod."""
    where = options.namespace if options.mode == NODE else of.namespace or of.name
    ref = Ref(PODS, where, tree.name(pod), "")
    fields = (("fieldManager", "kubectl-run"),) if options.mode == ALONE else ()
    return Mutation(
        builder=builder,
        target=ref,
        request=Request("POST", PODS.path(where), msgspec.json.encode(pod), query=fields),
        risk=Risk.CHANGE,
        says=f"{says} ({_what(options)})",
        done=f"{named(ref)} created",
        kubectl=command(options, of),
        verb="create",
        args=options.shown(),
        inverse=Inverse("removing.delete"),
    )
