"""The formats of strings that a schema can ask for; one that is not known here lets everything through."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address, ip_network
from types import MappingProxyType
from urllib.parse import urlsplit

_DURATION = re.compile(r"[-+]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+|\d+\s*\w+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_HOSTNAME = re.compile(r"([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*")
_MAC = re.compile(r"([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def fits(name: str, text: str) -> bool:
    """Whether a text has the format of that name."""
    reader = _READERS.get(name)
    if reader is not None:
        try:
            reader(text)
        except ValueError:
            return False
        return True
    pattern = _PATTERNS.get(name)
    return pattern is None or pattern.fullmatch(text) is not None


def _moment(text: str) -> object:
    if "T" not in text.upper():
        raise ValueError
    return datetime.fromisoformat(text)


def _network(text: str) -> object:
    if "/" not in text:
        raise ValueError
    return ip_network(text, strict=False)


def _uri(text: str) -> object:
    if not (urlsplit(text).scheme or text.startswith("/")):
        raise ValueError
    return text


_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType({
    "date-time": _moment, "datetime": _moment, "date": date.fromisoformat, "ipv4": IPv4Address, "ipv6": IPv6Address,
    "cidr": _network, "uri": _uri,
})  # fmt: skip
_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType({
    "duration": _DURATION, "email": _EMAIL, "uuid": _UUID, "hostname": _HOSTNAME, "mac": _MAC, "byte": _BASE64,
})  # fmt: skip
