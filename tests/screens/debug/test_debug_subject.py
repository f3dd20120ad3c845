"""What the launcher is about, by the kind of the row it was opened from."""

import pytest

from k8stui.model.kinds import POD_MAKERS, SERVICES, Kind, Ref
from k8stui.model.objects import ObjectRow
from k8stui.screens.debug.subject import subject


def row(kind: Kind) -> ObjectRow:
    return ObjectRow(Ref(kind, "shop", "web", "u1"), "1", (), b"{}")


@pytest.mark.parametrize("kind", POD_MAKERS, ids=lambda kind: kind.singular)
def test_about_the_pods_of_whatever_makes_pods(kind: Kind) -> None:
    found = subject(row(kind), "else")
    assert (found.workload, found.namespace) == (Ref(kind, "shop", "web", "u1"), "shop")


def test_about_the_namespace_where_there_are_no_pods() -> None:
    found = subject(row(SERVICES), "else")
    assert (found.workload, found.pod, found.node, found.namespace) == (None, None, None, "else")
