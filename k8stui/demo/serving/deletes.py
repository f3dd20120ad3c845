"""DELETE of an object or of a collection, and what a real server answers to each."""

from k8stui.demo.registry import options as deleteoptions
from k8stui.demo.registry.options import Deletion
from k8stui.demo.schema.scalars import WrongType
from k8stui.demo.schema.typed import read
from k8stui.demo.serving.answers import Answer, status_answer
from k8stui.demo.serving.bodies import no_object
from k8stui.demo.serving.lists import page
from k8stui.demo.serving.media import decode
from k8stui.demo.serving.tasks import Task
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind

_WHOLE = frozenset({
    "pods", "services", "serviceaccounts", "persistentvolumeclaims", "persistentvolumes", "podtemplates",
    "resourcequotas", "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io", "csinodes.storage.k8s.io",
    "volumeattachments.storage.k8s.io",
})  # fmt: skip
"""Kinds whose DELETE answers with the object even when it is gone (asked of a real 1.34 server)."""
_OF_JOBS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
    "set propagationPolicy=Orphan to suppress this warning"
)
_UNREAD = "the object provided is unrecognized (must be of type DeleteOptions): "


def delete(task: Task) -> Answer:
    """DELETE of an object: at once, unless grace or finalizers hold it."""
    kind, ask = task.kind, task.ask
    options = _options(task)
    before = task.registry.store.entry(kind, ask.namespace, ask.name)
    ending = task.registry.let_go(kind, before, options)
    if ending.gone and errors.qualified(kind.plural, kind.group) not in _WHOLE:
        answer = status_answer(ending.obj["metadata"], kind)
    else:
        answer = task.render.one(ending.obj)
    if options.orphan is False and not ending.gone:
        answer.status = 202
    return _warned(kind, options, answer)


def delete_collection(task: Task) -> Answer:
    """DELETE of everything that a list would show, each with these options; answers with that list."""
    kind, registry = task.kind, task.registry
    if "deletecollection" not in kind.verbs or kind.plural == "namespaces":
        raise errors.no_method()
    options = _options(task)
    found = page(registry.store, kind, task.ask)
    for entry in found.entries:
        registry.let_go(kind, entry, options)
    return _warned(kind, options, task.render.page(found))


def _options(task: Task) -> Deletion:
    """From the body, or without one from the query. Raises Refusal: 400, 415, 422, 500 in a real server's words."""
    if not task.body:
        return deleteoptions.check(deleteoptions.from_query(task.ask.query))
    try:
        sent = decode(task.body, task.content_type, "DeleteOptions")
    except errors.Refusal as refusal:
        if refusal.code != 400:
            raise
        why = refusal.message.removeprefix(_UNREAD)
        raise errors.internal(why.rpartition(" (")[0] or why) from None
    sent = {} if sent is None else sent
    if why := no_object(sent):
        raise errors.internal(f"couldn't get version/kind; json parse error: {why}")
    if (kind := sent.get("kind")) not in (None, "", "DeleteOptions"):
        version = sent.get("apiVersion") or task.kind.api_version
        why = f'no kind "{kind}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:110"'
        raise errors.internal(why)
    of = task.registry.schema.type("meta/v1.DeleteOptions")
    try:
        return deleteoptions.check(deleteoptions.from_body(read(of, sent).obj))
    except WrongType as error:
        raise errors.internal(str(error)) from None


def _warned(kind: Kind, options: Deletion, answer: Answer) -> Answer:
    if (kind.group, kind.plural) == ("batch", "jobs") and options.propagation is None and options.orphan is None:
        answer.warnings.append(_OF_JOBS)
    return answer
