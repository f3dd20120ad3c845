"""Every key does its thing or says that it comes later, also when keys are typed faster than anything is painted."""

from collections.abc import AsyncIterator

import pytest

from k8stui.actions import REGISTRY, Place, Where, applicable
from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, names, note, running, settled, status, text, typed, under_cursor
from tests.support.objects import node, pod
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    """Six pods in two namespaces on two nodes, all well."""
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    for number in range(4):
        cluster.store.create(pod(f"web-{number}", labels={"app": "web"}))
    cluster.store.create(pod("dns-0", "kube-system", node="worker-2"))
    cluster.store.create(pod("dns-1", "kube-system", node="worker-2"))
    async with running(cluster, clock, size=(100, 30)) as (made, _):
        await settled(made, cluster)
        yield made


def title(app: K8sTui) -> str:
    """The first line of the dialog that is open."""
    lines = [line for line in text(app) if "│" in line]
    return lines[0].partition("│")[2].partition("│")[0].strip() if lines else ""


async def test_each_key_of_what_comes_later_says_so(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "3")
    await settled(app, cluster)
    later = [each for each in applicable(Where.PODS, Where.TABLE, Where.EVERYWHERE) if each.later]
    assert later
    for action in later:
        await typed(app, action.key.split(",")[0])
        assert f"{action.label}: not in this version yet" in note(app), action.id
    assert len(app.screen_stack) == 1


async def test_a_key_of_another_kind_says_that_it_does_nothing_here(app: K8sTui) -> None:
    await typed(app, "D")
    assert "D does nothing here; ? lists the keys" in note(app)


