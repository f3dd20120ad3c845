"""A choice as kubectl's command."""

from k8stui.model.kinds import Ref
from k8stui.operations.builders.debug_options import Options


def command(options: Options, target: Ref) -> str:
    """`kubectl debug -n shop web-1 -it --image=... --profile=...`; `kubectl run ... --rm` for a pod of its own.

    Values of the environment are hidden in it. Our label, annotations and deadline cannot be said to `kubectl debug`.

    Args:
        target: the pod, the node or the namespace.
    """
    raise NotImplementedError
