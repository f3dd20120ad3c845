import pytest

from k8stui.cluster.states import Denied, Live, Polling, Scope, Stale, State, Syncing, merged
from k8stui.model.kinds import PODS

SCOPE = Scope(("a", "b"))
DENIED = Denied("list", PODS, "no")


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([Live(3), Live(5)], Live(5, SCOPE)),
        ([Live(3), Syncing(2, 4), Syncing(1, 6)], Syncing(3, 10, SCOPE)),
        ([Syncing(2, 4), Syncing(1, None)], Syncing(3, None, SCOPE)),
        ([Live(3), Stale(7, "x"), Stale(2, "y")], Stale(2, "x", SCOPE)),
        ([Stale(7, "x"), Stale(None, "y")], Stale(None, "x", SCOPE)),
        ([Live(3), Polling(10, "p")], Polling(10, "p", SCOPE)),
        ([DENIED, Live(3)], Live(3, SCOPE)),
        ([DENIED], Denied("list", PODS, "no", SCOPE)),
    ],
)
def test_the_worst_state_is_that_of_all(states: list[State], found: State) -> None:
    assert merged(states, SCOPE) == found


def test_no_feed_has_no_state() -> None:
    with pytest.raises(ValueError, match="no feed"):
        merged([], SCOPE)


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (Scope(("a",)), "1 namespace: a"),
        (Scope(("a", "b"), refused=3), "2 namespaces: a, b"),
        (Scope(("a",), left_out=4), "1 of 5 namespaces: a"),
        (Scope(), "no namespace"),
    ],
)
def test_a_scope_says_which_namespaces(scope: Scope, text: str) -> None:
    assert str(scope) == text
