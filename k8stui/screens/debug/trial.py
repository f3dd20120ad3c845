"""What a choice comes to: the request or why there is none, what admission will say, and what the server said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from k8stui.model import tree
from k8stui.model.kinds import NAMESPACES, NODES, PODS, Ref
from k8stui.model.objects import ObjectRow, TooDeepError
from k8stui.operations.builders import debugging
from k8stui.operations.builders.debug_options import ALONE, COPY, EPHEMERAL, NODE
from k8stui.operations.builders.debug_security import Prediction, prediction
from k8stui.operations.building import UnableError, build
from k8stui.operations.mutation import Mutation
from k8stui.screens.debug.drafting import Choice, fitting

if TYPE_CHECKING:
    from k8stui.screens.debug.reading import Reading
    from k8stui.screens.debug.subject import Subject


class Trial(Struct, frozen=True, kw_only=True):
    """One choice on the objects as they are now."""

    choice: Choice
    found: ObjectRow | None = None
    """What the builder was given; None: it has not come."""
    mutation: Mutation | None = None
    namespace: str = ""
    """Where it is made; "" where there is no request."""
    why: str = ""
    """Why there is no request, in one sentence."""
    waiting: bool = False
    """It is still being read what it is about."""
    silent: str = ""
    """The node that it would run on, where that is not ready."""
    predicted: Prediction = Prediction()
    blind: str = ""
    """Why nothing can be predicted; "": it is."""

    @property
    def container(self) -> str:
        """To attach to; "" where there is none."""
        if self.found is None or self.mutation is None:
            return ""
        return debugging.container_of(self.found, self.choice.options)


def place(choice: Choice, about: Subject) -> str:
    """The namespace that it is made in."""
    if choice.mode in (EPHEMERAL, COPY):
        return about.pod.namespace if about.pod is not None else about.namespace
    return choice.options.namespace or about.namespace


def tried(choice: Choice, about: Subject, reading: Reading) -> Trial:
    """The choice as a request, with what is known of it."""
    namespace = place(choice, about)
    choice = structs.replace(choice, options=fitting(choice.options, namespace))
    found = _found(choice, about, reading, namespace)
    if isinstance(found, str):
        return Trial(choice=choice, why=found or "Reading what it is about", waiting=not found)
    options = choice.options
    try:
        mutation = build(f"debugging.{choice.mode}", found, options.given())
    except UnableError as error:
        return Trial(choice=choice, found=found, why=str(error))
    silent, labels = _silent(choice, about, reading), reading.labels(namespace)
    if labels is None:
        blind = f"The labels of namespace {namespace} are not known: whether Pod Security lets it pass is not foretold"
        return Trial(choice=choice, found=found, mutation=mutation, namespace=namespace, silent=silent, blind=blind)
    predicted = _predicted(found, choice, labels)
    return Trial(choice=choice, found=found, mutation=mutation, namespace=namespace, silent=silent, predicted=predicted)


def _silent(choice: Choice, about: Subject, reading: Reading) -> str:
    """The node that it is bound to, where it is known not to be ready."""
    if about.node is None or choice.mode == ALONE or (choice.mode == COPY and not choice.options.same_node):
        return ""
    row = reading.row(NODES, about.node.name)
    if row is None:
        return ""
    try:
        conditions = tree.rows(row.tree(), "status", "conditions")
    except TooDeepError:
        return ""
    ready = any(tree.text(each, "type") == "Ready" and tree.text(each, "status") == "True" for each in conditions)
    return "" if ready else about.node.name


def _predicted(found: ObjectRow, choice: Choice, labels: Mapping[str, str]) -> Prediction:
    try:
        return prediction(found, choice.options, labels)
    except UnableError:  # the builder has made it: there is nothing against it but admission
        return Prediction()


def _found(choice: Choice, about: Subject, reading: Reading, namespace: str) -> ObjectRow | str:
    """What the builder is given, or why it cannot be; "": it is being read."""
    if choice.mode == ALONE:
        return reading.row(NAMESPACES, namespace) or debugging.namespace(namespace)
    ref: Ref | None = about.ref(choice.mode)
    if ref is not None:
        return reading.of(ref)
    if choice.mode == NODE:
        return "Choose a node: o"
    if about.workload is not None and not reading.settled:
        return ""
    if about.workload is not None:
        said = reading.why or f"{about.workload.kind.kind} {about.workload} has no pods"
        return f"{said}: choose a pod: o, or another mode: m"
    return f"Choose a {PODS.singular}: o"
