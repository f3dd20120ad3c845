"""What a kubeconfig comes down to for one context: plain data, without a secret in any repr."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

_LEGAL_IN_A_HEADER_NAME = re.compile(rb"[!#$&'*+\-.^_`|~0-9a-z]")


class Secret:
    """A text that must not be seen: repr, str and format show a mark instead; `reveal()` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the wire only: never for a log, an error or a screen."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> Any:
        raise TypeError("a Secret is neither pickled nor copied")


class Context(Struct, frozen=True):
    """One context of the kubeconfig, as pickers and the status line show it (texts are cleaned)."""

    name: str
    cluster: str
    user: str
    namespace: str
    """"" where the kubeconfig names none."""
    server: str
    """The cluster's URL, "" where the kubeconfig does not hold that cluster."""
    protected: bool = False
    """A change asks for the name to be typed (`Settings.is_protected`)."""
    read_only: bool = False
    """Nothing may be changed (`Settings.is_read_only`)."""


class Exec(Struct, frozen=True):
    """How an exec credential plugin is run (client.authentication.k8s.io)."""

    command: str
    """A path where the kubeconfig's command holds a separator, else a name looked up in PATH."""
    args: tuple[str, ...]
    env: Mapping[str, Secret]
    """The whole environment of the plugin but KUBERNETES_EXEC_INFO."""
    api_version: str
    interactive: str
    """`Never`, `IfAvailable` or `Always`."""
    install_hint: str
    cluster: Mapping[str, Any] | None
    """spec.cluster of KUBERNETES_EXEC_INFO; None unless provideClusterInfo."""

    def __repr__(self) -> str:
        """Without arguments, which may hold secrets."""
        return f"Exec(command={self.command!r}, api_version={self.api_version!r}, interactive={self.interactive!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("command", self.command)]


class ClientCertificate(Struct, frozen=True):
    """A certificate chain and its key, both PEM."""

    certificate: str
    key: Secret


class Pem(Struct, frozen=True):
    """A PEM text or the file that holds it."""

    data: Secret | None = None
    path: Path | None = None


class CredentialSpec(Struct, frozen=True):
    """How to prove who we are. As in kubectl a token or basic goes before the plugin; certificates stand beside."""

    user: str = ""
    """The kubeconfig's name of the user, for sentences."""
    token: Secret | None = None
    token_file: Path | None = None
    """Wins over `token` while it can be read, as in client-go."""
    basic: Secret | None = None
    """`name:password`."""
    certificate: Pem | None = None
    key: Pem | None = None
    exec: Exec | None = None


class Impersonation(Struct, frozen=True):
    """Whom to act as: `--as`, `--as-group`, `--as-uid`, and as-user-extra of the kubeconfig."""

    user: str = ""
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The Impersonate-… headers; a name may come several times (one for each group)."""
        if not self.user:
            return ()
        found = [("Impersonate-User", self.user)]
        if self.uid:
            found.append(("Impersonate-Uid", self.uid))
        found += [("Impersonate-Group", group) for group in self.groups]
        found += [(f"Impersonate-Extra-{_header_key(key)}", value) for key, values in self.extra for value in values]
        return tuple(found)


class Target(Struct, frozen=True):
    """All that a Connection needs to know about one context."""

    context: Context
    server: str
    """`https://host:port/prefix`: no user, no query, no slash at the end; IPv6 in brackets."""
    ca: str | None = None
    """PEM of the certificate authorities; None means the system's."""
    insecure: bool = False
    """The server's certificate is not checked (`insecure-skip-tls-verify`)."""
    tls_server_name: str | None = None
    """Name asked for (SNI) and checked instead of the server's host."""
    proxy_url: str | None = None
    """`http(s)://host:port` without user and password; the environment and NO_PROXY are already heeded."""
    proxy_authorization: Secret | None = None
    """Value of the Proxy-Authorization header, where the proxy's URL held a user."""
    compression: bool = True
    """False: ask for no gzip (`disable-compression`)."""
    credentials: CredentialSpec = CredentialSpec()
    impersonation: Impersonation = Impersonation()
    notice: str = ""
    """A sentence worth saying once (credentials withheld over plain http), or ""."""


def _header_key(key: str) -> str:
    """A key of as-user-extra as part of a header's name: lower case, the rest percent-encoded, as client-go does."""
    raw = key.lower().encode()
    return "".join(chr(byte) if _LEGAL_IN_A_HEADER_NAME.fullmatch(bytes([byte])) else f"%{byte:02X}" for byte in raw)
