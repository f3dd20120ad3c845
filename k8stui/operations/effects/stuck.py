"""Why an object that is being deleted does not go, and what it means to help it.

Nothing here is asked of the server: the object itself tells who has to take its finalizers away, and a namespace's
conditions say what is left in it.
"""

from collections.abc import Iterator

from k8stui.model import tree
from k8stui.model.columns import Tone
from k8stui.model.document import Line, Subject
from k8stui.model.kinds import NAMESPACES, Kind
from k8stui.model.objects import Object
from k8stui.model.reasons import leaving
from k8stui.model.sentences import counted
from k8stui.operations.effects.setting import Setting

FINALIZER = "removing.finalizer"
FINALIZE = "removing.finalize"


def why(kind: Kind, obj: Object, now: float) -> list[Line]:
    """What keeps it, in sentences; that nothing does, where it is not being deleted.

    Args:
        kind: of the object.
        obj: cleaned.
        now: epoch seconds by the server's clock.
    """
    subject = Subject(kind, obj, {}, {})
    if not leaving.deleting(obj):
        return [Line("It is not being deleted: its finalizers hold nothing up now.", Tone.MUTED)]
    found = list(leaving.explain(subject, now))
    if kind.resource == NAMESPACES.resource:
        found += leaving.contents(subject)
        if tree.texts(obj, "spec", "finalizers"):
            found.append(Line("It goes when nothing is left in it; look at what is, and why that does not go."))
    return found


def lines(setting: Setting) -> Iterator[Line]:
    """What a question about a finalizer has to say."""
    if setting.builder not in (FINALIZER, FINALIZE):
        return
    if setting.now:
        yield from why(setting.kind, setting.object, setting.now)
    if setting.builder == FINALIZE:
        yield Line(
            "The objects left in it stay in the store, out of reach, and are there again when a namespace of that name "
            "is made; what they stand for outside the cluster is cleaned up by nobody.",
            Tone.BAD,
        )
        return
    name = str(setting.arg("finalizer", ""))
    others = len(tree.texts(setting.object, "metadata", "finalizers")) - 1
    yield Line(
        f"Whoever put {name} there wanted to clean something up first: that is left undone, and nobody is told.",
        Tone.BAD,
    )
    if leaving.deleting(setting.object):
        gone = "It is the last one: the object is gone at once, and does not come back."
        yield Line(f"{counted(others, 'other finalizer')} still keeps it." if others else gone, Tone.WARNING)
