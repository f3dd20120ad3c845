"""The environment of a container's processes, made as the kubelet makes it: services, envFrom, env."""

import base64
import binascii
import re
from collections.abc import Iterator

from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.store import Store
from k8stui.model import quantity

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_REFERENCE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")
_KEYED = re.compile(r"metadata\.(labels|annotations)\['(.*)'\]")


def environment(store: Store, pod: Object, container: Object) -> dict[str, str]:
    """Every variable of a container, in the order in which it would be listed."""
    found = {"PATH": PATH, "HOSTNAME": hostname(pod)}
    for source in container.get("envFrom") or ():
        prefix = source.get("prefix", "")
        found |= {prefix + key: value for key, value in _source(store, pod, source).items()}
    for row in container.get("env") or ():
        found[row["name"]] = _value(store, pod, container, row, found)
    return found | {key: value for key, value in _services(store, pod).items() if key not in found}


def hostname(pod: Object) -> str:
    """What `hostname` says in the pod: its own name unless it has the node's network or says another."""
    if pod["spec"].get("hostNetwork"):
        return str(pod["spec"].get("nodeName", ""))
    return str(pod["spec"].get("hostname") or pod["metadata"]["name"])[:63]


def field(pod: Object, path: str) -> str:
    """What a fieldRef says; empty for what is not known."""
    if keyed := _KEYED.fullmatch(path):
        return str((pod["metadata"].get(keyed[1]) or {}).get(keyed[2], ""))
    if path in ("metadata.labels", "metadata.annotations"):
        rows = pod["metadata"].get(path.partition(".")[2]) or {}
        return "\n".join(f'{key}="{value}"' for key, value in sorted(rows.items()))
    if path in ("status.podIPs", "status.hostIPs"):
        rows = (pod.get("status") or {}).get(path.partition(".")[2]) or ()
        return ",".join(row["ip"] for row in rows)
    part, _, name = path.partition(".")
    if path == "metadata.namespace":
        return str(pod["metadata"].get("namespace", "default"))
    return str((pod.get(part) or {}).get(name, ""))


def resource(container: Object, path: str, divisor: str) -> str:
    """What a resourceFieldRef says, rounded up."""
    which, _, name = path.partition(".")
    rows = (container.get("resources") or {}).get(which) or {}
    if name not in rows:
        return "0"
    return str(-(-quantity.parse(rows[name]).nanos // (quantity.parse(divisor).nanos or 1)))


def data_of(store: Store, resource_name: str, name: str, namespace: str) -> dict[str, bytes]:
    """The keys of a ConfigMap or Secret; none when it does not exist."""
    try:
        found = store.get(resource_name, name, namespace)
    except Refusal:
        return {}
    plain = found.get("data") or {}
    coded = found.get("binaryData") or {}
    if resource_name == "secrets":
        plain, coded = found.get("stringData") or {}, plain
    data = {key: str(value).encode() for key, value in plain.items()}
    for key, value in coded.items():
        try:
            data[key] = base64.b64decode(value)
        except (binascii.Error, ValueError, TypeError):
            data[key] = b""
    return data


def _namespace(pod: Object) -> str:
    return str(pod["metadata"].get("namespace", "default"))


def _source(store: Store, pod: Object, source: Object) -> dict[str, str]:
    for key, name in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
        if reference := source.get(key):
            found = data_of(store, name, reference.get("name", ""), _namespace(pod))
            return {each: value.decode(errors="replace") for each, value in found.items()}
    return {}


def _value(store: Store, pod: Object, container: Object, row: Object, before: dict[str, str]) -> str:
    """One variable, with references to earlier ones filled in."""
    chosen = row.get("valueFrom") or {}
    if reference := chosen.get("fieldRef"):
        return field(pod, reference.get("fieldPath", ""))
    if reference := chosen.get("resourceFieldRef"):
        return resource(container, reference.get("resource", ""), reference.get("divisor") or "1")
    for key, name in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
        if reference := chosen.get(key):
            found = data_of(store, name, reference.get("name", ""), _namespace(pod))
            return found.get(reference.get("key", ""), b"").decode(errors="replace")
    return expanded(str(row.get("value") or ""), before)


def expanded(text: str, variables: dict[str, str]) -> str:
    """`$(NAME)` filled in; an unknown one stays, `$$` is a dollar sign."""
    return _REFERENCE.sub(lambda found: "$" if found[1] == "$" else variables.get(found[2], found[0]), text)


def _services(store: Store, pod: Object) -> dict[str, str]:
    """What tells of the services: the API server's always, those of the namespace unless the pod wants none."""
    namespace = _namespace(pod)
    wanted = pod["spec"].get("enableServiceLinks", True)
    found: dict[str, str] = {}
    for service in store.list("services", namespace) if wanted else ():
        found |= dict(_links(service))
    try:
        return found | dict(_links(store.get("services", "kubernetes", "default")))
    except Refusal:
        return found


def _links(service: Object) -> Iterator[tuple[str, str]]:
    spec = service.get("spec") or {}
    address, ports = spec.get("clusterIP") or "None", spec.get("ports") or ()
    if address == "None" or not ports:
        return
    name = service["metadata"]["name"].upper().replace("-", "_")
    first = ports[0]
    yield f"{name}_SERVICE_HOST", address
    yield f"{name}_SERVICE_PORT", str(first["port"])
    for port in ports:
        if port.get("name"):
            yield f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}", str(port["port"])
    yield f"{name}_PORT", f"{first.get('protocol', 'TCP').lower()}://{address}:{first['port']}"
    for port in ports:
        protocol, number = port.get("protocol", "TCP"), port["port"]
        prefix = f"{name}_PORT_{number}_{protocol}"
        yield prefix, f"{protocol.lower()}://{address}:{number}"
        yield f"{prefix}_PROTO", protocol.lower()
        yield f"{prefix}_PORT", str(number)
        yield f"{prefix}_ADDR", address
