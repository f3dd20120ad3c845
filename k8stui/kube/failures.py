"""What an exception of the network or of the client library means: each becomes one `ApiError`."""

import errno
import socket
import ssl
from types import MappingProxyType
from typing import Final

import aiohttp
import msgspec
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from kubernetes_asyncio.client.exceptions import ApiException

from k8stui.kube.answers import Asked, refusal
from k8stui.kube.errors import ApiError, ConfigError, Failure

EXPECTED: Final = (
    ApiError,
    ConfigError,
    ApiException,
    aiohttp.ClientError,
    HttpProcessingError,
    TimeoutError,
    OSError,
    ValueError,
)
"""What the wire may raise; ssl errors are OSErrors, decode errors ValueErrors. Anything else is a bug of ours."""

_CERTIFICATE = MappingProxyType(
    {
        9: ("is not valid yet", "Check the clock of this machine and of the server"),
        10: ("has expired", "The cluster's administrator must renew it; check this machine's clock, too"),
        18: ("is self-signed", ""),
        19: ("is signed by an authority that is not in the kubeconfig", ""),
        20: ("is signed by an unknown authority", ""),
        21: ("is signed by an unknown authority", ""),
        62: ("is for another name", "Check the server's name, or set tls-server-name in the kubeconfig"),
        64: ("is for another address", "Check the server's address, or set tls-server-name in the kubeconfig"),
    }
)
"""OpenSSL's verify codes (x509_vfy.h): what is wrong with the server's certificate, and what to do about it."""

_HANGS_UP = "Try again; a server that wants another client certificate hangs up like this, too"
_NETWORK = MappingProxyType(
    {
        errno.ECONNREFUSED: ("refused the connection", "Is the API server running, and is its address right?"),
        errno.EHOSTUNREACH: ("has no route to it", ""),
        errno.ENETUNREACH: ("is on a network that cannot be reached", ""),
        errno.ETIMEDOUT: ("did not answer", ""),
        errno.ECONNRESET: ("reset the connection", _HANGS_UP),
        errno.EPIPE: ("closed the connection", _HANGS_UP),
        errno.EMFILE: ("was not asked: too many open files", "Raise the limit (ulimit -n)"),
    }
)


def failure(error: Exception, asked: Asked) -> ApiError:
    """The one error type of the program for whatever came up while `asked` was under way."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ConfigError):
        return ApiError(Failure.CREDENTIALS, error.sentence)
    if isinstance(error, ApiException):
        return _library(error, asked)
    for rule in (_tls, _proxy, _connect, _time, _http, _network):
        found = rule(error, asked)
        if found is not None:
            return found
    # The text of an unforeseen exception may quote a credential (a header, a kubeconfig entry): only its type is said.
    return ApiError(Failure.OTHER, f"{type(error).__name__} while asking {asked.server}")


def closed() -> ApiError:
    """The error of everything that was under way when its context was left."""
    return ApiError(Failure.OTHER, title="This context was left", hint="Open it again")


def silent(asked: Asked, seconds: float) -> ApiError:
    """The error for an answer that did not come within the time for the whole request."""
    return ApiError(Failure.TIMEOUT, f"nothing from {asked.server} within {seconds:g} s")


def _library(error: ApiException, asked: Asked) -> ApiError:
    """The client library's own exception."""
    body: str | bytes = error.body or b""
    return refusal(int(error.status or 0), error.headers or {}, body.encode() if isinstance(body, str) else body, asked)


def _tls(error: Exception, asked: Asked) -> ApiError | None:
    """Whatever OpenSSL says, wrapped by aiohttp or not."""
    cause = _ssl_cause(error)
    if cause is None:
        return None
    if isinstance(cause, ssl.SSLCertVerificationError):
        what, hint = _CERTIFICATE.get(cause.verify_code, (f"is not accepted ({cause.verify_message})", ""))
        return ApiError(Failure.TLS, f"the certificate of {asked.server} {what}", hint=hint)
    reason = (cause.reason or "").upper()
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        words, hint = f"{asked.server} does not speak https", "Write http:// before its address, or check the port"
        return ApiError(Failure.TLS, words, title="Wrong protocol", hint=hint)
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        words, hint = f"{asked.server} does not accept our client certificate", "Renew it in the kubeconfig"
        return ApiError(Failure.TLS, words, title="Client certificate refused", hint=hint)
    words = f"no secure connection to {asked.server} ({reason.replace('_', ' ').lower() or 'no reason given'})"
    hint = "It may want a client certificate, or another version of TLS" if "HANDSHAKE_FAILURE" in reason else ""
    return ApiError(Failure.TLS, words, title="TLS failed", hint=hint)


