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
    """The answer (201) to a review that its type takes. Raises Refusal (400, 422)."""
    spec = sent.get("spec") or {}
    head: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    if kind.kind.endswith("AccessReview"):
        _check(kind, namespace, sent)
        head["metadata"] = {"namespace": namespace} if kind.namespaced else {}
        asking = user if kind.kind.startswith("Self") else _subject(spec)
        return head | {"spec": spec, "status": _may(access, asking, spec)}
    if kind.kind == "SelfSubjectRulesReview":
        if not spec.get("namespace"):
            raise errors.bad_request("no namespace on request")
        return head | {"spec": {}, "status": _rules(access.of(user), spec["namespace"])}
    if kind.kind == "SelfSubjectReview":
        return head | {"metadata": {"creationTimestamp": stamp(now)}, "status": {"userInfo": _info(user)}}
    if kind.kind == "TokenReview":
        return head | {"spec": spec, "status": _authenticated(access, spec)}
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


def _subject(spec: Object) -> User:
    """Whom a SubjectAccessReview asks about."""
    return User(spec.get("user") or "", spec.get("uid") or "", tuple(spec.get("groups") or ()))


def _check(kind: Kind, namespace: str, sent: Object) -> None:
    """Raises Refusal (422) with every cause."""
    spec = sent.get("spec") or {}
    attributes, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    report: list[tuple[str, str, str]] = []
    if attributes is not None and path is not None:
        report.append(
            ("spec.nonResourceAttributes", _path(path), "cannot be specified in combination with resourceAttributes")
        )
    elif attributes is None and path is None:
        report.append(
            (
                "spec.resourceAttributes",
                "null",
                "exactly one of nonResourceAttributes or resourceAttributes must be specified",
            )
        )
    if not kind.kind.startswith("Self") and not spec.get("user") and not spec.get("groups"):
        report.append(("spec.user", '""', "at least one of user or group must be specified"))
    if kind.namespaced:
        asked = (attributes or {}).get("namespace") or ""
        if attributes is not None and asked != namespace:
            report.append(("spec.resourceAttributes.namespace", _text(asked), "must match metadata.namespace"))
        if path is not None:
            report.append(("spec.nonResourceAttributes", _path(path), "disallowed on this kind of request"))
    elif meta := {name: value for name, value in sent["metadata"].items() if name != "managedFields"}:
        report.append(("metadata", _text(meta), "must be empty"))
    if report:
        causes = [errors.cause("Invalid", f"Invalid value: {value}: {why}", field) for field, value, why in report]
        raise errors.invalid("", _GROUP, "", causes)


def _path(path: Object) -> str:
    return _text({"Path": path.get("path") or "", "Verb": path.get("verb") or ""})


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _may(access: Access, user: User, spec: Object) -> Object:
    path = spec.get("nonResourceAttributes")
    if path is not None:
        what = Attributes(path.get("verb", ""), path=path.get("path", ""), outside=True)
    else:
        attributes = spec.get("resourceAttributes") or {}
        resource = "/".join(filter(None, (attributes.get("resource", ""), attributes.get("subresource", ""))))
        names = (attributes.get("namespace", ""), attributes.get("name", ""))
        what = Attributes(attributes.get("verb", ""), attributes.get("group", ""), resource, *names)
    reason = access.may(user, what)
    status: Object = {"allowed": reason is not None}
    return status | {"reason": reason} if reason else status


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
