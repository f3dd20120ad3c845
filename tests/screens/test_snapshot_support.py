"""What tells a person why a picture differs."""

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from tests.support import snapshots
from tests.support.clock import ManualClock
from tests.support.house import running, settled, text, typed
from tests.support.objects import pod
from tests.support.waiting import eventually


def test_pictures_are_made_by_one_python_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "BASELINE", (2, 7))
    assert "made with Python 2.7" in snapshots.refusal()


async def test_a_difference_reads_as_lines_of_text(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    cluster.store.create(pod("web-1"))
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        before = await snapshots.picture(app)
        assert snapshots.svg_lines(before) == text(app)
        cluster.store.create(pod("web-2"))
        await settled(app, cluster)
        said = snapshots.difference(before, await snapshots.picture(app))
        assert any(line.startswith("+") and "web-2" in line for line in said.splitlines())
        assert "no committed picture" in snapshots.difference("", before)
        assert "colours" in snapshots.difference(before, before)


async def test_a_picture_of_what_draws_nothing_itself_is_refused(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "?")
        await eventually(lambda: bool(app.screen.query("Vertical")))
        with pytest.raises(ValueError, match="draws nothing itself"):
            await snapshots.picture(app, only="Vertical")
