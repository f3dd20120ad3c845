"""What is to be said where nobody tells what is used: calmly, for the view is whole without it."""

from k8stui.cluster.states import Denied, Stale, State


def nothing_uses(state: State) -> bool:
    """Whether the cluster has no metrics at all: columns of what is used would stay empty for ever."""
    return isinstance(state, Stale) and state.absent


def silence(state: State) -> str:
    """Why there are no metrics, in one sentence, given the state of their feed; empty where there are."""
    match state:
        case Stale(absent=True):
            return "no metrics: this cluster has no metrics server"
        case Stale(since=None, why=why) | Denied(why=why):
            return f"no metrics: {why}"
        case Stale(why=why):
            return f"old metrics: {why}"
    return ""
