"""The paths outside the resource tree: version, health and the index, as text and JSON."""

from collections.abc import Iterator

import msgspec

from k8stui.demo.serving.answers import Answer
from k8stui.demo.serving.media import TEXT
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.errors import TextRefusal, no_method

VERSION = {
    "major": "1",
    "minor": "34",
    "emulationMajor": "1",
    "emulationMinor": "34",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "33",
    "gitVersion": "v1.34.4+k8stui",
    "gitCommit": "embedded",
    "gitTreeState": "clean",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "none",
    "compiler": "none",
    "platform": "linux/amd64",
}
_FIRST = ("ping", "log", "etcd")
_READY_FIRST = (*_FIRST, "etcd-readiness", "informer-sync")
_HOOK_NAMES = (
    "start-apiserver-admission-initializer generic-apiserver-start-informers "
    "priority-and-fairness-config-consumer priority-and-fairness-filter storage-object-count-tracker-hook "
    "start-apiextensions-informers start-apiextensions-controllers crd-informer-synced "
    "start-system-namespaces-controller start-cluster-authentication-info-controller "
    "start-kube-apiserver-identity-lease-controller start-kube-apiserver-identity-lease-garbage-collector "
    "start-legacy-token-tracking-controller start-service-ip-repair-controllers rbac/bootstrap-roles "
    "scheduling/bootstrap-system-priority-classes priority-and-fairness-config-producer bootstrap-controller "
    "start-kubernetes-service-cidr-controller start-kube-aggregator-informers "
    "apiservice-status-local-available-controller apiservice-status-remote-available-controller "
    "apiservice-registration-controller apiservice-discovery-controller kube-apiserver-autoregistration"
)
_HOOKS = tuple(f"poststarthook/{name}" for name in _HOOK_NAMES.split())
_LAST = tuple(f"poststarthook/apiservice-{name}-controller" for name in ("openapi", "openapiv3"))
_COMMON = (*_HOOKS, "autoregister-completion", *_LAST)
CHECKS = {
    "healthz": (*_FIRST, *_COMMON),
    "livez": (*_FIRST, *_COMMON),
    "readyz": (*_READY_FIRST, *_COMMON, "shutdown"),
}
"""The checks of a 1.34 server, in its order: tools look for single ones. This server has nothing that could fail."""

_OTHER_PATHS = (
    *("/api", "/apis", "/apis/", "/metrics", "/metrics/slis", "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/version"),
    *("/.well-known/openid-configuration", "/openid/v1/jwks"),
)


def answer(parts: list[str], ask: Ask, catalog: Catalog) -> Answer:
    """`/`, `/version`, `/livez`, `/readyz`, `/healthz` and single checks below them. Raises TextRefusal (404)."""
    if not parts:
        return _json({"paths": sorted(_paths(catalog))})
    if parts == ["version"]:
        if ask.method != "GET":
            raise no_method()
        return Answer(msgspec.json.format(msgspec.json.encode(VERSION), indent=2))
    if parts == ["metrics", "slis"]:
        return Answer(_slis().encode(), content_type=TEXT)
    if parts == [".well-known", "openid-configuration"]:
        return _json(_ISSUER)
    if parts == ["openid", "v1", "jwks"]:
        return Answer(b'{"keys":[]}', content_type="application/jwk-set+json")
    if parts[0] in CHECKS and "/".join(parts[1:]) in ("", *CHECKS[parts[0]]):
        return Answer(_health(parts, ask).encode(), content_type=TEXT)
    raise TextRefusal(404, "404 page not found\n")


_ISSUER = {
    "issuer": "https://kubernetes.default.svc.cluster.local",
    "jwks_uri": "https://kubernetes.default.svc.cluster.local/openid/v1/jwks",
    "response_types_supported": ["id_token"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
}


def _json(obj: object) -> Answer:
    return Answer(msgspec.json.encode(obj) + b"\n")


def _paths(catalog: Catalog) -> Iterator[str]:
    yield from _OTHER_PATHS
    for group in catalog.groups():
        root = f"/apis/{group}" if group else "/api"
        if group:
            yield root
        yield from (f"{root}/{version}" for version in catalog.versions(group))
    for name, checks in CHECKS.items():
        yield f"/{name}"
        yield from (f"/{name}/{check}" for check in checks)


def _health(parts: list[str], ask: Ask) -> str:
    if "verbose" not in ask.query or len(parts) > 1:
        return "ok"
    name = parts[0]
    excluded = set(ask.all("exclude"))
    lines = [f"[+]{check} {'excluded: ' if check in excluded else ''}ok\n" for check in CHECKS[name]]
    unknown = ", ".join(f'"{each}"' for each in sorted(excluded - set(CHECKS[name])))
    warning = f"warn: some health checks cannot be excluded: no matches for {unknown}\n" if unknown else ""
    return f"{''.join(lines)}{warning}{name} check passed\n"


def _slis() -> str:
    head = "# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.\n"
    head += "# TYPE kubernetes_healthcheck gauge\n"
    each = (f'kubernetes_healthcheck{{name="{check}",type="{name}"}} 1\n' for name in CHECKS for check in CHECKS[name])
    return head + "".join(each)
