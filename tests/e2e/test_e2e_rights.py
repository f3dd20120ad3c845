"""Sessions of users with few rights: what is theirs is live, what is not is told, and not asked for again and again."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from k8stui.app import K8sTui
from k8stui.cluster.states import Denied, Live
from k8stui.settings import Timing
from tests.e2e.conftest import Kubectl
from tests.e2e.living import cells, living, visit
from tests.support.house import idle, note, status, text, typed
from tests.support.screen_table import shown
from tests.support.terminal import Terminal
from tests.support.waiting import eventually

COLUMNS = [
    "NAME",
    "READY",
    "STATUS",
    "RESTARTS",
    "NODE",
    "IP",
    "AGE",
    "LAST EXIT",
    "KIND",
    "HEALTH",
    "ROLES",
    "VERSION",
]
RESET = "\x12"
ESCAPE = "\x1b"
SOON = Timing(denied_retry=2.0, watch_least=4.0, watch_most=6.0)
"""A refusal is asked about again, and a watch begun anew, so soon that a test can wait for it."""
ONE = "e2e-one"
"""A user who may do something in one namespace alone."""
WITHIN = 30.0


def refused(kubectl: Kubectl) -> int:
    """How many requests the server has refused with 403 since it started, by its own count."""
    lines = kubectl("get", "--raw", "/metrics").splitlines()
    attempts = [line for line in lines if line.startswith("authorization_attempts_total{")]
    assert attempts
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in attempts if 'result="allowed"' not in line)


def names(terminal: Terminal) -> set[str]:
    return {row.get("NAME", "") for row in shown(terminal, COLUMNS)}


@pytest.fixture
def nodes_for_viewer(kubectl: Kubectl) -> Iterator[Callable[[], None]]:
    """Give the viewer the right to see nodes; it is taken away afterwards."""
    name = "e2e-nodes-for-viewer"

    def grant() -> None:
        kubectl("create", "clusterrole", name, "--verb=get,list,watch", "--resource=nodes")
        kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", "--user=viewer")

    yield grant
    kubectl("delete", "--ignore-not-found", f"clusterrolebinding/{name}", f"clusterrole/{name}")


def test_the_viewers_session_from_start_to_quit(
    open_program: Callable[..., Terminal], kubectl: Kubectl, tmp_path: Path, nodes_for_viewer: Callable[[], None]
) -> None:
    log, before = tmp_path / "log", refused(kubectl)
    terminal = open_program("--context", "real-viewer", "--log-file", str(log))
    terminal.wait_for("● live")
    assert terminal.display[0].split()[:3] == ["real-viewer", "viewer", "shop"]
    terminal.wait_for(lambda: names(terminal) >= kubectl.table("pods", "-n", "shop").keys(), 60)
    _views_of_the_namespace(terminal, kubectl)
    _what_is_refused_is_told(terminal)
    nodes_for_viewer()
    terminal.send(RESET)
    terminal.wait_for("Asking the server again")
    terminal.wait_for(lambda: "needs list nodes" not in terminal.text)
    terminal.send("1")
    terminal.wait_for(lambda: names(terminal) >= kubectl.table("nodes").keys())
    terminal.wait_for("● live")
    terminal.send("\x11")
    assert terminal.wait_end() == 0
    paths = re.findall(r"calls: (.*): 403 ", log.read_text())
    assert all(paths.count(path) <= 2 for path in paths), paths  # the second time because ctrl+r asked for it
    # Of three places: pods, nodes and leases they join, metrics; those of nodes if there was time after the grant.
    assert len(set(paths)) <= 9, paths
    assert refused(kubectl) - before == len(paths)


def _views_of_the_namespace(terminal: Terminal, kubectl: Kubectl) -> None:
    """What the viewer may see is live and whole: workloads, events, a description, all namespaces that are theirs."""
    terminal.send("2")
    terminal.wait_for("workloads (shop)")
    terminal.wait_for(lambda: names(terminal) >= {"web", "cart", "leaky", "db", "agent", "report"})
    terminal.wait_for("● live")
    terminal.send("5")
    terminal.wait_for("event groups (shop)")
    terminal.wait_for("FailedScheduling")
    terminal.send("3/handmade\r")
    terminal.wait_for(lambda: names(terminal) == {"handmade"})
    terminal.send("d")
    terminal.wait_for("QoS Class:")
    terminal.wait_for(lambda: re.search(r"Name:\s+handmade\n", terminal.text) is not None)
    terminal.send("q")
    terminal.wait_for(lambda: names(terminal) == {"handmade"})
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: len(names(terminal)) > 1)
    terminal.send("0")
    terminal.wait_for("● live · 1 namespace: shop")
    terminal.wait_for(lambda: names(terminal) >= {"handmade", "homeless"})


def _what_is_refused_is_told(terminal: Terminal) -> None:
    """A key, an entry of the menu, a kind on the command line, a namespace: each says which right it lacks."""
    terminal.send("1")
    terminal.wait_for("Nodes: you may not list nodes in this cluster (user viewer)")
    terminal.wait_for("1: needs list nodes")
    terminal.send("a")
    terminal.wait_for("Actions on")
    refusal = "you may not list nodes in this cluster (user viewer)"
    terminal.wait_for(lambda: refusal in terminal.text.split("Actions on")[1])
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: "Actions on" not in terminal.text)
    terminal.send(":secrets shop\r")
    terminal.wait_for("you may not list secrets in shop (user viewer); ctrl+r asks the server again")
    terminal.send(ESCAPE)
    terminal.wait_for(lambda: ":secrets" not in terminal.text)
    terminal.send(":po kube-system\r")
    terminal.wait_for("denied: list pods")
    terminal.wait_for("Ask whoever runs the cluster for: list and watch pods in kube-system.")
    can_i = "kubectl auth can-i list pods -n kube-system --as viewer"
    terminal.wait_for(lambda: can_i in " ".join(terminal.text.split()))
    terminal.send("3:po shop\r")
    terminal.wait_for("● live")


@pytest.fixture
def own(kubectl: Kubectl, namespace: str) -> str:
    """A namespace in which the user may list and watch pods, services and what makes pods, and nothing else."""
    kinds = (
        "pods,services,deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,cronjobs.batch"
    )
    kubectl("-n", namespace, "create", "role", ONE, "--verb=list,watch", f"--resource={kinds}")
    kubectl("-n", namespace, "create", "rolebinding", ONE, f"--role={ONE}", f"--user={ONE}")
    kubectl("-n", namespace, "create", "deployment", "own", "--image", "registry.example/e2e:1", "--replicas", "2")
    return namespace


def greyed(app: K8sTui) -> list[str]:
    """The keys that the footer shows greyed."""
    return [entry.key for entry in app.home.footer._entries if not entry.enabled]


async def run(kubectl: Kubectl, *words: str) -> str:
    return await asyncio.to_thread(kubectl, *words)


async def test_a_user_of_one_namespace_has_a_whole_program(kubectl: Kubectl, own: str) -> None:
    before = refused(kubectl)
    async with living(kubectl.kubeconfig, namespace=own, user=ONE) as app:
        await visit(app, "pods", own)
        await eventually(lambda: len(cells(app)) == 2, within=WITHIN)
        await eventually(lambda: greyed(app) == ["l", "s", "b", "d", "y", "e"], within=WITHIN)
        assert "l: needs get pods/log" in app.home.footer.plain
        await typed(app, "d")
        assert note(app).endswith(f"Describe: you may not get pods in {own} (user {ONE})")
        await visit(app, "workloads", own)
        assert [row["NAME"] for row in cells(app).values()] == ["own"]
        await visit(app, "services", own)
        assert isinstance(_state(app), Live)
        await visit(app, "pods", None)  # all namespaces: those that are known to be theirs
        await eventually(lambda: len(cells(app)) == 2 and f"1 namespace: {own}" in status(app), within=WITHIN)
        for view in ("configmaps", "nodes", "leases.coordination.k8s.io"):
            await visit(app, view, own)
            assert isinstance(_state(app), Denied), view
            await idle(app)
            assert "Ask whoever runs the cluster for: list and watch" in " ".join(text(app))
        await run(kubectl, "-n", own, "scale", "deployment", "own", "--replicas", "3")
        await visit(app, "pods", own)
        await eventually(lambda: len(cells(app)) == 3, within=WITHIN)
    assert refused(kubectl) - before <= 10


def _state(app: K8sTui) -> object:
    pane = app.home.pane
    assert pane is not None
    return pane.states[0]


async def test_rights_that_come_and_go_while_it_runs_are_seen_by_themselves(kubectl: Kubectl, own: str) -> None:
    async with living(kubectl.kubeconfig, namespace=own, user=ONE, timing=SOON) as app:
        await visit(app, "configmaps", own)
        assert isinstance(_state(app), Denied)
        grant = ("create", "role", "e2e-maps", "--verb=list,watch", "--resource=configmaps")
        await run(kubectl, "-n", own, *grant)
        await run(kubectl, "-n", own, "create", "rolebinding", "e2e-maps", "--role=e2e-maps", f"--user={ONE}")
        await eventually(lambda: isinstance(_state(app), Live), within=WITHIN)
        await eventually(lambda: f"{own}/kube-root-ca.crt" in cells(app), within=WITHIN)
        await run(kubectl, "-n", own, "delete", "rolebinding", "e2e-maps")
        await eventually(lambda: isinstance(_state(app), Denied), within=WITHIN)  # when the watch begins anew
        app.home.flush()
        await idle(app)
        assert "denied: list configmaps" in status(app)
