"""How a drain is done: kubectl's options, with defaults that are safe and get somewhere (semantics §2.1)."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from k8stui.model.duration import seconds
from k8stui.model.kubectl import command
from k8stui.model.selector import parse
from k8stui.operations.building import UnableError

_MOST_AT_ONCE = 50


class Options(Struct, frozen=True, kw_only=True):
    """What is remembered from one drain to the next.

    One default differs from kubectl's: pods of DaemonSets are left where they are, as nearly every node has some and
    kubectl then refuses to do anything. What loses something (`force`, `delete_emptydir`) is off, as there.
    """

    force: bool = False
    """Pods that nobody recreates, too."""
    ignore_daemonsets: bool = True
    """Leave the pods of DaemonSets; without it their presence refuses the node."""
    delete_emptydir: bool = False
    """Pods with emptyDir volumes, too: what is in these is lost."""
    grace: int = -1
    """Seconds; below 0 each pod's own, 0 at once."""
    timeout: float = 0.0
    """Seconds for each node; 0: no end."""
    disable_eviction: bool = False
    """Delete, without asking disruption budgets."""
    pod_selector: str = ""
    """Only pods with these labels."""
    skip_wait: int = 0
    """Seconds: pods whose deletion is overdue for longer are not waited for; 0: all are."""
    at_once: int = 1
    """Nodes that are drained at the same time."""

    def check(self) -> None:
        """Raises UnableError: one of them is out of its bounds."""
        try:
            parse(self.pod_selector)
        except ValueError as error:
            raise UnableError(f"--pod-selector={self.pod_selector} must be a valid label selector: {error}") from None
        if self.timeout < 0:
            raise UnableError("The timeout is below 0: write a duration like 5m, or 0 for none")
        if self.skip_wait < 0:
            raise UnableError("The seconds after which a deletion is not waited for are below 0: 0 waits for all")
        if not 1 <= self.at_once <= _MOST_AT_ONCE:
            raise UnableError(f"{self.at_once} nodes at once: a number from 1 to {_MOST_AT_ONCE} is needed")

    def command(self, nodes: Sequence[str]) -> str:
        """As kubectl's command. It drains one node after the other, whatever `at_once` says."""
        flags = {
            "--ignore-daemonsets": self.ignore_daemonsets,
            "--delete-emptydir-data": self.delete_emptydir,
            "--force": self.force,
            "--disable-eviction": self.disable_eviction,
            f"--grace-period={self.grace}": self.grace >= 0,
            f"--timeout={self.timeout:g}s": self.timeout > 0,
            f"--pod-selector={self.pod_selector}": bool(self.pod_selector),
            f"--skip-wait-for-delete-timeout={self.skip_wait}": self.skip_wait > 0,
        }
        return command("drain", *nodes, *(flag for flag, given in flags.items() if given))


def typed(options: Options, texts: Mapping[str, str]) -> Options:
    """The options with what was typed into their fields (`grace`, `timeout`, `pod_selector`, `skip_wait`, `at_once`).

    An empty field is the default: the pod's own grace, no timeout, all pods, all waited for, one node.

    Raises UnableError: one sentence about the first field that cannot be read.
    """
    found = options
    for field, text in texts.items():
        text = text.strip()
        if field == "pod_selector":
            found = structs.replace(found, pod_selector=text)
        elif field == "timeout":
            try:
                found = structs.replace(found, timeout=seconds(text) if text else 0.0)
            except ValueError as error:
                raise UnableError(f"timeout: {error}") from None
        else:
            found = structs.replace(found, **{field: _number(field, text)})
    found.check()
    return found


def _number(field: str, text: str) -> int:
    if not text:
        return {"grace": -1, "at_once": 1}.get(field, 0)
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise UnableError(f"{field.replace('_', ' ')}: '{text[:40]}' is no whole number")
    return int(text)
