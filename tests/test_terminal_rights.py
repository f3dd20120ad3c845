"""A user with rights in one namespace, in a real pseudo terminal: a whole program, and few refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import Background
from tests.support.narrow import bind, refused, reviews
from tests.support.program import assert_given_back, program
from tests.support.scene import furnish
from tests.support.terminal import ESCAPE


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as cluster:
        cluster.call(furnish)
        yield cluster


@pytest.mark.slow
@pytest.mark.parametrize("context", ["demo-viewer", "demo-editor", "a Role of one namespace"])
def test_a_session_with_few_rights(background: Background, tmp_path: Path, context: str) -> None:
    background.call(lambda cluster: cluster.requests.clear())
    flags, user = ["--context", context], context.removeprefix("demo-")
    if " " in context:
        user = background.call(lambda cluster: bind(cluster, "shop", "reader"))
        flags = ["--as", user, "-n", "shop"]
    kubeconfig = str(background.kubeconfig(tmp_path / "kubeconfig"))
    with program(tmp_path, "--kubeconfig", kubeconfig, *flags, size=(150, 40)) as terminal:
        terminal.wait_for("cart-78bb5d9c4-hzljk")
        terminal.wait_for("● live")
        terminal.wait_quiet()
        assert "may not" not in terminal.text
        terminal.send("1")
        terminal.wait_for(f"Nodes: you may not list nodes in this cluster (user {user})")
        terminal.wait_for("1: needs list nodes")
        terminal.send(":services\r")
        terminal.wait_for("services (shop)")
        terminal.send(":deployments.apps\r")
        terminal.wait_for(lambda: " deployments.apps (shop) " in terminal.display[0])
        terminal.send(":no\r")
        terminal.wait_for("nodes: you may not list nodes in this cluster")
        terminal.send(ESCAPE)
        terminal.wait_for(lambda: ":no" not in terminal.text)
        terminal.send(":po\r")
        terminal.wait_for("pods (shop) 6")
        terminal.send("0")
        terminal.wait_for("1 namespace: shop")
        terminal.send("a")
        terminal.wait_for("Actions on")
        terminal.wait_for(lambda: "you may not list nodes" in terminal.text.split("Actions on")[1])
        terminal.send(ESCAPE)
        terminal.wait_for(lambda: "Actions on" not in terminal.text)
        terminal.send("!")
        terminal.wait_for("Messages")
        terminal.wait_quiet()
        assert terminal.text.count("denied") <= 1
        terminal.send("\x11")
        assert terminal.wait_end() == 0
        assert_given_back(terminal)
    denied = background.call(refused)
    assert set(denied.values()) <= {1}, denied
    assert background.call(reviews) < 40
