"""What the pods of a view ask for and use together: a running sum, added to and taken off event by event."""

from k8stui.cluster.index import Sums
from k8stui.cluster.store import Store
from k8stui.model.amounts import cores, size
from k8stui.model.node_row import Node
from k8stui.model.pod_line import PodLine
from k8stui.model.pod_status import ENDED

Total = tuple[int, int, int, int, int, int]
"""Pods, requested thousandths of a core and bytes, pods whose use is known, used thousandths of a core and bytes."""

_NONE: Total = (0, 0, 0, 0, 0, 0)


class PodSums:
    """The sums over those pods of a store that have not ended."""

    def __init__(self, lines: Store[PodLine]) -> None:
        self._sums: Sums[PodLine, bool, Total] = Sums(
            lines,
            key=lambda line: None if line.pod.phase in ENDED else True,
            zero=_NONE,
            add=lambda total, line: _sum(total, _of(line), 1),
            subtract=lambda total, line: _sum(total, _of(line), -1),
            changed=lambda _key: None,
        )

    @property
    def total(self) -> Total:
        """The sums now."""
        return self._sums.sum(True)

    def said(self, node: Node | None) -> str:
        """`CPU 1.2 asked, 310m used of 4; memory 3.4Gi asked, 1.1Gi used of 7.7Gi`; `node`: whose the pods are."""
        _, cpu, memory, known, used_cpu, used_memory = self.total
        parts = []
        for name, asked, used, whole, text in (
            ("CPU", cpu, used_cpu, node.cpu if node is not None else None, cores),
            ("memory", memory, used_memory, node.memory if node is not None else None, size),
        ):
            use = f", {text(used)} used" if known else ""
            of = f" of {text(whole)}" if whole else ""
            parts.append(f"{name} {text(asked)} asked{use}{of}")
        return "; ".join(parts)

    def close(self) -> None:
        """Follow the store no more."""
        self._sums.close()


def _of(line: PodLine) -> Total:
    pod, used = line.pod, line.used
    if used is None:
        return (1, pod.cpu, pod.memory, 0, 0, 0)
    return (1, pod.cpu, pod.memory, 1, used.cpu, used.memory)


def _sum(total: Total, more: Total, sign: int) -> Total:
    a, b, c, d, e, f = (left + sign * right for left, right in zip(total, more, strict=True))
    return (a, b, c, d, e, f)
