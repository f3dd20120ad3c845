"""The questions about oneself that an API server answers: what rules there are, whether one may, who one is."""

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from k8stui.cluster.asks import Ask
from k8stui.cluster.rules import Rules, RulesStatus
from k8stui.cluster.verdicts import No, Unknown, Verdict, Yes
from k8stui.kube.errors import ApiError
from k8stui.model.text import clean

if TYPE_CHECKING:
    from k8stui.kube.connection import Connection

T = TypeVar("T")

ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
IDENTITY = "/apis/authentication.k8s.io/v1/selfsubjectreviews"

_UNREADABLE = Unknown("The server's answer about your rights cannot be read.")


class _Access(Struct):
    allowed: bool | None = None
    denied: bool | None = None
    reason: str | None = None
    evaluationError: str | None = None


class _AccessReview(Struct):
    status: _Access | None = None


class _RulesReview(Struct):
    status: RulesStatus | None = None


class _UserInfo(Struct):
    username: str | None = None


class _Identity(Struct):
    userInfo: _UserInfo | None = None


class _IdentityReview(Struct):
    status: _Identity | None = None


async def access(connection: "Connection", ask: Ask) -> Verdict:
    """One SelfSubjectAccessReview. An error, or an answer that is not clear, is Unknown and never No."""
    optional = {"namespace": ask.namespace, "name": ask.name, "subresource": ask.subresource}
    attributes = {"verb": ask.verb, "group": ask.group, "resource": ask.plural}
    attributes |= {field: value for field, value in optional.items() if value}
    found = await _review(
        connection, ACCESS, "SelfSubjectAccessReview", _AccessReview, {"resourceAttributes": attributes}
    )
    if isinstance(found, Unknown):
        return found
    status = found.status or _Access()
    if status.allowed:
        return Yes()
    if status.allowed is None or (status.evaluationError and not status.denied):
        why = clean(status.evaluationError or "it gave no verdict")
        return Unknown(f"The server could not tell whether it is allowed: {why}.")
    return No(clean(status.reason or ""))


async def rules(connection: "Connection", namespace: str) -> Rules | Unknown:
    """One SelfSubjectRulesReview: what the user may in a namespace, what holds in the whole cluster included."""
    found = await _review(connection, RULES, "SelfSubjectRulesReview", _RulesReview, {"namespace": namespace})
    return found if isinstance(found, Unknown) else (found.status or RulesStatus()).rules()


async def identity(connection: "Connection") -> str | Unknown:
    """The user's name as the server knows it (SelfSubjectReview, since 1.28)."""
    found = await _review(connection, IDENTITY, "SelfSubjectReview", _IdentityReview, None)
    if isinstance(found, Unknown):
        return found
    info = (found.status or _Identity()).userInfo or _UserInfo()
    return clean(info.username or "", 256) or _UNREADABLE


async def _review(
    connection: "Connection", path: str, kind: str, form: type[T], spec: dict[str, Any] | None
) -> T | Unknown:
    """Post one review and read its answer."""
    version = path.removeprefix("/apis/").rpartition("/")[0]
    sent = {"apiVersion": version, "kind": kind} | ({} if spec is None else {"spec": spec})
    try:
        response = await connection.request("POST", path, body=msgspec.json.encode(sent))
        return msgspec.json.decode(response.body, type=form)
    except ApiError as error:
        return Unknown(error.sentence)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _UNREADABLE
