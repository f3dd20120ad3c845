"""Who asks (a token each) and what they may: scriptable rules, refused in the server's words."""

from collections.abc import Mapping

from msgspec import Struct

from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors

ANY = ("*",)
READ = ("get", "list", "watch")
MASTERS = "system:masters"
_REVIEWS = {"authorization.k8s.io": ("selfsubjectaccessreviews", "selfsubjectrulesreviews")}
_HEALTH = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DISCOVERY = ("/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", *_HEALTH[2:])
_DISCOVERED = (
    'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group '
    '"system:authenticated"'
)
_VIEW = {
    "": "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
    "replicationcontrollers/scale serviceaccounts services services/status bindings events limitranges "
    "namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status "
    "namespaces",
    "discovery.k8s.io": "endpointslices",
    "apps": "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status "
    "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    "autoscaling": "horizontalpodautoscalers horizontalpodautoscalers/status",
    "batch": "cronjobs cronjobs/status jobs jobs/status",
    "policy": "poddisruptionbudgets poddisruptionbudgets/status",
    "networking.k8s.io": "ingresses ingresses/status networkpolicies",
}


class Attributes(Struct, frozen=True):
    """What somebody wants to do, as an access review says it."""

    verb: str
    group: str = ""
    resource: str = ""
    """With its subresource: `pods/exec`."""
    namespace: str = ""
    name: str = ""
    path: str = ""
    """Of a request outside the resource tree."""


class Rule(Struct, frozen=True):
    """Allows verbs on resources; `namespace` None means the whole cluster and everything in it."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    namespace: str | None = None
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Paths outside the resource tree; `/api/*` covers what is below."""
    binding: str = ""
    """The words of an access review's reason."""

    def allows(self, what: Attributes) -> bool:
        """This rule alone is enough for that."""
        if not _in(self.verbs, what.verb):
            return False
        if what.path:
            return any(
                path == what.path or (path[-1] == "*" and what.path.startswith(path[:-1])) for path in self.paths
            )
        if self.namespace not in (None, what.namespace) or (self.names and what.name not in self.names):
            return False
        return _in(self.groups, what.group) and _in(self.resources, what.resource)


class User(Struct, frozen=True):
    """Who asks, as an authenticator found them."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


ANONYMOUS = User("system:anonymous", groups=("system:unauthenticated",))


class Access:
    """Tokens, users and rules; all of it may be changed while the server runs."""

    def __init__(self) -> None:
        self._tokens: dict[str, User] = {}
        self.rules: dict[str, list[Rule]] = {}
        """What each user may, by name. Members of system:masters may everything."""
        self.denials: list[tuple[str, Rule]] = []
        """What a user may not, whatever the rules say: (name or "*", rule)."""

    def add(self, token: str, name: str, *rules: Rule, groups: tuple[str, ...] = ()) -> User:
        """A user with a token."""
        user = User(name, str(len(self._tokens) + 1), (*groups, "system:authenticated"))
        self._tokens[token] = user
        self.rules[name] = list(rules)
        return user

    def revoke(self, token: str) -> None:
        """Requests with this token get 401 from now on."""
        self._tokens.pop(token, None)

    def deny(self, verb: str, resource: str, *, user: str = "*", namespace: str | None = None) -> None:
        """Forbid one thing, for instance `deny("watch", "pods", user="viewer")`; `*` means any."""
        self.denials.append((user, Rule((verb,), ANY, (resource,), namespace)))

    def user(self, headers: Mapping[str, str]) -> User:
        """Who sends these headers, impersonation applied. Raises Refusal: 401, or 403 when they may not impersonate."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if not scheme:
            user = ANONYMOUS
        elif scheme.lower() != "bearer" or token.strip() not in self._tokens:
            raise errors.Refusal(401, "Unauthorized", "Unauthorized")
        else:
            user = self._tokens[token.strip()]
        return self._impersonated(user, headers)

    def _impersonated(self, user: User, headers: Mapping[str, str]) -> User:
        name = headers.get("Impersonate-User", "")
        groups = tuple(value for key, value in headers.items() if key.lower() == "impersonate-group")
        if not name:
            if groups:
                asked = " ".join(f"{{Group  {group}    }}" for group in groups)
                raise errors.TextRefusal(500, f"requested [{asked}] without impersonating a user")
            return user
        self.check(user, _impersonation(name))
        for group in groups:
            self.check(user, Attributes("impersonate", resource="groups", name=group))
        return User(name, headers.get("Impersonate-Uid", ""), (*groups, "system:authenticated"), _extra(headers))

    def check(self, user: User, what: Attributes) -> None:
        """Raises Refusal (403) unless the user may."""
        if self.may(user, what) is None:
            raise forbidden(user, what)

    def may(self, user: User, what: Attributes) -> str | None:
        """Why the user may ("" for system:masters), or None when they may not."""
        if any(name in ("*", user.name) and rule.allows(what) for name, rule in self.denials):
            return None
        if MASTERS in user.groups:
            return ""
        reasons = [rule.binding for rule in self.of(user) if rule.allows(what)]
        return max(reasons, default=None)

    def of(self, user: User) -> list[Rule]:
        """Every rule that applies to a user: their own, and those of all who are authenticated."""
        everybody = Rule(("get",), paths=_HEALTH)
        if "system:authenticated" not in user.groups:
            return [everybody]
        common = [Rule(("create",), (group,), names) for group, names in _REVIEWS.items()]
        common.append(Rule(("create",), ("authentication.k8s.io",), ("selfsubjectreviews",)))
        common += [Rule(ANY, ANY, ANY)] if MASTERS in user.groups else []
        paths = [Rule(ANY, paths=("*",))] if MASTERS in user.groups else []
        found = Rule(("get",), paths=_DISCOVERY, binding=_DISCOVERED)
        return [*common, *self.rules.get(user.name, []), everybody, *paths, found]


