"""Small servers that answer what a test wants, certificates, and targets for connections to them."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from k8stui.kube.connection import Connection, connect
from k8stui.kube.target import Context, CredentialSpec, Pem, Secret, Target
from k8stui.settings import Timing
from tests.support.clock import ManualClock

TIMING = Timing(connect=20.0, request=30.0, silence=60.0, close=0.5, watch_least=30, watch_most=60)
"""Long enough for a busy machine, short enough for a test that runs into it."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def target(url: str, token: str = "", **rest: Any) -> Target:
    """A target for a server, as user `tester`."""
    context = Context("test", "test-cluster", "tester", "", url)
    spec = CredentialSpec(user="tester", token=Secret(token) if token else None)
    given: dict[str, Any] = {"context": context, "server": url, "credentials": spec}
    return Target(**given | rest)


@asynccontextmanager
async def connected(url: str | Target, timing: Timing = TIMING, **rest: Any) -> AsyncIterator[Connection]:
    """A connection to a server, closed at the end."""
    goal = url if isinstance(url, Target) else target(url, "token-1")
    connection = await connect(goal, timing, rest.pop("clock", None) or ManualClock(), **rest)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """An HTTP server that passes everything to one handler; yields its URL."""
    server = web.Server(handler, access_log=None, handler_cancellation=True)  # type: ignore[arg-type]
    runner = web.ServerRunner(server, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(serve: Raw, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A TCP server that does with each connection what the test says, then closes it; yields host:port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=context)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def request_head(reader: asyncio.StreamReader) -> str:
    """The head of one HTTP request."""
    return (await reader.readuntil(b"\r\n\r\n")).decode()


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", more: str = "") -> bytes:
    """A whole HTTP answer as bytes."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Authority:
    """A certificate authority for tests, that also signs expired certificates and such for other names."""

    def __init__(self, name: str = "test CA") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        # Without key identifiers, as the authorities of old managed clusters: Python 3.13 refuses those by default.
        basic = x509.BasicConstraints(ca=True, path_length=None)
        built = self._builder(self._name, self._key, 365).add_extension(basic, critical=True)
        self._certificate = built.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, *names: str, days: int = 30, password: bytes | None = None) -> tuple[str, str]:
        """Certificate and key (PEM) for these names and addresses; negative days: expired so long ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in names])
        built = self._builder(subject, key, days).add_extension(alternatives, critical=False)
        certificate = built.sign(self._key, hashes.SHA256())
        locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        return pem, key.private_bytes(*form, locked).decode()

    def server(self, folder: Path, *names: str, days: int = 30, clients: "Authority | None" = None) -> ssl.SSLContext:
        """A server's context with a certificate for these names; `clients`: who must have signed a client's."""
        certificate, key = self.issue(*(names or ("127.0.0.1", "localhost")), days=days)
        path = folder / "server.pem"
        path.write_text(certificate + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=clients.pem)
        return context

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - OpenSSL compares with the wall clock
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=400))
            .not_valid_after(now + datetime.timedelta(days=days))
        )


def with_certificate(goal: Target, certificate: str, key: str) -> Target:
    """The target with a client certificate as data."""
    spec = replace(goal.credentials, certificate=Pem(Secret(certificate)), key=Pem(Secret(key)))
    return replace(goal, credentials=spec)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
