"""What keys open that were not pressed yet is loaded beside the loop, soon after the start."""

import sys

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens import switch
from tests.support.clock import ManualClock
from tests.support.house import running, settled
from tests.support.waiting import eventually

ROOM = "xml.sax.expatreader"
"""Nothing of ours or of Textual's uses it."""


async def test_rooms_are_loaded_before_their_keys(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "k8stui.screens.logs.opening" in switch.LATER
    monkeypatch.setattr(switch, "WARM", 0.0)
    monkeypatch.setattr(switch, "LATER", (ROOM,))
    monkeypatch.delitem(sys.modules, ROOM, raising=False)
    loaded: list[bool] = []
    async with running(cluster, clock) as (app, _):
        app.loaded = lambda: loaded.append(ROOM in sys.modules)
        await settled(app, cluster)
        await eventually(lambda: loaded and loaded[-1])
