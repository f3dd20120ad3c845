"""Every printer on objects of any shape: whatever is stored has a row."""

from typing import Any

import pytest

from k8stui.demo.storage.catalog import Catalog
from k8stui.demo.storage.kinds import Kind
from k8stui.demo.tables.printers import printer

KINDS = {f"{kind.plural}.{kind.group}/{kind.version}": kind for kind in Catalog().kinds() if "list" in kind.verbs}
_READ = (
    "spec status template metadata subsets ports endpoints conditions rules tls metrics currentMetrics selector hard "
    "used containers resources subjects roleRef webhooks data binaryData secrets involvedObject source series usage "
    "limited paramKind paramRef parentRef parameters drivers tokenRequests accessModes capacity claimRef service"
)


def _deep(odd: Any) -> dict[str, Any]:
    """An object whose every field that a printer reads is odd."""
    names = _READ.split()
    inner = dict.fromkeys(names, odd)
    return {**inner, "metadata": {"name": "x", "annotations": odd, "labels": odd, "ownerReferences": odd}} | {
        "spec": inner,
        "status": inner,
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("odd", [None, 5, "boom", [], {}, [None], [{}], {"a": 5, "type": [], "values": 5}])
def test_every_printer_prints_any_shape(kind: Kind, odd: Any) -> None:
    prints = printer(kind)
    for obj in ({}, {"metadata": odd}, {"metadata": {"name": "x"}, "spec": odd, "status": odd}, _deep(odd)):
        assert len(prints.row(obj, 0.0)["cells"]) == len(prints.columns)
    assert all(each["priority"] in (0, 1) for each in prints.definitions())
