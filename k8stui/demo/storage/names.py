"""Names, label keys and values, as `k8s.io/apimachinery/pkg/util/validation` judges them: each gives its reasons."""

import re
from ipaddress import ip_address

LABEL_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
BAD_LABEL_NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_DNS_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_ENDS = "and must start and end with an alphanumeric character"
BAD_LABEL = (
    f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {_ENDS} (e.g. 'my-name',  "
    f"or '123-abc', regex used for validation is '{_LABEL.pattern}')"
)
BAD_SUBDOMAIN = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {_ENDS} "
    f"(e.g. 'example.com', regex used for validation is '{_SUBDOMAIN.pattern}')"
)
_BAD_1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    f"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    f"'{_DNS_1035.pattern}')"
)
_BAD_VALUE = (
    f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', {_ENDS} "
    f"(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{_VALUE.pattern}')"
)
_BAD_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
    f"or 'key-name', regex used for validation is '{_CONFIG_KEY.pattern}')"
)
BAD_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def _long(text: str, limit: int) -> list[str]:
    return [f"must be no more than {limit} characters"] if len(text) > limit else []


def subdomain(name: str) -> list[str]:
    """The usual name of an object."""
    return _long(name, 253) + ([] if _SUBDOMAIN.fullmatch(name) else [BAD_SUBDOMAIN])


def label(name: str) -> list[str]:
    """The name of a namespace or a container."""
    if _LABEL.fullmatch(name):
        return _long(name, 63)
    return [*_long(name, 63), "must not contain dots" if _SUBDOMAIN.fullmatch(name) else BAD_LABEL]


def dns_1035(name: str) -> list[str]:
    """The name of a service."""
    return _long(name, 63) + ([] if _DNS_1035.fullmatch(name) else [_BAD_1035])


def path_segment(name: str) -> list[str]:
    """The name of a role or a binding: anything that fits into a path."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{sign}'" for sign in "/%" if sign in name]


def qualified_name(key: str) -> list[str]:
    """A label key."""
    prefix, slash, name = key.rpartition("/")
    reasons = []
    if slash and "/" in prefix:
        whole = BAD_LABEL_NAME.replace("name part", "a qualified name", 1)
        return [f"{whole} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    if slash and not prefix:
        reasons.append("prefix part must be non-empty")
    elif slash:
        reasons += [f"prefix part {why}" for why in subdomain(prefix)]
    if not name:
        reasons.append("name part must be non-empty")
    elif len(name) > 63:
        reasons.append("name part must be no more than 63 characters")
    return reasons if LABEL_NAME.fullmatch(name) else [*reasons, BAD_LABEL_NAME]


def label_value(value: str) -> list[str]:
    """A label's value."""
    return _long(value, 63) + ([] if _VALUE.fullmatch(value) else [_BAD_VALUE])


def config_key(key: str) -> list[str]:
    """A key of a ConfigMap or Secret."""
    if not _CONFIG_KEY.fullmatch(key):
        return [_BAD_KEY]
    if key in (".", ".."):
        return [f"must not be '{key}'"]
    return ["must not start with '..'"] if key.startswith("..") else _long(key, 253)


def port_name(name: str) -> list[str]:
    """An IANA service name, as container ports have them."""
    reasons = _long(name, 15)
    if not re.fullmatch(r"[-a-z0-9]+", name):
        reasons.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search(r"[a-z]", name):
        reasons.append("must contain at least one letter (a-z)")
    if "--" in name:
        reasons.append("must not contain consecutive hyphens")
    if name[:1] == "-" or name[-1:] == "-":
        reasons.append("must not begin or end with a hyphen")
    return reasons


def address(text: str) -> list[str]:
    """An IP address."""
    try:
        ip_address(text)
    except ValueError:
        return [BAD_IP]
    return []
