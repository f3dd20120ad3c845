"""Service accounts of pods, and the token that is mounted into them (plugin ServiceAccount).

Off unless a cluster wants it: the server that the recordings come from ran without.
"""

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.store import Object, Store

_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_SECONDS = 3607


def give_account(store: Store, kind: Kind, obj: Object, suffix: str) -> None:
    """The default account, and its token in every container. Raises Refusal (403) without the account."""
    spec = obj["spec"]
    name = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    namespace = obj["metadata"]["namespace"]
    accounts = store.catalog.at("", "v1", "serviceaccounts")
    if accounts is not None and f"{namespace}/{name}" not in store.table(accounts).entries:
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise errors.forbidden(kind, obj["metadata"], why)
    if spec.get("automountServiceAccountToken") is False:
        return
    volume = f"kube-api-access-{suffix}"
    containers = [*items(spec, "initContainers"), *items(spec, "containers")]
    bare = [each for each in containers if not any(m.get("mountPath") == _PATH for m in items(each, "volumeMounts"))]
    for each in bare:
        mount = {"name": volume, "readOnly": True, "mountPath": _PATH}
        each["volumeMounts"] = [*(each.get("volumeMounts") or ()), mount]
    if bare:
        spec["volumes"] = [*(spec.get("volumes") or ()), _volume(volume)]


def _volume(name: str) -> Object:
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": _SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}
