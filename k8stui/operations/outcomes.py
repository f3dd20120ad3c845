"""What became of a change."""

from enum import Enum

from msgspec import Struct

from k8stui.kube.errors import ApiError
from k8stui.model.objects import Object
from k8stui.operations.mutation import Mutation


class Result(Enum):
    """What became of a change."""

    DONE = "done"
    REFUSED = "refused"
    """Nothing was changed."""
    GONE = "gone"
    """The object was not there any more, or another one had its name: nothing was changed."""
    CONFLICT = "conflict"
    """Somebody else changed it meanwhile: nothing was changed."""
    UNKNOWN = "unknown"
    """The answer never came, and the object could not be read again."""


class Outcome(Struct, frozen=True):
    """What became of one change."""

    mutation: Mutation
    result: Result
    says: str
    """One sentence: what was done, or why not and what that means."""
    after: Object | None = None
    """The server's answer."""
    error: ApiError | None = None
    """The server's refusal, or why none came; None where nothing was sent."""

    @property
    def done(self) -> bool:
        """Whether the cluster is as the change wanted it."""
        return self.result is Result.DONE
