"""What pods use, against what they asked for and what they may: columns, and a word on those at a limit."""

from collections.abc import Callable

from k8stui.model.amounts import by_number, by_share, mebibytes, millicores, share
from k8stui.model.columns import Column, Comparable, Tone
from k8stui.model.pod_line import PodLine
from k8stui.model.pod_row import Pod

AT_LIMIT = 95
"""Percent of its CPU limit from which a container counts as throttled: the metrics average over 15 s and more."""
NEAR_LIMIT = 90
"""Percent of its memory limit from which a container is near to being killed."""


def cpu(line: PodLine) -> int | None:
    """Thousandths of a core that it uses."""
    return line.used.cpu if line.used is not None else None


def memory(line: PodLine) -> int | None:
    """Bytes that it uses."""
    return line.used.memory if line.used is not None else None


def limits(pod: Pod) -> tuple[int, int]:
    """CPU and memory that it may use; 0 where one of its running containers has no limit."""
    own = [each for each in pod.containers if each.role in ("", "sidecar")]
    cpus, memories = [each.cpu_limit for each in own], [each.memory_limit for each in own]
    return sum(cpus) if all(cpus) else 0, sum(memories) if all(memories) else 0


def at_cpu_limit(line: PodLine) -> list[str]:
    """The containers that use all the CPU they may."""
    found = line.used.containers if line.used is not None else ()
    most = {each.name: each.cpu_limit for each in line.pod.containers if each.cpu_limit and each.state == "running"}
    return [each.name for each in found if each.name in most and 100 * each.cpu >= AT_LIMIT * most[each.name]]


def near_memory_limit(line: PodLine) -> list[str]:
    """The containers that use nearly all the memory they may."""
    found = line.used.containers if line.used is not None else ()
    most = {each.name: each.memory_limit for each in line.pod.containers if each.memory_limit}
    return [each.name for each in found if each.name in most and 100 * each.memory >= NEAR_LIMIT * most[each.name]]


def limits_said(line: PodLine) -> str:
    """Sentences on containers at a limit; empty where there are none."""
    if line.used is None:
        return ""
    sentences = []
    containers = {each.name: each for each in line.pod.containers}
    used = {each.name: each for each in line.used.containers}
    for name in at_cpu_limit(line):
        now, most = millicores(used[name].cpu), millicores(containers[name].cpu_limit)
        sentences.append(f"Container {name} is at its CPU limit ({now} of {most}): it is throttled.")
    for name in near_memory_limit(line):
        now, most = mebibytes(used[name].memory), mebibytes(containers[name].memory_limit)
        sentences.append(f"Container {name} uses {now} of its memory limit of {most}: above that it is killed.")
    return " ".join(sentences)


def _cpu_tone(line: PodLine, now: float) -> Tone:
    return Tone.WARNING if line.used is not None and at_cpu_limit(line) else Tone.PLAIN


def _memory_tone(line: PodLine, now: float) -> Tone:
    return Tone.WARNING if line.used is not None and near_memory_limit(line) else Tone.PLAIN


def _number(
    title: str,
    text: Callable[[PodLine], str],
    order: Callable[[PodLine], Comparable],
    tone: Callable[[PodLine, float], Tone],
) -> Column[PodLine]:
    return Column(
        title=title, text=lambda line, now: text(line), order=order, tone=tone, right=True, width=6, most=11, keep=4
    )


def _share(title: str, parts: Callable[[PodLine], tuple[int | None, int]]) -> Column[PodLine]:
    return Column(
        title=title,
        text=lambda line, now: share(*parts(line)),
        order=lambda line: by_share(*parts(line)),
        right=True,
        width=6,
        most=8,
        keep=2,
        wide=True,
    )


USE: tuple[Column[PodLine], ...] = (
    _number("CPU", lambda line: millicores(cpu(line)), lambda line: by_number(cpu(line)), _cpu_tone),
    _number("MEM", lambda line: mebibytes(memory(line)), lambda line: by_number(memory(line)), _memory_tone),
)
"""What is used, in `kubectl top`'s numbers."""

SHARES: tuple[Column[PodLine], ...] = (
    _share("%CPU/R", lambda line: (cpu(line), line.pod.cpu)),
    _share("%CPU/L", lambda line: (cpu(line), limits(line.pod)[0])),
    _share("%MEM/R", lambda line: (memory(line), line.pod.memory)),
    _share("%MEM/L", lambda line: (memory(line), limits(line.pod)[1])),
)
"""The same as a share of the requests and of the limits."""
