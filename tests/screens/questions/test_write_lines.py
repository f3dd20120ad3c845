"""Writes by one line in the command line, and by questions that show what there is."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.app import K8sTui
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.screens.questions.ask import AskScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.support.clock import ManualClock
from tests.support.house import burst, idle, messages, running, settled, text, typed
from tests.support.manifests import cronjob, deployment, statefulset
from tests.support.scene import node, pod
from tests.support.waiting import eventually

WEB = ("deployments.apps", "web", "shop")


@pytest.fixture
async def app(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[K8sTui]:
    populate(cluster)
    async with running(cluster, clock, size=(80, 24), state=tmp_path / "state") as (house, _):
        await settled(house, cluster)
        yield house


def populate(cluster: EmbeddedCluster) -> None:
    cluster.add_namespace("shop")
    for name in ("worker-1", "worker-2"):
        cluster.store.create(node(name))
    cluster.store.create(pod("web-1", "shop", "worker-1", 60.0))
    for made in (deployment("web"), statefulset("db"), cronjob("nightly", "registry.example/job:1")):
        made["metadata"]["namespace"] = "shop"
        cluster.registry.create(made)


async def at(app: K8sTui, cluster: EmbeddedCluster, key: str, name: str) -> None:
    """The view behind a key, with the cursor on that row."""
    await typed(app, key)
    await settled(app, cluster)
    pane = app.home.pane
    assert pane is not None
    app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))
    await idle(app)


async def line(app: K8sTui, words: str) -> None:
    """Type one line behind `:`, in a burst."""
    await typed(app, ":", words, "enter")


async def agreed(app: K8sTui, *keys: str) -> str:
    """Wait for the question about a change, answer it; what it said."""
    await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=10)
    await idle(app)
    said = "\n".join(text(app))
    await typed(app, *(keys or ("y",)))
    await eventually(lambda: not isinstance(app.screen, ChangeQuestion), within=10)
    return said


async def asked(app: K8sTui) -> AskScreen:
    await eventually(lambda: isinstance(app.screen, AskScreen), within=10)
    assert isinstance(app.screen, AskScreen)
    return app.screen


def container(cluster: EmbeddedCluster, of: tuple[str, str, str] = WEB) -> Any:
    return cluster.store.get(*of)["spec"]["template"]["spec"]["containers"][0]


def writes(cluster: EmbeddedCluster) -> list[tuple[str, str]]:
    """What changed something."""
    return [
        (record.verb, record.path)
        for record in cluster.requests
        if record.verb in ("create", "update", "patch", "delete")
        and "review" not in record.path
        and "dryRun" not in record.query
    ]


async def test_scale_image_env_and_resources_by_one_line_each(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    await line(app, "scale 3")
    assert "replicas 2 -> 3" in await agreed(app)
    await eventually(lambda: cluster.store.get(*WEB)["spec"]["replicas"] == 3)
    await line(app, "image web=registry.example/shop/web:7")
    await agreed(app)
    await eventually(lambda: container(cluster)["image"].endswith(":7"))
    await line(app, "env TOKEN='s3cret word' -c web")
    said = await agreed(app)
    assert "s3cret" not in said
    assert "TOKEN=<value>" in said
    await eventually(lambda: container(cluster).get("env") == [{"name": "TOKEN", "value": "s3cret word"}])
    await line(app, "resources web --requests=cpu=100m --limits=memory=1Gi")
    await agreed(app)
    wanted = {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}
    await eventually(lambda: container(cluster).get("resources") == wanted)
    assert app.settings.state is not None
    assert "s3cret" not in (app.settings.state / "journal.jsonl").read_text()
    assert "s3cret" not in messages(app)


async def test_probe_autoscale_and_undo_by_one_line_each(app: K8sTui, cluster: EmbeddedCluster) -> None:
    def probed(obj: Any) -> None:
        probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10}
        obj["spec"]["template"]["spec"]["containers"][0]["livenessProbe"] = probe

    cluster.store.modify(*WEB, change=probed)
    await at(app, cluster, "2", "web")
    await line(app, "probe liveness period=5s failure=4")
    await agreed(app)
    await eventually(lambda: container(cluster)["livenessProbe"]["periodSeconds"] == 5)
    await line(app, "autoscale --min 2 --max 5 --cpu 80%")
    await agreed(app)
    await eventually(lambda: "horizontalpodautoscaler.autoscaling/web autoscaled" in messages(app))
    made = cluster.store.get("horizontalpodautoscalers.autoscaling", "web", "shop")["spec"]
    assert (made["minReplicas"], made["maxReplicas"]) == (2, 5)
    assert made["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 80}
    await typed(app, ":", "hpa", "enter")
    await settled(app, cluster)
    await line(app, "autoscale --max=9")
    await agreed(app)
    hpa = ("horizontalpodautoscalers.autoscaling", "web", "shop")
    await eventually(lambda: cluster.store.get(*hpa)["spec"]["maxReplicas"] == 9)
    assert cluster.store.get(*hpa)["spec"]["minReplicas"] == 2


async def test_pause_resume_suspend_and_trigger_are_declared(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    await line(app, "pause")
    await agreed(app)
    await eventually(lambda: cluster.store.get(*WEB)["spec"].get("paused") is True)
    await line(app, "pause")  # not its opposite
    await eventually(lambda: "is already paused" in messages(app))
    assert cluster.store.get(*WEB)["spec"].get("paused") is True
    await line(app, "resume")
    await eventually(lambda: not cluster.store.get(*WEB)["spec"].get("paused"))
    await at(app, cluster, "2", "nightly")
    await line(app, "suspend")
    await agreed(app)
    nightly = ("cronjobs.batch", "nightly", "shop")
    await eventually(lambda: cluster.store.get(*nightly)["spec"].get("suspend") is True)
    await line(app, "trigger")
    await agreed(app)
    await eventually(lambda: "created" in messages(app))


async def test_lines_act_on_all_marked_and_tell_of_those_they_do_not_fit(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    await typed(app, "*")
    await line(app, "scale 4")
    await agreed(app)
    await eventually(lambda: cluster.store.get(*WEB)["spec"]["replicas"] == 4)
    await eventually(lambda: cluster.store.get("statefulsets.apps", "db", "shop")["spec"]["replicas"] == 4)
    assert "cronjob.batch/nightly cannot be scaled: z suspends it" in messages(app)


WRONG = [
    ("scale many", "must be a whole number from 0"),
    ("image other=web:2", 'unable to find container named "other"'),
    ("resources web --requests=cpu=lots", "cpu"),
    ("undo --to-revision=99", "unable to find specified revision 99"),
    ("label app=other", "'app' already has a value (web), and --overwrite is false"),
    ("finalizer absent", "has no finalizer 'absent': it has none"),
]
"""Lines, and what is said to them."""


async def test_a_wrong_line_comes_back_with_its_text_and_a_sentence_and_nothing_is_sent(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "2", "web")
    for words, sentence in WRONG:
        await line(app, words)
        await eventually(lambda: app.home.command_line.is_open and bool(app.home.command_line.error), within=10)
        await idle(app)
        assert sentence in app.home.command_line.error, words
        assert app.home.command_line.text == words
        whole = " ".join(each.strip() for each in text(app))
        assert app.home.command_line.error in whole, "the sentence is wrapped, not cut"
        await typed(app, "escape")
    assert writes(cluster) == []


async def test_taints_are_a_table_that_is_added_to_changed_and_removed_from(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    def taint(obj: Any) -> None:
        obj["spec"]["taints"] = [
            {"key": "dedicated", "value": "db", "effect": "NoSchedule"},
            {"key": "old", "effect": "PreferNoSchedule"},
        ]

    cluster.store.modify("nodes", "worker-1", change=taint)
    await at(app, cluster, "1", "worker-1")
    await typed(app, "t")
    question = await asked(app)
    await eventually(lambda: len(question.choices.lines) == 2)
    await idle(app)
    assert "dedicated=db:NoSchedule" in "\n".join(text(app))
    await typed(app, "down", "enter")
    assert question.field.value == "dedicated=db:NoSchedule"
    await typed(app, *["backspace"] * 13, "web:NoSchedule")
    await typed(app, "down", "down", "x")
    assert question.field.value.split() == ["dedicated=web:NoSchedule", "old:PreferNoSchedule-"]
    await typed(app, "up", "up", "new:PreferNoSchedule", "enter")
    said = await agreed(app)
    assert "--overwrite" in said
    await eventually(
        lambda: (
            cluster.store.get("nodes", "worker-1")["spec"]["taints"]
            == [
                {"key": "dedicated", "value": "web", "effect": "NoSchedule"},
                {"key": "new", "effect": "PreferNoSchedule"},
            ]
        )
    )


async def test_what_several_have_says_who_has_it(app: K8sTui, cluster: EmbeddedCluster) -> None:
    def taint(obj: Any) -> None:
        obj["spec"]["taints"] = [{"key": "a", "effect": "NoSchedule"}]

    cluster.store.modify("nodes", "worker-1", change=taint)
    await at(app, cluster, "1", "worker-1")
    await typed(app, "*", "t")
    question = await asked(app)
    await eventually(lambda: bool(question.choices.lines))
    assert [(each.text, each.help) for each in question.choices.lines] == [("a:NoSchedule", "on 1 of 2: worker-1")]


async def test_tab_leads_from_labels_to_annotations_and_back(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    await typed(app, "L")
    question = await asked(app)
    await eventually(lambda: [each.text for each in question.choices.lines] == ["app=web"])
    await typed(app, "tier=front", "tab")
    await eventually(lambda: "Annotations of shop/web" in "\n".join(text(app)))
    await typed(app, "note='two words'", "enter")
    await agreed(app)
    await eventually(lambda: cluster.store.get(*WEB)["metadata"].get("annotations", {}).get("note") == "two words")
    await typed(app, "L")
    question = await asked(app)
    await idle(app)
    assert question.field.value == "tier=front"  # nothing typed is lost


async def test_keys_typed_in_a_burst_behind_the_key_go_into_the_field(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    burst(app, "s", "5", "enter")
    said = await agreed(app)
    assert "replicas 2 -> 5" in said
    await eventually(lambda: cluster.store.get(*WEB)["spec"]["replicas"] == 5)
    assert app.home.places.place.view == "workloads"


async def test_what_was_typed_and_left_stands_there_the_next_time_for_that_object(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "2", "web")
    await typed(app, "i")
    await asked(app)
    await typed(app, "web=registry.example/shop/web:q", "escape")
    await eventually(lambda: app.screen is app.home)
    await at(app, cluster, "2", "db")
    await typed(app, "i")
    assert (await asked(app)).field.value == ""
    await typed(app, "escape")
    await at(app, cluster, "2", "web")
    await typed(app, "i")
    await asked(app)
    await idle(app)
    assert (await asked(app)).field.value == "web=registry.example/shop/web:q"
    await typed(app, "backspace", "9", "enter")
    await agreed(app, "n")  # not done: kept
    await typed(app, "i")
    await asked(app)
    await idle(app)
    assert (await asked(app)).field.value == "web=registry.example/shop/web:9"
    await typed(app, "enter")
    await agreed(app)
    await eventually(lambda: container(cluster)["image"].endswith(":9"))
    await eventually(lambda: "image updated" in messages(app))
    await typed(app, "i")
    await asked(app)
    await idle(app)
    assert (await asked(app)).field.value == ""


async def test_a_long_sentence_stands_below_the_field_and_the_hint_is_whole_at_80_columns(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "1", "worker-1")
    await typed(app, "t")
    question = await asked(app)
    await typed(app, "example.com/a-rather-long-key=value:NoSchedul", "enter")
    await idle(app)
    assert question.row.error
    assert question.field.region.width > 50
    inside = " ".join(" ".join(each.split("│")[1] for each in text(app) if each.count("│") > 1).split())
    for sentence in (question.row.error, question.asking.hint):
        assert sentence in inside
    assert question.field.value == "example.com/a-rather-long-key=value:NoSchedul"


async def test_scaling_back_from_0_offers_what_there_was_also_after_a_restart(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    populate(cluster)
    async with running(cluster, clock, state=tmp_path / "state") as (app, _):
        await settled(app, cluster)
        await at(app, cluster, "2", "web")
        await line(app, "scale 0")
        await agreed(app, "tab", "enter")
        await eventually(lambda: cluster.store.get(*WEB)["spec"]["replicas"] == 0)
    async with running(cluster, clock, state=tmp_path / "state") as (app, _):
        await settled(app, cluster)
        await at(app, cluster, "2", "web")
        await typed(app, "s")
        question = await asked(app)
        await eventually(lambda: question.field.value == "2")
        await idle(app)
        assert "before it was scaled to 0: 2" in "\n".join(text(app))
        await typed(app, "enter")
        await agreed(app)
        await eventually(lambda: cluster.store.get(*WEB)["spec"]["replicas"] == 2)


async def test_a_finalizer_is_told_about_and_taken_away_when_the_name_is_typed(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    def hold(obj: Any) -> None:
        obj["metadata"]["finalizers"] = ["example.com/hold", "example.com/other"]

    cluster.store.modify(*WEB, change=hold)
    await at(app, cluster, "2", "web")
    await line(app, "finalizer")
    question = await asked(app)
    await eventually(lambda: len(question.choices.lines) == 2)
    await idle(app)
    assert "It is not being deleted" in "\n".join(text(app))
    await typed(app, "down", "x", "enter")
    await eventually(lambda: isinstance(app.screen, ChangeQuestion))
    await idle(app)
    said = " ".join(text(app))
    assert "type web to agree" in said
    assert "left undone" in said
    await typed(app, "web", "enter")
    await eventually(lambda: cluster.store.get(*WEB)["metadata"]["finalizers"] == ["example.com/other"])


async def test_an_object_without_any_says_so(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "2", "web")
    await line(app, "finalizer")
    question = await asked(app)
    await eventually(lambda: question.choices.empty == "there are no finalizers")
    await idle(app)
    assert "there are no finalizers" in "\n".join(text(app))


async def test_usages_are_offered_while_they_are_typed_and_stand_in_the_help(
    app: K8sTui, cluster: EmbeddedCluster
) -> None:
    await at(app, cluster, "2", "web")
    await typed(app, ":", "autosc")
    assert "--min=N --max=N" in "\n".join(text(app))
    await typed(app, "tab", " --min")
    assert app.home.command_line.text == "autoscale --min"
    assert "--min=N --max=N [--cpu=80%]" in "\n".join(text(app))
    await typed(app, "escape", "?")
    await eventually(lambda: app.screen is not app.home)
    from k8stui.actions import Where
    from k8stui.screens.texts import help_lines

    helped = "\n".join(each.text for each in help_lines(Where.WORKLOADS))
    assert "`:scale N`" in helped
    assert "`:label KEY=VALUE KEY- [--overwrite]`" in helped


async def test_a_line_for_nodes_does_not_touch_other_kinds(app: K8sTui, cluster: EmbeddedCluster) -> None:
    await at(app, cluster, "3", "web-1")
    await line(app, "cordon")
    await eventually(lambda: "pod/web-1 cannot be cordoned: only a node can" in messages(app))
    await line(app, "taint a=b:NoSchedule")
    await eventually(lambda: "cannot be tainted" in app.home.command_line.error)
    assert writes(cluster) == []
