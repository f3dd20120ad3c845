"""Every write by one line in the command line, on a real cluster, verified by kubectl."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from k8stui.app import K8sTui
from k8stui.screens.questions.ask import AskScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.e2e.conftest import Kubectl
from tests.e2e.living import WITHIN, living, visit
from tests.support.house import burst, idle, messages, text, typed
from tests.support.manifests import cronjob, deployment
from tests.support.waiting import eventually


class Cluster:
    """What kubectl sees."""

    def __init__(self, kubectl: Kubectl, namespace: str) -> None:
        self._kubectl = kubectl
        self.namespace = namespace

    async def __call__(self, *words: str) -> str:
        return await asyncio.to_thread(self._kubectl, "-n", self.namespace, *words)

    async def get(self, *words: str) -> Any:
        return json.loads(await self("get", *words, "-o", "json"))

    async def create(self, folder: Path, *objects: Any) -> None:
        file = folder / "objects.yaml"
        file.write_text(yaml.safe_dump_all(objects))
        await self("create", "-f", str(file))

    async def becomes(self, what: str, holds: Callable[[Any], bool]) -> Any:
        """The object when that holds of it."""
        for _ in range(60):
            found = await self.get(*what.split())
            if holds(found):
                return found
            await asyncio.sleep(0.2)
        raise AssertionError(found)


async def on(app: K8sTui, name: str) -> None:
    """Put the cursor on the row of that name."""
    pane = app.home.pane
    assert pane is not None
    await eventually(lambda: any(row.ref.name == name for row in pane.store.rows.values()), within=WITHIN)
    app.home.flush()
    app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))
    await idle(app)


async def line(app: K8sTui, words: str, *answer: str) -> str:
    """Type a line in one burst, answer its question if one is expected; what the question said."""
    await typed(app, ":", words, "enter")
    if not answer:
        return ""
    await eventually(lambda: isinstance(app.screen, ChangeQuestion) or bool(app.home.command_line.error), within=WITHIN)
    assert not app.home.command_line.error
    await idle(app)
    said = "\n".join(text(app))
    await typed(app, *answer)
    await eventually(lambda: app.screen is app.home, within=WITHIN)
    return said


async def test_a_deployments_replicas_image_environment_resources_and_autoscaler(
    kubectl: Kubectl, namespace: str, tmp_path: Path
) -> None:
    cluster = Cluster(kubectl, namespace)
    await cluster.create(tmp_path, deployment("web", replicas=2, nodeSelector={"type": "kwok"}))

    def container(found: Any) -> Any:
        return found["spec"]["template"]["spec"]["containers"][0]

    async with living(kubectl.kubeconfig) as app:
        await visit(app, "workloads", namespace)
        await on(app, "web")
        await line(app, "scale 3", "y")
        await cluster.becomes("deployment web", lambda found: found["spec"]["replicas"] == 3)
        await line(app, "scale 0", "tab", "enter")
        await cluster.becomes("deployment web", lambda found: found["spec"]["replicas"] == 0)
        await eventually(lambda: "deployment.apps/web scaled" in messages(app), within=WITHIN)
        await visit(app, "workloads", namespace)
        await on(app, "web")
        await eventually(lambda: "0/0" in "\n".join(text(app)), within=WITHIN)
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, AskScreen) and app.screen.field.value == "3", within=WITHIN)
        await typed(app, "enter")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
        await idle(app)
        await typed(app, "y")
        await cluster.becomes("deployment web", lambda found: found["spec"]["replicas"] == 3)
        await line(app, "image web=registry.example/shop/web:5", "y")
        await cluster.becomes("deployment web", lambda found: container(found)["image"].endswith(":5"))
        said = await line(app, "env TOKEN='s3cret word' MODE=fast", "y")
        assert "s3cret" not in said
        variables = [{"name": "TOKEN", "value": "s3cret word"}, {"name": "MODE", "value": "fast"}]
        await cluster.becomes("deployment web", lambda found: container(found).get("env") == variables)
        await line(app, "env TOKEN-", "y")
        await cluster.becomes("deployment web", lambda found: container(found).get("env") == variables[1:])
        await line(app, "resources web --requests=cpu=100m --limits=memory=1Gi", "y")
        wanted = {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}
        await cluster.becomes("deployment web", lambda found: container(found)["resources"] == wanted)
        await line(app, "autoscale --min 2 --max 5 --cpu 80", "y")
        made = await cluster.becomes("hpa web", lambda found: True)
        assert (made["spec"]["minReplicas"], made["spec"]["maxReplicas"]) == (2, 5)
        await visit(app, "horizontalpodautoscalers.autoscaling", namespace)
        await on(app, "web")
        await line(app, "autoscale --max=7 --memory=500Mi", "y")
        made = await cluster.becomes("hpa web", lambda found: found["spec"]["maxReplicas"] == 7)
        assert {each["resource"]["name"] for each in made["spec"]["metrics"]} == {"cpu", "memory"}
        await visit(app, "workloads", namespace)
        await on(app, "web")
        await line(app, "pause", "y")
        await cluster.becomes("deployment web", lambda found: found["spec"].get("paused") is True)
        await line(app, "resume")
        await cluster.becomes("deployment web", lambda found: "paused" not in found["spec"])
        await line(app, "undo --to-revision=1", "y")
        found = await cluster.becomes("deployment web", lambda found: container(found)["image"].endswith(":1"))
        assert "env" not in container(found)
        await line(app, "delete --cascade=foreground --grace-period=0", "tab", "enter")
        for _ in range(50):
            if not (await cluster("get", "deployments", "-o", "name")).strip():
                break
            await asyncio.sleep(0.2)
        assert (await cluster("get", "deployments", "-o", "name")).strip() == ""


async def test_labels_annotations_suspending_and_finalizers(kubectl: Kubectl, namespace: str, tmp_path: Path) -> None:
    cluster = Cluster(kubectl, namespace)
    made = cronjob("nightly", "registry.example/job:1")
    await cluster.create(tmp_path, made)
    async with living(kubectl.kubeconfig) as app:
        await visit(app, "workloads", namespace)
        await on(app, "nightly")
        await line(app, "suspend", "y")
        await cluster.becomes("cronjob nightly", lambda found: found["spec"]["suspend"] is True)
        await line(app, "resume")
        await cluster.becomes("cronjob nightly", lambda found: found["spec"]["suspend"] is False)
        await line(app, "trigger", "y")
        await eventually(lambda: "created" in messages(app), within=WITHIN)
        jobs = (await cluster.get("jobs"))["items"]
        assert [job["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"] for job in jobs] == ["manual"]
        await line(app, "label tier=front team=shop", "y")
        await cluster.becomes(
            "cronjob nightly", lambda found: found["metadata"].get("labels", {}).get("team") == "shop"
        )
        await line(app, "label tier=back")
        await eventually(lambda: "--overwrite is false" in app.home.command_line.error, within=WITHIN)
        assert app.home.command_line.text == "label tier=back"
        burst(app, *" --overwrite", "enter")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
        await idle(app)
        await typed(app, "y")
        await cluster.becomes("cronjob nightly", lambda found: found["metadata"]["labels"]["tier"] == "back")
        await eventually(lambda: app.screen is app.home, within=WITHIN)
        await line(app, "annotate note='two words = three' ", "y")
        held = await cluster.becomes(
            "cronjob nightly", lambda found: "note" in found["metadata"].get("annotations", {})
        )
        assert held["metadata"]["annotations"]["note"] == "two words = three"
        hold = '{"metadata":{"finalizers":["example.com/hold"]}}'
        await cluster("patch", "cronjob", "nightly", "--type=merge", "-p", hold)
        await cluster("delete", "cronjob", "nightly", "--wait=false")
        await typed(app, ":", "finalizer", "enter")
        await eventually(lambda: isinstance(app.screen, AskScreen) and bool(app.screen.choices.lines), within=WITHIN)
        await idle(app)
        assert "The finalizer example.com/hold keeps it" in " ".join("\n".join(text(app)).split())
        await typed(app, "down", "x", "enter")
        await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
        await idle(app)
        assert "type nightly to agree" in "\n".join(text(app))
        await typed(app, "nightly", "enter")
        for _ in range(50):
            if not (await cluster("get", "cronjobs", "-o", "name")).strip():
                break
            await asyncio.sleep(0.2)
        assert (await cluster("get", "cronjobs", "-o", "name")).strip() == ""


async def test_a_pod_is_evicted_and_a_namespace_that_holds_a_finalizer_is_explained(
    kubectl: Kubectl, namespace: str
) -> None:
    cluster = Cluster(kubectl, namespace)
    await asyncio.to_thread(kubectl.pod, namespace, "lone")
    await cluster("wait", "--for=condition=Ready", "pod/lone", "--timeout=60s")
    async with living(kubectl.kubeconfig) as app:
        await visit(app, "pods", namespace)
        await on(app, "lone")
        await line(app, "evict --grace-period=0", "tab", "enter")
        for _ in range(100):
            if not (await cluster("get", "pods", "-o", "name")).strip():
                break
            await asyncio.sleep(0.2)
        assert (await cluster("get", "pods", "-o", "name")).strip() == ""
        doomed = f"{namespace}-doomed"
        await cluster("create", "namespace", doomed)
        await asyncio.to_thread(kubectl, "-n", doomed, "create", "configmap", "held")
        hold = '{"metadata":{"finalizers":["example.com/hold"]}}'
        await asyncio.to_thread(kubectl, "-n", doomed, "patch", "configmap", "held", "--type=merge", "-p", hold)
        try:
            await cluster("delete", "namespace", doomed, "--wait=false")
            for _ in range(100):
                conditions = (await cluster.get("namespace", doomed))["status"].get("conditions", [])
                if any(each["type"] == "NamespaceFinalizersRemaining" for each in conditions):
                    break
                await asyncio.sleep(0.2)
            await visit(app, "namespaces")
            await on(app, doomed)
            await typed(app, ":", "finalizer", "enter")
            await eventually(
                lambda: isinstance(app.screen, AskScreen) and "example.com/hold" in " ".join(text(app)), within=WITHIN
            )
            await typed(app, "escape")
            await eventually(lambda: app.screen is app.home, within=WITHIN)
            await typed(app, ":", "finalize", "enter")
            await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
            await idle(app)
            said = " ".join("\n".join(text(app)).split())
            assert "out of reach" in said
            await typed(app, "escape")
        finally:
            free = '{"metadata":{"finalizers":null}}'
            await asyncio.to_thread(kubectl, "-n", doomed, "patch", "configmap", "held", "--type=merge", "-p", free)
