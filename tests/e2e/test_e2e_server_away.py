"""The API server of a real cluster dies, hangs and comes back under the program in a terminal: nothing is lost."""

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Api, Kubectl
from tests.support.screen_table import shown
from tests.support.terminal import Terminal

COLUMNS = ["NAME", "READY", "STATUS", "RESTARTS", "NODE", "IP", "AGE", "LAST EXIT", "OWNER"]


def names(terminal: Terminal) -> set[str]:
    return {row["NAME"] for row in shown(terminal, COLUMNS)}


@pytest.fixture
def watching(open_program: Callable[..., Terminal], kubectl: Kubectl, namespace: str) -> Terminal:
    """The program on a namespace with two pods."""
    for name in ("stays", "leaves"):
        kubectl.pod(namespace, name)
    terminal = open_program("-n", namespace)
    terminal.wait_for("● live")
    terminal.wait_for(lambda: names(terminal) == {"stays", "leaves"})
    return terminal


def test_a_server_that_dies_and_comes_back(kubectl: Kubectl, namespace: str, watching: Terminal, api: Api) -> None:
    api("kill")
    watching.wait_for("✖ stale", 60)
    watching.wait_for(lambda: "refused the connection" in watching.text or "broke off" in watching.text)
    assert names(watching) == {"stays", "leaves"}
    watching.send("j")  # it goes on answering
    watching.wait_for("> stays")
    api("start")
    kubectl.pod(namespace, "came-meanwhile")
    kubectl("-n", namespace, "delete", "pod", "leaves", "--wait=false")
    watching.wait_for("● live", 60)
    watching.wait_for(lambda: names(watching) == {"stays", "came-meanwhile"}, 60)
    assert watching.ended() is None


def test_the_users_own_retry_is_quicker_than_the_backoff(
    kubectl: Kubectl, namespace: str, watching: Terminal, api: Api
) -> None:
    api("kill")
    watching.wait_for("✖ stale", 60)
    api("start")
    watching.send("\x12")
    watching.wait_for("● live", 60)
    kubectl.pod(namespace, "after")
    watching.wait_for(lambda: "after" in names(watching), 30)


def test_a_server_that_hangs_is_told_within_seconds_of_ctrl_r(
    kubectl: Kubectl, namespace: str, watching: Terminal, api: Api
) -> None:
    """How it is found out without asking, and of every view, is shown in test_e2e_views_away."""
    api("stop")
    watching.send("\x12")
    watching.wait_for("✖ stale", 20)
    assert names(watching) == {"stays", "leaves"}
    api("cont")
    kubectl.pod(namespace, "came-meanwhile")
    kubectl("-n", namespace, "delete", "pod", "leaves", "--wait=false")
    watching.send("\x12")
    watching.wait_for("● live", 60)
    watching.wait_for(lambda: names(watching) == {"stays", "came-meanwhile"}, 60)
    assert watching.ended() is None
