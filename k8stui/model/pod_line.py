"""A pod as a line of a table: its row with what is known beside it."""

from msgspec import Struct

from k8stui.model.kinds import Ref
from k8stui.model.metrics import PodUsage
from k8stui.model.pod_row import Pod
from k8stui.model.pod_status import ENDED
from k8stui.model.shared import Labels


class PodLine(Struct, frozen=True, gc=False):
    """A pod joined with the silence of its node and with what it uses."""

    pod: Pod
    silent_since: float | None = None
    """When its node was heard last (epoch seconds), if that node has stopped reporting; None while it reports."""
    used: PodUsage | None = None
    """What it uses; None where no metrics tell."""

    @property
    def ref(self) -> Ref:
        """The pod."""
        return self.pod.ref

    @property
    def version(self) -> str:
        """The pod's resourceVersion."""
        return self.pod.version

    @property
    def labels(self) -> Labels:
        """The pod's labels."""
        return self.pod.labels

    @property
    def doubted(self) -> bool:
        """What is shown may be old: nobody reports on the pod. An ended pod stays ended."""
        return self.silent_since is not None and self.pod.phase not in ENDED
