"""The scale subresource: GET, PUT and PATCH of a Scale that stands for a workload."""

from msgspec.structs import replace

from k8stui.demo.registry.patch import check_media, patched
from k8stui.demo.registry.request import Request
from k8stui.demo.registry.scale import scale_of, scaled
from k8stui.demo.serving.answers import Answer, Renderer
from k8stui.demo.serving.bodies import Bodies
from k8stui.demo.serving.preconditions import check_patch, check_place, check_put
from k8stui.demo.serving.tasks import Task
from k8stui.demo.serving.writes import dry_run
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

_SCALE = Kind("autoscaling", "v1", "scales", "Scale", "scale", namespaced=True)


def scale(task: Task) -> Answer:
    """Answers any request to a scale subresource. Raises Refusal."""
    store, kind, ask = task.registry.store, task.kind, task.ask
    render = Renderer(store, _SCALE, ask, task.form)
    if ask.verb == "get":
        return render.one(scale_of(kind, store.decode(kind, store.entry(kind, ask.namespace, ask.name))))
    dry = dry_run(ask)
    bodies = Bodies(task.registry.schema, ask)
    before, sent = _put(task, bodies) if ask.verb == "update" else _patched(task, bodies)
    obj = scaled(kind, store.decode(kind, before), sent)
    by = Request(manager=ask.manager, subresource=ask.subresource, warnings=bodies.warnings)
    obj = task.registry.replace(kind, obj, before, dry=dry, by=by)
    answer = render.one(scale_of(kind, obj))
    answer.warnings += bodies.warnings
    return answer


def _put(task: Task, bodies: Bodies) -> tuple[Entry, Object]:
    sent = bodies.sent(task.body, task.content_type, "Scale", "autoscaling/v1")
    check_place(_SCALE, sent, task.ask)
    before = task.registry.store.entry(task.kind, task.ask.namespace, task.ask.name)
    check_put(task.kind, sent, before, task.ask)
    return before, sent


def _patched(task: Task, bodies: Bodies) -> tuple[Entry, Object]:
    check_media(task.kind, task.content_type)
    before = task.registry.store.entry(task.kind, task.ask.namespace, task.ask.name)
    of = task.registry.schema.named("autoscaling/v1", "Scale")
    assert of is not None
    shown = scale_of(task.kind, task.registry.store.decode(task.kind, before))
    found = patched(_SCALE, of, shown, task.body, task.content_type)
    found = bodies.patched(of, found, task.body, task.content_type)
    check_patch(task.kind, found, before, task.ask)
    _check_uid(task.kind, found, before)
    return before, found


def _check_uid(kind: Kind, sent: Object, before: Entry) -> None:
    """A patched Scale is of the very object; a custom kind's scale does not look. Raises Refusal (409)."""
    uid = sent["metadata"].get("uid")
    if kind.custom or uid in (None, "", before.uid):
        return
    why = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.uid}"
    raise errors.conflict(replace(kind, plural=f"{kind.plural}/scale"), before.name, why)
