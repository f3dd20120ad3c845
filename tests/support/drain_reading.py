"""A plan of a drain from plain lists, and one that was cut off gone on with, where the program has its page do it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from k8stui.clock import Clock
from k8stui.cluster.paging import Pages
from k8stui.cluster.queries import Query
from k8stui.cluster.session import Session
from k8stui.kube.errors import ApiError, Failure
from k8stui.model.codec import ObjectCodec
from k8stui.model.kinds import BUDGETS as BUDGET_KIND
from k8stui.model.kinds import DAEMON_SETS, PODS, Kind, Ref
from k8stui.model.objects import ObjectRow, row
from k8stui.operations.building import UnableError
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.plan import BUDGETS, DAEMONSETS, Plan, plan
from k8stui.operations.drain.resume import begun, options_of
from k8stui.operations.jobs.records import Record
from k8stui.operations.journal.journal import FileJournal


async def planned(session: Session, nodes: Sequence[Ref], options: Options) -> Plan:
    """The plan for these very nodes. Where DaemonSets or budgets cannot be read, the plan says so.

    Raises:
        UnableError: an option is out of its bounds, or a node is gone or another one by now.
        ApiError: the nodes or the pods cannot be read.
    """
    options.check()
    found = list(await asyncio.gather(*(_node(session, node) for node in nodes)))
    missing: dict[str, str] = {}
    pods, daemonsets, budgets = await asyncio.gather(
        _listed(session, PODS),
        _or_missing(session, DAEMON_SETS, DAEMONSETS, missing),
        _or_missing(session, BUDGET_KIND, BUDGETS, missing),
    )

    def made() -> Plan:
        trees = [[each.exact() for each in rows] for rows in (found, pods, daemonsets, budgets)]
        return plan(trees[0], trees[1], trees[2], trees[3], options, session.now(), missing=missing)

    return await asyncio.to_thread(made)


async def _node(session: Session, node: Ref) -> ObjectRow:
    try:
        found = row(node.kind, (await session.connection.request("GET", node.path)).body)
    except ApiError as error:
        if error.failure is Failure.NOT_FOUND:
            raise UnableError(f"{node.name} is gone: choose the nodes to drain anew") from None
        raise
    if node.uid and found.ref.uid != node.uid:
        raise UnableError(f"{node.name} was replaced by another node of that name: choose the nodes to drain anew")
    return found


async def _listed(session: Session, kind: Kind) -> list[ObjectRow]:
    rows: list[ObjectRow] = []
    pages = Pages(session.connection, Query(kind, objects=True), ObjectCodec(kind))
    async with aclosing(pages.read()) as read:
        async for page in read:
            rows += page.rows
    return rows


async def _or_missing(session: Session, kind: Kind, key: str, missing: dict[str, str]) -> list[ObjectRow]:
    try:
        return await _listed(session, kind)
    except ApiError as error:
        if not error.status:
            raise
        missing[key] = error.sentence
        return []


async def resumed(
    record: Record,
    session: Session,
    *,
    clock: Clock,
    journal: FileJournal,
    directory: Path,
    complain: Callable[[str], None],
) -> Drain:
    """Go on with a drain that was cut off: planned anew for the same nodes, with the same options.

    Raises UnableError: the nodes are gone or replaced, or somebody else goes on with it. The record stays then.
    """
    plan = await planned(session, [node.ref for node in record.nodes], options_of(record))
    return begun(plan, session, clock=clock, journal=journal, directory=directory, complain=complain, earlier=record)
