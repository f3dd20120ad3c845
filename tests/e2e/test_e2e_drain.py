"""Drains of a real cluster, without a screen: held by a budget, through the death of its server, and cut off."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from k8stui.clock import WallClock
from k8stui.cluster.session import Session
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.report import counts
from k8stui.operations.drain.resume import resumed, taken_back
from k8stui.operations.drain.rows import Phase
from k8stui.operations.gateway import Gateway
from k8stui.operations.jobs.jobs import JobState
from k8stui.operations.jobs.records import unfinished
from tests.e2e.conftest import Api, Kubectl
from tests.support.drain_program import drain_of, journal_of, session_of
from tests.support.waiting import eventually, promptly

WITHIN = 60.0


class Ground:
    """Two nodes of the test's own, on which nothing else runs, and a namespace for their pods."""

    def __init__(self, kubectl: Kubectl, namespace: str) -> None:
        self.kubectl, self.namespace = kubectl, namespace
        self.first, self.second = f"{namespace}-1", f"{namespace}-2"

    def node(self, name: str) -> None:
        room = {"cpu": "32", "memory": "256Gi", "pods": "250"}
        metadata = {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": name, "type": "kwok", "e2e": self.namespace},
        }
        taint = {"key": "e2e", "value": self.namespace, "effect": "NoSchedule"}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": [taint]}}
        self.apply(node | {"status": {"allocatable": room, "capacity": room}})

    def apply(self, obj: Any) -> None:
        done = subprocess.run(
            self.kubectl.argv("apply", "-f", "-"), input=json.dumps(obj), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def deploy(self, name: str, replicas: int, **budget: Any) -> None:
        """A Deployment with a budget; its pods are ready when this returns, all on the first node."""
        labels = {"app": name}
        pod = {
            "nodeSelector": {"e2e": self.namespace},
            "tolerations": [{"key": "e2e", "operator": "Exists"}],
            "containers": [{"name": "main", "image": "registry.example/app:1"}],
        }
        meta = {"name": name, "namespace": self.namespace}
        template = {"metadata": {"labels": labels}, "spec": pod}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        self.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec})
        wanted = {"selector": {"matchLabels": labels}} | budget
        self.apply({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": wanted})
        self.kubectl("-n", self.namespace, "rollout", "status", f"deployment/{name}", "--timeout=60s")
        promptly(lambda: self.expected(name) == replicas, within=30)

    def expected(self, name: str) -> int:
        status = self.get("-n", self.namespace, "pdb", name).get("status") or {}
        return int(status.get("currentHealthy", 0))

    def get(self, *words: str) -> Any:
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def cordoned(self, node: str) -> bool:
        return bool(self.get("node", node)["spec"].get("unschedulable"))

    def on(self, node: str) -> list[str]:
        rows = self.get("pods", "-n", self.namespace, f"--field-selector=spec.nodeName={node}")["items"]
        return [row["metadata"]["name"] for row in rows]


@pytest.fixture
def ground(kubectl: Kubectl, namespace: str) -> Iterator[Ground]:
    made = Ground(kubectl, namespace)
    made.node(made.first)
    yield made
    kubectl("delete", "node", made.first, made.second, "--ignore-not-found", "--wait=false")


@pytest.fixture
async def session(kubectl: Kubectl) -> AsyncIterator[Session]:
    async with session_of(kubectl.kubeconfig, "real") as opened:
        yield opened


async def until(job: Drain, phase: Phase, count: int = 1) -> None:
    await eventually(lambda: counts(job.rows.values())[phase] >= count or job.state.over, within=WITHIN)
    assert counts(job.rows.values())[phase] >= count, [line.text for line in job.report()]


async def test_a_drain_that_a_budget_holds_goes_on_when_there_are_more_pods(
    ground: Ground, session: Session, tmp_path: Path
) -> None:
    await asyncio.to_thread(ground.deploy, "cart", 1, minAvailable=1)
    ground.node(ground.second)
    job = await drain_of(session, tmp_path, ground.first)
    task = asyncio.create_task(job.run())
    await until(job, Phase.REFUSED)
    (row,) = [row for row in job.ordered() if row.phase is Phase.REFUSED]
    assert row.text(session.now()).startswith("refused by budget cart (0 allowed), again in ")
    await asyncio.to_thread(ground.kubectl, "-n", ground.namespace, "scale", "deployment/cart", "--replicas=2")
    await asyncio.wait_for(task, WITHIN)
    assert job.state is JobState.DONE, [line.text for line in job.report()]
    assert job.errors == []
    assert f" on {ground.second} (" in job.rows[row.plan.ref.uid].heir
    assert await asyncio.to_thread(ground.on, ground.first) == []
    assert await asyncio.to_thread(ground.cordoned, ground.first)


async def test_the_server_dies_in_the_middle_and_comes_back(
    ground: Ground, session: Session, tmp_path: Path, api: Api
) -> None:
    await asyncio.to_thread(ground.deploy, "web", 6, maxUnavailable=1)
    ground.node(ground.second)
    job = await drain_of(session, tmp_path, ground.first)
    task = asyncio.create_task(job.run())
    await until(job, Phase.GONE)
    await asyncio.to_thread(api, "kill")
    await eventually(lambda: bool(job.lost), within=WITHIN)
    left = [row for row in job.ordered() if not row.phase.settled]
    assert left
    assert all("the connection is lost" in row.text(session.now()) for row in left)
    await asyncio.sleep(6)  # a try of each is due meanwhile
    await asyncio.to_thread(api, "start")
    await asyncio.wait_for(task, 2 * WITHIN)
    assert job.state is JobState.DONE, [line.text for line in job.report()]
    assert job.errors == []
    assert await asyncio.to_thread(ground.on, ground.first) == []
    assert len(await asyncio.to_thread(ground.on, ground.second)) == 6


async def test_a_drain_that_was_killed_is_gone_on_with_or_taken_back(
    ground: Ground, session: Session, tmp_path: Path
) -> None:
    await asyncio.to_thread(ground.deploy, "cart", 1, minAvailable=1)
    ground.node(ground.second)
    await _killed(ground, tmp_path)
    (record,) = unfinished(tmp_path)
    assert [node.name for node in record.own_cordons] == [ground.first]
    journal = journal_of(session, tmp_path, "second")
    job = await resumed(record, session, clock=WallClock(), journal=journal, directory=tmp_path, complain=pytest.fail)
    task = asyncio.create_task(job.run())
    await until(job, Phase.REFUSED)
    job.cancel()
    await eventually(lambda: bool(job.asking))
    job.answer(True)
    await asyncio.wait_for(task, WITHIN)
    assert not await asyncio.to_thread(ground.cordoned, ground.first)
    assert unfinished(tmp_path) == []
    await _killed(ground, tmp_path)
    (record,) = unfinished(tmp_path)
    gateway = Gateway(session.connection, session.access, journal)
    assert await taken_back(record, session, gateway) == [f"node/{ground.first} uncordoned"]
    assert not await asyncio.to_thread(ground.cordoned, ground.first)
    assert unfinished(tmp_path) == []


async def _killed(ground: Ground, folder: Path) -> None:
    """A program that drains the first node is killed while a budget refuses."""
    known = set((folder / "jobs").glob("*"))

    def waits() -> bool:
        new = set((folder / "jobs").glob("*")) - known
        return any("disruption budget" in path.read_text() for path in new)

    code = ["-m", "tests.support.drain_program", ground.kubectl.kubeconfig, "real", str(folder), ground.first]
    with subprocess.Popen([sys.executable, *code], env=os.environ | {"PYTHONPATH": "."}) as program:
        try:
            await eventually(waits, within=WITHIN)
        finally:
            program.kill()
