"""What the user asked for and how long things may take: frozen data, pure, read by every floor and changed by none."""

from pathlib import Path
from typing import Any

from msgspec import Struct


class Timing(Struct, frozen=True, kw_only=True):
    """Every period and timeout of the program, in seconds; tests use short ones."""

    paint_quiet: float = 0.1
    """The first change after this much quiet is painted at once, later ones at the next mark."""
    paint_every: float = 0.1
    connect: float = 5.0
    """TCP and TLS handshake."""
    request: float = 30.0
    """One whole request, unless --request-timeout says otherwise."""
    silence: float = 75.0
    """A watch that sends nothing for so long is dead: a server sends a bookmark once a minute."""
    watch_least: float = 300.0
    """A watch asks the server to end it after a random time between these two, as client-go does."""
    watch_most: float = 600.0
    backoff_first: float = 0.5
    backoff_most: float = 30.0
    denied_retry: float = 60.0
    """How long a feed that was refused (403) waits before it asks again by itself."""
    poll: float = 10.0
    """Period of lists where watching is refused."""
    linger: float = 180.0
    """A feed goes on for so long after its last reader left."""
    plugin: float = 60.0
    """An exec credential plugin may take so long."""
    close: float = 1.0
    """Leaving a context takes no longer, also when its server hangs."""
    heartbeat: float = 40.0
    """A node whose lease is older than this is called silent (the controller's own grace period)."""
    toast: float = 6.0
    slice: float = 0.008
    """Work of a feed or a view yields to the loop after so long."""


class Overrides(Struct, frozen=True, kw_only=True):
    """kubectl's global flags: each replaces what the kubeconfig says."""

    context: str | None = None
    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None
    server: str | None = None
    token: str | None = None
    certificate_authority: Path | None = None
    insecure_skip_tls_verify: bool | None = None
    impersonate_user: str | None = None
    impersonate_groups: tuple[str, ...] = ()
    impersonate_uid: str | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"Overrides(context={self.context!r}, namespace={self.namespace!r}, server={self.server!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for rich, which would otherwise ask msgspec for every field."""
        return [("context", self.context)]


class Settings(Struct, frozen=True, kw_only=True):
    """One run of the program."""

    kubeconfig: Path | None = None
    """--kubeconfig; None means $KUBECONFIG, then ~/.kube/config, then the service account of a pod."""
    overrides: Overrides = Overrides()
    all_namespaces: bool = False
    request_timeout: float | None = None
    """Seconds; None means Timing.request."""
    view: str = "pods"
    mouse: bool = True
    state: Path | None = None
    """Where crash reports go; None means the XDG state directory."""
    ascii: bool = False
    """The locale or the terminal has no more than ASCII: `* ~ ! x .` for the symbols."""
    timing: Timing = Timing()
