"""What was left behind in a cluster: debug pods of everybody, and our ephemeral containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k8stui.cluster.session import Session
    from k8stui.operations.debugging.keeper import Keeper


class Sweep:
    """The pods with the label `k8stui/debug` in all namespaces, live, and the ephemeral containers of our records.

    Args:
        session: the open one.
        keeper: knows what is ours.
    """

    def __init__(self, session: Session, keeper: Keeper) -> None:
        raise NotImplementedError


def sweep(session: Session, keeper: Keeper) -> Sweep:
    """Look from now on; close it."""
    return Sweep(session, keeper)
