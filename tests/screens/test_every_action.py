"""Each action that changes the cluster, by key or line: question, request, journal, the way back (see the table)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.actions import REGISTRY, Action, Place, Where, applicable
from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.operations.gateway import Gateway, Verdict
from k8stui.operations.journal.journal import Entry, earlier
from k8stui.operations.mutation import Mutation, Risk
from k8stui.screens.editing.page import EditScreen
from k8stui.screens.questions.change import ChangeQuestion
from k8stui.screens.rights import Rights
from tests.support.clock import ManualClock
from tests.support.every_action import EVERY, PAGES, Doing, scene
from tests.support.house import idle, messages, running, settled, text, typed, under_cursor
from tests.support.waiting import eventually

TESTS = Path(__file__).parents[1]
READS = frozenset({"get", "list", "watch"})
WAYS_IN = ("/exec", "/attach", "/portforward")
"""A session is opened with `get`, and whoever is in a container may change what is there."""


def writing(action: Action) -> bool:
    """Whether it wants a right to change something, in the cluster or in a container."""
    wanted = [need for need in action.needs if need.verb not in READS or need.resource.endswith(WAYS_IN)]
    return not action.later and bool(wanted)


def test_every_action_that_changes_something_is_in_the_table() -> None:
    assert {each.id for each in REGISTRY if writing(each)} == {*PAGES, *(each.action for each in EVERY)}
    assert all((TESTS / name).exists() for name in PAGES.values())


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    verbs = ("create", "update", "patch", "delete")
    return [
        (record.verb, record.path)
        for record in cluster.requests
        if record.verb in verbs and "review" not in record.path and "dryRun" not in record.query
    ]


def state(cluster: EmbeddedCluster, doing: Doing) -> Any:
    """What a user can set of the object."""
    namespace = "" if doing.view in ("nodes", "namespaces") else "shop"
    found = cluster.store.get(doing.view, doing.name, namespace)
    meta = found["metadata"]
    return {
        "spec": found.get("spec"),
        "data": found.get("data"),
        "labels": meta.get("labels") or {},
        "annotations": meta.get("annotations") or {},
        "finalizers": meta.get("finalizers") or [],
    }


@pytest.fixture
async def opened(
    cluster: EmbeddedCluster, clock: ManualClock, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[K8sTui, Doing]]:
    doing: Doing = request.param
    scene(cluster, doing)
    async with running(cluster, clock, size=(120, 30), view=doing.view) as (app, _):
        await settled(app, cluster)
        on_row(app, doing.name)
        await idle(app)
        assert under_cursor(app) == doing.name
        yield app, doing


def journal(app: K8sTui) -> list[Entry]:
    assert app.settings.state is not None
    return earlier(app.settings.state)


async def do(app: K8sTui, doing: Doing) -> None:
    """Type it, and see that nothing is sent before it is agreed to."""
    await typed(app, *([":", *doing.do[1:], "enter"] if doing.do.startswith(":") else [doing.do]))


async def written(app: K8sTui, doing: Doing) -> None:
    """Choose the value, and type into the editor."""
    await eventually(lambda: app.screen is not app.home)
    await idle(app)
    await typed(app, *"colour", "enter")
    await eventually(lambda: isinstance(app.screen, EditScreen))
    await idle(app)
    await typed(app, *doing.text)


async def agree(app: K8sTui, doing: Doing) -> ChangeQuestion:
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    question = app.screen
    assert isinstance(question, ChangeQuestion)
    if doing.typed:
        await typed(app, *doing.typed, "enter")
    else:
        await typed(app, *(("tab", "enter") if doing.risk is Risk.DESTRUCTIVE else ("y",)))
    return question


@pytest.mark.parametrize("opened", EVERY, ids=lambda each: each.action, indirect=True)
async def test_question_request_and_journal(opened: tuple[K8sTui, Doing], cluster: EmbeddedCluster) -> None:
    app, doing = opened
    before = state(cluster, doing)
    await do(app, doing)
    if doing.text:
        await written(app, doing)
    if doing.question:
        await eventually(lambda: isinstance(app.screen, ChangeQuestion))
        await idle(app)
        assert doing.question in "\n".join(text(app))
        assert writes(cluster) == []
        if not doing.typed:
            await typed(app, "enter")  # it never confirms by itself
            assert writes(cluster) == []
            if doing.risk is Risk.DESTRUCTIVE:
                await do(app, doing)
        await agree(app, doing)
    await eventually(lambda: len(journal(app)) == 1 and journal(app)[0].result != "")
    [entry] = journal(app)
    assert entry.result == "done", entry.outcome
    assert entry.says == doing.says or (doing.says.endswith("-") and entry.says.startswith(doing.says))
    assert tuple(writes(cluster)) == doing.requests
    assert entry.outcome in messages(app)
    assert (entry.inverse.builder if entry.inverse is not None else "") == doing.undo
    if doing.undo and not doing.undo.startswith("removing."):
        await take_back(app)
        await eventually(lambda: state(cluster, doing) == before)
        assert len(journal(app)) == 2


async def take_back(app: K8sTui) -> None:
    """As the journal's screen does it: by its key."""
    await typed(app, "J")
    await eventually(lambda: "journal" in "\n".join(text(app)))
    await idle(app)
    await typed(app, "u")
    await asyncio.sleep(0)
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) or len(journal(app)) == 2)
    if isinstance(app.screen, ChangeQuestion):
        await idle(app)
        await typed(app, "y")
    await eventually(lambda: len(journal(app)) == 2 and journal(app)[1].result != "")


