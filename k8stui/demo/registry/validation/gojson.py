"""Objects as the messages of a real server show them: its internal types have Go's names and write every field."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from k8stui.demo.schema.schema import LIST, MAP, Field, Schema
from k8stui.demo.storage.store import Object

_NAMES: Mapping[str, str] = MappingProxyType({
    "dnsPolicy": "DNSPolicy", "dnsConfig": "DNSConfig", "os": "OS", "tty": "TTY", "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy", "seLinuxOptions": "SELinuxOptions", "apiGroup": "APIGroup",
    "seLinuxChangePolicy": "SELinuxChangePolicy", "apiVersion": "APIVersion", "httpGet": "HTTPGet",
    "tcpSocket": "TCPSocket", "grpc": "GRPC", "nfs": "NFS", "iscsi": "ISCSI", "rbd": "RBD", "fc": "FC", "csi": "CSI",
    "cephfs": "CephFS", "gcePersistentDisk": "GCEPersistentDisk", "awsElasticBlockStore": "AWSElasticBlockStore",
    "httpHeaders": "HTTPHeaders",
})  # fmt: skip
_ORDERS: Mapping[str, str] = MappingProxyType({
    "core/v1.PodSpec": (
        "volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds"
        " activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName automountServiceAccountToken nodeName"
        " securityContext imagePullSecrets hostname subdomain setHostnameAsFQDN affinity schedulerName tolerations"
        " hostAliases priorityClassName priority preemptionPolicy dnsConfig readinessGates runtimeClassName overhead"
        " enableServiceLinks topologySpreadConstraints os schedulingGates resourceClaims resources hostnameOverride"
    ),
    "core/v1.PodSecurityContext": (
        "hostNetwork hostPID hostIPC shareProcessNamespace hostUsers seLinuxOptions windowsOptions runAsUser runAsGroup"
        " runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls seccompProfile"
        " appArmorProfile seLinuxChangePolicy"
    ),
})  # fmt: skip
"""Types whose internal fields stand in another order than those of the API."""
_OF_THE_POD = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
_ZEROS: Mapping[str, Any] = MappingProxyType({"bool": False, "int32": 0, "int64": 0, "float64": 0.0})
_AS_SENT = ("meta/v1",)
"""Packages whose types have no internal twin."""


def internal(name: str, value: Any) -> str:
    """A value of a type (`core/v1.PodSpec`), indented as in a diff."""
    return json.dumps(form(name, value), indent=1, ensure_ascii=False)


def form(name: str, value: Any) -> Object:
    """The same as an object."""
    value = value if isinstance(value, dict) else {}
    if name == "core/v1.PodSpec":
        own = value.get("securityContext")
        context = (own or {}) | {key: value[key] for key in _OF_THE_POD if key in value}
        value = value | ({"securityContext": context} if own is not None or context else {})
    fields = Schema().type(name).fields
    if name == "core/v1.PodSecurityContext":
        fields = {**Schema().type("core/v1.PodSpec").fields, **fields}
    order = _ORDERS[name].split() if name in _ORDERS else list(fields)
    return {_go_name(key): _value(fields[key], value.get(key)) for key in order if key in fields}


def template(of: Any) -> Object:
    """A pod template: its metadata stands in it without a name."""
    of = of if isinstance(of, dict) else {}
    metadata = {
        key: dict(sorted(value.items())) if isinstance(value, dict) else value
        for key, value in (of.get("metadata") or {}).items()
        if value
    }
    return {**metadata, "Spec": form("core/v1.PodSpec", of.get("spec"))}


def _go_name(name: str) -> str:
    return _NAMES.get(name) or name[0].upper() + name[1:]


def _value(field: Field, value: Any) -> Any:
    if value is None:
        return _nothing(field)
    if field.type.startswith(_AS_SENT) or field.of is None:
        return dict(sorted(value.items())) if isinstance(value, dict) else value
    if field.many == LIST:
        return [form(field.type, each) for each in value]
    if field.many == MAP:
        return {key: form(field.type, value[key]) for key in sorted(value)}
    return form(field.type, value)


def _nothing(field: Field) -> Any:
    if field.many or field.pointer or field.type == "strings":
        return None
    if field.of is not None:
        return {} if field.type.startswith(_AS_SENT) else form(field.type, {})
    if field.type in ("bytes", "Time", "MicroTime", "RawExtension", "JSON"):
        return None
    return _ZEROS.get(field.type, "")
