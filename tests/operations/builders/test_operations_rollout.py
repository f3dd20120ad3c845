"""Restart, pause and resume: the requests that kubectl sent, its sentences, and what it does not say."""

from typing import Any

import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import DAEMON_SETS, DEPLOYMENTS, PODS, REPLICA_SETS, STATEFUL_SETS, Kind
from k8stui.operations.builders.rollout import held_back, pause, restart, resume
from k8stui.operations.building import UnableError
from k8stui.operations.mutation import Risk
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http

AT = "2026-11-21T06:10:53Z"
TEMPLATE = {"metadata": {}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}


def web(**spec: Any) -> Any:
    return found(DEPLOYMENTS, "web", "default", spec={"template": TEMPLATE, **spec})


@needed
@pytest.mark.parametrize(
    ("title", "kind", "name"),
    [
        ("restart deployment", DEPLOYMENTS, "web"),
        ("restart ds", DAEMON_SETS, "agent"),
        ("restart sts", STATEFUL_SETS, "db"),
    ],
)
def test_a_restart_is_what_kubectl_sends(title: str, kind: Kind, name: str) -> None:
    recording = recorded("rollout", title)
    request = wrote(recording)[0]
    at = request["body"]["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"]
    mutation = restart(found(kind, name, "default", spec={"template": TEMPLATE}), at=at)
    same(mutation, request)
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1"}
    assert mutation.done == recording["stdout"].strip()
    assert mutation.risk is Risk.CHANGE
    assert mutation.inverse is None


@needed
@pytest.mark.parametrize(("title", "builder", "paused"), [("pause", pause, None), ("resume", resume, True)])
def test_pause_and_resume_are_what_kubectl_sends(title: str, builder: Any, paused: Any) -> None:
    recording = recorded("rollout", title)
    mutation = builder(web(paused=paused))
    same(mutation, wrote(recording)[0])
    assert mutation.done == recording["stdout"].strip()
    assert mutation.kubectl == recording["command"].replace("kubectl", "kubectl -n default").replace(
        "deployment/", "deployment.apps/"
    )


@needed
@pytest.mark.parametrize(
    ("title", "builder", "paused"),
    [
        ("pause already paused", pause, True),
        ("resume not paused", resume, False),
        ("restart paused deployment", lambda row: restart(row, at=AT), True),
    ],
)
def test_kubectls_refusals(title: str, builder: Any, paused: bool) -> None:
    recording = recorded("rollout", title)
    with pytest.raises(UnableError) as caught:
        builder(web(paused=paused))
    assert f"error: {caught.value}" == recording["stderr"].strip()
    assert not wrote(recording)


@needed
@pytest.mark.parametrize("case", table("pause_resume"))
def test_kubectls_table_of_pausing(case: Any) -> None:
    builder = pause if "Pauser" in case["source"] else resume
    kind = REPLICA_SETS if "status" in case["object"] else DEPLOYMENTS
    row = found(kind, "x", "default", spec=case["object"]["spec"])
    if case["expectErr"]:
        with pytest.raises(UnableError):
            builder(row)
        return
    body = builder(row).request.decoded()
    assert body["spec"]["paused"] is (True if "expect" in case else None)


def test_resume_asks_nothing_and_pause_asks() -> None:
    assert resume(web(paused=True)).risk is Risk.SAFE
    assert pause(web()).risk is Risk.CHANGE


def test_a_second_restart_within_the_second_is_refused() -> None:
    template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": AT}}, "spec": {}}
    with pytest.raises(UnableError, match="please wait before attempting to trigger another"):
        restart(web(template=template), at=AT)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(PODS, 'pods "x" restarting is not supported'), (REPLICA_SETS, 'replicasets.apps "x" restarting is not')],
)
def test_only_what_rolls_is_restarted(kind: Kind, words: str) -> None:
    with pytest.raises(UnableError, match=words):
        restart(found(kind, "x", "default"), at=AT)


def test_only_deployments_are_paused() -> None:
    with pytest.raises(UnableError, match=r'daemonsets.apps "x" pausing is not supported'):
        pause(found(DAEMON_SETS, "x", "default"))


def test_a_wrong_time_is_refused() -> None:
    with pytest.raises(UnableError, match="'noon' is no time"):
        restart(web(), at="noon")


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ({"type": "OnDelete"}, "OnDelete: a pod changes only when it is deleted"),
        (
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
            "partition 2: only pods from number 2 on change",
        ),
    ],
)
def test_what_a_restart_does_not_reach_is_said(strategy: Any, words: str) -> None:
    row = found(STATEFUL_SETS, "db", "shop", spec={"template": TEMPLATE, "updateStrategy": strategy})
    mutation = restart(row, at=AT)
    assert mutation.says == f"restart statefulset shop/db ({words})"
    assert words in mutation.done
    assert not held_back(web().exact())


async def test_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web"))
        _, after = await acting.done(client, "rollout.restart", DEPLOYMENTS, "web", at=AT)
        assert after["spec"]["template"]["metadata"]["annotations"] == {"kubectl.kubernetes.io/restartedAt": AT}
        paused, after = await acting.done(client, "rollout.pause", DEPLOYMENTS, "web")
        assert after["spec"]["paused"] is True
        after = await acting.taken_back(client, paused)
        assert "paused" not in after["spec"]


async def test_a_successor_of_the_same_name_is_not_touched(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        await client.ask("POST", DEPLOYMENTS.path("default"), manifests.deployment("web"))
        row = await acting.read(client, DEPLOYMENTS, "web")
        for mutation in (restart(acting.of_another(row), at=AT), pause(acting.of_another(row))):
            assert (await acting.sent(client, mutation)).status == 422
        assert (await acting.read(client, DEPLOYMENTS, "web")).version == row.version