def on_row(app: K8sTui, name: str) -> None:
    pane = app.home.pane
    assert pane is not None
    app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))


@pytest.mark.parametrize("doing", EVERY, ids=lambda each: each.action)
async def test_trap_16_the_wire_itself_refuses_it_in_a_read_only_context(
    doing: Doing, cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if screens and gateway had forgotten to look: the permit opens nothing."""

    async def unlooked(_gateway: Gateway, mutation: Mutation) -> Verdict:
        return Verdict(mutation)

    monkeypatch.setattr(Rights, "lack", lambda *_: None)
    monkeypatch.setattr(Gateway, "check", unlooked)
    scene(cluster, doing)
    async with running(cluster, clock, size=(120, 30), view=doing.view, read_only=("*",)) as (app, _):
        await settled(app, cluster)
        on_row(app, doing.name)
        await do(app, doing)
        if doing.text:
            await written(app, doing)
        if doing.question:
            await agree(app, doing)
        await eventually(lambda: len(journal(app)) == 1 and journal(app)[0].result != "")
        assert (journal(app)[0].result, writes(cluster)) == ("refused", [])
        assert "read-only" in journal(app)[0].outcome


@pytest.mark.parametrize("view", ["nodes", "workloads", "pods", "events", "namespaces", "configmaps"])
async def test_what_is_not_in_the_table_writes_nothing(view: str, cluster: EmbeddedCluster, clock: ManualClock) -> None:
    scene(cluster, EVERY[0])
    async with running(cluster, clock, size=(120, 30), view=view) as (app, _):
        await settled(app, cluster)
        pane = app.home.pane
        assert pane is not None
        pressed = []
        for action in applicable(pane.where, Where.TABLE, Where.EVERYWHERE):
            if writing(action) or not action.key or action.id in ("leave", "quit"):
                continue
            await typed(app, action.key.split(",")[0])
            await idle(app)
            app.home.dialogs.close()
            app.home.command_line.close()
            app.home.filter_bar.close()
            await idle(app)
            app.home.go(Place(view))
            await settled(app, cluster)
            pressed.append(action.id)
        assert len(pressed) > 20
        assert writes(cluster) == []


async def refused(app: K8sTui, doing: Doing) -> None:
    """Do it; it is said that the context is read-only, in a message or at the command line."""
    said = messages(app).count("read-only")
    await do(app, doing)
    await eventually(lambda: messages(app).count("read-only") > said or "read-only" in "\n".join(text(app)))


@pytest.mark.parametrize("view", sorted({each.view for each in EVERY}))
async def test_trap_16_a_read_only_context_refuses_it_before_anything_is_sent(
    view: str, cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    scene(cluster, EVERY[0])
    async with running(cluster, clock, size=(120, 30), view=view, read_only=("*",)) as (app, _):
        await settled(app, cluster)
        for doing in (each for each in EVERY if each.view == view):
            on_row(app, doing.name)
            await refused(app, doing)
            assert app.screen is app.home
            app.home.command_line.close()
            assert writes(cluster) == []
        assert journal(app) == []
