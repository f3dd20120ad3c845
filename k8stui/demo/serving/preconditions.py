"""What a PUT or PATCH must say of the object that it is about: its name, uid and resourceVersion."""

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object


def check_put(kind: Kind, obj: Object, before: Entry, ask: Ask) -> None:
    """Name, uid and resourceVersion of a PUT. Raises Refusal: 400, 409, 500."""
    meta = obj["metadata"]
    check_name(meta, ask)
    version = check_number(meta)
    uid = meta.get("uid")
    if uid not in (None, "", before.uid):
        key = "/".join(filter(None, ("/registry", kind.plural, before.namespace, before.name)))
        why = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
        why += f"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.uid}"
        raise errors.conflict(kind, before.name, why)
    if version not in ("", str(before.version)):
        raise errors.conflict(kind, before.name)


def check_patch(kind: Kind, obj: Object, before: Entry, ask: Ask) -> None:
    """The same for what a patch made: another uid is an immutable field (422). Raises Refusal: 400, 409, 422."""
    meta = obj["metadata"]
    check_name(meta, ask)
    if kind.namespaced and meta.get("namespace", ask.namespace) != ask.namespace:
        message = "the namespace of the provided object does not match the namespace sent on the request"
        raise errors.bad_request(message)
    if str(meta.get("resourceVersion") or before.version) != str(before.version):
        raise errors.conflict(kind, before.name)
    if meta.get("uid", before.uid) != before.uid:
        why = f'Invalid value: "{meta["uid"]}": field is immutable'
        cause = errors.cause("Invalid", why, "metadata.uid")
        raise errors.invalid(kind.kind, kind.group, before.name, [cause, cause])  # found twice by the real one, too


def check_name(meta: Object, ask: Ask) -> None:
    """The name in the body is that of the path, or missing. Raises Refusal (400)."""
    if meta.setdefault("name", ask.name) != ask.name:
        message = f"the name of the object ({meta['name']}) does not match the name on the URL ({ask.name})"
        raise errors.bad_request(message)


def check_number(meta: Object) -> str:
    """The resourceVersion of a body; empty without one. Raises Refusal (500) for one that is no number."""
    version = str(meta.get("resourceVersion") or "")
    if version and not version.isdecimal():
        raise errors.internal(f'strconv.ParseUint: parsing "{version}": invalid syntax')
    return version
