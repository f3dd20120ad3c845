"""What a refusing HTTP answer means: any status with any body becomes one `ApiError` with words for the screen."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

from k8stui.kube.errors import ApiError, Failure, denied, one_line
from k8stui.model.text import clean_bytes

_MESSAGE = 600
"""Characters of a server's message that are kept: a 422 may quote a whole object."""
_CAUSES = 20
_TOKEN = re.compile(r"(?i)\b(bearer|basic)\s+\S+")
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<head|<\?xml|<!--)", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PATCHED = re.compile(r'\bpatch: Invalid value: "(?:[^"\\]|\\.)*(?:"|$):?\s*', re.DOTALL)
"""How a patch that cannot be decoded is quoted: all of it, or even the whole object that it would make."""
_REFUSED = re.compile(
    r'User "(?P<user>.*?)" cannot (?P<verb>\S+) (?:resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)"| at the cluster scope)|path "(?P<path>[^"]+)")(?:: (?P<why>.+))?',
    re.DOTALL,
)
"""client-go's words of a refusal by the authorizer; quotas and admission refuse with reasons of their own."""


class Asked(Struct, frozen=True):
    """What was asked of whom: for the words of an error."""

    server: str = ""
    """host:port, or the whole URL."""
    method: str = "GET"
    path: str = ""
    secure: bool = True
    """https."""


class _Cause(Struct):
    reason: str | None = None
    message: str | None = None
    field: str | None = None


class _Details(Struct):
    name: str | None = None
    group: str | None = None
    kind: str | None = None
    causes: list[_Cause] | None = None
    retryAfterSeconds: float | None = None


class Status(Struct):
    """metav1.Status, as far as it is read."""

    kind: str | None = None
    status: str | None = None
    """`Success` or `Failure`."""
    message: str | None = None
    reason: str | None = None
    code: int | None = None
    details: _Details | None = None


class _Loose(Struct):
    """The error of some proxy in front of the server: its words, where it has any."""

    message: str | None = None
    error: str | None = None


_STATUS = msgspec.json.Decoder(Status)
_LOOSE = msgspec.json.Decoder(_Loose)

_BY_STATUS = {
    400: Failure.INVALID,
    401: Failure.UNAUTHORIZED,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    408: Failure.TIMEOUT,
    409: Failure.CONFLICT,
    410: Failure.GONE,
    413: Failure.INVALID,
    415: Failure.INVALID,
    422: Failure.INVALID,
    429: Failure.THROTTLED,
    504: Failure.TIMEOUT,
}
_BY_REASON = {
    "Expired": Failure.GONE,
    "Gone": Failure.GONE,
    "Timeout": Failure.TIMEOUT,
    "ServerTimeout": Failure.TIMEOUT,
}
_PHRASES = {
    405: "the server does not allow this method here",
    406: "the server cannot answer in the form that was asked for",
}


def refusal(status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> ApiError:
    """The error for an answer that is no success, whatever its body: Status JSON, other JSON, text, HTML, garbage."""
    if 300 <= status < 400:
        return _redirect(status, headers, asked)
    found = _parse(body)
    if found is not None:
        return _of_status(found, status, headers)
    if b"HTTP request to an HTTPS server" in body[:512]:
        return plain_to_tls(asked)
    html = is_html(headers, body)
    words = _page_title(body) if html else _words(body)
    if status < 500 and status not in (401, 408, 429) and (html or (status != 403 and _is_json(body))):
        what = "a web page" if html else "JSON that is no Status"
        words = f"{asked.server} answered {status} with {what}" + (f": {words}" if words else "")
        return ApiError(Failure.NOT_KUBERNETES, words, status=status, retry_after=retry_after(headers))
    return ApiError(_by_status(status), words or _phrase(status), status=status, retry_after=retry_after(headers))


def stream_error(raw: bytes | msgspec.Raw) -> ApiError:
    """The error for the object of a watch's ERROR line: HTTP was 200, the Status carries the code."""
    try:
        found = _STATUS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ApiError(Failure.BROKEN, "the watch ended with an error that cannot be read")
    return _of_status(found, found.code or 500, {})


def web_page(body: bytes, asked: Asked) -> ApiError:
    """The error for a web page where JSON was due, though the status is a success."""
    title = _page_title(body)
    return foreign(asked, f"a web page: {title}" if title else "a web page")


def foreign(asked: Asked, what: str = "JSON that no Kubernetes server sends") -> ApiError:
    """The error for a success whose body is nothing a Kubernetes server says."""
    return ApiError(Failure.NOT_KUBERNETES, f"{asked.server} answered with {what}", status=200)


def plain_to_tls(asked: Asked) -> ApiError:
    """The error for http spoken to a port of https."""
    return ApiError(
        Failure.TLS,
        f"{asked.server} speaks https, and http was spoken to it",
        title="Wrong protocol",
        hint="Write https:// before the server's address in the kubeconfig",
    )


def is_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a web page, by its type or its first bytes."""
    kind = headers.get("Content-Type", "").lower()
    return "html" in kind or ("json" not in kind and _HTML.match(body[:256]) is not None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header: a number, or a date counted from the answer's own Date header (RFC 9110)."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal() and text.isascii() and len(text) < 9:
        return float(text)
    if not text:
        return None
    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parse(body: bytes) -> Status | None:
    """The body as a Status, None if it is none."""
    try:
        found = _STATUS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found.kind == "Status" else None


def _of_status(found: Status, status: int, headers: Mapping[str, str]) -> ApiError:
    """The error that a Status describes."""
    details = found.details or _Details()
    causes = details.causes or []
    failure = _BY_REASON.get(found.reason or "", _by_status(status))
    message, title, hint = _cut(_unquoted(found.message or "")), "", ""
    if failure is Failure.FORBIDDEN:
        message, title, hint = _forbidden(found.message or "")
    elif failure is Failure.UNAUTHORIZED and message == "Unauthorized":
        message = ""
    elif found.reason == "AlreadyExists":
        title, hint = "Already there", "Choose another name"
    elif any(cause.reason == "DisruptionBudget" for cause in causes):
        title, hint = "Held by a disruption budget", "It works once enough other pods are ready"
    wait = retry_after(headers)
    return ApiError(
        failure,
        message,
        status=status,
        reason=found.reason or "",
        causes=tuple(_cause(cause) for cause in causes[:_CAUSES]),
        retry_after=wait if wait is not None else details.retryAfterSeconds,
        title=title,
        hint=hint,
        lacks_right=failure is Failure.FORBIDDEN and not title,
        reasons=tuple(cause.reason for cause in causes[:_CAUSES] if cause.reason),
    )


def _forbidden(message: str) -> tuple[str, str, str]:
    """Message, title and hint of a 403."""
    match = _REFUSED.search(message)
    if match is None:
        return _cut(message), "The cluster forbids it", "Read the reason: a quota, a policy or a rule of the cluster"
    if match["path"]:
        return f"{one_line(match['user'], 256)} may not {match['verb']} {match['path']}", "", ""
    resource = match["resource"]
    if match["group"]:
        plural, slash, subresource = resource.partition("/")
        resource = f"{plural}.{match['group']}{slash}{subresource}"
    why = _cut(match["why"] or "")
    return denied(match["verb"], resource, match["namespace"], user=match["user"], why=why), "", ""


def _cause(cause: _Cause) -> str:
    """One line for one cause: `field: message`."""
    words = cause.message or cause.reason or ""
    return _cut(_unquoted(f"{cause.field}: {words}" if cause.field and cause.field != "[]" else words))


def _unquoted(message: str) -> str:
    """Without the patch that it quotes, which may hold what a Secret holds; why it was refused stands behind that."""
    return _PATCHED.sub("patch: ", message)


def _redirect(status: int, headers: Mapping[str, str], asked: Asked) -> ApiError:
    """An API server redirects nobody: this is a login page or a web server."""
    # The query of a login redirect may carry secrets: it is not shown.
    where = one_line(headers.get("Location", "").split("?")[0].split("#")[0], 120)
    words = f"{asked.server} sends us elsewhere ({status}" + (f", to {where})" if where else ")")
    return ApiError(Failure.NOT_KUBERNETES, words, status=status)


def _by_status(status: int) -> Failure:
    """The kind of failure that the status alone tells."""
    return _BY_STATUS.get(status, Failure.SERVER if status >= 500 else Failure.OTHER)


def _phrase(status: int) -> str:
    """Words for an answer that has none."""
    return _PHRASES.get(status, f"the server answered {status} without saying why")


def _words(body: bytes) -> str:
    """A readable beginning of a body that is no Status."""
    try:
        loose = _LOOSE.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _cut(clean_bytes(body, _MESSAGE))
    return _cut(loose.message or loose.error or "")


def _page_title(body: bytes) -> str:
    """The title of a web page; its text is not shown."""
    match = _TITLE.search(body[:20_000])
    return one_line(clean_bytes(match[1], 120)) if match else ""


def _is_json(body: bytes) -> bool:
    """Whether a body is a JSON object or list (a bare word or number is text)."""
    if body.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _cut(text: str) -> str:
    """Cluster text for a message: one line, cleaned, cut, and without the credentials that some proxies echo."""
    return _TOKEN.sub(r"\1 ***", one_line(text[: 4 * _MESSAGE], _MESSAGE))
