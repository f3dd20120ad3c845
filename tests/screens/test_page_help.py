"""What `?` lists on a page: the keys as they are there now, each once."""

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.texts import TextScreen
from tests.support.clock import ManualClock
from tests.support.debug_page import launcher, on, opened
from tests.support.house import typed
from tests.support.log_page import pair_page
from tests.support.waiting import eventually


async def listed(app: K8sTui) -> list[str]:
    """The lines of the help."""
    await typed(app, "?")
    await eventually(lambda: isinstance(app.screen, TextScreen))
    screen = app.screen
    assert isinstance(screen, TextScreen)
    return [line.text for line in screen.view.lines]


def keys(lines: list[str]) -> list[str]:
    """The keys of actions; those of moving stand under them."""
    found = [line.split()[0] for line in lines[: lines.index("Moving")] if line.startswith("  ")]
    assert len(found) == len(set(found))
    return found


async def test_of_logs_a_key_that_the_page_takes_is_not_listed_for_everywhere(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with pair_page(cluster, clock) as page:
        lines = await listed(page.app)
        assert {"n", "/", "L", "5"} <= set(keys(lines))
        assert not any("Namespace" in line for line in lines)
        assert any("Next match" in line for line in lines)


async def test_of_the_launcher_those_of_its_form_now_are_listed(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with launcher(cluster, clock, monkeypatch) as (app, _, _):
        on(app, "web-1")
        await opened(app, "b")
        lines = await listed(app)
        assert {"y", "m", "t", "f", "6"} <= set(keys(lines))
        words = "\n".join(lines)
        assert "adds the container to the pod" in words
        assert "makes the debug pod" not in words
        assert "Left behind" in words
        assert not any(word in words for word in ("Same node", "Afterwards", "Give up"))
