"""Changes by keys on a real cluster, each verified by kubectl."""

import asyncio
import json
from pathlib import Path
from typing import Any

import yaml

from k8stui.app import K8sTui
from k8stui.screens.questions.ask import AskScreen
from k8stui.screens.questions.change import ChangeQuestion
from tests.e2e.conftest import Kubectl
from tests.e2e.living import WITHIN, living, visit
from tests.support.house import idle, messages, typed
from tests.support.manifests import deployment
from tests.support.waiting import eventually


async def get(kubectl: Kubectl, *words: str) -> Any:
    return json.loads(await asyncio.to_thread(kubectl, "get", *words, "-o", "json"))


async def answered(app: K8sTui, *keys: str) -> None:
    """Wait for the question, answer it, and wait until it has gone."""
    await eventually(lambda: isinstance(app.screen, ChangeQuestion), within=WITHIN)
    await idle(app)
    await typed(app, *keys)
    await eventually(lambda: app.screen is app.home, within=WITHIN)


async def on(app: K8sTui, name: str) -> None:
    """Put the cursor on the row of that name."""
    pane = app.home.pane
    assert pane is not None
    await eventually(lambda: any(row.ref.name == name for row in pane.store.rows.values()), within=WITHIN)
    app.home.flush()
    app.home.table.move_to(next(uid for uid, row in pane.store.rows.items() if row.ref.name == name))
    await idle(app)


async def test_a_node_is_cordoned_tainted_and_given_back(kubectl: Kubectl) -> None:
    async with living(kubectl.kubeconfig) as app:
        await visit(app, "nodes")
        await on(app, "worker-2")
        await typed(app, "c")
        await answered(app, "y")
        await eventually(lambda: "node/worker-2 cordoned" in messages(app), within=WITHIN)
        assert (await get(kubectl, "node", "worker-2"))["spec"]["unschedulable"] is True
        await typed(app, "u")
        await eventually(lambda: "node/worker-2 uncordoned" in messages(app), within=WITHIN)
        assert "unschedulable" not in (await get(kubectl, "node", "worker-2"))["spec"]
        for words, taints in (("e2e=here:NoSchedule", ["e2e"]), ("e2e-", [])):
            await typed(app, "t")
            await eventually(lambda: isinstance(app.screen, AskScreen))
            await typed(app, *words, "enter")
            await answered(app, "y")
            for _ in range(50):
                found = (await get(kubectl, "node", "worker-2"))["spec"].get("taints", [])
                if [each["key"] for each in found if each["key"] == "e2e"] == taints:
                    break
            else:
                raise AssertionError(found)


async def test_a_deployment_is_scaled_restarted_undone_and_deleted(
    kubectl: Kubectl, namespace: str, tmp_path: Path
) -> None:
    made = deployment("web", replicas=1, nodeSelector={"type": "kwok"})
    file = tmp_path / "web.yaml"
    file.write_text(yaml.safe_dump(made))
    await asyncio.to_thread(kubectl, "-n", namespace, "create", "-f", str(file))
    async with living(kubectl.kubeconfig) as app:
        await visit(app, "workloads", namespace)
        await on(app, "web")
        await typed(app, "s")
        await eventually(lambda: isinstance(app.screen, AskScreen))
        await typed(app, "backspace", "2", "enter")
        await answered(app, "y")
        await eventually(lambda: "deployment.apps/web scaled" in messages(app), within=WITHIN)
        assert (await get(kubectl, "-n", namespace, "deployment", "web"))["spec"]["replicas"] == 2
        await typed(app, "r")
        await answered(app, "y")
        await eventually(lambda: "deployment.apps/web restarted" in messages(app), within=WITHIN)
        template = (await get(kubectl, "-n", namespace, "deployment", "web"))["spec"]["template"]
        assert "kubectl.kubernetes.io/restartedAt" in template["metadata"]["annotations"]
        await typed(app, "i")
        await eventually(lambda: isinstance(app.screen, AskScreen))
        await typed(app, *"*=registry.example/shop/web:2", "enter")
        await answered(app, "y")
        await asyncio.to_thread(kubectl, "-n", namespace, "rollout", "status", "deployment/web", "--timeout=60s")
        await typed(app, "U")
        await answered(app, "y")
        await eventually(lambda: "deployment.apps/web rolled back" in messages(app), within=WITHIN)
        spec = (await get(kubectl, "-n", namespace, "deployment", "web"))["spec"]["template"]["spec"]
        assert spec["containers"][0]["image"].endswith(":1")
        await typed(app, "ctrl+d")
        await answered(app, "tab", "enter")
        await eventually(lambda: not (app.home.pane and app.home.pane.store.rows), within=WITHIN)
        listed = await asyncio.to_thread(kubectl, "-n", namespace, "get", "deployments", "-o", "name")
        assert listed.strip() == ""
