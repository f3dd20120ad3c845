"""The API server of a real cluster dies, hangs and comes back under the running program: nothing is lost."""

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Api, Kubectl
from tests.support.screen_table import shown
from tests.support.terminal import Terminal

COLUMNS = ["NAME", "READY", "STATUS", "RESTARTS", "NODE", "IP", "AGE", "LAST EXIT", "OWNER"]
HANGS = 120.0
"""A watch is taken for dead after 75 s of silence; a server sends a bookmark once a minute."""


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
    assert "refused the connection" in watching.text or "broke off" in watching.text
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


def test_a_server_that_hangs_and_goes_on(kubectl: Kubectl, namespace: str, watching: Terminal, api: Api) -> None:
    api("stop")
    watching.wait_for("✖ stale", HANGS)
    assert names(watching) == {"stays", "leaves"}
    api("cont")
    kubectl.pod(namespace, "came-meanwhile")
    kubectl("-n", namespace, "delete", "pod", "leaves", "--wait=false")
    watching.send("\x12")
    watching.wait_for("● live", 60)
    watching.wait_for(lambda: names(watching) == {"stays", "came-meanwhile"}, 60)
    assert watching.ended() is None
