"""What a PUT or PATCH must say of the object that it is about: its name, uid and resourceVersion."""

from collections.abc import Mapping
from types import MappingProxyType

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

_STORED: Mapping[tuple[str, str], str] = MappingProxyType({
    ("replicationcontrollers", ""): "controllers", ("services", ""): "services/specs",
    ("endpoints", ""): "services/endpoints", ("nodes", ""): "minions", ("ingresses", "networking.k8s.io"): "ingress",
})  # fmt: skip
"""Keys in the storage that are not called after their resource."""


def check_put(kind: Kind, obj: Object, before: Entry, ask: Ask) -> None:
    """uid and resourceVersion of a PUT. Raises Refusal: 409, 500."""
    meta = obj["metadata"]
    version = check_number(meta)
    uid = meta.get("uid")
    if uid not in (None, "", before.uid):
        root = "" if "dryRun" in ask.query else "/registry"
        places = (_STORED.get((kind.plural, kind.group), kind.plural), before.namespace, before.name)
        key = "/".join((root, *filter(None, places)))
        why = f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: "
        why += f"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.uid}"
        raise errors.conflict(kind, before.name, why)
    if version not in ("", str(before.version)):
        raise errors.conflict(kind, before.name)


def check_patch(kind: Kind, obj: Object, before: Entry, ask: Ask) -> None:
    """The same for what a patch made, where another uid is an immutable field. Raises Refusal: 400, 409, 500."""
    meta = obj["metadata"]
    check_name(meta, ask)
    check_namespace(kind, meta, ask)
    if (check_number(meta) or str(before.version)) != str(before.version):
        raise errors.conflict(kind, before.name)


def check_name(meta: Object, ask: Ask) -> None:
    """The name in the body is that of the path. Raises Refusal (400)."""
    if not meta.get("name"):
        why = "name must be provided"
        raise errors.bad_request(f"the name of the object ({ask.name} based on URL) was undeterminable: {why}")
    if meta["name"] != ask.name:
        message = f"the name of the object ({meta['name']}) does not match the name on the URL ({ask.name})"
        raise errors.bad_request(message)


def check_place(kind: Kind, obj: Object, ask: Ask) -> None:
    """Namespace and name of what a PUT sends, before anybody looks for it. Raises Refusal (400)."""
    check_namespace(kind, obj["metadata"], ask)
    check_name(obj["metadata"], ask)


def check_namespace(kind: Kind, meta: Object, ask: Ask) -> None:
    """The namespace in the body is that of the path, or missing (then it is filled in). Raises Refusal (400)."""
    if kind.namespaced and meta.setdefault("namespace", ask.namespace) != ask.namespace:
        message = "the namespace of the provided object does not match the namespace sent on the request"
        raise errors.bad_request(message)


def check_number(meta: Object) -> str:
    """The resourceVersion of a body; empty without one. Raises Refusal (500) for one that is no number."""
    version = str(meta.get("resourceVersion") or "")
    if version and not version.isdecimal():
        raise errors.internal(f'strconv.ParseUint: parsing "{version}": invalid syntax')
    return version
