"""The scale subresource: GET, PUT and PATCH of a Scale that stands for a workload."""

import msgspec

from k8stui.demo.registry.patch import patched
from k8stui.demo.registry.request import Request
from k8stui.demo.registry.scale import scale_of, scaled
from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.preconditions import check_patch, check_put
from k8stui.demo.serving.tasks import Task
from k8stui.demo.serving.writes import dry_run
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

_SCALE = Kind("autoscaling", "v1", "scales", "Scale", "scale", namespaced=True)


def scale(task: Task) -> Answer:
    """Answers any request to a scale subresource. Raises Refusal."""
    store, kind, ask = task.registry.store, task.kind, task.ask
    before = store.entry(kind, ask.namespace, ask.name)
    if ask.verb == "get":
        return _answer(scale_of(kind, store.decode(kind, before)), [])
    dry = dry_run(ask)
    bodies = Bodies(task.registry.schema, ask)
    sent = _put(task, bodies, before) if ask.verb == "update" else _patched(task, bodies, before)
    obj = scaled(kind, store.decode(kind, before), sent)
    obj = task.registry.replace(kind, obj, before, dry=dry, by=Request(manager=ask.manager, warnings=bodies.warnings))
    return _answer(scale_of(kind, obj), bodies.warnings)


def _put(task: Task, bodies: Bodies, before: Entry) -> Object:
    sent = bodies.sent(task.body, task.content_type, "Scale", "autoscaling/v1")
    check_put(task.kind, sent, before, task.ask)
    return sent


def _patched(task: Task, bodies: Bodies, before: Entry) -> Object:
    of = task.registry.schema.named("autoscaling/v1", "Scale")
    assert of is not None
    shown = scale_of(task.kind, task.registry.store.decode(task.kind, before))
    found = patched(_SCALE, of, shown, task.body, task.content_type)
    found = bodies.patched(of, found, task.body, task.content_type)
    check_patch(task.kind, found, before, task.ask)
    return found


def _answer(obj: Object, warnings: list[str]) -> Answer:
    return Answer(msgspec.json.encode(obj) + b"\n", warnings=list(warnings))
