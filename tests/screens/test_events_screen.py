"""The events view: groups and storms, one by one, warnings alone, of one object; live."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.cluster import bounded
from k8stui.demo.clock import stamp
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.life import Life
from k8stui.model.events import object_text
from k8stui.screens.events import EventsPane
from k8stui.screens.texts import help_lines
from k8stui.widgets.footer import Footer
from tests.support.clock import ManualClock
from tests.support.crds import crd
from tests.support.decoded import ago
from tests.support.house import idle, messages, note, running, says, settled, status, text, typed
from tests.support.scene import DAY, node, pod

Object = dict[str, Any]

OWNED: Object = {
    "ownerReferences": [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-78f9", "uid": "rs-1", "controller": True}
    ]
}


def event(name: str, about: Object, reason: str = "BackOff", **fields: Any) -> Object:
    """An event as kubelets write it, of a minute ago."""
    meta = about["metadata"]
    reference = {"kind": about["kind"], "apiVersion": about["apiVersion"], "name": meta["name"]}
    reference |= {key: meta[key] for key in ("namespace", "uid") if meta.get(key)}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": meta.get("namespace", "default"), "creationTimestamp": ago(60)},
        "involvedObject": reference | fields.pop("reference", {}),
        "reason": reason,
        "message": f"{reason} of {meta['name']}",
        "type": "Warning",
        "source": {"component": "kubelet", "host": "worker-1"},
        "firstTimestamp": ago(300),
        "lastTimestamp": ago(60),
        "count": 5,
        **fields,
    }


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    """Three pods of a ReplicaSet that fail alike, one that is fine, and the events view opened."""
    for namespace in ("shop", "other"):
        cluster.add_namespace(namespace)
    for name in ("web-78f9-w2cdb", "web-78f9-hzljk", "web-78f9-x665m"):
        made = cluster.store.create(pod(name, "shop", "worker-1", meta=OWNED))
        cluster.store.create(event(f"{name}.1", made))
    calm = cluster.store.create(pod("calm", "shop", "worker-1"))
    cluster.store.create(event("calm.1", calm, "Started", type="Normal", count=1, firstTimestamp=ago(5)))
    cluster.store.create(event("calm.2", calm, "Pulled", type="Normal", count=1, firstTimestamp=ago(9)))
    async with running(cluster, clock, size=(160, 24)) as (made_app, _):
        await settled(made_app, cluster)
        await typed(made_app, "5")
        await settled(made_app, cluster)
        yield made_app


def rows(app: K8sTui) -> list[str]:
    """Reason, object and count of each line, in their order."""
    pane = app.home.pane
    assert isinstance(pane, EventsPane)
    lines = pane.view.window(0, len(pane.view))
    return [f"{line.event.reason} {object_text(line)} {line.count}" for line in lines]


FOLDED = ["BackOff pod/web-78f9-* (3 objects) 15", "Started pod/calm 1", "Pulled pod/calm 1"]
UNFOLDED = [f"BackOff pod/web-78f9-{end} 5" for end in ("hzljk", "w2cdb", "x665m")]


# Groups, storms, one by one


async def test_a_storm_is_one_line_and_warnings_come_first(app: K8sTui) -> None:
    assert rows(app)[0] == FOLDED[0]
    assert sorted(rows(app)) == sorted(FOLDED)
    assert "event groups (all) 3" in status(app)
    assert "▲ Warning" in text(app)[2]
    assert note(app).strip().startswith("pod/web-78f9-* (3 objects) in shop: BackOff of web-78f9-")


async def test_a_storm_is_unfolded_and_folded_again(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "u")
    assert sorted(rows(app)[:3]) == UNFOLDED
    await typed(app, "u")
    assert rows(app)[0] == FOLDED[0]
    await typed(app, "enter")  # what enter does on a storm
    await settled(app, cluster)
    assert sorted(rows(app)[:3]) == UNFOLDED
    assert "is gone" not in messages(app)
    await typed(app, "G", "u")
    assert "This row is about one object" in messages(app)


async def test_flat_is_one_key_away_in_the_order_of_time(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "f")
    await settled(app, cluster)
    pane = app.home.pane
    assert pane is not None
    lasts = [line.event.at for line in pane.view.window(0, len(pane.view))]
    assert lasts == sorted(lasts, reverse=True)
    assert len(lasts) == 5
    assert "events (all) 5" in status(app)
    await typed(app, "u")
    assert "f groups them" in messages(app)
    await typed(app, "f")
    await settled(app, cluster)
    assert sorted(rows(app)) == sorted(FOLDED)


async def test_another_way_of_showing_is_no_step_back(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "f", "W", "[")
    await settled(app, cluster)
    assert "pods (all)" in status(app)


async def test_warnings_only(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "W")
    await settled(app, cluster)
    assert rows(app) == FOLDED[:1]
    assert "warning groups (all) 1" in status(app)
    await typed(app, "f")
    await settled(app, cluster)
    assert sorted(rows(app)) == UNFOLDED
    assert "warnings (all) 3" in status(app)
    await typed(app, "W", "f")
    await settled(app, cluster)
    assert sorted(rows(app)) == sorted(FOLDED)


async def test_narrowed_by_reason_kind_and_namespace(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """By the filter and by the command line."""
    await typed(app, "/reason=Pulled,kind=Pod\r")
    assert rows(app) == [FOLDED[2]]
    await typed(app, "escape", "/type!=Warning\r")
    assert sorted(rows(app)) == sorted(FOLDED[1:])
    await typed(app, "escape", ":events other\r")
    await settled(app, cluster)
    assert rows(app) == []
    assert any("There are no events in other" in line for line in text(app))
    await typed(app, ":events shop -l reason=BackOff\r")
    await settled(app, cluster)
    assert rows(app) == FOLDED[:1]
    await typed(app, ":events reason=Started kind=Pod\r")
    await settled(app, cluster)
    assert rows(app) == FOLDED[1:2]
    assert "NAMESPACE" not in text(app)[1]


async def test_the_keys_are_in_footer_and_help(app: K8sTui) -> None:
    shown = app.home.query_one(Footer).plain
    for words in ("enter Object", "W Warnings", "f Flat", "u Unfold"):
        assert words in shown
    assert app.home.pane is not None
    helped = "\n".join(line.text for line in help_lines(app.home.pane.where))
    assert "warnings only, or all again" in helped
    assert "reason=BackOff,kind=Pod" in helped


# To the object and from it


async def test_enter_goes_to_the_object(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "G", "enter")
    await settled(app, cluster)
    await says_on_screen(app, "describe pod calm")
    await typed(app, "q")
    assert "event groups" in status(app)


async def says_on_screen(app: K8sTui, words: str) -> None:
    for _ in range(200):
        if any(words in line for line in text(app)):
            return
        await idle(app)
    raise AssertionError("\n".join(text(app)))


async def test_the_object_may_be_of_a_kind_with_an_odd_plural(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Events say the kind, not how its plural is formed."""
    cluster.registry.create(crd("oxen", "Ox"))
    about = {"apiVersion": "shop.example/v1", "kind": "Ox", "metadata": {"name": "one", "namespace": "shop"}}
    made = cluster.registry.create(about | {"spec": {"size": 3}})
    cluster.store.create(event("one.1", made | about | {"metadata": made["metadata"]}, "Lost"))
    session = app.home.session
    assert session is not None
    await session.learn()
    await typed(app, "/Lost\r")
    await settled(app, cluster)
    await typed(app, "enter")
    await says_on_screen(app, "describe ox one")
    await says_on_screen(app, "shop.example/v1")


