"""Pod security: which namespaces ask for which level of their pods, and what follows (`levels` says what is asked).

Source: the admission plugin PodSecurity (k8s.io/pod-security-admission). Of versions only the latest is known.
"""

from collections.abc import Mapping
from typing import Any

from k8stui.demo.registry.admission.levels import findings
from k8stui.demo.registry.validation.report import Report
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_PREFIX = "pod-security.kubernetes.io/"
_LEVELS = ("privileged", "baseline", "restricted")
_TEMPLATES = frozenset({
    "replicationcontrollers", "podtemplates", "deployments.apps", "replicasets.apps", "statefulsets.apps",
    "daemonsets.apps", "jobs.batch", "cronjobs.batch",
})  # fmt: skip


def check_security(store: Store, kind: Kind, obj: Object, old: Object | None, warn: list[str]) -> None:
    """Refuse (403) a pod that its namespace does not allow; warn of pods and templates that it would not."""
    name = errors.qualified(kind.plural, kind.group)
    if name == "namespaces":
        _check_namespace(store, obj, old, warn)
        return
    pod = _pod(name, obj)
    labels = _labels(store, obj["metadata"].get("namespace", "")) if pod is not None else None
    if not labels or pod is None:
        return
    enforced = labels.get(f"{_PREFIX}enforce")
    if name == "pods" and old is not None and pod["spec"] == old.get("spec"):
        return
    if enforced and (found := findings(enforced, pod)):
        text = f'violate PodSecurity "{_named(labels, "enforce")}": {", ".join(map(str, found))}'
        if name == "pods":
            raise errors.forbidden(kind, obj["metadata"], text.replace("violate", "violates", 1))
        warn.append(f"would {text}")
    warned = labels.get(f"{_PREFIX}warn")
    if warned and warned != enforced and (found := findings(warned, pod)):
        warn.append(f'would violate PodSecurity "{_named(labels, "warn")}": {", ".join(map(str, found))}')


def _labels(store: Store, namespace: str) -> Mapping[str, str]:
    kind = store.catalog.at("", "v1", "namespaces")
    entry = store.table(kind).entries.get(f"/{namespace}") if kind is not None else None
    return entry.labels if entry is not None else {}


def _named(labels: Mapping[str, str], mode: str) -> str:
    return f"{labels[_PREFIX + mode]}:{labels.get(f'{_PREFIX}{mode}-version', 'latest')}"


def _pod(name: str, obj: Object) -> Object | None:
    """What a pod of this object would be; None of other kinds, and of poison that was planted in the store."""
    if name != "pods" and name not in _TEMPLATES:
        return None
    found: Any = obj
    for key in _WAYS.get(name, ("spec", "template")):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and isinstance(found.get("spec"), dict) else None


_WAYS: dict[str, tuple[str, ...]] = {
    "pods": (),
    "podtemplates": ("template",),
    "cronjobs.batch": ("spec", "jobTemplate", "spec", "template"),
}


def _check_namespace(store: Store, obj: Object, old: Object | None, warn: list[str]) -> None:
    """Labels that name no level are refused (422); a stricter level warns of the pods that break it already."""
    labels: Any = obj["metadata"].get("labels") or {}
    report = Report()
    for mode in ("enforce", "audit", "warn"):
        level = labels.get(_PREFIX + mode)
        if level is not None and level not in _LEVELS:
            report.invalid(f"metadata.labels[{_PREFIX}{mode}]", level, f"must be one of {', '.join(_LEVELS)}")
    if report.causes:
        raise errors.invalid("Namespace", "", obj["metadata"]["name"], report.causes)
    level = labels.get(f"{_PREFIX}enforce")
    before = ((old or {}).get("metadata") or {}).get("labels") or {}
    if old is None or not level or level == before.get(f"{_PREFIX}enforce"):
        return
    name = obj["metadata"]["name"]
    grouped: dict[str, list[str]] = {}
    for pod in store.list("pods", name):
        if found := findings(level, pod):
            grouped.setdefault(", ".join(each.reason for each in found), []).append(pod["metadata"]["name"])
    if grouped:
        named = _named(labels, "enforce")
        warn.append(f'existing pods in namespace "{name}" violate the new PodSecurity enforce level "{named}"')
    for reasons, pods in grouped.items():
        others = len(pods) - 1
        more = f" (and {others} other pod{'s' if others > 1 else ''})" if others else ""
        warn.append(f"{pods[0]}{more}: {reasons}")
