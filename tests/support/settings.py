"""A change with what stands around it, as a question would have read it: no server."""

from typing import Any

from k8stui.model.kinds import Kind
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import build
from k8stui.operations.effects import whole as effects
from k8stui.operations.effects.setting import Count, Setting
from tests.support.golden import found

Object = dict[str, Any]
NOW = 1_790_000_000.0


def setting(
    builder: str,
    row: ObjectRow,
    around: dict[str, list[Object]] | None = None,
    *,
    counts: dict[str, int] | None = None,
    missing: dict[str, str] | None = None,
    **args: Any,
) -> Setting:
    """The change that the builder makes of the object."""
    return Setting(build(builder, row, args), row.tree(), around or {}, counts or {}, missing or {}, NOW)


def said(*settings: Setting, with_claims: bool = False) -> list[str]:
    """What the question would say, in its order."""
    lines = [line for each in settings for line in effects.told(each, with_claims=with_claims)]
    return [line.text for line in (*lines, *effects.together(settings))]


def asked(found_: Setting, kinds: tuple[Kind, ...] = ()) -> dict[str, str]:
    """What it asks for: name to kind, namespace and selectors."""
    return {
        each.name: " ".join(
            part
            for part in (
                each.kind.plural,
                each.namespace or "",
                *(() if isinstance(each, Count) else (each.labels, each.fields)),
            )
            if part
        )
        for each in effects.wants(found_, kinds)
    }


def workload(kind: Kind, name: str = "web", replicas: int = 3, ready: int = 3, **spec: Any) -> ObjectRow:
    """A workload that selects `app=<name>`."""
    meta = spec.pop("metadata", {})
    body = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": "a:1"}]}},
    }
    status = spec.pop("status", {"readyReplicas": ready, "replicas": replicas, "updatedReplicas": replicas})
    return found(kind, name, "shop", spec=body | spec, status=status, metadata=meta)


def service(name: str = "web", app: str = "web") -> Object:
    return {"metadata": {"name": name, "namespace": "shop", "uid": f"svc-{name}"}, "spec": {"selector": {"app": app}}}


def endpoints(of: str, *ready: str, waiting: tuple[str, ...] = ()) -> Object:
    """A slice: the uids of the pods that are ready, and of those that are not."""
    rows = [{"addresses": [uid], "conditions": {"ready": True}, "targetRef": {"uid": uid}} for uid in ready]
    rows += [{"addresses": [uid], "conditions": {"ready": False}, "targetRef": {"uid": uid}} for uid in waiting]
    labels = {"kubernetes.io/service-name": of}
    return {"metadata": {"name": f"{of}-x", "namespace": "shop", "labels": labels}, "endpoints": rows}


def as_row(kind: Kind, obj: Object) -> ObjectRow:
    """A plain object as a builder gets it."""
    meta = dict(obj["metadata"])
    rest = {key: value for key, value in obj.items() if key != "metadata"}
    return found(kind, meta.pop("name"), meta.pop("namespace", ""), meta.pop("uid", "uid-1"), metadata=meta, **rest)
