"""One look at a Job: its pods by what is to be made of them, and the numbers that follow from them."""

from typing import Any

from msgspec import Struct

from k8stui.demo.controllers.jobpods import index_of, is_indexed, read_indexes
from k8stui.demo.storage.errors import Refusal
from k8stui.demo.storage.objects import Object


class Failures(Struct):
    """How many pods in a row failed, and when the last did."""

    number: int = 0
    last: float = 0.0


class Turn(Struct):
    """One look at a Job."""

    job: Object
    pods: list[Object]
    status: Object
    """As it will be written."""
    active: list[Object]
    done: list[Object]
    """Succeeded and not counted yet."""
    failed: list[Object]
    """Failed and not counted yet."""
    refusal: Refusal | None = None

    def spec(self, name: str, otherwise: Any = None) -> Any:
        """A field of the spec."""
        found = self.job["spec"].get(name)
        return otherwise if found is None else found

    @property
    def suspended(self) -> bool:
        """Whether it shall have no pods for now."""
        return bool(self.spec("suspend", False))

    @property
    def uncounted(self) -> dict[str, list[str]]:
        """uids of pods that are about to be counted, by what became of them."""
        found: dict[str, list[str]] = self.status.get("uncountedTerminatedPods") or {}
        return found

    @property
    def indexes(self) -> set[int]:
        """The parts that are done."""
        mine = {index_of(pod, self.job) for pod in self.done} - {-1}
        return mine | read_indexes(self.status.get("completedIndexes", ""))

    @property
    def succeeded(self) -> int:
        """Pods (or parts) that succeeded, counted or not."""
        if is_indexed(self.job):
            return len(self.indexes)
        return int(self.status.get("succeeded", 0)) + len(self.uncounted.get("succeeded", ())) + len(self.done)

    @property
    def failures(self) -> int:
        """Pods that failed, counted or not."""
        return int(self.status.get("failed", 0)) + len(self.uncounted.get("failed", ())) + len(self.failed)
