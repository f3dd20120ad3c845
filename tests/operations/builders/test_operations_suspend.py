"""Suspend, resume and trigger: kubectl's recordings and table, never a toggle."""

from typing import Any

import msgspec
import pytest

from k8stui.demo.cluster import EmbeddedCluster
from k8stui.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, Kind
from k8stui.operations.builders.suspending import job_name, suspend, trigger
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Risk
from tests.support import acting, manifests
from tests.support.golden import found, needed, recorded, same, table, wrote
from tests.support.http import http


@needed
def test_suspending_a_cron_job_is_what_kubectl_sends() -> None:
    recording = recorded("workloads", "patch suspend cronjob")
    mutation = suspend(found(CRON_JOBS, "nightly", "default", spec={}), on=True)
    same(mutation, wrote(recording)[0])
    assert mutation.kubectl == """kubectl -n default patch cronjob.batch/nightly -p '{"spec":{"suspend":true}}'"""
    assert mutation.request.decoded()["metadata"] == {"uid": "uid-1"}


@needed
def test_suspending_a_job_says_the_same_as_kubectls_merge_patch() -> None:
    request = wrote(recorded("workloads", "patch suspend job merge"))[0]
    mutation = suspend(found(JOBS, "j1", "default", spec={}), on=True)
    assert mutation.request.path == request["path"].partition("?")[0]
    assert mutation.request.decoded()["spec"] == request["body"]["spec"]


def test_trap_8_the_text_and_the_patch_come_from_the_object() -> None:
    """k9s derives the text from a cell and toggles whatever the server has."""
    suspended = found(CRON_JOBS, "nightly", "shop", spec={"suspend": True})
    mutation = suspend(suspended, on=False)
    assert mutation.says == "resume cronjob shop/nightly"
    assert mutation.request.decoded()["spec"] == {"suspend": False}
    assert mutation.risk is Risk.SAFE
    assert mutation.inverse is not None
    assert mutation.inverse.args == {"on": True}
    with pytest.raises(AlreadySoError, match=r"cronjob.batch/nightly is already suspended"):
        suspend(suspended, on=True)
    with pytest.raises(AlreadySoError, match="is not suspended"):
        suspend(found(CRON_JOBS, "nightly", "shop", spec={"suspend": False}), on=False)


def test_suspending_a_job_says_what_becomes_of_its_pods() -> None:
    job = found(JOBS, "j1", "shop", spec={}, status={"active": 3})
    assert suspend(job, on=True).says == "suspend job shop/j1 (3 running pods are deleted)"
    ended = found(JOBS, "j1", "shop", spec={}, status={"conditions": [{"type": "Complete", "status": "True"}]})
    with pytest.raises(UnableError, match=r"job.batch/j1 has ended: there is nothing to suspend"):
        suspend(ended, on=True)


@pytest.mark.parametrize("kind", [DEPLOYMENTS])
def test_what_cannot_be_suspended(kind: Kind) -> None:
    with pytest.raises(UnableError, match="cannot be suspended: only CronJobs and Jobs can"):
        suspend(found(kind, "x", "shop"), on=True)
    with pytest.raises(UnableError, match="cannot be triggered: only a CronJob can"):
        trigger(found(kind, "x", "shop"), suffix="abc")


@needed
@pytest.mark.parametrize("case", table("create_job", "TestCreateJobFromCronJob"))
def test_kubectls_table_of_jobs_from_a_cron_job(case: Any) -> None:
    row = found(CRON_JOBS, "test", "default", uid="cj-uid", spec=case["from"]["spec"])
    body = trigger(row, suffix="x").request.decoded()
    expected = case["expected"]
    owner = expected["metadata"]["ownerReferences"][0] | {"name": "test", "uid": "cj-uid"}
    assert body["metadata"]["ownerReferences"] == [owner]
    assert body["metadata"]["annotations"] == expected["metadata"]["annotations"]
    assert "labels" not in body["metadata"]
    assert body["spec"]["template"]["spec"] == expected["spec"]["template"]["spec"]


@needed
def test_a_job_goes_where_kubectl_sends_it() -> None:
    """The recorded body is in protobuf; its texts must be in ours."""
    recording = recorded("workloads", "create job from cronjob")
    request = wrote(recording)[0]
    metadata = {"labels": {"l": "jt"}, "annotations": {"a": "jt"}}
    pod = {"spec": {"containers": [{"name": "c", "image": "i"}], "restartPolicy": "Never"}}
    spec = {"suspend": True, "jobTemplate": {"metadata": metadata, "spec": {"template": pod}}}
    row = found(CRON_JOBS, "nightly", "default", uid="cj-uid", spec=spec, metadata={"labels": {"own": "x"}})
    mutation = trigger(row, suffix="1")
    query = "&".join(f"{key}={value}" for key, value in mutation.request.query)
    assert f"{mutation.request.path}?{query}" == request["path"]
    assert mutation.kubectl.removeprefix("kubectl -n default") == recording["command"].removeprefix("kubectl")
    body = mutation.request.decoded()
    assert body["metadata"] == {
        "name": "nightly-manual-1",
        "namespace": "default",
        "labels": {"l": "jt"},
        "annotations": {"cronjob.kubernetes.io/instantiate": "manual", "a": "jt"},
        "ownerReferences": [
            {"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "cj-uid", "controller": True}
        ],
    }
    for text in ("nightly-manual-1", "cronjob.kubernetes.io/instantiate", "manual", "cj-uid", "Never", "batch/v1"):
        assert text in request["body"]
    assert (
        mutation.says
        == "trigger cronjob default/nightly as nightly-manual-1 (the CronJob is suspended: this runs all the same)"
    )


def test_a_long_name_is_cut_so_that_it_stays_unique() -> None:
    name = job_name("a" * 40 + "-" + "b" * 11, "x7k2p")
    assert len(name) <= 63
    assert name.endswith("-manual-x7k2p")
    assert "--" not in job_name("a" * 49 + "-bbb", "x7k2p")
    for suffix in ("", "X", "a_b", "-a", "a" * 21):
        with pytest.raises(UnableError, match="cannot end a name"):
            job_name("nightly", suffix)


def test_what_runs_beside_is_said() -> None:
    spec = {"concurrencyPolicy": "Forbid", "jobTemplate": {"spec": {}}}
    row = found(CRON_JOBS, "nightly", "shop", spec=spec, status={"active": [{"name": "nightly-1"}]})
    assert trigger(row, suffix="a").says.endswith("(1 running: this runs beside)")


async def test_on_a_server(cluster: EmbeddedCluster) -> None:
    async with http(cluster) as client:
        reply = await client.ask("POST", CRON_JOBS.path("default"), manifests.cronjob("nightly", "job:1"))
        assert reply.status == 201, reply.body
        suspended, after = await acting.done(client, "suspending.suspend", CRON_JOBS, "nightly", on=True)
        assert after["spec"]["suspend"] is True
        triggered, after = await acting.done(client, "suspending.trigger", CRON_JOBS, "nightly", suffix="abc")
        assert after["metadata"]["name"] == "nightly-manual-abc"
        after = await acting.taken_back(client, suspended)
        assert after["spec"]["suspend"] is False
        await acting.taken_back(client, triggered)
        job = await client.get(triggered.target.path)
        assert job.status == 404 or job.json["metadata"].get("deletionTimestamp")
        row = await acting.read(client, CRON_JOBS, "nightly")
        assert (await acting.sent(client, suspend(acting.of_another(row), on=True))).status == 422
        assert msgspec.json.decode((await acting.read(client, CRON_JOBS, "nightly")).body)["spec"]["suspend"] is False
