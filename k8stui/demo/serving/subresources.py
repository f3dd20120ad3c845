"""What lies below an object and is no part of it: evictions, bindings, tokens. Each is a POST of an object of its own.

Parts of an object (status, scale, ephemeralcontainers, resize, finalize) are written as objects are: by `writes`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from k8stui.demo.registry import options as deleteoptions
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.tasks import Task
from k8stui.demo.serving.tokens import requested
from k8stui.demo.serving.writes import dry_run
from k8stui.demo.storage import errors
from k8stui.demo.storage.objects import Object

Handler = Callable[[Task], Answer]
_OLD_EVICTION = "policy/v1beta1"


def handler(task: Task) -> Handler | None:
    """Who answers a POST to this resource or subresource; None when it is an ordinary one."""
    return _HANDLERS.get((task.kind.plural, task.ask.subresource)) if task.ask.verb == "create" else None


def _evict(task: Task) -> Answer:
    dry = dry_run(task.ask)
    version = _OLD_EVICTION if _OLD_EVICTION.encode() in task.body else "policy/v1"
    sent = _sent(task, "Eviction", version)
    _check_name(task, sent, "Eviction")
    options = deleteoptions.from_body(sent.get("deleteOptions"))
    task.registry.evict(task.ask.name, task.ask.namespace, options=options, dry=dry)
    return _created()


def _bind(task: Task) -> Answer:
    """Both ways: below the pod, and to the collection of bindings with the pod's name in the body."""
    dry = dry_run(task.ask)
    sent = _sent(task, "Binding", "v1")
    meta, target = sent["metadata"], sent.get("target") or {}
    name = task.ask.name or meta.get("name") or ""
    if task.ask.name:
        _check_name(task, sent, "Binding")
    if (kind := target.get("kind")) not in (None, "", "Node"):
        raise errors.internal(f'target.kind: Unsupported value: "{kind}": supported values: "Node", "<empty>"')
    if not target.get("name"):
        raise errors.internal("target.name: Required value")
    task.registry.bind(
        name,
        task.ask.namespace,
        target["name"],
        uid=meta.get("uid") or "",
        version=meta.get("resourceVersion") or "",
        annotations=meta.get("annotations"),
        dry=dry,
    )
    return _created()


def _token(task: Task) -> Answer:
    dry_run(task.ask)  # a token is not stored: there is no difference
    sent = _sent(task, "TokenRequest", "authentication.k8s.io/v1")
    made = requested(task.registry, task.access, task.ask, sent)
    return Answer(msgspec.json.encode(made) + b"\n", 201)


_HANDLERS: Mapping[tuple[str, str], Handler] = MappingProxyType({
    ("pods", "eviction"): _evict,
    ("pods", "binding"): _bind,
    ("bindings", ""): _bind,
    ("serviceaccounts", "token"): _token,
})  # fmt: skip


def _sent(task: Task, kind: str, api_version: str) -> Object:
    """The object in the body, of this kind and in this namespace. Raises Refusal: 400, 415."""
    of = task.registry.schema.named(api_version.replace("v1beta1", "v1"), kind)
    sent = Bodies(task.registry.schema, task.ask).sent(task.body, task.content_type, kind, api_version, of)
    meta = sent.setdefault("metadata", {})
    if meta.get("namespace") not in (None, "", task.ask.namespace):
        message = "the namespace of the provided object does not match the namespace sent on the request"
        raise errors.bad_request(message)
    return sent


def _check_name(task: Task, sent: Object, kind: str) -> None:
    if sent["metadata"].get("name") != task.ask.name:
        raise errors.bad_request(f"name in URL does not match name in {kind} object")


def _created() -> Answer:
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
    return Answer(msgspec.json.encode(status) + b"\n", 201)
