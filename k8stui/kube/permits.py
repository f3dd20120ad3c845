"""Which requests change nothing, and so need no permit of the gateway for writes."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

import msgspec

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_REVIEW = re.compile(
    r"/apis/authorization\.k8s\.io/v1(beta1)?/(self)?subject(access|rules)reviews"
    r"|/apis/authorization\.k8s\.io/v1(beta1)?/namespaces/[^/]+/localsubjectaccessreviews"
    r"|/apis/authentication\.k8s\.io/v1(alpha1|beta1)?/(selfsubjectreviews|tokenreviews)"
)
_CONNECT = re.compile(r"/api/v1/(namespaces/[^/]+/)?(pods|services|nodes)/[^/]+/(exec|attach|portforward|proxy)(/|$)")
"""What is passed on to a pod or node, which heeds no dryRun, and where a GET opens a shell as well as a POST does."""
_PATH = re.compile(r"(/[^/?#\x00-\x20\x7f]+)+/?|/")


class _Options(msgspec.Struct):
    dryRun: list[str] | None = None


class PermitError(RuntimeError):
    """A write that did not come through the gateway: a bug of the program, not of the user or the cluster."""


class ReadOnlyError(PermitError):
    """A write in a read-only context, with or without a permit: `sentence` says so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def harmless(method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None) -> bool:
    """Whether a request changes nothing on the server: a read, a review, or a dry run that really is one."""
    method = method.upper()
    if _CONNECT.match(unquote(path)):
        return False
    if method in _READS or (method == "POST" and _REVIEW.fullmatch(path)):
        return True
    if method == "DELETE" and body:
        # The server reads the options of a DELETE from its body and then ignores those of the query.
        return _body_says_dry_run(body)
    return [value for key, value in query if key == "dryRun"] == ["All"]


def well_formed(path: str) -> bool:
    """Whether a path is one that nothing on the way reads as another: no query, no `.` or `..`, no controls."""
    dots = (".", "..")
    return _PATH.fullmatch(path) is not None and not any(
        part.lower().replace("%2e", ".") in dots for part in path.split("/")
    )


def _body_says_dry_run(body: bytes) -> bool:
    try:
        return msgspec.json.decode(body, type=_Options).dryRun == ["All"]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
