"""The events view: groups and storms, one by one, warnings alone, of one object."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.texts import help_lines
from k8stui.widgets.footer import Footer
from tests.support.clock import ManualClock
from tests.support.crds import crd
from tests.support.event_scene import event, events_shown, rows
from tests.support.house import idle, messages, note, settled, status, text, typed
from tests.support.scene import node, pod

Object = dict[str, Any]


FOLDED = ["BackOff pod/web-78f9-* (3 objects) 15", "Started pod/calm 1", "Pulled pod/calm 1"]
UNFOLDED = [f"BackOff pod/web-78f9-{end} 5" for end in ("hzljk", "w2cdb", "x665m")]


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    async with events_shown(cluster, clock) as made:
        yield made


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
