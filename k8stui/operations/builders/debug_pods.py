"""The objects of debugging: an ephemeral container, a copy of a pod, a pod on a node, a pod of its own.

They are kubectl's (1.32: `debug`, and `run` for a pod of its own), and besides: our label and annotations and a
deadline on every pod that is made, resources where they were chosen, and what `copied` says.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import structs

from k8stui.model import tree
from k8stui.model.kinds import PODS
from k8stui.model.objects import Object
from k8stui.operations.builders import debug_custom
from k8stui.operations.builders.debug_options import (
    ALL,
    AT,
    EPHEMERAL,
    HOST,
    LABEL,
    LONGEST,
    WHO,
    Options,
    unused,
)
from k8stui.operations.builders.debug_profiles import LISTS, applied

DEBUGGER: Final = "debugger"
_COPIED: Final = ("labels", "annotations")


def names_of(pod: Object) -> list[str]:
    """The names of all its containers."""
    return [tree.text(each, "name") for group in LISTS for each in tree.rows(pod, "spec", group)]


def named(options: Options, taken: Sequence[str]) -> str:
    """The debug container's name: the chosen one, or one that no other container has."""
    return options.container or unused(f"{DEBUGGER}-", options.suffix, taken)


def fitted(start: str, suffix: str) -> str:
    """A pod's name with that end, cut to the 253 characters that a server takes (kubectl does not look)."""
    return start[: LONGEST - len(suffix) - 1].rstrip("-.") + f"-{suffix}"


def with_ephemeral(pod: Object, options: Options, name: str) -> Object:
    """The pod with the ephemeral container as its last."""
    made = _made({"name": name, "resources": {}}, structs.replace(options, requests=(), limits=()))
    if options.target:
        made["targetContainerName"] = options.target
    spec = tree.part(pod, "spec")
    others = tree.rows(spec, "ephemeralContainers")
    return finished({**pod, "spec": {**spec, "ephemeralContainers": [*others, made]}}, name, options)


def copied(pod: Object, options: Options, name: str, container: str) -> Object:
    """A copy of the pod.

    Safer than kubectl: a copy without a debug container loses its labels, too, so that no Service and no controller
    takes it for the original (`keep_labels` keeps them); a deadline of the original that is shorter stays.

    Args:
        container: to be changed where it is there, else added; "": other images only.
    """
    metadata = tree.part(pod, "metadata")
    kept = {key: metadata[key] for key in _COPIED if metadata.get(key)}
    spec = {key: value for key, value in tree.part(pod, "spec").items() if key != "ephemeralContainers"}
    if not options.same_node:
        spec.pop("nodeName", None)
    if options.share_processes is not None:
        spec["shareProcessNamespace"] = options.share_processes
    images = dict(options.set_images)
    spec["containers"] = [_imaged(each, images) for each in tree.rows(spec, "containers")]
    made: Object = {"metadata": {"name": name, "namespace": tree.namespace(pod), **kept}, "spec": spec}
    if not container:
        if not options.keep_labels:
            made["metadata"].pop("labels", None)
        return stamped(made, options)
    known = [group for group in LISTS if container in [each.get("name") for each in tree.rows(spec, group)]]
    if known:
        spec[known[0]] = [
            _filled(each, options) if each.get("name") == container else each for each in tree.rows(spec, known[0])
        ]
    else:
        spec["containers"] = [*spec["containers"], _made({"name": container}, options)]
    return stamped(finished(made, container, options), options)


def on_node(node: str, options: Options, name: str, container: str) -> Object:
    """A pod on a node, which no taint keeps away."""
    spec = {
        "containers": [_made({"name": container}, options)],
        "nodeName": node,
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    return stamped(finished({"metadata": {"name": name}, "spec": spec}, container, options), options)


def of_its_own(namespace: str, options: Options, name: str, container: str) -> Object:
    """A pod of its own, as `kubectl run --restart=Never` makes it."""
    made = _filled({"name": container, "resources": {}}, options)
    if options.stdin and not options.leave_stdin_open:
        made["stdinOnce"] = True
    spec: Object = {"containers": [made], "dnsPolicy": "ClusterFirst", "restartPolicy": "Never"}
    if options.host_network:
        spec["hostNetwork"] = True
    metadata = {"name": name, "namespace": namespace, "labels": {"run": name}}
    return stamped(finished({"metadata": metadata, "spec": spec}, container, options), options)


def finished(pod: Object, container: str, options: Options) -> Object:
    """The pod with what the profile and the custom container say of the debug container."""
    found = applied(pod, container, options)
    if not options.custom:
        return found
    custom = debug_custom.parse(options.custom, ephemeral=options.mode == EPHEMERAL)
    spec = {**tree.part(found, "spec")}
    for group in LISTS:
        if group in spec:
            spec[group] = [
                debug_custom.overlaid(each, custom) if each.get("name") == container else each for each in spec[group]
            ]
    return {**found, "spec": spec}


def stamped(pod: Object, options: Options) -> Object:
    """The pod as an object of the API, with our label, who made it, and its deadline."""
    metadata, spec = tree.part(pod, "metadata"), {**tree.part(pod, "spec")}
    notes = {key: text for key, text in ((WHO, options.who), (HOST, options.host), (AT, options.at)) if text}
    annotations = {**tree.part(metadata, "annotations"), **notes}
    metadata = {**metadata, "labels": {**tree.part(metadata, "labels"), LABEL: options.mode}}
    if annotations:
        metadata["annotations"] = annotations
    if options.lifetime:
        own = tree.number(spec, "activeDeadlineSeconds")
        lifetime = max(1, round(options.lifetime))
        spec["activeDeadlineSeconds"] = min(own, lifetime) if own > 0 else lifetime
    return {"apiVersion": PODS.api_version, "kind": PODS.kind, "metadata": metadata, "spec": spec}


def _imaged(container: Object, images: Mapping[str, str]) -> Object:
    image = images.get(tree.text(container, "name"), images.get(ALL))
    return {**container, "image": image} if image else container


def _made(container: Object, options: Options) -> Object:
    """A container that was not there before."""
    return _filled({**container, "terminationMessagePolicy": "File"}, options)


def _filled(container: Object, options: Options) -> Object:
    """A container with what was chosen for it; of one that was there before, the rest stays."""
    made = {**container}
    env = [{"name": name, **({"value": value} if value else {})} for name, value in options.env]
    changes: dict[str, Any] = {"image": options.image, "imagePullPolicy": options.pull, "env": env}
    made |= {key: value for key, value in changes.items() if value}
    if options.command:
        made.pop("args", None)
        made["command"] = list(options.words)
    elif options.args:
        made["args"] = list(options.args)
    for key, on in (("stdin", options.stdin), ("tty", options.tty)):
        made.pop(key, None)
        made |= {key: True} if on else {}
    amounts = (("requests", options.requests), ("limits", options.limits))
    resources = {key: dict(found) for key, found in amounts if found}
    if resources:
        made["resources"] = {**tree.part(container, "resources"), **resources}
    return made
