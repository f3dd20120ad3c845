"""`Y`: name, YAML or command to the clipboard; what is selected goes there by ctrl+c."""

import base64
from collections.abc import AsyncIterator

import pytest
import yaml

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.display.clipboard import LONGEST, TooLongError, sequence
from tests.support.clock import ManualClock
from tests.support.house import idle, messages, running, settled, text, typed
from tests.support.scene import pod
from tests.support.scene import running as up
from tests.support.waiting import eventually


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock) -> AsyncIterator[K8sTui]:
    cluster.add_namespace("shop")
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0, statuses=[up()], labels={"app": "web"}))
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token", "namespace": "shop"}}
    cluster.registry.create(secret | {"data": {"password": base64.b64encode(b"hunter2").decode()}})
    async with running(cluster, clock, size=(140, 24)) as (made, _):
        await settled(made, cluster)
        yield made


async def choose(app: K8sTui, words: str) -> None:
    await typed(app, "Y", *words, "enter")
    await idle(app)


async def test_the_name_and_the_command_are_copied_and_said(app: K8sTui) -> None:
    await choose(app, "name")
    assert app.clipboard == "web-1"
    assert "Copied web-1" in messages(app)
    await choose(app, "previous")
    assert app.clipboard == "kubectl --context demo -n shop logs web-1 --previous"


async def test_the_command_for_the_view_has_its_namespace_and_its_labels(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "/", *"app=web", "enter")
    await settled(app, cluster)
    await choose(app, "get pods -o wide")
    assert app.clipboard == "kubectl --context demo get pods -o wide -A -l app=web"


async def test_yaml_is_the_object_and_the_clean_one_has_nothing_of_the_server(app: K8sTui) -> None:
    await choose(app, "yaml")
    await eventually(lambda: "kind: Pod" in app.clipboard)
    found = yaml.safe_load(app.clipboard)
    assert found["metadata"]["uid"]
    await choose(app, "apply elsewhere")
    await eventually(lambda: app.clipboard and "uid" not in app.clipboard)
    assert "status" not in yaml.safe_load(app.clipboard)


async def test_values_of_a_secret_are_never_copied_with_its_yaml(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, ":", *"secrets shop", "enter")
    await settled(app, cluster)
    await choose(app, "yaml")
    await eventually(lambda: "kind: Secret" in app.clipboard)
    assert "hunter2" not in app.clipboard
    assert base64.b64encode(b"hunter2").decode() not in app.clipboard


async def test_an_object_that_is_gone_copies_nothing_and_says_so(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await typed(app, "Y")
    cluster.store.delete("pods", "web-1", "shop")
    await typed(app, *"yaml", "enter")
    await eventually(lambda: "Nothing was copied" in messages(app))
    assert app.clipboard == ""


async def test_what_is_dragged_over_is_copied_by_ctrl_c(app: K8sTui) -> None:
    from textual.pilot import Pilot

    row = next(y for y, line in enumerate(text(app)) if "web-1" in line)
    at = text(app)[row].index("web-1")
    pilot = Pilot(app)
    await pilot.mouse_down(offset=(at, row))
    await pilot.hover(offset=(at + 4, row))
    await pilot.mouse_up(offset=(at + 4, row))
    await typed(app, "ctrl+c")
    assert app.clipboard.startswith("web-")


def test_tmux_and_screen_get_what_they_pass_on() -> None:
    plain = sequence("web", {})
    assert plain == "\x1b]52;c;d2Vi\x07"
    assert sequence("web", {"TMUX": "/tmp/x"}) == plain + "\x1bPtmux;\x1b\x1b]52;c;d2Vi\x07\x1b\\"
    assert sequence("web", {"TERM": "screen-256color"}).startswith("\x1bP\x1b]52")


def test_more_than_a_terminal_takes_is_refused() -> None:
    sequence("x" * (LONGEST * 3 // 4 - 3), {})
    with pytest.raises(TooLongError, match="too many for a terminal's clipboard"):
        sequence("x" * LONGEST, {})
