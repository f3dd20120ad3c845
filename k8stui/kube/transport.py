"""The sockets under a connection: two pools, keepalive, proxy and TLS, in the place of the client library's own."""

import socket
import ssl
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import aiohttp
from kubernetes_asyncio.client import ApiClient, Configuration
from kubernetes_asyncio.client.rest import RESTClientObject
from multidict import CIMultiDict
from yarl import URL

from k8stui import __version__
from k8stui.kube.target import Target

REQUESTS = 32
"""Requests in flight; a job keeps to 10, so a few jobs and the screens never wait for each other."""
_BUFFER = 2**21
"""Bytes read ahead; a watch's line may be twice that, and etcd's largest object is 1.5 MiB."""
_IDLE, _BETWEEN, _PROBES = 30, 10, 3
"""A peer that answers no keepalive for a minute is dead; a write that is not acknowledged so long, too."""


class Transport(RESTClientObject):
    """What `ApiClient` sends through: a session for requests and one for streams, so neither waits for the other."""

    def __init__(self, target: Target, context: ssl.SSLContext | None) -> None:
        # Not super().__init__(): its session would read .netrc, offer no keepalive and build an ssl context (22 ms).
        self._target = target
        self.pool_manager = _session(target, context, REQUESTS)
        self.streams = _session(target, context, 0)
        """Without a limit: each watch, log or shell holds one connection for as long as it lasts."""

    async def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        query_params: Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        post_params: object = None,
        _preload_content: bool = False,
        _request_timeout: aiohttp.ClientTimeout | None = None,
    ) -> aiohttp.ClientResponse:
        """Send one request and return when the head of its answer is there. The caller reads and closes.

        A timeout without a total means a stream: it may last, and goes through the pool of streams. The body goes out
        as it is (the library would encode it again), redirects are not followed (a login page is no API server), and
        the URL is not normalised (a name stays one segment of the path).
        """
        timeout = _request_timeout or aiohttp.ClientTimeout()
        session = self.streams if timeout.total is None else self.pool_manager
        options: dict[str, Any] = {}
        if self._target.proxy_url:
            options["proxy"] = self._target.proxy_url
            if self._target.proxy_authorization:
                proof = {"Proxy-Authorization": self._target.proxy_authorization.reveal()}
                if url.startswith("https:"):
                    options["proxy_headers"] = proof  # for CONNECT alone: the server never sees it
                else:
                    headers = {**(headers or {}), **proof}
        if self._target.tls_server_name:
            options["server_hostname"] = self._target.tls_server_name
        if query_params:
            url += "?" + urlencode(query_params)
        return await session.request(
            method.upper(),
            URL(url, encoded=True),
            headers=headers,
            data=body,
            timeout=timeout,
            allow_redirects=False,
            **options,
        )

    async def close(self) -> None:
        """Close both pools; whoever still waits for an answer gets an error."""
        await self.streams.close()
        await self.pool_manager.close()

    def __repr__(self) -> str:
        return f"Transport({self._target.server!r})"


class Client(ApiClient):
    """The library's client on a transport of ours."""

    def __init__(self, target: Target, transport: Transport) -> None:
        # Not super().__init__(): that builds a transport with an ssl context of its own. These are its fields.
        self.configuration = Configuration(host=target.server)
        self.pool_threads = 1
        self.rest_client = transport
        self.default_headers: dict[str, str] = {"User-Agent": f"k8stui/{__version__}"}
        self.cookie = None  # type: ignore[assignment]
        self.client_side_validation = False
        self.last_response: aiohttp.ClientResponse | None = None

    def __repr__(self) -> str:
        return f"Client({self.configuration.host!r})"


def keepalive(address: tuple[Any, ...]) -> socket.socket:
    """A socket for one of getaddrinfo's addresses that notices when its peer is gone."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": _IDLE, "TCP_KEEPINTVL": _BETWEEN, "TCP_KEEPCNT": _PROBES}
    if sys.platform == "darwin":
        options["TCP_KEEPALIVE"] = _IDLE
    elif sys.platform == "linux":
        options["TCP_USER_TIMEOUT"] = 1000 * (_IDLE + _BETWEEN * _PROBES)
    for name, value in options.items():
        option = getattr(socket, name, None)
        if option is not None:
            made.setsockopt(socket.IPPROTO_TCP, option, value)
    return made


def _session(target: Target, context: ssl.SSLContext | None, limit: int) -> aiohttp.ClientSession:
    """A session with the headers that every request carries; several Impersonate-Groups need several headers."""
    headers: CIMultiDict[str] = CIMultiDict(target.impersonation.headers())
    headers["Accept-Encoding"] = "gzip" if target.compression and limit else "identity"
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=limit, ssl=context or True, socket_factory=keepalive),
        headers=headers,
        read_bufsize=_BUFFER,
        # Neither .netrc nor the environment's proxies: the target has the right ones. No cookies, as client-go.
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # aiohttp would send a DELETE again after a lost connection: what it did the first time would look like a 404.
    session._retry_connection = False
    return session
