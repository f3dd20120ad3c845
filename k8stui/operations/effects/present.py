"""What objects have now of what a builder changes, as it is shown and as it is typed. No value of a variable is."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from k8stui.model import tree
from k8stui.model.kinds import AUTOSCALERS
from k8stui.model.objects import ObjectRow
from k8stui.model.present import Had, Present
from k8stui.model.secret_values import APPLIED
from k8stui.model.sentences import listed
from k8stui.model.taint import Taint
from k8stui.model.text import clean, middle
from k8stui.operations.builders import autoscaling, probes, resources
from k8stui.operations.builders.masking import HIDDEN
from k8stui.operations.builders.templates import Container, containers
from k8stui.operations.building import UnableError
from k8stui.operations.effects import stuck

_SHOWN = 100
"""Characters of a value in the list."""
_CONTROLLER = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


def present(builder: str, found: Sequence[ObjectRow], now: float) -> Present:
    """What they have, each thing once; where not all of them have it, who does.

    Args:
        builder: `taints.taint`, `metadata.labels`, ...; one that has nothing to list gives nothing.
        found: the objects as they are.
        now: epoch seconds by the server's clock.
    """
    read = _READERS.get(builder)
    had = _merged([(each.ref.name, _each(read, each)) for each in found]) if read is not None else ()
    lines: tuple[str, ...] = ()
    if builder == stuck.FINALIZER and len(found) == 1:
        lines = tuple(line.text for line in stuck.why(found[0].ref.kind, found[0].tree(), now))
    initial = _limits(found[0]) if builder == "autoscaling.limits" and len(found) == 1 else ""
    return Present(initial, had, lines)


def _each(read: Callable[[ObjectRow], Iterable[Had]], found: ObjectRow) -> list[Had]:
    try:
        return list(read(found))
    except UnableError:
        return []  # it has no containers: the builder says so when it is asked


def _merged(found: Sequence[tuple[str, list[Had]]]) -> tuple[Had, ...]:
    if len(found) == 1:
        return tuple(found[0][1])
    names: dict[Had, list[str]] = {}
    for name, each in found:
        for had in each:
            names.setdefault(had, []).append(name)
    return tuple(
        Had(had.text, _said(had.about, owners, len(found)), had.change, had.remove) for had, owners in names.items()
    )


def _said(about: str, owners: Sequence[str], count: int) -> str:
    who = "" if len(owners) == count else f"on {len(owners)} of {count}: {listed([clean(each) for each in owners])}"
    return "; ".join(each for each in (who, about) if each)


def _taints(found: ObjectRow) -> Iterator[Had]:
    for row in tree.rows(found.exact(), "spec", "taints"):
        taint = Taint(tree.text(row, "key"), tree.text(row, "value"), tree.text(row, "effect"))
        about = "by a controller" if taint.key.startswith(_CONTROLLER) else ""
        yield Had(clean(str(taint)), about, _typed(str(taint)), _typed(f"{taint.key}:{taint.effect}-"))


def _labels(found: ObjectRow) -> Iterator[Had]:
    yield from _pairs(tree.strings(found.exact(), "metadata", "labels"))


def _annotations(found: ObjectRow) -> Iterator[Had]:
    yield from _pairs(tree.strings(found.exact(), "metadata", "annotations"))


def _pairs(found: Mapping[str, str]) -> Iterator[Had]:
    for key, value in sorted(found.items()):
        hidden = key == APPLIED
        shown = "***" if hidden else middle(clean(value), _SHOWN)
        yield Had(f"{clean(key)}={shown}", "", "" if hidden else _typed(f"{key}={value}"), _typed(f"{key}-"))


def _finalizers(found: ObjectRow) -> Iterator[Had]:
    for name in tree.texts(found.exact(), "metadata", "finalizers"):
        yield Had(clean(name), "", _typed(f"{name}-"), _typed(f"{name}-"))


def _images(found: ObjectRow) -> Iterator[Had]:
    for each in containers(found):
        text = f"{each.name}={tree.text(each.tree, 'image')}"
        yield Had(clean(text), _which(each), _typed(text))


def _variables(found: ObjectRow) -> Iterator[Had]:
    """Names alone: a value may be a secret."""
    every = containers(found)
    several = len([each for each in every if not _which(each)]) > 1
    names = Counter(tree.text(row, "name") for each in every for row in tree.rows(each.tree, "env"))
    for each in every:
        for row in tree.rows(each.tree, "env"):
            name = tree.text(row, "name")
            text = f"{name}={HIDDEN}" if "value" in row else f"{name} from {_source(tree.part(row, 'valueFrom'))}"
            about = f"container {each.name}" if several or names[name] > 1 or _which(each) else ""
            where = f" -c {shlex.quote(each.name)}" if about else ""
            yield Had(clean(text), clean(about), _typed(f"{name}=", where), _typed(f"{name}-", where))


def _source(found: Mapping[str, object]) -> str:
    names = {"secretKeyRef": "a Secret", "configMapKeyRef": "a ConfigMap", "fieldRef": "a field of the pod"}
    return next((text for name, text in names.items() if name in found), "elsewhere")


def _resources(found: ObjectRow) -> Iterator[Had]:
    for each in containers(found):
        amounts = {
            what: {key: str(value) for key, value in tree.part(each.tree, "resources", what).items()}
            for what in ("requests", "limits")
        }
        flags = [f"--{what}={resources.written(known)}" for what, known in amounts.items() if known]
        text = " ".join([each.name, *flags])
        yield Had(clean(text if flags else f"{each.name} has none"), _which(each), _typed(text, quoted=False))


def _probes(found: ObjectRow) -> Iterator[Had]:
    every = containers(found)
    for each in every:
        for name in probes.PROBES:
            probe = tree.part(each.tree, f"{name}Probe")
            if probe:
                where = f" -c {shlex.quote(each.name)}" if len(every) > 1 else ""
                text = f"{name} {probes.written(probes.timings(probe))}{where}"
                yield Had(clean(text), "", _typed(text, quoted=False))


def _which(container: Container) -> str:
    return "an init container" if container.list != "containers" else ""


def _limits(found: ObjectRow) -> str:
    """An autoscaler as it is typed; nothing for anything else."""
    return autoscaling.typed(found) if found.ref.kind.resource == AUTOSCALERS.resource else ""


def _typed(text: str, behind: str = "", *, quoted: bool = True) -> str:
    """As it can be typed in one line; empty where it holds what cannot."""
    if not text.isprintable():
        return ""
    return (shlex.quote(text) if quoted else text) + behind


_READERS: Mapping[str, Callable[[ObjectRow], Iterable[Had]]] = MappingProxyType(
    {
        "taints.taint": _taints,
        "metadata.labels": _labels,
        "metadata.annotations": _annotations,
        "removing.finalizer": _finalizers,
        "images.image": _images,
        "environment.env": _variables,
        "resources.resources": _resources,
        "probes.probe": _probes,
    }
)