async def test_views_and_the_way_back(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    assert names(app) == ["worker-1", "worker-2"]
    await typed(app, "j", "enter")
    await settled(app, cluster)
    assert names(app) == ["dns-0", "dns-1"]
    assert "pods (all) on worker-2 2" in status(app)
    await typed(app, "[")
    assert "nodes 2" in status(app)
    assert under_cursor(app) == "worker-2"
    await typed(app, "]")
    assert "on worker-2" in status(app)
    await typed(app, "]")
    assert "There is nothing further forward" in note(app)
    await typed(app, "q")
    assert "nodes 2" in status(app)
    await typed(app, "3")
    assert "pods (all) 6" in status(app)
    for _ in range(5):
        await typed(app, "[")
    assert "There is nothing further back" in note(app)


async def test_0_shows_all_namespaces(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":", "pods default", "\r")
    await settled(app, cluster)
    assert len(names(app)) == 4
    assert "NAMESPACE" not in text(app)[1]
    await typed(app, "0")
    await settled(app, cluster)
    assert len(names(app)) == 6
    assert "NAMESPACE" in text(app)[1]


async def test_the_dialogs_open_and_close_with_esc_and_q(app: K8sTui) -> None:
    for key, words in (("?", "Help"), ("!", "Messages")):
        for close in ("escape", "q"):
            await typed(app, key)
            assert any(words in line for line in text(app)[:6])
            await typed(app, close)
            assert len(app.screen_stack) == 1
    for key, words in (("a", "Actions on "), ("n", "Namespace")):
        await typed(app, key)
        assert title(app).startswith(words)
        await typed(app, "escape")
        assert len(app.screen_stack) == 1
    assert app.is_running


async def test_help_lists_every_key_of_this_place_and_no_other(app: K8sTui) -> None:
    await typed(app, "1", "?")
    lines = [line.text for line in app.screen.query_one("TextView").lines]  # type: ignore[attr-defined]
    for action in applicable(Where.NODES, Where.TABLE, Where.EVERYWHERE):
        assert any(line.split()[:1] == [action.shown_key] and action.label in line for line in lines), action.id
    assert not any("Evict" in line for line in lines)
    headings = [n for n, line in enumerate(lines) if line and not line.startswith(" ")]
    assert all(lines[n + 1].startswith(" ") for n in headings), "a heading with nothing under it"


async def test_the_menu_acts_on_the_row_that_it_names(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Trap 7: what changes under an open menu does not change what it is about."""
    await typed(app, "1")
    await settled(app, cluster)
    await typed(app, "j", "a")
    assert title(app) == "Actions on worker-2"
    cluster.store.create(node("aaa", ready="False"))
    cluster.store.create(node("bbb", ready="False"))
    await settled(app, cluster)
    await typed(app, "pods on it", "\r")
    await settled(app, cluster)
    assert app.home.places.place == Place("pods", None, node="worker-2")


async def test_the_menu_says_why_not(app: K8sTui) -> None:
    await typed(app, "a", "port-forward", "\r")
    assert any("not in this version yet" in line for line in text(app))
    assert len(app.screen_stack) == 2


async def test_wide_shows_more_columns_and_fewer_again(app: K8sTui) -> None:
    before = text(app)[1]
    await typed(app, "w")
    wide = text(app)[1]
    assert wide != before
    await typed(app, "right", "right", "right")
    assert text(app)[1] != wide
    await typed(app, "w")
    assert text(app)[1] == before


async def test_marks(app: K8sTui) -> None:
    table = app.home.table
    await typed(app, "space")
    assert len(table.marks) == 1
    assert table.cursor_line == 1
    await typed(app, "*")
    assert len(table.marks) == 6
    await typed(app, "escape")
    assert list(table.marks) == []


async def test_esc_does_one_thing_a_press(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":", "pods default", "\r")
    await settled(app, cluster)
    await typed(app, "*", "/", "web-1", "\r", ":", "po")
    assert app.home.command_line.is_open
    await typed(app, "escape")
    assert not app.home.command_line.display
    assert names(app) == ["web-1"]
    assert len(app.home.table.marks) == 4
    await typed(app, "escape")
    assert len(names(app)) == 4
    assert len(app.home.table.marks) == 4
    await typed(app, "escape")
    assert list(app.home.table.marks) == []
    assert "pods (default)" in status(app)
    await typed(app, "escape")
    assert "pods (all)" in status(app)
    await typed(app, "escape")
    assert app.is_running


async def test_redraw_and_ctrl_c_do_not_end_anything(app: K8sTui) -> None:
    before = text(app)
    await typed(app, "ctrl+l")
    assert text(app) == before
    await typed(app, "ctrl+c")
    assert any("quit" in line.lower() for line in text(app)[3:20])
    assert app.is_running
    await typed(app, "escape")
    assert text(app) == before


@pytest.mark.parametrize("keys", ["q", "ctrl+q", ":quit\r", ":q\r", "?ctrl+q"])
async def test_the_ways_to_quit(app: K8sTui, keys: str) -> None:
    if keys.endswith("ctrl+q"):
        burst(app, *([keys[0]] if keys[0] == "?" else []), "ctrl+q")
    else:
        burst(app, keys)
    await eventually(lambda: not app.is_running)
    assert app.return_code == 0


# Typed in one burst


async def test_a_command_typed_in_one_burst(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":pods kube-system\r")
    await settled(app, cluster)
    assert "pods (kube-system) 2" in status(app)
    assert names(app) == ["dns-0", "dns-1"]


async def test_a_filter_typed_in_one_burst(app: K8sTui) -> None:
    await typed(app, "/web\r")
    assert names(app) == ["web-0", "web-1", "web-2", "web-3"]
    assert not app.home.filter_bar.is_open


async def test_a_namespace_picked_in_one_burst(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "nkube-system\r")
    await settled(app, cluster)
    assert "pods (kube-system)" in status(app)


async def test_a_namespace_that_begins_with_q_picked_in_one_burst(app: K8sTui, cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("qa")
    await typed(app, "n")
    await settled(app, cluster)
    await typed(app, "escape")
    await typed(app, "nqa\r")
    assert "pods (qa)" in status(app)


async def test_a_key_behind_moves_acts_on_the_row_they_led_to(app: K8sTui) -> None:
    order = names(app)
    await typed(app, "jjja")
    assert title(app).endswith(order[3])


async def test_moves_behind_a_key_do_not_change_its_row(app: K8sTui, cluster: EmbeddedCluster) -> None:
    """Trap 7 for fingers that are fast: enter, then down."""
    await typed(app, "1")
    await settled(app, cluster)
    burst(app, "enter", "j")
    await eventually(lambda: app.home.places.place.node)
    assert app.home.places.place.node == "worker-1"


async def test_moves_behind_a_command_do_not_change_its_row(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "1")
    await settled(app, cluster)
    burst(app, ":pods-of-node\rj")
    await eventually(lambda: app.home.places.place.node)
    assert app.home.places.place.node == "worker-1"


async def test_a_key_behind_a_filter_acts_on_what_it_shows(app: K8sTui) -> None:
    await typed(app, "/web-2\ra")
    assert title(app).endswith("web-2")


async def test_keys_behind_a_dialog_that_closes_go_to_the_table(app: K8sTui) -> None:
    await typed(app, "?", "escape", "j")
    assert app.home.table.cursor_line == 1
    burst(app, "?", "escape", "j")
    await idle(app)
    assert app.home.table.cursor_line == 2


async def test_a_command_that_is_wrong_keeps_its_text_and_says_why(app: K8sTui) -> None:
    await typed(app, ":", "nonsens", "\r")
    line = app.home.command_line
    assert line.is_open
    assert line.text == "nonsens"
    assert "'nonsens' is no kind of this server, command or action" in line.error
    await typed(app, "e")
    assert line.error == ""
    await typed(app, "escape", ":", "up")
    assert not line.candidates or line.is_open


async def test_a_filter_in_a_command_that_is_wrong_says_why(app: K8sTui) -> None:
    await typed(app, ":", "pods /[", "\r")
    said = app.home.command_line.error + messages(app)
    assert "regular expression" in said


async def test_every_action_can_be_typed(app: K8sTui) -> None:
    later = [action for action in REGISTRY if action.later]
    burst(app, *(f":{action.id}\r" for action in later))
    said = [f"{action.label}: not in this version yet" for action in later]
    await eventually(lambda: messages(app).count("not in this version yet") >= len(set(said)), within=20.0)
    await idle(app)
    assert sum(note.times for note in app.notes if note.text in said) == len(later)
    assert not app.home.command_line.is_open


async def test_the_same_over_a_crowd_of_states(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    """The help, the menu and the command line from a pane that is denied, empty or not there yet."""
    cluster.access.deny("*", "*")
    async with running(cluster, clock) as (app, _):
        for keys in ("?", "a", "n", ":"):
            await typed(app, keys, "j", "escape", "escape")
        await typed(app, "1", "enter", "w", ">", "~", "*", "space", "/x\r", "escape", "g", "G", "0", "[", "]")
        assert app.is_running
