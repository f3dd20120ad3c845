"""The pages of a drain, driven by keys; budgets allow as tests say, and pods end when tests say so."""

import asyncio
from collections.abc import Callable

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.rows import Phase
from k8stui.screens.drain.live_page import DrainJobScreen
from k8stui.screens.drain.plan_page import DrainScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.calm import calm
from tests.support.clock import ManualClock
from tests.support.house import idle, text, typed
from tests.support.waiting import WITHIN, eventually


async def planned(app: K8sTui, *names: str) -> DrainScreen:
    """The plan for these nodes, opened by `D`; several are marked first."""
    table = app.home.table
    pane = app.home.pane
    assert pane is not None
    uids = {row.ref.name: uid for uid, row in pane.store.rows.items()}
    for name in names:
        table.move_to(uids[name])
        if len(names) > 1:
            await typed(app, "space")
    await typed(app, "D")
    return await at_plan(app)


async def at_plan(app: K8sTui) -> DrainScreen:
    await eventually(lambda: isinstance(app.screen, DrainScreen))
    page = app.screen
    assert isinstance(page, DrainScreen)
    await eventually(lambda: page.planning is not None and page.planning.plan is not None and not page.planning.why)
    await page.flush()
    await idle(app)
    return page


async def chosen(app: K8sTui, page: DrainScreen, *keys: str) -> None:
    """Press the keys of options, and wait for the plan that has them."""
    await typed(app, *keys)
    planning = page.planning
    assert planning is not None
    await eventually(lambda: planning.plan is not None and planning.plan.options == planning.options)
    await idle(app)


async def asked(app: K8sTui) -> ChangeQuestion:
    await typed(app, "D")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    assert isinstance(app.screen, ChangeQuestion)
    return app.screen


async def begun(app: K8sTui, *keys: str) -> DrainJobScreen:
    """A drain of worker-2 that has sent all that it can at once."""
    page = await planned(app, "worker-2")
    await chosen(app, page, *(keys or ("e", "f")))
    await asked(app)
    await typed(app, "tab")
    await typed(app, "enter")
    return await at_job(app)


async def at_job(app: K8sTui) -> DrainJobScreen:
    await eventually(lambda: isinstance(app.screen, DrainJobScreen))
    page = app.screen
    assert isinstance(page, DrainJobScreen)
    await eventually(lambda: not phases(page.job) & {Phase.WAITING, Phase.EVICTING})
    await shown(app)
    return page


async def shown(app: K8sTui) -> str:
    """The screen with everything that has happened."""
    if isinstance(app.screen, DrainJobScreen):
        app.screen.flush()
    await idle(app)
    return "\n".join(text(app))


async def reads(app: K8sTui, words: str) -> str:
    """Wait until the screen holds these words."""
    found = ""

    async def look() -> bool:
        nonlocal found
        found = await shown(app)
        return words in found

    until = asyncio.get_running_loop().time() + WITHIN
    while asyncio.get_running_loop().time() < until:
        if await look():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"{words!r} is not on the screen:\n{found}")


async def passing(clock: ManualClock, condition: Callable[[], object]) -> None:
    """Let time pass until it is true, each second when everything has come to rest in the one before."""
    for _ in range(120):
        if condition():
            return
        clock.advance(1.0)
        await asyncio.sleep(0.01)
        await calm()
    raise AssertionError(condition)


def phases(job: Drain) -> set[Phase]:
    return {row.phase for row in job.rows.values()}


def phase(job: Drain, name: str) -> Phase:
    return next(row.phase for row in job.rows.values() if row.plan.ref.name.startswith(name))


def evictions(cluster: EmbeddedCluster) -> list[str]:
    """Which pods were asked to go, in the order of the requests."""
    paths = [each.path for each in cluster.requests if each.path.endswith("/eviction") and each.method == "POST"]
    return [path.split("/")[-2] for path in paths]


def writes(cluster: EmbeddedCluster) -> list[str]:
    verbs = ("create", "update", "patch", "delete")
    return [each.path for each in cluster.requests if each.verb in verbs and "review" not in each.path]


def allow(cluster: EmbeddedCluster, name: str, number: int) -> None:
    """The budget is recounted."""
    cluster.store.modify(
        "poddisruptionbudgets.policy",
        name,
        "shop",
        change=lambda each: each["status"].update(disruptionsAllowed=number),
    )


def end(cluster: EmbeddedCluster, *names: str) -> None:
    """What the kubelet does: the pods that were told to end are gone."""
    for pod in cluster.store.list("pods", "shop"):
        name = pod["metadata"]["name"]
        if "deletionTimestamp" in pod["metadata"] and (not names or name.startswith(names)):
            cluster.store.delete("pods", name, "shop")


def cordoned(cluster: EmbeddedCluster, name: str = "worker-2") -> bool:
    return bool(cluster.store.get("nodes", name)["spec"].get("unschedulable"))
