"""A drain that was cut off: what its record says, going on with it, and taking it back."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from k8stui.demo.serving.faults import Fault
from k8stui.operations.building import UnableError
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.pods import PodWork
from k8stui.operations.drain.resume import taken_back
from k8stui.operations.drain.rows import Phase
from k8stui.operations.gateway import Gateway
from k8stui.operations.jobs.jobs import JobState
from k8stui.operations.jobs.records import Record, read, unfinished
from k8stui.operations.journal.journal import FileJournal, earlier
from tests.support.drain_reading import resumed
from tests.support.draining import Stage, row_of


async def cut_off(shop: Stage) -> Record:
    """A drain of two nodes, n2 cordoned before it; `web` has gone, `cart` is refused; killed. Its record."""
    await shop.deploy("web", 1)
    await shop.deploy("cart", 1)
    shop.unschedulable("n2", True)
    shop.budget("cart", least=1)
    await shop.step(3)
    job = await shop.drain("n1", "n2", grace=4)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED and row_of(job, "web").phase is Phase.GONE)
    assert unfinished(shop.folder) == []  # it lives
    await shop.kill(job)
    (record,) = unfinished(shop.folder)
    return record


async def go_on(shop: Stage, record: Record, journal: FileJournal | None = None) -> Drain:
    return await resumed(
        record,
        shop.session,
        clock=shop.clock,
        journal=journal or shop.journal,
        directory=shop.folder,
        complain=shop.complaints.append,
    )


async def test_the_record_of_a_drain_that_was_cut_off_says_what_it_was_about(shop: Stage) -> None:
    record = await cut_off(shop)
    assert (record.what, record.title, record.context) == ("drain", "Drain 2 nodes", "test")
    assert [node.name for node in record.nodes] == ["n1", "n2"]
    assert [node.name for node in record.own_cordons] == ["n1"]
    assert record.options["grace"] == 4
    assert record.kubectl == "kubectl drain n1 n2 --ignore-daemonsets --grace-period=4"
    said = [(line.builder, line.result) for line in record.targets]
    assert ("nodes.cordon", "done") in said
    assert ("evictions.evict", "refused") in said
    assert ("", "gone") in said
    assert record.path is not None
    assert stat.S_IMODE(record.path.stat().st_mode) == 0o600


async def test_one_entry_of_the_journal_holds_the_whole_drain(shop: Stage) -> None:
    await shop.deploy("web", 3)
    job = await shop.drain("n1")
    await shop.over(job)
    (entry,) = earlier(shop.folder)
    assert (entry.says, entry.builder, entry.name, entry.result) == ("drain n1", "drain", "n1", "done")
    assert entry.outcome == "3/3 pods gone"
    assert entry.kubectl == "kubectl drain n1 --ignore-daemonsets"
    record = read(shop.folder / "jobs" / f"{entry.job}.jsonl")
    assert record is not None
    assert (record.result, record.outcome) == ("done", "3/3 pods gone")
    assert unfinished(shop.folder) == []


async def test_it_is_gone_on_with_and_still_knows_what_it_cordoned(shop: Stage) -> None:
    record = await cut_off(shop)
    job = await go_on(shop, record)
    assert unfinished(shop.folder) == []
    shop.start(job)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    assert {row.plan.grace for row in job.rows.values()} == {4}
    assert any("by which 1 pod had gone" in line.text for line in job.report())
    job.cancel()
    await shop.until(lambda: bool(job.asking))
    assert job.asking == "Uncordon n1, which this drain cordoned?"
    job.answer(True)
    await shop.over(job)
    assert not shop.is_cordoned("n1")
    assert shop.is_cordoned("n2")


async def test_cut_off_twice_it_can_be_gone_on_with_to_its_end(shop: Stage) -> None:
    job = await go_on(shop, await cut_off(shop))
    shop.start(job)
    await shop.until(lambda: row_of(job, "cart").phase is Phase.REFUSED)
    await shop.kill(job)
    (record,) = unfinished(shop.folder)
    assert [node.name for node in record.own_cordons] == ["n1"]
    job = await go_on(shop, record)
    shop.start(job)
    shop.scale("cart", 2)
    await shop.over(job)
    assert job.state is JobState.DONE
    assert unfinished(shop.folder) == []


async def test_taken_back_it_uncordons_what_it_cordoned_and_nothing_else(shop: Stage) -> None:
    record = await cut_off(shop)
    gateway = Gateway(shop.session.connection, shop.session.access, shop.journal)
    assert await taken_back(record, shop.session, gateway) == ["node/n1 uncordoned"]
    assert not shop.is_cordoned("n1")
    assert shop.is_cordoned("n2")
    assert unfinished(shop.folder) == []
    assert earlier(shop.folder)[-1].says == "uncordon n1"


async def test_what_cannot_be_taken_back_is_said_and_stays_to_be_done(shop: Stage) -> None:
    record = await cut_off(shop)
    shop.cluster.faults.add(Fault(verb="patch", resource="nodes", status=403, message="no such luck"))
    gateway = Gateway(shop.session.connection, shop.session.access, shop.journal)
    (said,) = await taken_back(record, shop.session, gateway)
    assert "no such luck" in said
    assert len(unfinished(shop.folder)) == 1


async def test_two_programs_do_not_both_go_on_with_it(shop: Stage) -> None:
    record = await cut_off(shop)
    (other,) = unfinished(shop.folder)
    shop.start(await go_on(shop, record))
    with pytest.raises(UnableError, match="another k8stui"):
        await go_on(shop, other)


async def test_a_node_that_was_replaced_meanwhile_is_not_touched(shop: Stage) -> None:
    record = await cut_off(shop)
    shop.cluster.store.delete("nodes", "n1")
    shop.cluster.registry.create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}})
    with pytest.raises(UnableError, match="n1 was replaced by another node"):
        await go_on(shop, record)
    assert len(unfinished(shop.folder)) == 1
    gateway = Gateway(shop.session.connection, shop.session.access, shop.journal)
    (said,) = await taken_back(record, shop.session, gateway)
    assert "was replaced" in said


async def test_a_cordon_of_which_nothing_was_heard_counts_as_ours(shop: Stage) -> None:
    """Killed between the request and its answer."""
    await shop.deploy("web", 1)
    shop.cluster.faults.add(Fault(verb="patch", resource="nodes", delay=30))
    job = await shop.drain("n1")
    for _ in range(500):
        if any(each.verb == "patch" for each in shop.cluster.requests):
            break
        await shop.breathe()
    await shop.kill(job)
    (record,) = unfinished(shop.folder)
    assert [node.name for node in record.own_cordons] == ["n1"]


def test_a_program_that_is_killed_lets_go_of_its_record(tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from k8stui.operations.jobs.records import Record, RecordFile
record = Record(id="one", what="drain", title="Drain n1", context="c", server="s", user="u", started=1.0)
file = RecordFile(Path(sys.argv[1]), record, now=lambda: 1.0, complain=print)
print("ready", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert unfinished(tmp_path) == []
        process.kill()
    (record,) = unfinished(tmp_path)
    assert record.title == "Drain n1"


async def test_a_last_line_that_was_cut_short_is_passed_over(shop: Stage) -> None:
    record = await cut_off(shop)
    assert record.path is not None
    with record.path.open("ab") as file:
        file.write(b'{"target":{"at":1790')
    (found,) = unfinished(shop.folder)
    assert len(found.targets) == len(record.targets)


async def test_a_record_that_cannot_be_written_is_said_once_and_stops_nothing(shop: Stage) -> None:
    await shop.deploy("web", 1)
    (shop.folder / "jobs").write_text("")
    job = await shop.drain("n1")
    await shop.over(job)
    assert job.state is JobState.DONE
    assert len(shop.complaints) == 1
    assert "cannot be kept" in shop.complaints[0]


async def test_another_contexts_drain_is_not_taken_back_here(shop: Stage) -> None:
    record = await cut_off(shop)
    record.context = "elsewhere"
    gateway = Gateway(shop.session.connection, shop.session.access, shop.journal)
    with pytest.raises(UnableError, match="elsewhere"):
        await taken_back(record, shop.session, gateway)
    assert shop.is_cordoned("n1")


async def test_one_that_breaks_has_failed_in_the_journal_and_can_be_gone_on_with(
    shop: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.deploy("web", 1)

    async def broken(_work: PodWork) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(PodWork, "run", broken)
    job = await shop.drain("n1")
    with pytest.raises(ExceptionGroup):
        await shop.until(lambda: job.state.over)
    (entry,) = shop.journal.entries
    assert (entry.result, entry.outcome) == ("failed", "It broke off: something went wrong inside k8stui")
    assert [each.title for each in unfinished(shop.folder)] == ["Drain n1"]
