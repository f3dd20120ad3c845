"""What a server does to objects that are written: defaults, what cannot be changed, and what is invalid."""

import re
from typing import Any

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.changes import Entry
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.selectors import BAD_LABEL_NAME, LABEL_NAME
from k8stui.demo.storage.store import Object, Store

_KEPT = (
    *("name", "generateName", "namespace", "uid", "creationTimestamp", "generation"),
    *("deletionTimestamp", "deletionGracePeriodSeconds"),
)
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_BAD_NAME = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_BAD_VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
_FREE_NAMES = frozenset({"roles", "clusterroles", "rolebindings", "clusterrolebindings"})

Causes = list[dict[str, str]]


def defaulted(kind: Kind, obj: Object) -> Object:
    """A new object with what the server adds; a status sent along is dropped where there is a subresource for it."""
    if kind.has("status"):
        obj.pop("status", None)
    if kind.plural == "namespaces":
        labels = obj["metadata"].get("labels") or {}
        obj["metadata"]["labels"] = labels | {"kubernetes.io/metadata.name": obj["metadata"]["name"]}
        return obj | {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    if kind.plural == "pods":
        return obj | {"status": {"phase": "Pending"}}
    return obj | {"status": {}} if kind.has("status") else obj


def prepared(kind: Kind, obj: Object, old: Object, subresource: str) -> Object:
    """The object as it may be stored: a status write changes no spec, any other no status; system fields stay."""
    if subresource == "status":
        kept: Object = {key: value for key, value in old.items() if key != "status"}
        obj = kept | {key: obj[key] for key in ("metadata", "status") if key in obj}
    elif kind.has("status"):
        obj = {key: value for key, value in obj.items() if key != "status"}
        obj |= {"status": old["status"]} if "status" in old else {}
    before = old["metadata"]
    metadata = {key: before[key] for key in _KEPT if key in before}
    metadata |= {key: value for key, value in obj["metadata"].items() if key not in _KEPT and value not in (None, {})}
    if kind.plural == "nodes" and isinstance(obj.get("spec"), dict) and obj["spec"].get("unschedulable") is False:
        obj["spec"] = {key: value for key, value in obj["spec"].items() if key != "unschedulable"}
    return obj | {"metadata": metadata}


def check_put(kind: Kind, obj: Object, before: Entry, ask: Ask) -> None:
    """Name, uid and resourceVersion of a PUT. Raises Refusal: 400, 409, 500."""
    meta = obj["metadata"]
    _check_name(meta, ask)
    version = meta.get("resourceVersion") or ""
    if version and not str(version).isdecimal():
        raise errors.internal(f'strconv.ParseUint: parsing "{version}": invalid syntax')
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
    _check_name(meta, ask)
    if str(meta.get("resourceVersion") or before.version) != str(before.version):
        raise errors.conflict(kind, before.name)
    if meta.get("uid", before.uid) != before.uid:
        why = f'Invalid value: "{meta["uid"]}": field is immutable'
        raise errors.invalid(kind.kind, kind.group, before.name, [errors.cause("Invalid", why, "metadata.uid")])


def _check_name(meta: Object, ask: Ask) -> None:
    if meta.setdefault("name", ask.name) != ask.name:
        message = f"the name of the object ({meta['name']}) does not match the name on the URL ({ask.name})"
        raise errors.bad_request(message)


def admit(store: Store, kind: Kind, obj: Object, old: Object | None = None) -> None:
    """Raises Refusal: 422 with every cause, and for a new object 403 or 404 about its namespace."""
    meta = obj["metadata"]
    if old is None and kind.namespaced:
        _check_place(store, kind, meta)
    causes = [*_names(kind, meta), *_labels(meta), *_spec(kind, obj.get("spec"))]
    if causes:
        raise errors.invalid(kind.kind, kind.group, meta.get("name") or "", causes)


def _check_place(store: Store, kind: Kind, meta: Object) -> None:
    where = store.get("namespaces", meta["namespace"])
    if where["metadata"].get("deletionTimestamp"):
        name, namespace = meta.get("name", ""), meta["namespace"]
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        message = f'{errors.qualified(kind.plural, kind.group)} "{name}" is forbidden: {why}'
        cause = {"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated"}
        details = errors.details(kind.group, kind.plural, name)
        raise errors.Refusal(403, "Forbidden", message, details | {"causes": [cause | {"field": "metadata.namespace"}]})


def _names(kind: Kind, meta: Object) -> Causes:
    name = meta.get("name")
    if not name and not meta.get("generateName"):
        return [errors.cause("Required", "Required value: name or generateName is required", "metadata.name")]
    if name and kind.plural not in _FREE_NAMES and not (isinstance(name, str) and _SUBDOMAIN.fullmatch(name)):
        return [errors.cause("Invalid", f'Invalid value: "{name}": {_BAD_NAME}', "metadata.name")]
    return []


def _labels(meta: Object) -> Causes:
    labels = meta.get("labels") or {}
    if not isinstance(labels, dict):
        return [errors.cause("Invalid", f"Invalid value: {labels!r}: must be a map of strings", "metadata.labels")]
    causes: Causes = []
    for key, value in labels.items():
        causes += _label(key, value, "metadata.labels", "metadata.labels")
    return causes


def _label(key: object, value: object, key_field: str, value_field: str) -> Causes:
    causes: Causes = []
    if not isinstance(key, str) or not LABEL_NAME.fullmatch(key.rpartition("/")[2]):
        causes.append(errors.cause("Invalid", f'Invalid value: "{key}": {BAD_LABEL_NAME}', key_field))
    if not isinstance(value, str) or not _LABEL_VALUE.fullmatch(value):
        causes.append(errors.cause("Invalid", f'Invalid value: "{value}": {_BAD_VALUE}', value_field))
    return causes


def _spec(kind: Kind, spec: Any) -> Causes:
    if not isinstance(spec, dict):
        return []
    if kind.plural == "nodes":
        taints = spec.get("taints")
        return _taints([each for each in taints if isinstance(each, dict)] if isinstance(taints, list) else [])
    replicas = spec.get("replicas")
    if isinstance(replicas, int) and replicas < 0:
        why = f"Invalid value: {replicas}: must be greater than or equal to 0"
        return [errors.cause("Invalid", why, "spec.replicas")]
    return []


def _taints(taints: list[Object]) -> Causes:
    causes: Causes = []
    seen = set()
    supported = ", ".join(f'"{effect}"' for effect in _EFFECTS)
    for index, taint in enumerate(taints):
        place = f"metadata.taints[{index}]"
        causes += _label(taint.get("key"), taint.get("value") or "", f"{place}.key", f"{place}.value")
        if taint.get("effect") not in _EFFECTS:
            why = f'Unsupported value: "{taint.get("effect", "")}": supported values: {supported}'
            causes.append(errors.cause("NotSupported", why, f"{place}.effect"))
        if (mark := (taint.get("key"), taint.get("effect"))) in seen:
            shown = f'{{"Key":"{taint.get("key")}","Value":"{taint.get("value", "")}","Effect":"{taint.get("effect")}"'
            why = f'Duplicate value: {shown},"TimeAdded":null}}: taints must be unique by key and effect pair'
            causes.append(errors.cause("Duplicate", why, place))
        seen.add(mark)
    return causes
