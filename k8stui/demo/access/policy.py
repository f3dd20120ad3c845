"""The roles and bindings that every cluster starts with (RBAC bootstrap policy of Kubernetes 1.34), as data."""

from collections.abc import Iterator

from k8stui.demo.storage.objects import Object

GROUP = "rbac.authorization.k8s.io"
_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
_Rows = tuple[tuple[str, str, str], ...]
"""API group, verbs, resources."""

_TO_VIEW: _Rows = (
    ("", _READ, "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
     "replicationcontrollers/scale serviceaccounts services services/status"),
    ("", _READ, "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
     "resourcequotas resourcequotas/status"),
    ("", _READ, "namespaces"),
    ("discovery.k8s.io", _READ, "endpointslices"),
    ("apps", _READ, "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status "
     "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"),
    ("autoscaling", _READ, "horizontalpodautoscalers horizontalpodautoscalers/status"),
    ("batch", _READ, "cronjobs cronjobs/status jobs jobs/status"),
    ("extensions", _READ, "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses "
     "ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale"),
    ("policy", _READ, "poddisruptionbudgets poddisruptionbudgets/status"),
    ("networking.k8s.io", _READ, "ingresses ingresses/status networkpolicies"),
    ("resource.k8s.io", _READ, "resourceclaims resourceclaims/status resourceclaimtemplates"),
)  # fmt: skip
_TO_EDIT: _Rows = (
    ("", _READ, "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
    ("", "impersonate", "serviceaccounts"),
    ("", _WRITE, "pods pods/attach pods/exec pods/portforward pods/proxy"),
    ("", "create", "pods/eviction"),
    ("", _WRITE, "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets "
     "serviceaccounts services services/proxy"),
    ("", "create", "serviceaccounts/token"),
    ("apps", _WRITE, "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale "
     "statefulsets statefulsets/scale"),
    ("autoscaling", _WRITE, "horizontalpodautoscalers"),
    ("batch", _WRITE, "cronjobs jobs"),
    ("extensions", _WRITE, "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies "
     "replicasets replicasets/scale replicationcontrollers/scale"),
    ("policy", _WRITE, "poddisruptionbudgets"),
    ("networking.k8s.io", _WRITE, "ingresses networkpolicies"),
    ("coordination.k8s.io", "create delete deletecollection get list patch update watch", "leases"),
    ("resource.k8s.io", _WRITE, "resourceclaims resourceclaimtemplates"),
)  # fmt: skip
_TO_ADMIN: _Rows = (
    ("authorization.k8s.io", "create", "localsubjectaccessreviews"),
    (GROUP, "create delete deletecollection get list patch update watch", "rolebindings roles"),
)
_ROLES: dict[str, _Rows] = {
    "system:basic-user": (
        ("authorization.k8s.io", "create", "selfsubjectaccessreviews selfsubjectrulesreviews"),
        ("authentication.k8s.io", "create", "selfsubjectreviews"),
    ),
    "system:public-info-viewer": (),
    "cluster-admin": (("*", "*", "*"),),
    "system:discovery": (),
    "system:monitoring": (("", "get", "nodes/metrics"),),
    "system:service-account-issuer-discovery": (),
    "system:aggregate-to-view": _TO_VIEW,
    "system:aggregate-to-edit": _TO_EDIT,
    "system:aggregate-to-admin": _TO_ADMIN,
    "view": _TO_VIEW,
    "edit": (*_TO_EDIT, *_TO_VIEW),
    "admin": (*_TO_ADMIN, *_TO_EDIT, *_TO_VIEW),
}
_PATHS = {
    "system:public-info-viewer": ("get", "/healthz /livez /readyz /version /version/"),
    "cluster-admin": ("*", "*"),
    "system:discovery": (
        "get",
        "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/",
    ),
    "system:service-account-issuer-discovery": (
        "get",
        "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/",
    ),
    "system:monitoring": ("get", "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*"),
}
_ABOVE = {"system:aggregate-to-view": "view", "view": "edit", "system:aggregate-to-edit": "edit"}
_ABOVE |= {"edit": "admin", "system:aggregate-to-admin": "admin"}
_SUBJECTS = {
    "system:basic-user": ("system:authenticated",),
    "system:discovery": ("system:authenticated",),
    "system:public-info-viewer": ("system:authenticated", "system:unauthenticated"),
    "cluster-admin": ("system:masters",),
    "system:monitoring": ("system:monitoring",),
    "system:service-account-issuer-discovery": ("system:serviceaccounts",),
}


def bootstrap() -> Iterator[Object]:
    """ClusterRoles and ClusterRoleBindings, in the order in which reviews show them."""
    for name, rows in _ROLES.items():
        rules: list[Object] = [
            {"verbs": verbs.split(), "apiGroups": [group], "resources": resources.split()}
            for group, verbs, resources in rows
        ]
        if name in _PATHS:
            verbs, paths = _PATHS[name]
            rules.append({"verbs": verbs.split(), "nonResourceURLs": paths.split()})
        yield _object("ClusterRole", name, _label(name)) | _aggregation(name) | {"rules": rules}
    for name, groups in _SUBJECTS.items():
        subjects = [{"kind": "Group", "apiGroup": GROUP, "name": group} for group in groups]
        yield _object("ClusterRoleBinding", name, {}) | {"subjects": subjects, "roleRef": _role("ClusterRole", name)}


def binding(user: str, namespace: str, role: str) -> Object:
    """A RoleBinding, called as the user, of a ClusterRole in one namespace."""
    made = _object("RoleBinding", user, {}, bootstrapping=False)
    made["metadata"]["namespace"] = namespace
    subject = {"kind": "User", "apiGroup": GROUP, "name": user}
    return made | {"subjects": [subject], "roleRef": _role("ClusterRole", role)}


def _role(kind: str, name: str) -> Object:
    return {"apiGroup": GROUP, "kind": kind, "name": name}


def _object(kind: str, name: str, labels: dict[str, str], *, bootstrapping: bool = True) -> Object:
    meta: Object = {"name": name}
    if bootstrapping:
        meta["labels"] = {"kubernetes.io/bootstrapping": "rbac-defaults", **labels}
        meta["annotations"] = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
    return {"kind": kind, "apiVersion": f"{GROUP}/v1", "metadata": meta}


def _label(name: str) -> dict[str, str]:
    return {f"rbac.authorization.k8s.io/aggregate-to-{_ABOVE[name]}": "true"} if name in _ABOVE else {}


def _aggregation(name: str) -> Object:
    if name not in _ABOVE.values():
        return {}
    selector = {"matchLabels": {f"rbac.authorization.k8s.io/aggregate-to-{name}": "true"}}
    return {"aggregationRule": {"clusterRoleSelectors": [selector]}}
