"""Entries of a journal, as an earlier run would have left them."""

from pathlib import Path
from typing import Any

import msgspec

from k8stui.operations.journal import Entry
from tests.support.clock import START


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
