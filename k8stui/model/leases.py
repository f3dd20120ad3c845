"""Leases of nodes: the heartbeat that a kubelet renews every ten seconds in kube-node-lease."""

from msgspec import Struct

from k8stui.model.duration import stamp
from k8stui.model.kinds import LEASES, Ref
from k8stui.model.node_raw import LeaseSpec, RawLease
from k8stui.model.raw import identified
from k8stui.model.shared import Labels, labels_of, ref_of

NAMESPACE = "kube-node-lease"
"""Where the leases of nodes are; a lease is named like its node."""


class Lease(Struct, frozen=True, gc=False):
    """One lease. In `kube-node-lease` its name is the node's."""

    ref: Ref
    version: str
    labels: Labels
    renewed: float | None
    """Epoch seconds, exact to the microsecond."""

    @property
    def node(self) -> str:
        """The node's name."""
        return self.ref.name


def row(raw: RawLease) -> Lease:
    """The row of a decoded lease. Raises msgspec.ValidationError where it has no name or uid."""
    meta = identified(raw.metadata)
    spec = raw.spec or LeaseSpec()
    return Lease(ref_of(LEASES, meta), meta.resource_version or "", labels_of(meta), stamp(spec.renew_time))
