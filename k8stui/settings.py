"""What the user asked for and how long things may take: frozen data, pure, read by every floor and changed by none."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

THEMES = ("dark", "light", "ansi")
"""Names of the themes; `themes.py` holds what they are."""
TIMES = ("local", "utc")
PROFILES = ("general", "baseline", "restricted", "netadmin", "sysadmin", "legacy")
"""kubectl's debugging profiles: what a debug container may do."""
LEAVES = ("ask", "remove", "keep")
"""What becomes of a debug pod when its session ends."""


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
    """A watch that sends nothing for so long is opened anew: a server that has news of the kind sends a bookmark once a
    minute, and of one in which nothing happens it may send nothing at all."""
    ping: float = 5.0
    """A session in a container on which nothing comes asks so often whether the server is there, as kubectl does,"""
    pong: float = 9.0
    """and is dead where nothing comes for so long after that: it is told within 15 s, with a second to spare."""
    answer: float = 6.0
    """A watch that was asked for and not answered for so long is said not to be live; it is waited for on."""
    watch_least: float = 300.0
    """A watch asks the server to end it after a random time between these two, as client-go does."""
    watch_most: float = 600.0
    backoff_first: float = 0.5
    backoff_most: float = 30.0
    denied_retry: float = 60.0
    """How long a feed that was refused (403) waits before it asks again by itself."""
    poll: float = 10.0
    """Period of lists where watching is refused."""
    unwatched: float = 15.0
    """Period of lists of a kind that cannot be watched (metrics), while somebody reads them."""
    unwatched_each: float = 0.006
    """And at least so much for each object of the list: taking in what 10,000 pods use takes half a second."""
    linger: float = 180.0
    """A feed goes on for so long after its last reader left."""
    plugin: float = 60.0
    """An exec credential plugin may take so long."""
    close: float = 1.0
    """Leaving a context takes no longer, also when its server hangs."""
    heartbeat: float = 40.0
    """A node whose lease is older than this is called silent (the controller's own grace period)."""
    toast: float = 6.0
    remember: float = 2.0
    """What is to be remembered is written when nothing of it has changed for so long."""
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


class ContextSettings(Struct, frozen=True, kw_only=True):
    """What the configuration says of the contexts whose name fits a pattern; None and () where it says nothing."""

    pattern: str
    """`*` stands for any characters, `?` for one."""
    read_only: bool | None = None
    protected: bool | None = None
    view: str | None = None
    namespace: str | None = None
    """`*` for all."""
    favourites: tuple[str, ...] = ()


class LogSettings(Struct, frozen=True, kw_only=True):
    """How logs are followed and kept; `logs` in the configuration."""

    tail: int = 1000
    """Lines of each container that are read at first; -1: all of them."""
    memory: int = 32 * 1024 * 1024
    """Bytes that the lines of one log view may take; then the oldest go, and are counted on the screen."""
    streams: int = 50
    """Containers followed at once; the others are listed."""
    window: float = 0.25
    """Seconds for which lines of several containers wait, to be shown in the order of their stamps."""
    fields: tuple[str, ...] = ()
    """Fields of JSON lines that are shown besides time, level and message."""
    wrap: bool = False


class Preset(Struct, frozen=True, kw_only=True):
    """An image to debug with, by a name."""

    name: str
    image: str
    command: tuple[str, ...] = ()
    """Empty: the image's own."""
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    requests: tuple[tuple[str, str], ...] = ()
    """Resource and quantity (`cpu`, `100m`); never sent with an ephemeral container, which can have none."""
    limits: tuple[tuple[str, str], ...] = ()
    profile: str = ""
    """One of kubectl's profiles; "": the general setting's."""
    user: int = 0
    """Number of the user in a restricted container, which does not start where the image says root, nothing or a name;
    0: the image's."""


class DebugSettings(Struct, frozen=True, kw_only=True):
    """What the debug-pod launcher begins with; `debug` in the configuration."""

    presets: tuple[Preset, ...] = ()
    """Before the built-in ones; one of the same name replaces it."""
    profile: str = "general"
    lifetime: float = 4 * 3600.0
    """Seconds after which a debug pod is ended by the cluster itself (activeDeadlineSeconds)."""
    leave: str = "ask"
    """What happens to a debug pod when its session ends: `ask` (once, then remembered), `remove` or `keep`."""


