"""Why a node is not well: the table's own sentences (`model.nodes`), one a line."""

from collections.abc import Iterator

import msgspec

from k8stui.model import leases, nodes, tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject, Want
from k8stui.model.duration import stamp
from k8stui.model.kinds import LEASES
from k8stui.model.node_line import NodeLine
from k8stui.model.node_raw import RawNode
from k8stui.model.node_row import row
from k8stui.model.objects import Object
from k8stui.model.reasons.saying import head

_LEASE = "node/lease"


def wants(node: Object) -> tuple[Want, ...]:
    """The lease of a node that is given up: it tells exactly when the node was heard last.

    As long as the node controller believes in a node so do we here: an old lease may be our own deafness.
    """
    if tree.condition(node, "Ready").get("status") != "Unknown":
        return ()
    return (Want.one(_LEASE, LEASES, leases.NAMESPACE, tree.name(node)),)


def reasons(subject: Subject, now: float) -> Iterator[Line]:
    """What is not well with the node, the worst first; nothing of one whose object cannot be read."""
    try:
        found = row(msgspec.convert(subject.object, RawNode))
    except msgspec.ValidationError:
        return
    lease = next(iter(subject.around.get(_LEASE, ())), {})
    line = NodeLine(found, renewed=stamp(tree.text(lease, "spec", "renewTime")))
    bad = found.ready != "True"
    for index, sentence in enumerate(nodes.faults(line, now)):
        yield head(sentence, tone=Tone.BAD if bad and index == 0 else Tone.WARNING)
