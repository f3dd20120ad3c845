"""The sockets under a connection: its pools, keepalive, proxy and TLS, in the place of the client library's own."""

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


class RefusedError(Exception):
    """An answer that is no success; its body is still to be read."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        super().__init__()
        self.response = response


class Transport(RESTClientObject):
    """What `ApiClient` sends through: a session for requests and others for what lasts, so that none waits for another.

    Args:
        target: where to, by which way.
        context: of TLS.
        connect: seconds that a WebSocket's TCP connection may take.
    """

    def __init__(self, target: Target, context: ssl.SSLContext | None, connect: float) -> None:
        # Not super().__init__(): its session would read .netrc, offer no keepalive and build an ssl context (22 ms).
        self._target = target
        self.pool_manager = _session(target, context, REQUESTS)
        self.streams = _session(target, context, 0)
        """Without a limit: each watch and each log holds one connection for as long as it lasts."""
        self.sockets = _session(target, context, 0, connect=connect)
        """A connection of its own for each session: on a kept one nobody could tell whether a command ran twice."""

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
        ahead: int = _BUFFER,
    ) -> aiohttp.ClientResponse:
        """Send one request and return when the head of its answer is there. The caller reads and closes.

        A timeout without a total means a stream: it may last, and goes through the pool of streams. The body goes out
        as it is (the library would encode it again), redirects are not followed (a login page is no API server), and
        the URL is not normalised (a name stays one segment of the path).
        """
        timeout = _request_timeout or aiohttp.ClientTimeout()
        session = self.streams if timeout.total is None else self.pool_manager
        options, proof = self._way(url)
        return await session.request(
            method.upper(),
            _url(url, query_params),
            headers={**(headers or {}), **proof},
            data=body,
            timeout=timeout,
            allow_redirects=False,
            read_bufsize=ahead,
            **options,
        )

    async def upgrade(
        self, url: str, query: Sequence[tuple[str, str]], headers: Mapping[str, str], protocols: Sequence[str]
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket; its messages may be of any size, and pings are answered by whoever reads.

        Raises:
            RefusedError: the server answered with something else.
        """
        options, proof = self._way(url)
        opened: aiohttp.ClientWebSocketResponse = await self.sockets.ws_connect(
            _url(url, query),
            protocols=protocols,
            headers={**headers, **proof},
            autoping=False,
            max_msg_size=0,
            **options,
        )
        return opened

    def _way(self, url: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Proxy and server name of one request, and the headers that a proxy of plain http wants."""
        options: dict[str, Any] = {}
        proof: dict[str, str] = {}
        if self._target.proxy_url:
            options["proxy"] = self._target.proxy_url
            if self._target.proxy_authorization:
                proof = {"Proxy-Authorization": self._target.proxy_authorization.reveal()}
                if url.startswith("https:"):
                    options["proxy_headers"], proof = proof, {}  # for CONNECT alone: the server never sees it
        if self._target.tls_server_name:
            options["server_hostname"] = self._target.tls_server_name
        return options, proof

    async def close(self) -> None:
        """Close all pools; whoever still waits for an answer gets an error."""
        await self.sockets.close()
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
        self._transport = transport
        self._server = target.server
        self.default_headers: dict[str, str] = {"User-Agent": f"k8stui/{__version__}"}
        self.cookie = None  # type: ignore[assignment]
        self.client_side_validation = False
        self.last_response: aiohttp.ClientResponse | None = None

    async def stream(
        self,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Mapping[str, str],
        bounds: aiohttp.ClientTimeout,
        ahead: int,
    ) -> aiohttp.ClientResponse:
        """As `call_api`, for a GET of which so many bytes are read ahead of its reader."""
        given = {**headers, **self.default_headers}
        return await self._transport.request(
            "GET", self._server + path, query_params=query, headers=given, _request_timeout=bounds, ahead=ahead
        )

    async def upgrade(
        self, path: str, query: Sequence[tuple[str, str]], headers: Mapping[str, str], protocols: Sequence[str]
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket. Raises RefusedError."""
        given = {**headers, **self.default_headers}
        return await self._transport.upgrade(self._server + path, query, given, protocols)

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


async def _kept(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp drops the answer of a server that opens no WebSocket, and with it the reason why not."""
    response = await handler(request)
    if response.status != 101:
        raise RefusedError(response)
    return response


def _url(url: str, query: Sequence[tuple[str, str]] | None) -> URL:
    return URL(f"{url}?{urlencode(query)}" if query else url, encoded=True)


def _session(
    target: Target, context: ssl.SSLContext | None, limit: int, *, connect: float = 0.0
) -> aiohttp.ClientSession:
    """A session with the headers that every request carries; several Impersonate-Groups need several headers.

    Args:
        target: whom to impersonate, and whether answers may be compressed.
        context: of TLS.
        limit: connections at once; 0: any number.
        connect: it is for WebSockets, whose TCP connections may take so many seconds; 0: it is not.
    """
    headers: CIMultiDict[str] = CIMultiDict(target.impersonation.headers())
    headers["Accept-Encoding"] = "gzip" if target.compression and limit else "identity"
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=limit, ssl=context or True, socket_factory=keepalive, force_close=bool(connect)
        ),
        headers=headers,
        timeout=aiohttp.ClientTimeout(sock_connect=connect or None),
        middlewares=(_kept,) if connect else (),
        read_bufsize=_BUFFER,
        # Neither .netrc nor the environment's proxies: the target has the right ones. No cookies, as client-go.
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # aiohttp would send a DELETE again after a lost connection: what it did the first time would look like a 404.
    session._retry_connection = False
    return session
