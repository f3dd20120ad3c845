from k8stui.actions import Place
from k8stui.screens.history import KEPT, History

PODS, NODES, SHOP = Place("pods"), Place("nodes"), Place("pods", "shop")


def test_back_and_forward() -> None:
    history = History(PODS)
    history.go(NODES)
    history.go(SHOP)
    assert history.step(-1) == NODES
    assert history.step(-1) == PODS
    assert history.step(-1) is None
    assert history.place == PODS
    assert history.step(1) == NODES


def test_going_somewhere_new_forgets_what_was_ahead() -> None:
    history = History(PODS)
    history.go(NODES)
    history.step(-1)
    history.go(SHOP)
    assert history.step(1) is None
    assert history.step(-1) == PODS


def test_the_same_place_again_is_no_step_and_a_changed_filter_none_either() -> None:
    history = History(PODS)
    history.go(PODS)
    assert not history.deep
    history.replace(Place("pods", filter="web"))
    assert history.place.filter == "web"
    assert not history.deep


def test_it_is_bounded() -> None:
    history = History(PODS)
    for number in range(3 * KEPT):
        history.go(Place("pods", str(number)))
    steps = 0
    while history.step(-1):
        steps += 1
    assert steps == KEPT - 1
