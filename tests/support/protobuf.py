"""Pods in protobuf, as kubectl posts them: as much of k8s.io/api/core/v1 as the recordings have."""

from typing import Any

Object = dict[str, Any]
_TOLD = ("shareProcessNamespace", "allowPrivilegeEscalation")
"""Fields of which false says something."""
_TEXT, _TEXTS, _FLAG, _NUMBER = "text", "texts", "flag", "number"
_HANDLER: Any = {3: ("tcpSocket", {1: ("port", {1: ("type", _NUMBER), 2: ("intVal", _NUMBER)})})}
_PROBE: Any = {1: ("handler", _HANDLER)}
_CONTEXT: Any = {
    1: ("capabilities", {1: ("add", _TEXTS), 2: ("drop", _TEXTS)}),
    2: ("privileged", _FLAG),
    5: ("runAsNonRoot", _FLAG),
    7: ("allowPrivilegeEscalation", _FLAG),
    11: ("seccompProfile", {1: ("type", _TEXT)}),
}
_CONTAINER: Any = {
    1: ("name", _TEXT),
    2: ("image", _TEXT),
    3: ("command", _TEXTS),
    4: ("args", _TEXTS),
    7: ("env[]", {1: ("name", _TEXT), 2: ("value", _TEXT)}),
    9: ("volumeMounts[]", {1: ("name", _TEXT), 3: ("mountPath", _TEXT)}),
    10: ("livenessProbe", _PROBE),
    11: ("readinessProbe", _PROBE),
    14: ("imagePullPolicy", _TEXT),
    15: ("securityContext", _CONTEXT),
    16: ("stdin", _FLAG),
    18: ("tty", _FLAG),
    20: ("terminationMessagePolicy", _TEXT),
}
_SPEC: Any = {
    1: ("volumes[]", {1: ("name", _TEXT), 2: ("source", {1: ("hostPath", {1: ("path", _TEXT)})})}),
    2: ("containers[]", _CONTAINER),
    3: ("restartPolicy", _TEXT),
    8: ("serviceAccountName", _TEXT),
    10: ("nodeName", _TEXT),
    11: ("hostNetwork", _FLAG),
    12: ("hostPID", _FLAG),
    13: ("hostIPC", _FLAG),
    20: ("initContainers[]", _CONTAINER),
    22: ("tolerations[]", {2: ("operator", _TEXT)}),
    27: ("shareProcessNamespace", _FLAG),
}
_PAIR: Any = {1: ("key", _TEXT), 2: ("value", _TEXT)}
_METADATA: Any = {
    1: ("name", _TEXT),
    3: ("namespace", _TEXT),
    11: ("labels{}", _PAIR),
    12: ("annotations{}", _PAIR),
}
_POD: Any = {1: ("metadata", _METADATA), 2: ("spec", _SPEC)}
_UNKNOWN: Any = {2: ("raw", _POD)}


def pod(body: str) -> Object:
    """The pod of a recorded body, without what says nothing ("", 0, {}) and without fields that are not known here."""
    raw = body.encode("latin-1")
    assert raw.startswith(b"k8s\0"), raw[:8]
    found = _message(raw[4:], _UNKNOWN)["raw"]
    for volume in found["spec"].get("volumes", ()):
        volume |= volume.pop("source", {})
    return dict(found)


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _message(raw: bytes, fields: Any) -> Object:
    found: Object = {}
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        value: Any
        if tag & 7 == 2:
            length, at = _varint(raw, at)
            value, at = raw[at : at + length], at + length
        else:
            assert tag & 7 == 0, tag
            value, at = _varint(raw, at)
        if tag >> 3 in fields:
            name, kind = fields[tag >> 3]
            _put(found, name, _decoded(value, kind), many=kind == _TEXTS)
    return found


def _decoded(value: Any, kind: Any) -> Any:
    if kind == _FLAG:
        return bool(value)
    if kind == _NUMBER:
        return value
    return value.decode() if isinstance(kind, str) else _message(value, kind)


def _put(found: Object, name: str, value: Any, *, many: bool) -> None:
    if name.endswith("{}"):
        found.setdefault(name[:-2], {})[value["key"]] = value["value"]
    elif name.endswith("[]"):
        found.setdefault(name[:-2], []).append(value)
    elif many:
        found.setdefault(name, []).append(value)
    elif value or name in _TOLD:
        found[name] = value
