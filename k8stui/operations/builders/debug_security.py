"""Whether Pod Security admission will let a debug pod pass, and which profile would."""

from collections.abc import Mapping

from msgspec import Struct

from k8stui.model.objects import ObjectRow
from k8stui.operations.builders.debug_options import Options


class Prediction(Struct, frozen=True):
    """What admission will say."""

    refused: str = ""
    """The sentence with which the server will refuse it; "": it will not."""
    warned: str = ""
    """The warning that it will give; "": none."""
    passing: tuple[str, ...] = ()
    """Profiles with which it would not be refused."""


def prediction(found: ObjectRow, options: Options, labels: Mapping[str, str]) -> Prediction:
    """What admission will say of the choice.

    Args:
        found: the pod, node or namespace that the builder is given.
        labels: of the namespace in which the pod is or will be.

    Raises UnableError: the builder cannot make it.
    """
    raise NotImplementedError