class Settings(Struct, frozen=True, kw_only=True):
    """One run of the program: the flags, and below them what the configuration file says."""

    kubeconfig: Path | None = None
    """--kubeconfig; None means $KUBECONFIG, then ~/.kube/config, then the service account of a pod."""
    overrides: Overrides = Overrides()
    all_namespaces: bool = False
    request_timeout: float | None = None
    """Seconds; None means Timing.request."""
    view: str = ""
    """What to open first, by any name; "": the view that the context was last left in, at first pods."""
    namespace: str = ""
    """The configuration's, `*` for all; "": the one that was last open, at first the kubeconfig's."""
    mouse: bool = True
    theme: str = ""
    """A theme's name; "": the one that fits the terminal."""
    times: str = "local"
    """`local` or `utc`: see `model.times.zone_of`."""
    read_only: tuple[str, ...] = ()
    """Patterns of contexts in which nothing may be changed."""
    protected: tuple[str, ...] = ()
    """Patterns of contexts in which a change asks for the name to be typed."""
    locked: tuple[str, ...] = ()
    """Patterns of contexts that are read-only whatever else is said: --read-only, and where the configuration is
    wrong about `read_only` or `protected`."""
    contexts: tuple[ContextSettings, ...] = ()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Kind and the titles of its columns, in their order."""
    sort: tuple[tuple[str, str, bool], ...] = ()
    """Kind, title of the column and whether it is reversed."""
    favourites: tuple[str, ...] = ()
    """Namespaces offered first, and known where they may not be listed."""
    notices: tuple[str, ...] = ()
    """Sentences to tell at the start: what is wrong with the configuration."""
    log_file: Path | None = None
    state: Path | None = None
    """Where crash reports and what is remembered go; None means the XDG state directory."""
    ascii: bool = False
    """The locale or the terminal has no more than ASCII: `* ~ ! x .` for the symbols."""
    logs: LogSettings = LogSettings()
    debug: DebugSettings = DebugSettings()
    timing: Timing = Timing()

    def is_read_only(self, context: str) -> bool:
        """Whether nothing may be changed in that context.

        What stands under `contexts` goes before the list; of several patterns that fit one that says yes is enough.
        """
        return fits(self.locked, context) or self._said("read_only", self.read_only, context)

    def is_protected(self, context: str) -> bool:
        """Whether a change in that context asks for the name to be typed; reckoned like `is_read_only`."""
        return self._said("protected", self.protected, context)

    def of_context(self, context: str) -> tuple[ContextSettings, ...]:
        """What is said of that context, in the file's order."""
        return tuple(each for each in self.contexts if fits([each.pattern], context))

    def first_view(self, context: str) -> str:
        """The view that is asked for in that context; "" where none is. (--view takes the contexts' own away.)"""
        return next((each.view for each in self.of_context(context) if each.view), self.view)

    def first_namespace(self, context: str) -> str:
        """The namespace that the configuration asks for in that context, `*` for all; "" where it asks for none."""
        return next((each.namespace for each in self.of_context(context) if each.namespace), self.namespace)

    def favourites_in(self, context: str) -> tuple[str, ...]:
        """The namespaces that are offered first there: the context's own, then the general ones."""
        own = [name for each in self.of_context(context) for name in each.favourites]
        return tuple(dict.fromkeys([*own, *self.favourites]))

    def columns_of(self, view: str) -> tuple[str, ...]:
        """Titles of the columns that the configuration wants for a view (`pods`, `deployments.apps`); () for ours."""
        return next((titles for kind, titles in self.columns if _means(kind, view)), ())

    def sort_of(self, view: str) -> tuple[str, bool] | None:
        """Title of the column, and whether reversed, that the configuration wants a view sorted by."""
        return next(((title, reverse) for kind, title, reverse in self.sort if _means(kind, view)), None)

    def _said(self, what: str, patterns: Sequence[str], context: str) -> bool:
        said = [value for each in self.of_context(context) if (value := getattr(each, what)) is not None]
        return any(said) if said else fits(patterns, context)


def fits(patterns: Sequence[str], name: str) -> bool:
    """Whether one of the patterns fits the whole name: `*` stands for any characters, `?` for one."""
    return any(_pattern(pattern).fullmatch(name) for pattern in patterns)


def _means(kind: str, view: str) -> bool:
    """`deployments` and `deployments.apps` both mean the view `deployments.apps`."""
    return kind in (view, view.partition(".")[0])


def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(letter) or re.escape(letter) for letter in text), re.DOTALL)
