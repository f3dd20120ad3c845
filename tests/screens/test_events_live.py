"""The events view while events come, count on and go; very many of them; the shop on its bad day."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.cluster import bounded
from k8stui.demo.clock import stamp
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from tests.support.clock import ManualClock
from tests.support.decoded import ago
from tests.support.event_scene import OWNED, event, events_shown, rows
from tests.support.house import idle, running, says, settled, status, text, typed
from tests.support.scene import DAY, pod

Object = dict[str, Any]


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    async with events_shown(cluster, clock) as made:
        yield made


async def test_an_event_that_happens_again_counts_on(app: K8sTui, cluster: EmbeddedCluster) -> None:
    again = {"count": 9, "lastTimestamp": stamp(cluster.clock.now())}
    cluster.store.modify("events", "web-78f9-hzljk.1", "shop", change=lambda each: each.update(again))
    await settled(app, cluster)
    assert "BackOff pod/web-78f9-* (3 objects) 19" in rows(app)
    fresh = cluster.store.create(pod("web-78f9-bbbbb", "shop", "worker-1", meta=OWNED))
    cluster.store.create(event("web-78f9-bbbbb.1", fresh, count=1))
    await settled(app, cluster)
    assert "BackOff pod/web-78f9-* (4 objects) 20" in rows(app)


async def test_an_event_that_expires_is_taken_off(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.store.delete("events", "web-78f9-hzljk.1", "shop")
    await settled(app, cluster)
    assert sorted(rows(app))[:2] == ["BackOff pod/web-78f9-w2cdb 5", "BackOff pod/web-78f9-x665m 5"]


async def test_a_namespace_that_goes_takes_its_events_along(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":events shop\r")
    await settled(app, cluster)
    assert len(rows(app)) == 3
    for each in list(cluster.store.list("events", "shop")):
        cluster.store.delete("events", each["metadata"]["name"], "shop")
    cluster.store.delete("namespaces", "shop")
    await settled(app, cluster)
    assert rows(app) == []
    assert any("There are no events in shop" in line for line in text(app))


async def test_times_and_rates_change_by_themselves(app: K8sTui, cluster: EmbeddedCluster, clock: ManualClock) -> None:
    assert "5.0" not in text(app)[2]
    before = text(app)[2]
    clock.advance(120)
    app.home._age()
    await idle(app)
    after = text(app)[2]
    assert "60s" in before
    assert "3m" in after


async def test_hostile_events_do_no_harm(app: K8sTui, cluster: EmbeddedCluster) -> None:
    made = cluster.store.create(pod("evil", "shop", "worker-1"))
    words = "\x1b]0;owned\x07\x9b2J [red]boo[/] \u202etxt\r\nmore"
    reference = {"fieldPath": words, "name": "evil"}
    cluster.store.create(event("evil.1", made, words, message=words, type=words, reference=reference))
    await typed(app, "/boo\r")
    await settled(app, cluster)
    screen = "\n".join(text(app))
    assert "[red]boo[/]" in screen
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(screen)


# Very many


async def test_the_newest_are_kept_and_the_rest_is_counted(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "EVENTS_KEPT", 20)
    cluster.add_namespace("shop")
    made = cluster.store.create(pod("busy", "shop", "worker-1"))
    for number in range(61):
        last = ago(DAY - number)
        cluster.store.create(
            event(f"busy.{number}", made, f"R{number}", count=1, firstTimestamp=last, lastTimestamp=last)
        )
    async with running(cluster, clock, size=(160, 30), view="events") as (app, _):
        await says(app, "live · newest 20 of 61 events")
        assert sorted(rows(app)) == sorted(f"R{number} pod/busy 1" for number in range(41, 61))
        assert "event groups (all) 20" in status(app)
        cluster.store.delete("events", "busy.0", "shop")
        await says(app, "newest 20 of 60 events")
        fresh = stamp(clock.now())
        cluster.store.create(event("busy.99", made, "Fresh", count=1, firstTimestamp=fresh, lastTimestamp=fresh))
        await says(app, "newest 20 of 61 events")
        assert "Fresh pod/busy 1" in rows(app)
        assert "R41 pod/busy 1" not in rows(app)


# The shop on its bad day


async def test_the_shop(clock: ManualClock) -> None:
    """The storm about the missing pull secret: thousands of warnings, a line for each ReplicaSet."""
    cluster = EmbeddedCluster(clock, seed=1)
    life = Life(cluster.store, registry=cluster.registry, logs=cluster.logs, scenario="shop", seed=1)
    life.seed()
    await cluster.start()
    try:
        async with running(cluster, clock, size=(170, 40), view="events") as (app, _):
            await settled(app, cluster)
            told = [
                each for each in cluster.store.list("events") if each["reason"] == "FailedToRetrieveImagePullSecret"
            ]
            lines = [row for row in rows(app) if row.startswith("FailedToRetrieve")]
            assert sum(int(row.rpartition(" ")[2]) for row in lines) == sum(each["count"] for each in told)
            assert any("(4 objects)" in row for row in lines)
            assert len(lines) < len(told)
            before = sum(int(row.rpartition(" ")[2]) for row in lines)
            for _ in range(40):
                clock.advance(1)
                life.agenda.catch_up()
            await settled(app, cluster)
            lines = [row for row in rows(app) if row.startswith("FailedToRetrieve")]
            assert sum(int(row.rpartition(" ")[2]) for row in lines) > before
            assert "live" in status(app)
    finally:
        await cluster.stop()