def view(namespace: str, user: str) -> list[Rule]:
    """The ClusterRole `view` bound in one namespace: no secrets, no nodes, nothing of other namespaces."""
    binding = f'RBAC: allowed by RoleBinding "{user}/{namespace}" of ClusterRole "view" to User "{user}"'
    return [
        Rule(READ, (group,), tuple(resources.split()), namespace, binding=binding) for group, resources in _VIEW.items()
    ]


def attributes(ask: Ask) -> Attributes:
    """What a request wants to do."""
    if not ask.resource:
        return Attributes(ask.verb, path=ask.path)
    resource = f"{ask.resource}/{ask.subresource}" if ask.subresource else ask.resource
    return Attributes(ask.verb, ask.group, resource, ask.namespace, ask.name)


def forbidden(user: User, what: Attributes) -> errors.Refusal:
    """403: the message names the subresource, the details do not."""
    if what.path:
        message = f'forbidden: User "{user.name}" cannot {what.verb} path "{what.path}"'
        return errors.Refusal(403, "Forbidden", message, {})
    plural = what.resource.partition("/")[0]
    subject = errors.qualified(plural, what.group) + (f' "{what.name}"' if what.name else "")
    scope = f'in the namespace "{what.namespace}"' if what.namespace else "at the cluster scope"
    message = f'{subject} is forbidden: User "{user.name}" cannot {what.verb} resource "{what.resource}" '
    message += f'in API group "{what.group}" {scope}'
    return errors.Refusal(403, "Forbidden", message, errors.details(what.group, plural, what.name))


def _in(allowed: tuple[str, ...], value: str) -> bool:
    return "*" in allowed or value in allowed


def _impersonation(name: str) -> Attributes:
    prefix = "system:serviceaccount:"
    if name.startswith(prefix) and name.count(":") == 3:
        namespace, _, account = name.removeprefix(prefix).partition(":")
        return Attributes("impersonate", resource="serviceaccounts", namespace=namespace, name=account)
    return Attributes("impersonate", resource="users", name=name)


def _extra(headers: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    prefix = "impersonate-extra-"
    names = {key.lower().removeprefix(prefix): key for key in headers if key.lower().startswith(prefix)}
    return tuple((name, (headers[key],)) for name, key in names.items())
