"""What of logs is asked for: kubectl's options, as they are typed, as they are sent, and as a command."""

from msgspec import Struct

from k8stui.model.logs.target import Target

ALL = "*"
"""Stands for all containers of a pod: init containers, ordinary ones, ephemeral ones."""


class LogOptions(Struct, frozen=True, kw_only=True):
    """kubectl's options of logs. Stamps are always asked for: `timestamps` says whether the user wants to see them."""

    container: str = ""
    """A name, `ALL`, or "" for the pod's default one."""
    previous: bool = False
    """Of the run before the present one; read once, not followed."""
    since: int = 0
    """Seconds; 0: not limited so."""
    since_time: str = ""
    """RFC 3339; "": not limited so."""
    tail: int | None = None
    """Lines of each container that are read at first; -1: all; None: as configured, or all since a time."""
    limit_bytes: int = 0
    """Bytes of each container; 0: all. Where there is a limit the log is read once, not followed."""
    timestamps: bool = False
    prefix: bool = False
    insecure_backend: bool = False
    """Without verifying the kubelet's certificate."""

    @property
    def followed(self) -> bool:
        """Whether the log goes on."""
        return not self.previous and not self.limit_bytes

    def query(self, container: str, tail: int = -1) -> tuple[tuple[str, str], ...]:
        """The query of a request, in the server's order of names; only what is not the default, as kubectl does.

        `tail` counts where the options name none. Stamps and following are always asked for, but see `followed`.
        """
        raise NotImplementedError

    def kubectl(self, target: Target, *, context: str = "") -> str:
        """The command that shows the same."""
        raise NotImplementedError


class Asked(Struct, frozen=True, kw_only=True):
    """What was typed behind `:logs`."""

    options: LogOptions
    name: str = ""
    """`web-1`, `pod/web-1`, `deploy/web`, `svc/web`; "" where there is a selector, or nothing."""
    selector: str = ""
    namespace: str = ""
    """"": the one that is open."""
    everywhere: bool = False
    """All namespaces."""


def parse(text: str) -> Asked:
    """What is typed behind `:logs`, in kubectl's words. Raises ValueError: one sentence on what is wrong with it."""
    raise NotImplementedError
