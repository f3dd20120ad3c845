"""Admission webhooks: who is asked about a new or changed object, and what comes of nobody being there to answer.

Source: apiserver/pkg/admission/plugin/webhook, and the aggregator's service resolver. A webhook's container does not
exist here: it lets through what it is asked about, unless a reviewer stands for it. Deletions are not reviewed.
"""

from collections.abc import Callable, Iterator, Mapping

from k8stui.demo.registry.defaults.pods import items
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object, labels_of
from k8stui.demo.storage.selectors import selects
from k8stui.demo.storage.store import Store

GROUP = "admissionregistration.k8s.io"
Reviewers = Mapping[str, Callable[[Object], str]]
"""By the webhook's name: why it denies an object, empty where it allows it. TimeoutError: it does not answer."""


def review(store: Store, kind: Kind, obj: Object, operation: str, reviewers: Reviewers) -> None:
    """Raises Refusal: 403 of a webhook that denies, 500 of one that cannot be asked and whose failures count."""
    if kind.group == GROUP:
        return
    for hook in _hooks(store):
        if not _concerned(store, hook, kind, obj, operation):
            continue
        name = str(hook.get("name"))
        why = _unreachable(store, hook)
        denied = ""
        try:
            denied = reviewers[name](obj) if name in reviewers and not why else ""
        except TimeoutError:
            why = "context deadline exceeded"
        if denied:
            raise Refusal(403, "Forbidden", f'admission webhook "{name}" denied the request: {denied}')
        if why and hook.get("failurePolicy", "Fail") == "Fail":
            why = f'failed calling webhook "{name}": failed to call webhook: Post "{_url(hook)}": {why}'
            raise Refusal(500, "InternalError", f"Internal error occurred: {why}", {"causes": [{"message": why}]})


def _hooks(store: Store) -> Iterator[Object]:
    """All of them: those that change objects are asked first."""
    for plural in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
        kind = store.catalog.at(GROUP, "v1", plural)
        if kind is not None and store.table(kind).entries:
            for entry in store.table(kind).within(None):
                yield from items(store.decode(kind, entry), "webhooks")


def _concerned(store: Store, hook: Object, kind: Kind, obj: Object, operation: str) -> bool:
    if not any(_rule(rule, kind, operation) for rule in items(hook, "rules")):
        return False
    if not selects(hook.get("objectSelector") or {}, labels_of(obj)):
        return False
    return not kind.namespaced or selects(hook.get("namespaceSelector") or {}, _namespace(store, obj))


def _rule(rule: Object, kind: Kind, operation: str) -> bool:
    scope = rule.get("scope") or "*"
    return (
        not {"*", operation}.isdisjoint(rule.get("operations") or ())
        and not {"*", kind.group}.isdisjoint(rule.get("apiGroups") or ())
        and not {"*", kind.version}.isdisjoint(rule.get("apiVersions") or ())
        and not {"*", "*/*", kind.plural}.isdisjoint(rule.get("resources") or ())
        and scope in ("*", "Namespaced" if kind.namespaced else "Cluster")
    )


def _namespace(store: Store, obj: Object) -> Mapping[str, str]:
    """The labels of the object's namespace."""
    try:
        return labels_of(store.get("namespaces", obj["metadata"].get("namespace", "")))
    except Refusal:
        return {}


def _url(hook: Object) -> str:
    client = hook.get("clientConfig") or {}
    service = client.get("service") or {}
    start = client.get("url") or (
        f"https://{service.get('name')}.{service.get('namespace')}.svc:{service.get('port') or 443}"
        f"{service.get('path') or '/'}"
    )
    return f"{start}?timeout={hook.get('timeoutSeconds') or 10}s"


def _unreachable(store: Store, hook: Object) -> str:
    """Why it cannot be asked, in the API server's words; empty where it can."""
    client = hook.get("clientConfig") or {}
    if url := client.get("url"):
        host = str(url).partition("://")[2].partition("/")[0].partition(":")[0]
        return f"dial tcp: lookup {host}: no such host"
    service = client.get("service") or {}
    name, namespace = str(service.get("name")), str(service.get("namespace"))
    try:
        store.get("services", name, namespace)
    except Refusal:
        return f'service "{name}" not found'
    kind = store.catalog.at("discovery.k8s.io", "v1", "endpointslices")
    for entry in store.table(kind).within(namespace) if kind is not None else ():
        if entry.labels.get("kubernetes.io/service-name") == name:
            for endpoint in items(store.decode(kind, entry), "endpoints") if kind is not None else ():
                if (endpoint.get("conditions") or {}).get("ready") is not False:
                    return ""
    return f'no endpoints available for service "{name}"'
