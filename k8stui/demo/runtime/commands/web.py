"""Pages from services and pods: curl, wget."""

from urllib.parse import urlsplit

from msgspec import Struct

from k8stui.demo.runtime.commands.net import PATIENCE, connect, resolve
from k8stui.demo.runtime.commands.options import Options, options
from k8stui.demo.runtime.files import FileProblem
from k8stui.demo.runtime.network import Outcome, Peer
from k8stui.demo.runtime.shell.interpreter import Call, Program
from k8stui.demo.runtime.website import Page, page

_VERSION = "8.14.1"


class Asked(Struct, frozen=True):
    """A URL taken apart."""

    scheme: str
    host: str
    port: int
    path: str


def asked(url: str) -> Asked | None:
    """Take a URL apart; None for what is none."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Asked(parts.scheme, parts.hostname or "", port, path) if parts.hostname and port else None


async def curl(call: Call) -> int:
    """A page; -s -S -f -k -L -i -I -v -o -w -m --connect-timeout are understood."""
    given = options(
        call.args,
        "oXHdmwuAeFT",
        "output request header data max-time connect-timeout write-out user retry resolve cacert data-raw url",
    )
    urls = [*given.rest, *given.values.get("url", ())]
    if not urls:
        return await call.fail("try 'curl --help' for more information", 2)
    code = 0
    for url in urls:
        code = await _curl(call, given, url)
    return code


async def _curl(call: Call, given: Options, url: str) -> int:
    place = asked(url)
    found = (3, f"URL rejected: {url}") if place is None else await _reached(call, given, place)
    if isinstance(found, Page) and given.flags & {"f", "fail"} and found.code >= 400:
        found = (22, f"The requested URL returned error: {found.code}")
    if isinstance(found, Page):
        return await _received(call, given, found)
    if not given.flags & {"s", "silent"} or given.flags & {"S", "show-error"}:
        await call.fail(f"({found[0]}) {found[1]}")
    await _write_out(call, given, 0)
    return found[0]


async def _reached(call: Call, given: Options, place: Asked) -> Page | tuple[int, str]:
    """The page, or curl's exit code and words."""
    if place.scheme not in ("http", "https"):
        return 1, f'Protocol "{place.scheme}" not supported'
    try:
        patience = min(given.number(name, otherwise=PATIENCE) for name in ("m", "max-time", "connect-timeout"))
    except ValueError:
        return 2, "expected a proper numerical parameter"
    addresses = await resolve(call, place.host, patience)
    if addresses is None:
        return 28, f"Resolving timed out after {patience * 1000:.0f} milliseconds"
    if not addresses:
        return 6, f"Could not resolve host: {place.host}"
    peer = await connect(call, addresses[0], place.port, patience)
    if peer.outcome is Outcome.TIMEOUT:
        return 28, f"Connection timed out after {patience * 1000:.0f} milliseconds"
    if peer.outcome is Outcome.REFUSED:
        return 7, f"Failed to connect to {place.host} port {place.port} after 1 ms: Could not connect to server"
    if problem := _tls(place, peer, given):
        return problem
    found = page(peer.pod, peer.port, place.path)
    if given.flags & {"v", "verbose"}:
        await _verbose(call, place, addresses[0], found)
    return found


def _tls(place: Asked, peer: Peer, given: Options) -> tuple[int, str] | None:
    """What is wrong with talking TLS, or not talking it, to that peer."""
    if peer.pod is not None and place.scheme == "https":
        return 35, "TLS connect error: error:0A00010B:SSL routines::wrong version number"
    if (
        peer.pod is None
        and place.scheme == "https"
        and not given.flags & {"k", "insecure"}
        and not given.value("cacert")
    ):
        return 60, "SSL certificate problem: unable to get local issuer certificate"
    return None


async def _verbose(call: Call, place: Asked, address: str, found: Page) -> None:
    lines = [f"*   Trying {address}:{place.port}...", f"* Connected to {place.host} ({address}) port {place.port}"]
    lines += [f"> GET {place.path} HTTP/1.1", f"> Host: {place.host}", f"> User-Agent: curl/{_VERSION}", ">"]
    lines += [f"< {line}" for line in found.head().decode().split("\r\n")[:-1]]
    await call.streams.stderr.write("".join(f"{line}\n" for line in lines).encode())


async def _received(call: Call, given: Options, found: Page) -> int:
    head = given.flags & {"i", "I", "head", "include"}
    only_head = given.flags & {"I", "head"}
    data = (found.head() if head else b"") + (b"" if only_head else found.body)
    target = given.value("o", "output")
    try:
        if target is None or target == "-":
            await call.streams.stdout.write(data)
        elif target != "/dev/null":
            call.machine.files.write(call.path(target), data)
    except FileProblem:
        return await call.fail(f"(23) Failure writing output to destination: {target}", 23)
    await _write_out(call, given, found.code)
    return 0


async def _write_out(call: Call, given: Options, code: int) -> None:
    form = given.value("w", "write-out")
    if form is not None:
        text = form.replace("%{http_code}", f"{code:03}").replace("%{response_code}", f"{code:03}")
        text = text.replace("%{time_total}", "0.003").replace("\\n", "\n")
        await call.streams.stdout.write(text.encode())


async def wget(call: Call) -> int:
    """A page, into a file or with -O- to the output; -q, -S, -T, --spider."""
    given = options(call.args, "OTtUo", "output-document timeout tries header post-data")
    if not given.rest:
        return await call.fail("missing URL", 1)
    place = asked(given.rest[0])
    if place is None:
        return await call.fail(f"bad address '{given.rest[0]}'")
    try:
        patience = given.number("T", "timeout", otherwise=PATIENCE)
    except ValueError:
        return await call.fail("invalid number")
    addresses = await resolve(call, place.host, patience)
    if not addresses:
        return await call.fail(f"bad address '{place.host}'")
    quiet = bool(given.flags & {"q", "quiet"})
    if not quiet:
        line = f"Connecting to {place.host}:{place.port} ({addresses[0]}:{place.port})\n"
        await call.streams.stderr.write(line.encode())
    peer = await connect(call, addresses[0], place.port, patience)
    if peer.outcome is Outcome.TIMEOUT:
        return await call.fail("download timed out")
    if peer.outcome is Outcome.REFUSED:
        return await call.fail(f"can't connect to remote host ({addresses[0]}): Connection refused")
    found = page(peer.pod, peer.port, place.path)
    if found.code >= 400:
        return await call.fail(f"server returned error: HTTP/1.1 {found.code} {found.reason}")
    if "spider" in given.flags:
        return 0
    target = given.value("O", "output-document") or place.path.rpartition("/")[2] or "index.html"
    if target == "-":
        await call.streams.stdout.write(found.body)
        return 0
    try:
        call.machine.files.write(call.path(target), found.body)
    except FileProblem as problem:
        return await call.fail(f"can't open '{target}': {problem}")
    return 0


PROGRAMS: dict[str, Program] = {"curl": curl, "wget": wget}
