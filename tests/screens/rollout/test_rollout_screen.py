"""The rollout page: a bad image noticed, why, undone; revisions, differences, pauses, deadlines, rights, ends."""

import pytest

from k8stui.screens.rollout.page import RolloutScreen
from k8stui.screens.texts import TextScreen
from tests.support import manifests
from tests.support.house import idle, messages, text, typed
from tests.support.rollouts import images, probed, rollout
from tests.support.waiting import eventually


async def test_a_bad_image_is_noticed_explained_and_undone_by_one_key() -> None:
    async with rollout() as found:
        await found.open()
        assert "Healthy" in found.text
        assert 'deployment "web" successfully rolled out' in found.text
        found.image("web-missing:2", cause="release 2")
        said = await found.after(5)
        assert "Rolling out 1/3" in said
        assert "deadline in 9m5" in said
        assert "1 failing" in said
        assert "ImagePull" in said
        assert "release 2" in said
        assert "- " in said
        assert "+   - image: registry.example/web-missing:2" in said
        await typed(found.app, "U")
        await found.answered("y")
        await eventually(lambda: "deployment.apps/web rolled back" in messages(found.app))
        assert images(found) == ["registry.example/web:1"]
        said = await found.after(10)
        assert "Healthy" in said
        assert 'web: deployment "web" successfully rolled out' in messages(found.app)
        assert "> 3 now" in said  # the old revision came back under a new number, and the cursor went along


async def test_a_crash_is_told_with_exit_code_and_the_last_lines_of_its_log() -> None:
    async with rollout() as found:
        await found.open()
        found.image("crash:2")
        await found.after(8)
        said = await found.shows("no such key: payment")
        assert ", exit 3" in said
        assert "│ reading settings" in said
        assert "Last lines of web-" in said


async def test_a_crash_is_on_the_screen_before_the_cluster_has_gone_on_by_two_seconds() -> None:
    async with rollout() as found:
        await found.open()
        found.image("crash:2")

        def crashed() -> bool:
            rows = [
                row
                for pod in found.world.cluster.store.list("pods", "default")
                for row in pod["status"].get("containerStatuses", ())
            ]
            return any("terminated" in row["state"] or "terminated" in row.get("lastState", {}) for row in rows)

        found.world.until(crashed)
        at = found.world.clock.now()
        await found.shows("no such key: payment")
        assert found.world.clock.now() - at <= 2.0


async def test_everything_is_in_sight_at_80x24_while_it_fails() -> None:
    async with rollout() as found:
        screen = await found.open()
        for number in range(2, 8):
            found.image(f"web:{number}")
            found.world.step(30)
        found.image("crash:8")
        await found.after(60)
        said = await found.shows("no such key: payment")
        for words in (
            "Rolling out",
            "REV",
            "8 now",
            "What revision 8 changed of revision 7",
            "Pods of revision 8",
            "U",
        ):
            assert words in said
        for part in (screen.body_view.head, screen.body_view.diff, screen.body_view.pods):
            assert len(part.lines) <= part.rows <= part.size.height


async def test_any_two_revisions_are_compared_by_marking_them() -> None:
    async with rollout() as found:
        screen = await found.open()
        for number in (2, 3):
            found.image(f"web:{number}")
            found.world.step(30)
        await found.read()
        await typed(found.app, "j", "j")
        await found.read()
        assert "An undo to revision 1 would change (U)" in found.text
        await typed(found.app, "g", "j", "space", "space")
        await found.read()
        assert "From revision 1 to 2 (marked)" in found.text
        assert "-   - image: registry.example/web:1" in found.text
        assert "+   - image: registry.example/web:2" in found.text
        await typed(found.app, "d")
        await eventually(lambda: isinstance(found.app.screen, TextScreen))
        await idle(found.app)
        assert "imagePullPolicy" in "\n".join(text(found.app))
        await typed(found.app, "escape", "escape")
        assert screen.table.marks == {}
        assert found.app.screen_stack[-1] is screen
        await typed(found.app, "escape")
        assert found.app.screen_stack == [found.app.home]


async def test_undo_leads_to_the_revision_under_the_cursor() -> None:
    async with rollout() as found:
        await found.open()
        for number in (2, 3):
            found.image(f"web:{number}")
            found.world.step(30)
        await found.read()
        await typed(found.app, "G")
        await found.read()
        assert "U undoes to revision 1" in found.text
        await typed(found.app, "U")
        await eventually(lambda: "to revision 1?" in "\n".join(text(found.app)))
        await found.answered("y")
        await eventually(lambda: images(found) == ["registry.example/web:1"])


async def test_a_pause_is_told_and_what_waits_for_its_end_and_the_deadline_stands_still() -> None:
    async with rollout() as found:
        await found.open()
        await typed(found.app, "z")
        await found.answered("y")
        await eventually(lambda: found.object["spec"].get("paused") is True)
        found.image("web:2")
        said = await found.after(5)
        assert "Paused" in said
        assert "its template was changed; no revision has that before it is resumed" in said
        assert "deadline" not in said
        await typed(found.app, "U")
        await eventually(lambda: "you cannot rollback a paused deployment" in messages(found.app))
        await typed(found.app, "z")
        await eventually(lambda: not found.object["spec"].get("paused"))
        assert "Healthy" in await found.after(20)


