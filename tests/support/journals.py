"""Entries of a journal, as an earlier run would have left them."""

from pathlib import Path
from typing import Any

import msgspec

from k8stui.app import K8sTui
from k8stui.model.kinds import NODES, Ref
from k8stui.model.objects import ObjectRow
from k8stui.operations.building import build
from k8stui.operations.journal.journal import Entry
from k8stui.operations.mutation import Mutation
from k8stui.screens.journal.page import JournalScreen
from tests.support.clock import START
from tests.support.house import idle, typed
from tests.support.waiting import eventually


def entry(number: int = 1, **fields: Any) -> Entry:
    """A node that was cordoned an hour before the test clock's start, unless `fields` say otherwise."""
    wanted: dict[str, Any] = {
        "number": number,
        "at": START - 3600 + number,
        "context": "embedded",
        "user": "admin",
        "says": "cordon worker-1",
        "kubectl": "kubectl cordon worker-1",
        "builder": "nodes.cordon",
        "resource": "nodes",
        "api_version": "v1",
        "kind": "Node",
        "session": "earlier-1",
        "name": "worker-1",
        "uid": "uid-worker-1",
        "result": "done",
        "outcome": "node/worker-1 cordoned",
    }
    return Entry(**(wanted | fields))


def write(directory: Path, *entries: Entry) -> None:
    """Put them into the journal's file."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "journal.jsonl").open("ab") as file:
        for each in entries:
            file.write(msgspec.json.encode({"entry": each}) + b"\n")


def cordon(name: str = "worker-1", uid: str = "uid-worker-1") -> Mutation:
    """A change as it is sent."""
    found = ObjectRow(Ref(NODES, "", name, uid), "1", (), b"{}")
    return build("nodes.cordon", found, {"on": True})


async def opened(app: K8sTui, *keys: str) -> JournalScreen:
    """The journal's page, with everything that earlier runs did."""
    await typed(app, *(keys or ("J",)))
    await eventually(lambda: isinstance(app.screen, JournalScreen) and not app.screen.reading)
    await idle(app)
    assert isinstance(app.screen, JournalScreen)
    app.screen.paint()
    await idle(app)
    return app.screen
