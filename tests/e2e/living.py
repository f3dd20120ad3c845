"""The whole program in the test's own loop on a real cluster, without a terminal: its rows can be asked for."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from k8stui.actions import Place
from k8stui.app import K8sTui, make_app
from k8stui.clock import WallClock
from k8stui.cluster.states import Denied, Live, Polling, Syncing
from k8stui.kube.kubeconfig import Kubeconfig, load
from k8stui.settings import Overrides, Settings, Timing
from tests.support.house import idle, opening, reports
from tests.support.waiting import eventually

WITHIN = 60.0


@asynccontextmanager
async def living(
    kubeconfig: str,
    context: str = "real",
    *,
    namespace: str | None = None,
    user: str | None = None,
    timing: Timing | None = None,
) -> AsyncIterator[K8sTui]:
    """Open a context, ended at the end of the block. Nothing may have gone wrong inside the program.

    Args:
        kubeconfig: the file.
        context: its context.
        namespace: where to start; None: in all.
        user: who is impersonated.
        timing: shorter periods than the program's, for a test that has not the time to wait so long.
    """
    with tempfile.TemporaryDirectory(prefix="k8stui-") as folder:
        overrides = Overrides(context=context, namespace=namespace, impersonate_user=user)
        settings = Settings(
            kubeconfig=Path(kubeconfig),
            overrides=overrides,
            all_namespaces=namespace is None,
            state=Path(folder) / "state",
            timing=timing or Timing(),
        )

        async def contexts() -> Kubeconfig:
            return load(settings, {})

        app = make_app(settings, clock=WallClock(), contexts=contexts)
        async with app.run_test(size=(200, 60)):
            await eventually(lambda: not opening(app), within=WITHIN)
            yield app
        assert reports(app) == [], [report.read_text() for report in reports(app)]


async def visit(app: K8sTui, view: str, namespace: str | None = None, mode: str = "") -> None:
    """Show a view and wait until its own feed has come to rest."""
    app.home.go(Place(view, namespace, mode=mode))
    await eventually(lambda: arrived(app, view), within=WITHIN)
    app.home.flush()
    await idle(app)


def arrived(app: K8sTui, view: str) -> bool:
    """Whether the view is shown, its feed has everything or is refused, and those that it joins have answered."""
    pane = app.home.pane
    if pane is None or pane.place.view != view or pane.view.busy:
        return False
    own, *joined = pane.states
    return isinstance(own, Live | Polling | Denied) and not any(isinstance(state, Syncing) for state in joined)


def cells(app: K8sTui) -> dict[str, dict[str, str]]:
    """The rows of the visible view by `namespace/name`: every column by title, wide ones too."""
    pane = app.home.pane
    assert pane is not None
    now = pane.session.now()
    return {
        str(row.ref): {column.title: column.text(row, now) for column in pane.columns}
        for row in pane.view.window(0, len(pane.view))
    }
