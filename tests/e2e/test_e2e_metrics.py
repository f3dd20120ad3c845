"""A real cluster without a metrics server: it is said, and the views are well."""

from collections.abc import Callable

from tests.support.terminal import Terminal


def test_a_cluster_without_a_metrics_server_says_so_and_is_live(open_program: Callable[..., Terminal]) -> None:
    terminal = open_program("--view", "nodes")
    terminal.wait_for("● live")
    terminal.send("j")
    terminal.wait_for("no metrics: this cluster has no metrics server")
    terminal.wait_for(lambda: "● live" in terminal.display[0])