async def test_v_shows_the_events_of_a_pod(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Not those of another pod that had its name before."""
    gone: Object = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "calm", "namespace": "shop"}}
    before = {"uid": "00000000-0000-0000-0000-00000000dead"}
    cluster.store.create(event("calm.0", gone, "Killing", reference=before))
    await typed(app, "3", "/calm\r", "v")
    await settled(app, cluster)
    assert sorted(rows(app)) == ["Pulled pod/calm 1", "Started pod/calm 1"]
    assert "event groups of pod shop/calm 2" in status(app)
    assert "NAMESPACE" not in text(app)[1]
    await typed(app, "q")
    assert "pods (all)" in status(app)


async def test_v_on_an_event_shows_all_of_its_object(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "G", "v")
    await settled(app, cluster)
    assert sorted(rows(app)) == ["Pulled pod/calm 1", "Started pod/calm 1"]
    await typed(app, "f", "q")
    assert "event groups (all)" in status(app)


async def test_v_on_a_node_shows_what_its_kubelet_said(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """A kubelet writes the node's name where its uid should be, and no apiVersion."""
    made = cluster.store.create(node("worker-1"))
    named = {"uid": "worker-1", "apiVersion": ""}
    cluster.store.create(event("worker-1.1", made, "NodeHasDiskPressure", reference=named))
    cluster.store.create(event("worker-1.2", made, "NodeNotReady"))
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "v")
    await settled(app, cluster)
    assert sorted(rows(app)) == ["NodeHasDiskPressure node/worker-1 5", "NodeNotReady node/worker-1 5"]
    assert "event groups of node worker-1 2" in status(app)


async def test_v_on_an_object_without_events_says_so(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.store.create(pod("quiet", "shop", "worker-1"))
    await typed(app, "3", "/quiet\r", "v")
    await settled(app, cluster)
    assert any("There are no events of pod shop/quiet" in line for line in text(app))


# Live


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
