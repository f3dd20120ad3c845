"""Debug pods that somebody has left behind, and the list of them."""

from datetime import UTC, datetime
from typing import Any

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.debugging.left import Left
from k8stui.operations.debugging.record import Record
from k8stui.screens.debug.sweep import SweepScreen
from tests.support.clock import START
from tests.support.house import idle, typed
from tests.support.launching import debug_pod
from tests.support.objects import pod
from tests.support.waiting import eventually


def at(ago: float) -> str:
    """So many seconds before the clock's start."""
    return datetime.fromtimestamp(START - ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def leave(
    cluster: EmbeddedCluster,
    name: str,
    *,
    ago: float,
    namespace: str = "shop",
    mode: str = "alone",
    phase: str = "Running",
    stamps: dict[str, str] | None = None,
    **status: Any,
) -> str:
    """A debug pod that somebody has left; returns its uid."""
    made = debug_pod(name, namespace, mode, stamps={**(stamps or {}), "k8stui/at": at(ago)}, nodeName="worker-2")
    made["metadata"]["creationTimestamp"] = at(ago)
    state = {"running": {}} if phase == "Running" else {"terminated": {"exitCode": 137, "reason": "Error"}}
    row = {"name": "debugger", "image": "busybox:1.37", "ready": phase == "Running", "restartCount": 0, "state": state}
    made["status"] = {"phase": phase, "startTime": at(ago), "containerStatuses": [row], **status}
    return str(cluster.store.create(made)["metadata"]["uid"])


def furnish(cluster: EmbeddedCluster, me: dict[str, str]) -> None:
    """Three of them: of a stranger, of another user here, and mine."""
    cluster.add_namespace("shop")
    cluster.add_namespace("load")
    leave(cluster, "node-debugger-worker-2-x7k2p", ago=9000, mode="node")
    over = {"phase": "Failed", "reason": "DeadlineExceeded"}
    leave(cluster, "old", ago=90_000, namespace="load", stamps={"k8stui/who": "bob", "k8stui/host": "desk"}, **over)
    leave(cluster, "mine", ago=120, stamps=me)
    cluster.store.create(pod("web", "shop"))


async def opened(app: K8sTui, cluster: EmbeddedCluster, rows: int = 3) -> SweepScreen:
    """The list, with so many rows."""
    await typed(app, ":", "sweep\r")
    await eventually(lambda: isinstance(app.screen, SweepScreen))
    page = app.screen
    assert isinstance(page, SweepScreen)
    await shown(page, cluster, rows)
    return page


async def shown(page: SweepScreen, cluster: EmbeddedCluster, rows: int) -> None:
    """Wait until it has so many rows and nothing is under way."""
    await eventually(lambda: page.view is not None and page.sweep is not None and len(page.sweep.store) == rows)
    await eventually(lambda: not any(each.is_running for each in page.house.workers if each.name != "push_screen_wait"))
    page.flush()
    await idle(page.house)


def recorded(app: K8sTui, **fields: Any) -> Record:
    """The record of another run that lives."""
    session = app.home.session
    assert session is not None
    record = Record(app.state, "other-run", now=lambda: START, complain=print)
    given = {"namespace": "shop", "container": "debugger-1", "at": START - 300, "mode": "ephemeral"}
    context = {"context": session.context.name, "server": session.context.server, "user": session.context.user}
    record.keep(Left(number=1, **{**given, **context, **fields}))
    return record
