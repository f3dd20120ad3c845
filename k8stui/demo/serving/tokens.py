"""Tokens of service accounts, as TokenRequest makes them: shaped as a real one's, and good until they expire.

The words of refusals are those of Kubernetes 1.34 (asked of a real server).
"""

from base64 import urlsafe_b64encode
from hashlib import sha512
from typing import Any

import msgspec

from k8stui.demo.access.access import Access
from k8stui.demo.access.accounts import ISSUER, Account
from k8stui.demo.clock import stamp
from k8stui.demo.registry.registry import Registry
from k8stui.demo.serving.paths import Ask
from k8stui.demo.storage import errors
from k8stui.demo.storage.objects import Object

HOUR = 3600
LEAST, MOST = 600, 2**32
"""Seconds that a token may live."""
_BINDABLE = {("v1", "Pod"): "pods", ("v1", "Secret"): "secrets", ("v1", "Node"): "nodes"}


def requested(registry: Registry, access: Access, ask: Ask, sent: Object) -> Object:
    """The TokenRequest with its status; its token is known to `access` now. Raises Refusal: 404, 400, 422."""
    owner = registry.store.get("serviceaccounts", ask.name, ask.namespace)
    meta, spec = owner["metadata"], sent.get("spec") or {}
    seconds = spec.get("expirationSeconds") or HOUR
    _check(ask, sent, seconds)
    audiences, bound = spec.get("audiences") or [ISSUER], spec.get("boundObjectRef")
    if bound:
        _check_bound(registry, ask, bound)
    now = registry.clock.now()
    subject: Object = {
        "namespace": ask.namespace,
        "serviceaccount": {"name": ask.name, "uid": meta["uid"]},
    }
    claims: Object = {
        "aud": audiences,
        "exp": int(now) + seconds,
        "iat": int(now),
        "iss": ISSUER,
        "jti": registry.store.new_uid(),
        "kubernetes.io": subject,
        "nbf": int(now),
        "sub": f"system:serviceaccount:{ask.namespace}:{ask.name}",
    }
    token = _token(claims)
    account = Account(
        namespace=ask.namespace,
        name=ask.name,
        uid=meta["uid"],
        expires=now + seconds,
        audiences=tuple(audiences),
        credential=claims["jti"],
    )
    access.add_token(token, account)
    kept = {key: meta[key] for key in ("name", "namespace", "uid", "creationTimestamp")}
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": kept | {"creationTimestamp": stamp(now)},
        "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": bound},
        "status": {"token": token, "expirationTimestamp": stamp(now + seconds)},
    }


def _check(ask: Ask, sent: Object, seconds: int) -> None:
    name = sent["metadata"].get("name")
    if name not in (None, "", ask.name):
        raise _invalid(ask.name, "metadata.name", name, "must match the service account name if specified")
    if seconds < LEAST:
        raise _invalid("", "spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > MOST:
        raise _invalid("", "spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")


def _check_bound(registry: Registry, ask: Ask, bound: Object) -> None:
    version, kind = bound.get("apiVersion", ""), bound.get("kind", "")
    resource = _BINDABLE.get((version, kind))
    if resource is None:
        raise errors.bad_request(f"cannot bind token to object of type /{version}, Kind={kind}")
    registry.store.get(resource, bound.get("name", ""), "" if resource == "nodes" else ask.namespace)


def _invalid(name: str, field: str, value: Any, why: str) -> errors.Refusal:
    shown = msgspec.json.encode(value).decode()
    cause = errors.cause("Invalid", f"Invalid value: {shown}: {why}", field)
    return errors.invalid("TokenRequest", "authentication.k8s.io", name, [cause])


def _token(claims: Object) -> str:
    head = {"alg": "RS256", "kid": "k8stui"}
    parts = [_encoded(msgspec.json.encode(part)) for part in (head, claims)]
    return ".".join((*parts, _encoded(sha512(".".join(parts).encode()).digest())))


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
