"""The gateway: what is refused, what a failure means, and what the journal keeps."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from k8stui.cluster.access import Access
from k8stui.demo.cluster import EmbeddedCluster
from k8stui.demo.serving.faults import Fault
from k8stui.kube.errors import ApiError
from k8stui.model.kinds import NODES, Ref
from k8stui.operations.building import build
from k8stui.operations.gateway import Consent, ConsentError, Gateway
from k8stui.operations.journal.journal import FileJournal, earlier
from k8stui.operations.mutation import Mutation
from k8stui.operations.outcomes import Result
from tests.support.clock import ManualClock
from tests.support.feeding import connection_to
from tests.support.objects import node
from tests.support.wire import connected, serving, target


@pytest.fixture
async def gateway(cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Gateway]:
    cluster.store.create(node("worker-1"))
    async with connection_to(cluster) as connection:
        journal = FileJournal(tmp_path, "one", ("demo", "admin"), now=clock.now, complain=lambda said: None)
        yield Gateway(connection, Access(connection), journal)


async def cordon(gateway: Gateway) -> Mutation:
    found = await gateway.read(Ref(NODES, "", "worker-1", ""))
    assert found is not None
    return build("nodes.cordon", found, {"on": True})


def consent(mutation: Mutation) -> Consent:
    return Consent(mutation.target.uid, mutation.request.digest)


async def test_what_is_done_is_in_the_journal_with_its_way_back(gateway: Gateway, tmp_path: Path) -> None:
    mutation = await cordon(gateway)
    outcome = await gateway.apply(mutation, consent(mutation))
    assert outcome.done
    (entry,) = earlier(tmp_path)
    assert (entry.says, entry.result, entry.undoable) == ("cordon worker-1", "done", True)
    assert entry.inverse is not None
    assert (entry.inverse.builder, dict(entry.inverse.args)) == ("nodes.cordon", {"on": False})
    assert stat.S_IMODE((tmp_path / "journal.jsonl").stat().st_mode) == 0o600


async def test_a_consent_fits_one_request_on_one_object(gateway: Gateway, cluster: EmbeddedCluster) -> None:
    mutation = await cordon(gateway)
    for wrong in (Consent("another", mutation.request.digest), Consent(mutation.target.uid, "another")):
        with pytest.raises(ConsentError):
            await gateway.apply(mutation, wrong)
    assert not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable")


async def test_a_server_error_is_read_up_and_told_never_assumed(gateway: Gateway, cluster: EmbeddedCluster) -> None:
    mutation = await cordon(gateway)
    cluster.faults.add(Fault(verb="patch", status=500))
    outcome = await gateway.apply(mutation, consent(mutation))
    assert outcome.result is Result.REFUSED
    assert "nothing was changed" in outcome.says
    cluster.store.modify("nodes", "worker-1", change=lambda each: each["spec"].update(unschedulable=True))
    outcome = await gateway.apply(mutation, consent(mutation))
    assert outcome.done
    assert "it was done all the same" in outcome.says


async def test_an_object_that_is_gone_or_another_one_is_not_touched(gateway: Gateway, cluster: EmbeddedCluster) -> None:
    mutation = await cordon(gateway)
    cluster.store.delete("nodes", "worker-1")
    assert (await gateway.apply(mutation, consent(mutation))).result is Result.GONE
    cluster.store.create(node("worker-1"))
    outcome = await gateway.apply(mutation, consent(mutation))
    assert outcome.result is Result.GONE
    assert "replaced by another one" in outcome.says
    assert not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable")


async def test_a_dry_run_changes_nothing_and_tells_the_difference(gateway: Gateway, cluster: EmbeddedCluster) -> None:
    mutation = await cordon(gateway)
    preview = await gateway.preview(mutation)
    assert any("+" in line.text and "unschedulable: true" in line.text for line in preview.lines)
    assert not cluster.store.get("nodes", "worker-1")["spec"].get("unschedulable")


async def test_a_dry_run_that_cannot_be_had_leaves_the_change_possible(
    gateway: Gateway, cluster: EmbeddedCluster
) -> None:
    mutation = await cordon(gateway)
    fault = cluster.faults.add(Fault(verb="patch", status=500))
    assert (await gateway.preview(mutation)).unknown
    cluster.faults.remove(fault)
    assert (await gateway.apply(mutation, consent(mutation))).done


async def test_an_answer_that_is_no_object_is_told_and_what_was_done_is_kept(
    gateway: Gateway, clock: ManualClock, tmp_path: Path
) -> None:
    mutation = await cordon(gateway)

    async def broken(request: web.Request) -> web.Response:
        if "reviews" in request.path:
            return web.json_response({"kind": "SelfSubjectAccessReview", "status": {"allowed": True}})
        return web.Response(text='{"kind": "Node", ', content_type="application/json")

    async with serving(broken) as url, connected(target(url)) as connection:
        journal = FileJournal(tmp_path, "two", ("demo", "admin"), now=clock.now, complain=lambda said: None)
        gateway = Gateway(connection, Access(connection), journal)
        with pytest.raises(ApiError, match="node worker-1: the answer is no object that can be read"):
            await gateway.read(mutation.target)
        assert "It could not be tried beforehand" in (await gateway.preview(mutation)).unknown
        outcome = await gateway.apply(mutation, consent(mutation))
    assert (outcome.result, outcome.after) == (Result.DONE, None)
    assert earlier(tmp_path)[0].result == "done"


async def test_what_cannot_be_written_is_said_once_and_stops_nothing(
    cluster: EmbeddedCluster, clock: ManualClock, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    cluster.store.create(node("worker-1"))
    async with connection_to(cluster) as connection:
        journal = FileJournal(tmp_path / "file" / "x", "one", ("demo", "admin"), now=clock.now, complain=said.append)
        gateway = Gateway(connection, Access(connection), journal)
        mutation = await cordon(gateway)
        assert (await gateway.apply(mutation, consent(mutation))).done
    assert len(said) == 1
    assert journal.entries[0].result == "done"
