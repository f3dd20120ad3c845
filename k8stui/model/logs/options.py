"""What of logs is asked for: kubectl's options, as they are sent and as a command. `asked` reads what is typed."""

from msgspec import Struct

from k8stui.model import kubectl
from k8stui.model.kinds import CRON_JOBS
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
    """Lines of each container that are read at first; -1: all; None: as configured, or all where another limit is."""
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

    def lines(self, tail: int = -1) -> int:
        """How many lines of each container are read at first, -1 for all; `tail` where the options do not say."""
        if self.tail is not None:
            return self.tail
        return -1 if self.since or self.since_time or self.limit_bytes else tail

    def query(self, container: str, tail: int = -1, *, stamped: bool = True) -> tuple[tuple[str, str], ...]:
        """The query of the first request, in the server's order of names; only what is not the default, as in kubectl.

        Args:
            container: its name.
            tail: how many lines, where the options do not say; -1: all.
            stamped: whatever `timestamps` says, ask for them.
        """
        lines = self.lines(tail)
        return (
            ("container", container),
            *_flag("follow", self.followed),
            *_flag("insecureSkipTLSVerifyBackend", self.insecure_backend),
            *((("limitBytes", str(self.limit_bytes)),) if self.limit_bytes else ()),
            *_flag("previous", self.previous),
            *((("sinceSeconds", str(self.since)),) if self.since else ()),
            *((("sinceTime", self.since_time),) if self.since_time else ()),
            *((("tailLines", str(lines)),) if lines >= 0 else ()),
            *_flag("timestamps", stamped or self.timestamps),
        )

    def onward(
        self, container: str, since: str, *, previous: bool = False, follow: bool = True
    ) -> tuple[tuple[str, str], ...]:
        """The query of a request that goes on where another one ended.

        Args:
            container: its name.
            since: RFC 3339 in whole seconds, which is all that a server takes; "": from the beginning.
            previous: the rest of the run before the present one, which is not followed.
            follow: wait for more.
        """
        return (
            ("container", container),
            *_flag("follow", follow and not previous),
            *_flag("insecureSkipTLSVerifyBackend", self.insecure_backend),
            *_flag("previous", previous),
            *((("sinceTime", since),) if since else ()),
            *_flag("timestamps", True),
        )

    def kubectl(self, target: Target, *, context: str = "", tail: int = -1) -> str:
        """The command that shows the same, one a line where it takes several; "" where kubectl has none.

        It has none for a node's pods, for those of all namespaces and for a CronJob's.

        Args:
            target: whose logs.
            context: named in the command; "": the present one.
            tail: how many lines, where the options do not say; -1: all.
        """
        flags = self._flags(target, self.lines(tail))
        many: list[tuple[str, tuple[str, ...]]] = []
        if target.pods:
            many = [(pod.namespace, (pod.name,)) for pod in target.pods]
        elif target.owner is not None and target.owner.kind.resource != CRON_JOBS.resource:
            many = [(target.owner.namespace, (kubectl.named(target.owner), "--all-pods"))]
        elif target.selector and target.namespace is not None and not target.node and target.owner is None:
            many = [(target.namespace, ("-l", target.selector))]
        return "\n".join(
            kubectl.command("logs", *words, *flags, context=context, namespace=namespace) for namespace, words in many
        )

    def _flags(self, target: Target, lines: int) -> list[str]:
        flags = ["--all-containers"] if self.container == ALL else ["-c", self.container] if self.container else []
        flags += ["-f"] if self.followed else []
        flags += ["--previous"] if self.previous else []
        flags += [f"--since={self.since}s"] if self.since else []
        flags += [f"--since-time={self.since_time}"] if self.since_time else []
        # With a selector kubectl shows ten lines unless it is told otherwise.
        flags += [f"--tail={lines}"] if lines >= 0 or (target.selector and not target.pods) else []
        flags += [f"--limit-bytes={self.limit_bytes}"] if self.limit_bytes else []
        flags += ["--timestamps"] if self.timestamps else []
        flags += ["--prefix"] if self.prefix else []
        flags += ["--insecure-skip-tls-verify-backend"] if self.insecure_backend else []
        several = not target.pods or self.container == ALL
        return flags + (["--max-log-requests=50"] if several and self.followed else [])


def _flag(name: str, on: bool) -> tuple[tuple[str, str], ...]:
    return ((name, "true"),) if on else ()
