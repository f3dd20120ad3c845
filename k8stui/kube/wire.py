"""What a connection sends through: client, credentials and certificate as they are now, and how they are renewed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from k8stui.clock import Clock
from k8stui.kube import tls
from k8stui.kube.credentials import Credentials, Terminal
from k8stui.kube.errors import ApiError, ConfigError
from k8stui.kube.target import ClientCertificate, Target
from k8stui.kube.transport import Client, Transport
from k8stui.settings import Timing

_RETIRED = 2
"""Transports with an older certificate that are kept for what still runs over them."""


class Ready(Struct, frozen=True):
    """All that a request needs at this moment."""

    client: Client
    headers: dict[str, str]
    """Who we are: Authorization, or nothing beside a certificate."""
    generation: int
    """Which credentials these are: so that of many requests refused together one renews them."""

    def __repr__(self) -> str:
        return f"Ready(generation={self.generation})"


class Wire:
    """Keeps a client whose TLS side fits the current certificate. A renewal changes who proves it, never where to."""

    def __init__(
        self,
        target: Target,
        timing: Timing,
        clock: Clock,
        terminal: Terminal | None,
        reload: Callable[[], Target | None] | None,
    ) -> None:
        self.target = target
        self.moved = False
        """The kubeconfig now names another server or user for this context: a renewal must not follow it there."""
        self._timing = timing
        self._clock = clock
        self._terminal = terminal
        self._reload = reload
        self._credentials = Credentials(target, timing, clock, terminal)
        self._certificate: ClientCertificate | None = None
        self._client: Client | None = None
        self._transports: list[Transport] = []
        self._generation = 0
        self._building = asyncio.Lock()
        self._renewing = asyncio.Lock()

    async def prepare(self) -> None:
        """Build what can be built without running a credential plugin. Raises `ConfigError`."""
        certificate = None
        if self.target.credentials.exec is None:
            # A file that cannot be read now may be there at the next try: the first request says so.
            with suppress(ApiError):
                certificate = await self._credentials.client_certificate()
        await self._build(certificate)

    async def ready(self) -> Ready:
        """The client and headers for one request; may run a credential plugin.

        Raises:
            ApiError: no credentials can be had.
            ConfigError: a certificate cannot be used.
        """
        generation = self._generation
        headers = await self._credentials.headers()
        certificate = await self._credentials.client_certificate()
        async with self._building:
            client = self._client
            if client is None or certificate != self._certificate:
                client = await self._build(certificate)
        return Ready(client, headers, generation)

    async def renew(self, generation: int) -> None:
        """After a 401: let the plugin run again, files be read again, and the kubeconfig where it changed."""
        async with self._renewing:
            if self._generation != generation:
                return
            self._credentials.invalidate()
            if self._reload is not None:
                await self._reread(self._reload)
            self._generation += 1

    def allow_terminal(self) -> None:
        """A plugin whose login failed on the terminal may have it again at once."""
        self._credentials.allow_terminal()

    async def close(self) -> None:
        """Drop all connections, at once."""
        await asyncio.gather(*(transport.close() for transport in self._transports))

    async def _reread(self, reload: Callable[[], Target | None]) -> None:
        """Take over what the kubeconfig says now, if it still is about the same server and user."""
        try:
            fresh = await asyncio.to_thread(reload)
        except ConfigError:
            # Somebody is writing the file, or broke it: what we have is as good as it was.
            return
        if fresh is None or fresh == self.target:
            return
        old = self.target
        self.moved = (fresh.server, fresh.context.user, fresh.impersonation) != (
            old.server,
            old.context.user,
            old.impersonation,
        )
        if self.moved:
            return
        self.target = fresh
        self._credentials = Credentials(fresh, self._timing, self._clock, self._terminal)
        if _transport_side(fresh) != _transport_side(old):
            self._client = None

    async def _build(self, certificate: ClientCertificate | None) -> Client:
        """A new client; the old one's requests end in peace."""
        context = await asyncio.to_thread(tls.context, self.target, certificate)
        transport = Transport(self.target, context, self._timing.connect)
        client = Client(self.target, transport)
        self._client, self._certificate = client, certificate
        self._transports.append(transport)
        while len(self._transports) > 1 + _RETIRED:
            await self._transports.pop(0).close()
        return client


def _transport_side(target: Target) -> tuple[object, ...]:
    """What the sockets depend on."""
    return (target.ca, target.insecure, target.tls_server_name, target.proxy_url, target.proxy_authorization)
