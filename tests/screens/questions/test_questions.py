import time

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.answered import Question
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, running, settled, text, typed
from tests.support.waiting import eventually


async def test_an_answer_typed_before_the_question_was_painted_is_none(
    cluster: EmbeddedCluster, clock: ManualClock
) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        burst(app, "ctrl+c", "y")
        await eventually(lambda: isinstance(app.screen, Question) and any("Quit k8stui?" in line for line in text(app)))
        await idle(app)
        assert app.is_running
        assert isinstance(app.screen, Question)


async def test_an_answer_counts_from_when_the_frame_began_its_way_not_from_when_all_was_done(
    cluster: EmbeddedCluster, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine a quick answer is there before the loop has come back from handing the frame over."""
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "ctrl+c")
        await eventually(lambda: any("Quit k8stui?" in line for line in text(app)))
        question = app.screen
        assert isinstance(question, Question)
        await idle(app)
        question.unseen()
        driver = app._driver
        assert driver is not None
        handed: list[float] = []

        def hand_over(_driver: object) -> float:
            handed.append(time.monotonic())
            return handed[-1]

        monkeypatch.setattr("k8stui.screens.base.PacedDriver", type(driver))
        monkeypatch.setattr(type(driver), "handed_at", property(hand_over), raising=False)
        question.refresh()
        await eventually(lambda: bool(handed) and question._seen_at < float("inf"))
        assert question._seen_at == handed[0]


async def test_enter_never_confirms_and_n_stays(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "ctrl+c")
        await eventually(lambda: any("Quit k8stui?" in line for line in text(app)))
        await typed(app, "enter")
        assert isinstance(app.screen, Question)
        await typed(app, "n")
        await eventually(lambda: not isinstance(app.screen, Question))
        assert app.is_running


async def test_y_quits(cluster: EmbeddedCluster, clock: ManualClock) -> None:
    async with running(cluster, clock) as (app, _):
        await settled(app, cluster)
        await typed(app, "ctrl+c")
        await eventually(lambda: any("Quit k8stui?" in line for line in text(app)))
        burst(app, "y")
        await eventually(lambda: not app.is_running)
        assert app.return_code == 0
