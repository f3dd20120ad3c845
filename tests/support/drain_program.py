"""A program that drains nodes and does nothing else, to be killed: `python -m tests.support.drain_program`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from k8stui.clock import WallClock
from k8stui.cluster.session import Session, open_session
from k8stui.kube.kubeconfig import load
from k8stui.model.kinds import NODES, Ref
from k8stui.operations.drain.job import Drain
from k8stui.operations.drain.options import Options
from k8stui.operations.drain.reading import planned
from k8stui.operations.drain.resume import begun
from k8stui.operations.journal.journal import FileJournal
from k8stui.settings import Overrides, Settings


@asynccontextmanager
async def session_of(kubeconfig: str, context: str) -> AsyncIterator[Session]:
    """A context of a kubeconfig, open."""
    settings = Settings(kubeconfig=Path(kubeconfig), overrides=Overrides(context=context))
    target = await asyncio.to_thread(lambda: load(settings, {}).target(context))
    session = await open_session(target, settings, WallClock())
    try:
        yield session
    finally:
        await session.close()


def journal_of(session: Session, folder: Path, name: str) -> FileJournal:
    return FileJournal(folder, name, (session.context.name, session.context.user), now=session.now, complain=_complain)


async def drain_of(session: Session, folder: Path, *nodes: str, **options: object) -> Drain:
    """A drain that is planned and agreed on."""
    plan = await planned(session, [Ref(NODES, "", name, "") for name in nodes], Options(**options))  # type: ignore[arg-type]
    journal = journal_of(session, folder, "program")
    return begun(plan, session, clock=WallClock(), journal=journal, directory=folder, complain=_complain)


def _complain(sentence: str) -> None:
    raise AssertionError(sentence)


async def _main(kubeconfig: str, context: str, folder: str, *nodes: str) -> None:
    async with session_of(kubeconfig, context) as session:
        job = await drain_of(session, Path(folder), *nodes)
        await job.run()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
