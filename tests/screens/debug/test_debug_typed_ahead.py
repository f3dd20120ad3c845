"""Keys that were typed while nobody read them, on the launcher's page."""

import pytest
from textual import events

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from tests.support.clock import ManualClock
from tests.support.debug_page import launcher, opened
from tests.support.house import idle, text
from tests.support.waiting import eventually


async def test_what_is_typed_in_one_burst_behind_a_key_of_the_form_goes_into_its_question(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        page = await opened(app, "b")
        _burst(app, "c", *"sh -c date", "enter", "N", *"mine", "enter", "i", *"busybox", "enter")
        await eventually(lambda: page.plan.choice.options.image.startswith("busybox"))
        options = page.plan.choice.options
        assert (options.command, options.container, options.same_node) == (("sh", "-c", "date"), "mine", False)
        _burst(app, "e", *"#x", "escape")
        await eventually(lambda: app.screen is not page)
        await idle(app)
        assert "#x# A part of the debug container" in "\n".join(text(app))


def _burst(app: K8sTui, *keys: str) -> None:
    """As a terminal gives keys that were typed while nobody read it."""
    names = {" ": "space", "-": "minus", "#": "number_sign"}
    for each in keys:
        app.post_message(events.Key(names.get(each, each), each if len(each) == 1 else None))


async def test_a_namespace_that_is_typed_is_meant_and_not_what_is_under_the_cursor_elsewhere(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        page = await opened(app, *":debug --image=busybox --namespace=strict", "enter")
        assert (page.plan.choice.mode, page.plan.namespace, page.plan.about.pod) == ("alone", "strict", None)
