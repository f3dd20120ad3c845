"""Which printer prints which kind: column sets and cells as Kubernetes 1.34 makes them."""

from k8stui.demo.storage.kinds import Kind
from k8stui.demo.tables import clusterwide, network, settings, volumes, workloads
from k8stui.demo.tables.customprinter import custom
from k8stui.demo.tables.tables import GENERIC, Printer

_PRINTERS = {
    **workloads.PRINTERS,
    **network.PRINTERS,
    **volumes.PRINTERS,
    **settings.PRINTERS,
    **clusterwide.PRINTERS,
}


def printer(kind: Kind) -> Printer:
    """How a kind is printed: by its own printer, by its CRD's columns, else name and age."""
    if kind.definition is not None:
        return custom(kind.definition)
    return _PRINTERS.get((kind.group, kind.plural), GENERIC)
