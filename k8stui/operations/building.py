"""What all builders share: a builder makes a mutation of an object as it is now, or says why it cannot."""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import signature
from typing import Any

from k8stui.model.kinds import Kind
from k8stui.model.objects import ObjectRow
from k8stui.model.text import clean
from k8stui.operations.mutation import Mutation

Builder = Callable[..., Mutation]
"""Called with the object and the arguments that the journal keeps. Raises UnableError."""


class UnableError(ValueError):
    """It cannot be done: one sentence saying why and how to mend it. Nothing was sent."""


class AlreadySoError(UnableError):
    """It is so already: nothing has to be sent."""


def listing(name: str, found: ObjectRow) -> tuple[Kind, str] | None:
    """What a builder wants to know of the object's namespace: a kind and a label selector; None: nothing.

    Where there is something, whoever asks the builder lists it and hands the rows over as `around`. A room says so by a
    function `listing` of its own (`undo`: the revisions).

    Raises UnableError: the object is of a kind for which there is nothing to build.
    """
    room = name.partition(".")[0]
    try:
        wanted: Callable[[ObjectRow], tuple[Kind, str]] | None = getattr(
            import_module(f"k8stui.operations.builders.{room}"), "listing", None
        )
    except ImportError:
        return None
    return None if wanted is None else wanted(found)


def build(name: str, found: ObjectRow, args: Mapping[str, Any]) -> Mutation:
    """The mutation of a builder by its name (`nodes.cordon`), as the journal keeps it.

    Raises:
        UnableError: it cannot be done, or this version knows no such builder with such arguments.
    """
    room, _, function = name.partition(".")
    try:
        builder: Builder = getattr(import_module(f"k8stui.operations.builders.{room}"), function)
        signature(builder).bind(found, **args)
    except (ImportError, AttributeError, TypeError):  # an entry of another version, or of somebody's hand
        raise UnableError(f"This version does not know how to do '{clean(name, 80)}'") from None
    return builder(found, **args)
