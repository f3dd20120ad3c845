"""What a pod refers to: ConfigMaps, Secrets and claims in its volumes and environment, and what is missing of them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object
from k8stui.demo.storage.store import Store

Reference = tuple[str, str, str]
"""Resource, namespace and name."""

ROOT = "kube-root-ca.crt"
"""Every namespace of a real cluster has it: nobody waits for it here."""
_SOURCES = {"configMap": ("configmaps", "name"), "secret": ("secrets", "secretName")}
_KINDS = {"configmaps": "configmap", "secrets": "secret"}


@lru_cache(maxsize=256)
def _pattern(text: str) -> "re.Pattern[str]":
    return re.compile(text)


class Things:
    """What one container can see of the cluster; it remembers what it was asked for in `asked`."""

    def __init__(self, store: Store, pod: Object, container: Object) -> None:
        self._store = store
        self._pod = pod
        self._container = container
        self.asked: set[Reference] = set()

    def get(self, resource: str, name: str, namespace: str = "") -> Object | None:
        """An object (in the pod's namespace unless told), None when there is none."""
        kind = self._store.catalog.named(resource)
        where = (namespace or self._pod["metadata"].get("namespace", "")) if kind.namespaced else ""
        self.asked.add((resource, where, name))
        try:
            return self._store.get(resource, name, where)
        except Refusal:
            return None

    def value(self, resource: str, name: str, namespace: str, field: str) -> str | None:
        """A field as text; None when it is not there."""
        found: Any = self.get(resource, name, namespace) if resource else self._pod
        for part in field.split("/") if field else ():
            if isinstance(found, list):
                found = found[int(part)] if part.isdigit() and int(part) < len(found) else None
            else:
                found = found.get(part) if isinstance(found, dict) else None
        return None if found is None else str(found)

    def searched(self, pattern: str, text: str) -> bool:
        """Whether the pattern is found in the text."""
        return _pattern(pattern).search(text) is not None

    def variable(self, name: str) -> str | None:
        """An environment variable of the container."""
        return self.environment().get(name)

    def environment(self) -> dict[str, str]:
        """The variables that a container gets; what cannot be had is left out."""
        found: dict[str, str] = {}
        for source in self._container.get("envFrom", ()):
            for kind, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
                if kind in source and (of := self.get(resource, source[kind].get("name", ""))):
                    prefix = source.get("prefix", "")
                    found |= {f"{prefix}{key}": str(value) for key, value in _data(of).items()}
        for row in self._container.get("env", ()):
            value = row.get("value", "") if "valueFrom" not in row else self._from(row["valueFrom"])
            if value is not None:
                found[row["name"]] = value
        return found

    def _from(self, source: Object) -> str | None:
        for kind, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
            if kind in source:
                of = self.get(resource, source[kind].get("name", ""))
                value = _data(of).get(source[kind].get("key", "")) if of else None
                return None if value is None else str(value)
        path = source.get("fieldRef", {}).get("fieldPath", "")
        return self.value("", "", "", path.replace(".", "/")) or ""

    def configuration(self) -> str:
        """Why the container cannot be configured, in the kubelet's words; empty when it can."""
        for source in self._container.get("envFrom", ()):
            for kind, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
                ref = source.get(kind)
                if ref and not ref.get("optional") and self.get(resource, ref.get("name", "")) is None:
                    return f'{_KINDS[resource]} "{ref.get("name", "")}" not found'
        for row in self._container.get("env", ()):
            if why := self._unset(row.get("valueFrom") or {}):
                return why
        return ""

    def _unset(self, source: Object) -> str:
        for kind, resource, shown in (
            ("configMapKeyRef", "configmaps", "ConfigMap"),
            ("secretKeyRef", "secrets", "Secret"),
        ):
            ref = source.get(kind)
            if not ref or ref.get("optional"):
                continue
            name, key = ref.get("name", ""), ref.get("key", "")
            of = self.get(resource, name)
            if of is None:
                return f'{_KINDS[resource]} "{name}" not found'
            if key not in _data(of):
                return f"couldn't find key {key} in {shown} {self._pod['metadata'].get('namespace', '')}/{name}"
        return ""

    def volumes(self) -> str:
        """The first volume of the pod that cannot be mounted, as a FailedMount event says it; empty: all can."""
        for volume in self._pod["spec"].get("volumes", ()):
            for resource, name, keys in _needed(volume):
                of = self.get(resource, name)
                start = f'MountVolume.SetUp failed for volume "{volume["name"]}" : '
                if of is None:
                    return f'{start}{_KINDS[resource]} "{name}" not found'
                if lost := [key for key in keys if key not in _data(of)]:
                    return f"{start}references non-existent {_KINDS[resource]} key: {lost[0]}"
            if why := self._claim(volume):
                return why
        return ""

    def _claim(self, volume: Object) -> str:
        if "persistentVolumeClaim" not in volume:
            return ""
        name = volume["persistentVolumeClaim"].get("claimName", "")
        of = self.get("persistentvolumeclaims", name)
        where, part = self._pod["metadata"].get("namespace", ""), volume["name"]
        start = f"Unable to attach or mount volumes: unmounted volumes=[{part}], unattached volumes=[], "
        start += f"failed to process volumes=[{part}]: error processing PVC {where}/{name}: "
        if of is None:
            return f'{start}failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found'
        return "" if of.get("status", {}).get("phase") == "Bound" else f"{start}PVC is not bound"


def _data(of: Object) -> Object:
    return {**(of.get("binaryData") or {}), **(of.get("data") or {})}


def _needed(volume: Object) -> Iterator[tuple[str, str, list[str]]]:
    """Resource, name and keys of what a volume cannot do without."""
    for kind, (resource, field) in _SOURCES.items():
        if kind in volume:
            yield from _source(resource, field, volume[kind])
    for source in (volume.get("projected") or {}).get("sources") or ():
        for kind, (resource, _) in _SOURCES.items():
            if kind in source:
                yield from _source(resource, "name", source[kind])


def _source(resource: str, field: str, source: Object) -> Iterator[tuple[str, str, list[str]]]:
    name = source.get(field, "")
    if not source.get("optional") and name != ROOT:
        yield resource, name, [item.get("key", "") for item in source.get("items") or ()]
