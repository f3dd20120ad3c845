"""What can go wrong on the wire: one type, with a sentence a person can act on. Imports no client library."""

from enum import Enum
from types import MappingProxyType
from typing import Final

from k8stui.model.text import clean


class Failure(Enum):
    """What went wrong, as far as a screen or a retry rule must tell it apart."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not found"
    CONFLICT = "conflict"
    GONE = "gone"
    INVALID = "invalid"
    THROTTLED = "throttled"
    SERVER = "server"
    TIMEOUT = "timeout"
    NOT_KUBERNETES = "not kubernetes"
    CREDENTIALS = "credentials"
    BROKEN = "broken"
    """A stream that was cut or held garbage."""
    OTHER = "other"


TEXTS: Final = MappingProxyType(
    {
        Failure.UNREACHABLE: (
            "The server cannot be reached",
            "Check the network, the VPN, the proxy and the server's address in the kubeconfig",
        ),
        Failure.TLS: (
            "The server's certificate is not accepted",
            "Check certificate-authority and tls-server-name of the cluster in the kubeconfig",
        ),
        Failure.UNAUTHORIZED: (
            "The server does not accept the credentials",
            "Log in again, or mend the user in the kubeconfig",
        ),
        Failure.FORBIDDEN: (
            "Not allowed",
            "Ask whoever runs the cluster for a role with this right",
        ),
        Failure.NOT_FOUND: ("Not found", "It was deleted, or this server does not have it"),
        Failure.CONFLICT: ("Changed meanwhile", "Look at what it is now and try again"),
        Failure.GONE: ("Too old", "The list has to be read again"),
        Failure.INVALID: ("The server refuses the request", "Correct what it names and try again"),
        Failure.THROTTLED: ("The server asks to wait", "It is tried again after the time it asked for"),
        Failure.SERVER: ("The server failed", "Try again; if it goes on, look at the API server's health"),
        Failure.TIMEOUT: (
            "The server did not answer in time",
            "Try again, or allow it longer with --request-timeout",
        ),
        Failure.NOT_KUBERNETES: (
            "This is not a Kubernetes API server",
            "Check the server's address in the kubeconfig and what answers there (a proxy, a login page)",
        ),
        Failure.CREDENTIALS: ("No credentials", "Mend the user in the kubeconfig, or log in again"),
        Failure.BROKEN: ("The connection broke off", "It is opened again"),
        Failure.OTHER: ("Something went wrong", "Try again"),
    }
)
"""Title and hint of each failure: a title has no full stop, a hint says what to do."""


class ConfigError(Exception):
    """A kubeconfig, a flag or a credential that cannot be used: one sentence saying what and how to mend it."""

    def __init__(self, sentence: str) -> None:
        self.sentence = one_line(sentence)
        super().__init__(self.sentence)


class ApiError(Exception):
    """A request that failed, whatever the reason.

    All texts are cleaned here, since most of them come from a server. Nothing secret may be passed in.

    Attributes:
        failure: what it is.
        status: the HTTP status, 0 when there was no HTTP answer.
        reason: the Status object's reason (`AlreadyExists`), or "".
        message: what the server, the network or the plugin said.
        causes: the Status object's causes, one text each.
        reasons: the reasons of these causes (`DisruptionBudget`, `NamespaceTerminating`), where they have one.
        retry_after: seconds that the server asked to wait, or None.
        title: a few words for a heading, without a full stop.
        hint: what to do about it.
        lacks_right: the authorizer refused it (403): no quota, policy or webhook, which refuse only this one request.
    """

    def __init__(
        self,
        failure: Failure,
        message: str = "",
        *,
        status: int = 0,
        reason: str = "",
        causes: tuple[str, ...] = (),
        retry_after: float | None = None,
        title: str = "",
        hint: str = "",
        lacks_right: bool = False,
        reasons: tuple[str, ...] = (),
    ) -> None:
        self.failure = failure
        self.lacks_right = lacks_right
        self.reasons = tuple(clean(each, 256) for each in reasons)
        self.status = status
        self.reason = clean(reason, 256)
        self.message = one_line(message)
        self.causes = tuple(one_line(cause) for cause in causes)
        self.retry_after = retry_after
        usual_title, usual_hint = TEXTS[failure]
        self.title = one_line(title) or usual_title
        self.hint = one_line(hint) or usual_hint
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """One line for a screen: `title: message. hint.`, with the causes where the message does not name them."""
        detail = self.message
        more = [cause for cause in self.causes if cause and cause not in detail]
        if more:
            detail = "; ".join([detail, *more] if detail else more)
        head = f"{self.title}: {detail}" if detail else self.title
        return " ".join(_stopped(part) for part in (head, self.hint) if part)

    def __repr__(self) -> str:
        return f"ApiError({self.failure.name}, status={self.status}, reason={self.reason!r}, message={self.message!r})"


def denied(verb: str, resource: str, namespace: str | None = None, *, user: str = "", why: str = "") -> str:
    """The sentence of a refusal (403): `You (jane) may not list nodes in the whole cluster: …`.

    Args:
        verb: an RBAC verb (`list`).
        resource: as RBAC names it (`deployments.apps`, `pods/exec`).
        namespace: where; None means the whole cluster.
        user: who was refused, where it is known.
        why: what the server said beyond that.
    """
    who = f"You ({clean(user, 256)})" if user else "You"
    where = f"in the namespace {clean(namespace, 256)}" if namespace else "in the whole cluster"
    head = f"{who} may not {clean(verb, 64)} {clean(resource, 256)} {where}"
    reason = one_line(why)
    return _stopped(f"{head}: {reason}" if reason else head)


def one_line(text: str, limit: int = 1024) -> str:
    """Foreign text made fit for one line: line ends become spaces, everything that could steer a terminal goes."""
    return clean(" ".join(text.split()), limit)


def _stopped(sentence: str) -> str:
    """With exactly one mark at its end."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