def _ssl_cause(error: Exception) -> ssl.SSLError | None:
    """The ssl error in an exception of aiohttp, if it is one."""
    seen: BaseException | None = error
    for _ in range(5):
        # aiohttp's own inherit from ssl.SSLError, but are empty.
        if isinstance(seen, aiohttp.ClientConnectorCertificateError):
            seen = seen.certificate_error
        elif isinstance(seen, aiohttp.ClientConnectorError):
            seen = seen.os_error
        elif isinstance(seen, ssl.SSLError):
            return seen
        elif seen is not None:
            seen = seen.__cause__
    return None


def _proxy(error: Exception, asked: Asked) -> ApiError | None:
    """The proxy on the way cannot be reached or refuses."""
    hint = "Check proxy-url in the kubeconfig and HTTPS_PROXY"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        what = "wants a user and password" if error.status == 407 else f"answered {error.status}"
        words = f"the proxy {what} when asked for {asked.server}"
        return ApiError(Failure.UNREACHABLE, words, status=error.status, hint=hint)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        what = _errno(error.os_error)[0] or "cannot be reached"
        return ApiError(Failure.UNREACHABLE, f"the proxy {error.host}:{error.port} {what}", hint=hint)
    return None


def _connect(error: Exception, asked: Asked) -> ApiError | None:
    """No connection came about."""
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        host = error.host if isinstance(error, aiohttp.ClientConnectorDNSError) else asked.server
        hint = "Check the server's name in the kubeconfig, the DNS and the VPN"
        return ApiError(Failure.UNREACHABLE, f"the name {host} cannot be resolved", hint=hint)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ApiError(Failure.UNREACHABLE, f"{asked.server} did not answer the connection attempt in time")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        hint = "Mend the server's address in the kubeconfig"
        return ApiError(Failure.UNREACHABLE, f"{asked.server} is no address that can be asked", hint=hint)
    return None


def _time(error: Exception, asked: Asked) -> ApiError | None:
    """The connection stands, but nothing comes."""
    if isinstance(error, aiohttp.SocketTimeoutError):
        words, title = f"{asked.server} sends nothing any more", "The server went silent"
        return ApiError(Failure.TIMEOUT, words, title=title, hint="It is tried again")
    if isinstance(error, TimeoutError) and error.errno is None:
        return ApiError(Failure.TIMEOUT, f"no answer from {asked.server} in time")
    return None


def _http(error: Exception, asked: Asked) -> ApiError | None:
    """The answer was cut off, or is nothing that could be read."""
    if isinstance(error, aiohttp.ServerDisconnectedError):
        hint = _HANGS_UP
        if not asked.secure:
            hint = "Perhaps it speaks https: write https:// before its address in the kubeconfig"
        return ApiError(Failure.BROKEN, f"{asked.server} closed the connection without an answer", hint=hint)
    if isinstance(error, LineTooLong):
        return ApiError(Failure.BROKEN, f"{asked.server} sent an object too large to be read (over 4 MiB)")
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        return ApiError(Failure.NOT_KUBERNETES, f"{asked.server} answered with something that is no HTTP")
    if isinstance(error, aiohttp.ClientPayloadError):
        return ApiError(Failure.BROKEN, f"{asked.server} broke off in the middle of an answer")
    if isinstance(error, msgspec.DecodeError | UnicodeDecodeError):
        return ApiError(Failure.BROKEN, f"{asked.server} sent something that cannot be read")
    return None


def _network(error: Exception, asked: Asked) -> ApiError | None:
    """Errors of sockets: what failed before a connection stood is `unreachable`, what failed after is `broken`."""
    if isinstance(error, aiohttp.ClientConnectorError):
        words, hint = _errno(error.os_error)
        where = f"{error.host}:{error.port}"
        return ApiError(Failure.UNREACHABLE, f"{where} {words or 'cannot be reached'}", hint=hint)
    if isinstance(error, OSError):
        words, hint = _errno(error)
        return ApiError(Failure.BROKEN, f"{asked.server} {words or 'closed the connection'}", hint=hint)
    if isinstance(error, aiohttp.ClientConnectionError):
        return ApiError(Failure.BROKEN, f"{asked.server} closed the connection")
    return None


def _errno(error: BaseException) -> tuple[str, str]:
    """Words and hint for a socket's error; asyncio puts those of several addresses into one text without a number."""
    code = error.errno if isinstance(error, OSError) else None
    if code is None and isinstance(error, ConnectionResetError):
        code = errno.ECONNRESET
    if code is not None and code in _NETWORK:
        return _NETWORK[code]
    text = str(error)
    for number, words in _NETWORK.items():
        if f"[Errno {number}]" in text:
            return words
    return "", ""
