"""Which proxy a server is reached through: proxy-url of the kubeconfig, else the environment by Go's rules.

Rules of golang.org/x/net/http/httpproxy, which kubectl uses.
"""

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from k8stui.kube.errors import ConfigError
from k8stui.kube.target import Secret
from k8stui.model.text import clean

_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_Address = IPv4Address | IPv6Address


class Proxy(Struct, frozen=True):
    """A proxy: its URL without user and password, and the Proxy-Authorization header they make."""

    url: str
    authorization: Secret | None = None


def from_url(text: str, where: str) -> Proxy:
    """A proxy as the kubeconfig or the environment gives it.

    Args:
        text: `http://user:password@host:port`, `https://…`.
        where: what holds it, for errors (`proxy-url of the cluster prod`).

    Raises:
        ConfigError: no URL, or a kind of proxy that cannot be used (socks5).
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"{where} is not a URL: write http://host:port") from None
    if parts.scheme.startswith("socks"):
        raise ConfigError(f"{where} names a SOCKS proxy, which k8stui cannot use: give an http:// or https:// proxy")
    if parts.scheme not in _PORTS or not host:
        raise ConfigError(f"{where} is not a URL of an http proxy: write http://host:port")
    shown = f"[{host}]" if ":" in host else host
    url = f"{parts.scheme}://{shown}:{port}" if port is not None else f"{parts.scheme}://{shown}"
    return Proxy(clean(url), _authorization(parts))


def from_environment(server: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or their lower-case twins) give for that server, or None.

    Args:
        server: the API server's URL.
        environ: the environment; an upper-case name goes before its lower-case twin.

    Raises:
        ConfigError: the variable that applies holds no usable proxy.
    """
    target = urlsplit(server)
    name = "HTTPS_PROXY" if target.scheme == "https" else "HTTP_PROXY"
    value = _either(environ, name)
    host = (target.hostname or "").lower()
    port = target.port or _PORTS.get(target.scheme, 0)
    if not value or bypassed(host, port, _either(environ, "NO_PROXY")):
        return None
    return from_url(value if "://" in value else f"http://{value}", f"The environment variable {name}")


def bypassed(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY (or being on this machine) keeps a host from being reached through a proxy.

    Args:
        host: lower case, an IPv6 address without brackets.
        port: never 0 where the scheme has a usual one.
        no_proxy: names (with their subdomains), `.names` (subdomains only), addresses, CIDRs, `*`; a port may follow.
    """
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(_matches(entry.strip().lower(), host, port, address) for entry in no_proxy.split(","))


def is_local(host: str) -> bool:
    """Whether a host is this machine by its name or address."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _matches(entry: str, host: str, port: int, address: _Address | None) -> bool:
    """One entry of NO_PROXY against one host; a malformed entry matches nothing."""
    if entry == "*":
        return True
    if "/" in entry:
        return address is not None and _in_network(entry, address)
    name, wanted = _split_port(entry)
    if not name or (wanted and wanted != str(port)):
        return False
    literal = _address(name)
    if literal is not None:
        return literal == address
    return _is_domain(name.removeprefix("*"), host)


def _is_domain(name: str, host: str) -> bool:
    """`.x.io` is every subdomain, `x.io` is itself as well."""
    return host.endswith(name) if name.startswith(".") else host == name or host.endswith(f".{name}")


def _in_network(entry: str, address: _Address) -> bool:
    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return False


def _split_port(entry: str) -> tuple[str, str]:
    """`host:port`, `[v6]:port`, or either without a port, as (host, port or "")."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, rest.removeprefix(":")
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, port
    return entry, ""


def _address(host: str) -> _Address | None:
    """An IP address (one of IPv4 in IPv6 clothes as IPv4, as Go compares them), or None for a name."""
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _either(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.lower()) or ""


def _authorization(parts: SplitResult) -> Secret | None:
    """The Proxy-Authorization header for a URL's user and password."""
    if not parts.username:
        return None
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Secret("Basic " + b64encode(login.encode()).decode())