async def test_a_deadline_is_counted_down_and_then_told_as_passed() -> None:
    made = probed(manifests.deployment("web", replicas=3, image="registry.example/web:1"))
    made["spec"]["progressDeadlineSeconds"] = 60
    async with rollout(made) as found:
        await found.open()
        found.image("deaf:2")
        assert "deadline in 5" in await found.after(5)
        assert "deadline in 3" in await found.after(20)
        said = await found.after(60)
        assert "Stuck: ProgressDeadlineExceeded · 1 of 3 updated · deadline passed" in said
        assert 'deployment "web" exceeded its progress deadline' in messages(found.app)
        assert "1 not ready" in said
        await found.shows("waiting for the database")


async def test_a_restart_is_told_with_how_far_it_has_come() -> None:
    async with rollout() as found:
        await found.open()
        await typed(found.app, "r")
        await found.answered("y")
        await eventually(lambda: "deployment.apps/web restarted" in messages(found.app))
        said = await found.after(20)
        assert "it reached all 3 pods" in said
        assert "restartedAt" in said  # as what the newest revision changed
        assert messages(found.app).count('deployment "web" successfully rolled out') == 1


async def test_a_stateful_set_rolls_and_is_taken_back() -> None:
    made = manifests.statefulset("web", replicas=2, image="registry.example/web:1")
    async with rollout(made) as found:
        await found.open()
        assert "2 ready" in found.text
        found.image("crash:2")
        await found.after(10)
        said = await found.shows("no such key: payment")
        assert "web-1" in said
        assert "1 failing" in said
        await typed(found.app, "U")
        await found.answered("y")
        await eventually(lambda: "statefulset.apps/web rolled back" in messages(found.app))
        assert images(found) == ["registry.example/web:1"]
        said = await found.after(5)
        broken = [pod for pod in found.world.cluster.store.list("pods") if pod["metadata"]["name"] == "web-1"]
        if "It waits for web-1" in said:  # a forced rollback: the broken pod is deleted by hand
            await found.world.web.ask("DELETE", f"/api/v1/namespaces/default/pods/{broken[0]['metadata']['name']}")
        assert "Healthy" in await found.after(40)


async def test_a_daemon_set_rolls_and_is_taken_back() -> None:
    async with rollout(manifests.daemonset("web", image="registry.example/web:1")) as found:
        await found.open()
        found.image("web-missing:2")
        said = await found.after(10)
        assert "Waiting for daemon set" in said
        assert "1 failing" in said
        await typed(found.app, "U")
        await found.answered("y")
        await eventually(lambda: "daemonset.apps/web rolled back" in messages(found.app))
        assert "Healthy" in await found.after(60)


async def test_on_delete_is_told_in_the_question_and_on_the_page() -> None:
    made = manifests.daemonset("web", image="registry.example/web:1")
    made["spec"]["updateStrategy"] = {"type": "OnDelete"}
    async with rollout(made) as found:
        await found.open()
        await typed(found.app, "r")
        await eventually(lambda: "OnDelete: a pod changes only" in "\n".join(text(found.app)))
        await found.answered("y")
        await eventually(lambda: "restarted (OnDelete: a pod changes only when it is deleted)" in messages(found.app))
        said = await found.after(10)
        assert "OnDelete: a pod changes only when it is deleted" in said
        assert "it has reached 0 of" in said


@pytest.mark.parametrize(
    ("kind", "words"), [("cronjob", "has no rollout: only Deployments"), ("job", "has no rollout")]
)
async def test_other_kinds_say_why_they_have_none(kind: str, words: str) -> None:
    from tests.support.owned import cronjob, job

    async with rollout(view="cronjobs.batch" if kind == "cronjob" else "jobs.batch") as found:
        await found.world.make(cronjob(schedule="0 3 * * *") if kind == "cronjob" else job())
        await found.tabled()
        await typed(found.app, "R")
        await eventually(lambda: words in messages(found.app))
        assert found.app.screen is found.app.home


async def test_a_replica_set_leads_to_its_deployment() -> None:
    async with rollout(view="replicasets.apps") as found:
        screen = await found.open()
        assert screen.feed.ref.kind.kind == "Deployment"
        assert "successfully rolled out" in found.text


async def test_a_workload_that_goes_is_told_and_its_last_state_stays() -> None:
    async with rollout() as found:
        await found.open()
        await found.world.web.ask("DELETE", "/apis/apps/v1/namespaces/default/deployments/web")
        said = await found.after(3)
        assert "default/web is gone: this is the last that was known of it" in said.replace("\n", " ")
        assert "registry.example" in said or "web:1" in said


async def test_enter_shows_its_pods_and_p_the_one_that_fails() -> None:
    async with rollout() as found:
        await found.open()
        await typed(found.app, "p")
        assert "No pod of it is failing" in messages(found.app)
        found.image("web-missing:2")
        await found.after(10)
        await typed(found.app, "p")
        await eventually(lambda: any("describe pod web-" in line for line in text(found.app)))
        await typed(found.app, "q")
        assert isinstance(found.app.screen, RolloutScreen)
        await typed(found.app, "enter")
        await eventually(lambda: found.app.screen is found.app.home)
        place = found.app.home.places.place
        assert place.view == "pods"
        assert place.owner is not None
        assert place.owner.name == "web"


async def test_the_end_of_a_rollout_is_told_after_its_page_was_left() -> None:
    async with rollout() as found:
        await found.open()
        found.image("web:2")
        await found.after(1)
        assert "Rolling out" in found.text
        await typed(found.app, "q")
        assert found.app.screen is found.app.home
        found.world.step(60)
        await eventually(lambda: 'web: deployment "web" successfully rolled out' in messages(found.app))


async def test_without_a_word_of_the_user_nothing_is_said_of_a_rollout_that_had_ended() -> None:
    async with rollout() as found:
        await found.open()
        await found.after(30)
        assert "successfully rolled out" not in messages(found.app)
