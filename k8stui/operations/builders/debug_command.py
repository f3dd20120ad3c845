"""A choice as kubectl's command."""

from typing import Any

import msgspec

from k8stui.model.kinds import NODES, Ref
from k8stui.model.kubectl import command as line
from k8stui.model.kubectl import shell
from k8stui.model.objects import Object
from k8stui.operations.builders import debug_custom
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE, Options
from k8stui.operations.builders.debug_profiles import context_of
from k8stui.operations.builders.masking import HIDDEN, masked_part
from k8stui.operations.building import UnableError


def command(options: Options, target: Ref) -> str:
    """`kubectl -n shop debug pod/web-1 -it --image=... --profile=...`; `kubectl run ... --rm` for a pod of its own.

    Values of the environment are hidden in it. Our label and annotations are left away, and so is the deadline where
    it cannot be said (`kubectl debug`). What no flag says goes into a partial container (`--custom`, which reads a
    file: bash's `<(...)`), or into `--overrides`.

    Args:
        target: the pod, the node or the namespace.
    """
    if options.mode == ALONE:
        return _run(options, target)
    named = f"node/{target.name}" if target.kind.resource == NODES.resource else f"pod/{target.name}"
    words = ["debug", named, *_session(options), *_image(options)]
    words += [f"--target={options.target}"] if options.target and options.mode == EPHEMERAL else []
    words += _copy(options) if options.mode == COPY else []
    words += [f"--container={options.container}"] if options.container else []
    words.append(f"--profile={options.profile}")
    custom = _custom(options)
    parts = [line(*words, namespace=options.namespace if options.mode == NODE else target.namespace)]
    parts += [f"--custom=<({shell('echo', _json(custom))})"] if custom else []
    parts += ["--arguments-only"] if options.args and not options.command else []
    parts += [shell("--", *options.words)] if options.words else []
    return " ".join(parts)


def _session(options: Options) -> list[str]:
    letters = "i" * options.stdin + "t" * options.tty
    return [f"-{letters}"] if letters else []


def _image(options: Options) -> list[str]:
    words = [f"--image={options.image}"] if options.image else []
    words += [f"--image-pull-policy={options.pull}"] if options.pull else []
    return words + [f"--env={name}={HIDDEN}" for name, _ in options.env]


def _copy(options: Options) -> list[str]:
    words = [f"--copy-to={options.name}"]
    words += ["--same-node"] if options.same_node else []
    if options.share_processes is not None:
        words.append(f"--share-processes={'true' if options.share_processes else 'false'}")
    words += [f"--set-image={name}={image}" for name, image in options.set_images]
    kept = ("labels", "annotations", "liveness", "readiness", "startup")
    words += [f"--keep-{name}" for name in kept if getattr(options, f"keep_{name}")]
    return words if options.keep_init_containers else [*words, "--keep-init-containers=false"]


def _custom(options: Options) -> Object:
    """What is laid over the container besides what flags say; an ephemeral one has no resources."""
    amounts = (("requests", options.requests), ("limits", options.limits))
    resources = {key: dict(found) for key, found in amounts if found}
    found: Object = {"resources": resources} if resources and options.mode != EPHEMERAL else {}
    if options.profile == "restricted" and options.user:
        found["securityContext"] = {"runAsUser": options.user}
    if not options.custom:
        return found
    try:
        return debug_custom.overlaid(found, debug_custom.parse(options.custom))
    except UnableError:  # the builder says why
        return found


def _run(options: Options, target: Ref) -> str:
    attached = _session(options) or ["--attach"]
    left = ["--leave-stdin-open"] * (options.stdin and options.leave_stdin_open)
    words = ["run", options.name, "--rm", *attached, *left, "--restart=Never", *_image(options)]
    container: dict[str, Any] = _custom(options)
    context = context_of(options.profile, ALONE, {})
    if context:
        container = debug_custom.overlaid({"securityContext": context}, container)
    spec: dict[str, Any] = {"hostNetwork": True} if options.host_network else {}
    spec |= {"activeDeadlineSeconds": max(1, round(options.lifetime))} if options.lifetime else {}
    spec |= {"containers": [{"name": options.name, **container}]} if container else {}
    if spec:
        words += [f"--overrides={_json({'spec': spec})}", "--override-type=strategic"]
    words += ["--command"] if options.command else []
    words += ["--", *options.words] if options.words else []
    return line(*words, namespace=target.name)


def _json(found: Object) -> str:
    return msgspec.json.encode(masked_part(found)).decode()
