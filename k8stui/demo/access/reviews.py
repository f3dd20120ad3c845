"""Who am I, may I, what may I, may they: the reviews."""

import msgspec

from k8stui.demo.access.access import Access
from k8stui.demo.access.rules import Attributes, Rule, User
from k8stui.demo.clock import stamp
from k8stui.demo.storage import errors
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.storage.objects import Object

_GROUP = "authorization.k8s.io"


def review(access: Access, user: User, kind: Kind, namespace: str, sent: Object, now: float) -> Object:
    """The answer (201) to a review. Raises Refusal (400, 422)."""
    spec = _map(sent, "spec")
    head: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    if kind.kind == "SelfSubjectAccessReview":
        return head | {"spec": _without_empty(spec), "status": _may(access, user, spec)}
    if kind.kind in ("SubjectAccessReview", "LocalSubjectAccessReview"):
        if kind.namespaced:
            _check_namespace(spec, namespace)
            head["metadata"] = {"namespace": namespace}
        return head | {"spec": _shown(sent), "status": _may(access, _subject(sent), spec)}
    if kind.kind == "SelfSubjectRulesReview":
        if not spec.get("namespace"):
            raise errors.bad_request("no namespace on request")
        return head | {"spec": {}, "status": _rules(access.of(user), spec["namespace"])}
    if kind.kind == "SelfSubjectReview":
        return head | {"metadata": {"creationTimestamp": stamp(now)}, "status": {"userInfo": _info(user)}}
    if kind.kind == "TokenReview":
        return head | {"spec": _shown(sent), "status": _authenticated(access, _shown(sent))}
    raise errors.no_resource()


def _authenticated(access: Access, spec: Object) -> Object:
    """Whose a token is. Raises Refusal (400) when there is none."""
    token, audiences = spec.get("token"), spec.get("audiences")
    if not token:
        raise errors.bad_request("token is required for TokenReview in authentication")
    asked = tuple(map(str, audiences)) if isinstance(audiences, list) else ()
    user, good = access.reviewed(str(token), asked)
    if user is None:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": _info(user), "audiences": good}


def _map(obj: Object, key: str) -> Object:
    """A map below a key, or an empty one; its values as text, whatever a client put there."""
    found = obj.get(key)
    if not isinstance(found, dict):
        return {}
    return {name: value if isinstance(value, str | dict) else "" for name, value in found.items()}


def _without_empty(spec: Object) -> Object:
    return {key: {name: text for name, text in _map(spec, key).items() if text} for key in spec if _map(spec, key)}


def _shown(sent: Object) -> Object:
    """The spec as it was sent, without what is empty."""
    spec = sent.get("spec")
    found = spec if isinstance(spec, dict) else {}
    return {key: value for key, value in found.items() if value}


def _subject(sent: Object) -> User:
    """Whom a SubjectAccessReview asks about. Raises Refusal (422) when it names nobody."""
    spec = _shown(sent)
    groups = spec.get("groups") if isinstance(spec.get("groups"), list) else []
    named = tuple(str(group) for group in groups or ())
    if not spec.get("user") and not named:
        why = 'Invalid value: "": at least one of user or group must be specified'
        raise errors.invalid("", _GROUP, "", [errors.cause("Invalid", why, "spec.user")])
    return User(str(spec.get("user", "")), str(spec.get("uid", "")), named)


def _check_namespace(spec: Object, namespace: str) -> None:
    asked = _map(spec, "resourceAttributes").get("namespace", "")
    if asked != namespace:
        why = f'Invalid value: "{asked}": must match metadata.namespace'
        cause = errors.cause("Invalid", why, "spec.resourceAttributes.namespace")
        raise errors.invalid("", _GROUP, "", [cause])


def _may(access: Access, user: User, spec: Object) -> Object:
    attributes = _map(spec, "resourceAttributes")
    path = _map(spec, "nonResourceAttributes")
    _check_one(attributes, path)
    if path:
        what = Attributes(path.get("verb", ""), path=path.get("path", ""))
    else:
        resource = "/".join(filter(None, (attributes.get("resource", ""), attributes.get("subresource", ""))))
        names = (attributes.get("namespace", ""), attributes.get("name", ""))
        what = Attributes(attributes.get("verb", ""), attributes.get("group", ""), resource, *names)
    reason = access.may(user, what)
    status: Object = {"allowed": reason is not None}
    return status | {"reason": reason} if reason else status


def _check_one(attributes: Object, path: Object) -> None:
    if attributes and path:
        shown = msgspec.json.encode({"Path": path.get("path", ""), "Verb": path.get("verb", "")}).decode()
        why = f"Invalid value: {shown}: cannot be specified in combination with resourceAttributes"
        cause = errors.cause("Invalid", why, "spec.nonResourceAttributes")
    elif not attributes and not path:
        why = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified"
        cause = errors.cause("Invalid", why, "spec.resourceAttributes")
    else:
        return
    raise errors.invalid("", _GROUP, "", [cause])


def _rules(rules: list[Rule], namespace: str) -> Object:
    resources, paths = [], []
    for rule in rules:
        if rule.paths:
            paths.append({"verbs": rule.verbs, "nonResourceURLs": rule.paths})
        elif rule.namespace in (None, namespace):
            shown: Object = {"verbs": rule.verbs, "apiGroups": rule.groups, "resources": rule.resources}
            resources.append(shown | ({"resourceNames": rule.names} if rule.names else {}))
    return {"resourceRules": resources, "nonResourceRules": paths, "incomplete": False}


def _info(user: User) -> Object:
    found = {"username": user.name, "uid": user.uid, "groups": user.groups, "extra": dict(user.extra)}
    return {key: value for key, value in found.items() if value}
